"""A table as codes, made piece by piece: all that a fit needs of it, in a byte or two a cell."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from synth.encode import Codes, Whole, blank, encode
from synth.entropy import Entropy
from synth.errors import SchemaInvalidError
from synth.reading import texts
from synth.schema import Schema
from synth.unit import Ints


@dataclass(frozen=True, slots=True)
class Coded:
    """The codes of all rows under a schema, and whose each row is.

    `people` has a number for each person, and -1 where the row names nobody; None where the privacy unit is the row.
    """

    schema: Schema
    codes: Codes
    people: Ints | None = field(default=None, repr=False)

    @classmethod
    def of(cls, pieces: Iterable[pd.DataFrame], schema: Schema) -> "Coded":
        """Encode a table that comes in pieces, as `encode` does the whole.

        >>> from synth import Column
        >>> schema = Schema((Column("smokes", "boolean", nullable=False),))
        >>> Coded.of((pd.DataFrame({"smokes": [cell]}) for cell in ("true", "false")), schema).codes.array.tolist()
        [[1], [0]]

        Raises what `encode` does, and SchemaInvalidError for a schema that leaves something to be bought, which takes
        the table itself.
        """
        if schema.open:
            raise SchemaInvalidError(f"column {schema.open[0].name!r} is to be bought, and codes cannot tell what")
        whom, known = schema.unit.column, dict[str, int]()
        arrays, people, outside = list[Whole](), [np.zeros(0, dtype=np.int64)], 0
        for frame in pieces:
            codes = encode(frame, schema)
            arrays.append(codes.array)
            outside += codes.outside
            if whom is not None:
                people.append(_numbered(frame[whom], known))
        names, sizes = tuple(c.name for c in schema.modelled), tuple(c.size for c in schema.modelled)
        whole = Codes(_joined(arrays, sizes), names, sizes, outside)
        return cls(schema, whole, None if whom is None else np.concatenate(people))

    def bounded(self, entropy: Entropy) -> Codes:
        """Give the codes of the rows that are used, as `Unit.bounded` chooses them."""
        if self.people is None:
            return self.codes
        kept = self.schema.unit.kept(self.people, entropy)
        codes = self.codes
        return Codes(np.asfortranarray(codes.array[kept]), codes.names, codes.sizes, codes.outside)


def _joined(arrays: list[Whole], sizes: tuple[int, ...]) -> Whole:
    whole, first = blank(sum(map(len, arrays)), sizes), 0
    while arrays:  # each piece goes once it is copied
        piece = arrays.pop(0)
        whole[first : first + len(piece)] = piece
        first += len(piece)
    return whole


def _numbered(cells: pd.Series, known: dict[str, int]) -> Ints:
    """Give each person a number, in the order in which they come first; whom `known` has keeps the number."""
    places, distinct = pd.factorize(texts(cells).replace("", None))
    numbers = np.array([known.setdefault(str(one), len(known)) for one in distinct] + [-1], dtype=np.int64)
    return numbers[places]

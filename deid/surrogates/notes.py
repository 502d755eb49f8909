"""What a rehearsal of a piece noted: enough to cast it together with all other pieces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from deid.surrogates.name import read_name
from deid.surrogates.part import Part, Style
from deid.surrogates.player import Player, play_name


class Short(NamedTuple):
    """A name with initials: whose, the full name that is meant, and the name, both as they are written."""

    part: Part
    whole: str
    value: str

    def __repr__(self) -> str:
        return f"Short({self.part!r})"

    def played(self, drawn: str) -> str | None:
        """Return, folded, how what was drawn for the part is written here; None where it cannot be.

        >>> Short(Part("PERSON", "ann lee"), "Ann Lee", "A. Lee").played("Stone, Maria")
        'm stone'
        """
        written = play_name(Player.from_text(drawn), read_name(self.whole), read_name(self.value), self.value)
        return None if written is None else read_name(written).identity


@dataclass(frozen=True, slots=True)
class Notes:
    """All forms that a piece holds, the parts in it with their styles, beside whom they stand, names with initials.

    It is as personal as the piece. `to_dict` and `from_dict` carry it from one process to another.
    """

    forms: frozenset[str] = field(repr=False)
    styles: Mapping[Part, Style] = field(repr=False)
    owners: Mapping[Part, frozenset[Part]] = field(default_factory=dict, repr=False)
    short: frozenset[Short] = field(default=frozenset(), repr=False)

    def to_dict(self) -> dict[str, object]:
        """Return the notes as JSON-able values.

        >>> part = Part("PERSON", "ann lee")
        >>> short = Short(part, "Ann Lee", "A. Lee")
        >>> notes = Notes(frozenset({"ann lee", "a lee"}), {part: Style()}, {}, frozenset({short}))
        >>> Notes.from_dict(notes.to_dict()) == notes
        True
        """
        parts = sorted(self.styles)
        places = {part: place for place, part in enumerate(parts)}
        return {
            "parts": [[*part, *self.styles[part]] for part in parts],
            "forms": sorted(self.forms - {part.identity for part in parts}),
            "owners": [[places[part], *sorted(map(places.__getitem__, own))] for part, own in self.owners.items()],
            "short": [[places[one.part], one.whole, one.value] for one in sorted(self.short)],
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Notes:
        """Read what `to_dict` wrote."""
        parts = [Part(*one[:3]) for one in told["parts"]]
        styles = [Style(*one[3:]) for one in told["parts"]]
        return cls(
            frozenset([*told["forms"], *(part.identity for part in parts)]),
            dict(zip(parts, styles, strict=True)),
            {parts[place]: frozenset(parts[one] for one in own) for place, *own in told["owners"]},
            frozenset(Short(parts[place], whole, value) for place, whole, value in told["short"]),
        )

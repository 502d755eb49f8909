"""A cast: who plays whom. Made before anything is written, kept for the next run where that is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from types import MappingProxyType

from deid.errors import InputError
from deid.surrogates.kinds import KINDS, PERSON
from deid.surrogates.part import Mention, Part
from deid.surrogates.player import Player

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Cast:
    """What plays each part. It says who somebody is, so it is personal data and never released.

    Its repr says how many there are. `to_dict` and `from_dict` carry it from one run to the next; what the `source` of
    this run holds, none of which is ever written, they leave out. `barred` are roles of an earlier run that the source
    of this one holds.
    """

    roles: Mapping[Part, str] = field(default_factory=dict, repr=False)
    source: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    barred: frozenset[Part] = field(default=frozenset(), repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", MappingProxyType(dict(self.roles)))

    def __repr__(self) -> str:
        return f"Cast({len(self.roles)} parts)"

    def play(self, mention: Mention) -> str | None:
        """Return what was drawn for the part of a mention; None where there is nothing, or where the source has it."""
        return None if mention.part in self.barred else self.roles.get(mention.part)

    def occurs(self, form: str) -> bool:
        """Whether the source holds a form."""
        return form in self.source

    def to_dict(self) -> dict[str, object]:
        """Return the cast as JSON-able values.

        >>> cast = Cast({Part("PERSON", "ann lee"): "Stone, Maria Ines"})
        >>> Cast.from_dict(cast.to_dict()) == cast
        True
        """
        return {
            "schema_version": _VERSION,
            "roles": [told_role(part, drawn) for part, drawn in sorted(self.roles.items())],
        }

    @classmethod
    def from_dict(cls, given: Mapping[str, object]) -> Cast:
        """Read what `to_dict` wrote. Raises `InputError` for anything else."""
        listed = given.get("roles")
        if given.get("schema_version") != _VERSION or not isinstance(listed, list):
            raise InputError(f"a cast has schema_version {_VERSION} and a list of roles")
        return cls(dict(map(read_role, count(), listed)))


def told_role(part: Part, drawn: str) -> list[str]:
    """Return who plays whom in four texts."""
    return [part.kind, part.identity, part.scope, drawn]


def read_role(number: int, told: object) -> tuple[Part, str]:
    """Read what `told_role` told. Raises `InputError`, with the number, for anything else."""
    if not isinstance(told, list) or len(told) != 4 or not all(isinstance(text, str) for text in told):
        raise InputError(f"role {number} of the cast: four texts are expected")
    kind, identity, scope, drawn = told
    if kind != PERSON and kind not in KINDS:
        raise InputError(f"role {number} of the cast: no kind of value that has surrogates")
    return Part(kind, identity, scope), drawn


def forms_of(part: Part, drawn: str) -> tuple[str, ...]:
    """Return the forms, folded, in which what was drawn for a part may be written, the main one first."""
    return Player.from_text(drawn).forms if part.kind == PERSON else KINDS[part.kind].forms(drawn)

"""A register: people, what may be known of each, and who else the same may be said of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from leakage.cells import forms, require_columns, require_rows
from leakage.errors import EmptyInputError
from leakage.texts.dates import written
from leakage.texts.document import owner_of
from leakage.texts.fold import tokens
from leakage.texts.needles import Needles

Trait: TypeAlias = tuple[str, tuple[str, ...]]
"""A column and a value of it, in folded words."""


@dataclass(frozen=True, slots=True, repr=False)
class Register:
    """People by owner (as documents name it), the traits of each, and who has a trait.

    `spelt` are the values as they stand in the table, `sought` the needles that a trait is found by.
    """

    traits: Mapping[str, tuple[Trait, ...]]
    holders: Mapping[Trait, frozenset[str]]
    spelt: Mapping[Trait, str]
    sought: Mapping[Trait, frozenset[int]]
    needles: Needles

    @classmethod
    def of(cls, people: pd.DataFrame, person: str, known: Sequence[str]) -> Register:
        """Read a table with one row a person, or several: then all that they say is true of the person.

        Cells without a letter or digit say nothing. Raises UnknownColumnError for columns that it lacks and
        EmptyInputError where nobody, or nothing of anybody, is known.
        """
        require_columns(people, [person, *known], "people's")
        require_rows(people, "people's")
        named = people[person].astype(object).where(people[person].notna(), "")
        owners = [owner_of(str(name)) if name != "" else "" for name in named]
        traits: defaultdict[str, dict[Trait, None]] = defaultdict(dict)
        holders: defaultdict[Trait, set[str]] = defaultdict(set)
        spelt: dict[Trait, str] = {}
        for column in known:
            for owner, value in zip(owners, forms(people[column]), strict=True):
                trait = column, tuple(tokens(str(value)))
                if owner and trait[1]:
                    traits[owner][trait] = None
                    holders[trait].add(owner)
                    spelt.setdefault(trait, str(value))
        if not spelt:
            raise EmptyInputError("nothing is known of the people: no column that is named has a value")
        everybody = dict.fromkeys(filter(None, owners))
        needles = Needles.of((column, form) for (column, _), value in spelt.items() for form in written(value))
        return cls(
            {owner: tuple(traits[owner]) for owner in everybody},
            {trait: frozenset(found) for trait, found in holders.items()},
            spelt,
            {trait: _sought(needles, trait[0], value) for trait, value in spelt.items()},
            needles,
        )

    def __len__(self) -> int:
        """How many people there are."""
        return len(self.traits)

    def shown(self, owner: str, text: str) -> tuple[Trait, ...]:
        """Tell which traits of a person stand in a text."""
        seen = self.needles.found(text)
        return tuple(trait for trait in self.traits[owner] if self.sought[trait] & seen)

    def alike(self, traits: Sequence[Trait]) -> int:
        """Count the people who have all of these traits."""
        if not traits:
            return len(self)
        fewest, *others = sorted((self.holders[trait] for trait in traits), key=len)
        return len(fewest.intersection(*others))


def _sought(needles: Needles, column: str, value: str) -> frozenset[int]:
    by_words = (needles.by_tokens.get(tuple(tokens(form)), ()) for form in written(value))
    return frozenset(number for found in by_words for number in found if needles.kinds[number] == column)

"""Residual identifiers: which known original values still stand in what is about to leave."""

from __future__ import annotations

import time
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd

from leakage.codeword import plant
from leakage.control import Control
from leakage.errors import ConfigurationError, EmptyInputError
from leakage.interval import clopper_pearson
from leakage.risk import Risk, judge
from leakage.texts.document import Document
from leakage.texts.fold import fold, tokens
from leakage.texts.misspellings import Misspellings, misspelt
from leakage.texts.needles import Needles
from leakage.texts.scope import Mentions, Scope
from leakage.texts.units import Units, paired

PLANTED = 200  # values that the positive control plants at most

_TITLES = frozenset(
    "doctor frau herr madam madame mister mlle mme monsieur mrs prof professor senor senora sir".split()
)


@dataclass(frozen=True, slots=True, repr=False)
class ResidualIdentifiers:
    """The share of known values (or of documents or rows with one) that survive in the release.

    Source: the recall view of Pilán et al. 2022 (arXiv:2202.00443), turned to values known from elsewhere, such
    as the identifying columns of the table that the texts belong to.

    Threat: someone who knows a person's name, telephone number or id looks for it. Knowledge: the values. Both
    sides are case-folded, stripped of accents and of zero-width characters, and split at anything but letters
    and digits, so that spaces, dashes and line breaks do not matter; long numbers are found in any grouping. A
    value counts at word boundaries only, and only if it stood in the original or stands in the release. Cyrillic
    and Greek letters count for the Latin ones they look like too, and ä for ae, ø for oe and the like.

    With `near`, values of 8 letters or more are found with one letter wrong, left out, put in or swapped, those of
    12 or more with two, and written together; the digits in them must be right. Numbers, e-mail and web addresses
    are found exactly only, since another person's differs by a character. `Misspellings` says which near spellings
    are taken for somebody else.

    `values` maps a kind ("PERSON", "EMAIL_ADDRESS", …) to values. For the kinds in `parts` each word of three
    letters or more is looked for alone too, unless the original texts also use it in lower case: then it is an
    ordinary word (will, hill), counted in the details as skipped; in texts written without capitals, therefore,
    no part is looked for.

    `mentioned` maps ids of documents to what their texts mention, by kind, where that is known (true spans, or what
    a redactor found): more values to look for. What is known only from there, and is one word, counts in documents
    that mention it, or a value with it, and in others of the same person: elsewhere it may be something else
    (Washington, Paris). A word of `values` counts everywhere, but for the kinds that are `disguised`, which left as
    surrogates: made-up names share words with those of other people, so a word alone counts where it stood before.
    Titles (Mrs, Prof) are no parts.

    `unit` is what the value of the Risk is a share of: "value", or "document" (a row, in
    a table). The interval is Clopper and Pearson's.

    Details, per kind: values searched, present in the original, found in the release, near ones besides, and the
    upper bound of found and near together, which are what the value of the Risk counts.
    """

    values: Mapping[str, Iterable[str]]
    parts: Collection[str] = ()
    unit: Literal["value", "document"] = "value"
    near: bool = True
    mentioned: Mentions = field(default_factory=dict)
    disguised: Collection[str] = ()

    def __post_init__(self) -> None:
        """Read the values once, and check the settings."""
        if self.unit not in ("value", "document"):
            raise ConfigurationError("the unit of residual identifiers is 'value' or 'document'")
        frozen = _frozen(self.values)
        mentioned = {name: _frozen(values) for name, values in self.mentioned.items()}
        unknown = set(self.parts) - set(frozen).union(*mentioned.values())
        if unknown:
            raise ConfigurationError(f"parts are asked for kinds without values: {', '.join(sorted(unknown))}")
        object.__setattr__(self, "values", frozen)
        object.__setattr__(self, "mentioned", MappingProxyType(mentioned))

    def __repr__(self) -> str:
        """Kinds and counts, no values."""
        return f"ResidualIdentifiers({len(self.values)} kinds, unit={self.unit!r})"

    def run(
        self,
        original: Sequence[Document] | pd.DataFrame,
        released: Sequence[Document] | pd.DataFrame,
        control: Sequence[Document] | pd.DataFrame | None = None,
    ) -> Risk:
        """Measure the share that survives; INVALID under 30 values (documents), or if a planted value is missed.

        A control says nothing here, so none may be given.
        """
        start = time.perf_counter()
        if control is not None:
            raise ConfigurationError("residual identifiers have no control: they are found or not")
        before, after, owned = paired(original, released)
        if self.mentioned and not set(self.mentioned) <= set(owned.ids):
            raise ConfigurationError("what texts mention must be stated by the ids of released documents")
        ordinary = _lower_case_words(before) if self.parts or self.near else set()
        values, skipped = self._split_names(ordinary)
        needles = Needles.of(values)
        if not len(needles):
            raise EmptyInputError("no value to look for has a letter or a digit")
        scope = Scope.of(needles, self._mentioned_names(), self._words(ordinary), owned)
        present = scope.keep([_found(needles, unit) for unit in before])
        alone = needles.alone(self.disguised)
        found = _stood(alone, present, scope.keep([_found(needles, unit) for unit in after]))
        misspellings = Misspellings.of(values if self.near else (), needles, ordinary)
        marred = _stood(alone, present, scope.keep(misspellings.found(before, after, present)))
        near = [a - b for a, b in zip(marred, found, strict=True)]
        hits, attempts = self._count(present, [a | b for a, b in zip(found, near, strict=True)])
        return judge(
            "residual identifiers",
            clopper_pearson(hits, attempts),
            baseline=0.0,
            attempts=attempts,
            planted=_planted(values, needles, misspellings, after),
            details={**_per_kind(needles, present, found, near), "parts skipped": skipped},
            seconds=time.perf_counter() - start,
        )

    def _split_names(self, ordinary: AbstractSet[str]) -> tuple[list[tuple[str, str]], int]:
        told = [pair for values in self.mentioned.values() for pair in _listed(values)]
        values = list(dict.fromkeys([*self._pairs(), *told]))
        candidates = {
            (kind, part) for kind, value in values if kind in self.parts for part in tokens(value) if len(part) >= 3
        } - {(kind, title) for kind in self.parts for title in _TITLES}
        whole = {(kind, tuple(tokens(value))) for kind, value in values}
        new = {(kind, part) for kind, part in candidates if (kind, (part,)) not in whole and not part.isdecimal()}
        kept = sorted((kind, part) for kind, part in new if part not in ordinary)
        return values + kept, len(new) - len(kept)

    def _pairs(self) -> list[tuple[str, str]]:
        return _listed(self.values)

    def _words(self, ordinary: AbstractSet[str]) -> set[tuple[str, str]]:
        """List the single words that are looked for because of `values`: whole ones, and parts that are no ordinary."""
        split = [(kind, tokens(value)) for kind, value in self._pairs()]
        return {(kind, word) for kind, words in split for word in words if len(words) == 1 or word not in ordinary}

    def _mentioned_names(self) -> Mentions:
        return {
            name: {kind: [v for v in group if kind in self.parts or _is_word(v)] for kind, group in values.items()}
            for name, values in self.mentioned.items()
        }

    def _count(self, present: Sequence[set[int]], found: Sequence[set[int]]) -> tuple[int, int]:
        if self.unit == "document":
            with_any = [bool(a or b) for a, b in zip(present, found, strict=True)]
            return sum(bool(unit) for unit in found), sum(with_any)
        survived: set[int] = set().union(*found)
        return len(survived), len(survived.union(*present))


def _frozen(values: Mapping[str, Iterable[str]]) -> Mapping[str, tuple[str, ...]]:
    """Read values once; what is no text is none."""
    return MappingProxyType({kind: tuple(v for v in group if _is_text(v)) for kind, group in values.items()})


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_word(value: str) -> bool:
    words = tokens(value)
    return len(words) == 1 and words[0].isalpha()


def _stood(alone: AbstractSet[int], present: Sequence[AbstractSet[int]], found: Sequence[set[int]]) -> list[set[int]]:
    """Keep of single words those that stood in the same unit before."""
    return [after - (alone - before) for before, after in zip(present, found, strict=True)]


def _listed(values: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    return [(kind, value) for kind, group in values.items() for value in group]


def _found(needles: Needles, unit: Sequence[str]) -> set[int]:
    return set().union(*(needles.found(text) for text in unit)) if unit else set()


def _lower_case_words(units: Units) -> set[str]:
    """Folded words that stand in the texts with a small first letter; e-mail addresses and the like left out."""
    words: set[str] = set()
    for unit in units:
        for text in unit:
            plain = (word for word in text.split() if "@" not in word and "/" not in word)
            words.update(fold(word.strip(".,;:!?()\"'")) for word in plain if word[:1].islower())
    return words


def _per_kind(
    needles: Needles, present: Sequence[set[int]], found: Sequence[set[int]], near: Sequence[set[int]]
) -> dict[str, float]:
    searched = Counter(needles.kinds)
    original: set[int] = set().union(*present)
    survived: set[int] = set().union(*found)
    misspelt = set().union(*near) - survived
    details: dict[str, float] = {}
    for kind in searched:
        there, still, almost = (_of_kind(needles, kind, group) for group in (original, survived, misspelt))
        attempts = _of_kind(needles, kind, original | survived | misspelt)
        details[f"searched {kind}"] = searched[kind]
        details[f"present {kind}"] = there
        details[f"found {kind}"] = still
        details[f"near {kind}"] = almost
        details[f"upper {kind}"] = clopper_pearson(still + almost, attempts).upper
    details["documents with a survivor"] = sum(bool(a or b) for a, b in zip(found, near, strict=True))
    return details


def _of_kind(needles: Needles, kind: str, group: set[int]) -> int:
    return sum(needles.kinds[i] == kind for i in group)


def _planted(values: Sequence[tuple[str, str]], needles: Needles, misspellings: Misspellings, after: Units) -> Control:
    """Plant values in disguise, one a unit in turn, and the long ones misspelt, and search that unit for them."""
    usable = [(kind, value) for kind, value in values if tokens(value)]
    chosen = usable[:: max(1, len(usable) // PLANTED)][:PLANTED]
    hosts = ["".join(after[number % len(after)]) for number in range(len(chosen))]
    hits = 0
    for (kind, value), host in zip(chosen, hosts, strict=True):
        seen = needles.found(plant(host, [_disguised(value)]))
        hits += kind in {needles.kinds[i] for i in seen & needles.found(value)}
    wrong = [(host, value) for (_, value), host in zip(chosen, hosts, strict=True) if misspellings.seeks(value)]
    planted = [[plant(host, [misspelt(value)])] for host, value in wrong]
    seen_near = misspellings.found(planted, planted, [set()] * len(planted))
    hits += sum(bool(seen & needles.found(value)) for seen, (_, value) in zip(seen_near, wrong, strict=True))
    return Control(hits / (len(chosen) + len(wrong)), 1.0)


def _disguised(value: str) -> str:
    """Another case, decomposed accents, and a zero-width space in the middle."""
    other = unicodedata.normalize("NFD", value.swapcase())
    half = int(np.ceil(len(other) / 2))
    return f"({other[:half]}\u200b{other[half:]})"

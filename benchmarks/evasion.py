"""Identifiers that are spelled to be overlooked: six kinds, sixteen ways, found or not, beside Presidio."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from random import Random

from benchmarks.disguises import KINDS, SENTENCES, WAYS, Change
from benchmarks.maskers import Mask, Masker, presidio_masker, tamis_masker
from benchmarks.outcome import Grid, Outcome
from leakage import Estimate, clopper_pearson

SEED = 20261125
DRAWS = 20

_NOTE = (
    f"Each cell: {DRAWS} made-up identifiers, each in a sentence of its own. An identifier is found if every letter and "
    "digit of it is masked as it stands in the text, whatever the label. “Unchanged” counts the same identifiers before "
    "their change. “Two changes” draws two of the sixteen ways for each identifier. A way that does not touch a kind "
    "(capitals in a phone number) leaves it as it is. The ways were written before what undoes them; seeds of the "
    "figures were not looked at while it was written. Presidio 2.2.366 with the model that tamis uses."
)


@dataclass(frozen=True, slots=True, repr=False)
class Attempt:
    """A sentence, and where in it stands an identifier of a kind that was changed in a way."""

    kind: str
    way: str
    text: str
    start: int
    end: int

    def is_hidden(self, masks: Sequence[Mask]) -> bool:
        """Whether every letter and digit of the identifier is masked."""
        covered = {place for mask in masks for place in range(mask.start, mask.end)}
        return all(place in covered for place in range(self.start, self.end) if self.text[place].isalnum())


def run() -> Outcome:
    """Measure both systems on the sentences as written, changed once, and changed twice."""
    maskers = {"tamis": tamis_masker(), "Presidio": presidio_masker(organizations=False)}
    once = attempts(Random(SEED), {way: (change,) for way, change in WAYS.items()})
    plain = attempts(Random(SEED), {"unchanged": ()})
    twice = pairs(Random(SEED + 1))
    found = {name: {a: hit for a, hit in _judge(masker, [*once, *plain, *twice])} for name, masker in maskers.items()}
    sets = {"unchanged": plain, "one change": once, "two changes": twice}
    totals = {
        name: {title: clopper_pearson(sum(hits[a] for a in tries), len(tries)) for title, tries in sets.items()}
        for name, hits in found.items()
    }
    grids = [_totals(totals), *(_by_way(name, once, hits) for name, hits in found.items())]
    figures = {name: {title: asdict(share) for title, share in shares.items()} for name, shares in totals.items()}
    return Outcome("evasion", grids, figures)


def attempts(random: Random, ways: Mapping[str, Sequence[Change]]) -> list[Attempt]:
    """Draw sentences with identifiers of each kind, changed in each way."""
    return [
        _attempt(random, kind, way, changes) for way, changes in ways.items() for kind in KINDS for _ in range(DRAWS)
    ]


def pairs(random: Random) -> list[Attempt]:
    """Draw as many sentences with identifiers that were changed in two ways, one after the other."""
    drawn = [(kind, random.sample(sorted(WAYS), 2)) for kind in KINDS for _ in range(DRAWS * len(WAYS))]
    return [_attempt(random, kind, " + ".join(two), [WAYS[way] for way in two]) for kind, two in drawn]


def _attempt(random: Random, kind: str, way: str, changes: Sequence[Change]) -> Attempt:
    value = KINDS[kind](random)
    for change in changes:
        value = change(value, random)
    before, _, after = random.choice(SENTENCES[kind]).partition("*")
    return Attempt(kind, way, before + value + after, len(before), len(before) + len(value))


def _judge(masker: Masker, tries: Sequence[Attempt]) -> list[tuple[Attempt, bool]]:
    return [(a, a.is_hidden(masks)) for a, masks in zip(tries, masker([a.text for a in tries]), strict=True)]


def _totals(totals: Mapping[str, Mapping[str, Estimate]]) -> Grid:
    titles = list(next(iter(totals.values())))
    rows = [[name, *(_share(shares[title]) for title in titles)] for name, shares in totals.items()]
    return Grid("Identifiers hidden", ["system", *titles], rows, _NOTE)


def _by_way(name: str, tries: Sequence[Attempt], hits: Mapping[Attempt, bool]) -> Grid:
    rows = []
    for way in WAYS:
        cells = [[hits[a] for a in tries if (a.kind, a.way) == (kind, way)] for kind in KINDS]
        rows.append([way, *(f"{sum(cell)}/{len(cell)}" for cell in cells)])
    return Grid(f"One change: {name}", ["change", *KINDS], rows)


def _share(share: Estimate) -> str:
    return f"{share.value:.3f} ({share.low:.3f} to {share.high:.3f})"

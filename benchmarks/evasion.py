"""Identifiers that are spelled to be overlooked: six kinds, sixteen ways, found or not, beside Presidio."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from random import Random

from benchmarks.disguises import KINDS, SENTENCES, WAYS, Change
from benchmarks.maskers import Mask, Masker, presidio_masker
from benchmarks.outcome import Grid, Outcome
from deid import Scanner
from deid.detector import Detector
from deid.voting import vote
from leakage import Estimate, clopper_pearson

SEED = 20261125
DRAWS = 10

_NOTE = (
    f"Each cell: {DRAWS} made-up identifiers, each in a sentence of its own. One is found if every letter and "
    "digit of it is masked as it stands in the text, whatever the label. "
    "“Unchanged” counts such identifiers without a change, “two changes” draws two of the sixteen for each. A change "
    "that does not touch a kind (capitals in a phone number) leaves it as it is. The changes were written before what "
    "undoes them, which was then improved on draws with other seeds. “tamis, text as given” asks the same detectors "
    "about the text as it stands and no other. Presidio 2.2.366 with the model that tamis uses."
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
    """Measure the systems on the sentences unchanged, changed once, and changed twice."""
    scanner = Scanner()
    maskers: dict[str, Masker] = {
        "tamis": partial(_scan, scanner),
        "tamis, text as given": partial(_ask, scanner.detectors),
        "Presidio": presidio_masker(organizations=False),
    }
    sets = {
        "unchanged": attempts(_random(0), {"": ()}),
        "one change": attempts(_random(1), {way: (change,) for way, change in WAYS.items()}),
        "two changes": pairs(_random(2)),
    }
    found = {name: {title: _judge(masker, tries) for title, tries in sets.items()} for name, masker in maskers.items()}
    shares = {
        name: {title: clopper_pearson(sum(hits), len(hits)) for title, hits in by_set.items()}
        for name, by_set in found.items()
    }
    once = sets["one change"]
    grids = [_totals(shares), *(_by_way(name, once, by_set["one change"]) for name, by_set in found.items())]
    cells = {name: _full(once, by_set["one change"]) for name, by_set in found.items()}
    figures = {
        "shares": {name: {title: asdict(share) for title, share in own.items()} for name, own in shares.items()},
        "full cells of 96": cells,
    }
    return Outcome("evasion", grids, figures)


def _random(number: int) -> Random:
    return Random(SEED + number)  # noqa: S311 made-up values that must repeat


def _scan(scanner: Scanner, texts: Sequence[str]) -> list[list[Mask]]:
    return [[Mask(f.start, f.end, f.label, f.score) for f in found] for found in scanner.scan(texts)]


def _ask(detectors: Sequence[Detector], texts: Sequence[str]) -> list[list[Mask]]:
    """Ask the detectors about the texts as they are, and put together what they say."""
    answers = [detector.detect(texts) for detector in detectors]
    return [
        [Mask(f.start, f.end, f.label, f.score) for f in vote(text, [f for answer in answers for f in answer[index]])]
        for index, text in enumerate(texts)
    ]


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
    value, start, end = KINDS[kind](random), 0, 0
    for change in changes:
        changed = change(value, random)
        # Words that stick to an identifier are no part of it.
        start, end = changed.find(value), len(changed)
        start, end, value = (start, start + len(value), changed) if start >= 0 else (0, end, changed)
    before, _, after = random.choice(SENTENCES[kind]).partition("*")
    return Attempt(kind, way, before + value + after, len(before) + start, len(before) + (end or len(value)))


def _judge(masker: Masker, tries: Sequence[Attempt]) -> list[bool]:
    return [a.is_hidden(masks) for a, masks in zip(tries, masker([a.text for a in tries]), strict=True)]


def _totals(shares: Mapping[str, Mapping[str, Estimate]]) -> Grid:
    titles = list(next(iter(shares.values())))
    rows = [[name, *(_share(own[title]) for title in titles)] for name, own in shares.items()]
    return Grid("Identifiers hidden", ["system", *titles], rows, _NOTE)


def _cells(tries: Sequence[Attempt], hits: Sequence[bool]) -> dict[tuple[str, str], int]:
    cells = {(way, kind): 0 for way in WAYS for kind in KINDS}
    for attempt, hit in zip(tries, hits, strict=True):
        cells[attempt.way, attempt.kind] += hit
    return cells


def _full(tries: Sequence[Attempt], hits: Sequence[bool]) -> int:
    """Count the cells in which nothing was overlooked."""
    return sum(count == DRAWS for count in _cells(tries, hits).values())


def _by_way(name: str, tries: Sequence[Attempt], hits: Sequence[bool]) -> Grid:
    cells = _cells(tries, hits)
    rows = [[way, *(str(cells[way, kind]) for kind in KINDS)] for way in WAYS]
    note = f"Of {DRAWS} each; all found in {_full(tries, hits)} of {len(cells)} cells."
    return Grid(f"One change: {name}", ["change", *KINDS], rows, note)


def _share(share: Estimate) -> str:
    return f"{share.value:.3f} ({share.low:.3f} to {share.high:.3f})"

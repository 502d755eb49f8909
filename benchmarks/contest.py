"""Several systems over the same texts in one run: what each masked, and how fast."""

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.annotated import Annotated
from benchmarks.coverage import Span
from benchmarks.maskers import Mask, Masker

TAMIS, PRESIDIO, PRESIDIO_ORG = "tamis, standard policy", "Presidio, as shipped", "Presidio with ORGANIZATION"
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Pace:
    """Characters a second in each round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle round."""
        return statistics.median(self.rounds)

    def over(self, peer: "Pace") -> list[float]:
        """How many times as fast as the peer, round by round, slowest first."""
        return sorted(own / other for own, other in zip(self.rounds, peer.rounds, strict=True))


@dataclass(frozen=True, slots=True)
class Contest:
    """The masks of each system, document by document, and the paces of those that were timed."""

    masks: Mapping[str, Sequence[Sequence[Mask]]]
    paces: Mapping[str, Pace]

    def variants(self) -> dict[str, list[list[Span]]]:
        """Give the spans of every system: with all scores, above 0.35, and without organisations."""
        spans = {f"{PRESIDIO}, score ≥ 0.35": _spans(self.masks[PRESIDIO], 0.35)}
        spans |= {f"{PRESIDIO_ORG}, score ≥ 0.35": _spans(self.masks[PRESIDIO_ORG], 0.35)}
        spans |= {"tamis, ORGANIZATION kept": _spans(self.masks[TAMIS], 0.0, "ORGANIZATION")}
        every = {name: _spans(masks, 0.0) for name, masks in self.masks.items()} | spans
        return dict(sorted(every.items(), key=lambda item: (not item[0].startswith("tamis"), item[0])))


def compete(texts: Sequence[Annotated], timed: Mapping[str, Masker], untimed: Mapping[str, Masker]) -> Contest:
    """Let every system mask the texts; those to be timed take turns, each distinct text once a round."""
    distinct = list(dict.fromkeys(text.text for text in texts))
    size = sum(map(len, distinct))
    answers: dict[str, dict[str, list[Mask]]] = {}
    seconds: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(ROUNDS):
        for name, masker in timed.items():
            start = time.perf_counter()
            found = masker(distinct)
            seconds[name].append(time.perf_counter() - start)
            answers[name] = dict(zip(distinct, found, strict=True))
    answers |= {name: dict(zip(distinct, masker(distinct), strict=True)) for name, masker in untimed.items()}
    masks = {name: [found[text.text] for text in texts] for name, found in answers.items()}
    return Contest(masks, {name: Pace(tuple(size / taken for taken in rounds)) for name, rounds in seconds.items()})


def _spans(masks: Sequence[Sequence[Mask]], score: float, kept: str = "") -> list[list[Span]]:
    return [[(m.start, m.end) for m in found if m.score >= score and m.label != kept] for found in masks]

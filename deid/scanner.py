"""Scan texts: windows, detectors, known values, vote, propagation. What cannot be scanned is withheld."""

from collections.abc import Iterator, Sequence

import regex

from deid.detector import Detector
from deid.detectors import load_detector
from deid.detectors.known import KnownDetector
from deid.finding import LABELS, WITHHELD, Finding
from deid.policy import Policy
from deid.voting import vote

WINDOW = 50_000
OVERLAP = 1_000
_BATCH = 256

_TAG = regex.compile(r"\[[A-Z][A-Z_]{1,40}\]|\b[A-Z][A-Z_]{1,40}_k[0-9a-f]{4}_[0-9a-f]{16}\b")
_TAG_LABEL = regex.compile(r"[A-Z][A-Z_]*[A-Z]")


class Scanner:
    """Finds personal data in texts as a policy says. Costly to build (it loads the language model), cheap to keep."""

    def __init__(self, policy: Policy | None = None, detectors: Sequence[Detector] | None = None) -> None:
        self._policy = policy or Policy()
        self._detectors = tuple(detectors) if detectors is not None else tuple(_load(self._policy))

    @property
    def policy(self) -> Policy:
        """The policy that it was built for."""
        return self._policy

    @property
    def detectors(self) -> tuple[Detector, ...]:
        """The detectors that vote."""
        return self._detectors

    def without_model(self) -> "Scanner":
        """Return a scanner of the same patterns without language models: for cells that are no sentences."""
        return Scanner(self._policy, [d for d in self._detectors if d.name != "spacy"])

    def scan(
        self, texts: Sequence[str], known: Sequence[KnownDetector | None] | None = None
    ) -> list[tuple[Finding, ...]]:
        """Return the findings of each text: sorted, disjoint, offsets in code points of the text as given.

        Each distinct text is scanned once. `known` brings, for each text, the values that are known to stand for
        someone in it. A person found once is found again in the same text, by each part of the name.
        """
        seen = self._see(list(dict.fromkeys(texts)))
        companions = known if known is not None else [None] * len(texts)
        return [self._conclude(text, seen[text], extra) for text, extra in zip(texts, companions, strict=True)]

    def _see(self, texts: Sequence[str]) -> dict[str, list[Finding]]:
        seen: dict[str, list[Finding]] = {text: [] for text in texts}
        windows = [(text, start) for text in texts for start in _starts(text)]
        for first in range(0, len(windows), _BATCH):
            batch = windows[first : first + _BATCH]
            pieces = [text[start : start + WINDOW] for text, start in batch]
            for detector in self._detectors:
                for (text, start), found in zip(batch, detector.detect(pieces), strict=True):
                    seen[text].extend(f.shift(start) for f in found)
        return seen

    def _conclude(self, text: str, found: Sequence[Finding], known: KnownDetector | None) -> tuple[Finding, ...]:
        if any(f.withheld for f in found):
            return (Finding(0, len(text), WITHHELD, 1.0, next(f.detector for f in found if f.withheld)),)
        everything = [*found, *(known.detect([text])[0] if known else ())]
        voted = vote(text, everything, self._policy.min_score)
        again = _propagate(text, voted)
        voted = vote(text, [*everything, *again], self._policy.min_score) if again else voted
        tags = [m.span() for m in _TAG.finditer(text) if _is_own_tag(m.group())]
        return tuple(f for f in voted if not any(a <= f.start and f.end <= b for a, b in tags)) if tags else voted


def _load(policy: Policy) -> Iterator[Detector]:
    settings = {"spacy": {"model": policy.model}, "presidio": {"language": policy.language}}
    for name in policy.detectors:
        yield load_detector(name, **settings.get(name, {}))


def _starts(text: str) -> range:
    return range(0, max(1, len(text) - OVERLAP), WINDOW - OVERLAP)


def _is_own_tag(tag: str) -> bool:
    match = _TAG_LABEL.search(tag)
    return match is not None and match.group() in LABELS


def _propagate(text: str, voted: Sequence[Finding]) -> list[Finding]:
    """Find the people of a text again, whole or by a part of the name; not where the words are in lower case."""
    names = [text[f.start : f.end] for f in voted if f.label == "PERSON"]
    if not names:
        return []
    covered = {place for f in voted for place in range(f.start, f.end)}
    found = KnownDetector({"PERSON": names}, "same-person").detect([text])[0]
    return [f for f in found if text[f.start].isupper() and not covered.issuperset(range(f.start, f.end))]

"""Scan texts: windows, detectors, known values, vote, propagation. What cannot be scanned is withheld."""

from collections.abc import Iterable, Sequence
from typing import TypeGuard

import regex

from deid.detector import Detector, LateDetector, Seen
from deid.detectors import MODELS, PATTERNS, load_detector, spacy_model
from deid.detectors.engine.pattern import PatternDetector
from deid.detectors.engine.view import View
from deid.detectors.known import KnownDetector
from deid.detectors.models.trust import trust
from deid.detectors.own.custom import load_recognisers
from deid.errors import DeidError, DetectorError
from deid.finding import WITHHELD, Finding, withhold
from deid.labels import LABELS
from deid.normal.normalise import Normalised, normalise
from deid.normal.stretches import stretches
from deid.policy import Policy
from deid.propagation import propagate
from deid.voting import vote

WINDOW = 50_000
OVERLAP = 1_000
_BATCH = 256
_SUSPICION = 0.1

_CORE = regex.compile(r"[+(#@]?[\p{L}\p{N}](?:.*[\p{L}\p{M}\p{N}])?", regex.DOTALL)
_TAG = regex.compile(
    r"\[[A-Z][A-Z_]{1,40}\]|\b[A-Z][A-Z_]{1,40}_(?:k[0-9a-f]{4}_[0-9a-f]{16}\b|e[0-9a-f]{4}_[A-Za-z0-9_-]{38,})"
)
_TAG_LABEL = regex.compile(r"[A-Z][A-Z_]*[A-Z]")


class Scanner:
    """Finds personal data in texts as a policy says. Costly to build (it loads the language model), cheap to keep."""

    def __init__(self, policy: Policy | None = None, detectors: Sequence[Detector] | None = None) -> None:
        self._policy = policy or Policy()
        self._detectors = tuple(detectors) if detectors is not None else load_detectors(self._policy)

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
        return Scanner(self._policy, [d for d in self._detectors if d.name not in MODELS])

    def scan(
        self, texts: Sequence[str], known: Sequence[KnownDetector | None] | None = None
    ) -> list[tuple[Finding, ...]]:
        """Return the findings of each text: sorted, disjoint, offsets in code points of the text as given.

        Each distinct text is scanned once. `known` brings, for each text, the values that are known to stand for
        someone in it. A person found once is found again in the same text, by each part of the name.
        """
        seen = self._see(dict.fromkeys(texts))
        companions = known if known is not None else [None] * len(texts)
        return [self._conclude(text, seen[text], extra) for text, extra in zip(texts, companions, strict=True)]

    def _see(self, texts: Iterable[str]) -> dict[str, list[Finding]]:
        seen = {text: [] if _is_sound(text) else withhold(text, "scanner") for text in texts}
        short = [text for text, found in seen.items() if not found and len(text) <= WINDOW]
        for first in range(0, len(short), _BATCH):
            batch = short[first : first + _BATCH]
            seen.update(zip(batch, self._look(batch), strict=True))
        for text in [text for text in seen if len(text) > WINDOW and not seen[text]]:
            seen[text] = self._see_long(text)
        return seen

    def _see_long(self, text: str) -> list[Finding]:
        """Look through one window after the other, up to the first that has to be withheld."""
        seen: list[Finding] = []
        for start in range(0, len(text) - OVERLAP, WINDOW - OVERLAP):
            seen.extend(f.shift(start) for f in self._look([text[start : start + WINDOW]])[0])
            if any(f.withheld for f in seen):
                break
        return seen

    def _look(self, pieces: Sequence[str]) -> list[list[Finding]]:
        views = [normalise(piece) for piece in pieces]
        places = {
            deep: [
                (i, *stretch)
                for i, (piece, view) in enumerate(zip(pieces, views, strict=True))
                for stretch in stretches(piece, view, deep)
            ]
            for deep in (False, True)
        }
        seen = {
            deep: [View(text) for text in (*pieces, *(views[i].text[start:end] for i, start, end in where))]
            for deep, where in places.items()
        }
        found: list[list[Finding]] = [[] for _ in pieces]
        for detector in sorted(self._detectors, key=_is_late):
            deep = detector.name in MODELS
            known = [self._sort_out(one) for one in found] if _is_late(detector) and not self._wants_all else None
            answers = self._ask_both(detector, seen[deep], views, places[deep], known)
            for own, more in zip(found, answers, strict=True):
                own.extend(more)
        return found

    @property
    def _wants_all(self) -> bool:
        """Whether every voter is heard about everything, settled or not."""
        return self._policy.dial.position == "recall"

    def _sort_out(self, found: Sequence[Finding]) -> Seen:
        """Tell what has evidence enough from what is only suspected."""
        settled: list[Finding] = []
        suspected: list[Finding] = []
        for f in found:
            if f.score >= self._policy.dial.threshold(f.label):
                settled.append(f)
            elif f.score >= _SUSPICION:
                suspected.append(f)
        return Seen(settled, suspected)

    def _ask_both(
        self,
        detector: Detector,
        seen: Sequence[View],
        views: Sequence[Normalised],
        places: Sequence[tuple[int, int, int]],
        known: Sequence[Seen] | None,
    ) -> list[list[Finding]]:
        """Ask a detector about the texts as they are, and about the places where they read otherwise once normalised.

        A model is believed as far as what it sees can be what it says.
        """
        answers = _ask(detector, seen, known)
        if detector.name in MODELS:
            answers = [self._believed(view.text, found) for view, found in zip(seen, answers, strict=True)]
        for (i, start, _), found in zip(places, answers[len(views) :], strict=True):
            answers[i] = answers[i] + [_moved(f.shift(start), views[i]) for f in found]
        return answers[: len(views)]

    def _believed(self, text: str, found: Sequence[Finding]) -> list[Finding]:
        whole = (f for f in (_trimmed(text, f) for f in found) if f is not None)
        scored = ((f, f.score * trust(f.label, text[f.start : f.end], self._policy.language)) for f in whole)
        return [f.scored(score) for f, score in scored if score]

    def _vote(self, text: str, found: Sequence[Finding]) -> tuple[Finding, ...]:
        return tuple(self._policy.lists.allowed.keep(text, vote(text, found, self._policy.dial)))

    def _conclude(self, text: str, found: Sequence[Finding], known: KnownDetector | None) -> tuple[Finding, ...]:
        if any(f.withheld for f in found):
            return (Finding(0, len(text), WITHHELD, 1.0, next(f.detector for f in found if f.withheld)),)
        everything = [*found, *(known.detect([text])[0] if known else ())]
        voted = self._vote(text, everything)
        again = propagate(text, voted, self._policy.language)
        voted = self._vote(text, [*everything, *again]) if again else voted
        tags = [m.span() for m in _TAG.finditer(text) if _is_own_tag(m.group())]
        return tuple(f for f in voted if not any(a <= f.start and f.end <= b for a, b in tags)) if tags else voted


def load_detectors(policy: Policy) -> tuple[Detector, ...]:
    """Build all that a policy asks for: families, recognisers of its files, the denied.

    Raises `PolicyError` for an unknown family or an unusable recogniser, `ModelError` for a model.
    """
    return (*load_families(policy), *load_own(policy))


def load_families(policy: Policy) -> tuple[Detector, ...]:
    """Build the detector families that a policy names, which is costly where they are models."""
    model = policy.model or spacy_model(policy.language)
    shared: dict[str, str | float] = {"language": policy.language, "seconds": policy.seconds}
    settings = dict.fromkeys(PATTERNS, shared) | {"spacy": {"model": model or ""}}
    names = [name for name in policy.detectors if name != "spacy" or model]
    return tuple(load_detector(name, **settings.get(name, {})) for name in names)


def load_own(policy: Policy) -> tuple[Detector, ...]:
    """Build what a policy brings of its own: recognisers in files, and the denied."""
    denied = policy.lists.detector(policy.seconds)
    return (*(load_recognisers(path, policy.language) for path in policy.recognisers), *((denied,) if denied else ()))


def _trimmed(text: str, finding: Finding) -> Finding | None:
    """Return what a model found without the signs and spaces at its ends; None where nothing is left."""
    core = _CORE.search(text, finding.start, finding.end)
    return finding.at(*core.span()) if core else None


def _moved(finding: Finding, view: Normalised) -> Finding:
    return finding.at(*view.span(finding.start, finding.end))


def _ask(detector: Detector, seen: Sequence[View], known: Sequence[Seen] | None) -> list[list[Finding]]:
    """Ask a detector, and hold it to its contract; what it raises may carry the text and goes no further."""
    try:
        answer = _answer(detector, seen, known)
    except DeidError:
        raise
    except Exception as error:  # noqa: BLE001 other people's code may raise anything
        raise DetectorError(f"the detector {detector.name!r} failed: {type(error).__name__}") from None
    if len(answer) != len(seen) or any(
        f.end > len(view.text) for view, found in zip(seen, answer, strict=True) for f in found
    ):
        raise DetectorError(f"the detector {detector.name!r} answered for texts or offsets that are not there")
    return answer


def _answer(detector: Detector, seen: Sequence[View], known: Sequence[Seen] | None) -> list[list[Finding]]:
    if _looks(detector):
        return detector.look(seen)
    texts = [view.text for view in seen]
    if known is None or not isinstance(detector, LateDetector):
        return detector.detect(texts)
    return detector.detect_open(texts, [*known, *[Seen((), ())] * (len(texts) - len(known))])


def _is_late(detector: Detector) -> bool:
    return isinstance(detector, LateDetector)


def _looks(detector: Detector) -> TypeGuard[PatternDetector]:
    """Whether a detector can look at views that others share; one that detects in its own way is asked that way."""
    return isinstance(detector, PatternDetector) and type(detector).detect is PatternDetector.detect


def _is_sound(text: str) -> bool:
    """Whether the text is Unicode; half of a surrogate pair is not, and neither models nor files take it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_own_tag(tag: str) -> bool:
    match = _TAG_LABEL.search(tag)
    return match is not None and match.group() in LABELS

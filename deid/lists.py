"""What a policy says of words by name: those that are always personal data, and those that never are."""

import time
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

import regex

from deid.detector import Detector
from deid.detectors.engine.pattern import PatternDetector, Rule
from deid.detectors.own.expression import FLAGS, check
from deid.errors import PolicyError
from deid.finding import Finding
from deid.phrases import Phrases

DENY = "deny"
"""What findings of a deny list carry as their origin."""

KEYS = frozenset({"deny", "deny_patterns", "allow", "allow_patterns"})
"""The keys of a policy that `Lists.from_mapping` reads."""

_CERTAIN = 1.0
_LABEL = regex.compile(r"[A-Z][A-Z0-9_]{0,39}")
_RESERVED = frozenset({"WITHHELD", "FREE_TEXT"})


@dataclass(frozen=True, repr=False)
class Lists:
    """The lists of a policy, checked; they may hold personal data and show only how long they are.

    `deny` and `deny_patterns` map a label to phrases and to regular expressions: what they match is personal data, for
    certain. `allow` and `allow_patterns` are phrases and regular expressions: what they match is none. Deny goes
    before allow.
    """

    deny: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deny_patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    allow: tuple[str, ...] = ()
    allow_patterns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check every entry. Raises `PolicyError`, naming the list and the entry's number."""
        for key, lists in (("deny", self.deny), ("deny_patterns", self.deny_patterns)):
            for label in lists:
                check_label(label, key)
        for label, terms in self.deny.items():
            Phrases(terms, f"deny.{label}")
        for label, patterns in self.deny_patterns.items():
            _check_patterns(patterns, f"deny_patterns.{label}")
        Phrases(self.allow, "allow")
        _check_patterns(self.allow_patterns, "allow_patterns")

    def __repr__(self) -> str:
        """Give counts, no words."""
        denied = sum(len(terms) for lists in (self.deny, self.deny_patterns) for terms in lists.values())
        return f"Lists(deny={denied} entries, allow={len(self.allow) + len(self.allow_patterns)} entries)"

    @classmethod
    def from_mapping(cls, given: Mapping[str, object]) -> "Lists":
        """Read the keys `deny`, `deny_patterns`, `allow` and `allow_patterns` of a policy; others are not looked at.

        Raises `PolicyError`, naming the key at fault.

        >>> Lists.from_mapping({"deny": {"ORGANIZATION": ["Project Bluebird"]}, "allow": ["Leeds"]})
        Lists(deny=1 entries, allow=1 entries)
        """
        return cls(
            _by_label(given, "deny"),
            _by_label(given, "deny_patterns"),
            _strings(given.get("allow", []), "allow"),
            _strings(given.get("allow_patterns", []), "allow_patterns"),
        )

    def detector(self, seconds: float = 1.0) -> Detector | None:
        """Build what finds the denied, or None where nothing is."""
        return DenyDetector(self.deny, self.deny_patterns, seconds) if self.denies else None

    @property
    def denies(self) -> bool:
        """Whether anything is denied."""
        return bool(self.deny or self.deny_patterns)

    @cached_property
    def allowed(self) -> "AllowList":
        """What takes the allowed out of findings."""
        return AllowList(self.allow, self.allow_patterns)


class DenyDetector:
    """Finds denied phrases and patterns, each with score 1; a text that takes too long is withheld."""

    def __init__(
        self, terms: Mapping[str, Sequence[str]], patterns: Mapping[str, Sequence[str]], seconds: float = 1.0
    ) -> None:
        self._phrases = {label: Phrases(listed, f"deny.{label}") for label, listed in terms.items()}
        rules = [
            Rule(label, pattern, _CERTAIN, flags=FLAGS) for label, listed in patterns.items() for pattern in listed
        ]
        self._patterns = PatternDetector(DENY, rules, seconds)

    @property
    def name(self) -> str:
        """The name of the family."""
        return DENY

    def detect(self, texts: Sequence[str]) -> list[list[Finding]]:
        """Return every place of each text at which something denied stands."""
        found = self._patterns.detect(texts)
        return [[*matched, *self._listed(text)] for text, matched in zip(texts, found, strict=True)]

    def _listed(self, text: str) -> Iterable[Finding]:
        for label, phrases in self._phrases.items():
            for start, end in phrases.find(text):
                yield Finding(start, end, label, _CERTAIN, DENY)


class AllowList:
    """Takes findings out that lie wholly within what a list allows; a finding that reaches beyond it stays whole.

    What is denied, or withheld, stays. A pattern that takes longer than `seconds` on a text allows nothing in it.
    """

    def __init__(self, terms: Sequence[str], patterns: Sequence[str], seconds: float = 0.5) -> None:
        self._phrases = Phrases(terms, "allow")
        self._patterns = [regex.compile(pattern, FLAGS) for pattern in patterns]
        self._seconds = seconds

    def __bool__(self) -> bool:
        """Whether anything is allowed."""
        return bool(self._phrases or self._patterns)

    def drops(self, text: str, finding: Finding) -> bool:
        """Whether a finding of the text is allowed."""
        return not self.keep(text, [finding])

    def keep(self, text: str, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings of one text that are not allowed."""
        listed = list(findings)
        if not self or not listed:
            return listed
        spans = sorted(self._spans(text))
        starts = [start for start, _ in spans]
        reach = [0, *accumulate((end for _, end in spans), max)]  # the furthest end of the first so many
        return [f for f in listed if f.withheld or is_denied(f) or reach[bisect_right(starts, f.start)] < f.end]

    def _spans(self, text: str) -> list[tuple[int, int]]:
        spans = list(self._phrases.find(text)) if self._phrases else []
        deadline = time.monotonic() + self._seconds
        for pattern in self._patterns:
            try:
                spans += [m.span() for m in pattern.finditer(text, timeout=max(0.001, deadline - time.monotonic()))]
            except TimeoutError:
                break
        return spans


def check_label(label: object, where: str) -> str:
    """Return a label that can stand in a tag; raise `PolicyError`, naming `where`, for another.

    >>> check_label("EMPLOYEE_ID", "deny")
    'EMPLOYEE_ID'
    """
    if not isinstance(label, str) or not _LABEL.fullmatch(label) or label in _RESERVED:
        raise PolicyError(
            f"{where}: a label is at most 40 capital letters, digits and _ (and not WITHHELD or FREE_TEXT)"
        )
    return label


def is_denied(finding: Finding) -> bool:
    """Whether a deny list named what was found."""
    return DENY in finding.detector.split("+")


def _check_patterns(patterns: Sequence[object], where: str) -> None:
    for number, pattern in enumerate(patterns, 1):
        check(pattern, f"{where}: entry {number}")


def _by_label(given: Mapping[str, object], key: str) -> dict[str, tuple[str, ...]]:
    section = given.get(key, {})
    if not isinstance(section, Mapping):
        raise PolicyError(f"{key!r} must be a table of lists by label")
    return {str(label): _strings(listed, f"{key}.{label}") for label, listed in section.items()}


def _strings(listed: object, where: str) -> tuple[str, ...]:
    if not isinstance(listed, list) or not all(isinstance(entry, str) for entry in listed):
        raise PolicyError(f"{where!r} must be a list of strings")
    return tuple(listed)

"""Detectors of a few words and operators that tell what they were asked, for tests of what a redaction writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from deid import Key, Policy, Scanner
from deid.finding import Finding, withhold
from deid.operators import Context, Keep

KEY = Key(bytes(range(32)))


@dataclass(frozen=True)
class Words:
    """A detector of words that it was told, each with a label and a score."""

    words: Mapping[str, tuple[str, float]]
    name: str = "words"

    def detect(self, texts: Sequence[str]) -> list[list[Finding]]:
        return [self._found(text) for text in texts]

    def _found(self, text: str) -> list[Finding]:
        if "unreadable" in text:
            return withhold(text, self.name)
        places = ((text.find(word), word, *said) for word, said in self.words.items())
        return sorted(Finding(at, at + len(word), *said, self.name) for at, word, *said in places if at >= 0)


class Asked:
    """A detector that finds nothing and keeps what it was asked."""

    def __init__(self, name: str) -> None:
        self.name, self.texts = name, set[str]()

    def detect(self, texts: Sequence[str]) -> list[list[Finding]]:
        self.texts.update(texts)
        return [[] for _ in texts]


@dataclass(frozen=True, slots=True)
class Numbered:
    """An operator that answers with the number of the call, fails on "bad" and answers nonsense for "odd"."""

    keyed: ClassVar[bool] = False
    by_subject: ClassVar[bool] = False

    fresh: bool = False
    calls: list[tuple[str, Context]] = field(default_factory=list, compare=False, repr=False)

    def apply(self, value: str, context: Context) -> str:
        self.calls.append((value, context))
        if value == "bad":
            raise LookupError(value)
        return None if value == "odd" else f"<{len(self.calls)}>"  # type: ignore[return-value]


@dataclass(frozen=True)
class Dated(Keep):
    """An operator with parameters that JSON does not know, and one that is made anew."""

    day: date | None = None
    tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.day:
            self.tags.append("a")


class Plain:
    """An operator that is no dataclass."""

    keyed = by_subject = False

    def apply(self, value: str, context: Context) -> str:  # noqa: ARG002 the seam's signature
        return value


@dataclass(frozen=True, slots=True)
class Owned(Numbered):
    """The same, whose answer depends on whose value it is."""

    by_subject: ClassVar[bool] = True


SEEN = {"Ann": ("PERSON", 0.9), "Rome": ("LOCATION", 0.9), "x1": ("ID_NUMBER", 0.9)}
ANN, ROME = Finding(0, 3, "PERSON", 0.9, "w"), Finding(12, 16, "LOCATION", 0.9, "w")
TEXT = "Ann went to Rome."


def scanner(policy: Policy | None = None, words: Mapping[str, tuple[str, float]] | None = None) -> Scanner:
    return Scanner(policy or Policy(), [Words(SEEN if words is None else words)])

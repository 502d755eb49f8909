"""Patterns with checksums and context, each text under one time limit: who runs out of time has found everything."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import regex

from deid.detectors.engine.compiling import compile_once
from deid.detectors.engine.sieve import Sieve
from deid.detectors.engine.view import View
from deid.finding import Finding, withhold

_CONTEXT_BOOST = 0.35
_CONTEXT_FLOOR = 0.4
_CONTEXT_REACH = 60
_WORD = regex.compile(r"\w+")


def _undecided(_: str) -> bool | None:
    return None


@dataclass(frozen=True, eq=False)
class Rule:
    """One pattern: what it finds, how sure it is alone, and what makes it surer.

    `validate` judges a match: True means certain (score 1), False means no match, None leaves the score. `context`
    words within 60 characters before the match, whole and in any case, raise the score by 0.35 to at least 0.4 (the
    figures of Presidio's context enhancer). Where the pattern has a group called `value`, the finding is that group.

    What a text must have for the pattern to be tried at all, so that others pay nothing: any character of `needs`, any
    word of `words` (lower case). `lower` matches against the text in lower case, which costs far less than ignoring
    case; the pattern is then written in lower case.
    """

    label: str
    pattern: str
    score: float
    context: tuple[str, ...] = ()
    validate: Callable[[str], bool | None] = field(default=_undecided, repr=False)
    needs: str = ""
    words: frozenset[str] = frozenset()
    lower: bool = False
    flags: int = regex.MULTILINE | regex.IGNORECASE

    @cached_property
    def compiled(self) -> "regex.Pattern[str]":
        """The pattern, compiled once."""
        return compile_once(self.pattern, self.flags & ~regex.IGNORECASE if self.lower else self.flags)

    @cached_property
    def grouped(self) -> bool:
        """Whether the pattern says itself which part of a match is the finding."""
        return "value" in self.compiled.groupindex

    @cached_property
    def context_words(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """Context as single words and as phrases, in lower case."""
        lowered = [c.lower() for c in self.context]
        return frozenset(c for c in lowered if _WORD.fullmatch(c)), tuple(c for c in lowered if not _WORD.fullmatch(c))


class _Index:
    """Rules by what a text must have for them: of hundreds a text pays for the few that it may meet."""

    def __init__(self, rules: Sequence[Rule], sieved: bool) -> None:
        everywhere = [rule for rule in rules if not rule.words]
        needs = [rule.needs for rule in everywhere]
        self._everywhere = tuple(sorted(everywhere, key=lambda rule: needs.index(rule.needs)))
        self._sieve = Sieve(self._everywhere) if sieved else None
        self._words = frozenset(word for rule in rules for word in rule.words)
        self._by_word: dict[str, dict[str, list[Rule]]] = defaultdict(lambda: defaultdict(list))
        for rule in rules:
            for word in rule.words:
                self._by_word[rule.needs][word].append(rule)

    def rules_for(self, view: View) -> Iterator[Rule]:
        """Return the rules that may find something in a text, each once."""
        passed = [self._everywhere[i] for i in self._sieve.passes(view)] if self._sieve else self._everywhere
        for rule in passed:
            if view.holds(rule.needs):
                yield rule
        if self._words and (met := self._words & view.words):
            yield from self._called(view, met)

    def _called(self, view: View, words: frozenset[str]) -> Iterator[Rule]:
        """Return the rules that wait for any of the words."""
        for needs, by_word in self._by_word.items():
            if view.holds(needs):
                met = words & by_word.keys()
                yield from dict.fromkeys(rule for word in sorted(met) for rule in by_word[word])


class PatternDetector:
    """Runs rules over texts. A text that takes longer than `seconds` is withheld.

    With `sieved` one pass over a text tells beforehand which rules can find anything in it. That is for our own rules,
    of which tests prove that none is held back; what others write is tried on every text.
    """

    def __init__(self, name: str, rules: Sequence[Rule], seconds: float = 5.0, *, sieved: bool = False) -> None:
        self._name = name
        self._rules = tuple(rules)
        self._index = _Index(self._rules, sieved)
        self._seconds = seconds
        if not sieved:  # all of them are tried, and what others wrote may not compile
            _compile(self._rules)

    @property
    def name(self) -> str:
        """The name of the family."""
        return self._name

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its rules."""
        return self._rules

    def detect(self, texts: Sequence[str]) -> list[list[Finding]]:
        """Return what the rules find in each text."""
        return self.look([View(text) for text in texts])

    def look(self, views: Sequence[View]) -> list[list[Finding]]:
        """Return what the rules find in each text; several families can look at the same views."""
        return [self._look_at(view) for view in views]

    def _look_at(self, view: View) -> list[Finding]:
        rules = tuple(self._index.rules_for(view))
        _compile(rules)
        deadline = time.monotonic() + self._seconds
        findings: list[Finding] = []
        try:
            for rule in rules:
                findings.extend(self._apply(rule, view, deadline))
        except TimeoutError:
            return withhold(view.text, self._name)
        return findings

    def _apply(self, rule: Rule, view: View, deadline: float) -> list[Finding]:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        found: list[Finding] = []
        for match in rule.compiled.finditer(view.lower if rule.lower else view.text, timeout=left):
            start, end = match.span("value") if rule.grouped else match.span()
            verdict = rule.validate(view.text[start:end]) if end > start else False
            if verdict is False:
                continue
            score = 1.0 if verdict else self._in_context(rule, view, start)
            found.append(Finding(start, end, rule.label, score, self._name))
        return found

    def _in_context(self, rule: Rule, view: View, start: int) -> float:
        words, phrases = rule.context_words
        if not (words or phrases):
            return rule.score
        before = view.lower[max(0, start - _CONTEXT_REACH) : start]
        seen = not words.isdisjoint(_WORD.findall(before)) or any(p in before for p in phrases)
        return min(1.0, max(rule.score + _CONTEXT_BOOST, _CONTEXT_FLOOR)) if seen else rule.score


def _compile(rules: Sequence[Rule]) -> None:
    """Compile rules that were not used before; no text pays for it with its time."""
    for rule in rules:
        _ = rule.compiled


DIGITS = "0123456789"

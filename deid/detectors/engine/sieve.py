"""Which of many rules can find anything in a text, told in one pass over it."""

from collections.abc import Sequence
from typing import Protocol

import re2

from deid.detectors.engine.outline import outline
from deid.detectors.engine.view import View

_MEMORY = 16 << 20  # bytes that the automaton of one family may fill; it starts anew when they are full


class Sifted(Protocol):
    """What a sieve must know of a rule."""

    @property
    def pattern(self) -> str:
        """The pattern, for `regex`."""
        ...

    @property
    def flags(self) -> int:
        """Its flags."""
        ...

    @property
    def lower(self) -> bool:
        """Whether it is matched against the text in lower case."""
        ...


class Sieve:
    """The outlines of patterns as one automaton. It may let a pattern through that finds nothing, never the reverse."""

    def __init__(self, rules: Sequence[Sifted]) -> None:
        self._everything = tuple(range(len(rules)))
        self._set = _automaton([outline(rule.pattern, int(rule.flags), lower=rule.lower) for rule in rules])

    def passes(self, view: View) -> Sequence[int]:
        """Return the places of the rules that may find something in the text, in order; all where it cannot tell."""
        met = self._set.Match(view.plain) if self._set else None
        if not met or 0 not in met:
            return self._everything
        return [index - 1 for index in sorted(met)[1:]] if len(met) > 1 else ()


def _automaton(outlines: Sequence[str | None]) -> "re2.Set | None":
    """Build the automaton; None where there is nothing in it or where it is too large.

    The empty pattern, first, is found in every text: an answer without it is none. What has no outline is in all.
    """
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _MEMORY
    options.log_errors = False
    automaton = re2.Set.SearchSet(options)
    try:
        for each in ("", *outlines):
            automaton.Add(each or "")
        automaton.Compile()
    except re2.error:
        return None
    return automaton if outlines else None

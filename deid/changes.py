"""What takes the place of each finding in a text, one by one: for texts that lie inside of something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from deid.finding import WITHHELD_TEXT, Finding
from deid.keys import Key
from deid.policy import Policy
from deid.text import redact_text


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of a text, in code points, and what takes its place."""

    start: int
    end: int
    text: str = field(repr=False)


def changes_of(
    text: str, findings: Sequence[Finding], policy: Policy, key: Key | None = None, subject: str = ""
) -> tuple[Change, ...]:
    """Return the changes that make a text what `redact_text` makes of it, in order; a withheld text is one change.

    >>> changes_of("Ann left.", [Finding(0, 3, "PERSON", 0.9, "x")], Policy())[0].text
    '[PERSON]'
    """
    if any(f.withheld for f in findings):
        return (Change(0, len(text), WITHHELD_TEXT),)
    whose = subject or f"text {text}"
    alone = ((f, text[f.start : f.end], replace(f, start=0, end=f.end - f.start)) for f in findings)
    return tuple(Change(f.start, f.end, redact_text(value, [one], policy, key, whose)) for f, value, one in alone)

"""Edits: how many letters of a value may be wrong, and whether a stretch of words is that near to it."""

from __future__ import annotations

from typing import TypeAlias

Form: TypeAlias = tuple[str, ...]
"""A value in folded words."""

SHORTEST = 8  # letters from which on one edit is forgiven
LONG = 12  # letters from which on two are
LONGEST = 60  # characters, and
WORDS = 8  # words beyond which a value is no name or address


def allowed(form: Form) -> int:
    """Give the number of edits forgiven in a value: by its letters, none for one too short to be sure of.

    >>> allowed(("ann", "lee")), allowed(("ann", "oldcastle")), allowed(("anna", "oldcastle"))
    (0, 2, 2)
    """
    joined = "".join(form)
    letters = sum(c.isalpha() for c in joined)
    if len(form) > WORDS or len(joined) > LONGEST:
        return 0
    return 2 if letters >= LONG else 1 if letters >= SHORTEST else 0


def within(one: str, other: str, edits: int) -> bool:
    """Whether so many edits turn one into the other: a letter put in, left out, replaced, or swapped with the next.

    >>> within("oldcastle", "oldcaslte", 1), within("oldcastle", "oldcaslt", 1)
    (True, False)
    """
    if abs(len(one) - len(other)) > edits:
        return False
    same = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        same += 1
    one, other = one[same:], other[same:]
    if not one or not other:
        return True  # the lengths differ by no more than the edits
    if not edits:
        return False
    rests = [(one[1:], other[1:]), (one[1:], other), (one, other[1:])]
    if one[:2] == other[1::-1]:
        rests.append((one[2:], other[2:]))
    return any(within(a, b, edits - 1) for a, b in rests)


def near(words: Form, value: Form) -> bool:
    """Whether the words are the value but for the edits that it is allowed; the digits must be the value's.

    No short word takes both: Michael Bolton is not Michael Morton. Words written together, or one word parted, are
    forgiven one edit.

    >>> near(("michael", "boltin"), ("michael", "bolton")), near(("michael", "morton"), ("michael", "bolton"))
    (True, False)
    """
    edits = allowed(value)
    if len(words) != len(value):
        return _alike("".join(words), "".join(value), min(edits, 1))
    each = all(within(a, b, 2 if len(b) >= LONG else 1) for a, b in zip(words, value, strict=True))
    return each and _alike("".join(words), "".join(value), edits)


def _alike(one: str, other: str, edits: int) -> bool:
    return within(one, other, edits) and _digits(one) == _digits(other)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())

"""A regular expression that a person wrote: checked before anybody relies on it."""

import time
from itertools import product

import regex

from deid.errors import PolicyError

FLAGS = regex.DOTALL | regex.MULTILINE | regex.IGNORECASE
"""The flags under which a pattern of a policy or of Presidio's format is read, unless its file says otherwise."""

_KNOWN_FLAGS = FLAGS | regex.VERBOSE | regex.UNICODE | regex.ASCII
_QUOTED = regex.compile(r"""[rR](["']).*\1""", regex.DOTALL)
_PROBES = ("", "a", "a 1", "7.b", " \n ", "é-_", "aa@bb")
_COMMON = "a0 "
_MOST = 10
_LENGTH = 1_000
_SECONDS = 0.25


def check(pattern: object, where: str, flags: int = FLAGS) -> str:
    """Return the pattern if it is sound; raise `PolicyError` for one that is not, naming `where` and what is wrong.

    Refused is what Python or a person would take for a pattern and what is none: something that does not compile, a
    literal r"…" with its quotes (it would match only texts with quotes), what matches the empty string or mere white
    space, and what needs more than a quarter of a second for 1,000 characters made from its own letters. What remains
    grows at most with the square of the text, and runs under a detector's clock.
    """
    if not isinstance(pattern, str):
        raise PolicyError(f"{where}: a pattern is a string")
    if not pattern.strip():
        raise PolicyError(f"{where}: an empty pattern matches everything")
    if _QUOTED.fullmatch(pattern):
        raise PolicyError(f'{where}: the quotes of r"…" are part of the pattern; write it without r and quotes')
    compiled = _compile(pattern, where, flags)
    if any(match.end() == match.start() for probe in _PROBES for match in _matches(compiled, probe, where)):
        raise PolicyError(f"{where}: the pattern matches the empty string")
    if compiled.fullmatch(" "):
        raise PolicyError(f"{where}: the pattern matches white space alone")
    for attack in attacks(pattern):
        _matches(compiled, attack, where)
    return pattern


def attacks(pattern: str) -> list[str]:
    """Make texts on which the pattern may take long: 1,000 times its own letters, one or two in turn.

    >>> [attack[:6] for attack in attacks("x@")][:3]
    ['xxxxxx', 'x@xxxx', 'x@x@x@']
    """
    own = [char for char in dict.fromkeys(pattern) if char not in "\\()[]{}?*+|^$"]
    letters = list(dict.fromkeys([*own[: _MOST - len(_COMMON)], *_COMMON, *_classes(pattern)]))
    units = [a if a == b else a + b for a, b in product(letters, repeat=2)]
    spelt = "".join(own)  # begins what has to begin so, and after a \0 has what a pattern looks for before it tries
    return [lead + (unit * _LENGTH)[:_LENGTH] + f"\0{spelt}" for unit in units for lead in ("", spelt)]


def check_flags(flags: object, where: str) -> int:
    """Return the flags if they are a sum of re's I, M, S, X, U and A; else raise `PolicyError`."""
    if not isinstance(flags, int) or isinstance(flags, bool) or flags & ~_KNOWN_FLAGS:
        raise PolicyError(f"{where}: the flags are a sum of those of Python's re (I = 2, M = 8, S = 16, X = 64)")
    return flags


def _classes(pattern: str) -> str:
    """Give a letter for each class of characters that the pattern names and that is not among the common ones."""
    signs = ((r"\W", "-"), (r"\S", "-"), (r"\D", "-"), (r"[^", "-"), ("A-Z", "A"))
    return "".join(char for sign, char in signs if sign in pattern)


def _compile(pattern: str, where: str, flags: int) -> "regex.Pattern[str]":
    try:
        return regex.compile(pattern, flags)
    except (regex.error, ValueError, OverflowError) as error:
        place = getattr(error, "pos", None)
        at = f" at character {place + 1}" if isinstance(place, int) else ""
        raise PolicyError(f"{where}: this is no regular expression: wrong{at}") from None


def _matches(compiled: "regex.Pattern[str]", text: str, where: str) -> "list[regex.Match[str]]":
    begun = time.thread_time()
    for _ in range(_TRIES):
        try:
            return list(compiled.finditer(text, timeout=_SECONDS))
        except TimeoutError:
            if time.thread_time() - begun >= _SECONDS / 2:  # it was this pattern, and not another program
                break
    raise PolicyError(
        f"{where}: the pattern takes more than {_SECONDS} s for {_LENGTH:,} characters; bound its repeats"
    )


_TRIES = 5

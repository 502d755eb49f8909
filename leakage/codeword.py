"""Planted leaks: rare words that code a secret, put into a text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_LETTERS = "bcdfghjklmnpqrstvwxz"


def codeword(*key: object) -> str:
    """Make a word of twelve consonants that no language has, the same for the same key.

    It is written into a copy in memory only, which is attacked and dropped.

    >>> codeword("gender", 0) == codeword("gender", 0) != codeword("gender", 1)
    True
    """
    digest = hashlib.sha256("\x1f".join(map(str, key)).encode()).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:12])


def plant(text: str, words: Sequence[str]) -> str:
    """Put the words into the text at its middle, between two of its own words.

    >>> plant("one two three four", ["XX"])
    'one two XX three four'
    """
    own = text.split(" ")
    half = len(own) // 2
    return " ".join([*own[:half], *words, *own[half:]])

"""Folding: one form for all the ways to write the same identifier."""

from __future__ import annotations

import re
import unicodedata

# Letters that decomposition leaves alone but readers take for the plain one.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"}
)
# Scripts written without spaces: every character is a token, so that a name is found within a sentence.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff"  # Thai, Lao, Burmese, Korean letters, Khmer
    "\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese, Japanese, Yi, Korean
)
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_ASCII_TOKEN = re.compile(r"[a-z0-9]+")
_HIDDEN = frozenset({"Cf", "Mn", "Me"})  # zero-width and other format characters; accents and enclosing marks


def fold(text: str) -> str:
    """Case-folded, compatibility-decomposed, without accents, zero-width and other invisible characters.

    >>> fold("JO\u200bSÉ Łukasz")
    'jose lukasz'
    """
    if text.isascii():
        return text.lower()
    seen = (c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in _HIDDEN)
    return "".join(seen).casefold().translate(_PLAIN)


def tokens(text: str) -> list[str]:
    """Split a text into words and numbers, folded; spaces, dashes and punctuation only part them.

    >>> tokens("Anna–Maria  O'Neill, (555) 555-0123")
    ['anna', 'maria', 'o', 'neill', '555', '555', '0123']
    """
    folded = fold(text)
    return _ASCII_TOKEN.findall(folded) if folded.isascii() else _TOKEN.findall(folded)

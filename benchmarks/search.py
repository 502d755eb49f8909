"""A plain search for values in released texts: folded words beside each other, and digits without what parts them."""

import re
import unicodedata
from collections.abc import Sequence

_WORD = re.compile(r"\w+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ ().+/\u2010-\u2015-]+(?=\d)")


def fold(text: str) -> str:
    """Give the words of a text in lower case and without accents, a space between and at both ends.

    >>> fold("O'Brien, ZOË")
    ' o brien zoe '
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return f" {' '.join(_WORD.findall(plain.casefold()))} "


def digits(text: str) -> str:
    """Give the text with its digits brought together, whatever spaces or signs part them.

    >>> digits("call (212) 555-0143 now")
    'call (2125550143 now'
    """
    return _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text))


def parts(name: str) -> list[str]:
    """Give the parts of a name that are words of two letters or more."""
    return [word for word in fold(name).split() if len(word) > 1]


def pieces(value: str) -> Sequence[str]:
    """Give a value as it is written and, of a street address, what stands before the first comma."""
    return [value, value.partition(",")[0]] if "," in value else [value]


def has_words(value: str, folded: str) -> bool:
    """Tell whether a folded text holds the words of a value, one after the other."""
    needle = fold(value)
    return bool(needle.strip()) and needle in folded


def has_digits(value: str, joined: str) -> bool:
    """Tell whether a text with its digits brought together holds the last ten digits of a number of at least seven."""
    needle = "".join(c for c in value if c.isdecimal())[-10:]
    return len(needle) >= 7 and needle in joined

"""A keyed pseudonym: the same value gives the same token, and only who has the key can tell which."""

import re
from dataclasses import dataclass
from typing import ClassVar

from deid.normal.normalise import fold
from deid.operators.operator import Context

_BYTES = 8
_LONG_NUMBER = 7
_PLAIN_WORD = re.compile(r"[a-z0-9]+(?:['`](?!s\b)[a-z0-9]+)*", re.ASCII)
_JOINED = str.maketrans("", "", "'`")


@dataclass(frozen=True, slots=True)
class Token:
    """The value becomes LABEL_k<key id>_<64 bits of HMAC-SHA-256>, apart for each label.

    Spellings meet: case, accents and punctuation between words do not count, nor does the grouping of a number of seven
    digits or more, and "Lee, Ann" is "Ann Lee". In an e-mail address only case and accents do not count. Names have
    little entropy: a token is a pseudonym, and pseudonyms are personal data (GDPR Art. 4(5)).
    """

    keyed: ClassVar[bool] = True
    by_subject: ClassVar[bool] = False

    def apply(self, value: str, context: Context) -> str:
        """Return the token. Raises `KeyFileError` without a key.

        >>> from deid.keys import Key
        >>> key = Context("PERSON", Key(bytes(32)))
        >>> Token().apply("Ann Lee", key)
        'PERSON_k83e8_a34a529fe56f9107'
        >>> Token().apply("LEE, Ann", key) == Token().apply("Ann Lee", key)
        True
        """
        key = context.needed_key()
        drawn = key.seed(context.label, normal_form(value).encode("utf-8", "surrogatepass"))
        return f"{context.label}_k{key.id}_{drawn[:_BYTES].hex()}"


def normal_form(value: str) -> str:
    """Return the form in which spellings of one value meet.

    >>> normal_form("Lee, Ann") == normal_form("ANN  LEE")
    True
    >>> normal_form("(212) 555-0143") == normal_form("2125550143")
    True
    """
    if value.isascii():
        return _plain_form(value)
    folded = fold(value)
    if "@" in folded.text:
        return "".join(folded.text.split())
    digits = "".join(word for word, _, _ in folded.words())
    if len(digits) >= _LONG_NUMBER and digits.isdecimal():
        return digits
    family, comma, given = value.partition(",")
    turned = f"{given} {family}" if comma and "," not in given else value
    return " ".join(word for word, _, _ in fold(turned).words()) or value


def _plain_form(value: str) -> str:
    """Return the same of a value in ASCII, which has few signs to look after."""
    text = value.lower()
    if text.replace(" ", "").isalpha():
        return " ".join(text.split())
    if "@" in text:
        return "".join(text.split())
    digits = "".join(_plain_words(text))
    if len(digits) >= _LONG_NUMBER and digits.isdecimal():
        return digits
    family, comma, given = text.partition(",")
    turned = f"{given} {family}" if comma and "," not in given else text
    return " ".join(_plain_words(turned)) or value


def _plain_words(text: str) -> list[str]:
    words = _PLAIN_WORD.findall(text)
    return [word.translate(_JOINED) for word in words] if "'" in text or "`" in text else words

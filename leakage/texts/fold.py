"""Folding: one form for all the ways to write the same identifier."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that decomposition leaves alone but readers take for the plain one.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"}
)
# The same letters as German, Danish and Norwegian write them out.
_WRITTEN_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe", "Å": "Aa"}
)
# Cyrillic and Greek letters that look like Latin ones, small and capital, and what they pass for.
_LOOK_ALIKE = str.maketrans(
    "асԁеһіјӏорԛѕυвѵԝхуАВЕЅІЈКМНОРСТУХԌԚԜ" + "αεικνοορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϹɑɡ",
    "acdehijlopqsubvwxyABESIJKMHOPCTYXGQW" + "aeikvooptuxABEZHIKMNOPTYXcCag",
)
# Cyrillic and Greek letters by what they sound like, as passports write them.
_CYRILLIC = "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я і ї є ґ".split()
_GREEK = "α β γ δ ε ζ η θ ι κ λ μ ν ξ ο π ρ σ ς τ υ φ χ ψ ω ά έ ή ί ό ύ ώ".split()
_SOUNDS = (
    "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i yi ye g "
    "a v g d e z i th i k l m n x o p r s s t y f ch ps o a e i i o y o"
).split()
_SOUND = str.maketrans(
    {
        form: sound.replace("-", "")
        for letter, sound in zip([*_CYRILLIC, *_GREEK], _SOUNDS, strict=True)
        for form in (letter, letter.upper())
    }
)
# Scripts written without spaces: every character is a token, so that a name is found within a sentence.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff"  # Thai, Lao, Burmese, Korean letters, Khmer
    "\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese, Japanese, Yi, Korean
)
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_ASCII_TOKEN = re.compile(r"[a-z0-9]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_MEANT_OTHERWISE = re.compile(f"[{''.join(map(chr, _WRITTEN_OUT | _LOOK_ALIKE | _SOUND))}\u0308\u030a]")
_HIDDEN = frozenset({"Cf", "Mn", "Me"})  # zero-width and other format characters; accents and enclosing marks


def fold(text: str) -> str:
    """Case-folded, compatibility-decomposed, without accents, zero-width and other invisible characters.

    >>> fold("JO\u200bSÉ Łukasz")
    'jose lukasz'
    """
    return text.lower() if text.isascii() else _FOREIGN.sub(lambda run: _folded(run[0]), text.lower())


@lru_cache(maxsize=4096)  # runs are short and few: a letter with its accent, a quotation mark
def _folded(run: str) -> str:
    seen = (c for c in unicodedata.normalize("NFKD", run) if unicodedata.category(c) not in _HIDDEN)
    return "".join(seen).casefold().translate(_PLAIN)


def tokens(text: str) -> list[str]:
    """Split a text into words and numbers, folded; spaces, dashes and punctuation only part them.

    >>> tokens("Anna–Maria  O'Neill, (555) 555-0123")
    ['anna', 'maria', 'o', 'neill', '555', '555', '0123']
    """
    folded = fold(text)
    return _ASCII_TOKEN.findall(folded) if folded.isascii() else _TOKEN.findall(folded)


def spellings(text: str) -> list[list[str]]:
    """Split a text into words in each way its letters may be meant: as they are, by look, written out, by sound.

    A text of plain Latin letters has one spelling. Two writings of a name are the same where they share a spelling.

    >>> spellings("M\u00fcller"), spellings("\u0420aul")
    ([['muller'], ['mueller']], [['рaul'], ['paul'], ['raul']])
    """
    if text.isascii() or not _MEANT_OTHERWISE.search(text):
        return [tokens(text)]
    composed = unicodedata.normalize("NFC", "".join(c for c in text if unicodedata.category(c) != "Cf"))
    latin = composed.translate(_LOOK_ALIKE)
    forms = dict.fromkeys((text, latin, latin.translate(_WRITTEN_OUT), composed.translate(_SOUND)))
    return [list(words) for words in dict.fromkeys(tuple(tokens(form)) for form in forms)]

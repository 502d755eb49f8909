"""Words beside which a name stands: greetings, kin, introductions, roles, verbs of speech."""

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache

from deid.lexicon import load_lexicon

_REACH = 44
_LONGEST = 4
_APART = " \xa0,:;!?\n\r>\"“'‘(*-"
_OPENERS = "\"“”'‘(>*-"
_CLOSERS = ('"', "”", "»", "’", "'")
_FILLERS = frozenset({"is", "was", "user", "called", "named"})


class Cue(Enum):
    """What kind of word stands beside the name, and how surely a name is one there."""

    GREETING = 0.6
    CLOSING = 0.75
    KIN = 0.601
    STRONG = 0.7
    WEAK = 0.55
    SAYING = 0.5
    QUOTED = 0.551
    ROLE = 0.602


_LISTS = {
    "weak_introductions": Cue.WEAK,
    "sayings": Cue.SAYING,
    "roles": Cue.ROLE,
    "kin": Cue.KIN,
    "introductions": Cue.STRONG,
    "greetings": Cue.GREETING,
    "closings": Cue.CLOSING,
}


@lru_cache(maxsize=8)
def load_cues(language: str) -> Mapping[str, Cue]:
    """Return the cues of a language by phrase, in lower case."""
    lexicon = load_lexicon("people", language)
    return {phrase.lower(): cue for name, cue in _LISTS.items() for phrase in lexicon[name]}


def cue_before(text: str, start: int, cues: Mapping[str, Cue]) -> Cue | None:
    """Return the cue that ends just before `start`, if what stands between fits it."""
    before = text[max(0, start - _REACH) : start]
    said = before.rstrip(_APART)
    gap = before[len(said) :]
    words = said.replace("’", "'").lower().split()[-_LONGEST - 1 :]
    if not gap or not words:
        return None
    if words[-1].strip(_OPENERS) in _FILLERS and len(words) > 1:
        return _fitting(cue_of(words, cues), gap) or _fitting(
            cue_of([*words[:-2], words[-2].rstrip(_APART)], cues), gap
        )
    cue = _fitting(cue_of(words, cues), gap) or _question(gap, words, cues)
    quoted = len(words) > 1 and words[-2].endswith(_CLOSERS)
    return Cue.QUOTED if cue is Cue.SAYING and quoted else cue


def _question(gap: str, words: list[str], cues: Mapping[str, Cue]) -> Cue | None:
    """Return the cue that a question mark belongs to: "Your name? Jane"."""
    return _fitting(cue_of([*words[:-1], words[-1] + "?"], cues), gap[1:]) if gap[0] == "?" else None


def cue_of(words: list[str], cues: Mapping[str, Cue]) -> Cue | None:
    """Return the cue that the last of the words are: the longest phrase first."""
    for first in range(max(0, len(words) - _LONGEST), len(words)):
        phrase = " ".join([words[first].lstrip(_OPENERS), *words[first + 1 :]])
        if phrase in cues:
            return cues[phrase]
    return None


def _fitting(cue: Cue | None, gap: str) -> Cue | None:
    if cue is None or ("?" in gap and cue is not Cue.STRONG):
        return None
    if "\n" in gap and cue not in (Cue.CLOSING, Cue.STRONG):
        return None
    if cue in (Cue.WEAK, Cue.SAYING, Cue.ROLE) and gap.strip(" \xa0.:"):
        return None
    return cue

"""Places told by the state or country that they name themselves."""

import re
from functools import lru_cache

from deid.lexicon import load_lexicon

_CITIES_TOO = frozenset(
    {"new york", "washington", "luxembourg", "singapore", "monaco", "gibraltar", "mexico", "panama"}
)
_ZIP = re.compile(r"\s\d{5}(?:-\d{4})?\s*$")
_LANGUAGES = ("en", "es", "fr", "de")


def region(text: str) -> str | None:
    """Return the state or country with which a place ends; None where it names none, or the name is a town's too.

    >>> region("Springfield, IL 62704"), region("Lyon, France"), region("Quill Harbor"), region("New York")
    ('IL', 'France', None, None)
    """
    parts = [part.strip(" .") for part in _ZIP.sub("", text.replace("\n", ",")).split(",")]
    last = parts[-1].split()
    for words in (last[-3:], last[-2:], last[-1:]):
        name = " ".join(words)
        whole = len(parts) == 1 and len(words) == len(last)
        if name in _abbreviations() and not whole:
            return name
        if name.casefold() in _names() and not (name.casefold() in _CITIES_TOO and whole):
            return name
    return None


@lru_cache(maxsize=1)
def _abbreviations() -> frozenset[str]:
    lexicon = load_lexicon("places", "en")
    return frozenset((*lexicon["us_states"], *lexicon["other_states"]))


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    """Countries, and the first regions of the English list, which are states: those smaller come later."""
    names = set()
    for language in _LANGUAGES:
        names |= {name.casefold() for name in load_lexicon("places", language)["countries"]}
    states = load_lexicon("places", "en")["regions"]
    return frozenset(names | {name.casefold() for name in states[: states.index("Cornwall")]})

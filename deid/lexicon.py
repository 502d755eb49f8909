"""The words of a language that a detector family goes by: one TOML file a family, one table a language."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

import regex

from deid.errors import PolicyError

Lexicon = Mapping[str, tuple[str, ...]]
"""Lists of words by name."""


@lru_cache(maxsize=64)
def load_lexicon(family: str, language: str) -> Lexicon:
    """Return the word lists of a family for a language.

    Lists of the table `[all]` hold for every language and come before the language's own of the same name. Raises
    `PolicyError` where the family knows nothing of the language.
    """
    tables = tomllib.loads((files("deid") / "lexicons" / f"{family}.toml").read_text(encoding="utf-8"))
    if language not in tables:
        known = ", ".join(sorted(set(tables) - {"all"}))
        raise PolicyError(f"language {language!r}: {family} knows {known}")
    both = (tables.get("all", {}), tables[language])
    return {name: tuple(word for t in both for word in t.get(name, ())) for name in {**both[0], **both[1]}}


def either(words: Iterable[str]) -> str:
    r"""Return a pattern that matches any of the words, the longest first, spaces as any one space.

    >>> either(["St", "Street", "P.O. Box"])
    '(?:P\\.O\\.\\sBox|Street|St)'
    """
    longest_first = sorted(dict.fromkeys(words), key=lambda word: (-len(word), word))
    escaped = (regex.escape(word, special_only=True, literal_spaces=True) for word in longest_first)
    return f"(?:{'|'.join(escaped)})".replace(" ", r"\s")

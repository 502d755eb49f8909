"""Paragraphs without personal data, from what stands on every machine: documentation and licences.

Sources: the docstrings of Python's standard library, Python's own licence, and the licences and descriptions of the
installed packages. A paragraph has 30 to 200 words, mostly letters, and ends as a sentence. What may name somebody
goes by simple rules:

- a paragraph with an e-mail address, a URL, or a word of authorship (copyright, author, maintained by, thanks …);
- a sentence with a given name before another capitalised word or after "by", an initial before a capitalised word,
  a title (Mr, Dr …), a form of company (Inc, Ltd, Foundation, University …), a country or a state of the USA, a
  month, a year, or a number of seven digits.

The lists of given names, countries and states are Faker's. The choice is by hash: the same on machines with the same
Python and packages.
"""

import ast
import hashlib
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from inspect import cleandoc
from pathlib import Path

from faker.providers.address.en_US import Provider as Places
from faker.providers.person.en_US import Provider as People

_SHORTEST, _LONGEST = 30, 200
_PER_FILE = 2
_LEAST = 2 * _SHORTEST  # characters, before words are counted
_FOLDERS = frozenset({"test", "tests", "idlelib", "lib2to3", "site-packages", "idle_test", "turtledemo"})
_NAMED = re.compile(
    r"@|://|www\.|©|\(c\)|copyright|\bauthors?\b|maintain(?:er|ed by)|written by|contribut|thank|credit|inspired by|"
    r"acknowledg|>>>|\||```|^\s*[-=~#*.]{3}",
    re.IGNORECASE | re.MULTILINE,
)
_GIVEN = "|".join(sorted({str(name) for name in People.first_names}))
_WHERE = "|".join(sorted({*map(str, Places.countries), *map(str, Places.states)}, key=len, reverse=True))
_FORMS = (
    "Inc|Ltd|LLC|GmbH|Corp|Corporation|Foundation|University|Institute|Consortium|Company|Laboratory|Laboratories|"
    "Regents|College|Centre|Center|Association|Society|Google|Microsoft|IBM|Intel|Apple|Amazon|Facebook|GitHub"
)
_MONTHS = "January|February|March|April|June|July|August|September|October|November|December"
_TELLING = re.compile(
    rf"\b(?:{_GIVEN})\s[A-Z]|\bby\s(?:{_GIVEN})\b|\b[A-Z]\.\s[A-Z][a-z]|\b(?:Mr|Mrs|Ms|Dr|Prof|Sir)\b|\b(?:{_FORMS})\b|"
    rf"\b(?:{_WHERE})\b|\b(?:{_MONTHS})\b|\b(?:19|20)\d\d\b|\d{{7}}"
)
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)\s+(?=[A-Z])")
_TEXTS = re.compile(r"LICEN[CS]E|COPYING|NOTICE|METADATA")
_KEY = re.compile(r"[a-z]+")


def paragraphs(count: int = 600) -> list[str]:
    """Give `count` distinct paragraphs, two thirds from docstrings, or as many as there are."""
    documented = _choose(_docstrings(), count * 2 // 3)
    return documented + _choose(_installed(), count - len(documented))


def clean(text: str) -> str | None:
    """Give a paragraph on one line without the sentences that may name somebody, or None if too little is left.

    >>> clean("Written by nobody. " * 12)
    >>> clean("Mary Poe wrote it. " + "A word is a run of letters. " * 5).startswith("A word")
    True
    """
    if len(text) < _LEAST or len(text.split()) < _SHORTEST or _NAMED.search(text):
        return None
    sentences = _SENTENCE.split(" ".join(text.split()))
    kept = " ".join(sentence for sentence in sentences if not _TELLING.search(sentence))
    return kept if _is_prose(kept) else None


def _is_prose(text: str) -> bool:
    plain = sum(char.isalpha() or char == " " for char in text)
    return _SHORTEST <= len(text.split()) <= _LONGEST and text[-1] in ".:" and plain >= 0.93 * len(text)


def _choose(texts: Iterable[tuple[str, str]], count: int) -> list[str]:
    """Take, by the order of their hashes, paragraphs that begin differently, at most two of one file."""
    found = {kept: source for source, text in texts for part in _parts(text) if (kept := clean(part))}
    chosen: list[str] = []
    begun: set[tuple[str, ...]] = set()
    used: dict[str, int] = {}
    for text in sorted(found, key=lambda text: hashlib.sha256(text.encode()).digest()):
        start, source = tuple(_KEY.findall(text.lower())[:6]), found[text]
        if start not in begun and used.get(source, 0) < _PER_FILE and len(chosen) < count:
            begun.add(start)
            used[source] = used.get(source, 0) + 1
            chosen.append(text)
    return chosen


def _parts(text: str) -> list[str]:
    return re.split(r"\n[ \t]*\n", cleandoc(text))


def _docstrings() -> Iterator[tuple[str, str]]:
    root = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(root.rglob("*.py")):
        if _FOLDERS.isdisjoint(path.relative_to(root).parts[:-1]):
            yield from ((str(path), text) for text in _documented(path))


def _documented(path: Path) -> Iterator[str]:
    try:
        waiting: list[ast.Module | ast.ClassDef | ast.FunctionDef] = [ast.parse(path.read_text(encoding="utf-8"))]
    except (SyntaxError, UnicodeDecodeError):
        return
    while waiting:
        node = waiting.pop()
        yield ast.get_docstring(node) or ""
        if not isinstance(node, ast.FunctionDef):
            waiting += [inner for inner in node.body if isinstance(inner, ast.ClassDef | ast.FunctionDef)]


def _installed() -> Iterator[tuple[str, str]]:
    """Read Python's licence, and of each installed package its licences and the description in its metadata."""
    for path in (Path(sysconfig.get_paths()["stdlib"]) / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt"):
        if path.is_file():
            yield str(path), path.read_text(encoding="utf-8", errors="replace")
    for folder in sorted(Path(sysconfig.get_paths()["purelib"]).glob("*.dist-info")):
        for path in sorted(folder.rglob("*")):
            if _TEXTS.match(path.name) and path.is_file() and not folder.name.startswith("tamis-"):
                yield str(path), path.read_text(encoding="utf-8", errors="replace").replace("\r", "")

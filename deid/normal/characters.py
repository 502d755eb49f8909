"""Fold characters, whatever stands around them: entities, compatibility forms, invisible ones, digits, punctuation."""

import html
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import regex

from deid.normal.mapped import Edit, Mapped

SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
LINES = "\u0085\u2028\u2029"
DASHES = "\u02d7\u058a\u05be\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2e3a\u2e3b\u301c\u3030\ufe31\ufe32"
SINGLE = "\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\u00b4"
DOUBLE = "\u201c\u201d\u201e\u201f\u2033"
STOPS = "\u3002\uff61"
PUNCTUATION = {
    ord(odd): plain
    for odds, plain in ((SPACES, " "), (LINES, "\n"), (DASHES, "-"), (SINGLE, "'"), (DOUBLE, '"'), (STOPS, "."))
    for odd in odds
} | {0x2044: "/", 0x2236: ":"}
"""Quotation marks, spaces, dashes and stops of other kinds, by the plain one."""

_INVISIBLE = regex.compile(r"\p{Default_Ignorable_Code_Point}+")
_ODD = regex.compile(rf"[{''.join(map(chr, PUNCTUATION))}]|[\p{{Nd}}--[0-9]]", regex.V1)
_BEYOND_ASCII = regex.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
# Half-width jamo fall apart into jamo, which a further round composes as it does all others.
_CLUSTER = regex.compile(r"[\uffa0-\uffdc]+|\X")
_ENTITY = regex.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_UP_TO_SEMICOLON = regex.compile(r"[^;]*+;|[^;]++")
_LONGEST_ENTITY = 34
# Common signs that NFKC would spell out, as letters or digits that nobody meant to hide.
_SIGNS = frozenset("\u2026\u00aa\u00ba\u00b5\u00bc\u00bd\u00be\u2122\u2120")


def fold_characters(mapped: Mapped) -> Mapped:
    """Fold each character by itself: doing it twice changes nothing more."""
    if not mapped.text.isascii():
        mapped = _fold_text(mapped)
    if not _ENTITY.search(mapped.text):
        return mapped
    return _fold_text(_unescape(mapped))


def _fold_text(mapped: Mapped) -> Mapped:
    visible = mapped.edit((*m.span(), "") for m in _INVISIBLE.finditer(mapped.text))
    composed = visible.edit(_compose(visible.text))
    return composed.edit((*m.span(), _plain(m.group())) for m in _ODD.finditer(composed.text))


def _plain(char: str) -> str:
    digit = unicodedata.decimal(char, None)  # a digit of a newer Unicode than Python's has no value here
    return PUNCTUATION.get(ord(char)) or (char if digit is None else str(digit))


def _compose(text: str) -> Iterable[Edit]:
    """Compose to NFKC a cluster at a time, so that each knows its origin."""
    if unicodedata.is_normalized("NFKC", text):
        return
    for stretch in _BEYOND_ASCII.finditer(text):
        if unicodedata.is_normalized("NFKC", stretch.group()):
            continue
        for cluster in _CLUSTER.finditer(text, stretch.start(), stretch.end()):
            folded = _nfkc(cluster.group())
            if folded != cluster.group():
                yield (*cluster.span(), folded)


@lru_cache(maxsize=4096)
def _nfkc(cluster: str) -> str:
    """Return the NFKC form; an accent that stands alone stays, instead of becoming a space with an accent."""
    if cluster in _SIGNS:
        return cluster
    folded = unicodedata.normalize("NFKC", cluster)
    is_lone_accent = folded.startswith(" ") and cluster[0] not in SPACES
    return unicodedata.normalize("NFC", cluster) if is_lone_accent else folded


def _unescape(mapped: Mapped) -> Mapped:
    """Resolve HTML entities, also those that come about when others are resolved; each becomes folded characters."""
    out: list[str] = []
    offsets: list[int] = []
    for piece in _UP_TO_SEMICOLON.finditer(mapped.text):
        out += piece.group()
        offsets += mapped.offsets[piece.start() : piece.end()]
        while out and out[-1] == ";" and (entity := _entity_at_end(out)):
            origin = offsets[-len(entity)]
            folded = _resolve(entity)
            del out[-len(entity) :], offsets[-len(entity) :]
            out += folded
            offsets += [origin] * len(folded)
    return Mapped("".join(out), [*offsets, mapped.offsets[-1]])


def _entity_at_end(out: list[str]) -> str:
    tail = "".join(out[-_LONGEST_ENTITY:])
    entity = tail[tail.rfind("&") :] if "&" in tail else ""
    return entity if _ENTITY.fullmatch(entity) and html.unescape(entity) != entity else ""


@lru_cache(maxsize=4096)
def _resolve(entity: str) -> str:
    return _fold_text(Mapped.of(html.unescape(entity))).text

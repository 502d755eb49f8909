"""Who plays whom in a source of any size: noted piece by piece, cast once, told to each piece; all on the disk."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from deid.keys import Key
from deid.surrogates import Cast, Notes
from deid.surrogates.cast import forms_of
from deid.surrogates.casting import Bid, Casting, named_owner, salt_of
from deid.surrogates.kinds import PERSON
from deid.surrogates.part import Part, Style
from pipelines.shards.store import as_bytes, as_text, disk_errors, marks_for, opened_store

_CACHE = 64 << 10  # KiB of pages in memory
_AT_ONCE = 500
_WORDS = 1 << 16
_SEVERAL = b""
_TABLES = (
    "forms (form BLOB PRIMARY KEY)",
    "parts (part BLOB PRIMARY KEY, style TEXT, owner BLOB, drawn TEXT)",  # no style: not in this source
    "turns (others INTEGER, turn BLOB, part BLOB, PRIMARY KEY (others, turn, part))",
    "taken (form BLOB PRIMARY KEY)",
)
_NOTE = """INSERT INTO parts VALUES (?, ?, ?, NULL) ON CONFLICT (part) DO UPDATE SET
    style = min(ifnull(style, excluded.style), excluded.style),
    owner = CASE WHEN excluded.owner IS NULL THEN owner
                 WHEN owner IS NULL OR owner = excluded.owner THEN excluded.owner ELSE x'' END"""
_NEXT = """SELECT turn, turns.part, style, owner FROM turns JOIN parts ON parts.part = turns.part
    WHERE others = ? AND (turn, turns.part) > (?, ?) ORDER BY turn, turns.part LIMIT ?"""


class Playbill:
    """A book (`Book`) of who plays whom, and all forms that the source holds: the same cast as a rehearsal's.

    First come the roles of earlier runs, then all pieces are noted, then parts are given out, then each piece is told
    what it needs; each raises `WriteError` where the disk is full.
    """

    def __init__(self, store: sqlite3.Connection) -> None:
        self._store = store
        self._given: list[tuple[str, bytes]] = []
        self._begun = False
        self._has_word = lru_cache(_WORDS)(self._has)

    @disk_errors()
    def begin(self, roles: Iterable[tuple[Part, str]]) -> None:
        """Take in who played whom before."""
        self._begun = True
        self._store.execute("BEGIN")
        for part, drawn in roles:
            self._store.execute("INSERT OR IGNORE INTO taken VALUES (?)", (_taken(part, forms_of(part, drawn)[0]),))
            self._store.execute("INSERT INTO parts VALUES (?, NULL, NULL, ?)", (_kept(part), drawn))
        self._store.execute("COMMIT")

    @disk_errors()
    def note(self, notes: Notes) -> None:
        """Take the notes of a piece in."""
        self._store.execute("BEGIN")
        forms = sorted(map(as_bytes, notes.forms))  # neighbours lie together
        self._store.executemany("INSERT OR IGNORE INTO forms VALUES (?)", zip(forms, strict=True))
        parts = sorted((_kept(part), _styled(style), _owner(notes, part)) for part, style in notes.styles.items())
        self._store.executemany(_NOTE, parts)
        self._store.execute("COMMIT")

    @disk_errors()
    def cast(self, key: Key) -> None:
        """Give out the parts."""
        forms = self._store.execute("SELECT form FROM forms ORDER BY form")
        casting = Casting(key, self, salt_of(as_text(form) for (form,) in forms), self)
        self._store.execute("BEGIN")
        for (kept,) in self._store.execute("SELECT part FROM parts WHERE drawn IS NULL ORDER BY part"):
            part = _part(kept)
            told = part.kind != PERSON, casting.turn(part), kept
            self._store.execute("INSERT INTO turns VALUES (?, ?, ?)", told)
        casting.fill(self._bids(others=False))
        casting.fill(self._bids(others=True))
        self._store.execute("COMMIT")

    @disk_errors()
    def told(self, notes: Notes) -> Cast:
        """Return what a piece with these notes has to know: its parts' roles, and which names with initials occur.

        A role of an earlier run that the source holds is none.
        """
        roles = self._roles(notes.styles)
        if self._begun:
            roles = {part: drawn for part, drawn in roles.items() if not any(f in self for f in forms_of(part, drawn))}
        played = (one.played(roles[one.part]) for one in notes.short if one.part in roles)
        return Cast(roles, frozenset(form for form in played if form is not None and form in self))

    def roles(self) -> Iterator[tuple[Part, str]]:
        """Give who has which part, those of earlier runs too."""
        with disk_errors():
            for kept, drawn in self._store.execute(
                "SELECT part, drawn FROM parts WHERE drawn IS NOT NULL ORDER BY part"
            ):
                yield _part(kept), drawn

    def role(self, part: Part) -> str | None:
        """Return what was drawn for a part."""
        return self._roles([part]).get(part)

    def give(self, part: Part, drawn: str, form: str) -> bool:
        """Give a part out, unless another of its kind and scope has this main form."""
        if self._store.execute("INSERT OR IGNORE INTO taken VALUES (?)", (_taken(part, form),)).rowcount < 1:
            return False
        self._given.append((drawn, _kept(part)))
        return True

    def __contains__(self, form: object) -> bool:
        text = str(form)
        return self._has(text) if " " in text else self._has_word(text)

    def _has(self, form: str) -> bool:
        return self._store.execute("SELECT 1 FROM forms WHERE form = ?", (as_bytes(form),)).fetchone() is not None

    def _bids(self, *, others: bool) -> Iterator[tuple[bytes, Bid]]:
        """Give the people, or all other parts, in their turns; write down in between who has got which."""
        last: tuple[bytes, bytes] = b"", b""
        while rows := self._store.execute(_NEXT, (others, *last, _AT_ONCE)).fetchall():
            for turn, kept, style, owner in rows:
                part = _part(kept)
                yield turn, Bid(part, _style(style), self._owner(part, owner))
            self._store.executemany("UPDATE parts SET drawn = ? WHERE part = ?", self._given)
            self._given.clear()
            last = rows[-1][0], rows[-1][1]

    def _owner(self, part: Part, beside: bytes | None) -> Part | None:
        if beside is None:
            return named_owner(part, self._knows)
        return None if beside == _SEVERAL else _part(beside)

    def _knows(self, part: Part) -> bool:
        return (
            self._store.execute("SELECT 1 FROM parts WHERE part = ? AND style IS NOT NULL", (_kept(part),)).fetchone()
            is not None
        )

    def _roles(self, parts: Iterable[Part]) -> dict[Part, str]:
        wanted = [*map(_kept, parts)]
        roles: dict[Part, str] = {}
        for first in range(0, len(wanted), _AT_ONCE):
            some = wanted[first : first + _AT_ONCE]
            question = f"SELECT part, drawn FROM parts WHERE drawn IS NOT NULL AND part IN ({marks_for(len(some))})"  # noqa: S608 nothing but question marks
            roles.update((_part(kept), drawn) for kept, drawn in self._store.execute(question, some))
        return roles


@contextmanager
def opened_playbill(path: Path) -> Iterator[Playbill]:
    """Give an empty playbill in a file, which is gone afterwards. Raises `WriteError` where it cannot be made."""
    with opened_store(path, _CACHE, *_TABLES) as store:
        yield Playbill(store)


def _owner(notes: Notes, part: Part) -> bytes | None:
    own = notes.owners.get(part, frozenset())
    return None if not own else _SEVERAL if len(own) > 1 else _kept(*own)


def _taken(part: Part, form: str) -> bytes:
    return _kept(part._replace(identity=form))


def _kept(part: Part) -> bytes:
    return as_bytes(f"{part.kind} {len(part.scope)} {part.scope}{part.identity}")


def _part(kept: bytes) -> Part:
    kind, length, rest = as_text(kept).split(" ", 2)
    return Part(kind, rest[int(length) :], rest[: int(length)])


def _styled(style: Style) -> str:
    """Return a style as a text, in the order of styles."""
    return f"{style.locale} {style.keep_gender:d}"


def _style(text: str) -> Style:
    locale, keeps = text.split(" ")
    return Style(locale, keeps == "1")

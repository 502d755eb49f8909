"""One surrogate a person, in three tables and a corpus of 100,000 people; and how fast pseudonyms are made."""

import itertools
import random
import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

import pandas as pd
from faker import Faker
from stdnum import luhn

from benchmarks.outcome import Grid, Outcome
from deid import Key, Policy, Scanner
from deid.finding import Finding
from deid.operators import Context, Operator, Surrogate, Token
from deid.operators.token import normal_form
from deid.surrogates import Rehearsal, Scene
from deid.surrogates.words import words_of
from deid.tables.table import draft_table, plan_table
from deid.text import TextDraft

PEOPLE = 100_000
_SEED = 2013
_ROUNDS = 3
_PEER = 5_000
_KEY = Key(bytes(range(32)))
_DETECTORS = ("people", "phones", "network", "identifiers")  # they only tell what the columns hold
_LETTER = "Dear {full},\nthe card of {title} is ready. File: {turned}. {short} may send {given}'s son.\n"
_NOTE = (
    "{people:,} made-up people, distinct, of the very lists that surrogates are drawn from (the hardest case: every "
    "word of the lists occurs alone in a column, so that surrogates are of other locales), in three tables and in a "
    "letter to each; where names stand in the letters is given, so that detection plays no part. `source values`: all "
    "distinct cells and mentions, folded. A surrogate is a pseudonym: with the key it can be attributed to a person "
    "(GDPR Art. 4(5))."
)
_PACE_NOTE = (
    "{count:,} distinct names, one process, processor seconds, median (lowest to highest) of {rounds} rounds. "
    "Surrogates are gone through twice: noted and cast, then written. Faker: seeded by the value, as one would to "
    "repeat it, {peer:,} names."
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody made up."""

    given: str
    family: str

    @property
    def forms(self) -> dict[str, str]:
        """The forms in which a letter names somebody."""
        return {
            "full": f"{self.given} {self.family}",
            "title": f"Ms {self.family}",
            "turned": f"{self.family.upper()}, {self.given}",
            "short": f"{self.given[0]}. {self.family}",
            "given": self.given,
        }


@dataclass(frozen=True, slots=True)
class Source:
    """Three tables and a corpus about the same people, in the same order."""

    people: Sequence[Person]
    tables: Mapping[str, pd.DataFrame]
    letters: Sequence[str]
    found: Sequence[Sequence[Finding]]

    @classmethod
    def of(cls, people: Sequence[Person]) -> "Source":
        """Write them."""
        dice = random.Random(_SEED)  # noqa: S311 made-up people need no secrets
        full = [f"{one.given} {one.family}" for one in people]
        mail = [f"{one.given}.{one.family}@corp{n % 7}.com".lower() for n, one in enumerate(people)]
        phone = [f"({200 + n // 1000:03d}) {320 + n % 600:03d}-{dice.randrange(10**4):04d}" for n in range(len(people))]
        ssn = [f"{1 + n // 9_000:03d}-{10 + n % 90:02d}-{1 + n:04d}"[:11] for n in range(len(people))]
        clients = {
            "first_name": [one.given for one in people],
            "last_name": [one.family for one in people],
            "email": mail,
            "phone": phone,
            "ssn": ssn,
        }
        accounts = {
            "holder_name": [one.forms["turned"] for one in people],
            "iban": [f"DE{n:02d}37040044{n:010d}" for n in range(len(people))],
            "card": [f"4929{n:011d}{luhn.calc_check_digit(f'4929{n:011d}')}" for n in range(len(people))],
        }
        visits = {"full_name": full, "contact_email": mail, "mrn": [f"MRN-{n:07d}" for n in range(len(people))]}
        tables = {"clients": clients, "accounts": accounts, "visits": visits}
        letters = [_letter(one) for one in people]
        frames = {name: pd.DataFrame(columns) for name, columns in tables.items()}
        return cls(people, frames, [text for text, _ in letters], [found for _, found in letters])

    def values(self) -> set[str]:
        """Return every cell and mention, folded."""
        cells = (str(v) for frame in self.tables.values() for name in frame.columns for v in frame[name].unique())
        spans = (text[f.start : f.end] for text, found in zip(self.letters, self.found, strict=True) for f in found)
        return {normal_form(value) for value in itertools.chain(cells, spans)}


@dataclass(frozen=True, slots=True)
class Release:
    """The same tables and letters as they leave, and how many seconds of a processor that took."""

    tables: Mapping[str, pd.DataFrame]
    letters: Sequence[str]
    seconds: float

    def players(self) -> dict[str, list[str]]:
        """Return, by place, who plays each person in turn: the full name as it is told there."""
        clients, accounts, visits = self.tables.values()
        told = [_LETTER_FORM.fullmatch(letter) for letter in self.letters]
        letters = [match.groupdict() if match else {} for match in told]
        first, last = clients["first_name"], clients["last_name"]
        return {
            "clients": [f"{given} {family}" for given, family in zip(first, last, strict=True)],
            "accounts": [_unturned(name) for name in accounts["holder_name"]],
            "visits": list(visits["full_name"]),
            "letters, in full": [one.get("full", "") for one in letters],
            "letters, turned": [_unturned(one.get("turned", "")) for one in letters],
            "letters, in parts": [f"{one.get('given', '')} {one.get('title', '')[3:]}" for one in letters],
        }

    def values(self) -> set[str]:
        """Return every cell, and whom the letters name, folded."""
        cells = (str(v) for frame in self.tables.values() for name in frame.columns for v in frame[name].unique())
        told = (match for match in map(_LETTER_FORM.fullmatch, self.letters) if match)
        return {normal_form(value) for value in itertools.chain(cells, (v for one in told for v in one.groups()))}


_NAMES = [name for _, name, _, _ in Formatter().parse(_LETTER) if name]
_LETTER_FORM = re.compile(
    re.escape(_LETTER).replace(r"\{", "{").replace(r"\}", "}").format(**{n: f"(?P<{n}>.+?)" for n in _NAMES})
)


def run_pace() -> Outcome:
    """Time tokens and surrogates, which a busy machine disturbs."""
    paces = _paces([one.forms["full"] for one in _people()])
    return Outcome("surrogates-pace", [_pace_grid(paces)], {"pace": paces})


def run() -> Outcome:
    """Time what makes a release, make it, and look through it."""
    people = _people()
    paces = _paces([one.forms["full"] for one in people])  # first: what is held in memory slows what makes objects
    source = Source.of(people)
    release = _release(source)
    players = release.players()
    first = players["clients"]
    source_values, values = source.values(), release.values()
    checks = {
        "people": len(source.people),
        "surrogates": len(set(first)),
        **{
            f"another surrogate in {place}": _differ(first, names)
            for place, names in players.items()
            if names is not first
        },
        "addresses": len(set(release.tables["clients"]["email"])),
        "addresses that follow the person": _following(release),
        "cells left as a label": sum("[" in value for value in values),
        "source values": len(source_values),
        "source values among the surrogates": len(source_values & values),
    }
    rows = [[name, f"{count:,}"] for name, count in checks.items()]
    cells = sum(frame.size for frame in source.tables.values()) + sum(map(len, source.found))
    rows.append(["values a second and core, all of it", f"{cells / release.seconds:,.0f}"])
    grids = [
        Grid("One surrogate a person", ["what", "count"], rows, _NOTE.format(people=PEOPLE)),
        _pace_grid(paces),
    ]
    figures = {"checks": checks, "cells": cells, "seconds": release.seconds, "pace": paces}
    return Outcome("surrogates", grids, figures)


def _pace_grid(paces: Mapping[str, Sequence[float]]) -> Grid:
    rows = [[name, _show(rounds)] for name, rounds in paces.items()]
    return Grid("Pace", ["what", "values/s"], rows, _PACE_NOTE.format(count=PEOPLE, rounds=_ROUNDS, peer=_PEER))


def _people() -> list[Person]:
    lists, dice = words_of("en_US"), random.Random(_SEED)  # noqa: S311 made-up people need no secrets
    pairs = itertools.product(lists.anyone.words, lists.family.words)
    return [Person(*pair) for pair in dice.sample(list(pairs), PEOPLE)]


def _letter(one: Person) -> tuple[str, list[Finding]]:
    text, found = "", []
    for piece, name, _, _ in Formatter().parse(_LETTER):
        text += piece
        if name:
            written = one.forms[name]
            found.append(Finding(len(text), len(text) + len(written), "PERSON", 1.0, "given"))
            text += written
    return text, found


def _release(source: Source) -> Release:
    policy = Policy(default=Surrogate(), detectors=_DETECTORS)
    scanner = Scanner(policy)
    drafts = {
        name: draft_table(frame, plan_table(frame, scanner, name), scanner, name)
        for name, frame in source.tables.items()
    }
    letters = TextDraft(source.letters, source.found, policy)
    start = time.process_time()
    scene = policy.scene([*drafts.values(), letters], _KEY)
    tables = {name: draft.write(_KEY, scene).frame for name, draft in drafts.items()}
    texts = letters.write(_KEY, scene)
    return Release(tables, texts, time.process_time() - start)


def _unturned(name: str) -> str:
    family, _, given = name.partition(", ")
    return f"{given} {family.title()}"


def _differ(names: Sequence[str], others: Sequence[str]) -> int:
    return sum(one.casefold() != other.casefold() for one, other in zip(names, others, strict=True))


def _following(release: Release) -> int:
    names, mails = release.players()["clients"], release.tables["clients"]["email"]
    wanted = (normal_form(name).replace(" ", ".") for name in names)
    return sum(mail.replace("-", ".").startswith(name) for name, mail in zip(wanted, mails, strict=True))


def _paces(names: Sequence[str]) -> dict[str, list[float]]:
    return {
        "token": [len(names) / _seconds(lambda: _each(Token(), names)) for _ in range(_ROUNDS)],
        "surrogate": [len(names) / _seconds(lambda: _cast(names)) for _ in range(_ROUNDS)],
        "Faker": [_PEER / _seconds(lambda: _peer(names[:_PEER])) for _ in range(_ROUNDS)],
    }


def _each(operator: Operator, names: Sequence[str], scene: Scene | None = None) -> None:
    context = Context("PERSON", _KEY) if scene is None else Context("PERSON", _KEY, scene=scene)
    for name in names:
        operator.apply(name, context)


def _cast(names: Sequence[str]) -> None:
    rehearsal, operator = Rehearsal(), Surrogate()
    _each(operator, names, Scene(rehearsal))
    _each(operator, names, Scene(rehearsal.cast(_KEY)))


def _peer(names: Sequence[str]) -> None:
    faker = Faker("en_US")
    for name in names:
        faker.seed_instance(_KEY.digest("peer", name.encode()))
        faker.name()


def _seconds(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _show(rounds: Sequence[float]) -> str:
    return f"{statistics.median(rounds):,.0f} ({min(rounds):,.0f} to {max(rounds):,.0f})"

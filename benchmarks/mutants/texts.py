"""Redacted texts: the sample notes, sound, and with something left in them or told by what took its place."""

import csv
import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from benchmarks.mutants.case import Case, texts_changed
from pipelines import release
from pipelines.samples import sample_folder

PEOPLE = 150
_RECIPE = """
schema_version = 1
name = "notes"
[key]
source = "ephemeral"
[policy]
default = "replace"
[[corpus]]
path = "notes"
index = "index.csv"
document = "document"
subject = "patient_id"
gold = "gold.jsonl"
table = "patients"
[[table]]
path = "patients.csv"
[policy.columns.patients]
gender = "drop"
[[attack]]
kind = "attribute-inference"
on = "notes"
attributes = ["gender"]
table = "patients"
limit = 0.8
reason = "he and she stay"
[[attack]]
kind = "entity-presence"
on = "notes"
limit = 0.35
reason = "departments stay and tell who works there"
"""

_FACTS = ("birth_date", "age", "city", "zip")
_COLUMNS = ("patient_id", "given_name", "family_name", "email", "phone", "gender")
_WARDS = """
[[attack]]
kind = "attribute-inference"
on = "notes"
attributes = ["ward"]
table = "patients"
"""

Spans = Sequence[tuple[int, int, str]]


def build(folder: Path, seed: int, *, ids: bool = False, wards: bool = False, facts: bool = False) -> Path:
    """Write notes of so many people, both of each, with their table, index and gold.

    `ids` names files by patient. With `wards` people lie in two wards by surname, which is a secret. With `facts`
    the table tells when people were born and where they live.
    """
    sample = sample_folder()
    patients = {row["patient_id"]: row for row in _rows(sample / "patients.csv")}
    notes: dict[str, list[str]] = {}
    for row in _rows(sample / "notes.index.csv"):
        if row["patient_id"]:
            notes.setdefault(row["patient_id"], []).append(row["document"])
    people = sorted(person for person, own in notes.items() if len(own) > 1)
    drawn = sorted(np.random.default_rng(seed).permutation(people)[:PEOPLE].tolist())
    gold = {json.loads(line)["id"]: json.loads(line) for line in _lines(sample / "notes.gold.jsonl")}
    (folder / "notes").mkdir()
    index, spans = ["document,patient_id\n"], []
    for person in drawn:
        for number, name in enumerate(notes[person]):
            given = f"{person}-{number}.txt" if ids else name
            (folder / "notes" / given).write_bytes((sample / "notes" / name).read_bytes())
            index.append(f"{given},{person}\n")
            spans.append(json.dumps({**gold[name], "id": given}) + "\n")
    for person in drawn:
        patients[person]["ward"] = "north" if patients[person]["family_name"][0].upper() < "K" else "south"
    _write(
        folder / "patients.csv", [patients[person] for person in drawn], _COLUMNS + ("ward",) * wards + _FACTS * facts
    )
    (folder / "index.csv").write_text("".join(index), encoding="utf-8")
    (folder / "gold.jsonl").write_text("".join(spans), encoding="utf-8")
    recipe = folder / "recipe.toml"
    recipe.write_text(_RECIPE + _WARDS * wards, encoding="utf-8")
    return recipe


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Sequence[dict[str, str]], columns: Sequence[str]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _replaced(text: str, spans: Spans, tag: Callable[[str, str], str]) -> str:
    """Put `tag(label, words)` in the place of what was found."""
    parts, place = [], 0
    for start, end, label in spans:
        parts += [text[place:start], tag(label, text[start:end])]
        place = end
    return "".join([*parts, text[place:]])


def _tag(label: str, _: str) -> str:
    return f"[{label}]"


def _but(*labels: str) -> Callable[[str, Spans], str]:
    return lambda text, spans: _replaced(text, [span for span in spans if span[2] not in labels], _tag)


def _first_only(text: str, spans: Spans) -> str:
    seen: set[str] = set()
    kept = []
    for start, end, label in spans:
        words = text[start:end].casefold()
        if label != "PERSON" or words not in seen:
            kept.append((start, end, label))
        seen.add(words)
    return _replaced(text, kept, _tag)


def _numbered(label: str, words: str) -> str:
    """Name the same person by the same number in every text, made without a key."""
    number = hashlib.blake2b(words.casefold().split()[-1].encode()).hexdigest()[:6]
    return f"[PERSON {number}]" if label == "PERSON" else f"[{label}]"


def _initials(label: str, words: str) -> str:
    """Leave the initial of a surname in the tag."""
    return f"[PERSON {words.rsplit(maxsplit=1)[-1][0]}]" if label == "PERSON" else f"[{label}]"


def _names_kept() -> AbstractContextManager[Any]:
    """Let files leave under the names that they came with."""
    return mock.patch.object(release, "with_ids", lambda corpus, *_: corpus)


def _with(change: Callable[[str, Spans], str]) -> Callable[[], Any]:
    return partial(texts_changed, change)


SOUND: Sequence[Case] = (Case("texts: every label replaced", build),)
BROKEN: Sequence[Case] = (
    Case("names are not redacted in texts", build, "notes: residue", broken=_with(_but("PERSON"))),
    Case("e-mail addresses are not redacted in texts", build, "notes: rescan", broken=_with(_but("EMAIL_ADDRESS"))),
    Case("telephone numbers are not redacted in texts", build, "notes: residue", broken=_with(_but("PHONE_NUMBER"))),
    Case("a name is redacted where it stands first only", build, "notes: residue", broken=_with(_first_only)),
    Case(
        "people are numbered alike in all texts",
        build,
        "notes: entity-presence",
        broken=_with(lambda text, spans: _replaced(text, spans, _numbered)),
    ),
    Case(
        "initials stay in the tags",
        partial(build, wards=True),
        "notes: attribute-inference of ward",
        broken=_with(lambda text, spans: _replaced(text, spans, _initials)),
    ),
    Case(
        "dates and places are not redacted in texts",
        partial(build, facts=True),
        "notes: quasi-identifiers",
        broken=_with(_but("DATE_OF_BIRTH", "DATE_TIME", "LOCATION", "STREET_ADDRESS", "ZIP_CODE", "AGE")),
    ),
    Case("file names with ids", partial(build, ids=True), "names of files", broken=_names_kept),
)

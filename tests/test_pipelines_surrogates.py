"""A folder of tables and texts has one cast, whatever the number of processes."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from pipelines.cli import run_app
from pipelines.recipe import read_recipe
from pipelines.release import _prepare
from pipelines.staging import read_stage

PEOPLE = [("p1", "Ann", "Kowalski"), ("p2", "Robert", "Lindqvist"), ("p3", "Amara", "Okafor")]
RECIPE = """
schema_version = 1
name = "r"
policy = "policy.toml"
[key]
file = "k"
[[table]]
path = "people.csv"
[[corpus]]
path = "notes"
index = "index.csv"
subject = "pid"
table = "people"
"""
POLICY = """
schema_version = 1
name = "s"
subject = "pid"
detectors = ["people", "network"]
default = "surrogate"
columns = {pid = "keep"}
"""


def write(path: Path, *rows: tuple[str, ...]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = tmp_path_factory.mktemp("desk")
    source = desk / "in"
    (source / "letters").mkdir(parents=True)
    write(source / "people.csv", ("pid", "first_name", "last_name"), *PEOPLE)
    staff = ((f"{first} {last}", f"{first}.{last}@corp.com".lower()) for _, first, last in PEOPLE)
    write(source / "staff.csv", ("full_name", "email"), *staff)
    write(
        source / "calls.csv",
        ("pid", "note"),
        *(
            (pid, f"{n.upper()}, {f} called about the results of the blood test, and asked for them in writing.")
            for pid, f, n in PEOPLE
        ),
    )
    for number, (_, first, last) in enumerate(PEOPLE):
        (source / "letters" / f"{number}.txt").write_text(f"Dear {first} {last},\nMr {last}'s card is here.\n")
    (desk / "policy.toml").write_text(POLICY)
    (desk / "k").write_bytes(bytes(32))
    (desk / "k").chmod(0o600)
    return desk


def redact(desk: Path, out: str, *more: str) -> Path:
    assert (
        run_app(["redact", str(desk / "in"), "-o", str(desk / out), "--policy", str(desk / "policy.toml"), *more]) == 0
    )
    return desk / out


@pytest.fixture(scope="module")
def done(desk: Path) -> Path:
    return redact(desk, "one", "--key-file", str(desk / "k"))


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def test_a_person_is_one_in_every_table_and_letter(done: Path) -> None:
    people, staff, calls = (rows(done / f"{name}.csv") for name in ("people", "staff", "calls"))
    assert len({tuple(row[1:]) for row in people}) == 3
    for number, (_, first, last) in enumerate(people):
        assert staff[number][0] == f"{first} {last}"
        assert staff[number][1].startswith(f"{first}.{last}@example.".lower())
        assert calls[number][1].startswith(f"{last.upper()}, {first} called about")
        letter = (done / "letters" / f"{number}.txt").read_text()
        assert letter == f"Dear {first} {last},\nMr {last}'s card is here.\n"


def test_nobody_of_the_source_is_left(done: Path) -> None:
    text = "".join(path.read_text() for path in done.rglob("*.*")).lower()
    words = set(re.findall(r"\w+", text))
    assert words.isdisjoint(name.lower() for _, *names in PEOPLE for name in names)


def test_the_report_names_no_one_and_says_what_pseudonyms_are(desk: Path, done: Path) -> None:
    text = done.with_name("one.report.json").read_text()
    assert json.loads(text)["tables"]["people.csv"]["notice"].endswith("personal data (GDPR Art. 4(5))")
    assert "kowalski" not in text.lower()


def test_without_a_key_nothing_is_written(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TAMIS_KEY", raising=False)
    arguments = ["redact", str(desk / "in"), "-o", str(desk / "none"), "--policy", str(desk / "policy.toml")]
    assert run_app(arguments) == 2
    assert "D102" in capsys.readouterr().err
    assert not (desk / "none").exists()


def test_passing_surrogates_need_none(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAMIS_KEY", raising=False)
    shutil.copytree(desk / "in" / "letters", desk / "few")
    random = desk / "random.toml"
    chain = 'default = {operator = "surrogate", strategy = "markov", scope = "document"}'
    random.write_text(f'schema_version = 1\nname = "r"\n{chain}\ndetectors = ["people"]\n')
    assert run_app(["redact", str(desk / "few"), "-o", str(desk / "few-out"), "--policy", str(random)]) == 0
    letter = (desk / "few-out" / "0.txt").read_text()
    assert letter.startswith("Dear ")
    assert "Kowalski" not in letter
    assert "[" not in letter


def test_the_texts_of_a_recipe_know_whose_they_are(desk: Path, tmp_path: Path) -> None:
    write(tmp_path / "people.csv", ("pid", "full_name"), *((pid, f"{first} {last}") for pid, first, last in PEOPLE))
    write(tmp_path / "index.csv", ("document", "pid"), *((f"{pid}.txt", pid) for pid, _, _ in PEOPLE))
    (tmp_path / "notes").mkdir()
    for pid, _, last in PEOPLE:
        (tmp_path / "notes" / f"{pid}.txt").write_text(f"We saw {last} again.")
    (tmp_path / "recipe.toml").write_text(RECIPE)
    for name in ("policy.toml", "k"):
        shutil.copy(desk / name, tmp_path / name)
    plan = read_recipe(tmp_path / "recipe.toml")
    material = _prepare(plan, read_stage(plan, tmp_path), tmp_path, tmp_path / "ledger.jsonl", 1)[0]
    played = material.tables["people"].released.frame["full_name"]
    assert list(material.corpora["notes"].redacted.texts) == [f"We saw {name.split()[1]} again." for name in played]

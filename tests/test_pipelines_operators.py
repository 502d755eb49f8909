"""Operators that a policy file names, through the command: what leaves, what the report says, what is refused."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

import deid.operators.build
from deid import Key, Policy, decrypt
from deid.operators import Context

KEY = Key(bytes(range(32)))
TABLE = "e-mail,size,note\nann@example.com,1,Write to ann@example.com about the knee.\nbo@example.com,2,\n,3,\n"
HEAD = 'schema_version = 1\nname = "mine"\ndetectors = ["network", "records"]\ndefault = "replace"\n'


@dataclass(frozen=True, slots=True)
class Choosy:
    """A plug-in that fails on some values and answers others with what is no text."""

    keyed: ClassVar[bool] = False
    by_subject: ClassVar[bool] = False

    refuses: bool = False

    def apply(self, value: str, context: Context) -> str:  # noqa: ARG002 the seam's signature
        """Answer, or not."""
        if value.startswith("ann"):
            raise LookupError(value)
        return 3 if self.refuses else "somebody"  # type: ignore[return-value]


class Point:
    """The entry point of the plug-in."""

    name = "choosy"

    def load(self) -> type:
        """Give the class."""
        return Choosy


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "t.csv").write_text(TABLE)
    (tmp_path / "one.txt").write_text("Write to ann@example.com")
    (tmp_path / "k").write_bytes(KEY.secret)
    (tmp_path / "k").chmod(0o600)
    monkeypatch.delenv("TAMIS_KEY", raising=False)
    monkeypatch.setattr(deid.operators.build, "entry_points", lambda group: [Point()] if group else [])
    return tmp_path


@pytest.fixture
def redacted(tamis, desk: Path):
    def call(policy: str, *more: object) -> tuple[list[dict[str, str]], dict[str, object], str]:
        (desk / "p.toml").write_text(HEAD + policy)
        arguments = ("-o", desk / "o.csv", "--policy", desk / "p.toml", "--key-file", desk / "k", "--overwrite", *more)
        ended = tamis("redact", desk / "t.csv", *arguments)
        assert ended.status == 0, ended.err
        record = json.loads((desk / "o.csv.report.json").read_text())
        return list(csv.DictReader(io.StringIO((desk / "o.csv").read_text()))), record, ended.err

    return call


def test_what_a_policy_file_encrypts_opens_with_the_file(desk: Path, redacted) -> None:
    rows, record, err = redacted("[labels]\nEMAIL_ADDRESS = 'encrypt'\n")
    policy = Policy.load(desk / "p.toml")
    assert [decrypt(row["e-mail"], policy, KEY, column="e-mail") for row in rows[:2]] == [
        "ann@example.com",
        "bo@example.com",
    ]
    assert rows[2]["e-mail"] == ""
    assert decrypt(rows[0]["note"].split()[2], policy, KEY) == "ann@example.com"
    assert "pseudonymised" in str(record["pseudonymous"])
    assert err == ""


def test_presidio_hashes_the_same_in_every_run(redacted) -> None:
    runs = [
        redacted("[labels]\nEMAIL_ADDRESS = { operator = 'presidio:hash', hash_type = 'sha512' }\n")[0] for _ in "ab"
    ]
    assert runs[0] == runs[1]
    assert len(runs[0][0]["e-mail"]) == 128
    assert runs[0][0]["e-mail"] in runs[0][0]["note"]


def test_columns_are_dropped_by_label(redacted) -> None:
    rows, record, _ = redacted("[column_labels]\nEMAIL_ADDRESS = 'drop'\n")
    assert [list(row) for row in rows] == [["size", "note"]] * 3
    assert rows[0]["note"] == "Write to [EMAIL_ADDRESS] about the knee."
    columns = {column["column"]: column["action"] for column in record["tables"]["t"]["columns"]}
    assert columns == {"e-mail": "drop", "size": "keep", "note": "scan"}


def test_a_plug_in_that_fails_withholds_what_it_failed_on(redacted) -> None:
    rows, record, err = redacted("[labels]\nEMAIL_ADDRESS = 'choosy'\n")
    assert [row["e-mail"] for row in rows] == ["[WITHHELD]", "somebody", ""]
    assert rows[0]["note"] == "Write to [WITHHELD] about the knee."
    table = record["tables"]["t"]
    assert table["withheld"] == 2
    assert set(table["failed"]) == {
        "column 'e-mail', EMAIL_ADDRESS: the operator 'choosy' failed: LookupError",
        "EMAIL_ADDRESS: the operator 'choosy' failed: LookupError",
    }
    assert err.count("D105: ") == 2
    assert "tamis explain D105" in err
    assert "ann@" not in err + json.dumps(record)


def test_a_plug_in_that_answers_no_text_ends_the_run(refused, desk: Path) -> None:
    (desk / "p.toml").write_text(HEAD + "[labels]\nEMAIL_ADDRESS = { operator = 'choosy', refuses = true }\n")
    arguments = ("redact", desk / "t.csv", "-o", desk / "o.csv", "--policy", desk / "p.toml")
    assert "answered with int" in refused(desk, "D105", *arguments).err


def test_a_text_with_a_failure_is_withheld_in_part(tamis, desk: Path) -> None:
    (desk / "p.toml").write_text(HEAD + "[labels]\nEMAIL_ADDRESS = 'choosy'\n")
    ended = tamis("redact", desk / "one.txt", "-o", desk / "o.txt", "--policy", desk / "p.toml")
    assert ended.status == 0
    assert "D105" in ended.err
    assert (desk / "o.txt").read_text() == "Write to [WITHHELD]"
    assert json.loads((desk / "o.txt.report.json").read_text())["texts"]["withheld"] == 1
    assert "D105" in tamis("redact", desk / "one.txt", "--policy", desk / "p.toml", "--dry-run").out


def test_a_release_with_a_failure_does_not_pass_the_gate(tamis, desk: Path) -> None:
    (desk / "p.toml").write_text(HEAD + "[labels]\nEMAIL_ADDRESS = 'choosy'\n")
    (desk / "r.toml").write_text('schema_version = 1\nname = "r"\npolicy = "p.toml"\n[[corpus]]\npath = "one.txt"\n')
    ended = tamis("run", desk / "r.toml", "--out", desk / "out")
    assert ended.status == 1, ended.err
    assert "D105" in ended.err
    checks = json.loads((desk / "out" / "report.json").read_text())["checks"]
    assert next(check["state"] for check in checks if check["name"] == "withheld") == "FAIL"


@pytest.mark.parametrize(
    "spec",
    ["'nonsuch'", "'presidio:custom'", "{ operator = 'presidio:hash', salt = '0123456789abcdef' }", "'presidio:mask'"],
)
def test_what_is_no_operator_is_refused(refused, desk: Path, spec: str) -> None:
    (desk / "p.toml").write_text(f"{HEAD}[labels]\nEMAIL_ADDRESS = {spec}\n")
    refused(desk, "D101", "redact", desk / "t.csv", "-o", desk / "o.csv", "--policy", desk / "p.toml")

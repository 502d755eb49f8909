"""The examples of docs/vault.md and docs/policy.md, typed as they stand."""

import re
import tomllib
from pathlib import Path

import pytest

from deid import Policy
from tests.typed import type_in

DOCS = Path(__file__).parents[1] / "docs"


def blocks(document: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / document).read_text(encoding="utf-8"), re.DOTALL)


def test_vaults_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letters").mkdir()
    letter = b"Dear Ann,\r\ncall (212) 555-0143."
    (tmp_path / "letters" / "one.txt").write_bytes(letter)
    (tmp_path / "letters" / "people.csv").write_bytes(b"full name\nAnn Lee\n")
    for example in blocks("vault.md", "sh"):
        assert {code for _, code in type_in(example, tmp_path)} == {0}
    assert b"Ann" not in (tmp_path / "letters-clean" / "one.txt").read_bytes()
    for back in ("letters-back", "letters-again"):
        assert (tmp_path / back / "one.txt").read_bytes() == letter
        assert (tmp_path / back / "people.csv").read_bytes() == b"full name\nAnn Lee\n"
    assert (tmp_path / "more-back.txt").read_bytes() == (tmp_path / "more.txt").read_bytes()


def test_vaults_from_python() -> None:
    namespace: dict[str, object] = {}
    for example in blocks("vault.md", "python"):
        exec(compile(example, "an example of docs/vault.md", "exec"), namespace)
    assert namespace["original"] == b"Ann Lee called."


def test_operators_from_python() -> None:
    namespace: dict[str, object] = {}
    for example in blocks("policy.md", "python"):
        exec(compile(example, "an example of docs/policy.md", "exec"), namespace)
    assert namespace["opened"] == ["ann@example.com", "bo@example.com"]
    assert namespace["text"].data == "Write to ANN@EXAMPLE.COM"  # type: ignore[attr-defined]


@pytest.mark.parametrize("number", [0, 1])
def test_policies_are_read(number: int) -> None:
    said = blocks("policy.md", "toml")[number]
    policy = Policy.from_mapping({"schema_version": 1, **tomllib.loads(said)})
    assert policy.needs_key

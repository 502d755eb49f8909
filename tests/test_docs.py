"""The README's examples, typed as they stand, on a small table."""

import os
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from tests.typed import type_in

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")

CUSTOMERS = "name,plan,age,note\n" + "".join(
    f"Ann Lee{i % 7},{'plus' if i % 3 else 'basic'},{20 + i % 50},"
    f"Ann called from (212) 555-01{i % 90 + 10} about her bill.\n"
    for i in range(300)
)
RECIPE = 'schema_version = 1\nname = "small"\n[[table]]\npath = "customers.csv"\n'
EXPECTED = {"audit": {0, 1}, "run": {1}, "verify": {1}}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("Dear Ann, call (212) 555-0143.", encoding="utf-8")
    (tmp_path / "release.toml").write_text(RECIPE, encoding="utf-8")
    (tmp_path / "my.key").write_bytes(os.urandom(32))
    (tmp_path / "my.key").chmod(0o600)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_readme_has_examples_in_both_languages() -> None:
    assert len(blocks("sh")) >= 3
    assert len(blocks("python")) >= 3


def test_shell_examples_run_as_they_stand(desk: Path) -> None:
    called = type_in("".join(blocks("sh")), desk)
    assert len(called) >= 10
    for words, code in called:
        assert code in EXPECTED.get(words[0], {0}), words
    clean = (desk / "clean.csv").read_text(encoding="utf-8")
    assert "Ann" not in clean
    assert "555" not in clean
    assert (desk / "letters-clean" / "one.txt").read_text(encoding="utf-8") == "Dear [PERSON], call [PHONE_NUMBER]."
    assert (desk / "back.csv").read_bytes() == (desk / "customers.csv").read_bytes()
    assert (desk / "synthetic.csv").read_text(encoding="utf-8").startswith("name,plan,age,note\n")
    assert not (desk / "release-out" / "release").exists()


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_python_examples_run_as_they_stand(desk: Path, number: int) -> None:
    namespace: dict[str, object] = {}
    exec(compile(blocks("python")[number], f"README example {number}", "exec"), namespace)
    if "clean" in namespace:
        assert "Ann" not in str(namespace["clean"])
    if "synthetic" in namespace:
        assert len(namespace["synthetic"]) == 100  # type: ignore[arg-type]
    if "verdict" in namespace:
        assert not namespace["verdict"].passed  # type: ignore[attr-defined]


def test_examples_of_schemas_run_and_are_read() -> None:
    from synth import Schema

    text = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")
    namespace: dict[str, object] = {}
    for example in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(example, "an example of docs/schema.md", "exec"), namespace)
    assert len(namespace["made"]) == 100  # type: ignore[arg-type]
    first, bought = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[:2]
    assert Schema.from_text(first).names == ("age", "smoker")
    assert [column.name for column in Schema.from_text(f"{first}\n{bought}").open] == ["town", "income"]


def test_examples_of_formats_run_and_are_read() -> None:
    from deid import Policy

    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    joined, indexed = (dict[str, object](), dict[str, object]())
    for example, namespace in zip(re.findall(r"```python\n(.*?)```", text, re.DOTALL), (joined, indexed), strict=True):
        exec(compile(example, "an example of docs/formats.md", "exec"), namespace)
    clean = joined["clean"]
    assert [relation.held for relation in clean.report.relations] == [True]  # type: ignore[attr-defined]
    assert not [name for name in ("Lee", "Chan", "P-1") if name in str(clean.data)]  # type: ignore[attr-defined]
    assert "Ann" not in str(indexed["clean"])
    policies = [tomllib.loads(example) for example in re.findall(r"```toml\n(.*?)```", text, re.DOTALL)]
    references, columns = (Policy.from_mapping(policy) for policy in policies)
    assert references.references == {"visits.patient": "people.pid"}
    assert columns.column("visits", "visits[].note") == "scan"
    assert columns.column("visits", "patient.name") is not None


def test_examples_of_surrogates_run_and_name_nobody() -> None:
    from deid import Policy

    text = (ROOT / "docs" / "surrogates.md").read_text(encoding="utf-8")
    namespace: dict[str, object] = {}
    for example in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(example, "an example of docs/surrogates.md", "exec"), namespace)
    assert not {"Ann", "Lee", "Ray"} & set(re.findall(r"\w+", namespace["done"].data))  # type: ignore[attr-defined]
    for policy in re.findall(r"```toml\n(.*?)```", text, re.DOTALL):
        assert Policy.from_mapping({"schema_version": 1, **tomllib.loads(policy)}).casts


def test_the_example_of_large_tables_runs_as_it_stands(desk: Path) -> None:
    from pipelines.cli import run_app

    (example,) = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "large.md").read_text(encoding="utf-8"), re.DOTALL)
    assert run_app(shlex.split(example)[1:]) == 0
    assert "Ann" not in (desk / "customers-clean.csv").read_text(encoding="utf-8")


def test_every_document_that_the_readme_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_examples_of_hostile_input_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs" / "hostile.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for example in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        assert [code for _, code in type_in(example, tmp_path)] == [0]
    assert capfd.readouterr().out == "mail,colour\n[EMAIL_ADDRESS],red\nitem,note\nA1,'=1+1\nB2,-3.5\n"

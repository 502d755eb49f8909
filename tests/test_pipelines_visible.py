"""Names that come from data steer nothing: no terminal, no log, no page."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.progress import timed
from pipelines.visible import visible, visible_json, visible_lines

STEERING = "na\x1b[31mm\u202ee\u2066\x07\x9b\u200f"
ANY = st.text(st.characters(codec=None), max_size=20)  # halves of characters too


@given(ANY)
def test_what_is_shown_prints_and_what_prints_is_shown(text: str) -> None:
    shown = visible(text)
    assert all(c.isprintable() or c.isspace() for c in shown)
    assert "\n" not in shown
    shown.encode()
    if text.isprintable():
        assert shown == text
    assert visible_lines(text).count("\n") == text.count("\n")


@given(st.recursive(ANY | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(ANY, inner), max_leaves=6))
def test_json_means_the_same(value: object) -> None:
    for indent in (None, 2):
        text = visible_json(json.dumps(value, ensure_ascii=False, indent=indent))
        assert json.loads(text) == value
        text.encode()
        assert all(c.isprintable() or c.isspace() for c in text)


def steers(text: str) -> list[str]:
    return [c for c in text if not c.isprintable() and c != "\n"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in\x1b[32m\u202e"
    folder.mkdir()
    path = folder / "a\u202e\x1b[31m.csv"
    path.write_text(f"{STEERING},age\n" + "".join(f"{n % 3},{20 + n % 9}\n" for n in range(90)))
    return path


def test_no_command_writes_what_steers(tamis: Callable[..., object], tmp_path: Path, source: Path) -> None:
    commands = [("scan", source, "--format", form) for form in ("table", "jsonl", "json", "github", "sarif")]
    commands += [
        ("scan", source.parent),
        ("redact", source, "--dry-run"),
        ("redact", source, "-o", tmp_path / "o.csv"),
        ("redact", source.parent, "-o", tmp_path / "o"),
        ("synth", source, "-o", tmp_path / "s.csv", "--epsilon", 9, "--method", "independent", "--dry-run"),
        ("synth", source, "-o", tmp_path / "s.csv", "--epsilon", 9, "--quality", tmp_path / "q.html"),
        ("audit", "--original", source, "--released", source, "--out", tmp_path / "audit"),
        ("redact", source, "-o", tmp_path / "o.csv"),
        ("redact", source, "-o", source),
        ("scan", source.with_name("b\u202e.csv")),
        (f"sc{STEERING}an",),
        ("scan", source, f"--{STEERING}"),
        ("scan", source, "--policy", f"{STEERING}.toml"),
        ("explain", STEERING),
    ]
    for command in commands:
        ended = tamis(*command)
        assert steers(ended.out) == steers(ended.err) == [], command
    written = [path for path in tmp_path.rglob("*") if path.suffix in {".json", ".html"}]
    assert {path.name for path in written} >= {"report.html", "report.json", "q.html", "o.csv.report.json"}
    for path in written:
        assert steers(path.read_text()) == [], path
    assert "na\\x1b[31mm\\u202ee" in (tmp_path / "q.html").read_text()
    (told,) = json.loads((tmp_path / "o.csv.report.json").read_text())["tables"].values()
    assert [step["column"] for step in told["columns"]] == [STEERING, "age"]


def test_the_page_of_a_run_writes_names_out(tamis: Callable[..., object], tmp_path: Path, source: Path) -> None:
    recipe = source.with_name("r.toml")
    recipe.write_text(
        f'schema_version = 1\nname = "r"\n[[table]]\npath = {json.dumps(source.name)}\n'
        f"[synthesis]\ntable = {json.dumps(source.stem)}\nepsilon = 20\ndelta = 1e-6\nmethod = 'independent'\n"
    )
    ended = tamis("run", recipe, "--out", tmp_path / "out")
    assert ended.status in {0, 1}, ended.err
    page = (tmp_path / "out" / "report.html").read_text()
    assert steers(page) == steers(ended.out) == steers(ended.err) == []
    assert "\\u202e" in page
    assert "\\x1b[31m" in page


def test_a_title_that_looks_like_markup_breaks_no_progress_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with timed("redacting [/red]\u202e", 1) as step:
        step.advance()
    assert "\u202e" not in capsys.readouterr().err

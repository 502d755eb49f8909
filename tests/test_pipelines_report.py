"""The report's parts: figures that are finite, counts that name nobody, text that stays text."""

import csv
import json
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipelines
from pipelines.check import STATES, Check, passes, worst
from pipelines.report.figure import Bar, count_figure, limit_figure, success_figure
from pipelines.report.record import shown, to_json

FIGURES = st.floats() | st.none()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, _):
        self.tags.append(tag)


def tags_of(page):
    parser = Tags()
    parser.feed(page)
    return set(parser.tags)


@given(VALUES)
def test_a_record_is_json_that_every_reader_takes(record):
    json.loads(to_json({"record": record}), parse_constant=pytest.fail)


@given(st.integers(0, 10**9))
def test_a_count_of_a_few_is_not_shown(count):
    assert shown(count) == ("<5" if 1 <= count <= 4 else count)


@given(st.lists(st.sampled_from(STATES), max_size=5))
def test_the_worst_check_decides_and_none_is_no_pass(states):
    checks = [Check("a check", state, "value", 0.0, 1.0, "why", "texts") for state in states]
    assert passes(checks) == (bool(states) and set(states) <= {"PASS", "WARN"})
    assert (worst(checks) == "PASS") == (set(states) == {"PASS"})
    assert (worst(checks) == "FAIL") == ("FAIL" in states)


@settings(max_examples=60)
@given(label=st.text(max_size=20), value=FIGURES.filter(lambda x: x is not None), others=st.tuples(*[FIGURES] * 5))
def test_a_figure_draws_anything_and_runs_nothing(label, value, others):
    label += '<script>"&'
    bars = [Bar(label, value, "FAIL", *others)]
    for figure in (limit_figure(bars), success_figure(bars), count_figure(label, [(label, 7), (label, "<5")])):
        assert tags_of(figure) <= {"svg", "title", "text", "rect", "line", "circle", "path"}
        assert "<script" not in figure


def test_figures_of_nothing_are_empty():
    assert "svg" in tags_of(limit_figure([]))
    assert "svg" in tags_of(count_figure("none", []))


def recipe_on(place, name, header, kept="replace"):
    with (place / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [[f"Ann{n} Lee{n}", f"ann{n}@example.com", str(n % 3)] for n in range(60)]
        csv.writer(file).writerows([header, *rows])
    said = f'labels = {{ PERSON = "{kept}", EMAIL_ADDRESS = "{kept}" }}'
    lines = ["schema_version = 1", f"name = {json.dumps(name)}", "[policy]", 'default = "replace"', said, "[[table]]"]
    lines += [f"path = {json.dumps(f'{name}.csv')}"]
    for kind, more in (("residue", ""), ("linkage", f"known = [{json.dumps(header[2])}]")):
        lines += [
            "[[attack]]",
            f'kind = "{kind}"',
            f"on = {json.dumps(name)}",
            "limit = 0.9",
            'reason = "a test"',
            more,
        ]
    (place / "recipe.toml").write_text("\n".join(lines), encoding="utf-8")
    return place / "recipe.toml"


def test_hostile_names_are_text(tmp_path):
    hostile, name = "<b>&\"x'</td><script>alert(1)</script>", "a<b>&'x"
    verdict = pipelines.run(recipe_on(tmp_path, name, ["full name", "email", hostile]), tmp_path / "out")
    record = json.loads((tmp_path / "out" / "report.json").read_text())
    page = verdict.report.read_text()
    assert hostile in [column["column"] for column in record["tables"][name]["columns"]]
    assert "&lt;script&gt;" in page
    for text in (page, verdict._repr_html_()):
        assert name not in text
        assert "script" not in tags_of(text)
        assert "<script" not in text
        assert "<b>&" not in text


@pytest.mark.parametrize(("kept", "passed"), [("replace", True), ("keep", False)])
def test_the_verdict_is_there_for_python_too(tmp_path, kept, passed):
    verdict = pipelines.run(recipe_on(tmp_path, "people", ["full name", "email", "size"], kept), tmp_path / "out")
    assert verdict.passed is passed
    assert verdict.released == (tmp_path / "out" / "release" if passed else None)
    assert (tmp_path / "out" / "release").is_dir() is passed
    assert {check.name: check.state for check in verdict.checks}["people: residue"] == ("PASS" if passed else "FAIL")
    word = "PASSED: released" if passed else "NOT PASSED: nothing released"
    assert f"<b>{word}</b>" in verdict._repr_html_()

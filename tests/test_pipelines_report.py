"""The report's parts: figures that are finite, counts that name nobody, text that stays text."""

import json
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.gate import Check, passes
from pipelines.report.figure import Bar, count_figure, limit_figure, success_figure
from pipelines.report.record import shown, to_json, verdict_of

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


STATES = ("PASS", "FAIL", "INVALID", "WAIVED")


@given(st.lists(st.sampled_from(STATES), max_size=5))
def test_only_what_passed_or_was_waived_leaves(states):
    checks = [Check("a check", state, "value", 0.0, 1.0, "why") for state in states]
    assert passes(checks) == (bool(states) and set(states) <= {"PASS", "WAIVED"})
    assert (verdict_of(checks) == "PASS") == passes(checks)
    assert (verdict_of(checks) == "FAIL") == ("FAIL" in states)


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

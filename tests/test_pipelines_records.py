"""JSON lines with objects inside: every leaf is looked at, and nothing else of a line changes by a byte."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid import Key, Policy, Scanner
from deid.operators import Keep, Replace, Shift, Token
from deid.tables.ties import Ties
from pipelines.books.book import Released
from pipelines.books.leaves import BrokenLineError, read_line
from pipelines.books.records import is_records, read_records
from pipelines.engine import Engine
from pipelines.errors import FormatError
from pipelines.redaction import draft_one_table, plan_of, redact_one_table

keys = st.sampled_from(["a", "b", "a b", "é", '"', "\\", "x.y", ""])
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5).filter(lambda t: not any("\ud800" <= c <= "\udfff" for c in t)),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=12,
)
records = st.dictionaries(keys, trees, max_size=4)


def shape(value: Any) -> Any:
    """Return a record with a mark for every string, and keys in their order."""
    match value:
        case dict():
            return [(key, shape(inner)) for key, inner in value.items()]
        case list():
            return [shape(inner) for inner in value]
        case str():
            return "…"
    return (type(value), repr(value))


@given(records, st.sampled_from([None, (",", ":"), (" , ", " : ")]), st.booleans())
def test_leaves_that_stay_leave_a_line_as_it_is_and_others_change_nothing_else(record, separators, ascii_only):
    source = json.dumps(record, separators=separators, ensure_ascii=ascii_only)
    line = read_line(source)
    assert line.with_texts([leaf.text for leaf in line.leaves]) == source
    strings = [leaf.text if source[leaf.start] != '"' else f"<{leaf.text}>" for leaf in line.leaves]
    assert shape(json.loads(line.with_texts(strings))) == shape(record)
    dropped = json.loads(line.with_texts([None] * len(line.leaves)))
    assert list(dropped) == list(record)


def test_numbers_are_spelled_as_they_were():
    source = '{"a": [1.50, 1e5, -0.0, 12345678901234567890], "b": "x"}'
    line = read_line(source)
    assert [leaf.text for leaf in line.leaves] == ["1.50", "1e5", "-0.0", "12345678901234567890", "x"]
    assert line.with_texts([*(leaf.text for leaf in line.leaves[:-1]), "y"]) == source.replace('"x"', '"y"')


@pytest.mark.parametrize(
    "broken",
    ["[1]", "1", "{", '{"a": NaN}', '{"a": 1, "a": 2}', '{"a": {"b": 1, "b": 2}}', '{"a": "\\ud800"}', "[" * 100_000],
)
def test_a_line_that_cannot_be_worked_on_is_refused(tmp_path, broken):
    with pytest.raises(BrokenLineError):
        read_line(broken)
    (tmp_path / "a.ndjson").write_text('{"a": 1}\n\n' + broken)
    with pytest.raises(FormatError, match=r"'a\.ndjson', line 3"):
        read_records(tmp_path / "a.ndjson")


VISITS = [
    {
        "id": 1,
        "patient": {"name": "Åsa Lindqvist", "born": "1970-05-06", "phone": 2125550143},
        "visits": [
            {"seen": "2020-01-01", "note": "Lindqvist came in with her sister today and paid at once."},
            {"seen": "2020-01-11", "note": None},
        ],
        "tags": ["red", ["blue"]],
        "score": 1.50,
        "ok": True,
    },
    {"id": 2, "patient": {"name": "Bo Chan", "born": None}, "visits": [], "tags": []},
]


def written(path: Path, policy: Policy, scanner: Scanner) -> list[Any]:
    engine = Engine.__new__(Engine)
    Scanner.__init__(engine, policy, scanner.detectors)
    engine._pool, engine._advance = None, lambda _: None
    book = read_records(path)
    book.check(engine)
    plan = plan_of(book.table, engine)
    key = Key(bytes(32))
    draft = draft_one_table(book.table, book.table, engine, plan, book.ties(plan, engine, Ties()))
    done = redact_one_table(draft, key, policy.scene([draft], key))
    places = tuple(n for n, step in enumerate(plan) if step.action != "drop")
    book.write([Released(done.released.frame, "x", places)], path.with_name("out.ndjson"))
    return [json.loads(line) for line in path.with_name("out.ndjson").read_text().splitlines()]


@pytest.fixture
def visits(tmp_path):
    path = tmp_path / "visits.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in VISITS))
    return path


def test_each_path_is_a_column_and_each_record_knows_its_person(visits, patterns):
    first, second = written(visits, Policy(), patterns)
    assert first["patient"] == {"name": "[PERSON]", "born": "[DATE_OF_BIRTH]", "phone": "[PHONE_NUMBER]"}
    assert second["patient"] == {"name": "[PERSON]", "born": None}
    assert "Lindqvist" not in first["visits"][0]["note"]
    assert first["visits"][0]["note"].endswith("paid at once.")
    assert first["visits"][1]["note"] is None
    assert (first["tags"], first["score"], first["ok"]) == (["red", ["blue"]], 1.5, True)
    assert shape(first["visits"]) == shape(VISITS[0]["visits"])


def test_the_policy_names_paths_and_dates_of_a_record_move_together(visits, patterns):
    columns = {
        "patient.name": Token(),
        "patient.phone": "drop",
        "visits[].seen": Shift(),
        "patient.born": Shift(),
        "visits[].note": Keep(),
    }
    first, _ = written(visits, Policy(columns=columns, default=Replace()), patterns)
    assert first["patient"]["name"].startswith("PERSON_k")
    assert first["patient"]["phone"] is None
    days = [date.fromisoformat(visit["seen"]) for visit in first["visits"]]
    assert (days[1] - days[0]).days == 10
    assert first["visits"][0]["seen"] != "2020-01-01"


@pytest.mark.parametrize("keys", [{"ann@example.com": 1}, {"Ann Lee": {"age": 3}}, {"212-555-0143": "x"}])
def test_a_key_that_identifies_is_refused_and_not_told(tmp_path, patterns, keys):
    path = tmp_path / "a.ndjson"
    path.write_text('{"a": 1}\n' + json.dumps({"a": {"people": keys}}))
    with pytest.raises(FormatError, match=r"'a\.ndjson', line 2: an object under 'a\.people'") as caught:
        read_records(path).check(patterns)
    assert "ann" not in str(caught.value).lower()


def test_an_object_that_is_a_register_is_refused(tmp_path, patterns):
    path = tmp_path / "a.ndjson"
    path.write_text(json.dumps({"patients": {f"A-{1000 + 7 * n}": {"age": n} for n in range(50)}}))
    with pytest.raises(FormatError, match="'patients'"):
        read_records(path).check(patterns)
    path.write_text(json.dumps({"x": {str(n): {str(m): 1 for m in range(50)} for n in range(50)}}))
    with pytest.raises(FormatError, match="paths"):
        read_records(path)


def test_ordinary_keys_are_accepted(tmp_path, patterns):
    names = "id name first_name patientName dateOfBirth Bill grant May address e-mail ssn 2021 notes Paris mark".split()
    (tmp_path / "a.ndjson").write_text(json.dumps({"x": dict.fromkeys(names, 1)}))
    read_records(tmp_path / "a.ndjson").check(patterns)


FORMS = {
    '{"id": 1, "text": "x"}': False,
    '{"id": 1, "text": "x", "meta": {"a": 1}}': False,
    '{"id": 1, "text": ["x"]}': False,
    '{"id": 1, "body": "x"}': False,
    '{"id": 1, "body": {"text": "x"}}': True,
    '{"a": [1]}': True,
    "[1]": False,
    "": False,
}


@pytest.mark.parametrize("line", FORMS)
def test_lines_with_id_and_text_are_texts_and_those_with_objects_records(tmp_path, line):
    (tmp_path / "a.jsonl").write_text(line)
    assert is_records(tmp_path / "a.jsonl") == FORMS[line]

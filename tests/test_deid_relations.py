"""Tables that belong together: what joined joins, what did not does not, and the report says which."""

from collections.abc import Mapping

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import deid
from deid import Key, Policy, Scanner
from deid.errors import InputError, PlanError, PolicyError
from deid.operators import Keep, Mask, Operator, Redact, Replace, Shift, Token
from deid.tables.relations import Relation, columns_of, find_relations
from deid.tables.together import redact_tables

KEY = Key(bytes(32))
PEOPLE = pd.DataFrame({"pid": ["P-10", "P-11", "P-12"], "full name": ["Åsa Lindqvist", "Bo Chan", "Cy Marsh"]})
VISITS = pd.DataFrame(
    {"pid": ["P-11", "P-10", "P-11", None], "seen": ["2020-01-01", "2020-02-01", "2020-03-01", "2020-01-01"]}
)
FRAMES = {"people": PEOPLE, "visits": VISITS}


def pairs(frames: Mapping[str, pd.DataFrame], left: str = "pid", right: str = "pid") -> list[tuple[int, int]]:
    people, visits = frames["people"], frames["visits"].dropna(subset=[left])
    joined = visits.reset_index(names="v").merge(people.reset_index(names="p"), left_on=left, right_on=right)
    return sorted(zip(joined["v"], joined["p"], strict=True))


def test_the_tables_come_back_by_name_with_a_report_each() -> None:
    before = {name: frame.copy(deep=True) for name, frame in FRAMES.items()}
    result = deid.redact(FRAMES, "research-share", KEY)
    assert list(result.data) == ["people", "visits"]
    assert pairs(result.data) == pairs(FRAMES) != []
    assert result.report["people"].items == 3
    assert result.report.items == 7
    assert result.report["people"].labels["PERSON"] == 3
    assert result.report.to_dict()["relations"] == [{"column": "visits.pid", "key": "people.pid", "held": True}]
    for name, frame in FRAMES.items():
        pd.testing.assert_frame_equal(frame, before[name])
    assert {name: [s.column for s in plan] for name, plan in deid.scan(FRAMES).items()} == {
        "people": ["pid", "full name"],
        "visits": ["pid", "seen"],
    }


@pytest.mark.parametrize("operator", [Token(), Keep()])
def test_a_join_survives(patterns: Scanner, operator: Operator) -> None:
    scanner = Scanner(Policy(columns={"people.pid": operator}), patterns.detectors)
    done, relations = redact_tables(FRAMES, scanner, KEY)
    assert pairs({name: one.frame for name, one in done.items()}) == pairs(FRAMES)
    assert [r.held for r in relations] == [True]


@pytest.mark.parametrize("operator", [Replace(), Redact(), Mask()])
def test_an_operator_that_destroys_the_key_is_told(patterns: Scanner, operator: Operator) -> None:
    scanner = Scanner(Policy(columns={"people.pid": operator}), patterns.detectors)
    done, relations = redact_tables(FRAMES, scanner, KEY)
    assert [r.held for r in relations] == [False]
    assert not set(done["visits"].frame["pid"].dropna()) & set(VISITS["pid"].dropna())


def test_a_key_that_is_dropped_is_told(patterns: Scanner) -> None:
    scanner = Scanner(Policy(columns={"people.pid": "drop"}), patterns.detectors)
    assert [r.held for r in redact_tables(FRAMES, scanner, KEY)[1]] == [False]


def test_what_refers_follows_even_where_nothing_in_its_own_table_identifies(patterns: Scanner) -> None:
    lamps = pd.DataFrame({"Name": ["Åsa Lindqvist", "Bo Chan"] * 9, "lamp": range(18)})
    people = PEOPLE.rename(columns={"full name": "name"})
    scanner = Scanner(Policy(default=Token(), columns={"lamps.lamp": Keep()}), patterns.detectors)
    done, relations = redact_tables({"people": people, "lamps": lamps}, scanner, KEY)
    assert Relation(("lamps", "Name"), ("people", "name"), held=True) in relations
    assert set(done["lamps"].frame["Name"]) <= set(done["people"].frame["name"])


def test_a_reference_under_another_name_is_declared(patterns: Scanner) -> None:
    visits = VISITS.rename(columns={"pid": "patient"})
    policy = Policy(columns={"people.pid": Token()}, references={"visits.patient": "people.pid", "x.y": "z.w"})
    done, relations = redact_tables({"people": PEOPLE, "visits": visits}, Scanner(policy, patterns.detectors), KEY)
    assert [r.held for r in relations] == [True]
    after = {name: one.frame for name, one in done.items()}
    assert pairs(after, "patient") == pairs({"people": PEOPLE, "visits": visits}, "patient")
    assert after["visits"]["patient"][0].startswith("PID_k")


def test_a_reference_to_a_column_that_is_not_there_is_refused(patterns: Scanner) -> None:
    policy = Policy(references={"visits.patient": "people.pid"})
    with pytest.raises(PlanError, match=r"'patient'.*'visits'"):
        redact_tables(FRAMES, Scanner(policy, patterns.detectors), KEY)
    for wrong in ({"visits": "people.pid"}, {"visits.pid": 3}, {"visits.pid": "people"}, []):
        with pytest.raises(PolicyError, match="references"):
            Policy.from_mapping({"schema_version": 1, "references": wrong})
    said = {"schema_version": 1, "references": {"visits.patient": "people.pid"}}
    assert Policy.from_mapping(said).references == {"visits.patient": "people.pid"}


def test_the_policys_word_on_both_ends_is_carried_out_and_the_loss_told(patterns: Scanner) -> None:
    policy = Policy(columns={"people.pid": Token(), "visits.pid": Replace()})
    done, relations = redact_tables(FRAMES, Scanner(policy, patterns.detectors), KEY)
    assert done["visits"].frame["pid"][0] == "[PID]"
    assert done["people"].frame["pid"][0].startswith("PID_k")
    assert [r.held for r in relations] == [False]


def test_keys_in_an_index_join_too(patterns: Scanner) -> None:
    frames = {"people": PEOPLE.set_index("pid"), "visits": VISITS}
    done, relations = redact_tables(frames, Scanner(Policy(columns={"pid": Token()}), patterns.detectors), KEY)
    assert [r.held for r in relations] == [True]
    assert set(done["visits"].frame["pid"].dropna()) < set(done["people"].frame.index)


def test_a_name_is_known_in_the_notes_of_another_table() -> None:
    note = "Lindqvist came in with her sister today and paid at once."
    visits = pd.DataFrame({"pid": ["P-10", "P-11"], "note": [note, note]})
    done, _ = redact_tables({"people": PEOPLE, "visits": visits}, Scanner(detectors=[]), KEY)
    notes = done["visits"].frame["note"].tolist()
    assert "Lindqvist" not in notes[0]
    assert notes[1] == note


def test_dates_of_one_subject_move_alike_in_all_tables(patterns: Scanner) -> None:
    policy = Policy(subject="pid", columns={"seen": Shift(), "born": Shift()})
    people = PEOPLE.assign(born=["2020-02-01", "2020-01-01", "1999-01-01"])
    done, _ = redact_tables({"people": people, "visits": VISITS}, Scanner(policy, patterns.detectors), KEY)
    assert done["people"].frame["born"][1] == done["visits"].frame["seen"][0]
    assert done["people"].frame["born"][0] == done["visits"].frame["seen"][1]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"x": [1, 2]}, {"x": [3]}),
        ({"x": [1, 1]}, {"x": [1]}),
        ({"x": [1, 2]}, {"y": [1]}),
        ({"x": [1, 2]}, {"x": [None]}),
    ],
)
def test_columns_that_share_no_values_or_repeat_are_no_keys(left: dict[str, object], right: dict[str, object]) -> None:
    assert find_relations(columns_of({"a": pd.DataFrame(left), "b": pd.DataFrame(right)}), Policy()) == ()


@pytest.mark.parametrize(("strange", "related"), [([], True), (["Q-0"], False)])
def test_a_few_refer_to_a_key_of_many_by_all_their_values(strange: list[str], related: bool) -> None:
    people = pd.DataFrame({"pid": [f"P-{number}" for number in range(50_000)]})
    visits = pd.DataFrame({"pid": [*(f"P-{number}" for number in range(0, 50_000, 5_000)), *strange]})
    found = find_relations(columns_of({"people": people, "visits": visits}), Policy())
    assert found == ((Relation(("visits", "pid"), ("people", "pid")),) if related else ())


@settings(max_examples=40)
@given(st.lists(st.integers(10_000_000, 10_000_020), unique=True, min_size=2, max_size=8), st.data())
def test_any_join_on_a_keyed_or_kept_column_is_the_same(patterns: Scanner, ids: list[int], data: st.DataObject) -> None:
    refers = data.draw(st.lists(st.sampled_from([*ids, None]), max_size=8))
    dtype = data.draw(st.sampled_from(["Int64", "object", "string"]))
    frames = {
        "people": pd.DataFrame({"pid": ids}),
        "visits": pd.DataFrame({"pid": pd.Series(refers, dtype="Int64").astype(dtype)}),
    }
    texts = {name: frame.astype("string") for name, frame in frames.items()}
    operator = data.draw(st.sampled_from([Token(), Keep()]))
    done, relations = redact_tables(frames, Scanner(Policy(columns={"pid": operator}), patterns.detectors), KEY)
    assert pairs({name: one.frame.astype("string") for name, one in done.items()}) == pairs(texts)
    assert all(r.held for r in relations)


@pytest.mark.parametrize("wrong", [{}, {"people": [1]}, {1: PEOPLE}, {"": PEOPLE}])
def test_a_mapping_of_anything_else_is_refused(wrong: object) -> None:
    for call in (deid.scan, deid.redact):
        with pytest.raises(InputError):
            call(wrong)  # type: ignore[call-overload]

"""A table comes back with each column treated as planned, and the counts of what was done add up."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deid import Key, Policy, Scanner
from deid.errors import KeyFileError, PlanError
from deid.lists import Lists
from deid.operators import Drop, Keep, Mask, Redact, Replace, Shift, Surrogate, Token
from deid.surrogates import Scene
from deid.tables import table as table_module
from deid.tables.coded import Coded
from deid.tables.columns import ColumnPlan
from deid.tables.table import (
    TableResult,
    draft_table,
    name_label,
    operator_of,
    plan_table,
    rebuild,
    redact_table,
    row_detectors,
    row_people,
    sketch_columns,
)
from deid.tables.ties import Ties
from deid.tables.whose import Whose
from tests.words import KEY, TEXT, Asked, Numbered, Owned, Words, scanner


def step(column: str, action: str, label: str | None = None, level: int | None = None) -> ColumnPlan:
    return ColumnPlan(column, label is not None, label, 1.0, action, 1, level=level)


def done(frame: pd.DataFrame, plan: Sequence[ColumnPlan], policy: Policy | None = None, key: Key = KEY) -> TableResult:
    return redact_table(frame, plan, scanner(policy), key, "t")


# Tables


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "who": ["Ann", "Bo", "Ann", None, ""],
            "size": ["1", "2", "3", "4", "5"],
            "note": [TEXT, "by Rome", TEXT, "", None],
            "zip": ["1", "2", "3", "4", "5"],
        },
        index=pd.RangeIndex(10, 15),
    )


PLAN = (step("who", "replace", "PERSON"), step("size", "keep"), step("note", "scan", "FREE_TEXT"), step("zip", "drop"))


def test_a_table_comes_back_with_each_column_treated_as_planned() -> None:
    given = frame()
    result = done(given, PLAN)
    wanted = pd.DataFrame(
        {
            "who": ["[PERSON]", "[PERSON]", "[PERSON]", None, ""],
            "size": ["1", "2", "3", "4", "5"],
            "note": ["[PERSON] went to [LOCATION].", "by [LOCATION]", "[PERSON] went to [LOCATION].", "", None],
        },
        index=given.index,
    )
    pd.testing.assert_frame_equal(result.frame, wanted)
    pd.testing.assert_frame_equal(given, frame())
    assert result.plan == PLAN
    assert result.labels == {"LOCATION": 3, "PERSON": 5}
    assert list(result.labels) == ["LOCATION", "PERSON"]
    assert (result.withheld, result.failed) == (0, {})
    assert result.unnamed == {"LOCATION": 3, "PERSON": 5}
    assert list(result.unnamed) == ["LOCATION", "PERSON"]


@pytest.mark.parametrize(
    ("policy", "unnamed"),
    [
        (Policy(default=Replace()), {}),
        (Policy(labels={"PERSON": Mask()}), {"LOCATION": 3}),
        (Policy(labels={"LOCATION": Mask()}), {"PERSON": 5}),
        (Policy(column_labels={"PERSON": Mask()}), {"LOCATION": 3, "PERSON": 2}),
        (Policy(columns={"who": Mask()}), {"LOCATION": 3, "PERSON": 2}),
        (Policy(columns={"t.who": Mask()}), {"LOCATION": 3, "PERSON": 2}),
        (Policy(columns={"u.who": Mask()}), {"LOCATION": 3, "PERSON": 5}),
    ],
)
def test_what_the_policy_forgot_is_counted(policy: Policy, unnamed: dict[str, int]) -> None:
    assert done(frame(), PLAN, policy).unnamed == unnamed


def test_a_column_of_nothing_is_not_counted() -> None:
    empty = pd.DataFrame({"who": [None, ""], "note": ["", None]})
    result = done(empty, (step("who", "replace", "PERSON"), step("note", "scan", "FREE_TEXT")))
    assert (result.labels, result.unnamed, result.withheld) == ({}, {}, 0)
    pd.testing.assert_frame_equal(result.frame, empty)


def test_withheld_cells_are_counted_apart_and_by_rows() -> None:
    notes = pd.DataFrame({"note": ["unreadable Ann", "Ann", "unreadable Ann"]})
    result = done(notes, (step("note", "scan", "FREE_TEXT"),))
    assert result.frame["note"].tolist() == ["[WITHHELD]", "[PERSON]", "[WITHHELD]"]
    assert (result.withheld, result.labels, result.unnamed) == (2, {"PERSON": 1}, {"PERSON": 1})


def test_cells_on_which_an_operator_fails_are_withheld() -> None:
    values = pd.DataFrame({"id": ["bad", "ok", "bad"], "note": ["bad", "Ann", ""]})
    policy = Policy(columns={"id": Numbered()}, labels={"ID_NUMBER": Numbered()})
    plan = (step("id", "numbered", "ID_NUMBER"), step("note", "scan", "FREE_TEXT"))
    result = redact_table(values, plan, scanner(policy, {"bad": ("ID_NUMBER", 0.9)}), KEY, "t")
    assert result.frame.to_dict("list") == {
        "id": ["[WITHHELD]", "<2>", "[WITHHELD]"],
        "note": ["[WITHHELD]", "Ann", ""],
    }
    assert result.failed == {
        "column 'id', ID_NUMBER: the operator 'numbered' failed: LookupError": 1,
        "ID_NUMBER: the operator 'numbered' failed: LookupError": 1,
    }
    assert (result.withheld, result.labels) == (3, {"ID_NUMBER": 4})


def test_a_cell_is_told_to_an_operator_with_its_column() -> None:
    operator = Numbered()
    policy = Policy(language="fr", columns={"who": operator})
    result = done(frame(), (step("who", "numbered", "PERSON"), *PLAN[1:]), policy)
    assert result.frame["who"].tolist() == ["<1>", "<2>", "<1>", None, ""]  # each distinct value once, none for nothing
    (value, told), _ = operator.calls
    assert (value, told.label, told.key, told.subject) == ("Ann", "PERSON", KEY, "")
    assert (told.language, told.column, told.policy) == ("fr", "who", policy.digest)


def test_what_answers_anew_is_asked_for_every_cell() -> None:
    operator = Numbered(fresh=True)
    policy = Policy(columns={"who": operator}, labels={"LOCATION": operator})
    result = done(frame(), (step("who", "numbered", "PERSON"), *PLAN[1:]), policy)
    assert result.frame["who"].tolist() == ["<1>", "<2>", "<3>", None, ""]
    assert result.frame["note"].tolist()[:3] == ["[PERSON] went to <4>.", "by <5>", "[PERSON] went to <6>."]
    assert [context.subject for _, context in operator.calls[3:]] == [f"text {TEXT}", "text by Rome", f"text {TEXT}"]


def test_surrogates_of_a_table_are_the_same_in_columns_and_notes() -> None:
    people = pd.DataFrame({"who": ["Ann Lee", "Bo Poe", "Ann Lee"], "note": ["Ann Lee left.", "Ann Lee came.", "none"]})
    plan = (step("who", "surrogate", "PERSON"), step("note", "scan", "FREE_TEXT"))
    said = scanner(Policy(default=Surrogate()), {"Ann Lee": ("PERSON", 0.9)})
    made = redact_table(people, plan, said, KEY).frame
    ann, bo, again = made["who"]
    assert ann == again != bo
    assert ann not in {"Ann Lee", "Bo Poe", "[PERSON]"}
    assert made["note"].tolist() == [f"{ann} left.", f"{ann} came.", "none"]
    assert made.equals(redact_table(people, plan, said, KEY).frame)
    assert made["who"][0] != redact_table(people, plan, said, Key(bytes(32))).frame["who"][0]
    with pytest.raises(KeyFileError):
        redact_table(people, plan, said)
    drawn = scanner(Policy(default=Surrogate("random", "document")), {"Ann Lee": ("PERSON", 0.9)})
    assert "Ann Lee" not in set(redact_table(people, plan, drawn).frame["who"])  # a key is made up


def test_what_depends_on_the_subject_is_asked_for_each_of_them() -> None:
    operator = Owned()
    policy = Policy(subject="id", columns={"who": operator}, labels={"LOCATION": operator})
    people = frame().assign(id=["p", "q", "q", "q", None])
    plan = (step("who", "owned", "PERSON"), *PLAN[1:], step("id", "keep"))
    result = done(people, plan, policy)
    assert result.frame["who"].tolist() == ["<1>", "<2>", "<3>", None, ""]
    asked = [(value, context.subject) for value, context in operator.calls]
    assert asked == [("Ann", "p"), ("Bo", "q"), ("Ann", "q"), ("Rome", "p"), ("Rome", "q"), ("Rome", "q")]
    alone = Owned()
    done(frame(), plan[:-1], Policy(columns={"who": alone}))
    assert [context.subject for _, context in alone.calls] == ["row 0 of t", "row 1 of t", "row 2 of t"]
    later, unnamed = Owned(), Owned()
    redact_table(frame(), plan[:-1], scanner(Policy(columns={"who": later})), KEY, "t", ties=Ties(first=100))
    redact_table(frame(), plan[:-1], scanner(Policy(columns={"who": unnamed})), KEY)
    assert [context.subject for _, context in later.calls] == ["row 100 of t", "row 101 of t", "row 102 of t"]
    assert unnamed.calls[0][1].subject == "row 0 of "


def test_levels_of_an_index_are_treated_as_columns_are() -> None:
    index = pd.MultiIndex.from_arrays([["Ann", "Bo"], ["a", "b"], ["u", "v"]], names=["who", "kept", "gone"])
    given = pd.DataFrame({"size": [1, 2]}, index=index)
    plan = (
        step("size", "keep"),
        step("who", "mask", "PERSON", 0),
        step("kept", "keep", None, 1),
        step("gone", "drop", None, 2),
    )
    result = done(given, plan, Policy(labels={"PERSON": Mask()}))
    assert result.frame.index.names == ["who", "kept"]
    assert result.frame.index.tolist() == [("***", "a"), ("**", "b")]
    assert result.frame["size"].tolist() == [1, 2]
    assert result.labels == {"PERSON": 2}
    single = pd.DataFrame({"size": [1, 2]}, index=pd.Index(["Ann", "Bo"], name="who"))
    assert done(single, (plan[0], plan[1])).frame.index.tolist() == ["[PERSON]", "[PERSON]"]
    known = pd.DataFrame({"size": [1, 2]}, index=pd.Index(["Cy", "Bo"], name="who"))
    assert done(known, (plan[0], step("who", "keep", None, 0))).frame.index.equals(known.index)


def test_headings_of_dropped_columns_are_gone() -> None:
    columns = pd.MultiIndex.from_tuples([("a", "x"), ("b", "y"), ("b", "z")])
    given = pd.DataFrame([[1, 2, 3]], columns=columns)
    names = ["a x", "b y", "b z"]
    result = done(given, (step(names[0], "drop"), step(names[1], "keep"), step(names[2], "drop"))).frame
    assert result.columns.tolist() == [("b", "y")]
    assert [list(level) for level in result.columns.levels] == [["b"], ["y"]]
    assert done(given, tuple(step(name, "keep") for name in names)).frame.columns.equals(columns)


def test_a_column_that_stays_loses_what_is_surely_personal_and_nothing_else() -> None:
    words = {"a@b.io": ("EMAIL_ADDRESS", 0.9), "Ann": ("PERSON", 0.7), "x9": ("LOCATION", 0.95), "z9": ("NRP", 0.8)}
    given = pd.DataFrame({"colour": ["red a@b.io", "Ann", "x9", "red", "unreadable", "red a@b.io", None]})
    result = redact_table(given, (step("colour", "keep"),), scanner(None, words), KEY)
    assert result.frame["colour"].tolist() == [
        "red [EMAIL_ADDRESS]",
        "Ann",
        "x9",
        "red",
        "[WITHHELD]",
        *["red [EMAIL_ADDRESS]"],
        None,
    ]
    assert (result.labels, result.withheld) == ({"EMAIL_ADDRESS": 2}, 1)


@pytest.mark.parametrize(
    "values", [[123456, 7, 7], [1.5, None, 7.0, 2.5], pd.to_datetime(["2021-05-03", "2021-05-04", None])]
)
def test_numbers_and_dates_that_stay_are_searched_for_what_is_denied_alone(values: Sequence[object]) -> None:
    given = pd.DataFrame({"n": values})
    words = dict.fromkeys(["123456", "2.5", "2021-05-04"], ("PHONE_NUMBER", 1.0))
    kept = redact_table(given, (step("n", "keep"),), scanner(None, words), KEY)
    pd.testing.assert_frame_equal(kept.frame, given)
    denied = Policy(lists=Lists(deny={"SECRET": ("7", "1.5", "2021-05-03 00:00:00")}))
    looking = Scanner(denied, [Words(words), denied.lists.detector()])  # type: ignore[list-item]
    lost = redact_table(given, (step("n", "keep"),), looking, KEY)
    assert lost.labels == {"SECRET": 1 if "2021" in str(values[0]) else 2}


def test_short_numbers_that_stay_are_shown_to_none_of_our_families_but_to_all_others() -> None:
    given = pd.DataFrame({"n": ["123456", "-12.5", "+1,25", "1234567", "1.255", "12a"]})
    long = {"1234567", "1.255", "12a"}
    short = {"123456", "-12.5", "+1,25"}
    denied = Policy(lists=Lists(deny={"SECRET": ("zzz",)}))
    own = Policy(recognisers=(Path("own.yaml"),))
    for policy, name, shown in (
        (Policy(), "network", long),
        (Policy(), "own", long | short),
        (denied, "network", long | short),
        (own, "network", long | short),
    ):
        asked = Asked(name)
        redact_table(given, (step("n", "keep"),), Scanner(policy, [asked]), KEY)
        assert asked.texts == shown


def test_categories_that_no_row_has_go_where_they_tell_something() -> None:
    kinds = pd.CategoricalDtype(["red", "a@b.io", "blue"])
    given = pd.DataFrame({"colour": pd.Series(["red", "blue"], dtype=kinds)})
    for words, left in (({"a@b.io": ("EMAIL_ADDRESS", 0.9)}, ["red", "blue"]), ({}, ["red", "a@b.io", "blue"])):
        made = redact_table(given, (step("colour", "keep"),), scanner(None, words), KEY).frame["colour"]
        assert made.tolist() == ["red", "blue"]
        assert list(made.cat.categories) == left
    made = redact_table(given, (step("colour", "keep", "NRP"),), scanner(None, {}), KEY).frame["colour"]
    assert list(made.cat.categories) == ["red", "blue"]


def test_a_table_without_its_key_is_not_written() -> None:
    with pytest.raises(KeyFileError):
        redact_table(frame(), PLAN, scanner(Policy(labels={"PERSON": Token()})), None)


# Plans


def test_the_word_of_a_policy_on_a_column_wins() -> None:
    given = pd.DataFrame({"e-mail": ["a@b.io"], "size": ["12"], "odd one": ["q"], "note": ["z"]})
    said = {"e-mail": "scan", "size": "drop", "t.odd one": Mask(), "note": Keep()}
    email, size, odd, note = plan_table(given, scanner(Policy(columns=said)), "t")
    assert (email.action, email.pii, size.action) == ("scan", True, "drop")
    assert (odd.action, odd.label) == ("mask", "ODD_ONE")
    assert (note.action, note.label) == ("keep", "NOTE")
    assert [one.level for one in (email, size, odd, note)] == [None] * 4


def test_two_columns_of_one_name_and_columns_that_are_not_there_are_refused() -> None:
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(PlanError, match=r"^two columns are called 'a'$"):
        plan_table(twice, scanner())
    policy = Policy(columns={"t.b": "drop", "u.c": "drop", "d": "drop"})
    with pytest.raises(PlanError, match=r"^the policy names a column 'b' that table 't' does not have$"):
        plan_table(pd.DataFrame({"a": [1]}), scanner(policy), "t")
    for table, column in (("t", "b"), ("v", "a"), ("", "a")):
        plan_table(pd.DataFrame({column: [1]}), scanner(policy), table)


def test_what_is_denied_or_just_sure_enough_goes_from_a_column_that_stays() -> None:
    words = {"a@b.io": ("EMAIL_ADDRESS", 0.8), "c@d.io": ("EMAIL_ADDRESS", 0.79), "Moon": ("NRP", 0.99)}
    denied = Policy(lists=Lists(deny={"NRP": ("Martian",)}))
    looking = Scanner(denied, [Words(words), denied.lists.detector()])  # type: ignore[list-item]
    given = pd.DataFrame({"colour": ["a@b.io", "c@d.io", "a Martian", "Moon"]})
    made = redact_table(given, (step("colour", "keep"),), looking, KEY).frame["colour"].tolist()
    assert made == ["[EMAIL_ADDRESS]", "c@d.io", "a [NRP]", "Moon"]


def test_rows_are_searched_for_what_their_columns_say() -> None:
    given = pd.DataFrame({"who": ["Ann Lee", "Ann Lee", "Bo Poe"], "mail": ["", "a@b.io", ""], "size": ["1", "2", "3"]})
    plan = (step("who", "x", "PERSON"), step("mail", "x", "EMAIL_ADDRESS"), step("size", "keep"))
    first, second, third = row_detectors(given, plan)
    text = ["Ann Lee, a@b.io, Bo Poe"]
    labels = [{f.label for f in one.detect(text)[0]} for one in (first, second, third)]
    assert labels == [{"PERSON"}, {"PERSON", "EMAIL_ADDRESS"}, {"PERSON"}]
    assert {text[0][f.start : f.end] for f in third.detect(text)[0]} <= {"Bo Poe", "Bo", "Poe"}
    again = row_detectors(pd.concat([given, given], ignore_index=True), plan)
    assert again[0] is again[3]
    assert len(again) == 6
    nobody = row_detectors(given[["size"]], plan[2:])
    assert [one.detect(text) for one in nobody] == [[[]]] * 3


@pytest.mark.parametrize(
    ("column", "label"),
    [("e-mail (home)", "E_MAIL__HOME"), ("größe", "GRÖSSE"), ("--", "VALUE"), ("x a1", "X_A1"), ("_x_", "X")],
)
def test_a_column_without_a_label_is_called_by_its_name(column: str, label: str) -> None:
    assert name_label(column) == label


def test_what_replaces_a_column_is_what_is_said_of_it_then_of_its_label() -> None:
    policy = Policy(
        columns={"a": Mask(), "u.b": Mask(), "s": "scan"},
        column_labels={"PERSON": Token(), "S": Redact()},
        labels={"PERSON": Drop(), "AGE": Drop()},
    )
    said = {
        ("a", "PERSON", "t"): Mask(),
        ("b", "PERSON", "u"): Mask(),
        ("b", "PERSON", "t"): Token(),
        ("b", "PERSON", ""): Token(),
        ("b", "AGE", ""): Drop(),
        ("b", None, ""): Replace(),
        ("s", None, ""): Redact(),
    }
    for (column, label, table), operator in said.items():
        assert operator_of(step(column, "x", label), policy, table) == operator


def test_rows_name_their_people() -> None:
    given = pd.DataFrame({"who": ["Ann", None], "other": ["Bo", "Cy"], "mail": ["a@b.io", ""]})
    plan = (step("who", "x", "PERSON"), step("other", "x", "PERSON"), step("mail", "x", "EMAIL_ADDRESS"))
    assert row_people(given, plan) == [("Ann", "Bo"), ("Cy",)]
    assert row_people(given[["mail"]], plan[2:]) == [(), ()]


def test_a_series_is_rebuilt_where_its_texts_changed() -> None:
    series = pd.Series(["a", None, "b", "a"], dtype=object)
    assert rebuild(series, ["a", "b"], ["x", "b"]).tolist() == ["x", None, "b", "x"]
    assert series.tolist() == ["a", None, "b", "a"]


def test_a_plan_says_what_each_column_was_taken_for() -> None:
    given = pd.DataFrame(
        {
            "e-mail": ["a@b.io", "c@d.io"],
            "note": [
                "Ann came in with her sister today and paid at once.",
                "She left for Rome with all of the others.",
            ],
            "colour": ["red", "blue"],
        }
    )
    said = Policy(labels={"EMAIL_ADDRESS": Mask()}, column_labels={"EMAIL_ADDRESS": Drop()})
    email, note, colour = plan_table(given, scanner(said), "t")
    assert (email.column, email.label, email.pii, email.action, email.sampled) == (
        "e-mail",
        "EMAIL_ADDRESS",
        True,
        "drop",
        2,
    )
    assert (note.label, note.action, note.pii) == ("FREE_TEXT", "scan", True)
    assert (colour.label, colour.action, colour.pii, colour.labels) == (None, "keep", False, ())
    assert 0 < email.score <= 1
    (told, *_) = plan_table(given, scanner(Policy(columns={"e-mail": Token()})), "t")
    assert (told.label, told.action) == ("EMAIL_ADDRESS", "token")
    assert told.score == email.score
    _, as_value, scanned = plan_table(given, scanner(Policy(columns={"note": Mask(), "colour": "scan"})), "t")
    assert (as_value.label, as_value.action, as_value.pii) == ("NOTE", "mask", True)
    assert (scanned.label, scanned.action, scanned.pii) == ("FREE_TEXT", "scan", True)
    dropped = plan_table(given, scanner(Policy(columns={"colour": "drop"})), "t")[2]
    assert (dropped.label, dropped.action, dropped.pii) == (None, "drop", False)


def test_levels_that_do_more_than_count_are_planned_after_the_columns() -> None:
    index = pd.MultiIndex.from_arrays([["a@b.io", "c@d.io"], ["red", "blue"]], names=["e-mail", "colour"])
    plan = plan_table(pd.DataFrame({"size": [1, 2]}, index=index), scanner())
    assert [(one.column, one.level) for one in plan] == [("size", None), ("e-mail", 0), ("colour", 1)]
    assert len(plan_table(pd.DataFrame({"size": [1, 2]}), scanner())) == 1
    same = pd.DataFrame({"who": [1, 2]}, index=pd.Index(["x", "y"], name="who"))
    assert [one.level for one in plan_table(same, scanner())] == [None, 0]


NAMED = pd.DataFrame(
    {
        "first name": ["Xaver", "Yuri"],
        "surname": ["Quill", "Zorn"],
        "mail": ["xq@b.io", "yz@b.io"],
        "note": ["Seen: X. Quill, xq@b.io, Zorn.", "Seen: Yuri, Quill, yz@b.io and extra."],
    }
)
NAMED_PLAN = (
    step("first name", "keep", "PERSON"),
    step("surname", "keep", "PERSON"),
    step("mail", "keep", "EMAIL_ADDRESS"),
    step("note", "scan", "FREE_TEXT"),
)


def test_a_note_loses_what_its_own_row_says_of_its_person(monkeypatch: pytest.MonkeyPatch) -> None:
    looking = scanner(None, {})
    notes = ["Seen: [PERSON], [EMAIL_ADDRESS], Zorn.", "Seen: [PERSON], Quill, [EMAIL_ADDRESS] and extra."]
    assert redact_table(NAMED, NAMED_PLAN, looking, KEY).frame["note"].tolist() == notes
    monkeypatch.setattr(table_module, "_AT_ONCE", 1)
    assert redact_table(NAMED, NAMED_PLAN, looking, KEY).frame["note"].tolist() == notes
    extra = Ties(known=[("ID_NUMBER", Coded.of(pd.Series(["none", "extra"])))])
    told = redact_table(NAMED, NAMED_PLAN, looking, KEY, ties=extra).frame["note"].tolist()
    assert told == [notes[0], notes[1].replace("extra", "[ID_NUMBER]")]
    places = [step("first name", "keep", "COORDINATES"), step("surname", "keep", "URL"), step("mail", "keep")]
    unknown = redact_table(NAMED, (*places, NAMED_PLAN[3]), looking, KEY)
    assert unknown.frame["note"].tolist() == NAMED["note"].tolist()


def test_an_operator_that_comes_from_outside_the_table_goes_before_its_own() -> None:
    plan = (step("who", "mask", "PERSON"), *PLAN[1:])
    policy = Policy(columns={"t.who": Mask()})
    made = redact_table(frame(), plan, scanner(policy), KEY, "t", ties=Ties({"who": Redact()})).frame
    assert made["who"].tolist()[:3] == ["", "", ""]
    assert done(frame(), plan, policy).frame["who"].tolist()[:3] == ["***", "**", "***"]
    kept = redact_table(frame(), plan, scanner(policy), KEY, "t", ties=Ties({"who": Keep()}))
    assert kept.frame["who"].tolist()[:3] == ["Ann", "Bo", "Ann"]
    assert kept.labels == {"LOCATION": 3, "PERSON": 2}


def test_whose_a_row_is_may_be_told_from_outside() -> None:
    operator = Owned()
    policy = Policy(subject="zip", columns={"who": operator})
    whose = Whose(("p", "q"), np.array([0, 0, 1, 1, 1]))
    redact_table(frame(), PLAN, scanner(policy), KEY, "t", ties=Ties(whose=whose))
    assert [(value, context.subject) for value, context in operator.calls] == [("Ann", "p"), ("Bo", "p"), ("Ann", "q")]
    assert draft_table(frame(), PLAN, scanner(policy), "t").whose is not None
    assert draft_table(frame(), PLAN, scanner(), "t").whose is None


def test_surrogates_of_a_row_know_whom_the_row_names() -> None:
    people = pd.DataFrame({"who": ["Ann Lee", "Bo Poe"], "note": ["Ann left.", "Ann left."]})
    plan = (step("who", "surrogate", "PERSON"), step("note", "scan", "FREE_TEXT"))
    draft = draft_table(people, plan, scanner(Policy(default=Surrogate())), "t")
    assert draft.whose is not None
    assert draft.whose.company == (("Ann Lee",), ("Bo Poe",))
    shifted = draft_table(people, plan, scanner(Policy(default=Shift())), "t")
    assert shifted.whose is not None
    assert shifted.whose.company == ()
    made = redact_table(people, plan, scanner(Policy(default=Surrogate())), KEY).frame
    first = made["who"][0].split()[0]
    assert made["note"][0] == f"{first} left."
    assert made["note"][1] != made["note"][0]


def test_operators_are_told_the_scene_of_each_row() -> None:
    operator = Owned()
    policy = Policy(columns={"who": operator}, labels={"LOCATION": operator}, default=Surrogate())
    redact_table(frame(), (step("who", "owned", "PERSON"), *PLAN[1:]), scanner(policy), KEY, "t")
    calls = operator.calls[-6:]  # before them stands the rehearsal
    played = [(value, context.scene.company) for value, context in calls]
    assert played[:3] == [("Ann", ("Ann",)), ("Bo", ("Bo",)), ("Ann", ("Ann",))]
    assert played[3:] == [("Rome", ("Ann",)), ("Rome", ("Bo",)), ("Rome", ("Ann",))]
    for _, context in calls:
        assert context.scene.cast is not None
        assert context.scene.turns is not None
    plain = Numbered()
    done(frame(), PLAN, Policy(columns={"who": plain}, labels={"LOCATION": plain}))
    assert {context.scene for _, context in plain.calls} == {Scene()}


def test_what_a_redaction_wrote_stays_in_a_second_one() -> None:
    token = "PERSON_k12ab_0123456789abcdef"
    written = ["[PERSON]", "[AGE]", "[WITHHELD]", token, "[STAFF]"]
    values = [*written, "[ANN]", "ANN_k12ab_0123456789abcdef", f"{token}!", "PERSON_k12ab_0123", "[person]"]
    plan = (step("who", "mask", "STAFF"),)
    made = done(pd.DataFrame({"who": values}), plan, Policy(columns={"who": Mask()})).frame["who"].tolist()
    assert made == [*written, *("*" * len(value) for value in values[len(written) :])]


def test_an_index_that_stays_is_the_same_index() -> None:
    days = pd.date_range("2021-05-03", periods=3, freq="D", name="day")
    plan = (step("size", "keep"), step("day", "keep", None, 0))
    made = done(pd.DataFrame({"size": [1, 2, 3]}, index=days), plan).frame
    assert made.index.freq == days.freq
    pd.testing.assert_index_equal(made.index, days, exact=True)


def test_a_table_of_which_no_column_is_left_has_its_rows() -> None:
    made = done(frame(), tuple(step(column, "drop") for column in frame().columns)).frame
    assert made.shape == (5, 0)
    assert made.index.equals(frame().index)
    plain = pd.DataFrame([["Ann", "2"], ["Bo", "3"]])
    kept = done(plain, (step("0", "mask", "PERSON"), step("1", "keep"))).frame
    pd.testing.assert_index_equal(kept.columns, plain.columns, exact=True)
    assert kept[0].tolist() == ["[PERSON]", "[PERSON]"]


def test_a_sketch_counts_cells_and_values_of_columns_and_levels() -> None:
    given = pd.DataFrame({"who": ["Ann", "Ann", None, "Bo"]}, index=pd.Index(["a", "b", "c", "c"], name="kind"))
    assert [(one.cells, one.distinct) for one in sketch_columns(given)] == [(3, 2), (4, 3)]


def test_a_column_without_a_label_is_counted_by_its_name() -> None:
    made = done(pd.DataFrame({"odd one": ["q", "r"]}), (step("odd one", "mask"),), Policy(columns={"odd one": Mask()}))
    assert (made.labels, made.frame["odd one"].tolist()) == ({"ODD_ONE": 2}, ["*", "*"])


def test_what_answers_anew_does_so_for_every_cell_of_a_subject_too() -> None:
    """Beside an operator that asks whose a row is, equal cells and equal notes of one person are still two."""
    same = pd.DataFrame(
        {"id": ["p"] * 3, "code": ["a"] * 3, "day": ["b"] * 3, "note": ["Ann left.", "Ann left.", None]}
    )
    plan = (step("id", "keep"), step("code", "x", "A"), step("day", "x", "B"), step("note", "scan", "FREE_TEXT"))
    anew, owned, both = Numbered(fresh=True), Owned(), Owned(fresh=True)
    policy = Policy(subject="id", columns={"code": anew, "day": owned}, labels={"PERSON": both})
    made = done(same, plan, policy).frame
    assert made["code"].tolist() == ["<1>", "<2>", "<3>"]
    assert made["day"].tolist() == ["<1>", "<1>", "<1>"]
    assert made["note"].tolist() == ["<1> left.", "<2> left.", None]
    assert {context.subject for _, context in [*owned.calls, *both.calls]} == {"p"}
    cells = Owned(fresh=True)
    asked = done(same, plan, Policy(subject="id", columns={"day": cells}))
    assert asked.frame["day"].tolist() == ["<1>", "<2>", "<3>"]
    assert [context.subject for _, context in cells.calls] == ["p", "p", "p"]

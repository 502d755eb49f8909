"""A table comes back in its shape, with its index, and with nothing changed but what had to be."""

import copy
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid import Key, Policy, Scanner
from deid.errors import PlanError
from deid.finding import Finding
from deid.lists import Lists
from deid.operators import Keep, Redact, Token
from deid.tables.coded import Coded
from deid.tables.evidence import SAMPLE
from deid.tables.table import TableResult, as_texts, plan_table, redact_table, row_detectors

NOTE = "{} came in with her sister today and paid at once."
KEY = Key(bytes(32))


def done(frame: pd.DataFrame, scanner: Scanner, policy: Policy | None = None, table: str = "") -> TableResult:
    used = Scanner(policy, scanner.detectors) if policy else scanner
    before, kept = copy.deepcopy(frame), frame.copy(deep=True)
    result = redact_table(frame, plan_table(frame, used, table), used, KEY, table)
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(frame, kept)
    assert result.frame.index.equals(frame.index)
    assert result.frame.index.names == frame.index.names
    return result


def people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["Maria Nowak", "Aiko Tanaka", None, "Zoë O'Hara"],
            "email": ["maria@example.com", "", "x@example.com", np.nan],
            "colour": ["red", "green", None, ""],
            "n": [1, 2, 3, 4],
            "note": [NOTE.format("nowak"), NOTE.format("NOWAK and Tanaka"), "", NOTE.format("Ms O’Hara’s aunt")],
        }
    )


def test_what_identifies_goes_and_the_rest_stays(scanner: Scanner) -> None:
    frame = people()
    result = done(frame, scanner)
    assert [p.action for p in result.plan] == ["replace", "replace", "keep", "keep", "scan"]
    assert result.frame["name"].tolist() == ["[PERSON]", "[PERSON]", None, "[PERSON]"]
    assert result.frame["email"].tolist()[:3] == ["[EMAIL_ADDRESS]", "", "[EMAIL_ADDRESS]"]
    assert result.frame["email"].isna().tolist() == [False, False, False, True]
    pd.testing.assert_frame_equal(result.frame[["colour", "n"]], frame[["colour", "n"]])
    assert result.labels["EMAIL_ADDRESS"] == 2
    assert (result.frame.shape, list(result.frame.columns)) == (frame.shape, list(frame.columns))


def test_a_row_knows_its_own_name_in_its_note(patterns: Scanner) -> None:
    notes = done(people(), patterns).frame["note"].tolist()
    assert "nowak" not in notes[0]
    assert "NOWAK" in notes[1]
    assert "Tanaka" not in notes[1]
    assert notes[2] == ""
    assert "Hara" not in notes[3]


FORMS = {
    "surname only": "Lindqvist came in.",
    "given name only": "Saw Åsa today.",
    "possessive": "Lindqvist's sister paid.",
    "other case": "LINDQVIST, ÅSA paid.",
    "no accents": "Asa lindqvist paid.",
    "initial": "A. Lindqvist paid.",
    "e-mail": "write to ASA.L@example.org.",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("columns", [{"full name": ["Åsa Lindqvist"]}, {"first": ["Åsa"], "surname": ["Lindqvist"]}])
def test_a_row_knows_its_person_in_every_form(patterns: Scanner, form: str, columns: dict[str, list[str]]) -> None:
    frame = pd.DataFrame({**columns, "email": ["asa.l@example.org"], "note": [NOTE.format(FORMS[form])]})
    frame = frame.rename(columns={"first": "first name"})
    note = done(frame, Scanner(detectors=[])).frame["note"].iloc[0]
    assert not [part for part in ("lindqvist", "åsa", "asa", "asa.l") if part in note.lower()]
    assert "paid at once" in note


def test_what_a_row_knows_stays_in_its_row() -> None:
    names = [f"Qx{chr(97 + n)}v Lindqvist{chr(97 + n)}" for n in range(20)]
    notes = [NOTE.format(names[(n + n % 2) % 20]) for n in range(20)]
    frame = pd.DataFrame({"name": names, "note": notes})
    result = done(frame, Scanner(detectors=[])).frame["note"].tolist()
    assert ["[PERSON]" in note for note in result] == [n % 2 == 0 for n in range(20)]


class Counting:
    """A detector that finds nothing and counts the texts it is given."""

    name = "counting"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def detect(self, texts: Sequence[str]) -> list[list[Finding]]:
        self.texts += texts
        return [[] for _ in texts]


def test_a_value_is_scanned_once_however_many_rows_have_it() -> None:
    counting = Counting()
    scanner = Scanner(detectors=[counting])
    notes = [NOTE.format(f"Visitor {n % 5}") for n in range(3000)]
    frame = pd.DataFrame({"name": [f"Ann{n}" for n in range(3000)], "note": notes, "colour": ["red", "blue"] * 1500})
    plan = plan_table(frame, scanner)
    counting.texts.clear()
    redact_table(frame, plan, scanner)
    assert sorted(counting.texts) == sorted({*notes, "red", "blue"})


def test_every_cell_is_looked_at_though_a_plan_takes_a_sample(patterns: Scanner) -> None:
    colours = [f"shade {n}" for n in range(3 * SAMPLE)]
    colours[1] = STRAY
    frame = pd.DataFrame({"colour": colours})
    plan = plan_table(frame, patterns)
    assert (plan[0].action, plan[0].sampled) == ("keep", SAMPLE)
    assert STRAY not in redact_table(frame, plan, patterns).frame["colour"].tolist()


cells = st.one_of(
    st.none(), st.sampled_from(["Ann Lee", "lee", "12", "1.0", "", " ", NOTE]), st.integers(0, 2), st.booleans()
)


@given(st.lists(cells, max_size=12))
def test_coding_a_column_loses_nothing(values: list[object]) -> None:
    series = pd.Series(values, dtype=object)
    assert as_texts(series) == ["" if v is None else str(v) for v in values]
    coded = Coded.of(series)
    same = coded.rebuild(series, coded.texts)
    assert all(a is b for a, b in zip(same, series, strict=True))
    other = coded.rebuild(series, [f"{text}!" for text in coded.texts])
    assert other.tolist() == [None if v is None else f"{v}!" for v in values]


def test_rows_that_say_the_same_share_a_detector(patterns: Scanner) -> None:
    frame = pd.DataFrame({"name": ["Ann Lee", "Bo Marsh", "Ann Lee"]})
    first, second, third = row_detectors(frame, plan_table(frame, patterns))
    assert first is third
    assert first.detect(["lee"])[0]
    assert not second.detect(["lee"])[0]


def test_known_values_of_any_type_are_looked_for_in_the_note(patterns: Scanner) -> None:
    frame = pd.DataFrame({"id": [7_654_321.0, None], "note": [NOTE.format("Case 76-54 321"), NOTE.format("Nobody")]})
    assert "321" not in done(frame, patterns).frame["note"].iloc[0]
    assert done(frame, patterns).frame["note"].iloc[1] == NOTE.format("Nobody")


@pytest.mark.parametrize("values", [["red", "bluebird", "blue"], [1, 4711, 3], [1.5, 4711.0, None]])
def test_what_is_denied_leaves_also_a_column_that_stays(values: list[object]) -> None:
    policy = Policy(detectors=("records",), lists=Lists(deny={"PROJECT": ("bluebird", "4711")}))
    scanner = Scanner(policy)
    frame = pd.DataFrame({"colour": values})
    released = done(frame, scanner).frame["colour"]
    assert as_texts(released)[1] == "[PROJECT]"
    assert [as_texts(released)[i] for i in (0, 2)] == [as_texts(frame["colour"])[i] for i in (0, 2)]


INDEXES = {
    "duplicate": pd.Index([0, 0, 1, 1]),
    "unsorted": pd.Index([3, 1, 2, 0], name="row"),
    "text": pd.Index(["p", "q", "r", "s"]),
    "multi": pd.MultiIndex.from_tuples([("p", 1), ("p", 1), ("q", 1), ("q", 2)], names=["side", None]),
    "categories": pd.CategoricalIndex(["p", "p", "q", "q"]),
    "missing": pd.Index([0.0, np.nan, np.nan, 1.0]),
}


@pytest.mark.parametrize("name", INDEXES)
def test_every_index_is_kept(patterns: Scanner, name: str) -> None:
    result = done(people().set_index(INDEXES[name]), patterns)
    assert result.frame["name"].tolist() == done(people(), patterns).frame["name"].tolist()
    assert result.frame["n"].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("columns", [["email"], ["n", "name"], ["note"], ["name", "note"]])
def test_an_index_is_treated_as_a_column(scanner: Scanner, columns: list[str]) -> None:
    frame = people()
    result = redact_table(indexed := frame.set_index(columns), plan_table(indexed, scanner), scanner)
    assert [step.level for step in result.plan] == [None] * (5 - len(columns)) + list(range(len(columns)))
    assert result.frame.index.names == columns
    assert list(result.frame.columns) == [name for name in frame if name not in columns]
    flat = redact_table(frame, plan_table(frame, scanner), scanner).frame
    back = result.frame.reset_index()[list(frame.columns)]
    assert [as_texts(back[name]) for name in frame] == [as_texts(flat[name]) for name in frame]


def test_an_index_level_that_the_policy_drops_is_gone(patterns: Scanner) -> None:
    scanner = Scanner(Policy(columns={"name": "drop"}), patterns.detectors)
    one, two = (people().set_index(columns) for columns in (["name"], ["name", "n"]))
    assert redact_table(one, plan_table(one, scanner), scanner).frame.index.tolist() == [0, 1, 2, 3]
    assert redact_table(two, plan_table(two, scanner), scanner).frame.index.tolist() == [1, 2, 3, 4]


DTYPES = {
    "category": pd.Series(["red", "blue", None], dtype="category"),
    "ordered": pd.Series(pd.Categorical(["lo", "hi", None], ["lo", "hi"], ordered=True)),
    "Int64": pd.Series([1, None, 3], dtype="Int64"),
    "string": pd.Series(["red", None, ""], dtype="string"),
    "boolean": pd.Series([True, None, False], dtype="boolean"),
    "bool": pd.Series([True, False, True]),
    "Float64": pd.Series([1.5, None, 2.0], dtype="Float64"),
    "float": pd.Series([1.5, np.nan, np.inf]),
    "complex": pd.Series([1j, 2j, 3j]),
    "arrow text": pd.Series(["red", None, ""], dtype=pd.ArrowDtype(pa.string())),
    "arrow number": pd.Series([1, None, 3], dtype=pd.ArrowDtype(pa.int32())),
    "arrow list": pd.Series([["red"], None, []], dtype=pd.ArrowDtype(pa.list_(pa.string()))),
    "arrow dictionary": pd.Series(["red", None, "red"], dtype=pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string()))),
    "timedelta": pd.Series(pd.to_timedelta([1, None, 3], unit="h")),
    "mixed": pd.Series([1, "red", None], dtype=object),
    "nothing": pd.Series([None, None, None], dtype=object),
    "not a number": pd.Series([np.nan, np.nan, np.nan]),
    "lists": pd.Series([["red"], None, {"a": 1}], dtype=object),
}


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_column_that_stays_keeps_its_values_and_its_type(patterns: Scanner, dtype: str) -> None:
    frame = pd.DataFrame({"colour": DTYPES[dtype], "email": ["a@example.com"] * 3})
    result = done(frame, patterns, Policy(columns={"colour": Keep()}))
    pd.testing.assert_series_equal(result.frame["colour"], frame["colour"])
    assert result.frame["email"].tolist() == ["[EMAIL_ADDRESS]"] * 3


def test_untouched_cells_are_the_same_objects(patterns: Scanner) -> None:
    box, word = ["red"], "".join(["gr", "een"])
    frame = pd.DataFrame({"colour": [box, word, None, "write to ann@example.com"]})
    cells = done(frame, patterns).frame["colour"].tolist()
    assert cells[0] is box
    assert cells[1] is word
    assert cells[2] is None
    assert cells[3] == "write to [EMAIL_ADDRESS]"


STRAY = "ann@example.com"
HOMES = {
    "object": pd.Series(["red", STRAY, None], dtype=object),
    "string": pd.Series(["red", STRAY, None], dtype="string"),
    "category": pd.Series(["red", STRAY, None], dtype="category"),
    "arrow": pd.Series(["red", STRAY, None], dtype=pd.ArrowDtype(pa.string())),
    "arrow dictionary": pd.Series(["red", STRAY, None], dtype=pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string()))),
    "lists": pd.Series(["red", [STRAY], None], dtype=object),
    "bytes": pd.Series(["red", STRAY.encode(), None], dtype=object),
}


@pytest.mark.parametrize("home", HOMES)
def test_a_stray_address_among_colours_is_replaced(patterns: Scanner, home: str) -> None:
    frame = pd.DataFrame({"colour": pd.concat([HOMES[home], pd.Series(["blue"] * 9)], ignore_index=True)})
    frame["colour"] = frame["colour"].astype(home if home == "category" else HOMES[home].dtype)
    result = done(frame, patterns)
    assert result.plan[0].action == "keep"
    assert STRAY not in "".join(map(str, result.frame["colour"]))
    assert result.frame["colour"].iloc[0] == "red"
    assert result.frame["colour"].isna().sum() == 1
    assert dict(result.labels) == {"EMAIL_ADDRESS": 1}


@pytest.mark.parametrize("dtype", ["datetime64[ns]", "datetime64[ns, UTC]", "object"])
def test_dates_go_whatever_their_type_and_missing_ones_stay_missing(patterns: Scanner, dtype: str) -> None:
    frame = pd.DataFrame({"seen": pd.Series(["2019-03-01", None, "2020-01-31 10:00:00"], dtype=object)})
    if dtype != "object":
        frame["seen"] = pd.to_datetime(frame["seen"], format="ISO8601", utc="UTC" in dtype)
    result = done(frame, patterns).frame["seen"]
    assert result.iloc[0] == result.iloc[2] == "[DATE_TIME]"
    assert pd.isna(result.iloc[1])


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT, ""])
def test_missing_values_stay_what_they_are(patterns: Scanner, missing: object) -> None:
    frame = pd.DataFrame({"name": pd.Series(["Ann Lee", missing], dtype=object)})
    left = done(frame, patterns).frame["name"].iloc[1]
    assert left is missing or left == missing or (pd.isna(left) and pd.isna(missing))


def test_tokens_join_tables_of_different_types(patterns: Scanner) -> None:
    policy = Policy(columns={"pid": Token()})
    numbers = pd.DataFrame({"pid": [12345, 67890]})
    gaps = pd.DataFrame({"pid": [67890, None, 12345.0]})
    texts = pd.DataFrame({"pid": ["12345", "67890"]})
    one, two, three = (done(f, patterns, policy).frame["pid"].tolist() for f in (numbers, gaps, texts))
    assert one == three == [two[2], two[0]]
    assert one[0].startswith("PID_k")


@pytest.mark.parametrize("columns", [["a", "a"], [1, "1"]])
def test_two_columns_of_one_name_are_refused(patterns: Scanner, columns: list[object]) -> None:
    with pytest.raises(PlanError, match="two columns"):
        plan_table(pd.DataFrame([[1, 2]], columns=columns), patterns)


def test_a_policy_that_names_a_missing_column_of_this_table_is_refused(patterns: Scanner) -> None:
    scanner = Scanner(Policy(columns={"people.nmae": Redact(), "visits.day": Redact()}), patterns.detectors)
    with pytest.raises(PlanError, match=r"'nmae'.*'people'"):
        plan_table(people(), scanner, "people")
    assert plan_table(people(), scanner, "others")


def test_the_policy_has_the_last_word_on_a_column(scanner: Scanner) -> None:
    columns = {"name": Keep(), "email": "drop", "colour": Redact(), "people.n": Token(), "note": "drop"}
    result = done(people(), scanner, Policy(columns=columns), "people")
    assert list(result.frame.columns) == ["name", "colour", "n"]
    assert result.frame["name"].tolist() == people()["name"].tolist()
    assert result.frame["colour"].tolist() == ["", "", None, ""]
    assert all(str(v).startswith("N_k") for v in result.frame["n"])


@pytest.mark.parametrize(
    "frame",
    [pd.DataFrame(), pd.DataFrame({"name": []}), pd.DataFrame(index=[1, 2]), pd.DataFrame({"note": [None, None]})],
)
def test_empty_frames_come_back_empty(patterns: Scanner, frame: pd.DataFrame) -> None:
    result = done(frame, patterns)
    assert result.frame.shape == frame.shape
    assert (dict(result.labels), result.withheld) == ({}, 0)


def test_all_columns_dropped_leaves_the_rows(patterns: Scanner) -> None:
    frame = people()[["n"]]
    assert done(frame, patterns, Policy(columns={"n": "drop"})).frame.shape == (4, 0)


def test_columns_under_several_headers_come_back_under_them(patterns: Scanner) -> None:
    frame = pd.DataFrame([["ann@example.com", 1]], columns=pd.MultiIndex.from_tuples([("a", "email"), ("a", "n")]))
    result = done(frame, patterns).frame
    assert result.columns.equals(frame.columns)
    assert result.iloc[0].tolist() == ["[EMAIL_ADDRESS]", 1]


def test_whole_numbers_are_texts_without_a_point() -> None:
    assert as_texts(pd.Series([1.0, np.nan, 2.5, np.inf, 1e300])) == ["1", "", "2.5", "inf", "1e+300"]
    assert as_texts(pd.Series([1, 2**60])) == ["1", str(2**60)]


def test_a_result_shows_nothing_of_the_frame(patterns: Scanner) -> None:
    assert "red" not in repr(done(people(), patterns))


def test_the_sample_patients_lose_their_direct_identifiers(scanner: Scanner) -> None:
    file = Path(__file__).parents[1] / "sample_data" / "patients.csv"
    frame = pd.read_csv(file, dtype=str).head(60)
    text = done(frame, scanner).frame.to_csv()
    for column in ("email", "phone", "ssn", "street"):
        assert not [value for value in frame[column].dropna() if value in text]

"""Any frame under any policy: its shape, its types, its index; what is untouched; nothing behind the cells."""

import copy

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import deid
from deid import Key, Policy, Scanner
from deid.operators import Generalise, Keep, Mask, Operator, Redact, Replace, Shift, Token
from deid.tables.headings import clean_headings
from deid.tables.table import TableResult, plan_table, redact_table

KEY = Key(bytes(32))
NAMES = ["Maria Nowak", "Aiko Tanaka", "Zoë O'Hara", "maria@example.com"]
CELLS = st.sampled_from(
    [*NAMES, "red", "", None, "2020-02-03", 12, 1.5, "[PERSON]", "She met Bo Chan in Leeds, he says."]
)
OPERATORS = [Keep(), Redact(), Replace(), Mask(), Token(), Shift(), Generalise()]
INDEXES = ["counting", "twice", "named", "two levels", "categories", "dates"]


def carried_out(frame: pd.DataFrame, patterns: Scanner, policy: Policy | None = None) -> TableResult:
    scanner = Scanner(policy, patterns.detectors) if policy else patterns
    return redact_table(frame, plan_table(frame, scanner), scanner, KEY)


def index_of(kind: str, rows: int) -> pd.Index:
    names = [NAMES[n % 3] for n in range(rows)]
    match kind:
        case "counting":
            return pd.RangeIndex(rows)
        case "twice":
            return pd.Index([n // 2 for n in range(rows)], name="row")
        case "named":
            return pd.Index(names, name="full name", dtype=object)
        case "two levels":
            return pd.MultiIndex.from_arrays([names, range(rows)], names=["full name", None])
        case "categories":
            return pd.CategoricalIndex(["p", "q"] * (rows // 2) + ["p"] * (rows % 2), categories=["q", "p"])
    return pd.date_range("2020-01-01", periods=rows, tz="Europe/Paris", name="seen")


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(0, 5))
    names = draw(st.lists(st.sampled_from(["name", "email", "colour", "seen", "age", "note"]), max_size=4, unique=True))
    columns = {name: pd.Series(draw(st.lists(CELLS, min_size=rows, max_size=rows)), dtype=object) for name in names}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(rows))
    for name in draw(st.sets(st.sampled_from(names))) if names else ():
        frame[name] = frame[name].astype(draw(st.sampled_from(["category", "string"])))
    return frame.set_axis(index_of(draw(st.sampled_from(INDEXES)), rows), axis=0)


@settings(max_examples=60)
@given(frames(), st.sampled_from(OPERATORS[1:]), st.sampled_from([*OPERATORS, "drop", "scan"]))
def test_any_policy_on_any_frame_keeps_its_shape_and_changes_nothing_else(
    patterns: Scanner, frame: pd.DataFrame, default: Operator, said: Operator | str
) -> None:
    before = copy.deepcopy(frame)
    result = carried_out(frame, patterns, Policy(default=default, columns={"colour": said}))
    pd.testing.assert_frame_equal(frame, before)
    left = [name for name in frame if not (name == "colour" and said == "drop")]
    assert result.frame.columns.tolist() == left
    assert len(result.frame) == len(frame)
    assert result.frame.index.names == frame.index.names
    for name in left:
        assert result.frame[name].isna().tolist() == frame[name].isna().tolist()
    if default == said == Keep():
        pd.testing.assert_frame_equal(
            result.frame, frame.assign(colour=result.frame.get("colour")) if "colour" in frame else frame
        )


@settings(max_examples=60)
@given(frames(), st.sampled_from([Replace(), Token(), Mask(), Redact()]))
def test_a_second_redaction_changes_nothing_more(patterns: Scanner, frame: pd.DataFrame, default: Operator) -> None:
    policy = Policy(default=default)
    once = carried_out(frame, patterns, policy)
    scanner = Scanner(policy, patterns.detectors)
    twice = redact_table(once.frame, once.plan, scanner, KEY)
    pd.testing.assert_frame_equal(twice.frame, once.frame)


def test_a_label_in_brackets_that_tamis_does_not_know_is_a_value(patterns: Scanner) -> None:
    frame = pd.DataFrame({"name": ["[PERSON]", "[NOWAK]", "ANN_NOWAK_k0000_0123456789abcdef"]})
    done = carried_out(frame, patterns, Policy(columns={"name": Mask()})).frame["name"].tolist()
    assert done == ["[PERSON]", "*******", "*" * 32]


def behind(frame: pd.DataFrame) -> str:
    """Return everything that a frame holds, also what no cell shows."""
    parts = [
        *(frame[name] for name in frame),
        frame.index.to_series(),
        *(frame.index.levels if frame.index.nlevels > 1 else ()),
    ]
    held = []
    for part in parts:
        held += [*part]
        if isinstance(part.dtype, pd.CategoricalDtype):
            held += [*part.dtype.categories]
        if isinstance(part.dtype, pd.ArrowDtype) and pa.types.is_dictionary(part.dtype.pyarrow_dtype):
            held += [
                value
                for chunk in pa.chunked_array(part.array.__arrow_array__()).chunks
                for value in chunk.dictionary.to_pylist()
            ]
    return "\n".join(map(str, held))


@pytest.mark.parametrize("kind", ["category", "dictionary"])
@pytest.mark.parametrize("column", ["full name", "colour", "remark"])
@pytest.mark.parametrize("said", [None, Keep(), Replace(), Token(), "scan"])
def test_what_no_row_has_leaks_from_no_category(
    patterns: Scanner, kind: str, column: str, said: Operator | str | None
) -> None:
    people = ["Maria Nowak", "maria@example.com", "red", "blue"] if column == "colour" else NAMES
    dtype = "category" if kind == "category" else pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string()))
    frame = pd.DataFrame({column: pd.Series([*people * 3, *["red"] * 9], dtype=dtype)})
    some = frame[~frame[column].isin(["Maria Nowak", "maria@example.com"])]
    assert "maria@example.com" in behind(some)
    result = carried_out(some, patterns, Policy(columns={column: said} if said else {}))
    assert "maria@example.com" not in behind(result.frame)
    assert len(result.frame) == len(some)


def test_levels_of_an_index_that_no_row_has_are_gone(patterns: Scanner) -> None:
    index = pd.MultiIndex.from_product([["red", "maria@example.com"], [1, 2]], names=["colour", "n"])
    some = pd.DataFrame({"size": [1, 2, 3, 4]}, index=index).loc[["red"]]
    assert "maria@example.com" in behind(some)
    assert "maria@example.com" not in behind(carried_out(some, patterns).frame)


def test_categories_of_names_become_categories_of_tokens_in_no_order_of_the_names(patterns: Scanner) -> None:
    names = pd.Series(
        ["Bo Chan", "Ann Lee", "Cy Marsh", "Ann Lee", None],
        dtype=pd.CategoricalDtype(["Ann Lee", "Bo Chan", "Cy Marsh"], ordered=True),
    )
    done = carried_out(pd.DataFrame({"full name": names}), patterns, Policy(default=Token())).frame["full name"]
    assert isinstance(done.dtype, pd.CategoricalDtype)
    assert not done.cat.ordered
    assert done.cat.categories.tolist() == sorted(set(done.dropna()))
    assert done[1] == done[3] != done[0]
    assert pd.isna(done[4])


@pytest.mark.parametrize("dtype", ["string", pd.StringDtype("pyarrow"), pd.ArrowDtype(pa.string())])
def test_texts_of_a_type_stay_texts_of_it(patterns: Scanner, dtype: object) -> None:
    frame = pd.DataFrame({"email": pd.Series(["ann@example.com", None, ""], dtype=dtype)})  # type: ignore[call-overload]
    done = carried_out(frame, patterns).frame["email"]
    assert done.dtype == frame["email"].dtype
    assert done.isna().tolist() == [False, True, False]
    assert done[0] == "[EMAIL_ADDRESS]"


MOMENTS = pd.Series(["2019-03-01 10:00:00", None, "2020-10-31 23:30:00"])
DATES = {
    "plain": pd.to_datetime(MOMENTS),
    "seconds": pd.to_datetime(MOMENTS).astype("datetime64[s]"),
    "zone": pd.to_datetime(MOMENTS).dt.tz_localize("Europe/Paris"),
    "arrow": pd.to_datetime(MOMENTS).astype(pd.ArrowDtype(pa.timestamp("us", tz="UTC"))),
    "days": pd.to_datetime(MOMENTS).astype(pd.ArrowDtype(pa.date32())),
}


@pytest.mark.parametrize("kind", DATES)
def test_dates_that_move_stay_dates_of_their_type_at_their_hour(patterns: Scanner, kind: str) -> None:
    frame = pd.DataFrame({"person": ["p1"] * 3, "seen": DATES[kind]})
    done = carried_out(frame, patterns, Policy(subject="person", columns={"seen": Shift(days=100)})).frame["seen"]
    old = frame["seen"]
    assert done.dtype == old.dtype
    assert done.isna().tolist() == [False, True, False]
    if kind != "days":
        assert [v.time() for v in done.dropna()] == [v.time() for v in old.dropna()]
    assert {(b - a).days for a, b in zip(old.dropna(), done.dropna(), strict=True)} <= set(range(-101, 102)) - {0}
    generalised = carried_out(frame, patterns, Policy(columns={"seen": Generalise()})).frame["seen"]
    assert generalised.tolist()[::2] == ["2019", "2020"]


def test_the_subject_may_stand_in_the_index(patterns: Scanner) -> None:
    policy = Policy(subject="person", columns={"seen": Shift()})
    flat = pd.DataFrame({"person": ["a", "b", "a"], "seen": ["2020-01-01", "2020-01-01", "2020-03-01"]})
    done = carried_out(flat.set_index("person"), patterns, policy).frame
    assert done["seen"].tolist() == carried_out(flat, patterns, policy).frame["seen"].tolist()


def test_a_name_in_the_index_is_known_in_the_note(patterns: Scanner) -> None:
    frame = pd.DataFrame(
        {"note": ["Lindqvist came in with her sister today and paid at once."]},
        index=pd.Index(["Åsa Lindqvist"], name="full name"),
    )
    assert "Lindqvist" not in behind(carried_out(frame, Scanner(detectors=[])).frame)


HEADINGS = {
    "flat": pd.Index(["ann@example.com", "bo@example.com", "colour"], name="who"),
    "two levels": pd.MultiIndex.from_tuples(
        [("a", "ann@example.com"), ("a", "bo@example.com"), ("b", "colour")], names=["x", "who"]
    ),
}


@pytest.mark.parametrize("kind", HEADINGS)
def test_a_heading_that_identifies_is_redacted_and_stays_unique(patterns: Scanner, kind: str) -> None:
    frame = pd.DataFrame([[1, 2, "red"]], columns=HEADINGS[kind])
    result = deid.redact(frame)
    assert [str(c[-1] if isinstance(c, tuple) else c) for c in result.data] == [
        "[EMAIL_ADDRESS]",
        "[EMAIL_ADDRESS]_2",
        "colour",
    ]
    assert result.data.columns.names == frame.columns.names
    assert "ann@" not in repr(result.report.to_dict()) + repr(deid.scan(frame))
    assert result.data.iloc[0].tolist() == [1, 2, "red"]
    pd.testing.assert_index_equal(frame.columns, HEADINGS[kind])


def test_ordinary_headings_and_those_of_the_policy_stay(patterns: Scanner) -> None:
    names = ["name", "First Name", "patientPhone", "e-mail", "Paris", "2020", "ssn", "Bill", "ann@example.com"]
    scanner = Scanner(Policy(columns={"ann@example.com": Keep()}), patterns.detectors)
    frame = pd.DataFrame([range(len(names))], columns=names)
    assert clean_headings(frame, scanner) is frame


def test_frames_and_series_know_deid() -> None:
    frame = pd.DataFrame({"email": ["ann@example.com"], "n": [1]})
    assert frame.deid.scan() == deid.scan(frame)
    pd.testing.assert_frame_equal(frame.deid.redact().data, deid.redact(frame).data)
    tokens = frame["email"].deid.redact("tokens", KEY)
    assert tokens.data[0].startswith("EMAIL_ADDRESS_k")
    assert tokens.report.key_id == KEY.id


@settings(max_examples=80)
@given(st.lists(st.sampled_from([*NAMES, "red", "the blue door", "12 chairs", "\n", "  ", "é"]), max_size=6))
def test_in_a_text_nothing_changes_but_what_is_found(patterns: Scanner, words: list[str]) -> None:
    text = " and ".join(words)
    (found,) = patterns.scan([text])
    done = deid.text.redact_text(text, found, Policy())
    kept, position = [], 0
    for finding in found:
        kept.append(text[position : finding.start])
        position = finding.end
    rest = done
    for part in [*kept, text[position:]]:
        assert part in rest
        rest = rest[rest.index(part) + len(part) :]
    (again,) = patterns.scan([done])
    assert deid.text.redact_text(done, again, Policy()) == done


def test_notes_on_a_frame_or_series_stay_behind() -> None:
    series = pd.Series(["red"], name="colour")
    frame = series.to_frame()
    for data in (series, frame):
        data.attrs["source"] = "Maria Nowak"
        assert data.deid.redact().data.attrs == {}
        assert data.attrs == {"source": "Maria Nowak"}


def test_missing_values_of_every_kind_and_mixed_cells_stay(patterns: Scanner) -> None:
    box = [None, np.nan, pd.NA, pd.NaT, 1, 1.0, True, b"x", ["red"], "maria@example.com"]
    done = carried_out(pd.DataFrame({"colour": pd.Series(box, dtype=object)}), patterns).frame["colour"]
    assert all(new is old for new, old in zip(done[:9], box[:9], strict=True))
    assert done[9] == "[EMAIL_ADDRESS]"

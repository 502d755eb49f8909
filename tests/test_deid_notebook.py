"""One call for what a notebook holds, and nothing of it is changed or shown."""

import copy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import deid
from deid import ColumnPlan, Finding, Key, Policy
from deid.errors import InputError, KeyFileError, PolicyError

MAIL = "Write to qxzann@example.com."
CLEAN = "Write to [EMAIL_ADDRESS]."


def test_a_string_gives_findings_and_a_string() -> None:
    (found,) = deid.scan(MAIL)
    assert isinstance(found, Finding)
    assert (found.start, found.end, found.label) == (9, 27, "EMAIL_ADDRESS")
    assert deid.redact(MAIL).data == CLEAN


@pytest.mark.parametrize("kind", [list, tuple])
def test_texts_give_a_list(kind: "type[list[str] | tuple[str, ...]]") -> None:
    texts = kind([MAIL, "", MAIL])
    before = copy.copy(texts)
    assert [len(found) for found in deid.scan(texts)] == [1, 0, 1]
    result = deid.redact(texts)
    assert result.data == [CLEAN, "", CLEAN]
    assert (result.report.items, dict(result.report.labels), result.report.withheld) == (3, {"EMAIL_ADDRESS": 2}, 0)
    assert texts == before


@pytest.mark.parametrize("dtype", ["object", "string", "category"])
def test_a_series_comes_back_as_one(dtype: str) -> None:
    series = pd.Series([MAIL, None, "red", MAIL], index=[5, 5, 2, 9], name="note", dtype=dtype)
    before = series.copy(deep=True)
    assert [len(found) for found in deid.scan(series)] == [1, 0, 0, 1]
    data = deid.redact(series).data
    assert isinstance(data, pd.Series)
    assert data.index.equals(series.index)
    assert data.name == "note"
    assert data.isna().tolist() == [False, True, False, False]
    assert data.dropna().tolist() == [CLEAN, "red", CLEAN]
    pd.testing.assert_series_equal(series, before)


def test_numbers_in_a_series_stay_numbers() -> None:
    series = pd.Series([1, 2, 3])
    pd.testing.assert_series_equal(deid.redact(series).data, series)


def test_an_index_that_identifies_is_redacted_in_a_series_too() -> None:
    series = pd.Series(["x", "y"], index=pd.Index(["qxzann@example.com"] * 2, name="mail"))
    data = deid.redact(series).data
    assert (data.index.tolist(), data.index.name) == (["[EMAIL_ADDRESS]"] * 2, "mail")
    assert data.tolist() == ["x", "y"]


def test_a_frame_gives_a_plan_and_a_frame() -> None:
    frame = pd.DataFrame({"email": ["qxzann@example.com", None], "n": [1, 2]})
    before = frame.copy(deep=True)
    plan = deid.scan(frame)
    assert all(isinstance(step, ColumnPlan) for step in plan)
    result = deid.redact(frame)
    assert result.data["email"].tolist() == ["[EMAIL_ADDRESS]", None]
    assert result.report.plan == plan
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    "wrong", [None, 1, b"qxz", {"a": "qxz"}, {"qxz"}, ["qxz", 1], ["qxz", None], (b"qxz",), np.array(["qxz"]), object()]
)
def test_anything_else_is_an_input_error_that_tells_no_value(wrong: object) -> None:
    for call in (deid.scan, deid.redact):
        with pytest.raises(InputError) as caught:
            call(wrong)  # type: ignore[call-overload]
        assert "qxz" not in str(caught.value)


def test_nothing_shows_in_reprs_and_html() -> None:
    frame = pd.DataFrame({"email": ["qxzann@example.com"], "colour": ["qxzred"], "note": [f"{MAIL} It was a qxzday."]})
    for data in (MAIL, [MAIL], pd.Series([MAIL]), frame):
        result = deid.redact(data)
        shown = [repr(result), str(result), f"{result}", result._repr_html_(), repr(result.report)]
        shown += [result.report._repr_html_(), repr(result.report.to_dict()), repr(deid.scan(data))]
        assert not [text for text in shown if "qxz" in text or "Write" in text]
        assert "EMAIL_ADDRESS" in result._repr_html_()


def test_names_in_html_are_escaped() -> None:
    report = deid.Report(1, {"<b>": 1}, 0, "<i>")
    assert "<b>" not in report._repr_html_()
    assert "<i>" not in report._repr_html_()


def test_tokens_take_the_key_that_is_given_or_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAMIS_KEY", raising=False)
    with pytest.raises(KeyFileError):
        deid.redact(MAIL, policy="tokens")
    given = deid.redact(MAIL, policy="tokens", key=Key(bytes(32)))
    monkeypatch.setenv("TAMIS_KEY", "00" * 32)
    assert deid.redact(MAIL, policy="tokens").data == given.data
    assert given.report.key_id == Key(bytes(32)).id
    assert deid.redact(MAIL).report.key_id is None


def test_a_policy_may_be_a_name_a_path_or_a_value(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("schema_version = 1\ndefault = 'redact'\n", encoding="utf-8")
    assert deid.redact(MAIL, policy=file).data == "Write to ."
    assert deid.redact(MAIL, policy=str(file)).data == "Write to ."
    assert deid.redact(MAIL, policy=Policy.load(file)).data == "Write to ."
    file.write_text("schema_version = 1\ndefault = 'mask'\n", encoding="utf-8")
    assert deid.redact(MAIL, policy=file).data == f"Write to {'*' * 18}."
    with pytest.raises(PolicyError):
        deid.redact(MAIL, policy="nowhere")

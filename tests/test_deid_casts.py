"""One cast for all that one call sees: rows, columns, notes; and a table keeps its shape."""

import pandas as pd
import pytest

import deid
from deid import Key, Policy
from deid.errors import KeyFileError
from deid.operators import Surrogate

KEY = Key(bytes(32))
FRAME = pd.DataFrame(
    {
        "first_name": ["Ann", "Robert", None, "Ann"],
        "last_name": ["Kowalski", "Lindqvist", "Okafor", "Kowalski"],
        "email": ["ann.kowalski@corp.com", "rlindqvist@corp.com", None, "ann.kowalski@corp.com"],
        "ssn": ["219-09-9999", "457-55-5462", "219-09-9999", None],
        "note": [
            "Ms Kowalski called Dr. Robert Lindqvist about the results of her blood test. Ann is well.",
            "Mr Lindqvist moved to another flat and will send us the new address when he has it.",
            "Nothing to tell, the visit is put off until the weather is better than it is now.",
            "KOWALSKI, Ann came back for the second part of the blood test and stayed for an hour.",
        ],
        "weight": [61.5, None, 70.0, 61.5],
        "visits": pd.array([1, None, 3, 4], dtype="Int64"),
    },
    index=[3, 5, 7, 9],
)


@pytest.fixture(scope="module")
def done() -> pd.DataFrame:
    return deid.redact(FRAME, policy="surrogates", key=KEY).data


def test_a_person_is_one_in_all_columns_and_in_the_notes(done: pd.DataFrame) -> None:
    ann, robert = (f"{done.first_name[row]} {done.last_name[row]}" for row in (3, 5))
    first, last = ann.split()
    assert done.first_name[9] == first
    assert done.last_name[9] == last
    assert done.note[3].startswith(f"Ms {last} called Dr. {robert} about the results")
    assert done.note[3].endswith(f"blood test. {first} is well.")
    assert done.note[9].startswith(f"{last.upper()}, {first} came back")
    assert done.note[5].startswith(f"Mr {robert.split()[1]} moved")
    assert done.email[3] == done.email[9]
    assert done.email[3].startswith(f"{first}.{last}@example.".lower())
    assert done.email[5].startswith(f"{robert[0]}{robert.split()[1]}@example.".lower())


def test_nothing_of_the_source_is_left_and_all_else_is(done: pd.DataFrame) -> None:
    text = done.to_csv().lower()
    assert not any(name in text for name in ("kowalski", "robert", "lindqvist", "okafor", "corp.com", "9999", "5462"))
    assert done.note[7] == FRAME.note[7]
    assert done.index.equals(FRAME.index)
    assert list(done.columns) == list(FRAME.columns)
    assert done.isna().equals(FRAME.isna())
    assert done.ssn[3] == done.ssn[7] != done.ssn[5]
    for column in ("weight", "visits"):
        pd.testing.assert_series_equal(done[column], FRAME[column])


def test_the_input_stays(done: pd.DataFrame) -> None:
    assert FRAME.first_name[3] == "Ann"


def test_a_list_a_series_and_a_frame_tell_the_same(done: pd.DataFrame) -> None:
    ann = f"{done.first_name[3]} {done.last_name[3]}"
    texts = ["Ann Kowalski called.", "We saw Ann Kowalski."]
    assert deid.redact(texts, policy="surrogates", key=KEY).data == [f"{ann} called.", f"We saw {ann}."]
    series = pd.Series([texts[0], None])
    assert deid.redact(series, policy="surrogates", key=KEY).data[0] == f"{ann} called."
    assert deid.redact(texts[0], policy="surrogates", key=KEY).data == f"{ann} called."


def test_a_cast_of_a_document_does_not_hold_its_text() -> None:
    policy = Policy(default=Surrogate(scope="document"))
    done = deid.redact("Ann Kowalski called about something else.", policy=policy, key=KEY)
    assert done.cast is not None
    assert "something else" not in str(done.cast.to_dict())


def test_two_documents_tell_apart_what_they_share() -> None:
    policy = Policy(default=Surrogate(scope="document"))
    one, other = deid.redact(["Ann Kowalski called.", "Ann Kowalski called again."], policy=policy, key=KEY).data
    assert one.removesuffix(" called.") != other.removesuffix(" called again.")


def test_a_cast_is_carried_to_the_next_call() -> None:
    first = deid.redact("Ann Kowalski called.", policy="surrogates", key=KEY)
    assert first.cast is not None
    again = deid.redact("Ann Kowalski called.", policy="surrogates", key=Key(b"7" * 32), cast=first.cast)
    assert again.data == first.data
    assert "kowalski" not in repr(first).lower()


def test_an_earlier_surrogate_that_is_now_in_the_source_is_not_written() -> None:
    first = deid.redact("Ann Kowalski called.", policy="surrogates", key=KEY)
    name = first.data.removesuffix(" called.")
    later = deid.redact(["Ann Kowalski called.", f"Mr {name} left."], policy="surrogates", key=KEY, cast=first.cast)
    assert later.data[0] == "[PERSON] called."
    assert name not in later.data[1]


def test_the_report_says_that_consistent_surrogates_are_personal_data() -> None:
    report = deid.redact("Ann Kowalski called.", policy="surrogates", key=KEY).report
    assert "GDPR Art. 4(5)" in str(report.to_dict()["notice"])
    assert "GDPR Art. 4(5)" in report._repr_html_()
    assert deid.redact("Ann Kowalski called.", policy="tokens", key=KEY).report.to_dict()["notice"]
    plain = deid.redact("Ann Kowalski called.", policy=Policy(default=Surrogate("random", "document"))).report
    assert plain.to_dict()["notice"] is None


def test_without_a_key_only_passing_surrogates_are_put(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAMIS_KEY", raising=False)
    with pytest.raises(KeyFileError, match="works with a key"):
        deid.redact("Ann Kowalski called.", policy="surrogates")
    for strategy in ("random", "markov"):
        policy = Policy(default=Surrogate(strategy, "document"))
        made = {deid.redact("Ann Kowalski called.", policy=policy).data for _ in range(4)}
        assert len(made) > 1
        assert not any("Kowalski" in text or "[" in text for text in made)
    monkeypatch.setenv("TAMIS_KEY", "00" * 32)
    assert (
        deid.redact("Ann Kowalski called.", policy="surrogates").data
        == deid.redact("Ann Kowalski called.", policy="surrogates", key=KEY).data
    )


def test_dates_move_by_subject() -> None:
    frame = pd.DataFrame(
        {"pid": ["p1", "p1"], "seen": ["2021-05-03", "2021-05-10"], "note": ["See 3 May 2021.", "None."]}
    )
    policy = Policy(default=Surrogate(), subject="pid", columns={"pid": "drop", "note": "scan"})
    done = deid.redact(frame, policy=policy, key=KEY).data
    first, second = pd.to_datetime(done.seen)
    assert (second - first).days == 7
    assert done.note[0] == f"See {first.day} {first:%B %Y}."


def test_a_markov_row_begins_with_the_same_person_throughout() -> None:
    policy = Policy(default=Surrogate("markov", "document", stay=1.0))
    done = deid.redact(FRAME, policy=policy, key=KEY).data
    assert f"Ms {done.last_name[3]} called" in done.note[3]
    assert done.last_name[3] != done.last_name[9] or done.first_name[3] != done.first_name[9]

"""What is found gives way, and all else stays to the byte; operators are told what they may know, and no more."""

from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid import Policy
from deid.changes import Change, changes_of, rewritten
from deid.errors import DeidError, KeyFileError, OperatorError
from deid.finding import Finding, withhold
from deid.operators import Context, Drop, Keep, Mask, Redact, Shift, Surrogate, Token
from deid.operators.operator import apply, describe, is_fresh, name_of
from deid.surrogates import Scene
from deid.text import TextDraft, count_lost, redact_text
from tests.words import ANN, KEY, ROME, TEXT, Dated, Numbered, Plain

# Texts


def test_each_finding_gives_way_and_the_rest_stays_to_the_byte() -> None:
    policy = Policy(labels={"PERSON": Mask(keep_first=1)})
    changes = changes_of(TEXT, [ANN, ROME], policy)
    assert changes == (Change(0, 3, "A**"), Change(12, 16, "[LOCATION]"))
    assert rewritten(TEXT, changes) == redact_text(TEXT, [ANN, ROME], policy) == "A** went to [LOCATION]."
    assert redact_text(TEXT, [], policy) == TEXT
    assert redact_text("", [], policy) == ""


@given(st.text(min_size=1), st.data())
def test_a_text_is_what_stands_between_the_changes_and_what_they_say(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    changes = [Change(a, b, f"<{a}>") for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    left = ""
    for place, char in enumerate(text):
        left += next((c.text for c in changes if c.start == place), "")
        left += "" if any(c.start <= place < c.end for c in changes) else char
    assert rewritten(text, changes) == left


def test_a_withheld_text_is_one_change_whatever_else_was_found() -> None:
    for found in ([Finding(3, 5, "WITHHELD", 1.0, "w"), ROME], [ANN, Finding(3, 5, "WITHHELD", 1.0, "w")]):
        assert changes_of(TEXT, found, Policy(default=Redact())) == (Change(0, len(TEXT), "[WITHHELD]"),)
    assert withhold("", "w") == []
    assert withhold("abc", "w") == [Finding(0, 3, "WITHHELD", 1.0, "w")]


@pytest.mark.parametrize("written", [changes_of, redact_text])
def test_an_operator_is_told_whose_value_it_has(written: Callable[..., object]) -> None:
    operator = Numbered()
    policy = Policy(language="es", labels={"PERSON": operator})
    failures, scene = Counter[str](), Scene(document="d")
    written(TEXT, [ANN], policy, KEY, "patient 1", failures=failures, scene=scene)
    written(TEXT, [ANN], policy)
    (value, told), (_, alone) = operator.calls
    assert value == "Ann"
    assert (told.label, told.key, told.subject, told.language, told.column) == ("PERSON", KEY, "patient 1", "es", "")
    assert (told.policy, told.scene) == (policy.digest, scene)
    assert told.failures is failures
    assert (alone.key, alone.subject, alone.scene) == (None, f"text {TEXT}", Scene())
    assert "Ann" not in repr(told)


def test_what_an_operator_fails_on_is_withheld_counted_and_lost() -> None:
    policy, failures = Policy(labels={"PERSON": Numbered()}), Counter[str]()
    found = [Finding(0, 3, "PERSON", 0.9, "w")]
    texts = ["bad day", "Ann day", "bad day"]
    draft = TextDraft(texts, [found] * 3, policy)
    made = draft.write(None, Scene(), failures)
    assert made == ["[WITHHELD] day", "<2> day", "[WITHHELD] day"]
    assert failures == {"PERSON: the operator 'numbered' failed: LookupError": 2}
    assert redact_text("bad day", found, policy) == "[WITHHELD] day"
    assert count_lost(texts, made, [found] * 3) == 2
    assert count_lost(texts, made, [found] * 3, [5, 7, 11]) == 16
    assert count_lost(["a [WITHHELD] b"], ["a [WITHHELD] b"], [[]]) == 0  # it stood there before
    assert count_lost(["bad"], ["[WITHHELD]"], [withhold("bad", "w")]) == 0  # withheld as a whole
    with pytest.raises(OperatorError) as caught:
        redact_text("odd", found, policy)
    assert str(caught.value) == "PERSON: the operator 'numbered' answered with NoneType, which is no text"
    with pytest.raises(OperatorError) as caught:
        apply(Numbered(), "odd", Context("PERSON", column="who"))
    assert str(caught.value).startswith("column 'who', PERSON: the operator 'numbered' answered")


def test_faults_of_our_own_go_through() -> None:
    with pytest.raises(KeyFileError) as caught:
        redact_text(TEXT, [ANN], Policy(labels={"PERSON": Token()}))
    assert isinstance(caught.value, DeidError)
    assert Context("PERSON", KEY).needed_key() == KEY


def test_drafts_of_texts_know_subjects_names_and_company() -> None:
    operator = Numbered()
    draft = TextDraft(
        [TEXT, TEXT, "none"],
        [[ANN], [ANN], []],
        Policy(labels={"PERSON": operator}),
        ["p1"],
        ["a.txt"],
        [("Ann Lee",)],
    )
    turned = Scene(document="x", company=("y",))
    changes = draft.changes(KEY, turned)
    assert changes == [(Change(0, 3, "<1>"),), (Change(0, 3, "<2>"),), ()]
    assert draft.write(KEY, turned) == ["<3> went to Rome.", "<4> went to Rome.", "none"]
    told = [context for _, context in operator.calls[:2]]
    assert [context.subject for context in told] == ["p1", f"text {TEXT}"]
    assert [context.scene.document for context in told] == ["a.txt", ""]
    assert [context.scene.company for context in told] == [("Ann Lee",), ()]
    assert {context.key for context in told} == {KEY}


def test_surrogates_of_a_text_know_whom_it_names_in_full() -> None:
    policy = Policy(labels={"PERSON": Surrogate()})
    text = "Ann Lee met Bo Poe; Lee left."
    spans = [(0, 7), (12, 18), (20, 23)]
    found = [Finding(a, b, "PERSON", 0.9, "w") for a, b in spans]
    one, other, again = (change.text for change in changes_of(text, found, policy, KEY, "s"))
    assert again == one.split()[-1]
    assert again not in other
    assert changes_of(text, found, policy, KEY, "s") == changes_of(text, found, policy, KEY, "s")


def test_a_document_is_known_by_its_name_then_by_its_subject_then_by_its_text() -> None:
    policy = Policy(labels={"PERSON": Surrogate(scope="document")})

    def played(text: str, subject: str = "", document: str = "") -> str:
        return changes_of(text, [ANN], policy, KEY, subject, scene=Scene(document=document))[0].text

    one, other = "Ann left.", "Ann came."
    assert played(one) == played(one) != played(other)
    assert played(one, "s") == played(other, "s") != played(one)
    assert played(one, "t") != played(one, "s")
    assert played(one, "s", "d") == played(other, "t", "d") != played(one, "s")
    assert played(one, "", "d") == played(one, "s", "d")
    assert played("Ann \ud83d") != played("Ann \ud83e")


# What an operator is called


def test_operators_are_called_as_a_policy_names_them() -> None:
    assert [name_of(one) for one in (Keep(), Drop(), Mask(), Numbered())] == ["keep", "drop", "mask", "numbered"]
    assert describe(Numbered(fresh=True)) == "numbered (fresh = true)"
    assert describe(Numbered()) == "numbered"
    assert describe(Shift(days=30, keep_weekday=True)) == "shift (days = 30, keep_weekday = true)"
    assert describe(Dated()) == "dated"
    assert describe(Dated(date(2021, 5, 3))) == 'dated (day = "2021-05-03", tags = ["a"])'
    assert describe(Plain()) == "plain"
    assert [is_fresh(one) for one in (Numbered(fresh=True), Numbered(), Mask())] == [True, False, False]

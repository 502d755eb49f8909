"""A Risk says what it knows, hides what it does not need, and cannot be talked into OK."""

import json
import math
from dataclasses import FrozenInstanceError

import pytest

from leakage import (
    ConfigurationError,
    Control,
    Document,
    DocumentError,
    Estimate,
    Risk,
    documents,
    errors,
    excess,
    wilson,
)
from leakage.risk import judge

PASSED = Control(1.0, 0.9)


def risk(hits: int = 60, **more: object) -> Risk:
    settings: dict[str, object] = {"baseline": 0.5, "attempts": 100, "seconds": 0.1, "planted": PASSED, **more}
    return judge("1-X", wilson(hits, 100), **settings)  # type: ignore[arg-type]


def test_figures_belong_together() -> None:
    found = risk(held_out=wilson(50, 100))
    assert found.state == "OK"
    assert found.privacy == pytest.approx(0.4)
    assert found.privacy_interval == pytest.approx((1 - found.interval[1], 1 - found.interval[0]))
    assert found.advantage == pytest.approx(0.2)
    assert found.advantage_upper == pytest.approx((found.upper - 0.5) / 0.5)
    assert found.residual == pytest.approx(0.2)
    assert found.residual_upper is not None
    assert 0.2 < found.residual_upper < 0.45


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"planted": Control(0.5, 0.9)}, "planted"),
        ({"planted": Control.failed()}, "planted"),
        ({"attempts": 29}, "29 attempts"),
        ({"faults": ["there are no hold-out rows"]}, "hold-out"),
        ({"baseline": 1.0}, "nothing to infer"),
        ({"held_out": wilson(90, 100)}, "control does better"),
    ],
)
def test_doubt_makes_it_invalid(more: dict[str, object], word: str) -> None:
    found = risk(**more)
    assert found.state == "INVALID"
    assert word in found.reason


def test_unknown_blocks_by_its_bound() -> None:
    found = judge("1-X", Estimate.unknown(), baseline=0.0, attempts=50, seconds=0, planted=PASSED)
    assert found.state == "INVALID"
    assert found.upper == found.advantage_upper == 1.0
    assert math.isnan(found.value)


def test_ok_must_be_earned() -> None:
    with pytest.raises(ConfigurationError):
        Risk("1-X", wilson(1, 2), 0.5, 100, 0.0, Control(0.1, 0.9))
    with pytest.raises(ConfigurationError):
        Risk("1-X", wilson(1, 2), 0.5, 100, 0.0, PASSED, state="INVALID")


def test_dictionary_is_json_without_nan() -> None:
    found = judge("1-X", Estimate.unknown(), baseline=0.0, attempts=0, seconds=0, planted=Control.failed())
    text = json.dumps(found.to_dict(), allow_nan=False)
    assert json.loads(text)["state"] == "INVALID"
    assert set(risk().to_dict()) >= {"value", "interval", "upper", "baseline", "advantage_upper", "positive_control"}


def test_shown_in_a_notebook_escaped() -> None:
    found = risk(faults=["<b>no</b>"])
    assert "<b>" not in found._repr_html_()
    assert "INVALID" in found._repr_html_()


def test_frozen() -> None:
    found = risk(details={"a": 1})
    with pytest.raises(FrozenInstanceError):
        found.baseline = 0.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        found.details["a"] = 2.0  # type: ignore[index]


def test_a_document_shows_sizes_only() -> None:
    document = Document("id-4711", "Ann Secret", person="P-Secret", attributes={"gender": "f-Secret"})
    assert "Secret" not in repr(document)
    assert "4711" not in repr(document)
    with pytest.raises(TypeError):
        document.attributes["gender"] = "m"  # type: ignore[index]


@pytest.mark.parametrize("wrong", [{"id": ""}, {"id": 3}, {"text": b"x"}, {"person": None}, {"attributes": {"a": 1}}])
def test_a_malformed_document_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(DocumentError):
        Document(**{"id": "1", "text": "x", **wrong})  # type: ignore[arg-type]


def test_plain_texts_become_documents() -> None:
    kept = Document("a", "x")
    assert documents([kept, "y"]) == (kept, Document("1", "y"))


def test_every_error_explains_itself() -> None:
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.LeakageError)]
    assert len({c.code for c in classes}) == len(classes) >= 8
    assert all(c.exit_code in (2, 3) and len(c.__doc__ or "") > 60 for c in classes)
    assert all(c.code in (errors.__doc__ or "") for c in classes if c is not errors.LeakageError)


def test_a_planted_leak_must_bring_four_fifths_of_the_way_to_certainty() -> None:
    for value, baseline, required in ((0.9, 0.5, 0.9), (0.3, 0.0, 0.8), (1.0, 1.0, 1.0), (0.7, 0.75, 0.95)):
        made = Control.above(value, baseline)
        assert (made.value, made.required) == (value, pytest.approx(required))
    assert Control.above(0.91, 0.5).passed
    assert not Control.above(0.89, 0.5).passed
    assert Control(0.9, 0.9).passed
    assert not Control.failed().passed
    for wrong in (-0.1, 1.1, math.nan):
        with pytest.raises(
            ConfigurationError, match=r"^the level that a positive control must reach lies between 0 and 1$"
        ):
            Control(0.5, wrong)
    assert (Control(0.0, 0.0).passed, Control(1.0, 1.0).passed) == (True, True)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (
            {"planted": Control(0.5, 0.9)},
            "the attacker did not find the planted leak, so its failure elsewhere says nothing",
        ),
        ({"attempts": 29}, "only 29 attempts, at least 30 are needed"),
        ({"attempts": 4, "fewest": 5}, "only 4 attempts, at least 5 are needed"),
        ({"baseline": 1.0}, "there is nothing to infer: the baseline is always right"),
        (
            {"held_out": wilson(90, 100)},
            "the control does better than the attack: it is not like the original, or it is in the release",
        ),
        ({"faults": ["a", "b"], "baseline": 1.0}, "a; b; there is nothing to infer: the baseline is always right"),
    ],
)
def test_each_doubt_has_its_words(more: dict[str, object], reason: str) -> None:
    assert risk(**more).reason == reason


@pytest.mark.parametrize("more", [{"attempts": 30}, {"attempts": 5, "fewest": 5}, {"held_out": wilson(61, 100)}])
def test_without_a_doubt_it_is_ok(more: dict[str, object]) -> None:
    found = risk(**more)
    assert (found.state, found.reason) == ("OK", "")
    assert found.held_out == more.get("held_out")
    assert risk(held_out=Estimate.unknown()).state == "OK"


def test_nothing_measured_is_said_once() -> None:
    found = judge("1-X", Estimate.unknown(), baseline=0.0, attempts=50, seconds=0, planted=PASSED)
    assert found.reason == "nothing could be measured"
    few = judge("1-X", Estimate.unknown(), baseline=0.0, attempts=3, seconds=0, planted=PASSED)
    assert few.reason == "only 3 attempts, at least 30 are needed"


def test_what_is_not_earned_is_refused_in_words() -> None:
    for wrong in (
        lambda: Risk("x", Estimate.unknown(), 0.5, 100, 0.0, PASSED),
        lambda: Risk("x", wilson(1, 2), 0.5, 100, 0.0, Control(0.1, 0.9)),
    ):
        with pytest.raises(
            ConfigurationError, match=r"^a risk is OK only if it was measured and its positive control passed$"
        ):
            wrong()
    for state, reason in (("INVALID", ""), ("OK", "why")):
        with pytest.raises(ConfigurationError, match=r"^an INVALID risk has a reason, and only an INVALID one$"):
            Risk("x", wilson(1, 2), 0.5, 100, 0.0, PASSED, state=state, reason=reason)  # type: ignore[arg-type]


def test_bounds_of_a_smaller_error_belong_to_the_same_figures() -> None:
    estimate, control = wilson(60, 100), wilson(40, 100)
    harder = wilson(50, 100), wilson(45, 100)
    found, matched = risk(held_out=control), risk(held_out=control, matched=harder)
    for tail in (0.05, 0.01):
        upper = estimate.bounds_at(tail)[1]
        assert found.upper_at(tail) == upper
        assert found.advantage_upper_at(tail) == (upper - 0.5) / 0.5
        assert found.residual_upper_at(tail) == excess(estimate, control, tail)[1]
        assert matched.residual_upper_at(tail) == excess(*harder, tail)[1]
    assert (matched.residual, matched.residual_upper) == excess(*harder)
    assert (found.residual, found.residual_upper) == excess(estimate, control)
    assert (risk().residual, risk().residual_upper, risk().residual_upper_at(0.01)) == (None, None, None)
    assert (found.control, found.control_interval) == (0.4, (control.low, control.high))
    assert (risk().control, risk().control_interval) == (None, None)


def test_a_baseline_that_is_always_right_leaves_no_advantage_to_bound() -> None:
    sure = risk(baseline=1.0)
    assert math.isnan(sure.advantage)
    assert sure.advantage_upper == sure.advantage_upper_at(0.001) == 1.0


def test_a_detail_is_bounded_by_the_bound_that_stands_beside_it() -> None:
    found = risk(details={"auc": 0.6, "auc upper": 0.7, "alone": 0.1, "odd": math.nan, "odd upper": 0.2})
    assert found.detail_upper_at("auc", 0.05) == found.detail_upper_at("auc", 0.5) == 0.7
    assert found.detail_upper_at("auc", 0.005) == pytest.approx(0.8)  # a tenth of the rate: as far again
    assert found.detail_upper_at("auc", 0.0005) == pytest.approx(0.9)
    assert [found.detail_upper_at(name, 0.05) for name in ("alone", "odd", "none")] == [None, None, None]
    assert risk(details={"n upper": 0.2}).detail_upper_at("n", 0.05) is None


def test_a_dictionary_holds_every_figure() -> None:
    control = wilson(50, 100)
    found = judge(
        "1-X",
        wilson(60, 100),
        baseline=0.25,
        attempts=100,
        seconds=1.23456,
        planted=Control(0.95, 0.9),
        held_out=control,
        details={"auc": 0.7, "odd": math.nan},
    )
    assert found.to_dict() == {
        "name": "1-X",
        "state": "OK",
        "reason": "",
        "value": 0.6,
        "interval": list(found.interval),
        "upper": found.upper,
        "privacy": 0.4,
        "privacy_interval": [1 - found.interval[1], 1 - found.interval[0]],
        "baseline": 0.25,
        "advantage": found.advantage,
        "advantage_upper": found.advantage_upper,
        "control": 0.5,
        "control_interval": [control.low, control.high],
        "residual": found.residual,
        "residual_upper": found.residual_upper,
        "attempts": 100,
        "seconds": 1.235,
        "positive_control": {"value": 0.95, "required": 0.9, "passed": True},
        "details": {"auc": 0.7, "odd": None},
    }
    assert risk(planted=Control.failed()).to_dict()["positive_control"] == {
        "value": None,
        "required": 1.0,
        "passed": False,
    }


def test_it_is_shown_with_its_figures() -> None:
    found, alone = risk(held_out=wilson(50, 100)), risk()
    low, high = found.interval
    start = f"Risk(1-X: 0.600 [{low:.3f}, {high:.3f}], baseline 0.500"
    assert repr(found) == f"{start}, control 0.500, 100 attempts, OK)"
    assert repr(alone) == f"{start}, 100 attempts, OK)"
    page = found._repr_html_()
    assert page.startswith("<table><caption>1-X</caption><tr><th>state</th><td>OK</td></tr><tr><th>value</th><td>0.600")
    assert f"<tr><th>interval</th><td>{low:.3f} to {high:.3f}</td></tr>" in page
    assert "<tr><th>control</th><td>0.500</td></tr>" in page
    assert "<th>control</th>" not in alone._repr_html_()
    planted = "<tr><th>planted leak found</th><td>1.000 of 0.900 required</td></tr>"
    assert page.endswith(f"<tr><th>attempts</th><td>100</td></tr>{planted}</table>")
    assert "<td>INVALID no &lt;b&gt;</td>" in risk(faults=["no <b>"])._repr_html_()
    assert "<td>unknown of 1.000 required</td>" in risk(planted=Control.failed())._repr_html_()
    named = judge("<i>", wilson(1, 100), baseline=0.0, attempts=100, seconds=0.0, planted=PASSED)
    assert "<caption>&lt;i&gt;</caption>" in named._repr_html_()

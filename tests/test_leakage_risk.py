"""A Risk says what it knows, hides what it does not need, and cannot be talked into OK."""

import json
import math
from dataclasses import FrozenInstanceError

import pytest

from leakage import ConfigurationError, Control, Document, DocumentError, Estimate, Risk, documents, errors, wilson
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

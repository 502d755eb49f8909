"""What takes the place of a value says no more than it may."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deid import Key
from deid.errors import PolicyError
from deid.operators import OPERATORS, Context, Keep, Mask, Redact, Replace, build_operator

CONTEXT = Context("PERSON", Key(bytes(32)))
masks = st.builds(Mask, st.integers(0, 6), st.integers(0, 6), st.sampled_from("*#•_"))


@given(st.text(min_size=1), masks)
def test_a_mask_never_returns_the_value(value: str, mask: Mask) -> None:
    assume(value.strip(mask.char))
    assert mask.apply(value, CONTEXT) != value


@given(st.text(), masks)
def test_a_mask_shows_the_ends_that_it_may_and_covers_the_rest(value: str, mask: Mask) -> None:
    masked = mask.apply(value, CONTEXT)
    assert len(masked) == len(value)
    for place, char in enumerate(masked):
        assert char == mask.char or place < mask.keep_first or place >= len(value) - mask.keep_last


@pytest.mark.parametrize(
    ("mask", "value", "masked"),
    [
        (Mask(), "Ann-Lee", "*******"),
        (Mask(3), "62704", "627**"),
        (Mask(0, 4), "4111-1111", "*****1111"),
        (Mask(2, 2), "abcd", "****"),
        (Mask(2, 2), "abc", "***"),
        (Mask(3), "abc***", "******"),
        (Mask(9), "", ""),
        (Mask(0, 3), "abc", "***"),
        (Mask(0, 5), "abc", "***"),
        (Mask(2, 5), "abcdef", "******"),
        (Mask(1, 1), "abc", "a*c"),
    ],
)
def test_masks_by_example(mask: Mask, value: str, masked: str) -> None:
    assert mask.apply(value, CONTEXT) == masked


@given(st.text())
def test_replace_redact_and_keep_do_what_they_say(value: str) -> None:
    assert Replace().apply(value, CONTEXT) == "[PERSON]"
    assert Redact().apply(value, CONTEXT) == ""
    assert Keep().apply(value, CONTEXT) == value


def test_presidio_does_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    from presidio_anonymizer import operators as presidio

    used: list[str] = []
    for kind in (presidio.Mask, presidio.Replace, presidio.Redact):
        work = kind.operate

        def watched(self: object, text: str, params: dict[str, object], work: object = work) -> str:
            used.append(type(self).__name__)
            return str(work(self, text, params))  # type: ignore[operator]

        monkeypatch.setattr(kind, "operate", watched)
    for operator in (Mask(), Replace(), Redact()):
        operator.apply("Ann", CONTEXT)
    assert used == ["Mask", "Replace", "Redact"]


@given(st.sampled_from(sorted(set(OPERATORS) - {"encrypt"})), st.text())
def test_operators_are_pure(name: str, value: str) -> None:
    operator = build_operator(name, "x")
    assert operator.apply(value, CONTEXT) == operator.apply(value, CONTEXT)
    assert build_operator({"operator": name}, "x") == operator


@pytest.mark.parametrize("spec", [None, 1, [], {}, {"operator": 1}, {"operator": "shred"}, "", {"keep_first": 1}])
def test_what_is_no_operator_is_refused_where_it_stands(spec: object) -> None:
    with pytest.raises(PolicyError, match=r"labels\.X"):
        build_operator(spec, "labels.X")

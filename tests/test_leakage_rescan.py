"""The second look: what is left is found, what was made is told apart, and a blind detector never passes."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from leakage import ConfigurationError, Document, IdentityError, SpanError
from leakage.texts.checksums import dni, luhn, mod97, nhs, nir, steuer_id
from leakage.texts.rescan import Rescan
from leakage.texts.shapes import SHAPES, Found, Shape, scan

ALPHA = 1e-6


def kinds(text: str) -> list[str]:
    return [kind for *_, kind in scan([text])[0]]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.kind)
def test_every_fresh_identifier_is_found_whole(shape: Shape) -> None:
    for one in shape.examples(30):
        start, end, kind = scan([f"see ({one}), please"])[0][0]
        assert (kind, end - start) == (shape.kind, len(one))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("GB82 WEST 1234 5698 7654 32", "IBAN"),
        ("DE89370400440532013000", "IBAN"),
        ("4111 1111 1111 1111", "PAYMENT_CARD"),
        ("3782-822463-10005", "PAYMENT_CARD"),
        ("943 476 5919", "UK_NHS"),
        ("86 095 742 719", "DE_TAX_ID"),
        ("12345678Z", "ES_DNI"),
        ("X-1234567-L", "ES_DNI"),
        ("2 55 08 14 168 025 38", "FR_NIR"),
        ("078-05-1120", "US_SSN"),
        ("+44 20 7946 0958", "PHONE_NUMBER"),
        ("+1 (202) 555-0143", "PHONE_NUMBER"),
        ("192.168.17.4", "IP_ADDRESS"),
        ("00:1A:2b:3c:4d:5e", "MAC_ADDRESS"),
        ("https://www.example.org/~ann", "URL"),
        ("https://ann:secret@example.org/x", "URL"),
        ("51.50735, -0.12776", "COORDINATES"),
        ("ann.lee+x@mail.example.co.uk", "EMAIL_ADDRESS"),
    ],
)
def test_identifiers_as_they_are_written(text: str, kind: str) -> None:
    assert kinds(f"Ref: {text}. Thanks") == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "GB82 WEST 1234 5698 7654 33",
        "4111 1111 1111 1112",
        "943 476 5918",
        "12345678A",
        "000-12-3456",
        "version 1.2.3.0, localhost 127.0.0.1",
        "256.1.1.1",
        "https://example.org/news/2024",
        "on 2024-01-15 at 10:30, 1,234,567.89 in total",
        "12.5, 13.5",
    ],
)
def test_what_only_looks_like_an_identifier_is_left(text: str) -> None:
    assert kinds(text) == []


@given(st.integers(0, 10**15 - 1), st.integers(0, 14), st.integers(1, 9))
def test_luhn_sees_every_single_wrong_digit(number: int, place: int, change: int) -> None:
    body = f"{number:015d}"
    whole = next(body + str(d) for d in range(10) if luhn(body + str(d)))
    wrong = whole[:place] + str((int(whole[place]) + change) % 10) + whole[place + 1 :]
    assert not luhn(wrong)


@pytest.mark.parametrize(
    ("check", "valid"),
    [
        (mod97, "DE89370400440532013000"),
        (nhs, "9434765919"),
        (steuer_id, "86095742719"),
        (dni, "12345678Z"),
        (nir, "255081416802538"),
    ],
)
def test_check_digits_see_every_single_wrong_digit(check, valid) -> None:  # type: ignore[no-untyped-def]
    assert check(valid)
    for place, character in enumerate(valid):
        for digit in set("0123456789") - {character}:
            if character.isdigit():
                assert not check(valid[:place] + digit + valid[place + 1 :])


@given(st.text())
def test_any_text_can_be_scanned(text: str) -> None:
    for start, end, _ in scan([text])[0]:
        assert 0 <= start < end <= len(text)


def test_long_hostile_texts_are_scanned_in_time() -> None:
    scan(["1" * 50_000, "1 " * 30_000, "a.b@" * 20_000, "AB12" * 20_000, "https://" + "a/" * 30_000, "a" * 100_000])


def corpus(count: int) -> list[Document]:
    generator = np.random.default_rng(1)
    groups = [shape.examples(count // len(SHAPES) + 1) for shape in SHAPES]
    return [
        Document(
            str(i),
            f"Visit {generator.integers(100)}: call back, {groups[i % len(groups)][i // len(groups)]} was given.",
        )
        for i in range(count)
    ]


def redacted(documents: Sequence[Document], left: int) -> list[Document]:
    out = []
    for number, document in enumerate(documents):
        finds = scan([document.text])[0]
        text = document.text
        for start, end, kind in reversed(finds if number >= left else []):
            text = f"{text[:start]}[{kind}]{text[end:]}"
        out.append(Document(document.id, text))
    return out


def test_what_was_left_is_counted() -> None:
    original = corpus(400)
    found = Rescan().run(original, redacted(original, 10))
    assert found.state == "OK"
    assert found.value == pytest.approx(10 / 400)
    assert found.upper == pytest.approx(stats.beta.ppf(0.95, 11, 390))
    assert found.details["residual"] == 10
    assert found.details["residual IBAN"] == 1
    clean = Rescan().run(original, redacted(original, 0))
    assert (clean.value, clean.state) == (0.0, "OK")
    assert clean.upper < 0.01


def test_surrogates_are_made_and_moved_values_are_residual() -> None:
    original = corpus(60)
    emails = [f"a{i}@example.org" for i in range(60)]
    surrogates = [Document(str(i), f"Write to {email}.") for i, email in enumerate(emails)]
    found = Rescan().run(original, surrogates)
    assert (found.value, found.details["made EMAIL_ADDRESS"], found.details["residual"]) == (0.0, 60, 0)
    moved = [Document(str(i), original[(i + 1) % 60].text) for i in range(60)]
    shuffled = Rescan().run(original, moved)
    assert shuffled.value == 1.0
    assert shuffled.details["elsewhere"] == shuffled.details["residual"] == 60


def test_another_spelling_of_a_number_is_the_same() -> None:
    original = [Document(str(i), f"IBAN {iban}") for i, iban in enumerate(SHAPES[2].examples(40))]
    grouped = [Document(d.id, d.text.replace(" ", "").replace("IBAN", "IBAN ")) for d in original]
    assert Rescan().run(original, grouped).value == 1.0
    assert Rescan(kinds=["US_SSN"]).run(original, grouped).value == 0.0


def capitals(texts: Sequence[str]) -> list[list[Found]]:
    return [[(t.index("Q"), t.index("Q") + 3, "PERSON")] if "Q" in t else [] for t in texts]


def test_a_detector_of_your_own() -> None:
    original = [Document(str(i), f"Then\nQ{i % 7}x came\nhere.") for i in range(50)]
    released = [Document(str(i), "Then\nthey came\nhere." if i else original[0].text) for i in range(50)]
    found = Rescan(capitals).run(original, released)
    assert found.value == pytest.approx(1 / 50)
    assert found.positive_control.value == 1.0
    planted = Rescan(capitals, examples={"PERSON": ["Qyx", "Qzx"]}).run(original, released)
    assert planted.state == "OK"


def test_a_blind_detector_is_invalid() -> None:
    original = corpus(50)
    blind = Rescan(lambda texts: [[] for _ in texts]).run(original, redacted(original, 0))
    assert blind.state == "INVALID"
    assert "planted" in blind.reason
    missing = Rescan(capitals, examples={"PERSON": ["somebody"]}).run(original, redacted(original, 0))
    assert missing.state == "INVALID"
    assert Rescan(kinds=["NOTHING"]).run(original, original).state == "INVALID"
    assert Rescan().run(original[:20], original[:20]).state == "INVALID"


def test_the_result_repeats_and_shows_no_value() -> None:
    original = corpus(60)
    first, second = (Rescan().run(original, original).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    assert not any(one in str(first) for shape in SHAPES for one in shape.examples(5))
    assert "secret" not in repr(Rescan(examples={"K": ["secret"]}))


def test_wrong_input() -> None:
    original = corpus(40)
    with pytest.raises(ConfigurationError):
        Rescan().run(original, original, [])
    with pytest.raises(ConfigurationError):
        Rescan(lambda texts: [[]] * (len(texts) - 1)).run(original, original)
    with pytest.raises(SpanError):
        Rescan(lambda texts: [[(0, 10**6, "X")] for _ in texts]).run(original, original)
    with pytest.raises(ConfigurationError):
        Rescan(examples={"K": ["--"]})
    with pytest.raises(IdentityError):
        Rescan().run(original, [Document("other", "x")])

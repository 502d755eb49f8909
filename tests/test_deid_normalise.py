"""A text is read as a person reads it, however it is spelled, and every offset leads back to where it stood."""

import time
import unicodedata
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.disguises import KINDS, SENTENCES, WAYS
from deid.normal.normalise import normalise

TRICKY = (
    "aZé\u0301\u0308ßİıﬁœ\u200b\u200d\u2060\u034f\ufe0f\u3164\u00ad\ufeff\u202eא٣४³²Ⅳ½º´¨…क\u093fก\u0e31张한\u1112\u1161"
    "ﾡￂ😀👩🏽𝒜𝟛аеорсΑΟϲжд \t\n\r.,'’`@-–—/()[]{}<>|_+&;#x0123456789OolI\u00a0\u2009\u3000＆；＃１ａ"
)
PIECES = (
    "&amp;", "&#52;", "&#x31;", "&lt", "&#65286;", "amp;", "#52;", "＆#52；", " at ", " dot ", " (at) ", "[.]",
    "ann", "example", ".com", "4 1 1 1 ", "1-2-3-4-5-6-7", "078-05-1120", "078\n05-1120", "192.0.2.17",
    "l92.O.2.l7", "DE89", " 37O4 OO44 ", "SSN", "аnn", "е", "\n", "1_2_3", "212_555_0143", "(212) 555-0143",
    " dash ", "@", " . ", "e\u0301", "\u1112\u1161\u11ab", "9 9 9 9 9 9 9 9", "a b c d e f g h",
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=TRICKY, max_size=80),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(alphabet=TRICKY, max_size=4)), max_size=14).map("".join),
)
thorough = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@thorough
@given(texts)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@thorough
@given(texts)
def test_spans_lie_inside_follow_each_other_and_cover_the_text(text: str) -> None:
    found = normalise(text)
    spans = [found.span(i, i + 1) for i in range(len(found.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
    assert {place for start, end in spans for place in range(start, end)} == set(range(len(text) if spans else 0))


@thorough
@given(texts, st.data())
def test_the_span_of_a_stretch_is_the_span_of_its_characters(text: str, data: st.DataObject) -> None:
    found = normalise(text)
    if found.text:
        start = data.draw(st.integers(0, len(found.text) - 1))
        end = data.draw(st.integers(start + 1, len(found.text)))
        spans = [found.span(i, i + 1) for i in range(start, end)]
        assert found.span(start, end) == (spans[0][0], spans[-1][1])


@thorough
@given(texts)
def test_what_it_says_of_itself_is_true(text: str) -> None:
    found = normalise(text)
    assert found.changed == (found.text != text)
    assert found.changed or not found.deep


@given(st.text(alphabet="abc xyz,.?!", max_size=80))
def test_plain_prose_stays_as_it_is(text: str) -> None:
    assert normalise(text).text == text


@thorough
@given(texts)
def test_composed_and_decomposed_forms_meet(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert normalise(composed).text == normalise(decomposed).text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ann&#46;lee&#x40;example&period;com", "ann.lee@example.com"),
        ("&amp;#52;&amp;amp;#49;11", "4111"),
        ("\uff14\uff11\uff11\uff11", "4111"),
        ("\U0001d7d2\U0001d7cf\U0001d7cf\U0001d7cf", "4111"),
        ("\u0662\u0661\u0662-\u0665\u0665\u0665-\u0660\u0661\u0664\u0663", "212-555-0143"),
        ("2\u200b1\u00ad2\u034f-5\ufe0f5\u31645", "212-555"),
        ("\u0430nn.l\u0435\u0435@ex\u0430mple.\u0441om", "ann.lee@example.com"),
        ("\u0391nn \u039fld", "Ann Old"),
        ("ann (at) example [dot] com", "ann@example.com"),
        ("ann dot lee at example dot co dot uk", "ann.lee@example.co.uk"),
        ("ann.lee at example.com", "ann.lee@example.com"),
        ("ana arroba example punto es", "ana@example.es"),
        ("ann @ example . com", "ann@example.com"),
        ("192[.]0[.]2[.]17", "192.0.2.17"),
        ("192 . 0 . 2 . 17", "192.0.2.17"),
        ("4 1 1 1   1 1 1 1", "4111 1111"),
        ("a n n @ e x a m p l e . c o m,", "ann@example.com,"),
        ("4-1-1-1-1-1-1-1", "41111111"),
        ("on 4111 1111\n1111 1111 today", "on 4111 11111111 1111 today"),
        ("SSN 078\n05-1120", "SSN 078-05-1120"),
        ("at ann@exam\nple.com", "at ann@example.com"),
        ("at ann\n.lee@example.com", "at ann.lee@example.com"),
        ("at ann@example.co\nm", "at ann@example.com"),
        ("at ann@example.co\n.uk", "at ann@example.co.uk"),
        ("on 65.25.1\n60.54 now", "on 65.25.160.54 now"),
        ("l92.O.2.l7 and O78-O5-ll2O", "192.0.2.17 and 078-05-1120"),
        ("DE89 37O4 OO44 0532 0l30 00", "DE89 3704 0044 0532 0130 00"),
        ("SSN078-05-1120end", "SSN 078-05-1120 end"),
        ("212_555_0143", "212-555-0143"),
        ("212 dash 555 dash 0143", "212-555-0143"),
    ],
)
def test_each_disguise_falls(text: str, plain: str) -> None:
    found = normalise(text)
    assert found.text == plain
    assert found.deep
    assert found.span(0, len(plain)) == (0, len(text))


@pytest.mark.parametrize(
    "text",
    [
        "Он живёт в Москве, рядом с рекой. Тор, рот, сорок а о.",
        "Ο Γιάννης μένει στην Αθήνα.",
        "IT-отдел и USB-порт",
        "look at example.com, then at the dot of an i",
        "a b c d e f g h i j k",
        "I am 5 l of oil, 10 I say",
        "rows\n12345\n67890\n13579\n",
        "born in 2019\n12 people came",
        "AT&T; R&D &c. a && b;",
        "Type 1_000 or 2.0.1",
        "Nº 5, 3 ª, 4 µg, ½ cup, ACME™ …",
        "x = foo(a) [b] {c} <d>",
    ],
)
def test_what_is_no_disguise_stays_as_it_is(text: str) -> None:
    assert normalise(text).text == text


@pytest.mark.parametrize(
    "text", ["“It’s”", "1914–1918", "10\u00a0km", "212\u2011555\u20130143", "\ufeffHello", "well\u2014no"]
)
def test_typography_is_a_shallow_change(text: str) -> None:
    found = normalise(text)
    assert found.changed
    assert not found.deep


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["zero width", "soft hyphens", "joiners", "entities", "full width", "other digits"])
@pytest.mark.parametrize("seed", range(3))
def test_a_planted_identifier_leads_back_to_exactly_where_it_stands(kind: str, way: str, seed: int) -> None:
    random = Random(seed)
    value = KINDS[kind](random)
    before, _, after = random.choice(SENTENCES[kind]).partition("*")
    disguised = WAYS[way](value, random)
    found = normalise(before + disguised + after)
    start = found.text.index(value)
    assert found.span(start, start + len(value)) == (len(before), len(before) + len(disguised))


@pytest.mark.parametrize(
    "piece",
    [
        "&amp;", "&#38;amp;", "&", ";", "&a", "1", "1 ", "1-", "1_", "1\n", "12\n", "l1", "O.1", "a at b ",
        "a dot ", "1 dot ", "a@ ", " @", "@.", "[.]", "a[.]", "(at)", "a ", "а ", "аb", "\u200b", "e\u0301",
        "\u0301", "\u1112\u1161", "ﾡ", "\uff11", "\u0661", "\u2014", "AB12", "AB12 ABCD ", "abc1",
        "111111111a", "\r\n", "@a\n", "1 . ", "&#65286;", "＆#52；", ". . . . ", "((((", "192.0.2.17",
    ],
)  # fmt: skip
def test_the_time_it_takes_grows_with_the_text_and_no_faster(piece: str) -> None:
    text = piece * (80_000 // len(piece))
    start = time.thread_time()
    normalise(text)
    assert time.thread_time() - start < 2.0


def test_half_a_surrogate_pair_passes_through() -> None:
    assert normalise("a \ud83d b\u200bc").text == "a \ud83d bc"

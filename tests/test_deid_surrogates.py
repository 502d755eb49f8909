"""Somebody else: one surrogate a person in every form, nobody's twice, nothing of the source, numbers that hold."""

import ipaddress
import itertools
import json
from collections.abc import Mapping, Sequence
from importlib import import_module

import phonenumbers
import pytest
import regex
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deid import Key
from deid.errors import InputError, KeyFileError, PolicyError
from deid.labels import TAXONOMY
from deid.operators import Context, Shift, Surrogate, build_operator
from deid.surrogates import Cast, Rehearsal, Scene
from deid.surrogates.kinds import DATES, KINDS
from deid.surrogates.name import read_name
from deid.surrogates.scene import Turns
from deid.surrogates.words import FEMALE, MALE, words_of, world

KEY, OTHER = Key(bytes(32)), Key(b"1" * 32)
OPERATOR = Surrogate()
GIVEN = words_of("en_US").anyone.words[:200]
FAMILY = words_of("en_US").family.words[:200]
WORLD = world()  # read once, and not on an example's time
people = st.builds(lambda given, family: f"{given} {family}", st.sampled_from(GIVEN), st.sampled_from(FAMILY))
words = st.text("abcdefgé'-ÖЖ ", min_size=1, max_size=12).filter(lambda text: bool(text.strip(" '-")))


def play(
    values: Sequence[tuple[str, str]],
    key: Key = KEY,
    operator: Surrogate = OPERATOR,
    company: tuple[str, ...] = (),
    earlier: Cast | None = None,
) -> tuple[list[str], Cast]:
    """Rehearse labelled values of one document, cast them, and write them."""

    def written(scene: Scene) -> list[str]:
        return [operator.apply(value, Context(label, key, "doc", scene=scene)) for label, value in values]

    rehearsal = Rehearsal()
    written(Scene(rehearsal, Turns(), company))
    cast = rehearsal.cast(key, earlier)
    return written(Scene(cast, Turns(), company)), cast


def names(*values: str, **rest: object) -> list[str]:
    return play([("PERSON", value) for value in values], **rest)[0]  # type: ignore[arg-type]


def initials(name: str) -> bool:
    return all(word.initial for word in read_name(name).words)


def one(label: str, value: str, key: Key = KEY, language: str = "en") -> str:
    return OPERATOR.apply(value, Context(label, key, language=language))


@given(st.lists(st.one_of(people, words), min_size=1, max_size=30, unique_by=lambda name: read_name(name).identity))
def test_no_two_people_are_played_by_one_and_nobody_by_somebody_of_the_source(originals: list[str]) -> None:
    made = names(*originals)
    source = {read_name(name).identity for name in originals}
    played = [read_name(name).identity for name in made if name != "[PERSON]" and not initials(name)]
    assert len(set(played)) == len(played)
    assert source.isdisjoint(played)


@given(people)
def test_every_form_of_a_name_is_played_by_the_same_person(name: str) -> None:
    given, family = name.split()
    forms = [
        name,
        f"{family.upper()}, {given}",
        f"Dr. {name}",
        f"{name}'s",
        f"Ms {family}",
        f"{given[0]}. {family}",
        given,
    ]
    whole, turned, doctor, owned, lady, short, first = names(*forms, company=(name,))
    new_given, new_family = whole.split()
    assert turned == f"{new_family.upper()}, {new_given}"
    assert doctor == f"Dr. {whole}"
    assert owned == f"{whole}'s"
    assert lady == f"Ms {new_family}"
    assert short == f"{new_given[0]}. {new_family}"
    assert first == new_given
    assert {new_given.lower(), new_family.lower()}.isdisjoint({given.lower(), family.lower()})


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("LEE, Ann", r"\p{Lu}{2,}, \p{Lu}\p{Ll}+"),
        ("ann lee", r"\p{Ll}+ \p{Ll}+"),
        ("Dr. med. Ann Lee, M.D.", r"Dr\. med\. \p{Lu}\p{L}+ \p{Lu}\p{L}+, M\.D\."),
        ("Ann Lee Jr.", r"\p{Lu}\p{L}+ \p{Lu}\p{L}+ Jr\."),
        ("Jean-Pierre Martin", r"\p{Lu}\p{L}+-\p{Lu}\p{L}+ \p{Lu}\p{L}+"),
        ("Piotr van der Berg", r"\p{Lu}\p{L}+ \p{Lu}\p{L}+"),
        ("García López, María", r"\p{Lu}\p{L}+, \p{Lu}\p{L}+"),
        ("Ms Lee’s", r"Ms \p{Lu}\p{L}+’s"),
        ("A. B. Lee", r"\p{Lu}\. \p{Lu}\. \p{Lu}\p{L}+"),
        ("A.L.", r"\p{Lu}\.\p{Lu}\."),
        ("O'Hara", r"\p{Lu}\p{L}+"),
        ("Don Lee", r"(?!Don)\p{Lu}\p{L}+ \p{Lu}\p{L}+"),
        ("Phil Ray", r"(?!Phil)\p{Lu}\p{L}+ \p{Lu}\p{L}+"),
    ],
)
def test_the_form_of_a_name_stays(value: str, shape: str) -> None:
    assert regex.fullmatch(shape, one("PERSON", value))


def test_a_middle_name_may_be_left_out_where_one_is_meant() -> None:
    whole, short = names("Ann Berta Lee", "Ann Lee", company=("Ann Berta Lee",))
    assert short.split() == [whole.split()[0], whole.split()[2]]


@given(
    st.lists(st.sampled_from([*GIVEN, *FAMILY]), min_size=100, max_size=150, unique=True), st.lists(people, max_size=5)
)
@settings(max_examples=20)
def test_a_word_that_stands_alone_in_the_source_is_in_no_surrogate(alone: list[str], whole: list[str]) -> None:
    others = [
        ("EMAIL_ADDRESS", "x.y@corp.com"),
        ("STREET_ADDRESS", "1 Qxz Road"),
        ("LOCATION", "Qxz"),
        ("USERNAME", "q_x"),
    ]
    made = play([("PERSON", name) for name in [*alone, *whole]] + others)[0]
    told = {word for value in made for word in regex.findall(r"\p{L}+", value.lower())}
    assert told.isdisjoint(name.lower() for name in alone)


def test_a_name_of_one_word_twice_stays_one() -> None:
    whole, part = names("James James", "James", company=("James James",))
    assert whole == f"{part} {part}"


def test_words_of_streets_may_be_names_that_are_not_kept() -> None:
    made = names(*(f"{given} Lane" for given in GIVEN[:100]), *(f"Lane {family}" for family in FAMILY[:100]))
    assert not any("Lane" in name for name in made)


def test_a_part_of_two_names_is_a_person_of_its_own() -> None:
    ann, bob, alone = names("Ann Lee", "Bob Lee", "Lee", company=("Ann Lee", "Bob Lee"))
    assert ann.split()[1] != bob.split()[1] or ann.split()[0] != bob.split()[0]
    assert alone == names("Lee")[0]


@given(words)
def test_nothing_of_a_name_is_left(value: str) -> None:
    made = one("PERSON", value)
    told = {word for word in read_name(value).identity.split() if len(word) > 1}
    assert made == "[PERSON]" or told.isdisjoint(read_name(made).identity.split())


@given(st.lists(people, min_size=2, max_size=8, unique=True))
def test_the_same_key_gives_the_same_people_and_another_key_others(originals: list[str]) -> None:
    assert names(*originals) == names(*originals)
    assert names(*originals) != names(*originals, key=OTHER)
    assert dict(zip(originals, names(*originals), strict=True)) == dict(
        zip(originals[::-1], names(*originals[::-1]), strict=True)
    )


@given(st.lists(people, min_size=1, max_size=6, unique=True), st.lists(people, max_size=6))
def test_an_earlier_cast_wins_and_goes_through_json_whole(first: list[str], more: list[str]) -> None:
    before, cast = play([("PERSON", name) for name in first])
    carried = Cast.from_dict(json.loads(json.dumps(cast.to_dict())))
    assert carried == cast
    after, grown = play([("PERSON", name) for name in [*first, *more]], earlier=carried)
    source = {name.lower() for name in more}
    for old, new in zip(before, after, strict=False):
        assert new in {old, "[PERSON]"}
        assert new == old or not source.isdisjoint({old.lower(), *old.lower().split()})
    assert cast.roles.items() <= grown.roles.items()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"schema_version": 2, "roles": []},
        {"schema_version": 1, "roles": {}},
        {"schema_version": 1, "roles": [["PERSON"]]},
        {"schema_version": 1, "roles": [["PERSON", "ann lee", "", 3]]},
        {"schema_version": 1, "roles": [["HEALTH", "flu", "", "cold"]]},
    ],
)
def test_what_is_no_cast_is_refused(given: Mapping[str, object]) -> None:
    with pytest.raises(InputError):
        Cast.from_dict(given)


def test_a_cast_shows_nobody() -> None:
    cast = play([("PERSON", "Qxz Stray"), ("EMAIL_ADDRESS", "qxz.stray@x.com")])[1]
    assert "qxz" not in f"{cast!r} {cast.roles.keys()!r}".lower()


@pytest.mark.parametrize(
    ("handle", "label", "shape"),
    [
        ("ann.lee@corp.com", "EMAIL_ADDRESS", r"{g}\.{f}@example\.(com|org|net)"),
        ("ALEE@CORP.COM", "EMAIL_ADDRESS", r"(?i){g0}{f}@example\.(com|org|net)"),
        ("lee_a77@corp.com", "EMAIL_ADDRESS", r"{f}_{g0}\d\d@example\.(com|org|net)"),
        ("annlee@corp.com", "EMAIL_ADDRESS", r"{g}{f}@example\.(com|org|net)"),
        ("@ann-lee", "USERNAME", r"@{g}-{f}"),
        ("lee", "USERNAME", r"{f}"),
    ],
)
def test_handles_follow_the_person(handle: str, label: str, shape: str) -> None:
    person, followed = play([("PERSON", "Ann Lee"), (label, handle)], company=("Ann Lee",))[0]
    given, family = person.lower().split()
    assert regex.fullmatch(shape.format(g=given, g0=given[0], f=family), followed)


def test_an_address_that_names_somebody_in_full_follows_from_afar() -> None:
    rehearsal = Rehearsal()
    cells = [("PERSON", "Ann Lee"), ("EMAIL_ADDRESS", "lee.ann@corp.com")]
    for label, value in cells:
        OPERATOR.apply(value, Context(label, KEY, scene=Scene(rehearsal)))
    scene = Scene(rehearsal.cast(KEY))
    person, mail = (OPERATOR.apply(value, Context(label, KEY, scene=scene)) for label, value in cells)
    assert mail.startswith(".".join(person.lower().split()[::-1]))


def test_two_addresses_of_one_person_stay_two() -> None:
    mails = [f"ann.lee@{host}.com" for host in "abcdefgh"]
    made = play([("PERSON", "Ann Lee"), *(("EMAIL_ADDRESS", mail) for mail in mails)], company=("Ann Lee",))[0][1:]
    assert len(set(made)) == len(mails)


@given(st.sampled_from(sorted(KINDS)), st.lists(st.from_regex(r"[A-Z]{0,2}[0-9]{5,11}", fullmatch=True), max_size=20))
def test_no_number_is_given_twice_nor_occurs_in_the_source(label: str, values: list[str]) -> None:
    kind = KINDS[label]
    distinct = {kind.identity(value, "en"): value for value in values}
    distinct.pop(None, None)
    made = [m for m in play([(label, value) for value in distinct.values()])[0] if m != f"[{label}]"]
    told = [kind.identity(value, "en") for value in made]
    assert len(set(told)) == len(told)
    assert set(told).isdisjoint(distinct)


CHECKED = {
    "CREDIT_CARD": ("luhn", ["4012 8888 8888 1881", "3714-496353-98431", "5105105105105100"]),
    "IBAN_CODE": (
        "iban",
        ["GB29 NWBK 6016 1331 9268 19", "DE89370400440532013000", "ES9121000418450200051332", "BE71096123456769",
         "FR1420041010050500013M02606", "NO9386011117947", "NL91ABNA0417164300"],
    ),
    "UK_NHS": ("gb.nhs", ["943 476 5919"]),
    "DEVICE_ID": ("imei", ["490154203237518"]),
    "US_BANK_NUMBER": ("us.rtn", ["021000021"]),
    "NATIONAL_ID": ("pl.pesel", ["44051401359"]),
    "TAX_ID": ("br.cpf", ["390.533.447-05"]),
    "US_ITIN": ("", ["912-70-1234"]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("label", "value"), [(label, value) for label, (_, values) in CHECKED.items() for value in values]
)
def test_check_digits_hold_and_the_grouping_stays(label: str, value: str) -> None:
    made = one(label, value)
    assert made != value
    assert regex.sub(r"[A-Za-z]", "a", regex.sub(r"\d", "0", made)) == regex.sub(
        r"[A-Za-z]", "a", regex.sub(r"\d", "0", value)
    )
    module = CHECKED[label][0]
    assert not module or import_module(f"stdnum.{module}").is_valid(regex.sub(r"\W", "", made))


@settings(max_examples=40)
@given(st.integers(10**14, 10**15 - 1))
def test_cards_come_from_test_ranges(number: int) -> None:
    value = f"4{number}"
    assert one("CREDIT_CARD", value).startswith("411111")


@pytest.mark.parametrize(
    ("label", "value", "shape"),
    [
        ("PHONE_NUMBER", "(212) 555-0143", r"\(\d{3}\) 555-01\d\d"),
        ("PHONE_NUMBER", "+1 212 664 7665", r"\+1 \d{3} 555 01\d\d"),
        ("PHONE_NUMBER", "664-7665 ext. 12", r"555-01\d\d ext\. \d\d"),
        ("PHONE_NUMBER", "+44 7911 123456", r"\+44 7700 900\d{3}|\+44 \d{4} \d{6}"),
        ("PHONE_NUMBER", "+33 6 12 34 56 78", r"\+33 (1 99 00|2 61 91|3 53 01|4 65 71|5 36 49|6 39 98) \d\d \d\d"),
        ("US_SSN", "219-09-9999", r"9\d\d-[0-4]\d-\d{4}"),
        ("US_SSN", "xxx-xx-9999", r"xxx-xx-\d{4}"),
        ("IP_ADDRESS", "10.1.2.3", r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+"),
        ("IP_ADDRESS", "fe80::1", r"2001:db8:.+"),
        ("MAC_ADDRESS", "00:1a:2b:3c:4d:5e", r"02:00:5e(:[0-9a-f]{2}){3}"),
        (
            "UUID",
            "123E4567-E89B-12D3-A456-426614174000",
            r"[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}",
        ),
        ("URL", "https://www.corp.com/staff/ann?x=1", r"https://www\.[a-z]+\.example\.(com|org|net)/[a-z]+/[a-z]+"),
        ("LOCATION", "LEEDS", r"[\p{Lu} ]+"),
        ("STREET_ADDRESS", "12 High Street", r"\d{1,2} \p{L}+ \p{L}+"),
        ("ORGANIZATION", "St. Mary's Hospital", r"\p{L}+ Hospital"),
        ("ZIP_CODE", "62704-1234", r"\d{5}-\d{4}"),
        ("MEDICAL_RECORD_NUMBER", "mrn 0012-A", r"[a-z]{3} \d{4}-[A-Z]"),
    ],
)
def test_values_keep_their_form_and_come_from_ranges_set_aside(label: str, value: str, shape: str) -> None:
    made = one(label, value)
    assert made != value
    assert regex.fullmatch(shape, made)


def test_a_number_is_the_same_with_and_without_its_country() -> None:
    short, long = play([("PHONE_NUMBER", "(212) 664-7665"), ("FAX_NUMBER", "+1 212 664 7665")])[0]
    assert regex.sub(r"\D", "", long) == f"1{regex.sub(r'[^0-9]', '', short)}"


def test_beyond_the_numbers_of_films_come_numbers_that_nobody_has() -> None:
    """Films have a hundred lines in each of 800 area codes; here are more people."""
    made = play([("PHONE_NUMBER", f"212-664-{line:04d}") for line in range(2_000)])[0]
    rest = [number for number in made if "555-01" not in number]
    assert len(set(made)) == 2_000
    assert not any(phonenumbers.is_valid_number(phonenumbers.parse(number, "US")) for number in rest)


def test_numbers_of_films_in_the_source_are_nobodys_surrogate() -> None:
    values = [f"({area}) 555-01{line:02d}" for area in range(201, 241) for line in range(0, 100, 4)]
    made = play([("PHONE_NUMBER", value) for value in values])[0]
    assert len(set(made)) == len(values)
    assert set(made).isdisjoint(values)


def test_addresses_do_not_run_out() -> None:
    made = play([("IP_ADDRESS", f"10.0.{number // 250}.{1 + number % 250}") for number in range(3_000)])[0]
    assert len(set(made)) == 3_000
    assert not any(ipaddress.ip_address(address).is_global for address in made)


@pytest.mark.parametrize("label", [*sorted(set(TAXONOMY) - set(KINDS) - DATES - {"PERSON", "AGE"}), "SOMETHING_NEW"])
def test_what_has_no_surrogate_becomes_its_label(label: str) -> None:
    assert one(label, "Qxz 12") == f"[{label}]"


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("PERSON", "--"),
        ("EMAIL_ADDRESS", "nobody"),
        ("IP_ADDRESS", "300.1.1.1"),
        ("IBAN_CODE", "12"),
        ("UUID", "xyz"),
        ("US_SSN", "none"),
    ],
)
def test_what_cannot_be_read_becomes_its_label(label: str, value: str) -> None:
    assert one(label, value) == f"[{label}]"


@given(st.sampled_from(["PERSON", *sorted(KINDS)]), st.text(min_size=1, max_size=40))
def test_nothing_fails_and_nothing_stays(label: str, value: str) -> None:
    made = one(label, value)
    assert made != value
    assert made == one(label, value)


def test_ten_codes_of_one_digit_cannot_all_be_played() -> None:
    """There is no eleventh digit: what is left over is shown as its label, and nobody's code is used."""
    made = play([("ID_NUMBER", str(digit)) for digit in range(10)])[0]
    assert set(made) == {"[ID_NUMBER]"}


def test_dates_move_as_shift_moves_them_and_ages_become_bands() -> None:
    context = Context("DATE_TIME", KEY, "p1")
    assert OPERATOR.apply("3 May 2021", context) == Shift().apply("3 May 2021", context)
    assert one("AGE", "44") == "40-44"


@pytest.mark.parametrize(
    ("locale", "language"), [("en_GB", "en"), ("es_ES", "es"), ("es_MX", "es"), ("fr_FR", "fr"), ("de_DE", "de")]
)
def test_most_names_are_of_the_locale_and_some_of_the_world(locale: str, language: str) -> None:
    lists = words_of(locale)
    operators = (Surrogate(locale=locale), *([Surrogate()] if locale[-2:].lower() == language else []))
    for operator in operators:
        made = [operator.apply(f"Ann {name}", Context("PERSON", KEY, language=language)).split() for name in FAMILY]
        at_home = sum((given in lists.anyone.words) + (family in lists.family.words) for given, family in made)
        assert 0.7 * 2 * len(made) < at_home < 2 * len(made)


@given(st.sampled_from(GIVEN), st.sampled_from(FAMILY))
def test_gender_is_kept_where_that_is_asked(given: str, family: str) -> None:
    lists = words_of("en_US")
    gender = lists.gender(given.lower())
    assume(gender is not None)
    made = Surrogate(keep_gender=True).apply(f"{given} {family}", Context("PERSON", KEY))
    assert made.split()[0] in {*lists.given[gender or MALE].words, *WORLD.given[gender or MALE].words}


def test_gender_is_else_not_kept() -> None:
    lists = words_of("en_US")
    made = {lists.gender(one("PERSON", f"Mary {family}").split()[0].lower()) for family in FAMILY[:60]}
    assert {FEMALE, MALE} <= made


STAYING = ["Ann Lee"] * 400


@pytest.mark.parametrize(("stay", "low", "high"), [(1.0, 0, 0), (0.75, 60, 140), (0.5, 150, 250), (0.0, 390, 399)])
def test_a_markov_chain_stays_as_often_as_it_is_told(stay: float, low: int, high: int) -> None:
    made = names(*STAYING, operator=Surrogate("markov", "document", stay=stay))
    changes = sum(before != after for before, after in itertools.pairwise(made))
    assert low <= changes <= high


def test_random_draws_anew_at_each_mention() -> None:
    assert len(set(names(*STAYING[:20], operator=Surrogate("random", "document")))) >= 19


def test_each_scope_is_as_wide_as_it_says() -> None:
    def in_documents(operator: Surrogate, more: str) -> list[str]:
        def written(scene: Scene) -> list[str]:
            values = [("Ann Lee", "one"), ("Ann Lee", "two"), (more, "three")]
            return [operator.apply(value, Context("PERSON", KEY, doc, scene=scene)) for value, doc in values]

        rehearsal = Rehearsal()
        written(Scene(rehearsal, Turns()))
        return written(Scene(rehearsal.cast(KEY), Turns()))

    by_key, by_corpus, by_document = (Surrogate(scope=scope) for scope in ("key", "corpus", "document"))
    first, second, _ = in_documents(by_key, "Bob Ray")
    assert first == second == in_documents(by_key, "Tim Poe")[0]
    first, second, _ = in_documents(by_corpus, "Bob Ray")
    assert first == second != in_documents(by_corpus, "Tim Poe")[0]
    first, second, _ = in_documents(by_document, "Bob Ray")
    assert first != second
    assert first == in_documents(by_document, "Tim Poe")[0]


def test_only_what_shall_be_the_same_again_needs_a_key() -> None:
    assert Surrogate().keyed
    assert Surrogate("markov", "key").keyed
    assert Surrogate("consistent", "document").keyed
    assert not Surrogate("markov", "document").keyed
    assert not Surrogate("random", "corpus").keyed
    with pytest.raises(KeyFileError, match="works with a key"):
        OPERATOR.apply("Ann", Context("PERSON"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"strategy": "same"},
        {"scope": "world"},
        {"stay": 1.5},
        {"stay": "much"},
        {"locale": "xx_XX"},
        {"keep_gender": 1},
    ],
)
def test_parameters_are_checked_when_the_policy_is_read(wrong: dict[str, object]) -> None:
    with pytest.raises(PolicyError, match=r"labels\.PERSON"):
        build_operator({"operator": "surrogate", **wrong}, "labels.PERSON")

"""Dates, times, durations, birth dates and ages in four languages, and figures that are none of them."""

import pytest

from deid.detectors.dates.dates import DateDetector
from deid.finding import Finding

MASKED = 0.4


def seen(text: str, language: str = "en", floor: float = MASKED) -> list[tuple[str, str]]:
    found: list[Finding] = DateDetector(language).detect([text])[0]
    return [(f.label, text[f.start : f.end]) for f in found if f.score >= floor]


DATES = [
    ("en", "2019-03-04"),
    ("en", "04/03/19"),
    ("en", "4.3.2019"),
    ("en", "3 March 2019"),
    ("en", "March 3rd, 2019"),
    ("en", "3rd of March"),
    ("en", "Mar-2019"),
    ("en", "March 2019"),
    ("en", "2019/03"),
    ("en", "fifth of May"),
    ("en", "summer of 1999"),
    ("en", "Tuesday, 3 March 2019"),
    ("en", "Q3 2019"),
    ("en", "third quarter of 2010"),
    ("en", "2019-03-04T10:20:30.123Z"),
    ("en", "Tue, 12 Mar 2019 10:00:00 +0100"),
    ("en", "12/Mar/2019:10:00:00 +0000"),
    ("en", "3-5 March 2019"),
    ("en", "1990s"),
    ("en", "14:30"),
    ("en", "2.30 pm"),
    ("en", "five months"),
    ("en", "45 days"),
    ("en", "two years and three months"),
    ("en", "Christmas Eve"),
    ("es", "15 de marzo de 2019"),
    ("es", "marzo de 2019"),
    ("es", "5 del 2 de 2015"),
    ("es", "lunes 3 de mayo"),
    ("fr", "1er mars 2019"),
    ("fr", "3 mars"),
    ("fr", "14h30"),
    ("de", "3. März 2019"),
    ("de", "03.03.2019"),
    ("de", "5. Mai"),
    ("de", "14.30 Uhr"),
]


@pytest.mark.parametrize(("language", "value"), DATES)
def test_a_date_is_found_whole_in_each_usual_form(language: str, value: str) -> None:
    lead = {"en": "It was at", "es": "Fue a las", "fr": "vers", "de": "um"}[language]
    assert ("DATE_TIME", value) in seen(f"{lead} {value}, so", language)


YEARS = [
    ("in 1998", "1998"),
    ("since 2001", "2001"),
    ("of 2003", "2003"),
    ("He left (1998).", "1998"),
    ("between 1998 and 2001", "1998 and 2001"),
]


@pytest.mark.parametrize(("text", "value"), YEARS)
def test_a_year_is_a_date_where_the_words_call_for_one(text: str, value: str) -> None:
    assert ("DATE_TIME", value) in seen(text)


@pytest.mark.parametrize("text", ["two days ago: yesterday", "last week", "Sales in column 1998"])
def test_a_vague_time_is_left_to_the_dial_recall(text: str) -> None:
    assert [pair for pair in seen(text) if pair[1] in ("yesterday", "last week", "1998")] == []
    assert seen(text, floor=0.25)


BIRTHS = [
    ("en", "She was born on 3 March 1950.", "3 March 1950"),
    ("en", "born in Leeds on 4 May 1951", "4 May 1951"),
    ("en", "DOB: 3/4/80", "3/4/80"),
    ("en", "D.O.B. 3/4/1980", "3/4/1980"),
    ("en", "(b. 1950)", "1950"),
    ("es", "nacido el 3 de mayo de 1950", "3 de mayo de 1950"),
    ("es", "Fecha de nacimiento: 03/03/1946.", "03/03/1946"),
    ("fr", "née le 3/4/1950 à Lyon", "3/4/1950"),
    ("de", "geb. 3.4.1950", "3.4.1950"),
    ("de", "geboren am 3. April 1950", "3. April 1950"),
]


@pytest.mark.parametrize(("language", "text", "value"), BIRTHS)
def test_the_words_before_make_a_date_one_of_birth(language: str, text: str, value: str) -> None:
    assert ("DATE_OF_BIRTH", value) in seen(text, language)


AGES = [
    ("en", "A man aged 45 came.", "45"),
    ("en", "a 45-year-old woman", "45-year-old"),
    ("en", "forty-five years old", "forty-five years old"),
    ("en", "Pt is 45 y/o", "45 y/o"),
    ("en", "Age: 45", "45"),
    ("en", "at the age of sixty", "age of sixty"),
    ("en", "Ann Lee (45) left", "45"),
    ("en", "Ann Lee, 45, of Leeds", "45"),
    ("en", "he is in his forties", "forties"),
    ("en", "a 3-month-old boy", "3-month-old"),
    ("en", "turning 30 soon", "30"),
    ("en", "I am 29.", "29"),
    ("es", "varón de 45 años", "45 años"),
    ("es", "6 meses de edad", "6 meses de edad"),
    ("es", "Edad: 70 años", "70 años"),
    ("fr", "âgé de 45 ans", "45 ans"),
    ("fr", "une femme de 45 ans", "45 ans"),
    ("de", "45 Jahre alt", "45 Jahre alt"),
    ("de", "eine 45-jährige Frau", "45-jährige"),
    ("de", "im Alter von 45 Jahren", "45 Jahren"),
]


@pytest.mark.parametrize(("language", "text", "value"), AGES)
def test_an_age_is_found_however_it_is_said(language: str, text: str, value: str) -> None:
    assert ("AGE", value) in seen(text, language)


@pytest.mark.parametrize(
    "text",
    [
        "version 4.3.19 of it",
        "see section 4.2 and page 12",
        "the host 10.0.0.1",
        "a ratio of 3/4",
        "RFC 2822 and ISO 8601",
        "Python 3.11",
        "it costs $2000",
        "Copyright 2019 by nobody",
        "you may 3 times",
        "exit code 127",
        "2000 bytes",
        "chapter 3, verse 16",
    ],
)
def test_other_figures_are_no_dates(text: str) -> None:
    assert seen(text) == []


@pytest.mark.parametrize("text", ["hace 5 años", "durante 10 años", "tras 3 años"])
def test_a_duration_in_spanish_is_no_age(text: str) -> None:
    assert seen(text, "es") == []

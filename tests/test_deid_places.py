from random import Random

import pytest

from deid.detectors.places.places import PlaceDetector, examples
from deid.finding import Finding

SURE = 0.4
ENGLISH = PlaceDetector("en")

ADDRESSES = """
742 Evergreen Terrace, Springfield, OR 97477
350 5th Ave, Apt 12C, New York, NY 10118
4521 N 300 W, Provo, UT 84604
RR 2 Box 45, Cody, WY 82414
12345 County Road 12, Fargo, ND 58102
PO Box 1187, Kalispell, MT 59903-1187
PSC 1234, Box 5678|APO AE 09345
Unit 5, 23 High St|Leeds LS1 4AB|United Kingdom
Flat 2, 14 Queen's Gardens, Brighton BN3 2LS
Unit 7/12 George Street, Parramatta NSW 2150, Australia
45 Karangahape Road, Auckland 1010, New Zealand
3455 rue Durocher, app. 302, Montréal (Québec) H2X 2C9
H.No. 4-5-67, Banjara Hills, Hyderabad, Telangana 500034
14 Merrion Square North, Dublin 2, D02 NY91
Calle Mayor, 14, 3º B, 28013 Madrid
C/ Alcalá nº 45, 2º dcha, 28014 Madrid
Avda. de la Constitución s/n, 41004 Sevilla
Pº de la Castellana 120, esc. A, 7º izq., 28046 Madrid
Ctra. de Toledo km 12,5, 28905 Getafe
Jr. de la Unión 300, Lima 15001, Perú
12 bis rue de la Paix, 75002 Paris
45, avenue des Champs-Élysées|75008 Paris|France
BP 123, 13001 Marseille CEDEX 01
Hauptstraße 12a, 10827 Berlin
Am Markt 3, 28195 Bremen
An der Alster 5, 20099 Hamburg
Kaiser-Wilhelm-Ring 27-29, 50672 Köln
Mariahilfer Straße 88/2/14, 1070 Wien
Bahnhofstrasse 21, CH-8001 Zürich
Piazza Duomo 1, 50122 Firenze (FI)
Rua Augusta 120, 3º Esq., 1100-053 Lisboa
Prinsengracht 263-2, 1016 GV Amsterdam
Drottninggatan 71, 111 36 Stockholm
Karl Johans gate 22, 0159 Oslo
Mannerheimintie 12 A 5, 00100 Helsinki
Laugavegur 22, 101 Reykjavík
ul. Marszałkowska 84/92 m. 12, 00-514 Warszawa
Václavské náměstí 12, 110 00 Praha 1
Andrássy út 60, 1062 Budapest
Slovenska cesta 54, 1000 Ljubljana
Jl. Sudirman No. 45, Jakarta 10220
Λεωφόρος Συγγρού 120, Αθήνα 117 41
6750 Koskikatu 25 Apt. 864|Artilleros|, CO| Uruguay 64677
12 Rothschild Boulevard, Tel Aviv 6688112
"""

PROSE = """
In 2001 The Company sold 12 Monkeys to 3 Dog Night.
Section 5 Way of working, see Chapter 12 and Figure 3.
The 5 Way Mixer has 3 Drive modes and 2 Court settings.
See Table 4 and RFC 2119 for 10 Key Words.
Python 3 Release 12 runs on Windows 95.
It is a 3 hour drive on a 4 lane highway; 12 people crossed the road.
Version 2.0.1 Build 10240 was moved to Debian 12.
The court held in paragraph 45 of the judgment that Article 12 of Law 5 applies.
The values were GOT 130 U/L; GPT 363 U/L; LDH 559 U/L.
Place 5 items in Row 3. Close 2 windows. The suite has 12 tests.
On 4 May 1999 the Supreme Court ruled; in 1995 District Court judges met.
The lists hold 10000 Entries at 8080 ports.
"""


def lines(block: str) -> list[str]:
    return [line.replace("|", "\n") for line in block.strip().splitlines()]


def sure(text: str, detector: PlaceDetector = ENGLISH) -> list[Finding]:
    return [f for f in detector.detect([text])[0] if f.score >= SURE]


def holds(text: str, value: str, label: str, detector: PlaceDetector = ENGLISH) -> bool:
    start = text.index(value)
    return any(f.label == label and f.start <= start and start + len(value) <= f.end for f in sure(text, detector))


@pytest.mark.parametrize("address", lines(ADDRESSES))
@pytest.mark.parametrize("frame", ["She lives at {}.", "Address: {}\nNotes: none"])
def test_an_address_is_one_finding_from_its_number_to_its_country(address: str, frame: str) -> None:
    assert holds(frame.format(address), address, "STREET_ADDRESS")


@pytest.mark.parametrize("text", lines(PROSE))
def test_numbers_beside_capitals_are_no_address(text: str) -> None:
    assert sure(text) == []


def test_an_address_ends_before_the_next_line_that_is_no_part_of_it() -> None:
    text = "12 Old Mill Lane, Apt 4\nSpringfield, IL 62704\nPhone 555"
    (street,) = [f for f in sure(text) if f.label == "STREET_ADDRESS"]
    assert text[street.start : street.end] == "12 Old Mill Lane, Apt 4\nSpringfield, IL 62704"


def test_a_quoted_address_is_found_behind_its_marks() -> None:
    text = "> 228 Ringvej 144\n> Apt. 902\n> Odense\n> Denmark 50000"
    assert holds(text, text[2:], "STREET_ADDRESS")


@pytest.mark.parametrize(
    "text", ["i live at 12 oak street, springfield", "12 OLD MILL LANE", "she moved to 44 elm dr last year"]
)
def test_an_english_street_is_found_in_any_case(text: str) -> None:
    assert any(f.label == "STREET_ADDRESS" for f in sure(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("My zip code is 2200", "2200"),
        ("ZIP: 7412 SL", "7412 SL"),
        ("Postcode 394 13", "394 13"),
        ("CEP: 90010-170", "90010-170"),
        ("Her post code SW1A 1AA changed", "SW1A 1AA"),
        ("He moved to Austin, TX 73301 in May.", "73301"),
    ],
)
def test_postal_codes_are_known_by_form_or_by_what_stands_before(text: str, code: str) -> None:
    assert holds(text, code, "ZIP_CODE")


@pytest.mark.parametrize("value", ["Boston, MA", "Lyon, France", "New Zealand", "Ohio", "Northern Ireland"])
def test_towns_with_their_state_states_and_countries_are_places(value: str) -> None:
    assert holds(f"They came from {value} once.", value, "LOCATION")


@pytest.mark.parametrize(
    ("language", "value"),
    [
        ("en", "municipality of Vellandir"),
        ("en", "District of Zyborg Hills"),
        ("en", "Republic of Malta"),
        ("es", "provincia de Zamora"),
        ("fr", "commune de Velmont"),
        ("de", "Landkreis Velmstein"),
    ],
)
def test_what_is_of_a_place_by_name_is_one(language: str, value: str) -> None:
    assert holds(f"It was in {value} then.", value, "LOCATION", PlaceDetector(language))


@pytest.mark.parametrize("text", ["the State of Emergency", "the village of the year", "a region of memory"])
def test_what_is_of_no_place_is_none(text: str) -> None:
    assert sure(text) == []


def test_letters_of_a_state_are_no_place_without_a_town() -> None:
    assert sure("say yes, OK then, or me, ME") == []


@pytest.mark.parametrize(
    "value",
    [
        "52.520008, 13.404954",
        "-33.8688,151.2093",
        "40°26′46″N 79°58′56″W",
        "8FVC9G8F+6X",
        "///filled.count.soap",
        "48.8584 N, 2.2945 E",
    ],
)
def test_coordinates_are_found_in_each_notation(value: str) -> None:
    assert holds(f"Seen at {value} today", value, "COORDINATES")


@pytest.mark.parametrize("pair", ["lat: 52.5200, lon: 13.4049", '{"latitude": 52.52, "longitude": 13.40}'])
def test_both_halves_of_labelled_coordinates_are_found(pair: str) -> None:
    assert [f.label for f in sure(pair)] == ["COORDINATES", "COORDINATES"]


@pytest.mark.parametrize(
    ("language", "text", "value", "label"),
    [
        ("es", "Domicilio: calle puerto verde 18, 3 C.\nCP: 28013", "calle puerto verde 18, 3 C", "STREET_ADDRESS"),
        ("es", "Localidad/ Provincia: Zafra.\nCP: 06300.", "Zafra", "LOCATION"),
        ("es", "Localidad/ Provincia: Zafra.\nCP: 06300.", "06300", "ZIP_CODE"),
        ("es", "Viajó desde España.", "España", "LOCATION"),
        (
            "fr",
            "demeurant 8 impasse des Lilas, 69003 Lyon",
            "8 impasse des Lilas, 69003 Lyon",
            "STREET_ADDRESS",
        ),
        ("fr", "Il vient d'Allemagne, ville: Aulnay", "Aulnay", "LOCATION"),
        ("de", "Sie ist wohnhaft in der Lindengasse 4, 8010 Graz", "Lindengasse 4, 8010 Graz", "STREET_ADDRESS"),
        ("de", "Er kommt aus Österreich.", "Österreich", "LOCATION"),
    ],
)
def test_each_language_brings_its_own_words(language: str, text: str, value: str, label: str) -> None:
    assert holds(text, value, label, PlaceDetector(language))


def test_the_examples_hold() -> None:
    random = Random(7)
    for _ in range(400):
        example = examples(random)
        if example.label is None:
            assert sure(example.text) == [], example.text
        else:
            assert holds(example.text, example.value, example.label), example.text

"""Where people live: street addresses, postal codes, coordinates. Presidio has no recogniser for them."""

import regex

from deid.detectors.pattern import DIGITS, PatternDetector, Rule

_CASED = regex.MULTILINE
_NAME = r"\p{Lu}[\p{L}\p{M}'’-]{0,30}\.?"
_PLAIN = r"\p{Lu}[\p{L}\p{M}'’-]{0,30}"
_NUMBER = r"\d{1,5}[A-Za-z]?(?:[-/]\d{1,4})?"
_TYPE = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Crescent|Cres|Place|Pl|Square|Sq|"
    r"Terrace|Ter|Way|Close|Gardens|Grove|Parkway|Pkwy|Highway|Hwy|Row|Mews|Walk|Alley|Quay|Circle|Cir|Trail|Trl)"
)
_UNIT = r"(?:,?\s(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|No|#)\.?\s?[A-Za-z]?\d{0,5}[A-Za-z]?\b)?"
_TOWN = rf"(?:,\s{{1,2}}{_NAME}(?:\s{_NAME}){{0,2}})?"
_STATE_ZIP = r"(?:,?\s{1,2}[A-Z]{2}\.?,?\s{1,2}\d{5}(?:-\d{4})?)?"
_SMALL = r"(?:de|del|della|des|du|da|do|dos|la|las|le|les|los|von|van|der|den|di|el|e|y)"
_ROAD = (
    r"(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Cc]hemin|[Pp]lace|[Ii]mpasse|[Aa]llée|[Cc]alle|C/|[Aa]venida|[Aa]vda|[Pp]aseo|"
    r"[Pp]laza|[Cc]arretera|[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]orso|[Rr]ua|[Pp]raça|[Uu]lica|[Uu]l)"
)
_GERMANIC = (
    rf"\b{_NAME}(?:straße|strasse|str\.|weg|platz|gasse|allee|ring|damm|straat|laan|plein|gracht|gatan|vägen|veien|"
    r"gata)"
)

RULES = (
    Rule(
        "STREET_ADDRESS",
        rf"\b{_NUMBER},?\s{{1,2}}(?:[NSEW]{{1,2}}\.?\s)?(?:(?:{_NAME}|\d{{1,3}}(?:st|nd|rd|th))\s){{1,4}}"
        rf"{_TYPE}\b\.?{_UNIT}{_TOWN}{_STATE_ZIP}",
        0.9,
        needs=DIGITS,
        flags=_CASED,
    ),
    Rule(
        "STREET_ADDRESS",
        rf"\b{_ROAD}\.?\s(?:(?:{_SMALL}|{_NAME})\s?){{1,5}},?\s?(?:n[.º°]{{1,2}}\s?)?{_NUMBER}\b",
        0.8,
        needs=DIGITS,
        flags=_CASED,
    ),
    Rule(
        "STREET_ADDRESS",
        rf"\b{_NUMBER}(?:\s?(?:bis|ter))?,?\s{_ROAD}\.?\s"
        rf"(?:{_SMALL}\s){{0,2}}{_PLAIN}(?:\s(?:{_SMALL}\s)?{_PLAIN}){{0,3}}",
        0.8,
        needs=DIGITS,
        flags=_CASED,
    ),
    Rule("STREET_ADDRESS", rf"{_GERMANIC}\s{{1,2}}{_NUMBER}\b", 0.8, needs=DIGITS, flags=_CASED),
    Rule("STREET_ADDRESS", r"\bP\.?\s?O\.?\s?Box\s{1,2}\d{1,8}\b", 0.8, needs=DIGITS),
    Rule("ZIP_CODE", r"\b[A-Z]{2}\s{1,2}(?P<value>\d{5}(?:-\d{4})?)\b", 0.7, needs=DIGITS, flags=_CASED),
    Rule(
        "ZIP_CODE",
        r"\b(?P<value>\d{4,5}(?:-\d{3,4})?)\b",
        0.05,
        context=("zip", "zipcode", "postcode", "postal code", "post code", "plz"),
        needs=DIGITS,
    ),
    Rule("ZIP_CODE", r"(?<=\p{Ll} )\d{5}(?:-\d{4})?(?=\s{0,2}$|[.,;)])", 0.45, needs=DIGITS, flags=_CASED),
    Rule("ZIP_CODE", r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b", 0.6, needs=DIGITS, flags=_CASED),
    Rule(
        "COORDINATES",
        r"[-+]?\b\d{1,2}\.\d{4,12}°?\s?[NS]?[,;]\s{0,2}[-+]?\d{1,3}\.\d{4,12}\b",
        0.8,
        needs=DIGITS,
    ),
)

EXAMPLES = (
    ("She lives at 12 Old Mill Lane, Apt 4B, Springfield, IL 62704 now.", "STREET_ADDRESS"),
    ("Er wohnt in der Hauptstraße 12 seit Mai.", "STREET_ADDRESS"),
    ("Vive en Calle Miguel Benitez 90 con su hija.", "STREET_ADDRESS"),
    ("Il habite 14 rue de la Paix depuis mai.", "STREET_ADDRESS"),
    ("Send it to P.O. Box 1234 there.", "STREET_ADDRESS"),
    ("He moved to Austin, TX 73301 in May.", "ZIP_CODE"),
    ("The post code is SW1A 1AA there.", "ZIP_CODE"),
)
"""Sentences and a label that this family finds in each: `tamis doctor` and the tests hold it to them."""


class PlaceDetector(PatternDetector):
    """Street addresses of several countries, postal codes by context or form, coordinates."""

    def __init__(self, seconds: float = 5.0) -> None:
        super().__init__("places", RULES, seconds)

"""What files and letters call people by: record numbers, ages, dates, honorifics, firms, handles."""

import regex

from deid.detectors.pattern import DIGITS, PatternDetector, Rule

_CASED = regex.MULTILINE
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)"
)
_YEAR = r"(?:1[89]|20)\d{2}"
_NAME = r"\p{Lu}[\p{L}\p{M}'’-]{0,30}"
_INITIAL = r"(?:\p{Lu}\.\s?){1,3}"
_PARTICLE = r"(?:de|del|della|la|van|von|der|den|di|da|dos|bin|al|el)\s"
_HONORIFIC = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Fr|Judge|Justice|Sgt|Capt|Herr|Frau|Madame|Mme|Mlle|"
    r"Monsieur|Señora?|Sra?|Dra|Don|Doña)"
)
_KIN = (
    r"(?:wife|husband|spouse|partner|son|daughter|child|mother|father|mum|mom|dad|brother|sister|aunt|uncle|niece|nephew|"
    r"cousin|grand(?:mother|father|son|daughter)|(?:step|half-?)?(?:brother|sister)|neighbou?r|friend|colleague|carer|"
    r"fianc[ée]e?|widow(?:er)?|roommate|flatmate|boyfriend|girlfriend)"
)
_NUMBER_WORD = r"(?:\s?(?:nos?|number|num|nr|id|code|#))?[.:#]{0,2}\s{0,2}(?:is\s)?"
_VALUE = r"(?P<value>(?:[A-Z]{1,4}[-/]?|(?-i:[A-Z]{1,4}\s))?\d[\dA-Z]{0,12}(?:[-/.]\d[\dA-Z]{0,12}){0,4})\b"
_FIRM = (
    r"(?:Inc|Ltd|LLC|LLP|Limited|GmbH|AG|KG|SE|S\.A\.|S\.L\.|S\.p\.A\.|B\.V\.|N\.V\.|plc|PLC|Corp|Corporation|Company|Co|"
    r"Group|Holdings|Foundation|Associates|University|College|Institute|Hospital|Clinic|Bank|Trust)"
)


def _numbered(label: str, words: str, score: float = 0.8) -> Rule:
    return Rule(label, rf"\b(?:{words}){_NUMBER_WORD}{_VALUE}", score, needs=DIGITS)


def _long_enough(value: str) -> bool | None:
    return None if sum(c.isdecimal() for c in value) >= 3 else False


RULES = (
    Rule(
        "PERSON",
        rf"\b{_HONORIFIC}\b\.?\s{{1,2}}(?P<value>(?:{_INITIAL})?(?:{_PARTICLE}){{0,2}}{_NAME}"
        rf"(?:[ -](?:{_PARTICLE}){{0,2}}(?:{_NAME}|\p{{Lu}}\.)){{0,3}})",
        0.8,
        flags=_CASED,
    ),
    Rule(
        "PERSON",
        rf"\b(?:Dear|Hi|Hello|Hey|Regards|Sincerely|Cheers|Thanks|Yours),?\s{{1,3}}"
        rf"(?P<value>(?!(?:All|Sirs?|Madam|Team|Colleagues?|Friends?|Customer|Everyone|Both)\b)"
        rf"{_NAME}(?:[ -]{_NAME}){{0,2}})",
        0.6,
        flags=_CASED,
    ),
    Rule("PERSON", rf"\b{_KIN},?\s{{1,2}}(?P<value>{_NAME}(?:[ -]{_NAME}){{0,2}})", 0.6, flags=_CASED),
    Rule("AGE", r"\b\d{1,3}[- ](?:years?|yrs?|months?|weeks?)[- ](?:old|of age)\b", 0.9, needs=DIGITS),
    Rule(
        "AGE",
        r"\b(?:aged?|age of|age is|turned)[: ]\s?(?P<value>\d{1,3})\b(?!\s?(?:%|mg|km|days))",
        0.7,
        needs=DIGITS,
    ),
    Rule("AGE", r"\b\d{1,3}\s?(?:y/?o|yo)\b", 0.8, needs=DIGITS),
    Rule(
        "DATE_TIME",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?[ .-](?:of\s)?{_MONTH}\b\.?,?(?:[ -]{_YEAR}\b)?",
        0.8,
        needs=DIGITS,
        flags=_CASED,
    ),
    Rule(
        "DATE_TIME",
        rf"\b{_MONTH}\b\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s{_YEAR}\b)?",
        0.8,
        needs=DIGITS,
        flags=_CASED,
    ),
    Rule("DATE_TIME", rf"\b{_MONTH}\b\.?,?\s(?:of\s)?{_YEAR}\b", 0.8, needs=DIGITS, flags=_CASED),
    Rule("DATE_TIME", rf"\b{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}\b", 0.8, needs=DIGITS),
    Rule("DATE_TIME", r"(?<!\d[-/.])\b\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})\b(?![-/.]\d)", 0.7, needs=DIGITS),
    Rule("DATE_TIME", r"\b(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s?[ap]\.?m\b)?(?!\d)", 0.5, needs=DIGITS),
    Rule("PHONE_NUMBER", r"(?<!\w)\+\d{1,3}(?:[\s().-]{0,3}\d){7,12}\b", 0.7, needs="+"),
    _numbered("MEDICAL_RECORD_NUMBER", "MRN|medical record|chart|hospital|patient"),
    _numbered("ACCOUNT_NUMBER", "account|acct|policy|member|membership|customer|subscriber|iban"),
    Rule(
        "ID_NUMBER",
        rf"\b(?:nos?|number|ref|reference|file|case|docket|claim|application|invoice|ticket|order|licen[cs]e|passport|badge|"
        rf"permit|certificate|registration|serial|id){_NUMBER_WORD}{_VALUE}",
        0.6,
        validate=_long_enough,
        needs=DIGITS,
    ),
    Rule(
        "ID_NUMBER",
        r"\b\d{1,6}/\d{2}\b",
        0.1,
        context=("no", "nos", "application", "applications", "case"),
        needs=DIGITS,
    ),
    Rule("ID_NUMBER", r"\b[A-Z]{1,4}-\d{4,12}(?:-\d{2,8}){0,2}\b", 0.5, needs=DIGITS, flags=_CASED),
    Rule("ID_NUMBER", r"\b[A-Z]{1,3}\d{2,6}[A-Z]{1,3}\d{2,6}\b", 0.5, needs=DIGITS, flags=_CASED),
    # A card number with a slip in it is still one: its checksum fails, and Presidio lets it go.
    Rule("ACCOUNT_NUMBER", r"(?<![\d.,-])\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\d.,]\d)\b", 0.5, needs=DIGITS),
    Rule("ACCOUNT_NUMBER", r"(?<![\d.,-])\d{4}[ -]?\d{6}[ -]?\d{5}\b", 0.5, needs=DIGITS),
    Rule("US_SSN", r"\b\d{3}-\d{2}-\d{4}\b", 0.85, needs=DIGITS),
    Rule(
        "ORGANIZATION",
        rf"\b(?:{_NAME}\s(?:(?:&|and|of|for|the)\s){{0,2}}){{1,4}}{_FIRM}\b\.?",
        0.6,
        flags=_CASED,
    ),
    Rule("USERNAME", r"(?<![\w.@])@[A-Za-z_]\w{1,29}\b(?!\.\w)", 0.6, needs="@"),
)

EXAMPLES = (
    ("I saw Mrs Evagorou Christou today.", "PERSON"),
    ("Dear Priya, thank you.", "PERSON"),
    ("brought by her cousin Anahit today", "PERSON"),
    ("A 52-year-old man with pain.", "AGE"),
    ("Seen on 3 March 2019 in the clinic.", "DATE_TIME"),
    ("MRN: 00123-44 was opened.", "MEDICAL_RECORD_NUMBER"),
    ("Account no. 99-1234-77 is closed.", "ACCOUNT_NUMBER"),
    ("Card 4111 1111 1111 1112, with a slip.", "ACCOUNT_NUMBER"),
    ("The application no. 25929/05 was lodged.", "ID_NUMBER"),
    ("He works for Acme Widgets Ltd these days.", "ORGANIZATION"),
    ("Ring +44 7700 900022 first.", "PHONE_NUMBER"),
    ("Thanks @some_handle for this.", "USERNAME"),
)
"""Sentences and a label that this family finds in each: `tamis doctor` and the tests hold it to them."""


class RecordDetector(PatternDetector):
    """Record numbers by their words, ages, dates in words and figures, names after honorifics, firms, handles."""

    def __init__(self, seconds: float = 5.0) -> None:
        super().__init__("records", RULES, seconds)

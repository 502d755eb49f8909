"""Numbers of court files and the places of judgments: "12345/67", "2 BvR 123/45", "C-123/45", "[2005] UKHL 12"."""

from collections.abc import Iterator

import regex

from deid.detectors.engine.pattern import DIGITS, Rule

_YEAR = r"(?:[012]\d|[6-9]\d|(?:19|20)\d{2})"
# Blood pressure and sight are written like a court's file: "TA 130/80", "VA 10/20".
_NO_PRESSURE = r"(?!(?:TA|BP|PA|RR|TAS|PAS|TAD|NIBP|MAP|VA|AV|OD|OI|OS|OU|HR|FC|IV|GCS|T|N|M)\b)"
_DIVISION = r"(?:Civ|Crim|Admin|Ch|Fam|[A-Z]{1,4})"
_REPORTS = r"(?:U\.\s?S\.|F\.\s?(?:[23]d|4th|Supp\.(?:\s?[23]d)?)|S\.\s?Ct\.|L\.\s?Ed\.|WLR|AC|QB|KB|All\sER)"
_FILES = (
    # The register's year behind a slash: 25929/05, 1234/2005.
    (r"(?=\d)(?<![\w.,/-])\d{4,6}/\d{2}(?![\w/%-]|[.,]\d)", 0.55),
    (r"(?=\d)(?<![\w.,/-])\d{1,6}/(?:19|20)\d{2}(?:[/-]\d{1,4})?(?![\w/%-]|[.,]\d)", 0.5),
    (r"(?=\d)(?<![\w.,/-])(?:19|20)\d{2}/\d{1,6}(?![\w/%-]|[.,]\d)", 0.5),
    # A senate or chamber, a register, a number, a year: 2 BvR 123/45, II CSK 123/08, VI ZR 12/05, 3 O 45/12.
    (rf"\b(?:[IVX]{{1,5}}|\d{{1,3}})\s?{_NO_PRESSURE}[A-Z][A-Za-z]{{0,5}}\s\d{{1,5}}/{_YEAR}\b", 0.85),
    (rf"\b{_NO_PRESSURE}[A-Z]{{1,4}}[a-z]{{0,3}}[ -]\d{{1,5}}/{_YEAR}(?![\w/])", 0.6),
    # Dockets: 1:19-cv-01234, 19-cr-77.
    (r"\b(?:\d:)?\d{2,4}-?(?:cv|cr|bk|mc|md|ap|civ|crim|CV|CR|BK|MC|AP|Civ|Crim)-?\d{2,6}(?:-[A-Z]{1,4}){0,3}\b", 0.85),
    (r"\bECLI:[A-Z]{2}:[A-Z\d]{1,8}:\d{4}:[A-Z\d.]{1,24}\b", 0.9),
    # Neutral citations and law reports.
    (rf"[\[(](?:1[89]|20)\d{{2}}[\])]\s(?:\d{{1,2}}\s)?[A-Z][A-Za-z.]{{1,8}}(?:\s{_DIVISION})?\s\d{{1,5}}\b", 0.75),
    (rf"\b\d{{1,3}}\s{_REPORTS}\s\d{{1,4}}\b", 0.6),
    (r"\b[A-Z]{2,5}\s(?:19|20)\d{2}\s(?:p|s|S|ref|not)\.?\s\d{1,5}\b", 0.6),
    (r"(?=\d)(?<![\w.,/:-])(?:1[89]|20)\d{2}:\d{1,4}(?![\w:]|[.,]\d)", 0.45),
)  # fmt: skip
_CALLED = (
    "no.|nos|file|case|plot|plots|parcel|decision|number|application|applications|block|judgment|docket|"
    "folio|register|order|nº|n°|dossier|expediente|az|aktenzeichen|rg|autos|recurso"
).split("|")


def court_rules() -> Iterator[Rule]:
    """Yield the rules, which hold in every language."""
    for pattern, score in _FILES:
        yield Rule("ID_NUMBER", pattern, score, needs="/:-[.", flags=regex.MULTILINE)
    short = r"(?=\d)(?<![\w.,/-])\d{1,4}(?:/\d{1,4}){1,3}(?![\w/%-]|[.,]\d)"
    yield Rule("ID_NUMBER", short, 0.15, context=tuple(_CALLED), needs="/", flags=regex.MULTILINE)
    number = r"\d[\dA-Z]{0,6}(?:[/.][\dA-Z]{1,6}){0,4}"
    land = (
        rf"\b(?:[Pp]lots?|[Pp]arcels?|[Ss]heet(?:/plan)?|[Ff]olio)\s(?:nos?\.?\s)?{number}(?:\sof\sblock\s\w{{1,3}})?"
    )
    yield Rule("ID_NUMBER", rf"{land}(?!\w)", 0.5, needs=DIGITS, flags=regex.MULTILINE)
    yield Rule("ID_NUMBER", r"\b\d{1,5}/\d{1,5}[A-Z]\d{1,4}\b", 0.4, needs=DIGITS, flags=regex.MULTILINE)

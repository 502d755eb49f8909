"""Identifiers of people, their money, cars and devices: national ids, cards, IBANs, passports, licences, plates."""

from collections.abc import Callable, Iterable
from functools import partial
from random import Random

import regex

from deid.detectors.engine.pattern import DIGITS, PatternDetector, Rule
from deid.detectors.numbers import checksums as check
from deid.detectors.numbers.checksums import compact, stdnum
from deid.detectors.numbers.national import IDENTIFIERS, national_rules
from deid.detectors.numbers.numbers import AFTER, BEFORE, capitals, key_words, labelled_rules
from deid.detectors.numbers.specimen import draw
from deid.example import Example
from deid.lexicon import Lexicon, either, load_lexicon

# How many characters follow the two check digits of an IBAN, by country (ISO 13616 registry).
_IBAN_LENGTHS = {
    11: "no",
    12: "be",
    14: "dk fi fo gl nl sd fk",
    15: "mk si",
    16: "at ba ee kz lt lu xk mn",
    17: "ch hr li lv cr",
    18: "bg bh de gb ge ie me rs va ug",
    19: "ae gi il iq om so tl",
    20: "ad cz es md pk ro sa se sk tn vg ly tr",
    21: "pt is st",
    22: "is tr",
    23: "ad az cy fr gr it mc mr sm dj",
    24: "al az by cy do gt hu lb pl sv ni ps qa",
    25: "br jo kw mu ye bi",
    26: "jo kw mu br ye eg ps qa",
    27: "mt sc lc ru",
}
_BIC = r"[a-z]{4}[a-z]{2}[a-z0-9]{2}(?:[a-z0-9]{3})?"
_CARD = r"(?:4\d|5\d|6[0-9]|3[04-9]|2[2-7])\d{2}(?:[ -]?\d{4}){2}[ -]?\d{1,7}|3[47]\d{2}[ -]?\d{6}[ -]?\d{5}"
_GROUPED_CARD = r"(?:4\d|5[0-8]|6[0-9]|2[2-7])\d{2}(?:([ -])\d{4})(?:\1\d{4}){2}|3[47]\d{2}([ -])\d{6}\2\d{5}"
_UK_LICENCE = r"[a-z][a-z9]{4}\d[0156]\d[0-3]\d{2}[a-z9]{2}\d[a-z]{2}(?: ?\d{2})?"
_VIN = r"(?=[a-z]{0,12}\d)[a-hj-npr-z\d]{17}"
_CODE = (
    r"(?!\d{1,4}(?:st|nd|rd|th)\b)(?:[a-z]{1,4}[-/.]?)?\d[\da-z]{0,17}(?:[-/.][\da-z]{1,12}){0,4}"
    r"(?: \d{1,10}[a-z]?){0,4}"
)
_SERIAL = r"(?=[a-z-]{0,12}\d)[a-z\d]{2,24}(?:[-/:.][a-z\d]{1,16}){0,6}"
_DOCUMENT = r"(?=[a-z]{0,5} ?\d)[a-z]{0,3} ?[a-z\d]{5,11}"
_LICENCE = r"(?=[a-z]{0,7}[ -]?\d)[a-z\d]{1,17}(?:[ -]\d{2,6}){0,4}(?:-?\d{0,6}[a-z]{0,2})"
_PLATE = (
    r"(?=[A-ZÄÖÜ]{0,4}[ ·-]?[A-Z]{0,3}[ ·-]?\d)[A-ZÄÖÜ\d]{1,8}(?:[ ·-]{1,3}[A-Z\d]{1,5}\b){0,3}"
    r"|(?=[a-z]{0,5}\d)(?=\d{0,5}[a-z])[a-z\d]{5,8}"
)

# Kinds that only the words before them tell: label, form, name of the words, digits that the value must have.
_BY_WORDS = (
    ("PASSPORT", _DOCUMENT, "passport", 4),
    ("US_DRIVER_LICENSE", _LICENCE, "licence", 4),
    ("MEDICAL_LICENSE", _CODE, "medical_licence", 4),
    ("VEHICLE_ID", _VIN, "chassis", 2),
    ("VEHICLE_ID", _VIN, "vin", 2),
    ("DEVICE_ID", _SERIAL, "device", 2),
    ("DEVICE_ID", r"[a-f\d][a-f\d -]{12,20}[a-f\d]", "imei", 12),
    ("DEVICE_ID", r"\d{14,16}", "imsi", 14),
    ("DEVICE_ID", r"89\d{2}(?: ?\d{4}){3,4}(?: ?\d{1,3}f?)?", "iccid", 17),
    ("MEDICAL_RECORD_NUMBER", _CODE, "record", 3),
    ("HEALTH_PLAN_NUMBER", _CODE, "health_plan", 5),
    ("NATIONAL_ID", _CODE, "national_id", 5),
    ("TAX_ID", _CODE, "tax_id", 5),
    ("CREDIT_CARD", r"\d{4}[ -]?\d{4,6}[ -]?\d{4,5}(?:[ -]?\d{1,7})?", "card", 12),
    ("CREDIT_CARD", r"(?:[x*•]{4}[ -]?){2,3}\d{4}", "card", 4),
    ("IBAN_CODE", r"[a-z]{2}\d{2}(?: ?[a-z\d]{4}){2,7}(?: ?[a-z\d]{1,3})?", "iban", 8),
    ("US_BANK_NUMBER", r"\d{9}", "aba", 9),
    ("ACCOUNT_NUMBER", r"\d{2}[- ]?\d{2}[- ]?\d{2}|\d{3}-\d{3}|\d{8}|\d{3} \d{3} \d{2}", "sort_code", 6),
    ("ACCOUNT_NUMBER", r"[a-z]{4}0[a-z\d]{6}", "branch_code", 1),
    ("ACCOUNT_NUMBER", r"\d{4}(?:[ -]?\d{2,10}){2,4}|\d{5,24}", "long_account", 5),
    ("ACCOUNT_NUMBER", _BIC, "bic", 0),
)


def _iban_form() -> str:
    return "|".join(
        rf"(?:{'|'.join(countries.split())})\d{{2}}(?:[ -]?[a-z\d]){{{length}}}"
        for length, countries in _IBAN_LENGTHS.items()
    )


def _iban(value: str) -> bool | None:
    """Check the digits of an IBAN (ISO 7064, mod 97-10); a wrong checksum still looks enough like one to hide."""
    chars = compact(value)
    if not chars.isascii() or sum(c.isdecimal() for c in chars) < 8:
        return False
    return True if int("".join(str(int(c, 36)) for c in chars[4:] + chars[:4])) % 97 == 1 else None


def _sure_iban(value: str) -> bool | None:
    return bool(_iban(value))


def _undecided(_: str) -> bool | None:
    return None


def _card(value: str) -> bool | None:
    figures = compact(value)
    issued = figures[0] in "45" or (figures[0] in "236" and len(figures) in {14, 15, 16, 19})
    length = 12 <= len(figures) <= 19 and (len(figures) >= 14 or figures[0] in "56")
    return None if issued and length and check.luhn(figures) and len(set(figures)) > 1 else False


def _vin(value: str) -> bool | None:
    return None if value.isupper() and check.vin(value) else False


def _enough(least: int, value: str) -> bool | None:
    return None if sum(c.isdecimal() for c in value) >= least else False


def _bic(value: str) -> bool | None:
    return None if value.isupper() and stdnum("bic")(value) else False


def _plate(value: str) -> bool | None:
    chars = compact(value)
    return None if any(c.isdecimal() for c in chars) and 3 <= len(chars) <= 10 else False


def _luhn(value: str) -> bool | None:
    return None if check.luhn(value) else False


def _by_form() -> tuple[Rule, ...]:
    """Return the rules that need no words."""
    return (
        _capital("IBAN_CODE", _iban_form(), 0.5, _iban),
        _rule("IBAN_CODE", r"[a-z]{2}\d{2}[a-z\d]{11,30}", 0.5, _sure_iban),
        _rule("NATIONAL_ID", r"[a-z]{2}\d{6}[a-d]", 0.6, None),
        _rule("NATIONAL_ID", r"[a-z]{6}\d{2}[a-z]\d{2}[a-z]\d{3}[a-z]", 0.8, None),
        _rule("CREDIT_CARD", _CARD, 0.9, _card),
        _rule("CREDIT_CARD", r"(?:5[0678]|6[0-9])\d{10,11}", 0.45, _card),
        _rule("CREDIT_CARD", _GROUPED_CARD, 0.5, None),
        _capital("LICENSE_NUMBER", _UK_LICENCE, 0.8, _undecided),
        _capital("VEHICLE_ID", _VIN, 0.9, _vin),
        _rule("DEVICE_ID", r"\d{2}[- ]\d{6}[- ]\d{6}[- ]\d", 0.8, _luhn),
        _rule("DEVICE_ID", r"89\d{17,18}", 0.6, _luhn),
    )


def _rule(label: str, form: str, score: float, validate: Callable[[str], bool | None] | None) -> Rule:
    pattern = f"{BEFORE}(?:{form}){AFTER}"
    if validate is None:
        return Rule(label, pattern, score, needs=DIGITS, lower=True)
    return Rule(label, pattern, score, validate=validate, needs=DIGITS, lower=True)


def _capital(label: str, form: str, score: float, validate: Callable[[str], bool | None]) -> Rule:
    pattern = f"{BEFORE}(?:{capitals(form)}){AFTER}"
    return Rule(label, pattern, score, validate=validate, needs=DIGITS, flags=regex.MULTILINE)


def _checked(lexicon: Lexicon) -> Iterable[Rule]:
    """Yield the rules of numbers whose checksum counts only near their words."""
    kinds = (
        ("US_BANK_NUMBER", r"\d{9}", "aba", check.routing),
        ("DEVICE_ID", r"\d{15}", "imei", check.luhn),
        ("ACCOUNT_NUMBER", r"\d{18}", "long_account", check.clabe),
    )
    for label, form, name, passes in kinds:
        words = lexicon.get(name, ())
        judge = partial(_fails_or, passes)
        if words:
            pattern = f"{BEFORE}{form}{AFTER}"
            yield Rule(label, pattern, 0.3, words, judge, DIGITS, key_words(words), lower=True)


def _fails_or(passes: check.Check, value: str) -> bool | None:
    return None if passes(value) else False


def _endings(lexicon: Lexicon) -> Iterable[Rule]:
    """Yield the rules of numbers of which only the last four digits are told."""
    end = r"\b(?:end(?:s|ed|ing|et)|last|terminad[ao]|finissant)\b[^\d\n]{0,30}(?:4\b[^\d\n]{1,30})?"
    for label, name in (("US_SSN", "us_ssn"), ("US_SSN", "us_ssn_weak"), ("CREDIT_CARD", "card")):
        words = lexicon[name]
        yield Rule(label, rf"{end}(?P<value>\d{{4}}){AFTER}", 0.1, words, words=key_words(words), lower=True)


def _by_words(lexicon: Lexicon) -> Iterable[Rule]:
    for label, form, name, least in _BY_WORDS:
        validate = _bic if name == "bic" else partial(_enough, least)
        yield from labelled_rules([(label, form, lexicon.get(name, ()))], lexicon["link"], validate)
    link = rf"(?:[^\w]{{1,3}}{either(lexicon['link'])}\b){{0,4}}[^\w]{{1,4}}"
    pattern = rf"\b(?i:{either(lexicon['plate'])}{link})(?P<value>{_PLATE}){AFTER}"
    words = key_words(lexicon["plate"])
    yield Rule("LICENSE_PLATE", pattern, 0.75, validate=_plate, words=words, flags=regex.MULTILINE)


def rules(language: str) -> tuple[Rule, ...]:
    """Return the rules of this family for a language."""
    lexicon = load_lexicon("identifiers", language)
    return (*_by_form(), *national_rules(lexicon), *_checked(lexicon), *_endings(lexicon), *_by_words(lexicon))


class IdentifierDetector(PatternDetector):
    """Numbers of states, banks, cars and devices, by form, checksum and the words before them."""

    def __init__(self, language: str = "en", seconds: float = 1.0) -> None:
        super().__init__("identifiers", rules(language), seconds, sieved=True)


# Kinds without a table of their own, for examples: label, sentence, template, check.
_SPECIMENS: tuple[tuple[str, str, str, check.Check | None], ...] = (
    ("CREDIT_CARD", "I paid with {} on Monday.", "4### #### #### ####", check.luhn),
    ("CREDIT_CARD", "My card {} was refused.", "5###############", None),
    ("CREDIT_CARD", "The card ending in {} is lost.", "XXXX-XXXX-XXXX-####", None),
    ("IBAN_CODE", "Please pay to {} by Friday.", "DE## #### #### #### #### ##", lambda value: _iban(value) is True),
    ("IBAN_CODE", "Her account is {}, in Leeds.", "GB##NWBK##############", lambda value: _iban(value) is True),
    ("IBAN_CODE", "IBAN: {}", "FR76 #### #### #### #### #### ###", None),
    ("ACCOUNT_NUMBER", "The SWIFT code is {}.", "DEUTDEFF", None),
    ("US_BANK_NUMBER", "Routing number: {}", "0########", check.routing),
    ("ACCOUNT_NUMBER", "Sort code {} please.", "##-##-##", None),
    ("VEHICLE_ID", "The car, {}, was sold.", "1HGCM#26#3A######", check.vin),
    ("DEVICE_ID", "The phone has IMEI {} on it.", "35#############", check.luhn),
    ("DEVICE_ID", "Serial number: {}", "SN-##~###~##", None),
    ("PASSPORT", "Her passport number is {}.", "#########", None),
    ("PASSPORT", "Passport No. {} was stolen.", "C####~###", None),
    ("US_DRIVER_LICENSE", "Driver's license {} is out of date.", "~####-####-####", None),
    ("LICENSE_NUMBER", "On file: {} for the driver.", "MORGA6570##SM9IJ", None),
    ("LICENSE_PLATE", "A van, license plate {}, drove off.", "~~## ~~~", None),
    ("MEDICAL_RECORD_NUMBER", "MRN: {}", "00####-##", None),
    ("HEALTH_PLAN_NUMBER", "Member ID {} is active.", "W#########", None),
    ("NATIONAL_ID", "Her national ID is {}.", "##-######-~", None),
    ("TAX_ID", "Tax ID: {}", "##-##-#####", None),
)
_NEGATIVE = (
    ("The order of {} pieces arrived.", "####"),
    ("The build {} passed on Monday.", "7a8b9c##d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f"),
    ("A mass of {} kg was measured.", "1#.####"),
    ("It began on {} in the north.", "19##-0#-1#"),
    ("The twelve letters of {} licence nobody.", "ABBREVIATION"),
    ("They counted {} votes that night.", "1,2##,###"),
    ("See pages {} of the report.", "1##-2##"),
    ("Between {} the firm grew.", "1990-2001"),
    ("ISBN {} is a novel.", "0-306-40615-#"),
    ("Order it as part {} from the shop.", "AB-####"),
    ("The driving licence and the passport were {} years old.", "1#"),
)


def _national(random: Random) -> Example:
    words = load_lexicon("identifiers", "en")
    kind = random.choice([kind for kind in IDENTIFIERS if kind.name in words])
    word = random.choice(words[kind.name])
    value = draw(kind.sample, random, kind.fits)
    return Example(f"The {word} {value} is on file.", value, kind.label)


def _other(random: Random) -> Example:
    label, frame, template, passes = random.choice(_SPECIMENS)
    value = draw(template, random, passes)
    return Example(frame.format(value), value, label)


def examples(random: Random) -> Example:
    """Draw a sentence with a made-up identifier, or one with a figure that names no one."""
    if random.random() < 0.6:
        return random.choice((_national, _other))(random)
    frame, template = random.choice(_NEGATIVE)
    value = draw(template, random)
    return Example(frame.format(value), value, None)

"""Telephone and fax numbers: their forms, the numbering plans of a language's countries, the words before them."""

from collections.abc import Callable, Iterable
from functools import partial
from random import Random

import regex
from phonenumbers import PhoneMetadata

from deid.detectors.engine.pattern import DIGITS, PatternDetector, Rule
from deid.detectors.numbers.specimen import draw
from deid.example import Example
from deid.lexicon import Lexicon, either, load_lexicon

_BEFORE = r"(?<![\w.,/$€£#-])(?<!\d[ )(:])"
_AFTER = r"(?!\w|[-/:]\d|[.,]\d|%)"
_SEP = r"[ \u00a0./()-]"
_NO_DATE = r"(?!\d{1,2}([./-])\d{1,2}\1(?:19|20)?\d{2}\b(?!\1\d))(?!(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}\b)"
_NANP = r"(?:\(\d{3}\)[ .-]?|\d{3}[.-])\d{3}[.-]\d{4}"
_VANITY = r"1[ .-]8(?:00|33|44|55|66|77|88)[ .-](?:[a-z\d]{3}[ .-]?[a-z\d]{4}|[a-z]{7,10})"
_LINE_UP = r"[+(]{0,2}\d(?:[ \u00a0./()-]{0,3}\d){5,14}"
_TRUNK = r"(?:\(0\d{1,5}\)[ ./-]{0,3}|0\d{1,5}[ ./-]{1,3})\d{2,8}(?:[ ./-]{1,3}\d{2,8}){0,5}"
_ANY_NUMBER = r"(?:\(\d{1,5}\)|\d{2,5})(?:[ .-]{1,2}\d{2,8}){1,5}"


def _ext(lexicon: Lexicon) -> str:
    """Return a pattern of what may follow a number: an extension, or nothing."""
    return rf"(?:[ ,;]{{0,2}}(?:{either((*lexicon['ext'], 'x', '#'))})[.: ]{{0,2}}\d{{1,6}})?"


def _plan(region: str) -> str:
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None or metadata.general_desc is None:
        raise ValueError(f"no numbering plan is known for {region}")
    trunk = metadata.national_prefix_for_parsing or metadata.national_prefix
    return (
        f"(?:{trunk})?(?:{metadata.general_desc.national_number_pattern})"
        if trunk
        else str(metadata.general_desc.national_number_pattern)
    )


def plan_of(regions: Iterable[str]) -> Callable[[str], bool]:
    """Return a check of national numbers: whether the plan of one of these countries has them.

    >>> plan_of(["GB", "FR"])("01632 960001"), plan_of(["FR"])("99")
    (True, False)
    """
    plan = regex.compile("|".join(f"(?:{_plan(region)})" for region in regions))
    return lambda value: plan.fullmatch(_figures(value)) is not None


def _figures(value: str) -> str:
    return "".join(str(int(c)) for c in value if c.isdecimal())


def _planned(known: Callable[[str], bool], least: int, value: str) -> bool | None:
    """Judge a national number by the plans; a number with an extension by what comes before it."""
    figures = _figures(regex.split(r"[a-z#,;]", value.lower(), maxsplit=1)[0])
    return None if len(figures) >= least and len(set(figures)) > 1 and known(figures) else False


def _long_enough(least: int, most: int, value: str) -> bool | None:
    return None if least <= len(_figures(value)) <= most else False


def _rule(form: str, score: float, validate: Callable[[str], bool | None], context: tuple[str, ...] = ()) -> Rule:
    pattern = f"{_BEFORE}{_NO_DATE}(?:{form}){_AFTER}"
    return Rule("PHONE_NUMBER", pattern, score, context, validate, DIGITS, lower=True)


def _by_form(ext: str, planned: Callable[[str], bool]) -> Iterable[Rule]:
    national = partial(_planned, planned, 9)
    plus = rf"(?<![\w+])\+{_SEP}?\d{{1,3}}(?:{_SEP}{{0,3}}\d){{6,13}}{ext}{_AFTER}"
    yield Rule("PHONE_NUMBER", plus, 0.85, validate=partial(_long_enough, 8, 22), needs="+", lower=True)
    yield _rule(
        rf"(?:00|011)[ .-]?[1-9]\d{{0,2}}(?:{_SEP}{{1,3}}\d{{1,8}}){{1,6}}{ext}", 0.7, partial(_long_enough, 9, 22)
    )
    yield _rule(rf"(?:(?:00|\+)?1[ .-]?)?{_NANP}{ext}", 0.75, partial(_long_enough, 10, 20))
    yield _rule(_VANITY, 0.6, partial(_long_enough, 4, 11))
    yield _rule(rf"(?:1 )?[2-9]\d{{2}} [2-9]\d{{2}} \d{{4}}{ext}", 0.5, national)
    yield _rule(rf"{_TRUNK}{ext}", 0.7, national)
    yield _rule(r"\(\d{2,5}\)[ /-]?\d{2,5}[ -]\d{3,4}|\d{2} 9?\d{4}-\d{4}", 0.6, partial(_long_enough, 7, 12))
    yield _rule(rf"0\d(?:[ .-]\d{{2}}){{4}}{ext}", 0.8, partial(_long_enough, 10, 16))
    yield _rule(rf"0\d{{9,10}}{ext}", 0.5, national)
    yield _rule(
        r"1[38]00[ -]\d{3}[ -]\d{3}|[6-9]\d{4}[ -]\d{5}|[6-9]\d{2}(?:[ -]\d{3}){2}|[6-9]\d{2}(?: \d{2}){3}",
        0.5,
        national,
    )


def _in_context(ext: str, lexicon: Lexicon) -> Iterable[Rule]:
    """Yield the forms that are phone numbers only near a word that says so."""
    near = (*lexicon["near"], *lexicon["before"], *lexicon["fax"])
    enough = partial(_long_enough, 7, 20)
    yield _rule(rf"{_ANY_NUMBER}{ext}", 0.1, enough, near)
    yield _rule(rf"\d{{9,13}}{ext}", 0.1, enough, near)


def _after_words(ext: str, lexicon: Lexicon) -> Iterable[Rule]:
    link = rf"(?>(?:[^\w\n]{{1,3}}{either(lexicon['link'])}\b)){{0,4}}"
    for label, words, score in (("FAX_NUMBER", "fax", 0.9), ("PHONE_NUMBER", "before", 0.7)):
        told = rf"(?<!\w){either(lexicon[words])}(?:{link})[^\w+(]{{0,4}}(?<!\w)"
        pattern = rf"{told}{_NO_DATE}(?P<value>{_LINE_UP}{ext}){_AFTER}"
        judge = partial(_long_enough, 6, 20)
        yield Rule(label, pattern, score, validate=judge, words=_key_words(lexicon[words]), lower=True)
    kinds = rf"(?=[ ,(-]{{1,3}}{either(lexicon['behind'])}\b)"
    behind = rf"{_BEFORE}{_NO_DATE}{_LINE_UP}{ext}{kinds}"
    followed = frozenset(lexicon["behind"])
    yield Rule("PHONE_NUMBER", behind, 0.5, (), partial(_long_enough, 7, 20), DIGITS, followed, lower=True)
    extension = rf"(?<!\w){either(w for w in lexicon['ext'] if len(w) > 1)}\b[.:# ]{{1,3}}(?P<value>\d{{2,6}})\b"
    yield Rule("PHONE_NUMBER", extension, 0.6, words=_key_words(lexicon["ext"]), lower=True)


def _key_words(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(max(regex.findall(r"\w+", phrase), key=len) for phrase in phrases)


def rules(language: str) -> tuple[Rule, ...]:
    """Return the rules of this family for a language."""
    lexicon = load_lexicon("phones", language)
    ext = _ext(lexicon)
    planned = plan_of(lexicon["regions"])
    return (*_by_form(ext, planned), *_in_context(ext, lexicon), *_after_words(ext, lexicon))


class PhoneDetector(PatternDetector):
    """Telephone and fax numbers, by their form, by numbering plans and by the words before them."""

    def __init__(self, language: str = "en", seconds: float = 1.0) -> None:
        super().__init__("phones", rules(language), seconds, sieved=True)


_POSITIVE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("PHONE_NUMBER", "Please call me on {} tonight.", ("(212) 555-01##", "212-555-01##", "07700 900###", "2125550###")),
    ("PHONE_NUMBER", "Her mobile is {}, she says.", ("+44 7700 900###", "07700 900 ###", "+1-202-555-01##")),
    ("PHONE_NUMBER", "The office ({}) is closed.", ("+44(0)1632 960###", "01632 960###", "(08) 9123 4###")),
    ("PHONE_NUMBER", "Tel: {}", ("030/9018##", "001-234-567-89##x234", "555-01##", "06 12 34 5# ##", "6##-56-85-91")),
    ("PHONE_NUMBER", "I gave them {} and left.", ("202.555.01##", "+49 30 9018##", "1-800-555-01##", "+33612345###")),
    (
        "PHONE_NUMBER",
        "You can reach Ann at {}.",
        ("020 7946 0###", "98765 43###", "2025550###", "202-555-01## ext. 12"),
    ),
    ("FAX_NUMBER", "Send it by fax: {} please.", ("202-555-01##", "+44 1632 960###", "(0131) 496 0###")),
)
_NEGATIVE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("It measured {} metres across.", ("0.4512####", "12.34567##", "1234.567###")),
    ("Version {} is out.", ("10.2.####", "2019.04.##", "1.0.0-12")),
    ("The meeting of {} was short.", ("2019-03-1#", "03/04/201#", "2019-03-14 10:2#:00", "04.05.199#")),
    ("They paid {} for it.", ("$1,234,5##", "£250000##", "1.234.5##,00 €")),
    ("ISBN {} is out of print.", ("978-0-306-40615-#", "0-306-40615-#")),
    ("Population rose to {} in ten years.", ("12345##", "8 123 4##", "1,234,5##")),
)


def examples(random: Random) -> Example:
    """Draw a sentence with a made-up phone number, or one with a figure that is none."""
    if random.random() < 0.6:
        label, frame, templates = random.choice(_POSITIVE)
        value = draw(random.choice(templates), random)
        return Example(frame.format(value), value, label)
    negative, templates = random.choice(_NEGATIVE)
    value = draw(random.choice(templates), random)
    return Example(negative.format(value), value, None)

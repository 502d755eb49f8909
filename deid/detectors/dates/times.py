"""Times of day: "14:30", "2.30 pm", "14h30", "um 14 Uhr"."""

from collections.abc import Iterator

from deid.detectors.engine.pattern import DIGITS, Rule
from deid.detectors.engine.wordtree import word_tree
from deid.lexicon import Lexicon

_HOUR = r"(?:[01]?\d|2[0-3])"
_START = r"(?=\d)(?<![\w:.,/-])"
_END = r"(?![\w:]|[.,]\d)"
_ZONE = r"(?:\s?(?:z|utc|gmt|[ce]e?s?t|[+-]\d{2}:?\d{2}))?"


def time_rules(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield the rules for times of day in a language."""
    at, clock = word_tree(lexicon["at"]), word_tree(lexicon["clock"])
    half_day = rf"{_START}{_HOUR}(?:[:.][0-5]\d)?\s?(?:[ap]\.\s?m\.|[ap]\.?m)(?!\w)"
    spoken = rf"{_START}{_HOUR}(?:[.:][0-5]\d)?\s?{clock}(?!\w)"
    yield Rule("DATE_TIME", half_day, 0.7, needs=DIGITS, lower=True)
    yield Rule(
        "DATE_TIME", rf"{_START}{_HOUR}:[0-5]\d:[0-5]\d(?:[.,]\d{{1,9}})?{_ZONE}{_END}", 0.6, needs=":", lower=True
    )
    yield Rule("DATE_TIME", rf"{_START}{_HOUR}:[0-5]\d{_ZONE}{_END}", 0.45, needs=":", lower=True)
    yield Rule("DATE_TIME", rf"{_START}{_HOUR}\s?h\s?[0-5]\d(?!\w)", 0.6, needs="hH", lower=True)
    yield Rule("DATE_TIME", rf"{spoken}(?<=(?<!\w){at}\s\d.{{1,24}})", 0.5, needs=DIGITS, lower=True)

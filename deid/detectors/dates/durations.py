"""How long something took or how long ago it was: quasi-identifiers of files and clinical notes."""

from collections.abc import Iterator

from deid.detectors.engine.numerals import numeral, starting, telling_words
from deid.detectors.engine.pattern import Rule
from deid.detectors.engine.wordtree import word_tree
from deid.lexicon import Lexicon


def duration_rules(lexicon: Lexicon, score: float) -> Iterator[Rule]:
    """Yield the rules for durations, this sure, and for relative times, which only the dial `recall` sees."""
    number, unit = numeral(lexicon), word_tree(lexicon["long_units"])
    half = rf"(?:\s{word_tree(lexicon['halves'])})?"
    some = rf"{number}{half}[\s-]{{1,2}}{unit}(?!\w){half}(?:['’]s?(?!\w))?"
    for pattern in starting(lexicon, rf"{some}(?:,?\s(?:{word_tree(lexicon['and'])}\s)?{some}){{0,2}}"):
        yield Rule("DATE_TIME", pattern, score, words=frozenset(lexicon["long_units"]), lower=True)
    relative = rf"\b{word_tree(lexicon['relative'])}(?!\w)"
    yield Rule("DATE_TIME", relative, 0.3, words=telling_words(lexicon["relative"]), lower=True)

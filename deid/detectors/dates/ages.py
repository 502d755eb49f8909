"""How old somebody is: "aged 45", "a 3-month-old", "45 yo", "Ann Lee (45)", "in his forties"."""

from collections.abc import Iterator

import regex

from deid.detectors.engine.numerals import numeral, numeral_words, starting, telling_words
from deid.detectors.engine.pattern import DIGITS, Rule
from deid.detectors.engine.wordtree import word_tree
from deid.lexicon import Lexicon

_YEARS = r"(?:1[01]\d|[1-9]\d|\d)"
_GROWN = r"(?:1[89]|[2-9]\d|10\d)"
_NO_AMOUNT = r"(?!\w|[.,/:-]\d|\s?(?:%|mg|km|kg|cm|€|\$|£|weeks|semanas|semaines|wochen))"


def _with_unit(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield ages that say that they are: "45 years old", "a 3-month-old", "45-jährige"."""
    number, unit, old = numeral(lexicon), word_tree(lexicon["age_units"]), word_tree(lexicon["old"])
    half = rf"(?:\s{word_tree(lexicon['halves'])})?"
    span = rf"(?:\s?(?:-|–|to|and|or|y|a|et|bis|und)\s?{number}|\s{unit}\s(?:and|y|et|und)\s{number})?"
    years = rf"{number}{half}{span}[\s-]{{0,2}}{unit}{half}[\s-]{{1,2}}{old}(?:s|er)?(?!\w)"
    for pattern in starting(lexicon, years):
        yield Rule("AGE", pattern, 0.9, words=telling_words(lexicon["old"]), lower=True)
    if lexicon["short_old"]:
        short = rf"(?=\d)(?<![\w.,/])\d{{1,3}}[\s-]{{0,2}}{word_tree(lexicon['short_old'])}(?!\w)"
        yield Rule("AGE", short, 0.8, needs=DIGITS, lower=True)


def _after_words(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield ages that the words before them call so: "aged 45", "I am 29", "in his forties", "her 40th birthday"."""
    number = rf"(?:{_YEARS}|{numeral_words(lexicon)})"
    more = rf"(?:\s?(?:-|–|to|and|or|y|et|und)\s?{number})?(?:\s{{0,2}}{word_tree(lexicon['age_units'])}(?!\w))?"
    aged = rf"\b{word_tree(lexicon['aged'])}(?:\s?[:=.(]){{0,2}}[\s(]{{0,3}}(?P<value>{number}{more}){_NO_AMOUNT}"
    yield Rule("AGE", aged, 0.75, words=telling_words(lexicon["aged"]), lower=True)
    yield Rule("AGE", rf"\bages?\sof\s{number}(?!\w|[.,]\d)", 0.75, words=frozenset({"age", "ages"}), lower=True)
    then = rf"(?:(?=[.;!?)]|,(?!\d)|$)(?![.,]\d)|(?=\s{word_tree(lexicon['after_claims'])}(?!\w)))"
    claim = rf"\b{word_tree(lexicon['age_claims'])}\s(?P<value>{number}){then}"
    yield Rule("AGE", claim, 0.6, lower=True)
    owner, decade = word_tree(lexicon["possessives"]), word_tree(lexicon["decades"])
    forties = rf"\b{owner}\s(?P<value>(?:early\s|mid[\s-]|late\s)?(?:{decade}|[2-9]0['’]?s))(?!\w)"
    yield Rule("AGE", forties, 0.7, lower=True)
    birthday = r"(?P<value>\d{1,3}(?:st|nd|rd|th)|\p{L}{3,10}(?:ieth|eenth))\sbirthday"
    yield Rule("AGE", rf"\b{owner}\s{birthday}", 0.6, words=frozenset({"birthday"}), lower=True)


def _bare_years(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield "varón de 70 años", "45 ans": an age, unless the words before it call it a duration."""
    if not lexicon["age_nouns"]:
        return
    number, unit = numeral(lexicon), word_tree(lexicon["age_units"])
    more = rf"(?:\s{word_tree(lexicon['halves'])}|\s(?:y|et)\s{number}\s{unit}(?!\w))?"
    some = rf"{number}(?:\s{{0,2}}{unit}(?!\w){more}|(?=[,.;]|\sde\sedad))(?![.,]\d)"
    noun = rf"(?<=(?<!\w){word_tree(lexicon['age_nouns'])}(?:,|\s\w{{2,15}}){{0,2}},?\s(?:de\s{{1,2}}|d['’]))"
    for pattern in starting(lexicon, rf"{noun}{some}"):
        yield Rule("AGE", pattern, 0.85, lower=True)
    years = rf"\s{{0,2}}(?:años|ans)(?!\w)(?!\s{word_tree(lexicon['after_durations'])}(?!\w))"
    span = rf"(?<!(?<!\w){word_tree(lexicon['duration_words'])}\s)"
    for pattern in starting(lexicon, rf"{span}{number}(?:\s(?:y|a|et|à)\s{number})?{years}"):
        yield Rule("AGE", pattern, 0.55, lower=True)
    yield Rule("AGE", r"(?<=\bedad:?\s{1,2})\d{1,3}\sa(?!\w)", 0.7, words=frozenset({"edad"}), lower=True)


def _after_names() -> Iterator[Rule]:
    """Yield the years of somebody behind a name, "Ann Lee, 45," or "Ann Lee (45)", and before a sex: "45F with"."""
    thing = (
        r"(?!(?:The|Article|Section|Chapter|Table|Figure|Page|Part|Rule|Law|Act|Volume|No|Note|Step|Level|Room|Of|In|"
        r"January|February|March|April|May|June|July|August|September|October|November|December)\b)"
    )
    name = rf"\b{thing}\p{{Lu}}[\p{{Ll}}'’-]{{1,20}}(?:\s(?:\p{{Lu}}\.|{thing}\p{{Lu}}[\p{{L}}'’-]{{1,20}})){{1,3}}"
    comma = rf"(?=\d)(?<={name},\s){_GROWN}(?=,\s|\.\s|\)|;|$)"
    yield Rule("AGE", comma, 0.55, needs=DIGITS, flags=regex.MULTILINE)
    yield Rule("AGE", rf"(?=\d)(?<={name}\s\(){_GROWN}(?=\))", 0.5, needs="(", flags=regex.MULTILINE)
    sex = r"(?=\s?/?\s?(?:m|f|male|female)\s(?:with|presents|presenting|patient|pt|c/o|w/|who)\b)"
    yield Rule("AGE", rf"(?=\d)(?<![\w.,/-])\d{{1,2}}{sex}", 0.6, needs=DIGITS, lower=True)


def age_rules(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield the rules for ages in a language."""
    yield from _with_unit(lexicon)
    yield from _after_words(lexicon)
    yield from _bare_years(lexicon)
    yield from _after_names()

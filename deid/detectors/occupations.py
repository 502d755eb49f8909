"""What people do: "worked as a ballet dancer", "the applicant, a lawyer,", "a retired miner", a line below a name."""

from collections.abc import Iterator

import regex

from deid.detectors.engine.numerals import telling_words
from deid.detectors.engine.pattern import Rule
from deid.detectors.engine.wordtree import word_tree
from deid.lexicon import Lexicon

_WORD = r"[\p{L}\p{M}'’‑-]{2,24}"


def occupation_rules(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield the rules for occupations in a language."""
    yield from _worked_as(lexicon)
    yield from _is_a(lexicon)
    if "heads" in lexicon:
        yield from _titles(lexicon)


def _worked_as(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield whatever stands behind "works as a": up to five words, as far as the next preposition."""
    bound = rf"(?!{word_tree(lexicon['bounds'])}(?!\w))"
    words = rf"(?P<value>{bound}{_WORD}(?:\s{bound}{_WORD}){{0,4}})"
    article = rf"{word_tree(lexicon['articles'])}\s"
    # English puts an article before every job: "works as follows" is none.
    article = article if "posts" in lexicon else rf"(?:{article})?"
    yield Rule("OCCUPATION", rf"\b{word_tree(lexicon['works'])}\s{article}{words}", 0.45, lower=True)


def _is_a(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield professions that are no other word, where they describe somebody."""
    one, article = word_tree(lexicon["professions"]), rf"(?:{word_tree(lexicon['articles'])}\s)"
    behind = word_tree(lexicon["is_a"])
    if "posts" not in lexicon:
        yield Rule("OCCUPATION", rf"(?<!\w){behind}\s{article}?(?P<value>{one})(?!\w)", 0.4, lower=True)
        yield Rule("OCCUPATION", rf"\b{one}\s{word_tree(lexicon['work_after'])}(?!\w)", 0.55, lower=True)
        return
    some = rf"(?P<value>(?:{_WORD}\s){{0,2}}?{one})(?!\w)(?!['’]s)"
    yield Rule("OCCUPATION", rf"(?:\b|(?=,)){behind}\s{article}{some}", 0.4, lower=True)
    former = rf"\b(?:retired|former|unemployed|freelance|self-employed)\s(?:{_WORD}\s){{0,2}}?{one}(?!\w)"
    yield Rule("OCCUPATION", former, 0.5, lower=True)
    yield Rule("OCCUPATION", rf"\b{one}\sby\s(?:profession|trade|training|occupation)(?!\w)", 0.6, lower=True)


def _titles(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield jobs on a line of their own below a name, and behind a name: "Ann Lee, the baker, said"."""
    anyone = word_tree([*lexicon["professions"], *lexicon["heads"]])
    job = rf"(?P<value>(?:{_WORD}\s){{0,2}}?{anyone})(?=\s(?:at|for|with|of|in)\s\p{{L}})"
    post = rf"\b{word_tree(lexicon['posts'])}\s(?:an?\s)?{job}"
    yield Rule("OCCUPATION", post, 0.4, words=frozenset(lexicon["heads"]), lower=True)
    before = rf"\b{word_tree(lexicon['chief_before'])}\s(?:the\s|a\s|also\sthe\s)?"
    chief = rf"{before}(?P<value>{word_tree(lexicon['chiefs'])})(?!\w)"
    yield Rule("OCCUPATION", chief, 0.4, words=telling_words(lexicon["chiefs"]), lower=True)
    employer = r"(?<=\b(?:work|works|worked|working|employed|job|hired|career|quit|serve|served)\s.{0,60})"
    as_one = rf"\bas\s{employer}(?:an?\s|the\s|our\s)?(?P<value>(?:{_WORD}\s){{0,4}}?{anyone})(?!\w)"
    yield Rule("OCCUPATION", as_one, 0.5, lower=True)
    job = rf"(?:{_WORD}(?:,?\s(?:and\s)?)){{0,6}}?{anyone}"
    word = r"\p{L}[\p{L}\p{M}'’.-]{0,24}"
    below = rf"(?<=^{word}(?:\s{{1,2}}{word}){{1,4}}\s?\n{{1,2}})"
    yield Rule("OCCUPATION", rf"^(?=\p{{L}}){below}{job}$", 0.5, lower=True)
    name = r"\p{Lu}[\p{L}\p{M}'’-]{1,24}"
    behind = rf"(?<=\b{name}\s(?:\p{{Lu}}\.?\s)?{name},\s)(?:the\s|a\s|an\s|our\s)"
    cased = rf"(?:\p{{Lu}}?[\p{{Ll}}'’-]{{2,24}}\s){{0,4}}?(?i:{anyone})(?=,|\.|\sof\s|\sat\s|\sfrom\s|\sin\s)"
    yield Rule("OCCUPATION", rf"\b(?=[tao]){behind}(?P<value>{cased})", 0.55, flags=regex.MULTILINE)

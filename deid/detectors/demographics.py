"""What people are: nationality, people, faith and belief, family, marital state, sex, work, health."""

from collections.abc import Iterator
from functools import lru_cache
from random import Random

import regex

from deid.detectors.engine.numerals import telling_words
from deid.detectors.engine.pattern import PatternDetector, Rule
from deid.detectors.engine.wordtree import word_tree
from deid.detectors.occupations import occupation_rules
from deid.example import Example
from deid.lexicon import Lexicon, load_lexicon

_CASED = regex.MULTILINE


def _capital(words: tuple[str, ...]) -> str:
    """Return a pattern for words with a capital at the start of each part, "Greek-Cypriot"."""
    return word_tree([word.title().replace("'S", "'s").replace("’S", "’s").replace(" Of ", " of ") for word in words])


def _nations(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield nationalities in English: sure beside a word of belonging, hardly alone."""
    names = [*lexicon["demonyms"], *lexicon["minorities"]]
    beside = rf"(?:[\s-]{word_tree(lexicon['belonging'])}(?!\w)|(?=[\s-]{word_tree(lexicon['persons'])}(?!\w)))"
    behind = (
        r"(?=[.,;\n]|$|\sand\s|\sby\s)(?<=\b(?:is|was|are|were|am|i['’]m|nationality|ethnicity|origin|citizenship)\s?:?\s"
        r"[\w\s-]{4,20})"
    )
    telling = telling_words(names)
    yield Rule("NRP", rf"\b{word_tree(names)}(?!\w)(?:{beside}|{behind})", 0.55, words=telling, lower=True)
    yield Rule("NRP", rf"\b{_capital(lexicon['demonyms'])}(?!\w)", 0.3, words=telling, flags=_CASED)
    yield Rule(
        "NRP", rf"\b{_capital(lexicon['peoples'])}(?!\w)", 0.5, words=telling_words(lexicon["peoples"]), flags=_CASED
    )
    skin = rf"\b{word_tree(lexicon['skins'])}\s(?:man|woman|men|women|male|female|boy|girl|people|person|persons)(?!\w)"
    yield Rule("ETHNICITY", skin, 0.45, words=frozenset(lexicon["skins"]), lower=True)


def _foreign_nations(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield nationalities in languages that write them small: by the word before them."""
    before = rf"(?<=(?<!\w){word_tree(lexicon['before_demonym'])}\s[\w-]{{3,20}})"
    yield Rule(
        "NRP",
        rf"\b{word_tree(lexicon['demonyms'])}(?!\w){before}",
        0.5,
        words=telling_words(lexicon["demonyms"]),
        lower=True,
    )
    if "adjectives" in lexicon:
        phrase = rf"\b{word_tree(lexicon['adjectives'])}(?:er|e|en|em|es)?\s{word_tree(lexicon['belonging'])}(?!\w)"
        yield Rule("NRP", phrase, 0.55, words=frozenset(lexicon["belonging"]), lower=True)


def _beliefs(lexicon: Lexicon, capitals: bool) -> Iterator[Rule]:
    """Yield peoples, faiths, convictions and orientations: special categories wherever they stand."""
    for label, name, score in (("ETHNICITY", "minorities", 0.45), ("NRP", "faiths", 0.45)):
        words = _capital(lexicon[name]) if capitals else word_tree(lexicon[name])
        telling = telling_words(lexicon[name])
        yield Rule(label, rf"\b{words}(?!\w)", score, words=telling, lower=not capitals, flags=_CASED)
    convictions = [*lexicon["beliefs"], *lexicon["orientations"]]
    telling = telling_words(convictions) | {f"{word}s" for word in telling_words(convictions)}
    yield Rule("NRP", rf"\b{word_tree(convictions)}s?(?!\w)", 0.4, words=telling, lower=True)


def _family(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield relatives of a person in English, and marital states."""
    rank = rf"(?:{word_tree(lexicon['ranks'])}\s){{0,2}}"
    kin = rf"\b{word_tree(lexicon['owners'])}\s{rank}(?P<value>{word_tree(lexicon['kin'])})(?!\w)"
    yield Rule("FAMILY_RELATION", kin, 0.3, words=frozenset(lexicon["kin"]), lower=True)
    yield from _marital(lexicon, 0.35)


def _foreign_family(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield relatives: of somebody ("sa mère"), or alone where clinical notes name them ("madre con asma")."""
    side = rf"(?:\s{word_tree(lexicon['kin_sides'])}(?!\w))?"
    kin, words = rf"{word_tree(lexicon['kin'])}(?!\w){side}", frozenset(lexicon["kin"])
    owned = rf"\b{word_tree(lexicon['owners'])}\s(?P<value>{kin})"
    yield Rule("FAMILY_RELATION", owned, 0.35, words=words, lower=True)
    if lexicon["kin_alone"]:
        count = rf"(?:(?:\d|{word_tree(lexicon['counts'])})\s)?"
        yield Rule(
            "FAMILY_RELATION", rf"\b{count}{word_tree(lexicon['kin_alone'])}(?!\w){side}", 0.4, words=words, lower=True
        )
    yield from _marital(lexicon, 0.4)


def _marital(lexicon: Lexicon, score: float) -> Iterator[Rule]:
    state = word_tree(lexicon["marital"])
    before = rf"(?<=(?<!\w){word_tree(lexicon['marital_before'])}\s[\w\s-]{{4,24}})"
    words = telling_words(lexicon["marital"])
    yield Rule("FAMILY_RELATION", rf"\b{state}(?!\w){before}", score, words=words, lower=True)


def _genders(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield the sex of a patient."""
    gender = word_tree(lexicon["genders"])
    words = telling_words(lexicon["genders"])
    if "gender_sure" in lexicon:
        old = r"(?<=(?:\bold|y/o|\byo|\belderly|\bgender:|\bsex:)\s(?:\w{3,12}\s)?)"
        yield Rule("GENDER", rf"\b(?={gender}(?!\w)){old}{gender}", 0.3, words=words, lower=True)
        sure = word_tree(lexicon["gender_sure"])
        yield Rule("GENDER", rf"\b{sure}(?!\w)", 0.4, words=telling_words(lexicon["gender_sure"]), lower=True)
        return
    before = rf"(?<=(?<!\w){word_tree(lexicon['gender_before'])}\s)"
    after = r"(?=,?\s(?:de\s|d['’]\s?|von\s|mit\s)?(?:\d|un\s|une\s|una\s|\p{L}{3,12}\s(?:años|meses|ans|mois|jahren)))"
    yield Rule("GENDER", rf"\b(?={gender}(?!\w))(?:{before}{gender}|{gender}{after})", 0.45, words=words, lower=True)
    if lexicon["genders_alone"]:
        alone = word_tree(lexicon["genders_alone"])
        yield Rule("GENDER", rf"\b{alone}(?!\w)", 0.45, words=frozenset(lexicon["genders_alone"]), lower=True)


def _health(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield conditions of health that describe a person; only the dial `recall` sees them."""
    words = telling_words(lexicon["health"])
    yield Rule("HEALTH", rf"\b{word_tree(lexicon['health'])}(?!\w)", 0.3, words=words, lower=True)
    rate = r"\d{1,3}(?:\.\d)?\s?%\s(?=(?:disab|invalid|incapac|of\sdisab|reduction|loss\sof))"
    yield Rule("HEALTH", rf"(?=\d){rate}", 0.4, needs="%", lower=True)


@lru_cache(maxsize=16)
def rules(language: str) -> tuple[Rule, ...]:
    """Return the rules for a language. Raises `PolicyError` where it is not known."""
    lexicon = load_lexicon("demographics", language)
    if language == "en":
        own = [*_nations(lexicon), *_family(lexicon), *_health(lexicon)]
    else:
        own = [*_foreign_nations(lexicon), *_foreign_family(lexicon)]
    shared = [*_beliefs(lexicon, capitals=language == "en"), *_genders(lexicon), *occupation_rules(lexicon)]
    return (*own, *shared)


class DemographicsDetector(PatternDetector):
    """Nationality, people, faith, family, sex, work and health, in the words of one language."""

    def __init__(self, language: str = "en", seconds: float = 1.0) -> None:
        super().__init__("demographics", rules(language), seconds, sieved=True)


_POSITIVE = (
    ("NRP", "She is a {} and lives here.", ("Turkish national", "Swedish citizen", "Kenyan national", "Irish citizen")),
    ("NRP", "He is of {}, he said.", ("Polish origin", "Moroccan descent", "Indian origin", "Cuban descent")),
    ("NRP", "They are {} by faith.", ("Catholic", "Hindus", "Jehovah's Witnesses", "Sikhs")),
    ("ETHNICITY", "The {} family moved away.", ("Kurdish", "Roma", "Basque", "Sami")),
    ("OCCUPATION", "From then on she worked as a {} for years.", ("ballet dancer", "nurse", "lorry driver", "welder")),
    ("OCCUPATION", "The applicant, a {}, was absent.", ("lawyer", "primary school teacher", "dentist", "farmer")),
    ("OCCUPATION", "My uncle is a {} now.", ("retired miner", "pensioner", "midwife", "civil servant")),
)
_NEGATIVE = (
    ("The package {} runs {} times.", ("manager", "driver", "controller")),
    ("It works as {} in {} steps.", ("follows", "intended", "described")),
    ("The {} loop has {} rounds.", ("inner", "outer", "main")),
)


def examples(random: Random) -> Example:
    """Draw a sentence that says what somebody is, or one about a thing."""
    if random.random() < 0.6:
        label, sentence, values = random.choice(_POSITIVE)
        value = random.choice(values)
        return Example(sentence.format(value), value, label)
    sentence, things = random.choice(_NEGATIVE)
    value = random.choice(things)
    return Example(sentence.format(value, random.randrange(2, 90)), value, None)

"""Recognisers that a person writes, in Presidio's YAML format; each can bring examples and is held to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from deid.detectors.engine.pattern import PatternDetector, Rule
from deid.detectors.own.expression import FLAGS, check, check_flags
from deid.detectors.own.predefined import find_predefined
from deid.detectors.own.proof import Proof, prove
from deid.errors import PolicyError
from deid.example import Example
from deid.finding import Finding
from deid.labels import from_presidio
from deid.lists import check_label
from deid.phrases import Phrases

NAME = "custom"
"""What findings of a person's own recognisers carry as their origin; those of Presidio's own carry its family's."""

_TOP = frozenset({"recognizers", "supported_languages", "global_regex_flags"})
_PREDEFINED = frozenset(
    {
        "name",
        "type",
        "class_name",
        "enabled",
        "supported_language",
        "supported_languages",
        "context",
        "country_code",
    }
)
_CUSTOM = _PREDEFINED - {"class_name"} | {
    "supported_entity",
    "supported_entities",
    "patterns",
    "deny_list",
    "deny_list_score",
    "global_regex_flags",
    "version",
    "examples",
    "counter_examples",
}
_PATTERN = frozenset({"name", "regex", "score"})
_EXAMPLE = frozenset({"text", "value"})


class Recogniser:
    """One recogniser: its rules, its list of phrases with their score, its examples.

    `served` says in words, for one of Presidio's own, who does its work.
    """

    def __init__(
        self,
        name: str,
        rules: Sequence[Rule] = (),
        listed: tuple[str, Phrases, float] | None = None,
        examples: Sequence[Example] = (),
        served: str = "",
    ) -> None:
        self.name = name
        self.examples = tuple(examples)
        self.served = served
        self._rules = tuple(rules)
        self._listed = listed

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its patterns."""
        return self._rules

    def phrases(self, text: str) -> Iterable[Finding]:
        """Give the places of a text at which one of its phrases stands."""
        if self._listed:
            label, phrases, score = self._listed
            yield from (Finding(start, end, label, score, NAME) for start, end in phrases.find(text))

    def prove(self) -> Proof:
        """Try it, alone, on its own examples."""
        return prove(CustomDetector([self]), self.examples)


class CustomDetector:
    """The recognisers of one file. A text that takes them longer than `seconds` is withheld."""

    def __init__(self, recognisers: Iterable[Recogniser], seconds: float = 1.0) -> None:
        self.recognisers = tuple(recognisers)
        own = [rule for one in self.recognisers if not one.served for rule in one.rules]
        # What tamis' family of Presidio's patterns sees too is no second witness, so it bears the same name.
        theirs = [rule for one in self.recognisers if one.served for rule in one.rules]
        self._patterns = (PatternDetector(NAME, own, seconds), PatternDetector("presidio", theirs, seconds))

    @property
    def name(self) -> str:
        """The name of the family."""
        return NAME

    def detect(self, texts: Sequence[str]) -> list[list[Finding]]:
        """Return what the recognisers find in each text."""
        own, theirs = (patterns.detect(texts) for patterns in self._patterns)
        return [
            [*matched, *also, *(finding for one in self.recognisers for finding in one.phrases(text))]
            for text, matched, also in zip(texts, own, theirs, strict=True)
        ]


def load_recognisers(path: Path, language: str = "en") -> CustomDetector:
    """Read recognisers in Presidio's YAML format, and keep those of the language.

    Beside Presidio's keys a recogniser may have `examples`, each a mapping of `text` and `value`, and
    `counter_examples`, texts. Raises `PolicyError`, naming file, recogniser and pattern but nothing that they match,
    for anything that would not do what it says: an unknown key, a pattern that is refused (see `expression.check`), a
    score outside 0…1, a recogniser of Presidio's that cannot run here.
    """
    given = _read(path)
    file = path.name
    _known_keys(given, _TOP, file)
    flags = check_flags(given.get("global_regex_flags", int(FLAGS)), file)
    entries = given.get("recognizers")
    if not isinstance(entries, list):
        raise PolicyError(f"{file}: 'recognizers' must be a list")
    languages = given.get("supported_languages")
    recognisers = [
        _Reader(entry, f"{file}: recogniser {number}", language, flags).read(languages)
        for number, entry in enumerate(entries, 1)
    ]
    return CustomDetector(one for one in recognisers if one is not None)


def _read(path: Path) -> Mapping[str, object]:
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyError(f"recognisers {path.name!r} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PolicyError(f"recognisers {path.name!r} is not UTF-8 text") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f": line {mark.line + 1}" if mark else ""
        raise PolicyError(f"recognisers {path.name!r} is not YAML{at}") from None
    except RecursionError:
        raise PolicyError(f"recognisers {path.name!r} is not YAML: too deep") from None
    if not isinstance(given, Mapping):
        raise PolicyError(f"recognisers {path.name!r} must be a mapping with the key 'recognizers'")
    return given


class _Reader:
    """Reads one entry of the file."""

    def __init__(self, entry: object, where: str, language: str, flags: int) -> None:
        given = {"name": entry, "type": "predefined"} if isinstance(entry, str) else entry
        if not isinstance(given, Mapping):
            raise PolicyError(f"{where} must be a mapping or the name of a recogniser")
        name = given.get("name")
        if not isinstance(name, str) or not name.strip():
            raise PolicyError(f"{where} needs a name")
        self._given, self._name, self._language = given, name, language
        self._where = f"{where} ({name})"
        self._flags = check_flags(given.get("global_regex_flags", flags), self._where)

    def read(self, languages: object) -> Recogniser | None:
        """Return the recogniser, or None where it is switched off or of another language."""
        kind = self._given.get("type")
        if kind is None:
            kind = "custom" if {"patterns", "deny_list"} & set(self._given) else "predefined"
        if kind not in {"custom", "predefined"}:
            raise PolicyError(f"{self._where}: the type is 'custom' or 'predefined'")
        _known_keys(self._given, _CUSTOM if kind == "custom" else _PREDEFINED, self._where)
        enabled = self._given.get("enabled", True)
        if not isinstance(enabled, bool):
            raise PolicyError(f"{self._where}: 'enabled' is true or false")
        context = self._context(languages)
        recogniser = self._custom(context or ()) if kind == "custom" else self._predefined(context)
        return recogniser if enabled and context is not None else None

    def _context(self, languages: object) -> tuple[str, ...] | None:
        """Return the context words for the language, or None where the recogniser is of other languages."""
        general = _strings(self._given.get("context"), f"{self._where}: context")
        spoken = self._given.get("supported_language", self._given.get("supported_languages", languages))
        if spoken is None:
            return general
        for one in spoken if isinstance(spoken, list) else [spoken]:
            if isinstance(one, str) and one == self._language:
                return general
            if isinstance(one, Mapping) and one.get("language") == self._language:
                return _strings(one.get("context"), f"{self._where}: context") or general
            if not isinstance(one, str | Mapping):
                raise PolicyError(f"{self._where}: a language is a code such as 'en'")
        return None

    def _predefined(self, context: tuple[str, ...] | None) -> Recogniser:
        name = self._given.get("class_name") or self._name
        found = find_predefined(str(name), self._language, self._where)
        rules = [replace(rule, context=context or rule.context) for rule in found.rules]
        return Recogniser(self._name, rules, served=found.served)

    def _custom(self, context: tuple[str, ...]) -> Recogniser:
        label = self._label()
        rules = [self._rule(label, number, given, context) for number, given in enumerate(self._list("patterns"), 1)]
        terms = self._list("deny_list")
        if not rules and not terms:
            raise PolicyError(f"{self._where}: neither 'patterns' nor 'deny_list'")
        score = _score(self._given.get("deny_list_score", 1.0), f"{self._where}: deny_list_score")
        phrases = Phrases(terms, f"{self._where}: deny_list")
        return Recogniser(self._name, rules, (label, phrases, score) if phrases else None, self._examples(label))

    def _label(self) -> str:
        several = self._given.get("supported_entities", [self._given.get("supported_entity")])
        if not isinstance(several, list) or len(several) != 1:
            raise PolicyError(f"{self._where}: a recogniser finds one entity; write 'supported_entity'")
        return check_label(from_presidio(several[0]) if isinstance(several[0], str) else None, self._where)

    def _rule(self, label: str, number: int, given: object, context: tuple[str, ...]) -> Rule:
        where = f"{self._where}: pattern {number}"
        if not isinstance(given, Mapping):
            raise PolicyError(f"{where} must be a mapping of name, regex and score")
        if isinstance(given.get("name"), str):
            where = f"{where} ({given['name']})"
        _known_keys(given, _PATTERN, where)
        pattern = check(given.get("regex"), where, self._flags)
        return Rule(label, pattern, _score(given.get("score"), where), context, flags=self._flags)

    def _examples(self, label: str) -> list[Example]:
        positive = [self._example(label, number, given) for number, given in enumerate(self._list("examples"), 1)]
        negative = _strings(self._given.get("counter_examples"), f"{self._where}: counter_examples")
        return [*positive, *(Example(text, "", None) for text in negative)]

    def _example(self, label: str, number: int, given: object) -> Example:
        where = f"{self._where}: example {number}"
        if not isinstance(given, Mapping) or not all(isinstance(value, str) and value for value in given.values()):
            raise PolicyError(f"{where} must be a mapping of text and value, both strings")
        _known_keys(given, _EXAMPLE, where)
        text, value = given.get("text", ""), given.get("value", given.get("text", ""))
        if not text or value not in text:
            raise PolicyError(f"{where}: the value does not stand in the text")
        return Example(text, value, label)

    def _list(self, key: str) -> list[object]:
        listed = self._given.get(key) or []
        if not isinstance(listed, list):
            raise PolicyError(f"{self._where}: {key!r} must be a list")
        return listed


def _known_keys(given: Mapping[str, object], known: frozenset[str], where: str) -> None:
    unknown = [key for key in given if key not in known]
    if unknown:
        raise PolicyError(f"{where}: unknown key {unknown[0]!r}; known: {', '.join(sorted(known))}")


def _score(given: object, where: str) -> float:
    if not isinstance(given, int | float) or isinstance(given, bool) or not 0.0 <= given <= 1.0:
        raise PolicyError(f"{where}: a score lies between 0 and 1")
    return float(given)


def _strings(given: object, where: str) -> tuple[str, ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(one, str) and one.strip() for one in given):
        raise PolicyError(f"{where} must be a list of strings, none empty")
    return tuple(given)

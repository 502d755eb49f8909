"""Each family finds its own examples and leaves ordinary text alone."""

import importlib
import traceback
from importlib.metadata import EntryPoint
from random import Random

import pytest

import deid.detectors
from deid import Detector, Finding, Policy, Scanner
from deid.detectors import PATTERNS, STANDARD, known_detectors, load_detector
from deid.detectors.engine.pattern import PatternDetector, Rule
from deid.detectors.models import spacy_ner
from deid.errors import DetectorError, ModelError, PolicyError


def labels(scanner: Scanner, text: str) -> list[str]:
    return [f.label for f in scanner.scan([text])[0]]


@pytest.mark.parametrize("family", PATTERNS)
def test_what_a_family_finds_the_default_policy_hides(scanner: Scanner, family: str) -> None:
    (detector,) = (d for d in scanner.detectors if d.name == family)
    draw = importlib.import_module(type(detector).__module__).examples
    wanted = [example for seed in range(40) if (example := draw(Random(seed))).label]
    for example, found in zip(wanted, scanner.scan([e.text for e in wanted]), strict=True):
        hidden = {i for f in found for i in range(f.start, f.end)}
        start = example.text.index(example.value)
        letters = {start + i for i, char in enumerate(example.value) if char.isalnum()}
        assert hidden >= letters, example.text


HARMLESS = """
The ABCDEFGHIJKL of it all.
A twelve letter word is substitution here.
COVID-19 was common then.
Take 500 mg twice daily.
The room has 12 chairs and 4 tables.
He scored well on the test.
A ratio of 0.000123456789 was found.
The value was 3.14159265358979 exactly.
It rose by 12.5% in all.
See section 4.2.1 of the manual.
HbA1c was 48 mmol/mol.
The function returns None.
UPPERCASE SHOUTING IS LOUD.
We need 1000000 units of it.
Type 2 diabetes with no complications.
The H1N1 strain was found.
A4 paper, 80 gsm.
It weighs 70 kg and is 180 cm tall.
Python 3.11 is required.
The committee of experts met again.
Dear all, thank you for the help.
Error code 0x80070005 was raised.
The checksum is d41d8cd98f00b204e9800998ecf8427e.
ICD-10 codes are used.
Stage IIIB tumour, T2N1M0.
The ratio was 3:1 in favour.
Add 2 eggs, 100 g flour, 50 ml milk.
Open the door and walk slowly.
e.g. this one, i.e. that one
He left.Then he came back.
It was seen.It was good.
It happened once upon a time.
pH 7.4, pCO2 40
1e-10
100,000 rows
The DSM-5 criteria
Regards, the team
order of magnitude 3
a number of 250 people
case 1 of 2
reference range 3.5-5.0
1/2 cup
24/7 service
The gate opens by 50/50 chance.
p<0.0001 (n=1204)
"[PERSON] met [LOCATION_k1] twice"
""".strip().splitlines()


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_text_is_left_alone(scanner: Scanner, text: str) -> None:
    assert not labels(scanner, text)


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("session 3f2504e0-4f89-11d3-9a0c-0305e82c3301 ended", "PHONE_NUMBER"),
        ("the mean is 1234567.8901", "PHONE_NUMBER"),
        ("The ABCDEFGHIJKL licence", "US_DRIVER_LICENSE"),
        ("x = 0.1234567890123456", "CREDIT_CARD"),
        ("a file size of 120 MB, a file size 120 MB", "ID_NUMBER"),
        ("3.2125550143 m and 0.2125550143 m", "PHONE_NUMBER"),
        ("version 1.2.3", "IP_ADDRESS"),
        ("at 999.999.999.999", "IP_ADDRESS"),
        ("a 52-page-old book", "AGE"),
        ("user@", "EMAIL_ADDRESS"),
        ("a@b", "EMAIL_ADDRESS"),
    ],
)
def test_what_has_the_looks_but_not_the_sense(patterns: Scanner, text: str, never: str) -> None:
    assert never not in labels(patterns, text)


@pytest.mark.parametrize(
    "text",
    [
        "[PERSON] lives in [LOCATION]; write to [EMAIL_ADDRESS] or [US_SSN].",
        "PERSON_k83e8_a34a529fe56f9107 came with PERSON_k83e8_0123456789abcdef.",
        "[WITHHELD]",
    ],
)
def test_what_was_redacted_stays_redacted(scanner: Scanner, text: str) -> None:
    assert not labels(scanner, text)


def test_a_person_found_once_is_found_again_by_each_part(scanner: Scanner) -> None:
    text = "Barbara Miller moved to Chicago. Later MILLER wrote, and Barbara's sister called. They mill about."
    hidden = [text[f.start : f.end] for f in scanner.scan([text])[0] if f.label == "PERSON"]
    assert hidden == ["Barbara Miller", "MILLER", "Barbara"]


def test_the_context_of_a_rule_raises_its_score() -> None:
    detector = PatternDetector("x", [Rule("ID_NUMBER", r"\b\d{5}\b", 0.1, context=("badge", "staff pass"))])
    scores = [
        detector.detect([t])[0][0].score
        for t in ("the 12345", "Badge: 12345", "staff  12345", "staff pass 12345", "badges 12345")
    ]
    assert scores == pytest.approx([0.1, 0.45, 0.1, 0.45, 0.1])


def test_a_rule_finds_its_value_group_and_obeys_its_checksum() -> None:
    rule = Rule("ID_NUMBER", r"id (?P<value>\d+)", 0.5, validate=lambda v: int(v) % 2 == 0)
    assert PatternDetector("x", [rule]).detect(["id 12, id 13"]) == [[Finding(3, 5, "ID_NUMBER", 1.0, "x")]]


class Shouts:
    """What a plug-in looks like: a class without constructor arguments."""

    name = "shouts"

    def detect(self, texts: "list[str]") -> list[list[Finding]]:
        return [[Finding(0, len(t), "SHOUT", 0.9, "shouts")] if t.isupper() else [] for t in texts]


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("shouts", "tests_plugin:Shouts", deid.detectors.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda self: Shouts if self.name == "shouts" else original(self))
    monkeypatch.setattr(deid.detectors, "entry_points", lambda group: [point] if group == deid.detectors.GROUP else [])


original = EntryPoint.load


def test_a_plug_in_is_loaded_by_name_and_votes(plugged: None) -> None:
    assert known_detectors() == (*STANDARD, "shouts")
    scanner = Scanner(Policy(detectors=("records", "shouts")))
    assert isinstance(scanner.detectors[1], Detector)
    assert [(f.label, f.detector) for f in scanner.scan(["THE RAIN"])[0]] == [("SHOUT", "shouts")]
    assert scanner.scan(["The rain"])[0] == ()


def test_an_unknown_detector_is_a_policy_error_that_names_the_known_ones() -> None:
    with pytest.raises(PolicyError, match=r"'nobody'.*known: presidio, .*spacy"):
        load_detector("nobody")
    with pytest.raises(PolicyError):
        Scanner(Policy(detectors=("nobody",)))


@pytest.mark.parametrize("model", ["en_core_web_nowhere", "json", "no-package", "", "../x", "a.b"])
def test_a_missing_model_is_a_model_error(model: str) -> None:
    with pytest.raises(ModelError):
        spacy_ner.find_model(model)


def test_the_default_model_is_the_one_that_was_tested() -> None:
    assert spacy_ner.find_model().expected


class Broken:
    """A plug-in that breaks its contract in one of several ways."""

    name = "broken"

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def detect(self, texts: "list[str]") -> list[list[Finding]]:  # noqa: ARG002 the seam's signature
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer  # type: ignore[return-value]


@pytest.mark.parametrize(
    "answer",
    [
        ValueError("qxzsecret"),
        RecursionError("qxzsecret"),
        UnicodeError("qxzsecret"),
        [],
        [[], []],
        [[Finding(0, 99, "PERSON", 0.9, "b")]],
    ],
)
def test_a_detector_that_breaks_its_contract_stops_the_scan(answer: object) -> None:
    secret = "qxz" + "secret"
    with pytest.raises(DetectorError, match="'broken'") as caught:
        Scanner(detectors=[Broken(answer)]).scan([secret])
    assert secret not in "".join(traceback.format_exception(caught.value))

"""Recognisers in Presidio's YAML format: they do what Presidio would, prove themselves, and faults are refused."""

from pathlib import Path

import pytest
from presidio_analyzer import RecognizerRegistry

from deid.detectors.own.custom import CustomDetector, load_recognisers
from deid.detectors.own.expression import check
from deid.errors import PolicyError
from pipelines.health import examine

STAFF = r"""
recognizers:
  - name: Staff numbers
    supported_language: en
    supported_entity: STAFF_ID
    patterns:
      - name: six digits
        regex: '\bE\d{6}\b'
        score: 0.3
    context: [staff, employee number]
    examples:
      - {text: "Ask staff E123456 about it.", value: E123456}
    counter_examples:
      - "Order E12 was sent."
  - name: Titles
    supported_languages: [en, {language: es, context: [señor]}]
    supported_entity: TITLE
    deny_list: [Mr., Dr.]
    deny_list_score: 0.8
  - name: Postleitzahl
    supported_language: de
    supported_entity: ZIP
    patterns: [{name: plz, regex: '\b\d{5}\b', score: 0.5}]
  - name: Switched off
    enabled: false
    supported_entity: NEVER
    deny_list: [never]
"""


def load(tmp_path: Path, text: str, language: str = "en") -> CustomDetector:
    path = tmp_path / "recognisers.yaml"
    path.write_text(text, encoding="utf-8")
    return load_recognisers(path, language)


def one(fields: str) -> str:
    return f"recognizers:\n  - name: Mine\n    supported_entity: MINE\n{fields}"


def pattern(regex: str, score: str = "0.5") -> str:
    return one(f"    patterns:\n      - name: first\n        regex: {regex}\n        score: {score}\n")


def found(detector: CustomDetector, text: str) -> list[tuple[str, str, float]]:
    return sorted((text[f.start : f.end], f.label, round(f.score, 2)) for f in detector.detect([text])[0])


def test_patterns_context_and_lists_are_found(tmp_path: Path) -> None:
    detector = load(tmp_path, STAFF)
    assert [r.name for r in detector.recognisers] == ["Staff numbers", "Titles"]
    assert found(detector, "dr. Lee: staff E123456, never 12345") == [
        ("E123456", "STAFF_ID", 0.65),
        ("dr.", "TITLE", 0.8),
    ]
    assert found(detector, "E123456") == [("E123456", "STAFF_ID", 0.3)]
    assert {f.detector for f in detector.detect(["E123456"])[0]} == {"custom"}


@pytest.mark.parametrize(("language", "names"), [("es", ["Titles"]), ("de", ["Postleitzahl"]), ("fr", [])])
def test_recognisers_of_other_languages_are_left_out(tmp_path: Path, language: str, names: list[str]) -> None:
    assert [r.name for r in load(tmp_path, STAFF, language).recognisers] == names


def test_presidio_reads_the_same_file_and_finds_the_same(tmp_path: Path) -> None:
    plain = "\n".join(line for line in STAFF.splitlines()[:10])
    path = tmp_path / "plain.yaml"
    path.write_text(plain, encoding="utf-8")
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.add_recognizers_from_yaml(path)
    text = "staff e123456 and E1234567, E654321"
    theirs = [(r.start, r.end) for peer in registry.recognizers for r in peer.analyze(text, ["STAFF_ID"])]
    assert [(f.start, f.end) for f in load_recognisers(path, "en").detect([text])[0]] == theirs


def test_presidios_own_example_file_is_read(tmp_path: Path) -> None:
    import presidio_analyzer

    path = Path(presidio_analyzer.__file__).parent / "conf" / "example_recognizers.yaml"
    assert [r.name for r in load_recognisers(path, "en").recognisers] == ["Titles recognizer"]
    assert found(load_recognisers(path, "de"), "Die zip 12345") == [("12345", "ZIP", 0.4)]


def test_a_predefined_recogniser_runs_under_the_name_of_presidios_family(tmp_path: Path) -> None:
    detector = load(tmp_path, "recognizers: [UkNinoRecognizer, {name: SpacyRecognizer, type: predefined}]")
    text = "his number is AB123456C"
    (finding,) = detector.detect([text])[0]
    assert (text[finding.start : finding.end], finding.label, finding.detector) == (
        "AB123456C",
        "NATIONAL_ID",
        "presidio",
    )
    assert ["family spacy" in r.served for r in detector.recognisers] == [False, True]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (pattern("""'r"\\bsecretname\\b"'"""), r"Mine.*first.*quotes"),
        (pattern("""r'\\bsecretname\\b'"""), r"Mine.*first.*quotes"),
        (pattern("'(secretname'"), r"Mine.*first.*no regular expression"),
        (pattern("'(?:secretname)?'"), r"Mine.*first.*empty string"),
        (pattern(r"'\b'"), "empty string"),
        (pattern("'.+'"), "white space"),
        (pattern("'  '"), "empty pattern"),
        (pattern("12"), "a pattern is a string"),
        (pattern("'(x+x+)+y'"), "takes more than"),
        (pattern(r"'(\w+\s?)*:'"), "takes more than"),
        (pattern(r"'\d+\d+\d+x'"), "takes more than"),
        (pattern("abc", "1.5"), "score"),
        (pattern("abc", "high"), "score"),
        (pattern("abc", "true"), "score"),
        (pattern("abc") + "        flags: 3\n", "unknown key 'flags'"),
        (one("    deny_list: [Secretname, ' ']"), "entry 2"),
        (one("    deny_list: [Secretname, 12]"), "entry 2 is not a string"),
        (one("    deny_list: [a]\n    deny_list_score: 2"), "deny_list_score"),
        (one("    deny_list: [a]\n    colour: red"), "unknown key 'colour'"),
        (one("    type: custom"), "neither"),
        (one("    type: remote"), "'custom' or 'predefined'"),
        (one("    deny_list: [a]\n    examples: [{text: secretname, value: b}]"), "example 1.*does not stand"),
        (one("    deny_list: [a]\n    global_regex_flags: 4096"), "flags"),
        ("recognizers: [NoSuchRecognizer]", "no recogniser of that name"),
        ("recognizers: [StanzaRecognizer]", "only Presidio's pattern recognisers"),
        ("recognizers: [{name: A, type: custom, supported_entity: small, deny_list: [a]}]", "capital letters"),
        ("recognizers: [{supported_entity: A, deny_list: [a]}]", "needs a name"),
        ("recognizers: {}", "must be a list"),
        ("nlp_configuration: {}", "unknown key"),
        ("recognizers: [", "not YAML: line 1"),
        ("[]", "must be a mapping"),
    ],
)
def test_a_fault_is_refused_and_named_without_what_it_would_match(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said) as caught:
        load(tmp_path, text)
    assert "secretname" not in str(caught.value).lower()
    assert str(tmp_path) not in str(caught.value)


def test_a_missing_file_is_named_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"'none.yaml' cannot be read") as caught:
        load_recognisers(tmp_path / "none.yaml", "en")
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize(
    "sound", [r"\b[A-Z]{2}\d{6}\b", r"(?i)case\s+no\.?\s*\d+", r"\w+@\w+\.com", r"(?<=id: )\d{4,9}"]
)
def test_ordinary_patterns_pass(sound: str) -> None:
    assert check(sound, "here") == sound


def test_what_grows_with_the_square_of_a_text_is_stopped_by_the_clock(tmp_path: Path) -> None:
    path = tmp_path / "slow.yaml"
    path.write_text(pattern(r"'[a-z]+\d'"), encoding="utf-8")
    detector = CustomDetector(load_recognisers(path, "en").recognisers, seconds=0.05)
    assert detector.detect(["a" * 50_000])[0][0].withheld


def test_the_doctor_proves_each_recogniser_on_its_own_examples(tmp_path: Path) -> None:
    path = tmp_path / "recognisers.yaml"
    path.write_text(STAFF, encoding="utf-8")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(one("    deny_list: [a]\n    examples: [{text: some b, value: b}]"), encoding="utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text(pattern("'('"), encoding="utf-8")
    said = {p.part: (p.sound, p.state) for p in examine([path, wrong, broken]) if p.part.startswith("recogniser")}
    assert said["recogniser Staff numbers"] == (True, "finds 1 of 1 examples, silent on 1 of 1 counter-examples")
    assert said["recogniser Titles"] == (True, "no examples")
    assert said["recogniser Mine"] == (False, "finds 0 of 1 examples, silent on 0 of 0 counter-examples")
    assert not said["recognisers broken.yaml"][0]

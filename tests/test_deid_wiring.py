"""What a policy brings of its own goes through the same scan as everything else."""

from pathlib import Path

import pytest

from deid import Policy, Scanner, redact
from deid.errors import PolicyError

POLICY = """
schema_version = 1
detectors = ["network"]
recognisers = ["own.yaml"]
allow = ["ops@example.com"]

[deny]
PROJECT = ["Bluebird"]
"""
OWN = r"""
recognizers:
  - name: Staff numbers
    supported_language: en
    supported_entity: STAFF_ID
    patterns: [{name: six digits, regex: '\bE\d{6}\b', score: 0.7}]
"""


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "policy.toml").write_text(POLICY, encoding="utf-8")
    return Policy.load(tmp_path / "policy.toml")


def test_own_recognisers_and_denied_words_are_found_and_allowed_ones_are_not(policy: Policy) -> None:
    text = "E123456 of BLUEBIRD wrote to ops@example.com and ann@example.com"
    assert redact(text, policy).data == "[STAFF_ID] of [PROJECT] wrote to ops@example.com and [EMAIL_ADDRESS]"


def test_recognisers_of_another_language_stay_out(policy: Policy, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(POLICY.replace("[deny]", 'language = "es"\n[deny]'), encoding="utf-8")
    assert redact("E123456", Policy.load(tmp_path / "policy.toml")).data == "E123456"


def test_an_obfuscated_value_is_replaced_where_it_stands(policy: Policy) -> None:
    text = "write to ａｎｎ＠example[dot]com and to B\u200bluebird."
    assert redact(text, policy).data == "write to [EMAIL_ADDRESS] and to [PROJECT]."


def test_a_missing_recogniser_file_is_a_policy_error(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(POLICY, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"own\.yaml"):
        Scanner(Policy.load(tmp_path / "policy.toml"))


@pytest.mark.parametrize(
    "wrong", ["recognisers = 'own.yaml'", "deny = ['Ann']", "allow = 'x'", "allow_patterns = ['(']"]
)
def test_a_wrong_list_is_a_policy_error(wrong: str) -> None:
    import tomllib

    with pytest.raises(PolicyError):
        Policy.from_mapping(tomllib.loads(f"schema_version = 1\n{wrong}"))


@pytest.mark.parametrize("language", ["en", "es", "fr", "de"])
def test_every_language_has_its_families(language: str) -> None:
    mail = {"en": "Mr Smith", "es": "Sr. García", "fr": "M. Dupont", "de": "Herr Schmidt"}[language]
    families = ("people", "dates", "places", "records", "forms", "phones", "identifiers", "organisations")
    found = Scanner(Policy(language=language, detectors=families)).scan([f"{mail}, 03.04.1980."])[0]
    assert {"PERSON", "DATE_TIME"} <= {f.label for f in found}

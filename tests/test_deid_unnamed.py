"""A policy that forgets a label does not let it pass, and says so."""

import pandas as pd

from deid import Policy, redact
from deid.operators import Keep, Mask, Token

FAMILIES = ("network", "identifiers", "records")
TEXT = "Write to ann@example.com or bo@example.com; the IBAN is DE89 3704 0044 0532 0130 00."
FRAME = pd.DataFrame(
    {
        "e-mail": ["ann@example.com", "bo@example.com", None],
        "iban": ["DE89370400440532013000", "GB82WEST12345698765432", "FR1420041010050500013M02606"],
        "note": [TEXT, "", None],
    }
)


def test_what_a_policy_forgets_in_a_text_is_replaced_and_counted() -> None:
    made = redact(TEXT, Policy(detectors=FAMILIES, labels={"EMAIL_ADDRESS": Keep()}))
    assert made.data == "Write to ann@example.com or bo@example.com; the IBAN is [IBAN_CODE]."
    assert made.report.unnamed == {"IBAN_CODE": 1}
    assert made.report.to_dict()["unnamed_labels"] == {"IBAN_CODE": 1}
    assert "not named by the policy, and replaced: IBAN_CODE (1)" in made._repr_html_()


def test_a_default_forgets_nothing() -> None:
    made = redact(TEXT, Policy(detectors=FAMILIES, default=Mask(), labels={"EMAIL_ADDRESS": Keep()}))
    assert made.report.unnamed == {}
    assert "not named" not in made._repr_html_()
    assert "3704" not in made.data


def test_cells_of_columns_and_of_free_text_are_counted() -> None:
    report = redact(FRAME, Policy(detectors=FAMILIES, labels={"EMAIL_ADDRESS": Mask()})).report
    assert report.unnamed == {"IBAN_CODE": 4}
    assert report.labels == {"EMAIL_ADDRESS": 4, "IBAN_CODE": 4}


def test_a_column_is_named_by_its_name_or_by_its_label() -> None:
    by_name = Policy(detectors=FAMILIES, labels={"EMAIL_ADDRESS": Mask()}, columns={"iban": Mask()})
    assert redact(FRAME, by_name).report.unnamed == {"IBAN_CODE": 1}
    by_label = Policy(detectors=FAMILIES, column_labels={"IBAN_CODE": Mask(), "EMAIL_ADDRESS": Mask()})
    assert redact(FRAME, by_label).report.unnamed == {"IBAN_CODE": 1, "EMAIL_ADDRESS": 2}


def test_what_is_found_in_a_column_of_something_else_is_counted_too() -> None:
    frame = pd.DataFrame({"colour": ["red", "ann@example.com", "blue", "green"] * 5})
    made = redact(frame, Policy(detectors=FAMILIES, labels={"PERSON": Token()}, columns={"colour": Keep()}))
    assert "ann@example.com" not in set(made.data["colour"])
    assert made.report.unnamed == {"EMAIL_ADDRESS": 5}

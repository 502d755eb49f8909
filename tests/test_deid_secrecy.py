"""Nothing of a text shows in findings, reprs, errors or logs, whatever happens to it."""

import io
import json
import logging
import traceback
import warnings
from collections.abc import Iterator

import pandas as pd
import pytest

from deid import DeidError, Key, Policy, Scanner
from deid.detectors import STANDARD
from deid.detectors.engine.pattern import PatternDetector, Rule
from deid.detectors.known import KnownDetector
from deid.errors import DetectorError, InputError, KeyFileError, ModelError, PlanError
from deid.labels import LABELS
from deid.normal.normalise import fold
from deid.tables.table import plan_table, redact_table
from deid.text import redact_text

TOKEN = "qxz" + "unseen"
TEXT = (
    f"Mrs Anna {TOKEN.title()} ({TOKEN}@example.com, {TOKEN}.com, GB82 WEST {TOKEN.upper()} 1234 5698 7654 32) paid "
    f"with 4111 1111 1111 1112, IBAN DE89 3704 0044 0532 0130 99, NHS 943 476 5919, born 3 March 2019, from 999.1.2.3, "
    f"bitcoin 1{TOKEN}Xy5ZqB8vQcz1mJpWc9Lq2Nn4, call (212) 555-0143 or +44 7700 900{TOKEN}."
)


class Catcher(logging.Handler):
    """Keeps what every logger says, formatted with its arguments and traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record) + repr(record.args))


@pytest.fixture
def caught_logs() -> Iterator[list[str]]:
    catcher, root = Catcher(), logging.getLogger()
    level = root.level
    root.addHandler(catcher)
    root.setLevel(logging.DEBUG)
    yield catcher.lines
    root.removeHandler(catcher)
    root.setLevel(level)


def test_nothing_of_a_text_is_logged_or_printed(caught_logs: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    scanner = Scanner()  # built here: loading must not log either
    logging.getLogger("mine").debug("the handler works")
    frame = pd.DataFrame(
        {"name": [TOKEN, None], "note": [TEXT, TEXT + " \ud83d"], "colour": [TOKEN, "red"], "iban": [TEXT[:60], "x"]}
    )
    (found,) = scanner.scan([TEXT])
    redact_text(TEXT, found, scanner.policy)
    redact_table(frame, plan_table(frame, scanner), scanner)
    assert any("the handler works" in line for line in caught_logs)
    assert not [line for line in caught_logs if TOKEN in line.lower() or "5698" in line or "0130 99" in line]
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


def test_what_presidio_says_of_a_text_reaches_no_handler(scanner: Scanner, caught_logs: list[str]) -> None:
    logging.getLogger("presidio-analyzer").error("Failed to validate text %s", TOKEN)
    logging.getLogger("presidio-analyzer").critical("Failed to validate text %s", TOKEN)
    assert not [line for line in caught_logs if TOKEN in line]


def test_findings_and_detectors_show_nothing_of_a_text(scanner: Scanner) -> None:
    (found,) = scanner.scan([TEXT])
    known = KnownDetector({"PERSON": [TOKEN]})
    folded = fold(TEXT)
    for thing in (found, known, known.detect([TEXT]), scanner, scanner.policy, folded, Scanner(detectors=[known])):
        assert TOKEN not in repr(thing).lower()
        assert TOKEN not in str(thing).lower()


def test_labels_are_the_only_words_of_a_finding(scanner: Scanner) -> None:
    for finding in scanner.scan([TEXT])[0]:
        assert finding.label in LABELS
        assert set(finding.detector.split("+")) <= {*STANDARD, "same-document"}


class Raises:
    """Raises what carries the text, as other people's code does."""

    name = "raises"

    def detect(self, texts: "list[str]") -> object:
        try:
            int(texts[0])
        except ValueError as error:
            raise RuntimeError(texts[0]) from error


def errors_of(frame: pd.DataFrame, scanner: Scanner) -> "list[tuple[type[DeidError], object]]":
    plain = scanner.without_model()
    return [
        (DetectorError, lambda: Scanner(detectors=[Raises()]).scan([TEXT])),
        (DetectorError, lambda: plan_table(frame, Scanner(detectors=[Raises()]))),
        (PlanError, lambda: plan_table(pd.concat([frame, frame], axis=1), plain)),
        (KeyFileError, lambda: redact_text(TEXT, plain.scan([TEXT])[0], Policy.load("tokens"))),
        (KeyFileError, lambda: Key(TOKEN.encode())),
        (ModelError, lambda: Scanner(Policy(model="nowhere"))),
    ]


def test_no_error_shows_anything_of_a_text(scanner: Scanner) -> None:
    frame = pd.DataFrame({"email": [f"{TOKEN}@example.com"], "note": [TEXT]})
    for kind, call in errors_of(frame, scanner):
        with pytest.raises(kind) as caught:
            call()  # type: ignore[operator]
        shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
        assert TOKEN not in shown.lower()


def test_every_error_has_a_code_an_exit_code_and_an_explanation() -> None:
    kinds = [DeidError, *DeidError.__subclasses__()]
    assert len({kind.code for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert kind.exit_code in {2, 3, 4}
        assert len((kind.__doc__ or "").splitlines()) > 1 or kind is DeidError
    assert InputError in kinds


def test_a_rule_does_not_show_what_it_matched() -> None:
    detector = PatternDetector("x", [Rule("PERSON", TOKEN, 0.9)])
    assert TOKEN not in repr(detector.detect([TEXT]))


def test_a_report_is_json_without_the_data(scanner: Scanner) -> None:
    import deid

    frame = pd.DataFrame({"email": [f"{TOKEN}@example.com"], "note": [TEXT]})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = deid.redact(frame).report
    stream = io.StringIO()
    json.dump(report.to_dict(), stream)
    assert TOKEN not in stream.getvalue().lower()

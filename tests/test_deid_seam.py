"""Operators of Presidio's, of plug-ins and of the user's own go through the same seam, and are held to its contract."""

import hashlib
import traceback
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd
import pytest

import deid.operators.build
from deid import Key, Policy, redact
from deid.errors import KeyFileError, OperatorError, PolicyError
from deid.operators import Context, Custom, Drop, Mask, Operator, Presidio, build_operator, describe, name_of

KEY = Key(bytes(range(32)))
TEXT = "Write to ann@example.com today."
FRAME = pd.DataFrame({"e-mail": ["ann@example.com", "bo@example.com", None], "size": ["1", "2", "3"]})
NETWORK = ("network",)


def policy(operator: Operator) -> Policy:
    return Policy(detectors=NETWORK, labels={"EMAIL_ADDRESS": operator})


def boom(value: str) -> str:
    raise LookupError(value)


class Boom:
    """A callable object that raises what carries the value."""

    def __call__(self, value: str) -> str:
        raise KeyError(value)


def test_a_function_of_the_users_replaces_values_in_texts_and_columns() -> None:
    upper = policy(Custom(str.upper))
    assert redact(TEXT, upper).data == "Write to ANN@EXAMPLE.COM today."
    assert redact(FRAME, upper).data["e-mail"].tolist() == ["ANN@EXAMPLE.COM", "BO@EXAMPLE.COM", None]


@pytest.mark.parametrize("data", [TEXT, [TEXT], FRAME, pd.Series([TEXT])])
@pytest.mark.parametrize("function", [boom, Boom(), lambda value: value.nothing])
def test_a_value_on_which_a_function_fails_is_withheld_and_shows_nowhere(data: str, function: "object") -> None:
    made = redact(data, policy(Custom(function)))  # type: ignore[arg-type]
    shown = f"{made.data} {made.report.to_dict()} {made.report}"
    assert "[WITHHELD]" in shown
    assert "ann@" not in shown
    assert made.report.withheld == (2 if data is FRAME else 1)
    (said,) = made.report.failed
    assert "EMAIL_ADDRESS: the operator 'custom' failed: " in said


def test_only_what_it_fails_on_is_withheld_and_each_row_counts() -> None:
    def careful(value: str) -> str:
        return boom(value) if value.startswith("ann") else "somebody"

    frame = pd.DataFrame({"e-mail": ["ann@example.com", "bo@example.com", "ann@example.com", None], "note": [TEXT] * 4})
    made = redact(frame, policy(Custom(careful)))
    assert made.data["e-mail"].tolist() == ["[WITHHELD]", "somebody", "[WITHHELD]", None]
    assert made.data["note"].tolist() == ["Write to [WITHHELD] today."] * 4
    assert made.report.withheld == 6
    assert set(made.report.failed) == {
        "column 'e-mail', EMAIL_ADDRESS: the operator 'custom' failed: LookupError",
        "EMAIL_ADDRESS: the operator 'custom' failed: LookupError",
    }
    assert redact("Write to bo@example.com", policy(Custom(careful))).report.failed == {}


def test_what_could_not_be_scanned_is_counted_once() -> None:
    made = redact([TEXT, f"{TEXT}\ud83d"], policy(Custom(boom)))
    assert made.data == ["Write to [WITHHELD] today.", "[WITHHELD]"]
    assert made.report.withheld == 2


@pytest.mark.parametrize("answer", [None, 3, b"x", ["x"]])
def test_what_is_no_text_is_refused(answer: object) -> None:
    with pytest.raises(OperatorError, match=f"answered with {type(answer).__name__}") as caught:
        redact(FRAME, policy(Custom(lambda _: answer)))  # type: ignore[arg-type, return-value]
    assert "column 'e-mail', EMAIL_ADDRESS" in str(caught.value)
    assert "ann@" not in "".join(traceback.format_exception(caught.value))


def test_what_cannot_be_called_is_refused_at_once() -> None:
    with pytest.raises(PolicyError):
        Custom("upper")  # type: ignore[arg-type]


def test_a_function_is_known_by_its_name_and_not_by_its_place() -> None:
    assert repr(Custom(boom)).endswith("test_deid_seam.boom)")
    assert describe(Custom(Boom())).endswith('test_deid_seam.Boom")')
    assert policy(Custom(boom)).digest == policy(Custom(boom)).digest != policy(Custom(str.upper)).digest


def test_each_distinct_value_is_asked_for_once() -> None:
    asked: list[str] = []
    frame = pd.DataFrame({"e-mail": ["ann@example.com", "bo@example.com"] * 5})
    redact(frame, policy(Custom(lambda value: asked.append(value) or "x")))  # type: ignore[func-returns-value]
    assert sorted(asked) == ["ann@example.com", "bo@example.com"]


def test_presidio_hashes_alike_everywhere_with_the_salt_of_the_key() -> None:
    hashed = Presidio("hash").apply("Ann", Context("PERSON", KEY))
    assert hashed == hashlib.sha256(b"Ann" + KEY.derive("presidio:hash")).hexdigest()
    assert hashed == Presidio("hash").apply("Ann", Context("LOCATION", KEY))
    assert len(Presidio("hash", (("hash_type", "sha512"),)).apply("Ann", Context("PERSON", KEY))) == 128
    with pytest.raises(KeyFileError):
        Presidio("hash").apply("Ann", Context("PERSON"))
    assert policy(Presidio("hash")).needs_key
    assert not policy(Presidio("redact")).needs_key


def test_presidio_encrypts_anew_each_time_and_opens_again() -> None:
    from presidio_anonymizer.operators import Decrypt

    made = [Presidio("encrypt").apply("Ann", Context("PERSON", KEY)) for _ in range(2)]
    assert made[0] != made[1]
    assert {Decrypt().operate(text, {"key": KEY.derive("presidio:encrypt")}) for text in made} == {"Ann"}
    frame = pd.DataFrame({"e-mail": ["ann@example.com"] * 3})
    assert redact(frame, policy(Presidio("encrypt")), KEY).data["e-mail"].nunique() == 3


@pytest.mark.parametrize(
    ("spec", "becomes"),
    [
        ("presidio:redact", ""),
        ("presidio:replace", "<EMAIL_ADDRESS>"),
        ({"operator": "presidio:replace", "new_value": "someone"}, "someone"),
        (
            {"operator": "presidio:mask", "masking_char": "#", "chars_to_mask": 11, "from_end": True},
            "ann@########",
        ),
    ],
)
def test_presidio_does_what_presidio_does(spec: object, becomes: str) -> None:
    made = redact("ann@example.com", policy(build_operator(spec, "x"))).data
    assert made == (becomes if "#" not in becomes else "ann@" + "#" * 11)


@dataclass(frozen=True, slots=True)
class Initial:
    """A plug-in: the first letter, or some."""

    keyed: ClassVar[bool] = False
    by_subject: ClassVar[bool] = False

    letters: int = 1

    def apply(self, value: str, context: Context) -> str:  # noqa: ARG002 the seam's signature
        """Return the first letters."""
        return value[: self.letters]


@dataclass(frozen=True, slots=True)
class Strict:
    """A plug-in with a parameter that must be said."""

    keyed: ClassVar[bool] = False
    by_subject: ClassVar[bool] = False

    word: str

    def apply(self, value: str, context: Context) -> str:  # noqa: ARG002 the seam's signature
        """Return the word."""
        return self.word


@dataclass(frozen=True, slots=True)
class Keep:
    """A plug-in with the name of one of ours, which does something else."""

    keyed: ClassVar[bool] = False
    by_subject: ClassVar[bool] = False

    def apply(self, value: str, context: Context) -> str:  # noqa: ARG002 the seam's signature
        """Return a word."""
        return "gone"


@dataclass(frozen=True, slots=True)
class Some:
    """A plug-in whose parameter may be left out, or be nothing."""

    keyed: ClassVar[bool] = False
    by_subject: ClassVar[bool] = False

    letters: int | None = None

    def apply(self, value: str, context: Context) -> str:  # noqa: ARG002 the seam's signature
        """Return the first letters."""
        return value[: self.letters]


@dataclass(frozen=True, slots=True)
class Bare:
    """A dataclass that does nothing."""


class Loose:
    """What an operator has, but no dataclass."""

    keyed = by_subject = False

    def apply(self, value: str, context: Context) -> str:  # noqa: ARG002 the seam's signature
        """Return nothing."""
        return ""


class Point:
    """An entry point."""

    def __init__(self, name: str, made: object) -> None:
        self.name, self.made = name, made

    def load(self) -> object:
        """Load it, or fail as an import may."""
        if isinstance(self.made, Exception):
            raise self.made
        return self.made


@pytest.fixture(autouse=True)
def plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {
        "initial": Initial,
        "strict": Strict,
        "broken": ImportError("x"),
        "function": boom,
        "class": Boom,
        "keep": Boom,
        "some": Some,
        "bare": Bare,
        "loose": Loose,
    }
    points = [Point(name, kind) for name, kind in made.items()]
    group = deid.operators.build.GROUP
    monkeypatch.setattr(deid.operators.build, "entry_points", lambda group: points if group == GROUP else [])
    assert group == GROUP


GROUP = "tamis.operators"


def test_a_plug_in_is_named_in_a_policy_like_any_operator() -> None:
    assert build_operator("initial", "x") == Initial()
    assert build_operator({"operator": "initial", "letters": 3}, "x") == Initial(3)
    assert redact(TEXT, policy(build_operator("initial", "x"))).data == "Write to a today."
    assert build_operator({"operator": "strict", "word": "w"}, "x") == Strict("w")
    assert build_operator("keep", "x") != Boom


@pytest.mark.parametrize(
    ("spec", "wrong"),
    [
        ({"operator": "initial", "letters": "3"}, "'letters' must be of type int"),
        ({"operator": "initial", "words": 3}, "no parameter 'words'"),
        ("strict", "'strict' needs the parameter 'word'$"),
        ("bare", "the plug-in 'bare' is no operator: a frozen dataclass with apply, keyed, by_subject$"),
        ("loose", "is no operator"),
        ({"operator": "some", "letters": 3}, r"'letters' must be of type int \| None$"),
        ("broken", "cannot be loaded: ImportError"),
        ("function", "is no operator"),
        ("class", "is no operator"),
        ("nonsuch", "no operator is called 'nonsuch'.*initial"),
    ],
)
def test_a_plug_in_that_does_not_fit_is_refused_when_the_policy_is_read(spec: object, wrong: str) -> None:
    with pytest.raises(PolicyError, match=f"labels.X: .*{wrong}"):
        build_operator(spec, "labels.X")


def test_no_plug_in_passes_for_what_a_plan_says() -> None:
    for kind in (Keep, type("Drop", (Keep,), {}), type("Scan", (Keep,), {})):
        made = redact(FRAME, policy(kind()))
        assert made.data["e-mail"].tolist() == ["gone", "gone", None]
        assert made.report.plan[0].action == f"own {kind.__name__.lower()}"


def test_drop_leaves_columns_out_and_takes_words_out(tmp_path: object) -> None:
    frame = pd.DataFrame({"e-mail": ["ann@example.com"], "note": [f"{TEXT} It is about the knee."]})
    for said in (
        Policy(detectors=NETWORK, column_labels={"EMAIL_ADDRESS": Drop()}),
        Policy(detectors=NETWORK, columns={"e-mail": "drop"}),
        Policy(detectors=NETWORK, columns={"e-mail": Drop()}),
    ):
        made = redact(frame, said)
        assert list(made.data.columns) == ["note"]
        assert [step.action for step in made.report.plan] == ["drop", "scan"]
        assert made.data["note"][0] == "Write to [EMAIL_ADDRESS] today. It is about the knee."
    both = redact(frame, policy(Drop())).data
    assert both.to_dict("list") == {"note": ["Write to  today. It is about the knee."]}
    assert redact(TEXT, policy(Drop())).data == "Write to  today."


def test_operators_are_told_by_name_and_parameters() -> None:
    assert describe(Mask()) == name_of(Mask()) == "mask"
    assert describe(Mask(keep_last=2, char="#")) == 'mask (keep_last = 2, char = "#")'
    assert describe(Presidio("hash", (("hash_type", "sha512"),))) == 'presidio:hash (hash_type = "sha512")'

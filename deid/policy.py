"""A policy: which detectors look, and what takes the place of what they find. A frozen value, read from TOML."""

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from types import NoneType
from typing import Any

from deid.detectors import STANDARD
from deid.dial import Dial
from deid.errors import PolicyError
from deid.keys import Key
from deid.lists import KEYS as LIST_KEYS
from deid.lists import Lists
from deid.operators import Keep, Operator, Replace, Surrogate, build_operator, is_fresh
from deid.surrogates import Cast, Draft, Scene, set_scene

DROP, SCAN = "drop", "scan"
"""What a policy may say of a column beside naming an operator: leave it out, or treat it as free text."""

LANGUAGES = ("en", "es", "fr", "de")
"""The languages whose words the pattern families know."""

_VERSION = 1
_KEYS = frozenset(
    {
        "schema_version",
        "name",
        "language",
        "model",
        "detectors",
        "dial",
        "thresholds",
        "min_score",
        "seconds",
        "recognisers",
        *LIST_KEYS,
        "subject",
        "default",
        "labels",
        "column_labels",
        "columns",
        "references",
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """What to look for and what to put in its place.

    `labels` says what replaces a finding of a label in text and in columns, `column_labels` what replaces a whole
    column of that label (first choice there), `columns` what becomes of one column by name ("age", or "patients.age"
    for one table): an operator, "drop" or "scan". A label that the policy does not name falls to `default`, which may
    not be "keep"; without a `default` it is replaced, and the report says that the policy forgot it. Without a
    `model` the spaCy model is the one of the language; `dial` says how much evidence a finding needs; a text on which
    one family of patterns spends more than `seconds` is withheld. `recognisers` are files in Presidio's YAML format,
    `lists` what is always and what is never personal data (`docs/recognisers.md`). `subject` names the column of tables
    that tells whose a row is. `references` says which column of a table refers to which of another: {"visits.patient":
    "people.id"}; both are then treated alike. `digest` tells policies apart by all that they say, files that they name
    by their names.
    """

    name: str = "standard"
    language: str = "en"
    model: str | None = None
    detectors: tuple[str, ...] = STANDARD
    dial: Dial = field(default_factory=Dial)
    seconds: float = 2.0
    recognisers: tuple[Path, ...] = ()
    lists: Lists = field(default_factory=Lists)
    subject: str | None = None
    default: Operator | None = None
    labels: Mapping[str, Operator] = field(default_factory=dict)
    column_labels: Mapping[str, Operator] = field(default_factory=dict)
    columns: Mapping[str, Operator | str] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    digest: str = field(default="", init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.detectors:
            raise PolicyError("detectors: a policy without detectors finds nothing")
        if not 0.0 < self.seconds < float("inf"):
            raise PolicyError("seconds: a time limit lies above 0")
        if self.language not in LANGUAGES:
            raise PolicyError(f"language: {self.language!r} is none of {', '.join(LANGUAGES)}")
        if isinstance(self.default, Keep):
            raise PolicyError("default: 'keep' would pass on what the policy does not name; name what may stay")
        object.__setattr__(self, "digest", _digest(self))

    @property
    def needs_key(self) -> bool:
        """Whether any operator works with a key."""
        return any(operator.keyed for operator in self._operators())

    @property
    def fresh(self) -> bool:
        """Whether any operator answers anew each time."""
        return any(is_fresh(operator) for operator in self._operators())

    @property
    def by_subject(self) -> bool:
        """Whether the answer of any operator depends on whose value it is."""
        return any(operator.by_subject for operator in self._operators())

    @property
    def casts(self) -> bool:
        """Whether any operator puts surrogates, so that a cast is made before anything is written."""
        return any(isinstance(operator, Surrogate) for operator in self._operators())

    def disguises(self, label: str) -> bool:
        """Tell whether surrogates stand for what has this label."""
        return isinstance(self.operator(label), Surrogate)

    @property
    def pseudonymises(self) -> bool:
        """Whether a key leads back to persons: by tokens, consistent surrogates, shifted dates or encrypted values."""
        return self.needs_key

    def scene(self, drafts: Sequence[Draft], key: Key | None, earlier: Cast | None = None) -> Scene:
        """Return the scene in which drafts are written: with a cast, where this policy puts surrogates.

        Raises `KeyFileError` where it needs a key and there is none.
        """
        return set_scene(drafts, key, earlier) if self.casts else Scene()

    def working_key(self, key: Key | None) -> Key | None:
        """Return the key to work with: one that is forgotten, where surrogates are drawn that need no other."""
        return Key.ephemeral() if key is None and self.casts and not self.needs_key else key

    def _operators(self) -> Iterator[Operator]:
        yield from (*([self.default] if self.default else ()), *self.labels.values(), *self.column_labels.values())
        yield from (said for said in self.columns.values() if not isinstance(said, str))

    def names(self, label: str, *, column: bool = False) -> bool:
        """Whether the policy says what becomes of a label, in texts or as a whole column; a default speaks for all."""
        return self.default is not None or label in self.labels or (column and label in self.column_labels)

    def operator(self, label: str) -> Operator:
        """Return what replaces a finding of this label."""
        return self.labels.get(label, self.default or Replace())

    def column_operator(self, label: str) -> Operator:
        """Return what replaces the cells of a column of this label."""
        return self.column_labels.get(label, self.operator(label))

    def column(self, table: str, name: str) -> Operator | str | None:
        """Return what the policy says of a column by name, the table's own word first; None where it says nothing.

        A table that is called FILE#TITLE, to tell it from others, may be named by its title alone.

        >>> Policy(columns={"people.pid": "drop"}).column("a.xlsx#people", "pid")
        'drop'
        """
        said = (self.columns.get(f"{one}.{name}") for one in called(table))
        return next((one for one in said if one is not None), self.columns.get(name))

    @classmethod
    def load(cls, source: str | os.PathLike[str]) -> "Policy":
        """Read a policy: the name of a preset, or the path of a TOML file.

        Raises `PolicyError`, naming the key at fault.

        >>> Policy.load("standard").operator("PERSON")
        Replace()
        """
        preset = files("deid") / "policies" / f"{source}.toml"
        file = preset if isinstance(source, str) and source in presets() else Path(source)
        try:
            folder = file.parent if isinstance(file, Path) else Path()
            return cls.from_mapping(_parsed(file.read_text(encoding="utf-8"), Path(source).name), folder)
        except FileNotFoundError:
            raise PolicyError(
                f"policy {Path(source).name!r}: neither a preset ({', '.join(presets())}) nor a file"
            ) from None
        except OSError as error:
            raise PolicyError(f"policy {Path(source).name!r} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise PolicyError(f"policy {Path(source).name!r} is not UTF-8 text") from None

    @classmethod
    def from_mapping(cls, given: Mapping[str, object], folder: Path = Path()) -> "Policy":
        """Build a policy from what a TOML file says; paths in it are relative to `folder`.

        Raises `PolicyError`, naming the key at fault.
        """
        unknown = sorted(set(given) - _KEYS)
        if unknown:
            raise PolicyError(f"unknown key {unknown[0]!r}; known: {', '.join(sorted(_KEYS))}")
        if given.get("schema_version") != _VERSION:
            raise PolicyError(f"schema_version must be {_VERSION}")
        base = cls()
        return cls(
            name=_typed(given, "name", str, base.name),
            language=_typed(given, "language", str, base.language),
            model=_typed(given, "model", (str, NoneType), base.model),
            detectors=_names(given, "detectors", base.detectors),
            dial=Dial(
                _typed(given, "dial", str, base.dial.position),
                float(_typed(given, "min_score", (float, int), base.dial.floor)),
                _scores(given, "thresholds"),
            ),
            seconds=float(_typed(given, "seconds", (float, int), base.seconds)),
            recognisers=tuple(folder / name for name in _names(given, "recognisers", ())),
            lists=Lists.from_mapping(given),
            subject=_typed(given, "subject", (str, NoneType), base.subject),
            default=build_operator(given["default"], "default") if "default" in given else None,
            labels=_operators(given, "labels"),
            column_labels=_operators(given, "column_labels"),
            columns=_columns(given),
            references=_references(given),
        )


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"policy {name!r} is not TOML: {error}") from None
    except (ValueError, RecursionError):
        raise PolicyError(f"policy {name!r} is not TOML: too deep, or a number that is too long") from None


def _digest(policy: Policy) -> str:
    said = {f.name: getattr(policy, f.name) for f in fields(policy) if f.init}
    return sha256(repr(_canonical(said)).encode()).hexdigest()


def _canonical(value: object) -> object:
    """Return a value in one form, whatever the order of a file or the folder that it lies in."""
    if isinstance(value, Mapping):
        return sorted((str(key), _canonical(inner)) for key, inner in value.items())
    if isinstance(value, Lists):
        return [_canonical(getattr(value, f.name)) for f in fields(value)]
    if isinstance(value, tuple):
        return [_canonical(inner) for inner in value]
    return value.name if isinstance(value, Path) else repr(value)


def presets() -> tuple[str, ...]:
    """Return the names of the policies that come with tamis.

    >>> presets()
    ('fast', 'gdpr-pseudonymise', 'hipaa-safe-harbor', 'mask-all', 'research-share', 'standard', 'surrogates', 'tokens')
    """
    folder = files("deid") / "policies"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def _typed(given: Mapping[str, object], key: str, kind: Any, default: Any) -> Any:
    value = given.get(key, default)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise PolicyError(f"{key!r} is of the wrong type")
    return value


def _names(given: Mapping[str, object], key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    names = _typed(given, key, list, list(default))
    if not all(isinstance(name, str) for name in names):
        raise PolicyError(f"{key!r} must be a list of names")
    return tuple(names)


def _scores(given: Mapping[str, object], key: str) -> dict[str, float]:
    return {
        label: float(_typed({label: score}, label, (float, int), 0.0)) for label, score in _section(given, key).items()
    }


def _section(given: Mapping[str, object], key: str) -> Mapping[str, object]:
    section = given.get(key, {})
    if not isinstance(section, Mapping):
        raise PolicyError(f"{key!r} must be a table")
    return section


def _operators(given: Mapping[str, object], key: str) -> dict[str, Operator]:
    return {label: build_operator(spec, f"{key}.{label}") for label, spec in _section(given, key).items()}


def _columns(given: Mapping[str, object]) -> dict[str, Operator | str]:
    flat: dict[str, object] = {}
    for name, spec in _section(given, "columns").items():
        if isinstance(spec, Mapping) and "operator" not in spec:
            flat.update({f"{name}.{column}": inner for column, inner in spec.items()})
        else:
            flat[name] = spec
    return {
        name: spec if isinstance(spec, str) and spec in {DROP, SCAN} else build_operator(spec, f"columns.{name}")
        for name, spec in flat.items()
    }


def _references(given: Mapping[str, object]) -> dict[str, str]:
    section = _section(given, "references")
    for source, target in section.items():
        if not isinstance(target, str) or "." not in source.strip(".") or "." not in target.strip("."):
            raise PolicyError(f"references.{source}: both sides are a table and a column, such as people.id")
    return {source: str(target) for source, target in section.items()}


def called(table: str) -> Iterator[str]:
    """Give the names that a policy may call a table by: its own, and for FILE#TITLE the title.

    >>> list(called("a.xlsx#people")), list(called("people"))
    (['a.xlsx#people', 'people'], ['people'])
    """
    yield table
    while "#" in table:
        table = table.partition("#")[2]
        yield table

"""Build an operator from what a policy says: one of ours, one of Presidio's, or a plug-in."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from importlib.metadata import entry_points
from typing import Any, cast, get_type_hints

from deid.errors import PolicyError
from deid.operators.drop import Drop
from deid.operators.encrypt import Encrypt
from deid.operators.generalise import Generalise
from deid.operators.keep import Keep
from deid.operators.mask import Mask
from deid.operators.operator import Operator
from deid.operators.presidio import PREFIX, Presidio
from deid.operators.redact import Redact
from deid.operators.replace import Replace
from deid.operators.shift import Shift
from deid.operators.surrogate import Surrogate
from deid.operators.token import Token

GROUP = "tamis.operators"
"""The entry-point group of plug-ins: a name for a policy, and a frozen dataclass that is an `Operator`."""

OPERATORS: Mapping[str, type[Operator]] = {
    "keep": Keep,
    "redact": Redact,
    "drop": Drop,
    "replace": Replace,
    "mask": Mask,
    "token": Token,
    "encrypt": Encrypt,
    "shift": Shift,
    "generalise": Generalise,
    "surrogate": Surrogate,
}


def build_operator(spec: object, where: str) -> Operator:
    """Build an operator from a policy: its name, or a table with `operator` and parameters.

    Raises `PolicyError`, naming `where`, for an unknown operator or parameter or a wrong type.

    >>> build_operator({"operator": "mask", "keep_last": 4}, "labels.PHONE_NUMBER")
    Mask(keep_first=0, keep_last=4, char='*')
    >>> build_operator({"operator": "presidio:hash", "hash_type": "sha512"}, "labels.PERSON")
    Presidio(name='hash', settings=(('hash_type', 'sha512'),))
    """
    given = {"operator": spec} if isinstance(spec, str) else spec
    if not isinstance(given, Mapping) or not isinstance(given.get("operator"), str):
        raise PolicyError(f"{where}: an operator is a name, or a table with the key 'operator'")
    name = given["operator"]
    parameters = {str(key): value for key, value in given.items() if key != "operator"}
    try:
        if name.startswith(PREFIX):
            return Presidio(name.removeprefix(PREFIX), tuple(parameters.items()))
        kind = OPERATORS[name] if name in OPERATORS else _plugin(name)
        return kind(**_checked(parameters, kind, name))
    except ValueError as error:
        raise PolicyError(f"{where}: {error}") from None


def _plugin(name: str) -> type[Operator]:
    """Load the operator that a plug-in registers. Raises `ValueError` where none does, or it is none."""
    points = {point.name: point for point in entry_points(group=GROUP)}
    if name not in points:
        known = ", ".join((*OPERATORS, "presidio:…", *sorted(points)))
        raise ValueError(f"no operator is called {name!r}; known: {known}")
    try:
        kind: Any = points[name].load()
    except Exception as error:  # noqa: BLE001 other people's code may raise anything
        raise ValueError(f"the plug-in {name!r} cannot be loaded: {type(error).__name__}") from None
    needed = ("apply", "keyed", "by_subject")
    if not is_dataclass(kind) or not all(hasattr(kind, part) for part in needed):
        raise ValueError(f"the plug-in {name!r} is no operator: a frozen dataclass with {', '.join(needed)}")
    return cast("type[Operator]", kind)


def _checked(parameters: Mapping[str, Any], kind: Any, name: str) -> dict[str, Any]:
    hints = get_type_hints(kind)
    known = {f.name: hints[f.name] for f in fields(kind) if f.init}
    checked = dict(parameters)
    for key, value in parameters.items():
        if key not in known:
            raise ValueError(f"{name!r} has no parameter {key!r}; known: {', '.join(known) or 'none'}")
        if known[key] is float and type(value) is int:
            checked[key] = float(value)
        elif type(value) is not known[key]:
            raise ValueError(f"{key!r} must be of type {getattr(known[key], '__name__', known[key])}")
    missing = [f.name for f in fields(kind) if f.init and f.name not in checked and _is_required(f)]
    if missing:
        raise ValueError(f"{name!r} needs the parameter {missing[0]!r}")
    return checked


def _is_required(of: Any) -> bool:
    return of.default is MISSING and of.default_factory is MISSING

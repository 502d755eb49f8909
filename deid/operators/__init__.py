"""What takes the place of a finding: one operator a file, all behind `Operator`."""

from collections.abc import Mapping
from dataclasses import fields

from deid.errors import PolicyError
from deid.operators.generalise import Generalise
from deid.operators.keep import Keep
from deid.operators.mask import Mask
from deid.operators.operator import Context, Operator
from deid.operators.redact import Redact
from deid.operators.replace import Replace
from deid.operators.shift import Shift
from deid.operators.surrogate import Surrogate
from deid.operators.token import Token

OPERATORS: Mapping[str, type[Operator]] = {
    "keep": Keep,
    "redact": Redact,
    "replace": Replace,
    "mask": Mask,
    "token": Token,
    "shift": Shift,
    "generalise": Generalise,
    "surrogate": Surrogate,
}

__all__ = [
    "OPERATORS",
    "Context",
    "Generalise",
    "Keep",
    "Mask",
    "Operator",
    "Redact",
    "Replace",
    "Shift",
    "Surrogate",
    "Token",
    "build_operator",
]


def build_operator(spec: object, where: str) -> Operator:
    """Build an operator from a policy: its name, or a table with `operator` and parameters.

    Raises `PolicyError`, naming `where`, for an unknown operator or parameter or a wrong type.

    >>> build_operator({"operator": "mask", "keep_last": 4}, "labels.PHONE_NUMBER")
    Mask(keep_first=0, keep_last=4, char='*')
    """
    given = {"operator": spec} if isinstance(spec, str) else spec
    if not isinstance(given, Mapping) or not isinstance(given.get("operator"), str):
        raise PolicyError(f"{where}: an operator is a name, or a table with the key 'operator'")
    name = given["operator"]
    if name not in OPERATORS:
        raise PolicyError(f"{where}: no operator is called {name!r}; known: {', '.join(OPERATORS)}")
    kind = OPERATORS[name]
    parameters = {str(key): value for key, value in given.items() if key != "operator"}
    known = {f.name: f.type for f in fields(kind)}  # type: ignore[arg-type]
    for key, value in parameters.items():
        if key not in known:
            raise PolicyError(f"{where}: {name!r} has no parameter {key!r}; known: {', '.join(known) or 'none'}")
        if known[key] is float and type(value) is int:
            parameters[key] = float(value)
        elif type(value) is not known[key]:
            raise PolicyError(f"{where}: {key!r} must be of type {getattr(known[key], '__name__', known[key])}")
    try:
        return kind(**parameters)
    except ValueError as error:
        raise PolicyError(f"{where}: {error}") from None

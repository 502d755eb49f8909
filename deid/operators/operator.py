"""The seam of all operators."""

import json
from collections import Counter
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from typing import Any, Protocol

from deid.errors import DeidError, KeyFileError, OperatorError
from deid.finding import WITHHELD_TEXT
from deid.keys import NO_KEY, Key
from deid.surrogates.scene import Scene

_NOWHERE = Scene()

_PLANNED = frozenset({"keep", "drop", "scan"})


@dataclass(frozen=True, slots=True)
class Context:
    """What an operator may know beside the value: its label, the key where there is one, and whose value it is.

    `subject` names the person whom a row or document is about, or the row or document itself where nobody is named.
    The repr does not show it. `column` is the name of the column whose cell the value fills, empty for a part of a
    text; `policy` the digest of the policy. `failures` counts what operators failed on, by what is said of it. `scene`
    tells whose names stand beside the value, and who plays whom.
    """

    label: str
    key: Key | None = None
    subject: str = field(default="", repr=False)
    language: str = "en"
    column: str = ""
    policy: str = ""
    failures: Counter[str] = field(default_factory=Counter, repr=False, compare=False)
    scene: Scene = field(default=_NOWHERE, repr=False)

    def needed_key(self) -> Key:
        """Return the key. Raises `KeyFileError` without one."""
        if self.key is None:
            raise KeyFileError(NO_KEY)
        return self.key


class Operator(Protocol):
    """Turns a value into what may leave. Frozen; its fields are the parameters that a policy may set.

    `keyed` tells whether it needs a key, `by_subject` whether the answer depends on whose value it is. Same value, same
    context: same answer, and each distinct value of a column is asked for once; an operator with an attribute `fresh`
    that is true answers anew each time, and is asked for every cell.
    """

    @property
    def keyed(self) -> bool:
        """Whether it needs a key."""
        ...

    @property
    def by_subject(self) -> bool:
        """Whether the answer depends on whose value it is."""
        ...

    def apply(self, value: str, context: Context) -> str:
        """Return what takes the place of `value`."""
        ...


def is_fresh(operator: Operator) -> bool:
    """Whether an operator answers anew each time."""
    return bool(getattr(operator, "fresh", False))


def name_of(operator: Operator) -> str:
    """Return the name of an operator as a plan shows it: the one in a policy, or that of its class.

    A plan has words of its own; an operator that is not ours never passes for one of them.

    >>> from deid.operators import Mask
    >>> name_of(Mask())
    'mask'
    """
    kind = type(operator)
    name = str(getattr(operator, "title", kind.__name__.lower()))
    return name if name not in _PLANNED or kind.__module__.startswith("deid.operators.") else f"own {name}"


def describe(operator: Operator) -> str:
    """Return the name of an operator and those of its parameters that are not as they are by default.

    >>> from deid.operators import Mask
    >>> describe(Mask(keep_last=4))
    'mask (keep_last = 4)'
    """
    told = ", ".join(f"{name} = {json.dumps(value, default=str)}" for name, value in _settings(operator))
    return f"{name_of(operator)} ({told})" if told else name_of(operator)


def apply(operator: Operator, value: str, context: Context) -> str:
    """Return what an operator makes of a value, and hold it to its contract.

    Where it fails, the value is withheld and the failure counted; what other people's code raises may carry the value
    and goes no further. Raises `OperatorError` where it answers something that is no text.
    """
    try:
        made: object = operator.apply(value, context)
    except DeidError:
        raise
    except Exception as error:  # noqa: BLE001 other people's code may raise anything
        context.failures[_failure(operator, context, f"failed: {type(error).__name__}")] += 1
        return WITHHELD_TEXT
    if not isinstance(made, str):
        raise OperatorError(_failure(operator, context, f"answered with {type(made).__name__}, which is no text"))
    return made


def _failure(operator: Operator, context: Context, what: str) -> str:
    place = f"column {context.column!r}, " if context.column else ""
    return f"{place}{context.label}: the operator {name_of(operator)!r} {what}"


def _settings(operator: Any) -> list[tuple[str, Any]]:
    told = getattr(operator, "settings", None)
    if told is not None:
        return list(told)
    known = fields(operator) if is_dataclass(operator) else ()
    return [(f.name, getattr(operator, f.name)) for f in known if getattr(operator, f.name) != _default(f)]


def _default(of: "Field[Any]") -> object:
    return of.default if of.default_factory is MISSING else of.default_factory()

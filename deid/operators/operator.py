"""The seam of all operators."""

from dataclasses import dataclass
from typing import Protocol

from deid.keys import Key


@dataclass(frozen=True, slots=True)
class Context:
    """What an operator may know beside the value: its label, and the key where there is one."""

    label: str
    key: Key | None = None


class Operator(Protocol):
    """Turns a value into what may leave. Frozen; its fields are the parameters that a policy may set."""

    def apply(self, value: str, context: Context) -> str:
        """Return what takes the place of `value`. Same value, same context: same answer."""
        ...

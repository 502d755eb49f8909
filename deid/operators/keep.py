"""Leave it as it is."""

from dataclasses import dataclass
from typing import ClassVar

from deid.operators.operator import Context


@dataclass(frozen=True, slots=True)
class Keep:
    """The value stays. For labels that a policy declares harmless."""

    keyed: ClassVar[bool] = False
    by_subject: ClassVar[bool] = False

    def apply(self, value: str, context: Context) -> str:  # noqa: ARG002 the seam's signature
        """Return the value."""
        return value

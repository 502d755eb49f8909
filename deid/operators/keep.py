"""Leave it as it is."""

from dataclasses import dataclass

from deid.operators.operator import Context


@dataclass(frozen=True, slots=True)
class Keep:
    """The value stays. For labels that a policy declares harmless."""

    def apply(self, value: str, context: Context) -> str:  # noqa: ARG002 the seam's signature
        """Return the value."""
        return value

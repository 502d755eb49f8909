"""Take it out."""

from dataclasses import dataclass
from typing import ClassVar

from presidio_anonymizer.operators import Redact as PresidioRedact

from deid.operators.operator import Context


@dataclass(frozen=True, slots=True)
class Redact:
    """The value goes without a trace (Presidio's `redact`)."""

    keyed: ClassVar[bool] = False
    by_subject: ClassVar[bool] = False

    def apply(self, value: str, context: Context) -> str:  # noqa: ARG002 the seam's signature
        """Return nothing.

        >>> Redact().apply("Ann", Context("PERSON"))
        ''
        """
        return str(PresidioRedact().operate(value, {}))

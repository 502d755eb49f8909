"""Say what kind of thing stood there."""

from dataclasses import dataclass
from typing import ClassVar

from presidio_anonymizer.operators import Replace as PresidioReplace

from deid.operators.operator import Context


@dataclass(frozen=True, slots=True)
class Replace:
    """The value becomes its label in brackets (Presidio's `replace`)."""

    keyed: ClassVar[bool] = False
    by_subject: ClassVar[bool] = False

    def apply(self, value: str, context: Context) -> str:
        """Return the label.

        >>> Replace().apply("Ann", Context("PERSON"))
        '[PERSON]'
        """
        return str(PresidioReplace().operate(value, {"new_value": f"[{context.label}]"}))

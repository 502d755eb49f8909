"""Say what kind of thing stood there."""

from dataclasses import dataclass

from presidio_anonymizer.operators import Replace as PresidioReplace

from deid.operators.operator import Context


@dataclass(frozen=True, slots=True)
class Replace:
    """The value becomes its label in brackets (Presidio's `replace`)."""

    def apply(self, value: str, context: Context) -> str:
        """Return the label.

        >>> Replace().apply("Ann", Context("PERSON"))
        '[PERSON]'
        """
        return str(PresidioReplace().operate(value, {"new_value": f"[{context.label}]"}))

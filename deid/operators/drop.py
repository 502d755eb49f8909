"""Leave it out: the whole column, or the words in a text."""

from dataclasses import dataclass
from typing import ClassVar

from deid.operators.operator import Context


@dataclass(frozen=True, slots=True)
class Drop:
    """A column of the label is left out of the table; in a text, where there is no column, the value goes."""

    keyed: ClassVar[bool] = False
    by_subject: ClassVar[bool] = False

    def apply(self, value: str, context: Context) -> str:  # noqa: ARG002 the seam's signature
        """Return nothing.

        >>> Drop().apply("Ann", Context("PERSON"))
        ''
        """
        return ""

"""Cover it, and let a stated part show."""

from dataclasses import dataclass
from typing import ClassVar

from presidio_anonymizer.operators import Mask as PresidioMask

from deid.operators.operator import Context


@dataclass(frozen=True, slots=True)
class Mask:
    """Letters and digits become `char` (Presidio's `mask`), but for the first and last ones that may show.

    A value that would otherwise stand there unchanged (it is no longer than what may show) is covered whole.
    Punctuation is covered too, so that no shape is left beside the length.
    """

    keyed: ClassVar[bool] = False
    by_subject: ClassVar[bool] = False

    keep_first: int = 0
    keep_last: int = 0
    char: str = "*"

    def __post_init__(self) -> None:
        if self.keep_first < 0 or self.keep_last < 0:
            raise ValueError("keep_first and keep_last are not negative")
        if len(self.char) != 1 or self.char.isalnum():
            raise ValueError("char is one character, no letter or digit")

    def apply(self, value: str, context: Context) -> str:  # noqa: ARG002 the seam's signature
        """Return the masked value, of the same length.

        >>> Mask(keep_first=3).apply("62704", Context("ZIP_CODE"))
        '627**'
        """
        end = len(value) - self.keep_last
        if not value[self.keep_first : max(end, 0)].strip(self.char):
            return self._cover(value)
        return value[: self.keep_first] + self._cover(value[self.keep_first : end]) + value[end:]

    def _cover(self, value: str) -> str:
        params = {"masking_char": self.char, "chars_to_mask": len(value), "from_end": False}
        return str(PresidioMask().operate(value, params))

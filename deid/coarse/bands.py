"""Numbers in bands of equal width."""

import math
import re
from decimal import Decimal, InvalidOperation

_NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,15})?")


def number_band(text: str, width: float) -> str | None:
    """Return the band of a number, both ends included where all are whole, the upper one excluded otherwise.

    >>> number_band("47", 10), number_band("-3", 5), number_band("2.5", 0.5)
    ('40-49', '-5--1', '2.5-3.0')
    """
    if not _NUMBER.fullmatch(text.strip()):
        return None
    try:
        value, step = Decimal(text.strip()), Decimal(str(width))
    except InvalidOperation:
        return None
    low = math.floor(value / step) * step
    if step == int(step):
        return f"{int(low)}-{int(low + step) - 1}" if step > 1 else str(int(low))
    return f"{low}-{low + step}"

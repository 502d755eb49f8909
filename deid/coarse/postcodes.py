"""Postal codes cut to areas with many people."""

import re

_ZIP = re.compile(r"(\d{5})(?:-?\d{4})?")
# Areas of fewer than 20,000 people by the census of 2000 (HHS guidance on de-identification, 2012) or of 2010.
_FEW = frozenset("036 059 063 102 203 205 369 556 692 790 821 823 830 831 878 879 884 890 893".split())
_SAFE = 3


def postcode_area(text: str, digits: int) -> str | None:
    """Return the first digits of a US ZIP code, 000 for an area with few people; None for any other code.

    45 CFR 164.514(b)(2)(i)(B): three digits, where the area they name holds more than 20,000 people.

    >>> postcode_area("62704-1234", 3), postcode_area("03601", 3), postcode_area("LS1 4AB", 3)
    ('627', '000', None)
    """
    match = _ZIP.fullmatch(text.strip())
    if match is None:
        return None
    area = match[1][:_SAFE]
    return "0" * digits if area in _FEW else area[:digits]

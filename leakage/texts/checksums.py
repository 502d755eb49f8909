"""Check digits of identifiers, each written from its public rule."""

from __future__ import annotations

_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"


def digits(text: str) -> list[int]:
    """Read the ASCII digits of a text."""
    return [int(c) for c in text if c in "0123456789"]


def letters_and_digits(text: str) -> str:
    """Keep the ASCII letters and digits, in upper case."""
    return "".join(c for c in text.upper() if c.isascii() and c.isalnum())


def luhn(text: str) -> bool:
    """Whether the digits pass Luhn's check (ISO/IEC 7812-1).

    >>> luhn("4111 1111 1111 1111"), luhn("4111 1111 1111 1112")
    (True, False)
    """
    doubled = (d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(reversed(digits(text))))
    return sum(doubled) % 10 == 0


def mod97(text: str) -> bool:
    """Whether an IBAN passes its check (ISO 13616): the first four characters moved to the end, mod 97 is 1.

    >>> mod97("GB82 WEST 1234 5698 7654 32")
    True
    """
    joined = letters_and_digits(text)
    return int("".join(str(int(c, 36)) for c in joined[4:] + joined[:4])) % 97 == 1


def nhs(text: str) -> bool:
    """Whether ten digits pass the check of an NHS number: weights 10 to 2, mod 11.

    >>> nhs("943 476 5919")
    True
    """
    found = digits(text)
    return len(found) == 10 and (sum(w * d for w, d in zip(range(10, 0, -1), found, strict=True))) % 11 == 0


def steuer_id(text: str) -> bool:
    """Whether eleven digits pass the check of a German tax id (ISO 7064 mod 11,10), one of the first ten repeated.

    >>> steuer_id("86 095 742 719"), steuer_id("12345678903")
    (True, False)
    """
    found = digits(text)
    if len(found) != 11 or found[0] == 0 or len(set(found[:10])) not in (8, 9):
        return False
    product = 10
    for digit in found[:10]:
        total = (digit + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == found[10]


def dni(text: str) -> bool:
    """Whether a Spanish DNI or NIE has the letter that belongs to its number mod 23.

    >>> dni("12345678Z"), dni("X1234567L")
    (True, True)
    """
    joined = letters_and_digits(text)
    number = joined[:-1].translate(str.maketrans("XYZ", "012"))
    return number.isdecimal() and joined[-1] == _DNI[int(number) % 23]


def nir(text: str) -> bool:
    """Whether a French social security number has the key 97 − (number mod 97); Corsica's 2A and 2B are 19 and 18.

    >>> nir("2 55 08 14 168 025 38")
    True
    """
    joined = letters_and_digits(text).replace("2A", "19", 1).replace("2B", "18", 1)
    return joined.isdecimal() and len(joined) == 15 and int(joined[13:]) == 97 - int(joined[:13]) % 97

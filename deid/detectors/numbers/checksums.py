"""Check digits: those of python-stdnum by the name of its module, and the few that it does not have."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from importlib import import_module

Check = Callable[[str], bool]
"""Whether a value, written with or without its separators, has the right check digit and parts that can be."""

_RVNR_WEIGHTS = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
_MEDICARE_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9)
_CEDULA_WEIGHTS = (2, 9, 8, 7, 6, 3, 4)
_TAJ_WEIGHTS = (3, 7, 3, 7, 3, 7, 3, 7)
_LATVIAN_WEIGHTS = (1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_ROUTING_WEIGHTS = (3, 7, 1) * 3
_TAIWAN_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
_ZEALAND_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def stdnum(module: str) -> Check:
    """Return the check of a module of python-stdnum, which is loaded when it is first asked.

    >>> stdnum("pl.pesel")("44051401359")
    True
    """
    return partial(_is_valid, module)


def compact(value: str) -> str:
    """Return the letters and digits of a value, in upper case, digits of any script as ASCII."""
    return "".join(c for c in _plain(value) if c.isalnum()).upper()


def digits(value: str) -> list[int]:
    """Return the digits of a value."""
    return [int(c) for c in value if c.isdecimal()]


@lru_cache(maxsize=256)
def _module(name: str) -> Check:
    check: Check = import_module(f"stdnum.{name}").is_valid
    return check


def _is_valid(module: str, value: str) -> bool:
    return bool(_module(module)(_plain(value).upper()))


def _plain(value: str) -> str:
    return value if value.isascii() else "".join(str(int(c)) if c.isdecimal() else c for c in value)


def _sum(figures: Sequence[int], weights: Sequence[int]) -> int:
    return sum(f * w for f, w in zip(figures, weights, strict=False))


def luhn(value: str) -> bool:
    """Whether the digits of a value pass Luhn's check.

    >>> luhn("4111 1111 1111 1111"), luhn("4111 1111 1111 1112")
    (True, False)
    """
    figures = digits(value)[::-1]
    return bool(figures) and (sum(figures[::2]) + sum(f * 2 - 9 * (f > 4) for f in figures[1::2])) % 10 == 0


def us_ssn(value: str) -> bool:
    """Social security number of the US, whatever its separators."""
    return _is_valid("us.ssn", compact(value))


def npi(value: str) -> bool:
    """National provider identifier (US): Luhn over 80840 and the ten digits."""
    return len(digits(value)) == 10 and luhn(f"80840{compact(value)}")


def dea(value: str) -> bool:
    """Registration with the Drug Enforcement Administration (US): the last digit is the last of a sum."""
    figures = [int(c) for c in compact(value)[2:]]
    return (sum(figures[:6:2]) + 2 * sum(figures[1:6:2])) % 10 == figures[6]


def routing(value: str) -> bool:
    """Routing number of a bank (US): weights 3, 7, 1."""
    figures = digits(value)
    return len(figures) == 9 and any(figures) and _sum(figures, _ROUTING_WEIGHTS) % 10 == 0


def vin(value: str) -> bool:
    """Vehicle identification number with the check digit that North America asks for."""
    chars = compact(value)
    figures = [int(c) if c.isdecimal() else _VIN_VALUES.get(c, 0) for c in chars]
    return len(chars) == 17 and "0123456789X"[_sum(figures, _VIN_WEIGHTS) % 11] == chars[8]


def clabe(value: str) -> bool:
    """Bank account of Mexico: weights 3, 7, 1, each product by its last digit."""
    figures = digits(value)
    return (
        len(figures) == 18 and -sum(f * (3, 7, 1)[i % 3] % 10 for i, f in enumerate(figures[:17])) % 10 == figures[17]
    )


def au_medicare(value: str) -> bool:
    """Card of Australia's Medicare: ten digits, or eleven with the person's own."""
    figures = digits(value)
    return len(figures) in {10, 11} and _sum(figures, _MEDICARE_WEIGHTS) % 10 == figures[8]


def nz_nhi(value: str) -> bool:
    """Health index of New Zealand, the old form (three letters, four digits) and the new one."""
    chars = compact(value)
    values = [_ZEALAND_LETTERS.index(c) + 1 if c.isalpha() else int(c) for c in chars]
    total = _sum(values[:6], range(7, 1, -1))
    if chars[6].isdecimal():
        return total % 11 != 0 and (11 - total % 11) % 10 == values[6]
    return _ZEALAND_LETTERS[22 - total % 23] == chars[6]


def es_nss(value: str) -> bool:
    """Social security number of Spain: the last two digits are the others modulo 97."""
    figures = compact(value)
    if len(figures) != 12:
        return False
    number = int(figures[2:10]) if figures[2] != "0" else int(figures[3:10])
    base = int(figures[:2] + str(number)) if figures[2] == "0" else int(figures[:10])
    return figures[:2] <= "66" and base % 97 == int(figures[10:])


def de_card(value: str) -> bool:
    """German identity card or passport: nine characters and a digit, weights 7, 3, 1."""
    chars = compact(value)[:10]
    figures = [int(c, 36) for c in chars]
    return len(chars) == 10 and _sum(figures[:9], (7, 3, 1) * 3) % 10 == figures[9]


def de_rvnr(value: str) -> bool:
    """Pension insurance number of Germany: area, birthday, initial, serial, check digit."""
    chars = compact(value)
    if not (1 <= int(chars[2:4]) <= 31 or 51 <= int(chars[2:4]) <= 81) or not 1 <= int(chars[4:6]) <= 12:
        return False
    figures = digits(f"{chars[:8]}{ord(chars[8]) - 64:02d}{chars[9:]}")
    return sum(sum(divmod(f * w, 10)) for f, w in zip(figures, _RVNR_WEIGHTS, strict=False)) % 10 == figures[12]


def de_kvnr(value: str) -> bool:
    """Health insurance number of Germany: a letter and nine digits, weights 1 and 2."""
    chars = compact(value)
    figures = digits(f"{ord(chars[0]) - 64:02d}{chars[1:]}")
    return sum(sum(divmod(f * (1 + i % 2), 10)) for i, f in enumerate(figures[:10])) % 10 == figures[10]


def uy_cedula(value: str) -> bool:
    """Identity card of Uruguay: seven digits, weights 2, 9, 8, 7, 6, 3, 4."""
    figures = digits(value.rjust(8, "0"))
    return len(figures) == 8 and -_sum(figures[:7], _CEDULA_WEIGHTS) % 10 == figures[7]


def tw_id(value: str) -> bool:
    """Identity card of Taiwan: the letter stands for a number from 10 to 35."""
    chars = compact(value)
    tens, ones = divmod(_TAIWAN_LETTERS.index(chars[0]) + 10, 10)
    return (tens + _sum([ones, *digits(chars[1:])], (9, 8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0


def ru_snils(value: str) -> bool:
    """Pension insurance number of Russia: weights 9 to 1 modulo 101."""
    figures = digits(value)
    return len(figures) == 11 and _sum(figures[:9], range(9, 0, -1)) % 101 % 100 == figures[9] * 10 + figures[10]


def hk_id(value: str) -> bool:
    """Identity card of Hong Kong: one or two letters, six digits, a check character."""
    chars = compact(value)
    head = [36] * (9 - len(chars)) + [int(c, 36) for c in chars[:-1]]
    last = 10 if chars[-1] == "A" else int(chars[-1], 36)
    return last <= 10 and (_sum(head, range(9, 1, -1)) + last) % 11 == 0


def hu_taj(value: str) -> bool:
    """Social security number of Hungary: weights 3 and 7."""
    figures = digits(value)
    return len(figures) == 9 and _sum(figures, _TAJ_WEIGHTS) % 10 == figures[8]


def lv_code(value: str) -> bool:
    """Personal code of Latvia: with a birthday and a check digit, or the new form that starts with 32 and has none."""
    figures = digits(value)
    if len(figures) != 11:
        return False
    if figures[0] == 3 and figures[1] in range(2, 10):
        return True
    plausible = 1 <= figures[0] * 10 + figures[1] <= 31 and 1 <= figures[2] * 10 + figures[3] <= 12
    return plausible and (1101 - _sum(figures, _LATVIAN_WEIGHTS)) % 11 % 10 == figures[10]

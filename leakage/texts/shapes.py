"""Identifiers by their shape and check digits: a small scanner that shares nothing with any redactor."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from leakage.texts.checksums import digits, dni, letters_and_digits, luhn, mod97, nhs, nir, steuer_id

Found: TypeAlias = tuple[int, int, str]
"""(start, end, kind) in code points."""

_SEED = 19600823  # of the examples that a positive control plants


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of identifier: how it is written, what it must fulfil besides, and how to make a fresh one."""

    kind: str
    pattern: re.Pattern[str]
    valid: Callable[[str], bool]
    fresh: Callable[[np.random.Generator], str]

    def examples(self, count: int) -> list[str]:
        """Make valid identifiers that belong to nobody in particular, always the same ones."""
        generator = np.random.default_rng([_SEED, *self.kind.encode()])
        return [self.fresh(generator) for _ in range(count)]


def scan(texts: Sequence[str]) -> list[list[Found]]:
    """Find the identifiers of each text; where two overlap, the kind named first in `SHAPES` counts.

    >>> scan(["IBAN GB82 WEST 1234 5698 7654 32, from 10.1.2.3"])
    [[(5, 32, 'IBAN'), (39, 47, 'IP_ADDRESS')]]
    """
    return [_scan(text) for text in texts]


def _scan(text: str) -> list[Found]:
    taken = np.zeros(len(text), dtype=np.bool_)
    found: list[Found] = []
    for shape in SHAPES:
        for match in shape.pattern.finditer(text):
            start, end = match.span()
            if not taken[start:end].any() and shape.valid(match[0]):
                taken[start:end] = True
                found.append((start, end, shape.kind))
    return sorted(found)


def _always(_: str) -> bool:
    return True


def _card(text: str) -> bool:
    return len(set(digits(text))) > 1 and luhn(text)


def _iban(text: str) -> bool:
    return len(letters_and_digits(text)) >= 15 and mod97(text)


def _ssn(text: str) -> bool:
    area, group, serial = text[:3], text[4:6], text[7:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _ip(text: str) -> bool:
    parts = text.split(".")
    usual = all(int(part) < 256 and str(int(part)) == part for part in parts)
    return usual and parts[0] not in ("0", "127", "255") and parts[3] != "0"  # a host, no network or version


def _place(text: str) -> bool:
    latitude, longitude = (abs(float(number)) for number in re.findall(r"\d+\.\d+", text))
    return latitude <= 90 and longitude <= 180


def _some(generator: np.random.Generator, count: int) -> str:
    return "".join(map(str, generator.integers(0, 10, count)))


def _until(valid: Callable[[str], bool], make: Callable[[], str]) -> str:
    """Draw until the check digits are right, a hundred draws or so."""
    while not valid(drawn := make()):
        pass
    return drawn


def _fresh_email(generator: np.random.Generator) -> str:
    return f"q{_some(generator, 6)}.x@mail{_some(generator, 3)}.org"


def _fresh_iban(generator: np.random.Generator) -> str:
    return _until(_iban, lambda: f"DE{_some(generator, 2)} {_some(generator, 18)}")


def _fresh_nir(generator: np.random.Generator) -> str:
    body = f"1{generator.integers(10, 99)}0{generator.integers(1, 10)}{generator.integers(10, 95)}{_some(generator, 6)}"
    return f"{body}{97 - int(body) % 97:02d}"


def _fresh_dni(generator: np.random.Generator) -> str:
    number = _some(generator, 8)
    return next(number + letter for letter in "TRWAGMYFPDXBNJZSQVHLCKE" if dni(number + letter))


def _fresh_ssn(generator: np.random.Generator) -> str:
    return f"{generator.integers(100, 600)}-{generator.integers(10, 99)}-{generator.integers(1000, 9999)}"


def _fresh_ip(generator: np.random.Generator) -> str:
    return ".".join(map(str, generator.integers(11, 250, 4)))


def _fresh_mac(generator: np.random.Generator) -> str:
    return ":".join(f"{part:02x}" for part in generator.integers(0, 256, 6))


def _fresh_place(generator: np.random.Generator) -> str:
    return f"{generator.uniform(10, 80):.5f}, {generator.uniform(10, 170):.5f}"


SHAPES: tuple[Shape, ...] = (
    Shape(
        "URL",  # with a part that names its user
        re.compile(
            r"\bhttps?://(?:[^\s/@]+@\S+"
            r"|\S*?(?:/~|/@|/users?/|/profiles?/|/people/|/in/|/u/|[?&](?:user|id|name)=)[\w.-]+)",
            re.IGNORECASE,
        ),
        _always,
        lambda g: f"https://site{_some(g, 3)}.org/users/q{_some(g, 6)}",
    ),
    Shape("EMAIL_ADDRESS", re.compile(r"\b[\w.+%-]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}\b"), _always, _fresh_email),
    Shape("IBAN", re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{1,4}){3,8}\b"), _iban, _fresh_iban),
    Shape("IP_ADDRESS", re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)"), _ip, _fresh_ip),
    Shape(
        "MAC_ADDRESS",
        re.compile(r"\b[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}\b"),
        _always,
        _fresh_mac,
    ),
    Shape(
        "COORDINATES",
        re.compile(r"(?<![\d.])[-+]?\d{1,2}\.\d{3,8}°?\s?[NS]?[,;\s]\s?[-+]?\d{1,3}\.\d{3,8}(?![\d.]*\d)"),
        _place,
        _fresh_place,
    ),
    Shape(
        "FR_NIR",
        re.compile(r"(?<!\d)[12] ?\d{2} ?[0-9]{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?!\d)"),
        nir,
        _fresh_nir,
    ),
    Shape(
        "PAYMENT_CARD",
        re.compile(r"(?<![\d.,-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d-])"),
        _card,
        lambda g: _until(_card, lambda: f"4{_some(g, 15)}"),
    ),
    Shape(
        "PHONE_NUMBER",
        re.compile(r"(?<![\w+])(?:\+|00)[1-9](?:[ ().-]{0,2}\d){7,14}(?!\d)"),
        _always,
        lambda g: f"+49{_some(g, 9)}",
    ),
    Shape(
        "DE_TAX_ID",
        re.compile(r"(?<![\d.,-])[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?![\d-])"),
        steuer_id,
        lambda g: _until(steuer_id, lambda: f"{g.integers(1, 10)}{_some(g, 10)}"),
    ),
    Shape(
        "UK_NHS",
        re.compile(r"(?<![\d.,-])\d{3}([ -])\d{3}\1\d{4}(?![\d-])"),
        nhs,
        lambda g: _until(nhs, lambda: f"4{_some(g, 2)} {_some(g, 3)} {_some(g, 4)}"),
    ),
    Shape("US_SSN", re.compile(r"(?<![\d-])\d{3}([- ])\d{2}\1\d{4}(?![\d-])"), _ssn, _fresh_ssn),
    Shape("ES_DNI", re.compile(r"\b(?:\d{8}|[XYZ][- ]?\d{7})[- ]?[A-HJ-NP-TV-Z]\b"), dni, _fresh_dni),
)
"""Kinds that begin with a shape of their own come first, bare numbers after the kinds with more check digits."""

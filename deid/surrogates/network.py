"""Addresses of machines and pages that are set aside for documentation and for private use."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

import regex

from deid.surrogates.dice import Dice
from deid.surrogates.draw import Draw
from deid.surrogates.figures import laid, signs

DOMAINS = ("example.com", "example.org", "example.net")
"""The domains of RFC 2606."""

_DOCUMENTS = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")  # RFC 5737
_BENCHMARKS = "198.18.0.0/15"  # RFC 2544
_RESERVED = "240.0.0.0/4"  # RFC 1112
_DOCUMENTS_V6 = "2001:db8::/32"  # RFC 3849
_PRIVATE_MAC = "02005e"  # locally administered: no maker has it
_HEX = "0123456789abcdef"
_FEW = 4
_URL = regex.compile(r"(?P<scheme>\w+://)?(?:[^/@\s]*@)?(?P<www>www\.)?[^/?#\s]+(?P<path>[/?#].*)?", regex.DOTALL)
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"


@dataclass(frozen=True, slots=True)
class Hosts:
    """IP addresses of the ranges for documentation (RFC 5737, RFC 3849), then of those for benchmarks and for later."""

    def identity(self, value: str, _: str) -> str | None:
        """Return the address as it is usually written, with its mask."""
        address, slash, mask = value.strip().partition("/")
        try:
            return str(ipaddress.ip_address(address)) + slash + mask
        except ValueError:
            return None

    def draw(self, identity: str, draw: Draw) -> str | None:
        """Draw an address of the same version, with the same mask."""
        address, slash, mask = identity.partition("/")
        dice, attempt = draw.dice, draw.attempt
        if ":" in address:
            network = _DOCUMENTS_V6
        elif attempt < _FEW:
            network = dice.choose(_DOCUMENTS)
        else:
            network = _BENCHMARKS if attempt < 2 * _FEW else _RESERVED
        whole = ipaddress.ip_network(network)
        return str(whole[1 + dice.below(whole.num_addresses - 2)]) + slash + mask

    def forms(self, drawn: str) -> tuple[str, ...]:
        """Return what was drawn."""
        return (drawn,)

    def write(self, drawn: str, _: str) -> str | None:
        """Write the address as it is usually written."""
        return drawn


@dataclass(frozen=True, slots=True)
class Hexadecimals:
    """MAC addresses that no maker has, with `start`; identifiers of hexadecimal digits without it."""

    start: str = ""

    def identity(self, value: str, _: str) -> str | None:
        """Return the digits."""
        found = signs(value)
        return found if found and all(char in _HEX for char in found) else None

    def draw(self, identity: str, draw: Draw) -> str | None:
        """Draw as many digits; a UUID stays one of its version and variant."""
        dice = draw.dice
        drawn = self.start + "".join(dice.choose(_HEX) for _ in identity[len(self.start) :])
        return drawn if len(drawn) != 32 else f"{drawn[:12]}4{drawn[13:16]}{dice.choose('89ab')}{drawn[17:]}"

    def forms(self, drawn: str) -> tuple[str, ...]:
        """Return what was drawn."""
        return (drawn,)

    def write(self, drawn: str, value: str) -> str | None:
        """Lay the digits into the value, its letters large or small as they were."""
        small = value.lower() == value
        written = laid(drawn, value)
        return written if written is None else (written.lower() if small else written.upper())


def mac_addresses() -> Hexadecimals:
    """Return the kind of MAC addresses."""
    return Hexadecimals(_PRIVATE_MAC)


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages at the domains of RFC 2606, as deep as the original."""

    def identity(self, value: str, _: str) -> str | None:
        """Return the address, its host in small letters and without "www."."""
        match = _URL.fullmatch(value.strip())
        return value.strip().lower() if match else None

    def draw(self, identity: str, draw: Draw) -> str | None:
        """Draw a host and a word for each step of the path."""
        match = _URL.fullmatch(identity)
        if match is None:
            return None
        dice = draw.dice
        steps = [step for step in (match["path"] or "").split("?")[0].split("#")[0].split("/") if step]
        path = "".join(f"/{_word(dice, 3)}" for _ in steps) or ("/" if match["path"] else "")
        host = f"{match['www'] or ''}{_word(dice, 4)}.{dice.choose(DOMAINS)}"
        return f"{match['scheme'] or ''}{host}{path}"

    def forms(self, drawn: str) -> tuple[str, ...]:
        """Return what was drawn."""
        return (drawn,)

    def write(self, drawn: str, value: str) -> str | None:
        """Return what was drawn, in capitals where the value is."""
        return drawn.upper() if value.isupper() else drawn


def _word(dice: Dice, syllables: int) -> str:
    return "".join(dice.choose(_CONSONANTS) + dice.choose(_VOWELS) for _ in range(syllables))

"""Hashes without a key: which known values stand in the release as what anyone can compute from them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from leakage.codeword import plant
from leakage.control import Control
from leakage.errors import ConfigurationError, EmptyInputError
from leakage.interval import clopper_pearson
from leakage.risk import Risk, judge
from leakage.texts.document import Document
from leakage.texts.units import Units, paired

PLANTED = 200  # values whose hashes the positive control plants at most
SHORTEST = 12  # characters of a hash: ten million values in a thousand forms meet one by chance once in 10⁴ releases

_HEX = re.compile(rf"[0-9a-f]{{{SHORTEST},}}", re.IGNORECASE)
_BASE64 = re.compile(rf"[0-9A-Za-z+/_-]{{{SHORTEST},}}")
_SECRETS = (b"", b"secret", b"key", b"salt", b"password", b"changeme", b"test", b"pepper")

Digest = Callable[[bytes], bytes]


def _plain(name: str) -> Digest:
    return lambda value: hashlib.new(name, value, usedforsecurity=False).digest()


def _weak(secret: bytes) -> Digest:
    return lambda value: hmac.new(secret, value, hashlib.sha256).digest()


def _salted(secret: bytes, *, before: bool) -> Digest:
    return lambda value: hashlib.sha256(secret + value if before else value + secret).digest()


_NAMES = ("sha256", "md5", "sha1", "sha512", "sha224", "sha384", "sha3_256", "blake2b", "blake2s")
DIGESTS: tuple[Digest, ...] = (
    *(_plain(name) for name in _NAMES),
    *(_weak(secret) for secret in _SECRETS),
    *(_salted(secret, before=before) for secret in _SECRETS if secret for before in (True, False)),
)


@dataclass(frozen=True, slots=True, repr=False)
class UnkeyedHashes:
    """The share of known values whose hash, computed by anyone, stands in the release.

    Source: Article 29 Working Party 2014 (WP216, §4), where a hash of a guessable value is a pseudonym that everybody
    can undo; Demir et al. 2018 (doi:10.1109/COMST.2017.2747598) undo those of addresses by the million.

    Threat: someone has a list of names, addresses or numbers, hashes each and looks for it. Knowledge: the values, not
    the key. Tried are nine common hash functions, HMAC and SHA-256 with an empty or an obvious secret before or after
    the value, over the value as it stands, trimmed, in small and in capital letters; in the release hexadecimal and
    base64 words of 12 characters or more, cut hashes too. A token made with a secret key is not found.

    `values` are those known, of any kind; the value of the Risk is the share of them found, the baseline 0. No control
    is taken: a hash is found or not. Details: values searched, found.

    >>> names = [f"ann.lee{n}@example.org" for n in range(40)]
    >>> hashed = pd.DataFrame({"id": [hashlib.sha256(n.encode()).hexdigest()[:16] for n in names]})
    >>> UnkeyedHashes(names).run(pd.DataFrame({"id": names}), hashed)
    Risk(unkeyed hashes: 1.000 [0.912, 1.000], baseline 0.000, 40 attempts, OK)
    """

    values: Iterable[str] = field(repr=False)

    def __post_init__(self) -> None:
        """Read the values once, each once."""
        kept = {value for value in self.values if _is_text(value)}
        object.__setattr__(self, "values", tuple(sorted(kept)))

    def __repr__(self) -> str:
        """Say how many values, and none."""
        return f"UnkeyedHashes({len(tuple(self.values))} values)"

    def run(
        self,
        original: Sequence[Document] | pd.DataFrame,
        released: Sequence[Document] | pd.DataFrame,
        control: Sequence[Document] | pd.DataFrame | None = None,
    ) -> Risk:
        """Measure the share that is found; INVALID under 30 values, or if a planted hash is missed."""
        start = time.perf_counter()
        if control is not None:
            raise ConfigurationError("hashes have no control: they are found or not")
        values = tuple(self.values)
        if not values:
            raise EmptyInputError("there is no value to hash")
        _, after, _ = paired(original, released)
        hits = _Words.of(after).hits(values)
        return judge(
            "unkeyed hashes",
            clopper_pearson(hits, len(values)),
            baseline=0.0,
            attempts=len(values),
            planted=_planted(values, after),
            details={"searched": len(values), "found": hits},
            seconds=time.perf_counter() - start,
        )


@dataclass(frozen=True, slots=True, repr=False)
class _Words:
    """The words of a release that could be hashes, as the bytes that they write out, by the number of these."""

    by_length: Mapping[int, frozenset[bytes]]

    @classmethod
    def of(cls, units: Units) -> _Words:
        groups: defaultdict[int, set[bytes]] = defaultdict(set)
        for unit in units:
            for text in unit:
                for word in (*_hexadecimal(text), *_base64(text)):
                    groups[len(word)].add(word)
        return cls(MappingProxyType({length: frozenset(group) for length, group in groups.items()}))

    def hits(self, values: Sequence[str]) -> int:
        """Count the values of which a hash begins with one of the words."""
        if not self.by_length:
            return 0
        return sum(any(self._has(digest) for digest in _digests(value)) for value in values)

    def _has(self, digest: bytes) -> bool:
        return any(digest[:length] in words for length, words in self.by_length.items())


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _hexadecimal(text: str) -> Iterator[bytes]:
    for word in _HEX.findall(text):
        yield bytes.fromhex(word[: len(word) // 2 * 2])


def _base64(text: str) -> Iterator[bytes]:
    for word in _BASE64.findall(text):
        if not (word.isalpha() and word in {word.lower(), word.upper(), word.capitalize()}):  # else an ordinary word
            yield base64.b64decode(word[: len(word) // 4 * 4].replace("-", "+").replace("_", "/"))


def _digests(value: str) -> Iterator[bytes]:
    for form in dict.fromkeys((value, value.strip(), value.strip().lower(), value.strip().upper())):
        for digest in DIGESTS:
            yield digest(form.encode("utf-8", "surrogatepass"))


def _planted(values: Sequence[str], after: Units) -> Control:
    """Put the hash of every so many a value into the release, by another function and in another form each time."""
    chosen = values[:: max(1, len(values) // PLANTED)][:PLANTED]
    hits = 0
    for number, value in enumerate(chosen):
        digest = DIGESTS[number % len(DIGESTS)](value.strip().lower().encode("utf-8", "surrogatepass"))
        word = digest.hex()[:16] if number % 2 else base64.b64encode(digest).decode().rstrip("=")[:SHORTEST]
        host = "".join(after[number % len(after)])
        hits += _Words.of([[plant(host, [word])]]).hits([value])
    return Control(hits / len(chosen), 1.0)

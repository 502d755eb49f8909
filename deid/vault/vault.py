"""A vault: what brings the originals of releases back, and what a later run goes on from."""

import io
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, BinaryIO

from deid.errors import VaultError
from deid.keys import Key
from deid.vault.envelope import Unsealed, sealing
from deid.vault.original import Original
from deid.vault.slice import UNREADABLE, Slice

_VERSION = 1
_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Release:
    """The files of one release, and the policy that it was made under, by name and digest."""

    policy: str
    policy_digest: str
    originals: tuple[Original, ...]

    @property
    def files(self) -> dict[str, str]:
        """The SHA-256 of each released file, by its path."""
        return {original.name: original.released for original in self.originals}


@dataclass(frozen=True, slots=True)
class Vault:
    """Releases, in the order in which they were made, and what a later run goes on from, by name.

    That is states, which are JSON mappings, and stores, which are bytes of any size. Its repr shows nothing. A vault
    never changes; `with_release`, `with_state` and `with_store` give another.

    >>> key = Key(bytes(32))
    >>> vault = Vault().with_state("cast", {"Ann Lee": "Mia Cole"})
    >>> Vault.opened(vault.sealed(key), key).state("cast")["Ann Lee"]
    'Mia Cole'
    """

    releases: tuple[Release, ...] = field(default=(), repr=False)
    states: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    stores: Mapping[str, Slice] = field(default_factory=dict, repr=False)

    def state(self, name: str) -> Mapping[str, Any]:
        """Return what was stored under a name; an empty mapping where nothing was."""
        return self.states.get(name, {})

    def with_state(self, name: str, state: Mapping[str, Any]) -> "Vault":
        """Return a vault with this stored under a name, in place of what was. It must be what JSON can say."""
        return replace(self, states={**self.states, name: dict(state)})

    def with_store(self, name: str, store: Slice) -> "Vault":
        """Return a vault with these bytes under a name, in place of what was; they are read when it is sealed."""
        return replace(self, stores={**self.stores, name: store})

    def with_release(self, release: Release) -> "Vault":
        """Return a vault that can bring this release back too; the same release, made again, is there once.

        Raises `VaultError` where another input gave the same files: nothing would tell which of the two to bring back.
        """
        alike = [one for one in self.releases if one.files == release.files]
        if any(one.originals != release.originals for one in alike):
            raise VaultError("the vault holds a release of the same files from another input; name another vault")
        return replace(self, releases=(*(one for one in self.releases if one not in alike), release))

    def release_of(self, files: Mapping[str, str]) -> Release:
        """Return the release of which these are the files, by the SHA-256 of each.

        Raises `VaultError`, naming a file at fault, where it is none that the vault knows.
        """
        if not self.releases:
            raise VaultError("the vault holds no release")
        best = max(self.releases, key=lambda one: len(one.files.items() & files.items()))
        if best.files == files:
            return best
        missing, added = sorted(best.files.keys() - files.keys()), sorted(files.keys() - best.files.keys())
        changed = sorted(name for name in files.keys() & best.files.keys() if files[name] != best.files[name])
        name, what = [
            *((name, "was changed since the vault was made") for name in changed),
            *((name, "is missing") for name in missing),
            *((name, "is none that the vault knows") for name in added),
        ][0]
        raise VaultError(f"the released file {name!r} {what}" if name else f"the released file {what}")

    def sealed(self, key: Key) -> bytes:
        """Return the vault as a file holds it, encrypted under a key."""
        return b"".join(self.sealing(key))

    def sealing(self, key: Key) -> Iterator[bytes]:
        """Give the vault as a file holds it, piece by piece."""
        data = [original.data for release in self.releases for original in release.originals]
        data += self.stores.values()
        index = {
            "schema_version": _VERSION,
            "releases": [_release_record(release) for release in self.releases],
            "states": self.states,
            "stores": {name: store.size for name, store in self.stores.items()},
        }
        head = zlib.compress(json.dumps(index, allow_nan=False).encode())
        begin = len(head).to_bytes(_LENGTH, "big") + head
        pieces = chain([begin], (piece for one in data for piece in one.pieces()))
        return sealing(pieces, len(begin) + sum(one.size for one in data), key)

    @classmethod
    def opened(cls, sealed: bytes | BinaryIO, key: Key) -> "Vault":
        """Read a vault, all of it once; a file stays open, and originals are read from it when they are wanted.

        Raises `VaultError` for another key and for one that was changed.
        """
        content = Unsealed(io.BytesIO(sealed) if isinstance(sealed, bytes) else sealed, key)
        content.check()
        file = io.BufferedReader(content)
        start = _LENGTH + int.from_bytes(file.read(_LENGTH), "big")
        try:
            index = json.loads(zlib.decompress(file.read(start - _LENGTH)))
            if index["schema_version"] != _VERSION:
                raise VaultError("the vault is of another version than this tamis knows")
            releases = tuple(_releases(index["releases"], file, start))
            end = start + sum(one.data.size for release in releases for one in release.originals)
            return cls(releases, index["states"], dict(_stores(index["stores"], file, end)))
        except (KeyError, TypeError, ValueError, zlib.error):
            raise VaultError(UNREADABLE) from None


def _release_record(release: Release) -> dict[str, object]:
    return {
        "policy": release.policy,
        "policy_digest": release.policy_digest,
        "originals": [
            {"name": o.name, "source": o.source, "released": o.released, "digest": o.digest, "form": o.form}
            | {"length": o.data.size}
            for o in release.originals
        ],
    }


def _stores(sizes: Mapping[str, int], content: BinaryIO, start: int) -> Iterator[tuple[str, Slice]]:
    """Give the stores that the index tells of; they follow the data of all files in the same order."""
    for name, size in sizes.items():
        yield name, Slice(content, start, size)
        start += size


def _releases(records: list[dict[str, Any]], content: BinaryIO, start: int) -> Iterator[Release]:
    """Build releases from what the index says of them; the data of their files follows it in the same order."""
    place = start
    for record in records:
        originals: list[Original] = []
        for said in record["originals"]:
            size = said.pop("length")
            originals.append(Original(**said, data=Slice(content, place, size)))
            place += size
        yield Release(record["policy"], record["policy_digest"], tuple(originals))

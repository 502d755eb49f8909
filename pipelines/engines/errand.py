"""What travels to a Spark executor beside the rows: how to redact them, and what must be there already."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from deid.errors import KeyFileError
from deid.keys import ENVIRONMENT, Key
from pipelines.errors import UsageError
from pipelines.premises import premises
from pipelines.shards.work import Work

_PURPOSE = "executor"


@dataclass(frozen=True, slots=True)
class Lock:
    """Where an executor finds the key, and a digest that only the right one gives; no digest where none is needed.

    >>> key = Key(bytes(32))
    >>> Lock.of(key, None).digest == key.digest("executor", b"")
    True
    """

    path: Path | None
    digest: str | None

    @classmethod
    def of(cls, key: Key | None, path: Path | None) -> "Lock":
        """Make the lock for a key that was read from a file, or from the environment."""
        return cls(path.absolute() if path is not None else None, key.digest(_PURPOSE, b"") if key else None)

    def key(self) -> Key | None:
        """Read the key where this process finds it. Raises `KeyFileError` where it is missing or another one."""
        if self.digest is None:
            return None
        key = Key.from_file(self.path) if self.path is not None else Key.from_environment()
        if key is None:
            raise KeyFileError(
                f"a Spark executor has no key: {ENVIRONMENT} is not set there, and there is no --key-file"
            )
        if key.digest(_PURPOSE, b"") != self.digest:
            raise KeyFileError("a Spark executor has another key than the one that this run began with")
        return key


@dataclass(frozen=True, slots=True)
class Errand:
    """How all shards of one run are redacted: without the key, and without the folder, which is the driver's."""

    run: str
    work: Work
    lock: Lock
    premises: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, work: Work, lock: Lock) -> "Errand":
        """Make the errand of some work."""
        return cls(secrets.token_hex(8), replace(work, folder=Path(), secret=None), lock, premises(work.policy))

    def prepared(self) -> Work:
        """Return the work as it can be done here, with the key.

        Raises `KeyFileError` as `Lock.key` does, `UsageError` where another version of what decides the output is here.
        """
        for name, here in premises(self.work.policy).items():
            if here != self.premises.get(name):
                raise UsageError(f"a Spark executor has another {name} than this process: {here}")
        key = self.lock.key()
        return replace(self.work, secret=key.secret if key is not None else None)

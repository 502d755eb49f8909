"""What a run read: hashes for the house, and for everyone a commitment to them that tells nothing."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.digest import digest

_SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Sources:
    """SHA-256 of every private file or folder by name, and a salt.

    A bare hash of private data would let anyone test a guess at it. `commitment` hashes it together with the salt,
    which stays in the house: whoever is shown report and files can check that these and no others were read.
    """

    digests: Mapping[str, str]
    salt: str = field(default_factory=lambda: secrets.token_hex(_SALT_BYTES), repr=False)

    @classmethod
    def of(cls, folder: Path, names: Sequence[str]) -> "Sources":
        """Hash what stands under these names in a folder. Raises the errors of a reader."""
        return cls({name: digest(folder / name) for name in names})

    @property
    def commitment(self) -> str:
        """The hash of salt and digests, as hexadecimal digits.

        >>> Sources({"a.csv": "00"}, "5a").commitment == Sources({"a.csv": "01"}, "5a").commitment
        False
        """
        told = json.dumps([self.salt, dict(self.digests)], sort_keys=True)
        return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()

    def to_dict(self) -> dict[str, object]:
        """Return what a report keeps."""
        return {"salt": self.salt, "sha256": dict(self.digests)}

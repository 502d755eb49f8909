"""Hashes of what decides an output: another run with the same ones would write the same bytes."""

import hashlib
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from pipelines.digest import digest
from pipelines.premises import premises

if TYPE_CHECKING:
    from pipelines.job import Job


@dataclass(frozen=True, slots=True)
class Marks:
    """Hashes: of the source, of all that decides the output, of the vault that the job adds to."""

    sha256: str
    fingerprint: str
    vault: str


def marks_of(job: "Job") -> Marks:
    """Take the hashes of a job as things are now. Raises `SourceError`."""
    sha256 = digest(job.source)
    vault = "".join(digest(vault) for vault in [job.vault] if vault is not None and vault.exists())
    return Marks(sha256, _fingerprint(job, sha256), vault)


def _fingerprint(job: "Job", sha256: str) -> str:
    """Return a hash over all that decides the output: input, policy and the files it names, key id, reading, premises.

    The lists of a policy show in its repr only how long they are.
    """
    parts = [
        sha256,
        repr(job.policy),
        job.key.id if job.key else "",
        repr(job.reading),
        repr(job.excel_safe),
    ]
    parts += [repr(astuple(job.policy.lists)), repr(sorted(premises(job.policy).items()))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()

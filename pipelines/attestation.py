"""What may be told in public of a release: a word a class of checks, the budget, and hashes. No figure of the data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.check import STATES, Check, passes, worst
from pipelines.digest import digest
from pipelines.errors import AttestationError
from pipelines.material import Making
from pipelines.notation import to_json
from pipelines.profile import PROFILES
from pipelines.report.facts import Facts
from pipelines.seal import Seal, is_signed
from pipelines.sources import Sources
from pipelines.tablefile import read_text

VERSION = 1
_LENGTH = 1 << 20


@dataclass(frozen=True, slots=True)
class Subject:
    """What an attestation speaks of: the profile, and hashes of recipe, release and the ledger's last line.

    `sources` is the commitment to the private data.
    """

    profile: str
    recipe: str | None
    release: str | None
    ledger: str | None
    sources: str


def attest(
    subject: Subject,
    checks: Sequence[Check],
    making: Making | None,
    facts: Facts,
    seal: Seal | None,
) -> str:
    """Return an attestation as JSON text, signed where there is a key.

    It carries no figure that was measured on the data, and no name of a table, column or check. Its signature is over
    the canonical form of all else: sorted keys, no spaces, UTF-8.
    """
    record: dict[str, object] = {
        "attestation_version": VERSION,
        "tamis": facts.tamis,
        "made": facts.made,
        "profile": subject.profile,
        "verdict": worst(checks),
        "released": passes(checks),
        "classes": {family: worst([c for c in checks if c.family == family]) for family in _families(checks)},
        "budget": _budget(making),
        "hashes": {
            "release": subject.release,
            "recipe": subject.recipe,
            "ledger": subject.ledger,
            "sources": subject.sources,
            "models": dict(facts.models),
        },
    }
    record = json.loads(to_json(record))  # as a reader will see it
    if seal is not None:
        record["signature"] = {
            "algorithm": "Ed25519",
            "public_key": seal.public,
            "value": seal.sign(_canonical(record)),
        }
    return to_json(record)


def _families(checks: Sequence[Check]) -> list[str]:
    return sorted({check.family for check in checks})


def _budget(making: Making | None) -> dict[str, object] | None:
    if making is None:
        return None
    total, unit = making.total, making.model.schema.unit
    whom = "one row" if unit.column is None else f"one person with at most {unit.rows} rows"
    return {"epsilon": float(total.epsilon), "delta": float(total.delta), "neighbours": f"add or remove {whom}"}


def _canonical(record: Mapping[str, object]) -> bytes:
    plain = {key: value for key, value in record.items() if key != "signature"}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def verify(
    path: Path, public: str | None = None, release: Path | None = None, report: Path | None = None
) -> Mapping[str, object]:
    """Return what an attestation says, once its signature, the hash of the release and what `report` says hold.

    `public` is the key that must have signed it, as hexadecimal digits; without one the signature is not looked at. A
    report tells the hashes of the private data, to which the attestation is committed. Raises `SourceError`, and
    `AttestationError` for what does not hold.
    """
    record = _read(path)
    if public is not None:
        _check_signature(record, public, path.name)
    found = record.get("hashes")
    hashes = found if isinstance(found, dict) else {}
    if release is not None and hashes.get("release") != digest(release):
        raise AttestationError(f"{path.name!r} speaks of another release than {release.name!r}")
    if report is not None and hashes.get("sources") != _commitment(report):
        raise AttestationError(f"{path.name!r} was made from other data than {report.name!r} names, or at another time")
    return record


def _commitment(report: Path) -> str:
    try:
        said = json.loads(read_text(report))["sources"]
        return Sources(said["sha256"], said["salt"]).commitment
    except (ValueError, KeyError, TypeError, RecursionError):
        raise AttestationError(f"{report.name!r} is no report of a kind that this version knows") from None


def _read(path: Path) -> Mapping[str, object]:
    text = read_text(path)
    try:
        record = json.loads(text) if len(text) < _LENGTH else None
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict) or not _is_attestation(record):
        raise AttestationError(f"{path.name!r} is no attestation of a kind that this version knows")
    return record


def _is_attestation(record: Mapping[str, object]) -> bool:
    known = record.get("verdict") in STATES and record.get("profile") in PROFILES
    return known and record.get("attestation_version") == VERSION and isinstance(record.get("released"), bool)


def _check_signature(record: Mapping[str, object], public: str, name: str) -> None:
    signature = record.get("signature")
    if not isinstance(signature, dict):
        raise AttestationError(f"{name!r} is not signed")
    if signature.get("public_key") != public:
        raise AttestationError(f"{name!r} was signed with another key")
    if not is_signed(_canonical(record), str(signature.get("value")), public):
        raise AttestationError(f"{name!r} was changed after it was signed")

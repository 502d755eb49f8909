"""The vault of a release: opened before the run, and sealed again with what leads from the release to its originals."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from deid.errors import KeyFileError, VaultError
from deid.keys import ENVIRONMENT, Key
from deid.policy import Policy
from deid.vault import Original, Release, Vault, rewrap
from pipelines.content import read_bytes
from pipelines.errors import InternalError, UsageError
from pipelines.output import protect, staged, write_private

NO_VAULT_KEY = f"a vault opens with a key, and none was given (--key-file FILE, or {ENVIRONMENT})"
NEW_KEY = "TAMIS_NEW_KEY"


def open_vault(path: Path, key: Key | None) -> Vault:
    """Read a vault. Raises `SourceError`, `KeyFileError` without a key, or `VaultError`."""
    return Vault.opened(read_bytes(path), needed_key(key))


def begin_vault(path: Path, key: Key | None) -> Vault:
    """Read the vault that a run goes on from, or begin one. Raises as `open_vault` does."""
    used = needed_key(key)
    return open_vault(path, used) if path.exists() else Vault()


def needed_key(key: Key | None) -> Key:
    """Return the key. Raises `KeyFileError` without one."""
    if key is None:
        raise KeyFileError(NO_VAULT_KEY)
    return key


def check_place(vault: Path, outputs: Iterable[Path]) -> None:
    """Refuse a vault that is an output or lies inside one: it would leave with it. Raises `UsageError`."""
    place = vault.absolute()
    if any(output.absolute() in (place, *place.parents) for output in outputs):
        raise UsageError("the vault must not lie inside the release, nor take its place: it brings the originals back")


def release_of(source: Path, target: Path, policy: Policy, origins: Mapping[str, str]) -> Release:
    """Take what leads from each released file to its original; `origins` tells where inside the source that lies."""
    originals = (
        Original.of(name, origins[name], read_bytes(path), read_bytes(_original_of(origins[name], source)))
        for name, path in _files(target)
    )
    return Release(policy.name, policy.digest, tuple(originals))


def restore(
    release: Path, vault: Path, target: Path, key: Key, *, policy: Policy | None = None, overwrite: bool = False
) -> int:
    """Write the originals of a whole release, to the byte, and return how many files these are.

    They are personal data: mode 0600. Raises `VaultError` where the vault or a file of the release was changed, the
    key is another, or the release was made under another `policy`; then nothing is written.
    """
    protect([release, vault], [target])
    opened = open_vault(vault, key)
    released = dict(_files(release))
    held = opened.release_of(hashes(release))
    if policy is not None and policy.digest != held.policy_digest:
        raise VaultError(f"the release was made under another policy than {policy.name!r} as it is now")
    with staged(target, overwrite=overwrite) as (place,):
        for original in held.originals:
            path = place
            if original.source:
                place.mkdir(mode=0o700, exist_ok=True)
                path = place / original.source
                path.parent.mkdir(parents=True, exist_ok=True)
            write_private(path, original.restored(read_bytes(released[original.name])))
    return len(held.originals)


def rekey(vault: Path, old: Key, new: Key) -> None:
    """Wrap the key of a vault's content under a new key; the content stays as it is. Raises `VaultError`."""
    with staged(vault, overwrite=True) as (path,):
        write_private(path, rewrap(read_bytes(vault), old, new))


def hashes(release: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a release."""
    return {name: sha256(read_bytes(path)).hexdigest() for name, path in _files(release)}


def _files(release: Path) -> Iterator[tuple[str, Path]]:
    """Give the files of a release by their paths in it; a release that is one file has an empty one."""
    if release.is_dir():
        yield from ((p.relative_to(release).as_posix(), p) for p in sorted(release.rglob("*")) if p.is_file())
    else:
        yield "", release


def _original_of(name: str, source: Path) -> Path:
    path = source / name if name else source
    if not path.is_file():
        raise InternalError(f"the released file {name!r} has no original of that name")
    return path

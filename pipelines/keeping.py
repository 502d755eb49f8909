"""The vault of a release: opened before the run, and sealed again with what leads from the release to its originals."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deid.errors import KeyFileError, VaultError
from deid.keys import ENVIRONMENT, Key
from deid.policy import Policy
from deid.surrogates import Cast
from deid.vault import Original, Release, Slice, Spool, Vault, rewrap
from pipelines.content import open_file, reading_errors
from pipelines.errors import InternalError, UsageError
from pipelines.output import open_private, protect, staged
from pipelines.shards.roles import opened_roles, read_roles, write_roles

NO_VAULT_KEY = f"a vault opens with a key, and none was given (--key-file FILE, or {ENVIRONMENT})"
NEW_KEY = "TAMIS_NEW_KEY"
CAST = "cast"
"""The store of a vault that tells who plays whom."""

_HEADER = 1 << 10


@contextmanager
def opened_vault(path: Path, key: Key | None) -> Iterator[Vault]:
    """Give a vault; its file is open meanwhile. Raises `SourceError`, `KeyFileError` without a key, or `VaultError`."""
    with open_file(path) as file:
        with reading_errors(path):
            vault = Vault.opened(file, needed_key(key))
        yield vault


@contextmanager
def begun_vault(path: Path | None, key: Key | None) -> Iterator[Vault]:
    """Give the vault that a run goes on from, or a new one. Raises as `opened_vault` does."""
    if path is None:
        yield Vault()
        return
    used = needed_key(key)
    if not path.exists():
        yield Vault()
        return
    with opened_vault(path, used) as vault:
        yield vault


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


@contextmanager
def release_of(source: Path, target: Path, policy: Policy, origins: Mapping[str, str], desk: Path) -> Iterator[Release]:
    """Give what leads from each released file to its original; `origins` tells where inside the source that lies.

    What is gathered lies in nameless files in the folder `desk` meanwhile, its owner's alone.
    """
    with ExitStack() as open_files:
        spool = Spool(lambda: open_files.enter_context(tempfile.TemporaryFile(dir=desk)))
        originals = [
            _taken(spool, name, origins[name], path, _original_of(origins[name], source))
            for name, path in _files(target)
        ]
        yield Release(policy.name, policy.digest, tuple(originals))


def cast_of(vault: Vault) -> Cast | None:
    """Return who played whom in the runs before, as the vault tells it."""
    return Cast(dict(read_roles(vault.stores[CAST]))) if CAST in vault.stores else None


@contextmanager
def kept_cast(cast: Cast | Path | None, key: Key | None, desk: Path) -> Iterator[Slice | None]:
    """Give a cast, or that in a file of roles, as a vault stores it.

    One in memory lies in a nameless file in the folder `desk` meanwhile.
    """
    if isinstance(cast, Path):
        with opened_roles(cast, needed_key(key)) as roles:
            yield roles
    elif cast is not None:
        with tempfile.TemporaryFile(dir=desk) as file:
            yield write_roles(sorted(cast.roles.items()), file)
    else:
        yield None


def write_vault(path: Path, vault: Vault, key: Key | None) -> None:
    """Write a vault, encrypted under a key."""
    with open_private(path) as file:
        file.writelines(vault.sealing(needed_key(key)))


def restore(
    release: Path, vault: Path, target: Path, key: Key, *, policy: Policy | None = None, overwrite: bool = False
) -> int:
    """Write the originals of a whole release, to the byte, and return how many files these are.

    They are personal data: mode 0600. Raises `VaultError` where the vault or a file of the release was changed, the
    key is another, or the release was made under another `policy`; then nothing is written.
    """
    protect([release, vault], [target])
    released = dict(_files(release))
    with opened_vault(vault, key) as opened:
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
                with open_file(released[original.name]) as file, open_private(path) as restored:
                    original.restore(file, restored)
    return len(held.originals)


def rekey(vault: Path, old: Key, new: Key) -> None:
    """Wrap the key of a vault's content under a new key; the content stays as it is. Raises `VaultError`."""
    with staged(vault, overwrite=True) as (path,), open_file(vault) as file, open_private(path) as turned:
        turned.write(rewrap(file.read(_HEADER), old, new))
        shutil.copyfileobj(file, turned)


def hashes(release: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a release."""
    return {name: _sha256(path) for name, path in _files(release)}


def _sha256(path: Path) -> str:
    with open_file(path) as file, reading_errors(path):
        return hashlib.file_digest(file, "sha256").hexdigest()


def _taken(spool: Spool, name: str, origin: str, released: Path, original: Path) -> Original:
    with open_file(released) as new, open_file(original) as old:
        return spool.take(name, origin, new, old)


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

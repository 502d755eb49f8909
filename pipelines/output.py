"""Outputs appear whole or not at all: written beside their place under another name, synced, then renamed."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import OutputExistsError, WriteError

_PRIVATE_DIRECTORY = 0o700


@contextlib.contextmanager
def staged(*targets: Path, overwrite: bool = False) -> Iterator[tuple[Path, ...]]:
    """Give a temporary path for each target; when the block ends well, all of them take their places, else none.

    The temporary paths lie in a folder of mode 0700 in the first target's own file system and are gone afterwards, also
    after an error or Ctrl-C. A target that the block did not write is passed over. Raises `OutputExistsError` before
    anything is done if a target is there and `overwrite` is not said, and `WriteError` where the disk says no.
    """
    for target in targets:
        if not overwrite and (target.exists() or target.is_symlink()):
            raise OutputExistsError(f"the output {target.name!r} is already there; remove it or say --overwrite")
    folder = targets[0].parent
    with _disk_errors(targets[0].name):
        folder.mkdir(parents=True, exist_ok=True)
        stage = folder / f".tamis-{secrets.token_hex(6)}"
        stage.mkdir(mode=_PRIVATE_DIRECTORY)
    try:
        with _disk_errors(targets[0].name):
            paths = tuple(stage / str(number) / target.name for number, target in enumerate(targets))
            for path in paths:
                path.parent.mkdir()
            yield paths
            _place(paths, targets, stage / "old")
    finally:
        shutil.rmtree(stage, ignore_errors=True)


@contextlib.contextmanager
def _disk_errors(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WriteError(f"the output {name!r} could not be written: {error.strerror or 'error'}") from None


def _place(paths: tuple[Path, ...], targets: tuple[Path, ...], old: Path) -> None:
    """Rename all into place; if one rename fails, take back those already done."""
    written = [(path, target) for path, target in zip(paths, targets, strict=True) if path.exists()]
    for path, _ in written:
        _sync(path)
    old.mkdir()
    moved: list[tuple[Path, Path | None]] = []
    try:
        for number, (path, target) in enumerate(written):
            before = old / str(number) if target.exists() else None
            if before is not None:
                target.rename(before)
            moved.append((target, before))
            path.rename(target)
    except BaseException:
        for target, before in reversed(moved):
            _remove(target)
            if before is not None:
                before.rename(target)
        raise


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    for file in [path, *sorted(path.rglob("*"))] if path.is_dir() else [path]:
        handle = os.open(file, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_private(path: Path, text: str) -> None:
    """Write a text that stays in the house: mode 0600."""
    path.touch(mode=0o600, exist_ok=False)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)

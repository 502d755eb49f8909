"""Outputs appear whole or not at all: written beside their place under another name, synced, then renamed."""

import contextlib
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from pipelines.durable import sync
from pipelines.errors import OutputExistsError, UsageError, WriteError
from pipelines.stages import new_name, stage_in, sweep


@contextlib.contextmanager
def staged(
    *targets: Path, overwrite: bool = False, renewed: Collection[Path] = (), undo: Callable[[], None] = lambda: None
) -> Iterator[tuple[Path, ...]]:
    """Give a temporary path for each target; when the block ends well, all of them take their places, else none.

    The temporary paths lie in folders of mode 0700 beside the targets and are gone afterwards, also after an error or
    Ctrl-C; what a killed run left there is taken away first. A target that the block did not write is passed over.
    Where the block ends well and its work cannot take its place, `undo` is called.
    Raises `OutputExistsError` before anything is done if a target is there, `overwrite` is not said and it is not among
    the `renewed`, which may be there, and `WriteError` where the disk says no.
    """
    name, stages = new_name(), contextlib.ExitStack()
    folders = list(dict.fromkeys(target.parent for target in targets))
    for folder in folders:
        sweep(folder)
    with _disk_errors(targets[0].name):
        _refuse_existing(target for target in targets if not overwrite and target not in renewed)
        missing = [place for folder in folders for place in (folder, *folder.parents) if not place.exists()]
    try:
        with _disk_errors(targets[0].name):
            for folder in folders:
                folder.mkdir(parents=True, exist_ok=True)
                stages.enter_context(stage_in(folder, name))
            paths = tuple(target.parent / name / str(number) / target.name for number, target in enumerate(targets))
            for path in paths:
                path.parent.mkdir()
            yield paths
            try:
                _place(paths, targets)
            except BaseException:
                undo()
                raise
    finally:
        _clear([folder / name for folder in folders], missing)
        stages.close()


def protect(inputs: Iterable[Path], targets: Iterable[Path]) -> None:
    """Refuse outputs that would lie inside an input, or replace one. Raises `UsageError`.

    With `--overwrite` a folder gives way with all that is in it: an input must not be among it.
    """
    sources = [os.path.realpath(path) for path in inputs]
    for place in (os.path.realpath(target) for target in targets):
        if any(place.startswith(source.rstrip(os.sep) + os.sep) for source in sources):
            raise UsageError("the output must not lie inside the input")
        if any(source == place or source.startswith(place.rstrip(os.sep) + os.sep) for source in sources):
            raise UsageError("the output must not take the place of the input, nor of a folder that holds it")


def _refuse_existing(targets: Iterable[Path]) -> None:
    for target in targets:
        if os.path.lexists(target):
            raise OutputExistsError(f"the output {target.name!r} is already there; remove it or say --overwrite")


def _clear(stages: Iterable[Path], missing: Iterable[Path]) -> None:
    """Take the stages away, and the folders that were made for an output that then did not come."""
    places = list(stages)
    try:
        for stage in places:
            shutil.rmtree(stage, ignore_errors=True)
    except BaseException:  # Ctrl-C while clearing: what is staged is personal data and must go all the same
        for stage in places:
            shutil.rmtree(stage, ignore_errors=True)
        raise
    finally:
        for folder in missing:
            with contextlib.suppress(OSError):
                folder.rmdir()


@contextlib.contextmanager
def _disk_errors(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = (
            os.strerror(error.errno) if error.errno else "error"
        )  # an error's own text may be a library's, not the system's
        raise WriteError(f"the output {name!r} could not be written: {why}") from None


def _place(paths: tuple[Path, ...], targets: tuple[Path, ...]) -> None:
    """Rename all into place, the first one last; if one rename fails, take back those already done."""
    written = [(path, target) for path, target in zip(paths, targets, strict=True) if path.exists()]
    for path, _ in written:
        for file in [path, *sorted(path.rglob("*"))] if path.is_dir() else [path]:
            sync(file)
    begun: list[tuple[Path, Path, Path]] = []
    try:
        for path, target in reversed(written):
            before = path.parent / "before" / target.name
            before.parent.mkdir()
            begun.append((path, target, before))  # noted first: an interrupt may fall between any two steps
            if os.path.lexists(target):
                target.rename(before)
            path.rename(target)
    except BaseException:
        for path, target, before in reversed(begun):
            if not path.exists():
                _remove(target)
            if os.path.lexists(before):
                before.rename(target)
        raise


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def write_private(path: Path, content: str | bytes) -> None:
    """Write a text or bytes that stay in the house: mode 0600."""
    with open_private(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def open_private(path: Path) -> BinaryIO:
    """Open a new file that stays in the house, to write its bytes and read them again: mode 0600."""
    path.touch(mode=0o600, exist_ok=False)
    return path.open("w+b")

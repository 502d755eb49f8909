"""Outputs appear whole or not at all, whatever happens in between."""

import os
import stat
from pathlib import Path

import pytest

from pipelines.errors import OutputExistsError, UsageError, WriteError
from pipelines.output import protect, staged, write_private

OLD, NEW = {"a": "old a", "b": "old b"}, {"a": "new a", "b/x": "new b"}


class Stop(BaseException):
    """What Ctrl-C is to the code it falls into."""


def state(folder):
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}


def write_new(a, b):
    a.write_text("new a")
    b.mkdir()
    (b / "x").write_text("new b")


def test_outputs_take_their_places_together(tmp_path):
    folder = tmp_path / "made" / "for it"
    with staged(folder / "a", folder / "b", folder / "not written") as (a, b, _):
        write_new(a, b)
        assert not (folder / "a").exists()
        assert stat.S_IMODE(a.parent.parent.stat().st_mode) == 0o700
    assert state(folder) == NEW
    assert sorted(p.name for p in folder.iterdir()) == ["a", "b"]


@pytest.mark.parametrize("after_writing", [False, True])
@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SystemExit, Stop])
def test_an_error_in_the_block_leaves_nothing(tmp_path, kind, after_writing):
    folder = tmp_path / "made"
    with pytest.raises(kind), staged(folder / "a", folder / "b") as (a, b):  # noqa: PT012 the block is the subject
        if after_writing:
            write_new(a, b)
        raise kind
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", ["rename", "mkdir", "fsync", "unlink", "rmdir"])
def test_a_stop_at_any_step_leaves_the_old_or_the_new(tmp_path, monkeypatch, call, done, old):
    """Every call that changes the disk is stopped once before and once after it did its work."""
    owner, original = (os, getattr(os, call)) if call in {"fsync", "unlink", "rmdir"} else (Path, getattr(Path, call))
    steps = 0
    for stop_at in range(40):
        folder = tmp_path / f"{stop_at}"
        folder.mkdir()
        if old:
            (folder / "a").write_text("old a")
            (folder / "b").write_text("old b")
        count, fired = 0, False

        def stopping(*arguments, stop_at=stop_at, **options):
            nonlocal count, fired
            count += 1
            if count - 1 == stop_at and not done:
                fired = True
                raise Stop
            result = original(*arguments, **options)
            if count - 1 == stop_at:
                fired = True
                raise Stop
            return result

        with monkeypatch.context() as patch:
            try:
                with staged(folder / "a", folder / "b", overwrite=old) as (a, b):
                    patch.setattr(owner, call, stopping)
                    write_new(a, b)
            except Stop:
                pass
        before = OLD if old else {}
        found = state(folder)
        assert found in (before, NEW)
        assert [p.name for p in folder.iterdir() if p.name.startswith(".")] == []
        if not fired:
            assert found == NEW
            break
        steps += 1
    assert steps or call == "unlink"  # without anything old, nothing is unlinked
    assert steps < 40


def test_what_is_there_is_not_written_over(tmp_path):
    (tmp_path / "a").write_text("old a")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("a", "link"):
        with pytest.raises(OutputExistsError, match=name), staged(tmp_path / "fresh", tmp_path / name):
            pytest.fail("the block must not run")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "link"]


def test_a_link_gives_way_and_what_it_points_to_stays(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "kept").write_text("kept")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with staged(tmp_path / "link", overwrite=True) as (path,):
        path.write_text("new")
    assert (tmp_path / "link").read_text() == "new"
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "kept").read_text() == "kept"


@pytest.mark.parametrize("place", ["file/out", "file/deep/out"])
def test_a_place_that_cannot_be_is_a_write_error(tmp_path, place):
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError), staged(tmp_path / place):
        pytest.fail("the block must not run")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_disk_error_names_the_output_and_no_content(tmp_path):
    with pytest.raises(WriteError, match="'a' could not be written: No space left"), staged(tmp_path / "a") as (path,):
        raise OSError(28, os.strerror(28), str(path))
    assert list(tmp_path.iterdir()) == []


def test_private_files_are_private_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        write_private(tmp_path / "p", "text")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "p").stat().st_mode) == 0o600


def test_an_output_never_touches_an_input(tmp_path):
    inner = tmp_path / "data" / "inner"
    inner.mkdir(parents=True)
    (inner / "f.csv").write_text("a\n")
    (tmp_path / "link").symlink_to(tmp_path / "data")
    for source, target in [
        (inner, inner),
        (inner, inner / "out"),
        (inner, tmp_path / "data"),
        (inner / "f.csv", tmp_path / "data"),
        (inner / "f.csv", inner / "f.csv"),
        (inner / "f.csv", tmp_path / "link"),
        (inner / "f.csv", tmp_path / "link" / "inner"),
    ]:
        with pytest.raises(UsageError):
            protect([source], [target])
    protect([inner], [tmp_path / "data" / "inner2"])
    protect([inner / "f.csv"], [inner / "g.csv"])


def test_outputs_of_several_folders_take_their_places_together(tmp_path):
    (tmp_path / "old").write_text("old")
    places = (tmp_path / "a", tmp_path / "deep" / "er" / "b", tmp_path / "old")
    with pytest.raises(ZeroDivisionError), staged(*places, renewed=[tmp_path / "old"]) as paths:  # noqa: PT012
        assert [p.parents[2] for p in paths] == [p.parent for p in places]
        for path in paths:
            path.write_text("new")
        _ = 1 // 0
    assert state(tmp_path) == {"old": "old"}
    assert [p.name for p in tmp_path.iterdir()] == ["old"]
    with staged(*places, renewed=[tmp_path / "old"]) as paths:
        for path in paths:
            path.write_text("new")
    assert state(tmp_path) == {"a": "new", "deep/er/b": "new", "old": "new"}
    with pytest.raises(OutputExistsError, match="'a'"), staged(*places, renewed=[tmp_path / "old"]):
        pass


def test_what_a_killed_run_left_is_swept_away_and_an_output_that_it_moved_aside_comes_back(tmp_path):
    from pipelines.stages import new_name, stage_in, sweep

    dead = tmp_path / new_name()
    (dead / "0" / "before").mkdir(parents=True)
    (dead / "0" / "before" / "out.csv").write_text("old")
    (dead / "lock").touch()
    (tmp_path / ".tamis-notes").mkdir()
    (tmp_path / ".tamis-new-0123456789ab").mkdir()
    os.utime(tmp_path / ".tamis-new-0123456789ab", (0, 0))
    with stage_in(tmp_path, new_name()) as living:
        sweep(tmp_path)
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([".tamis-notes", living.name, "out.csv"])
    assert (tmp_path / "out.csv").read_text() == "old"
    sweep(tmp_path)
    assert not living.exists()

"""Bad input: one clear line with a code, the right exit code, nothing left behind, the input as it was."""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02"
GOOD = "name,age\n" + "Ann Lee,41\nBo Chan,52\n" * 10


TABLES = {
    "empty": (b"", "P205"),
    "only-line-ends": (b"\n\n", "P205"),
    "binary": (PNG, "P202"),
    "utf-16": (GOOD.encode("utf-16"), "P202"),
    "utf-16-without-mark": (GOOD.encode("utf-16-le"), "P202"),
    "latin-1": ("name,age\nJosé,41\n".encode("latin-1"), "P202"),
    "nul": (b"name,age\nAnn\0,41\n", "P202"),
    "ragged": (b"name,age\nAnn,41\nBo\nCy,52,x\n", "P203"),
    "unclosed-quote": (b'name,age\nAnn,"41\nBo,52\n', "P203"),
    "stray-quote": (b'name,age\n"Ann"x,41\n', "P203"),
    "same-header-twice": (b"name,name\nAnn,41\n", "P203"),
    "headers-without-name": (b"name,,\nAnn,41,1\n", "P203"),
    "no-header": (b",,\nAnn,41,1\n", "P205"),
    "semicolons": (b"name;age\nAnn;41\n", "P203"),
    "large-cell": (b"name,age\nAnn," + b"x" * (10 << 20) + b"\n", "P204"),
}
TEXTS = {
    "empty": (b"", "P205"),
    "binary": (PNG, "P202"),
    "utf-16": ("Ann Lee\n".encode("utf-16"), "P202"),
    "latin-1": ("José\n".encode("latin-1"), "P202"),
    "nul": (b"Ann\0Lee", "P202"),
}
LINES = {
    "empty": (b"", "P205"),
    "blank": (b"\n \n", "P205"),
    "no-json": (b'{"id": 1, "text": "x"}\nAnn Lee\n', "P206"),
    "no-object": (b'["Ann Lee"]\n', "P206"),
    "no-text": (b'{"id": 1, "body": "Ann Lee"}\n', "P206"),
    "text-is-a-number": (b'{"id": 1, "text": 2}\n', "P206"),
    "no-id": (b'{"text": "Ann Lee"}\n', "P206"),
    "torn-character": (b'{"id": 1, "text": "Ann \\ud83d Lee"}\n', "P206"),
    "deep": (b"[" * 100_000, "P206"),
    "binary": (PNG, "P202"),
}


def commands(source, out):
    """Return the commands that read `source` as data, by name."""
    return {
        "scan": ("scan", source),
        "redact": ("redact", source, "-o", out),
        "dry-run": ("redact", source, "--dry-run"),
        "synth": ("synth", source, "-o", out, "--epsilon", 1),
        "draft": ("synth", source, "--draft-schema", out),
        "audit": ("audit", "--original", source, "--released", source, "--out", out),
        "audit-released": ("audit", "--original", source.parent / "good.csv", "--released", source, "--out", out),
    }


@pytest.mark.parametrize("fault", TABLES)
def test_a_bad_table_is_refused_by_every_command(refused, tmp_path, fault):
    data, code = TABLES[fault]
    source = tmp_path / "bad.csv"
    source.write_bytes(data)
    (tmp_path / "good.csv").write_text(GOOD)
    for arguments in commands(source, tmp_path / "out.csv").values():
        assert "bad.csv" in refused(tmp_path, code, *arguments).err
    recipe = tmp_path / "r.toml"
    recipe.write_text('schema_version = 1\nname = "r"\n[[table]]\npath = "good.csv"\n[[table]]\npath = "bad.csv"\n')
    assert "bad.csv" in refused(tmp_path, code, "run", recipe, "--out", tmp_path / "out").err
    (tmp_path / "folder").mkdir()
    source.rename(tmp_path / "folder" / "bad.csv")
    refused(tmp_path, code, "scan", tmp_path / "folder")
    refused(tmp_path, code, "redact", tmp_path / "folder", "-o", tmp_path / "out")


@pytest.mark.parametrize("fault", TEXTS)
def test_a_bad_text_is_refused(refused, tmp_path, fault):
    data, code = TEXTS[fault]
    source = tmp_path / "bad.txt"
    source.write_bytes(data)
    for name in ("scan", "redact", "dry-run", "audit"):
        assert "bad.txt" in refused(tmp_path, code, *commands(source, tmp_path / "out.txt")[name]).err
    recipe = tmp_path / "r.toml"
    recipe.write_text('schema_version = 1\nname = "r"\n[[corpus]]\npath = "bad.txt"\n')
    refused(tmp_path, code, "run", recipe, "--out", tmp_path / "out")


@pytest.mark.parametrize("fault", LINES)
def test_a_bad_json_line_is_refused(refused, tmp_path, fault):
    data, code = LINES[fault]
    source = tmp_path / "bad.jsonl"
    source.write_bytes(data)
    for name in ("scan", "redact", "audit"):
        ended = refused(tmp_path, code, *commands(source, tmp_path / "out.jsonl")[name])
        assert "Ann" not in ended.err
        assert "bad.jsonl" in ended.err


def test_bad_parquet_is_refused(refused, tmp_path):
    good = tmp_path / "good.parquet"
    pq.write_table(pa.table({"name": ["Ann"]}), good)
    data = good.read_bytes()
    broken = {"empty": b"", "text": b"name\nAnn\n", "cut": data[: len(data) // 2], "flipped": data[:-12] + b"\xff" * 12}
    source = tmp_path / "bad.parquet"
    for content in broken.values():
        source.write_bytes(content)
        for name in ("scan", "redact", "synth"):
            refused(tmp_path, "P206", *commands(source, tmp_path / "out.parquet")[name])
    for nested in (pa.array([["Ann"]]), pa.array([{"x": "Ann"}]), pa.array([b"Ann"])):
        pq.write_table(pa.table({"inside": nested}), source)
        for name in ("scan", "redact", "synth"):
            assert "'inside'" in refused(tmp_path, "P206", *commands(source, tmp_path / "o.parquet")[name]).err
    source.unlink()
    refused(tmp_path, "P201", "scan", source)
    source.mkdir()
    refused(tmp_path, "P201", "synth", source, "-o", tmp_path / "o.parquet", "--epsilon", 1)


@pytest.mark.parametrize("name", ["no.csv", "no.txt", "no.jsonl", "no-folder"])
def test_what_is_missing_is_named(refused, tmp_path, name):
    for arguments in commands(tmp_path / name, tmp_path / f"out{Path(name).suffix}").values():
        if "good.csv" not in str(arguments) and not (name == "no-folder" and "synth" in arguments):
            assert name in refused(tmp_path, "P201", *arguments).err


def test_folders_that_hold_nothing_or_are_none(refused, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "image.png").write_bytes(PNG)
    (tmp_path / "pipe.txt").mkdir()
    for name in ("empty", "other", "pipe.txt"):
        refused(tmp_path, "P205", "scan", tmp_path / name)
        refused(tmp_path, "P205", "redact", tmp_path / name, "-o", tmp_path / "out")
    (tmp_path / "image.png").write_bytes(PNG)
    refused(tmp_path, "P206", "scan", tmp_path / "image.png")
    recipe = tmp_path / "r.toml"
    recipe.write_text('schema_version = 1\nname = "r"\n[[table]]\npath = "empty"\n')
    refused(tmp_path, "P201", "run", recipe, "--out", tmp_path / "out")


def test_a_pipe_is_no_file_and_nobody_waits_for_it(tamis, tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for command in (("scan",), ("synth", "--epsilon", 1, "-o", tmp_path / "out.csv")):
        before = sorted(tmp_path.iterdir())
        assert tamis(command[0], tmp_path / "pipe.csv", *command[1:]).code == "P201"
        assert sorted(tmp_path.iterdir()) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_or_file_without_permission(tamis, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir()
    (tmp_path / "closed.csv").write_text(GOOD)
    for path in (closed, tmp_path / "closed.csv"):
        path.chmod(0)
        try:
            for arguments in (("scan", path), ("redact", path, "-o", tmp_path / f"out{path.suffix}")):
                ended = tamis(*arguments)
                assert (ended.code, ended.status) == ("P201", 3)
        finally:
            path.chmod(0o700)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["closed", "closed.csv"]


def test_a_folder_that_the_system_refuses(tamis, tmp_path, monkeypatch):
    """Root may read everything, so the refusal is the system's own answer given in its stead."""
    inner = tmp_path / "folder" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "folder" / "a.txt").write_text("Ann Lee")
    scandir = os.scandir

    def refusing(path):
        if str(path) == str(inner):
            raise PermissionError(13, os.strerror(13), str(path))
        return scandir(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refusing)
        scan, redact = tamis("scan", tmp_path / "folder"), tamis("redact", tmp_path / "folder", "-o", tmp_path / "out")
    assert [(e.code, e.status) for e in (scan, redact)] == [("P201", 3), ("P201", 3)]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder"]


def test_a_file_name_that_is_no_text(tamis, tmp_path):
    for folder, content in (("texts", "Ann Lee"), ("tables", GOOD)):
        (tmp_path / folder).mkdir()
        name = b"caf\xe9" + (b".txt" if folder == "texts" else b".csv")
        Path(os.fsdecode(os.fsencode(tmp_path / folder) + b"/" + name)).write_text(content)
        for arguments in (("scan", tmp_path / folder), ("redact", tmp_path / folder, "-o", tmp_path / "out")):
            ended = tamis(*arguments)
            assert (ended.code, ended.status) == ("P201", 3)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["tables", "texts"]


def test_an_output_that_is_there_stays(refused, tmp_path):
    source = tmp_path / "good.csv"
    source.write_text(GOOD)
    recipe = tmp_path / "r.toml"
    recipe.write_text('schema_version = 1\nname = "r"\n[[table]]\npath = "good.csv"\n')
    out = tmp_path / "out.csv"
    for place in (out, Path(f"{out}.report.json")):
        place.write_text("mine")
        for name in ("redact", "synth"):
            assert place.name in refused(tmp_path, "P103", *commands(source, out)[name]).err
        place.unlink()
    out.write_text("mine")
    refused(tmp_path, "P103", *commands(source, out)["redact"], "--resume")
    for name in ("draft", "audit"):
        refused(tmp_path, "P103", *commands(source, out)[name])
    refused(tmp_path, "P103", "run", recipe, "--out", out)
    refused(tmp_path, "P103", "demo", "--out", out)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "report.json").write_text("[]")
    refused(tmp_path, "P103", "demo", "--out", tmp_path / "mine")


def test_an_output_is_never_inside_or_over_the_input(refused, tmp_path):
    folder = tmp_path / "data" / "in"
    folder.mkdir(parents=True)
    source = folder / "good.csv"
    source.write_text(GOOD)
    (folder / "a.txt").write_text("Ann Lee")
    recipe = folder / "r.toml"
    recipe.write_text('schema_version = 1\nname = "r"\n[[table]]\npath = "good.csv"\n')
    for target in (folder, folder / "out", tmp_path / "data", tmp_path):
        refused(tmp_path, "P101", "redact", folder, "-o", target, "--overwrite")
    for command in (("redact",), ("synth", "--epsilon", 1)):
        refused(tmp_path, "P101", command[0], source, "-o", source, "--overwrite", *command[1:])
    refused(tmp_path, "P101", "synth", source, "--draft-schema", source, "--overwrite")
    for target in (folder, tmp_path / "data", source, recipe):
        refused(tmp_path, "P101", "run", recipe, "--out", target, "--overwrite")
    for target in (folder, tmp_path / "data", source):
        pair = ("--original", source, "--released", source)
        refused(tmp_path, "P101", "audit", *pair, "--out", target, "--overwrite")

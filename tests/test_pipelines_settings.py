"""Recipes, policies, schemas, recognisers and vaults that are broken: one line with a code, and nothing done."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.catalogue import catalogue

TABLE = "mail,note\nann@example.com,red\n"
BROKEN = {
    "deep": b"a = " + b"[" * 100_000,
    "deep tables": b"[" + b"a." * 20_000 + b"b]\n",
    "a long number": b"a = " + b"9" * 5_000,
    "no text": b"\xff\xfe\x00",
    "nul": b"a = 1\0",
    "a bracket": b"[",
    "twice": b"a = 1\na = 2\n",
    "json": b'{"schema_version": 1}',
    "nothing": b"",
}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text(TABLE)
    return tmp_path / "a.csv"


@pytest.mark.parametrize("fault", BROKEN)
def test_broken_toml(tamis: Callable[..., object], tmp_path: Path, table: Path, fault: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(BROKEN[fault])
    commands = {
        "P102": [("run", path, "--out", tmp_path / "out")],
        "D101": [("scan", table, "--policy", path), ("redact", table, "-o", tmp_path / "o.csv", "--policy", path)],
        "S": [("synth", table, "-o", tmp_path / "s.csv", "--epsilon", 1, "--schema", path)],
    }
    for code, several in commands.items():
        for command in several:
            ended = tamis(*command)
            assert ended.code.startswith(code), ended.err
            assert ended.status == catalogue()[ended.code].exit_code in {2, 3}
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.csv", "broken.toml"]


@pytest.mark.parametrize("text", ["[" * 100_000, "a: [", "a: !!python/object/apply:os.getcwd []", "\udcff", "[]", ""])
def test_broken_yaml(tamis: Callable[..., object], tmp_path: Path, table: Path, text: str) -> None:
    (tmp_path / "r.yaml").write_bytes(text.encode("utf-8", "surrogateescape"))
    (tmp_path / "p.toml").write_text('schema_version = 1\nrecognisers = ["r.yaml"]\n')
    assert tamis("scan", table, "--policy", tmp_path / "p.toml").code == "D101"


@pytest.mark.parametrize("path", ["a\\u0000.csv", "x" * 300 + ".csv", "\\u202e.csv", "in/../../..", ""])
def test_paths_in_a_recipe(tamis: Callable[..., object], tmp_path: Path, path: str) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text(f'schema_version = 1\nname = "r"\n[[table]]\npath = "{path}"\n')
    ended = tamis("run", recipe, "--out", tmp_path / "out")
    assert ended.code in {"P101", "P102", "P201"}
    assert ended.status == catalogue()[ended.code].exit_code
    assert [one.name for one in tmp_path.iterdir()] == ["r.toml"]


@pytest.mark.parametrize(
    "encoding", ["utf-7", "punycode", "unicode_escape", "raw_unicode_escape", "idna", "utf-32", "hz"]
)
def test_encodings_that_know_half_characters(tamis: Callable[..., object], tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(b"name,note\nann@example.com,\\ud800 x\nxn--a,+2AA-\n")
    (tmp_path / "p.toml").write_text('schema_version = 1\ndefault = "replace"\ndetectors = ["network"]\n')
    options = ("--policy", tmp_path / "p.toml", "--encoding", encoding)
    ended = tamis("redact", tmp_path / "a.csv", "-o", tmp_path / "o.csv", *options)
    assert ended.status == 0 or ended.code == "P202", ended.err
    assert (tmp_path / "o.csv").exists() == (ended.status == 0)


@pytest.mark.parametrize("data", [b"", b"{}", b"tamis" * 100, b"\xff" * 1_000, b"[" * 100_000])
def test_broken_vaults_and_attestations(tamis: Callable[..., object], tmp_path: Path, table: Path, data: bytes) -> None:
    (tmp_path / "k").write_bytes(b"k" * 32)
    (tmp_path / "k").chmod(0o600)
    (tmp_path / "v").write_bytes(data)
    restore = ("restore", table, "--vault", tmp_path / "v", "-o", tmp_path / "b.csv", "--key-file", tmp_path / "k")
    assert tamis(*restore).code == "D204"
    assert tamis("verify", tmp_path / "v").code in {"P202", "P205", "P207"}
    assert not (tmp_path / "b.csv").exists()

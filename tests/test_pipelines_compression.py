"""Files under gzip go in and come out as what they are; what grows too much, or is another archive, is refused."""

import csv
import gzip
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid import Key
from pipelines.compression import EXPANDED_LIMIT, RATIO_LIMIT, check_growth, ending_of, kind_of, stem_of, unpack
from pipelines.content import read_bytes, read_content
from pipelines.errors import FormatError, SizeError, SourceError
from pipelines.keeping import restore
from pipelines.surface import _outside
from pipelines.tablefile import read_table
from tests.test_pipelines_restore import keep

TABLE = "e-mail,colour\nann@example.com,red\nbo@example.org,blue\n"
KINDS = {
    ".csv": TABLE,
    ".tsv": TABLE.replace(",", "\t"),
    ".txt": "Write to ann@example.com.\n",
    ".md": "# Write to ann@example.com.\n",
    ".jsonl": '{"id": 1, "text": "Write to ann@example.com."}\n',
    ".ndjson": '{"mail": {"of": "ann@example.com"}, "n": 1.50}\n',
}
QUICK = 'schema_version = 1\ndefault = "replace"\ndetectors = ["network"]\n'


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "quick.toml"
    path.write_text(QUICK)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_a_packed_file_leaves_as_the_plain_one_does_but_packed(
    tamis: Callable[..., object], tmp_path: Path, policy: Path, kind: str
) -> None:
    plain, packed = tmp_path / f"in{kind}", tmp_path / f"in{kind.upper()}.gz"
    plain.write_text(KINDS[kind])
    packed.write_bytes(gzip.compress(KINDS[kind].encode()))
    assert tamis("redact", plain, "-o", tmp_path / f"a{kind}", "--policy", policy).status == 0
    assert tamis("redact", packed, "-o", tmp_path / f"b{kind}.gz", "--policy", policy).status == 0
    assert tamis("redact", packed, "-o", tmp_path / f"c{kind}", "--policy", policy).status == 0
    wanted = (tmp_path / f"a{kind}").read_bytes()
    assert b"ann@" not in wanted
    assert gzip.decompress((tmp_path / f"b{kind}.gz").read_bytes()) == wanted == (tmp_path / f"c{kind}").read_bytes()
    told = [tamis("scan", path, "--format", "jsonl", "--policy", policy).out for path in (plain, packed)]
    assert told[0] == told[1].replace(packed.name, plain.name)
    assert tamis("redact", packed, "-o", tmp_path / f"d{kind}.gz", "--policy", policy).status == 0
    assert (tmp_path / f"d{kind}.gz").read_bytes() == (tmp_path / f"b{kind}.gz").read_bytes()


def test_packed_files_in_a_folder_and_their_names(tamis: Callable[..., object], tmp_path: Path, policy: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for kind, text in KINDS.items():
        (source / f"ann@example.com{kind}.gz").write_bytes(gzip.compress(text.encode()))
    (source / "other.zip").write_bytes(b"PK")
    ended = tamis("redact", source, "-o", tmp_path / "out", "--policy", policy)
    assert (ended.status, ended.err.splitlines()[0]) == (0, "1 files of other kinds were left out")
    left = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert left == sorted(f"EMAIL_ADDRESS{kind}.gz" for kind in KINDS)
    assert all(b"ann@" not in gzip.decompress(path.read_bytes()) for path in (tmp_path / "out").iterdir())
    assert "ann" not in (tmp_path / "out.report.json").read_text()


def test_rows_that_are_put_aside_stay_packed(tamis: Callable[..., object], tmp_path: Path, policy: Path) -> None:
    (tmp_path / "in.csv.gz").write_bytes(gzip.compress((TABLE + "x\n").encode()))
    out = tmp_path / "o.csv.gz"
    assert tamis("redact", tmp_path / "in.csv.gz", "-o", out, "--policy", policy, "--quarantine-limit", 0.5).status == 0
    aside = tmp_path / "o.csv.gz.quarantine" / "in.csv.gz"
    assert gzip.decompress(aside.read_bytes()) == b"x\n"
    assert aside.stat().st_mode & 0o777 == 0o600


def test_a_packed_file_comes_back_to_the_byte(tmp_path: Path) -> None:
    source = tmp_path / "in.csv.gz"
    source.write_bytes(gzip.compress(TABLE.encode()))
    vault = keep(source, tmp_path / "out.csv.gz")
    restore(tmp_path / "out.csv.gz", vault, tmp_path / "back", Key(bytes(range(32))))
    assert (tmp_path / "back").read_bytes() == source.read_bytes()


def test_a_packed_table_is_synthesised_and_released_by_a_recipe(tamis: Callable[..., object], tmp_path: Path) -> None:
    rows = "colour,age\n" + "".join(f"{'red' if n % 3 else 'blue'},{20 + n % 30}\n" for n in range(300))
    source = tmp_path / "in.csv.gz"
    source.write_bytes(gzip.compress(rows.encode()))
    ended = tamis("synth", source, "-o", tmp_path / "s.csv.gz", "--epsilon", 50, "--method", "independent")
    assert ended.status == 0, ended.err
    made = list(csv.reader(io.StringIO(gzip.decompress((tmp_path / "s.csv.gz").read_bytes()).decode())))
    assert made[0] == ["colour", "age"]
    assert len(made) > 200
    recipe = tmp_path / "r.toml"
    attack = '[[attack]]\nkind = "residue"\non = "in"\nlimit = 0.9\nreason = "a test"\n'
    recipe.write_text(f'schema_version = 1\nname = "r"\npolicy = "quick.toml"\n[[table]]\npath = "in.csv.gz"\n{attack}')
    (tmp_path / "quick.toml").write_text(QUICK)
    ended = tamis("run", recipe, "--out", tmp_path / "run")
    assert ended.status in {0, 1}, ended.err
    assert "names of files and columns" in ended.out
    if ended.status == 0:
        assert gzip.decompress((tmp_path / "run" / "release" / "in.csv.gz").read_bytes()).startswith(b"colour,age\n")


def test_the_outside_of_a_release_is_seen_also_when_it_is_packed_or_odd(tmp_path: Path) -> None:
    heads = {"a.csv": "Ann Lee,age", "b.csv": "x" * 200_000 + ",Ann Lee", "c.csv": 'open,"Ann Lee\n"'}
    for name, head in heads.items():
        (tmp_path / name).write_text(f"{head}\n1,2\n")
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(f"{head}\n1,2\n".encode()))
    told = list(_outside(tmp_path))
    assert len(told) == 12
    assert sum("Ann Lee" in text for text in told) == 6


@pytest.mark.parametrize("name", ["x.zip", "x.csv.zst", "x.tar.gz", "x.parquet.gz", "x.7z"])
def test_other_archives_are_refused_with_what_to_do(tamis: Callable[..., object], tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04")
    for command in (("scan", tmp_path / name), ("redact", tmp_path / name, "-o", tmp_path / f"o{Path(name).suffix}")):
        ended = tamis(*command)
        assert (ended.code, ended.status) == ("P206", 3)
        assert "unpack it first" in ended.err
        assert ".csv.gz" in ended.err


def test_what_is_an_archive_under_another_name_is_told(tamis: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(gzip.compress(TABLE.encode()))
    assert "let its name end in .gz" in tamis("scan", tmp_path / "x.csv").err


@given(st.lists(st.binary(max_size=300), max_size=4))
def test_what_is_packed_is_unpacked(members: list[bytes]) -> None:
    assert unpack(b"".join(map(gzip.compress, members)), "x.gz") == b"".join(members)


@given(st.binary(max_size=200))
def test_no_bytes_unpack_to_anything_but_an_answer(data: bytes) -> None:
    try:
        told = unpack(data, "x.gz")
    except FormatError as error:
        assert "'x.gz'" in str(error)  # noqa: PT017 either end is a clean answer
    else:
        assert told == (gzip.decompress(data) if data.strip(b"\0") else b"")


def test_growth_has_two_limits() -> None:
    check_growth(64 << 20, 1, "x")
    check_growth(EXPANDED_LIMIT, EXPANDED_LIMIT // RATIO_LIMIT + 1, "x")
    with pytest.raises(SizeError):
        check_growth(EXPANDED_LIMIT + 1, EXPANDED_LIMIT, "x")
    with pytest.raises(SizeError):
        check_growth((64 << 20) + 1, (64 << 20) // RATIO_LIMIT - 1, "x")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a.csv", ("a", ".csv", ".csv")),
        ("a.b.CSV.GZ", ("a.b", ".CSV.GZ", ".csv")),
        (".csv.gz", (".csv", ".gz", ".gz")),
        ("a.tar.gz", ("a.tar", ".gz", ".gz")),
        ("a", ("a", "", "")),
    ],
)
def test_names(name: str, parts: tuple[str, str, str]) -> None:
    path = Path("folder.gz") / name
    assert (stem_of(path), ending_of(path), kind_of(path)) == parts


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody writes to the file between the first look at it and the last."""
    path = tmp_path / "a.csv"
    path.write_text(TABLE)
    looks = os.fstat

    def writing(handle: int) -> os.stat_result:
        told = looks(handle)
        with path.open("a") as file:
            file.write("more,more\n")
        return told

    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", writing)
        for read in (read_bytes, read_content, read_table):
            with pytest.raises(SourceError, match="changed while it was read"):
                read(path)
    assert read_content(path).startswith(TABLE.encode())

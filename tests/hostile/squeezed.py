"""Files under compression, and archives."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator

from tests.hostile.case import CANARY, FINE, Case, files

TABLE = f"name,age\n{CANARY},41\nBo Chan,52\n".encode()
LINES = f'{{"id": 1, "text": "{CANARY}"}}\n'.encode()
WHOLE = {
    ".csv.gz": TABLE,
    ".tsv.gz": TABLE.replace(b",", b"\t"),
    ".jsonl.gz": LINES,
    ".ndjson.gz": LINES,
    ".txt.gz": TABLE,
}


def cases() -> Iterator[Case]:
    """Give all hostile compressed files."""
    for suffix, data in WHOLE.items():
        yield from _broken(suffix, gzip.compress(data, mtime=0))
        fine = {
            "whole": gzip.compress(data),
            "members": gzip.compress(data[:10]) + gzip.compress(data[10:]),
            "empty-member": gzip.compress(b"") + gzip.compress(data),
            "zeros-behind": gzip.compress(data) + bytes(512),
            "named": _named(b"../../../etc/escaped\n\x1b[31m", data),
        }
        yield from files(f"{suffix} that is odd", suffix, FINE, fine)
        yield from files(f"{suffix} of nothing", suffix, "P205", {"nothing": gzip.compress(b""), "no-member": b""})
    bombs: dict[str, Callable[[], bytes]] = {
        "zeros": lambda: gzip.compress(b"0" * (80 << 20), 5),
        "table": lambda: gzip.compress(b"a,b\n" + b"1,2\n" * (18 << 20), 5),
        "members": lambda: gzip.compress(b"a,b\n" + b"0" * (4 << 20), 5) * 20,
    }
    for suffix in (".csv.gz", ".jsonl.gz"):
        yield from files(f"{suffix} that grows", suffix, "P204", bombs)
    inside = {
        "gzip": gzip.compress(gzip.compress(TABLE)),
        "utf-16": gzip.compress(TABLE.decode().encode("utf-16")),
        "nul": gzip.compress(b"a,b\0\n"),
    }
    yield from files(".csv.gz of no text", ".csv.gz", "P202", inside)
    ragged = {
        "ragged": gzip.compress(f"a,b\n{CANARY}\n".encode()),
        "unclosed": gzip.compress(f'a,b\n"{CANARY}\n'.encode()),
    }
    yield from files(".csv.gz of a broken table", ".csv.gz", "P203", ragged)
    others = {
        ".zip": _zip(),
        ".csv.zip": _zip(),
        ".tar": _tar(),
        ".tar.gz": gzip.compress(_tar()),
        ".tgz": gzip.compress(_tar()),
        ".csv.bz2": bz2.compress(TABLE),
        ".csv.xz": lzma.compress(TABLE),
        ".csv.zst": b"\x28\xb5\x2f\xfd" + TABLE,
        ".csv.zstd": b"\x28\xb5\x2f\xfd" + TABLE,
        ".7z": b"7z\xbc\xaf\x27\x1c" + TABLE,
        ".rar": b"Rar!\x1a\x07" + TABLE,
        ".csv.lz4": b"\x04\x22\x4d\x18" + TABLE,
        ".xlsx.gz": gzip.compress(TABLE),
        ".parquet.gz": gzip.compress(TABLE),
        ".docx.gz": gzip.compress(TABLE),
        ".gz": gzip.compress(TABLE),
        ".csv.gz.gz": gzip.compress(gzip.compress(TABLE)),
    }
    for suffix, data in others.items():
        yield from files("archives and other compressions", suffix, "P206", {suffix: data})


def _broken(suffix: str, whole: bytes) -> Iterator[Case]:
    broken = {
        "not-gzip": CANARY.encode(),
        "plain": TABLE,
        "head-only": whole[:10],
        "cut": whole[:-10],
        "no-checksum": whole[:-8],
        "half-checksum": whole[:-3],
        "wrong-checksum": whole[:-8] + b"\0\0\0\0" + whole[-4:],
        "wrong-length": whole[:-4] + b"\xff\xff\xff\x7f",
        "torn": whole[:20] + bytes(b ^ 0xFF for b in whole[20:-8]) + whole[-8:],
        "other-method": whole[:2] + b"\x07" + whole[3:],
        "garbage-behind": whole + CANARY.encode(),
        "second-member-cut": whole + whole[:-9],
    }
    yield from files(f"{suffix} that is broken", suffix, "P206", broken)


def _named(name: bytes, data: bytes) -> bytes:
    """A member that says under which name it would like to be unpacked."""
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = squeezed.compress(data) + squeezed.flush()
    tail = zlib.crc32(data).to_bytes(4, "little") + len(data).to_bytes(4, "little")
    return b"\x1f\x8b\x08\x08\0\0\0\0\0\x03" + name + b"\0" + body + tail


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../escaped.csv", TABLE)
    return buffer.getvalue()


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("../escaped.csv")
        member.size = len(TABLE)
        archive.addfile(member, io.BytesIO(TABLE))
    return buffer.getvalue()

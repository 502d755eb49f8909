"""Parquet files that no honest program writes."""

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from tests.hostile.case import CANARY, EITHER, FINE, Case, files


def cases() -> Iterator[Case]:
    """Give all hostile Parquet files."""
    whole = _as_parquet(pa.table({"name": [CANARY, "Bo Chan"] * 50, "age": list(range(100))}))
    broken = {
        "nothing": b"",
        "magic": b"PAR1",
        "two-magics": b"PAR1PAR1",
        "csv": f"name\n{CANARY}\n".encode(),
        "encrypted": whole[:-4] + b"PARE",
        "no-footer": whole[: len(whole) // 2] + b"PAR1",
        "footer-too-long": whole[:-8] + b"\xff\xff\xff\x7fPAR1",
        "footer-of-nothing": whole[:-8] + b"\0\0\0\0PAR1",
    }
    yield from files("Parquet that is broken", ".parquet", "P206", broken)
    yield from files(
        "Parquet that is cut", ".parquet", "P206", {str(n): whole[: len(whole) * n // 9] for n in range(1, 9)}
    )
    turned = {str(place): _turned(whole, place) for place in range(10, len(whole) - 8, len(whole) // 24)}
    yield from files("Parquet with a byte turned", ".parquet", EITHER, turned)
    nested = {
        "list": pa.array([[CANARY]]),
        "struct": pa.array([{"x": CANARY}]),
        "bytes": pa.array([CANARY.encode()]),
        "map": pa.array([[(CANARY, 1)]], pa.map_(pa.string(), pa.int64())),
    }
    yield from files(
        "Parquet of other types",
        ".parquet",
        "P206",
        {n: _as_parquet(pa.table({"a": one})) for n, one in nested.items()},
    )
    names = {"bidi": "na\u202eme", "line": "na\nme", "colour": "\x1b[31mname", "empty": "", "formula": "=1+1"}
    yield from files(
        "Parquet with odd names", ".parquet", FINE, {n: _as_parquet(pa.table({h: [CANARY]})) for n, h in names.items()}
    )
    twice = pa.table([[CANARY], ["x"]], names=["a", "a"])
    yield from files("Parquet with a name twice", ".parquet", "P203", {"two": _as_parquet(twice)})


def _as_parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def _turned(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]

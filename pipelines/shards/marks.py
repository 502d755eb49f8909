"""What a shard on the disk says beside its rows: whose it is, what is known of the persons in them, who plays whom."""

import json
import zlib
from base64 import b85decode, b85encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from deid.surrogates import Cast
from deid.surrogates.cast import told_role
from deid.surrogates.part import Part
from deid.tables.coded import Coded
from pipelines.shards.recall import Memory

_MEMBER, _KNOWN, _CUE = b"tamis.member", b"tamis.known", b"tamis.cue"
_MOST = (1 << 31) - 1  # bytes of marks

Known = Sequence[tuple[str, Coded]]
"""Columns of labelled values, as long as the rows (`Ties.known`)."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What a rehearsal left to a shard: who plays those in it, and what was found there."""

    cast: Cast
    memory: Memory = field(repr=False)


def marked(member: int, known: Known = ()) -> dict[bytes, bytes]:
    """Return the marks of a shard: which member of the source it is of, and what other tables say of its rows.

    >>> known = [("PERSON", Coded(("Ann Lee",), np.array([0, -1])))]
    >>> table = pa.table({"pid": [1, 2]}).replace_schema_metadata(marked(3, known))
    >>> member_of(table), [(label, one.cells()) for label, one in known_in(table)]
    (3, [('PERSON', ['Ann Lee', ''])])
    """
    told = [(label, one.texts, one.codes.tolist()) for label, one in known]
    marks = {_MEMBER: str(member).encode()}
    return marks | {_KNOWN: json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass")} if told else marks


def read_shard(content: bytes) -> pa.Table:
    """Read a shard, however much is known of its rows."""
    return pq.read_table(pa.BufferReader(content), thrift_string_size_limit=_MOST)


def member_of(table: pa.Table) -> int:
    """Return which member of the source a shard is of."""
    return int(_marks(table)[_MEMBER])


def known_in(table: pa.Table) -> list[tuple[str, Coded]]:
    """Return what other tables say of a shard's rows."""
    told = json.loads(_marks(table).get(_KNOWN, b"[]"))
    return [(label, Coded(tuple(texts), np.array(codes, dtype=np.int64))) for label, texts, codes in told]


def with_cue(content: bytes, cue: Cue) -> pa.Table:
    """Return a shard with the cue of a rehearsal.

    >>> buffer = pa.BufferOutputStream()
    >>> pq.write_table(pa.table({"pid": [1]}), buffer)
    >>> cue = Cue(Cast({Part("PERSON", "ann lee"): "Stone, Maria"}, frozenset({"m stone"})), Memory(("phones",), ()))
    >>> cue_in(with_cue(buffer.getvalue().to_pybytes(), cue)) == cue
    True
    """
    table = read_shard(content)
    roles = [told_role(*one) for one in cue.cast.roles.items()]
    told = json.dumps([roles, sorted(cue.cast.source), cue.memory.detectors, cue.memory.answers])
    packed = b85encode(zlib.compress(told.encode(), 1))  # Parquet keeps marks twice, and as they are
    return table.replace_schema_metadata({**_marks(table), _CUE: packed})


def cue_in(table: pa.Table) -> Cue | None:
    """Return the cue of a shard, if it was rehearsed."""
    told = _marks(table).get(_CUE)
    if told is None:
        return None
    roles, source, detectors, answers = json.loads(zlib.decompress(b85decode(told)))
    cast = Cast({Part(*part): drawn for *part, drawn in roles}, frozenset(source))
    return Cue(cast, Memory(tuple(detectors), tuple((digest, found) for digest, found in answers)))


def _marks(table: pa.Table) -> Mapping[bytes, bytes]:
    marks: Mapping[bytes, bytes] = table.schema.metadata or {}
    return marks

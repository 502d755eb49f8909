"""JSON lines of texts in shards: each text is redacted by itself, and only its id has to mind those of all others."""

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from deid.changes import rewritten
from deid.keys import Key
from deid.naming import numbered
from deid.notebook import count_labels, unnamed_of
from deid.scanner import Scanner
from deid.surrogates import Scene
from deid.text import TextDraft, count_lost
from pipelines.compression import writing
from pipelines.corpus import line_of
from pipelines.naming import known_of, renamed_ids
from pipelines.shards import pieces
from pipelines.shards.manifest import Part, part_name
from pipelines.shards.work import Made, Work

_STAGED = pa.schema([("id", pa.string()), ("text", pa.string())])


@dataclass(frozen=True, slots=True)
class LineWork(Work):
    """How every shard of a file of JSON lines is redacted; `name` is that of the file, without its suffix."""

    name: str

    @property
    def title(self) -> str:
        """What the file is called."""
        return self.name

    def redact(self, table: pa.Table, first: int, scanner: Scanner, key: Key | None) -> Made:  # noqa: ARG002 - a seam
        """Redact texts; of each the id before, as JSON, and after, whether it stays as it is, and whose turn it is."""
        before, texts = table.column("id").to_pylist(), table.column("text").to_pylist()
        ids, lost = [str(json.loads(one)) for one in before], Counter[str]()
        found = scanner.scan(texts)
        draft = TextDraft(texts, found, self.policy, names=ids)
        pairs = zip(texts, draft.changes(key, Scene(), lost), strict=True)
        done = [rewritten(text, changes) for text, changes in pairs]
        known = [known_of(*one) for one in zip(ids, texts, found, strict=True)]
        named = renamed_ids(ids, known, scanner, key)
        columns = {
            "before": before,
            "after": [one.name for one in named],
            "fixed": [one.fixed for one in named],
            "order": [one.order for one in named],
            "text": done,
        }
        buffer = io.BytesIO()
        pq.write_table(pa.table(columns), buffer, compression="lz4")
        labels, withheld = count_labels(found)
        withheld += count_lost(texts, done, found)
        return Made(buffer.getvalue(), labels, withheld, unnamed_of(labels, self.policy), dict(lost))


def cut_lines(records: Iterable[Mapping[str, object]]) -> Iterator[pa.Table]:
    """Give texts in tables of at most as many rows and characters as pieces of tables have."""
    rows: list[tuple[str, str]] = []
    size = 0
    for record in records:
        rows.append((json.dumps(record["id"], ensure_ascii=False), str(record["text"])))
        size += len(rows[-1][1])
        if len(rows) == pieces.ROWS or size >= pieces.CHARACTERS:
            yield _table(rows)
            rows, size = [], 0
    if rows:
        yield _table(rows)


def join_lines(folder: Path, parts: Sequence[Part], target: Path) -> None:
    """Write JSON lines, equal ids told apart: only where an id was changed are all of them held in memory."""
    names = iter(_told_apart([folder / part_name(part.number) for part in parts]))
    with writing(target, "utf-8") as file:
        for part in parts:
            table = pq.read_table(folder / part_name(part.number), columns=["before", "after", "text"])
            for before, after, text in zip(*(column.to_pylist() for column in table.columns), strict=True):
                file.write(line_of(json.loads(before), next(names, after), text))


def _told_apart(paths: Sequence[Path]) -> list[str]:
    """Return the id of each line, where any was changed; else nothing, and all stay."""
    if all(pq.read_table(path, columns=["fixed"]).column("fixed").to_numpy().all() for path in paths):
        return []
    told = pa.concat_tables(pq.read_table(path, columns=["after", "fixed", "order"]) for path in paths)
    after, fixed, order = (column.to_pylist() for column in told.columns)
    same = {place for place, one in enumerate(fixed) if one}
    return numbered(after, sorted(range(len(after)), key=lambda place: order[place]), same)


def _table(rows: list[tuple[str, str]]) -> pa.Table:
    ids, texts = zip(*rows, strict=True)
    return pa.table([pa.array(ids), pa.array(texts)], schema=_STAGED)

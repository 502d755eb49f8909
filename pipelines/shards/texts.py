"""Texts in shards: each is redacted by itself, and only its id or its file's name has to mind those of all others."""

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from deid.changes import Change, rewritten
from deid.finding import Finding
from deid.keys import Key
from deid.notebook import count_labels, unnamed_of
from deid.policy import Policy
from deid.scanner import Scanner
from deid.surrogates import Scene
from deid.text import TextDraft, count_lost
from pipelines.naming import File, found_in_names, known_of, renamed_ids
from pipelines.shards.items import Item
from pipelines.shards.manifest import Counts
from pipelines.shards.pieces import in_pieces
from pipelines.shards.work import Made, Work

NAMES = b"names"
"""Under what a part keeps what was found in the names of its files."""

_STAGED = pa.schema(
    [
        ("file", pa.string()),
        ("id", pa.string()),
        ("text", pa.large_string()),
        ("ending", pa.string()),
        ("document", pa.bool_()),
    ]
)


@dataclass(frozen=True, slots=True)
class TextWork(Work):
    """How every shard of texts is redacted; `name` is that of the file or folder that they come from."""

    name: str

    @property
    def title(self) -> str:
        """What the file or folder is called."""
        return self.name

    def redact(self, table: pa.Table, first: int, scanner: Scanner, key: Key | None, scene: Scene) -> Made:  # noqa: ARG002 - a seam
        """Redact texts that are files, or lines of one file.

        Of a line the part has the id before, as JSON, and after, whether it stays as it is, and whose turn it is; of a
        document what takes the place of what, of another file its text; and what was found in the names of files.
        """
        items = [_item(row) for row in table.to_pylist()]
        texts, names = [item.text for item in items], [item.name for item in items]
        found, lost = scanner.scan(texts), Counter[str]()
        changes = TextDraft(texts, found, self.policy, names=names).changes(key, scene, lost)
        done = [rewritten(text, own) for text, own in zip(texts, changes, strict=True)]
        if items[0].id is None:
            part = _files(items, done, changes, found, scanner)
        else:
            part = _lines(items, done, found, scanner, key)
        buffer = io.BytesIO()
        pq.write_table(part, buffer, compression="lz4")
        return Made(buffer.getvalue(), count_texts(texts, done, found, self.policy, lost))


def count_texts(
    texts: Sequence[str],
    done: Sequence[str],
    found: Sequence[Sequence[Finding]],
    policy: Policy,
    lost: Mapping[str, int],
) -> Counts:
    """Count what was found in texts, and what of it operators failed on."""
    labels, withheld = count_labels(found)
    lack = withheld + count_lost(texts, done, found)
    return Counts(len(texts), labels, lack, unnamed_of(labels, policy), dict(lost))


def cut_texts(groups: Iterable[Iterable[Item]]) -> Iterator[pa.Table]:
    """Give texts in tables, none of which has texts of two groups."""
    return (_table(piece) for group in groups for piece in in_pieces(group, lambda item: len(item.text)))


def _table(rows: Iterable[Item]) -> pa.Table:
    told = ({**asdict(one), "id": None if one.id is None else json.dumps(one.id, ensure_ascii=False)} for one in rows)
    return pa.Table.from_pylist(list(told), schema=_STAGED)


def _item(row: Mapping[str, Any]) -> Item:
    return Item(**{**row, "id": None if row["id"] is None else json.loads(row["id"])})


def _lines(
    items: Sequence[Item], done: Sequence[str], found: Sequence[Sequence[Finding]], scanner: Scanner, key: Key | None
) -> pa.Table:
    ids = [item.name for item in items]
    known = [known_of(item_id, item.text, one) for item_id, item, one in zip(ids, items, found, strict=True)]
    named = renamed_ids(ids, known, scanner, key)
    columns = {
        "file": [item.file for item in items],
        "before": [json.dumps(item.id, ensure_ascii=False) for item in items],
        "after": [one.name for one in named],
        "fixed": [one.fixed for one in named],
        "order": [one.order for one in named],
        "text": list(done),
    }
    return pa.table(columns)


def _files(
    items: Sequence[Item],
    done: Sequence[str],
    changes: Sequence[Sequence[Change]],
    found: Sequence[Sequence[Finding]],
    scanner: Scanner,
) -> pa.Table:
    files = {
        item.path: File(item.ending, known_of(item.file, item.text, one))
        for item, one in zip(items, found, strict=True)
    }
    names = {part: [asdict(f) for f in own] for part, own in found_in_names(files, scanner).items() if own}
    columns = {
        "file": [item.file for item in items],
        "before": pa.nulls(len(items), pa.string()),
        "ending": [item.ending for item in items],
        "text": [None if item.document else text for item, text in zip(items, done, strict=True)],
        "changes": [_told(own) if item.document else None for item, own in zip(items, changes, strict=True)],
    }
    return pa.table(columns).replace_schema_metadata({NAMES: json.dumps(names)})


def _told(changes: Sequence[Change]) -> str:
    return json.dumps([astuple(one) for one in changes])

"""Put the parts of texts together: each file under the name that it leaves by, ids that are equal told apart."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from deid.changes import Change
from deid.finding import Finding
from deid.keys import Key
from deid.naming import numbered
from deid.scanner import Scanner
from pipelines.compression import ending_of, writing
from pipelines.corpus import line_of, read_item, write_text
from pipelines.naming import File, found_in_names, placed_paths
from pipelines.shards.items import Items
from pipelines.shards.manifest import Part, part_name
from pipelines.shards.texts import NAMES


@dataclass(frozen=True, slots=True)
class Gathered:
    """The parts of each file of lines, and those of texts that are files; names of files are held, texts are not.

    `endings` tells of each file how it leaves, `names` what was found in each part of their paths.
    """

    folder: Path = field(repr=False)
    lines: Mapping[Path, Sequence[Part]]
    texts: Sequence[Part]
    endings: Mapping[Path, str] = field(repr=False)
    names: Mapping[str, Sequence[Finding]] = field(repr=False)

    @classmethod
    def of(cls, folder: Path, parts: Sequence[Part]) -> "Gathered":
        """Look through the parts that lie in a working folder."""
        lines: dict[Path, list[Part]] = {}
        texts: list[Part] = []
        endings: dict[Path, str] = {}
        names: dict[str, list[Finding]] = {}
        for part in parts:
            table = pq.read_table(folder / part_name(part.number), columns=["file", "before"])
            files = table.column("file").to_pylist()
            if table.column("before").null_count == 0:
                lines.setdefault(Path(files[0]), []).append(part)
                endings[Path(files[0])] = ending_of(Path(files[0]))
                continue
            texts.append(part)
            told = pq.read_table(folder / part_name(part.number), columns=["ending"]).column("ending").to_pylist()
            endings |= zip(map(Path, files), told, strict=True)
            for name, found in json.loads(table.schema.metadata[NAMES]).items():
                names[name] = list(dict.fromkeys([*names.get(name, ()), *(Finding(**one) for one in found)]))
        return cls(folder, lines, texts, endings, names)

    def paths(self, others: Sequence[Path], scanner: Scanner, key: Key | None) -> dict[Path, Path]:
        """Return the path that each file leaves by, and each of the `others` that lie among them."""
        endings = {**self.endings, **{path: ending_of(path) for path in others}}
        own = found_in_names({path: File(endings[path]) for path in (*self.lines, *others)}, scanner)
        names = {name: [*own.get(name, ()), *self.names.get(name, ())] for name in {**own, **self.names}}
        return placed_paths(endings, names, scanner, key)

    def write_lines(self, path: Path, target: Path) -> None:
        """Write a file of JSON lines; only where an id was changed are all of them held in memory."""
        parts = [self.folder / part_name(part.number) for part in self.lines[path]]
        names = iter(_told_apart(parts))
        target.parent.mkdir(parents=True, exist_ok=True)
        with writing(target, "utf-8") as file:
            for part in parts:
                table = pq.read_table(part, columns=["before", "after", "text"])
                for before, after, text in zip(*(column.to_pylist() for column in table.columns), strict=True):
                    file.write(line_of(json.loads(before), next(names, after), text))

    def write_files(self, items: Items, paths: Mapping[Path, Path], target: Path) -> dict[Path, Mapping[str, int]]:
        """Write the texts that are files; return what was not looked into in each document."""
        left_out: dict[Path, Mapping[str, int]] = {}
        for part in self.texts:
            table = pq.read_table(self.folder / part_name(part.number), columns=["file", "text", "changes"])
            for name, text, changes in zip(*(column.to_pylist() for column in table.columns), strict=True):
                place = target / paths[Path(name)]
                if changes is None:
                    write_text(place, text)
                    continue
                body = read_item(items.place(Path(name)), name, items.encoding).body
                if body is not None:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    body.write([Change(*one) for one in json.loads(changes)], place)
                    left_out[Path(name)] = body.left_out
        return left_out


def _told_apart(paths: Sequence[Path]) -> list[str]:
    """Return the id of each line, where any was changed; else nothing, and all stay."""
    if all(pq.read_table(path, columns=["fixed"]).column("fixed").to_numpy().all() for path in paths):
        return []
    told = pa.concat_tables(pq.read_table(path, columns=["after", "fixed", "order"]) for path in paths)
    after, fixed, order = (column.to_pylist() for column in told.columns)
    same = {place for place, one in enumerate(fixed) if one}
    return numbered(after, sorted(range(len(after)), key=lambda place: order[place]), same)

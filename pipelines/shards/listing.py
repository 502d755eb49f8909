"""What lies in a folder, told apart: tables, files of records, and texts."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.compression import stem_of
from pipelines.corpus import list_folder
from pipelines.intake import holds_records
from pipelines.shards.items import Items


@dataclass(frozen=True, slots=True)
class Listing:
    """A folder without workbooks: by path inside it its tables and its files of records, and its texts."""

    source: Path
    tables: tuple[Path, ...]
    records: frozenset[Path]
    items: Items

    @classmethod
    def of(cls, source: Path, encoding: str) -> "Listing":
        """List a folder and look into its files of lines. Raises the readers' errors."""
        listed = list_folder(source)
        records = frozenset(path for path in listed.lines if holds_records(source / path, encoding))
        texts = replace(listed, lines=tuple(path for path in listed.lines if path not in records))
        return cls(source, listed.tables, records, Items(source, encoding, texts, folder=True))

    @property
    def names(self) -> dict[str, Path]:
        """The paths of tables and records, each under its own name, and with its path where two have one name."""
        rows = sorted([*self.tables, *self.records])
        often = Counter(map(stem_of, rows))
        return {
            stem_of(path) if often[stem_of(path)] == 1 else f"{path.as_posix()}#{stem_of(path)}": path for path in rows
        }

"""What lies in a folder, told apart: tables, files of records, and texts."""

from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.compression import stem_of
from pipelines.corpus import list_folder
from pipelines.intake import holds_records, names_apart
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
        items = Items(source, encoding, texts, folder=True, beside=bool(listed.tables or records))
        return cls(source, listed.tables, records, items)

    @property
    def names(self) -> dict[str, Path]:
        """The paths of tables and records, under names that tell them apart."""
        rows = sorted([*self.tables, *self.records])
        return dict(zip(names_apart([(path, stem_of(path)) for path in rows]), rows, strict=True))

"""What lies in a folder, told apart: tables, files of records, and texts."""

from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.corpus import list_folder
from pipelines.intake import holds_records
from pipelines.shards.items import Items
from pipelines.shards.spots import Spots


@dataclass(frozen=True, slots=True)
class Listing:
    """A folder: its tables, those in files of records among them, and its texts."""

    source: Path
    spots: Spots
    items: Items

    @classmethod
    def of(cls, source: Path, encoding: str) -> "Listing":
        """List a folder and look into its files of lines and its workbooks. Raises the readers' errors."""
        listed = list_folder(source)
        records = frozenset(path for path in listed.lines if holds_records(source / path, encoding))
        texts = replace(listed, lines=tuple(path for path in listed.lines if path not in records))
        items = Items(source, encoding, texts, folder=True, beside=bool(listed.tables or records))
        return cls(source, Spots.of(source, sorted([*listed.tables, *records]), records), items)

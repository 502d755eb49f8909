"""Texts with their personal data marked by hand."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, repr=False)
class Annotated:
    """A text and its gold spans: start, end (code points, end exclusive), label."""

    id: str
    text: str
    spans: tuple[tuple[int, int, str], ...]


def read_annotated(path: Path) -> list[Annotated]:
    """Read JSON lines of id, text, spans."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [Annotated(row["id"], row["text"], tuple((a, b, label) for a, b, label in row["spans"])) for row in rows]

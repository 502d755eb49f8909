"""What a benchmark found: tables for people, figures for programs, written side by side."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.provenance import Provenance

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: a title, a heading a column, rows of as many cells, and what a reader must know beside it."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError("a row must be as wide as the head")

    def to_markdown(self) -> str:
        """Write it as a Markdown table under its title."""
        lines = [self.head, ["---"] * len(self.head), *self.rows]
        table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
        return f"## {self.title}\n\n{table}" + (f"\n{self.note}\n" if self.note else "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A benchmark's name, its tables, its figures (what JSON can hold), and the data files it read."""

    name: str
    grids: Sequence[Grid]
    figures: Mapping[str, object]
    data: Sequence[Path] = ()

    def write(self, folder: Path = RESULTS) -> str:
        """Write `NAME.json` and `NAME.md` with the provenance of the run, and return the text of the latter."""
        folder.mkdir(exist_ok=True)
        origin = Provenance.of(f"python -m benchmarks {self.name}", self.data)
        stated = {"provenance": asdict(origin), "figures": self.figures}
        (folder / f"{self.name}.json").write_text(json.dumps(stated, indent=1) + "\n", encoding="utf-8")
        parts = [f"# {self.name}\n", origin.to_markdown(), *(grid.to_markdown() for grid in self.grids)]
        text = "\n".join(parts)
        (folder / f"{self.name}.md").write_text(text, encoding="utf-8")
        return text

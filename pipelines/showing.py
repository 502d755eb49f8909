"""What a scan found, on standard output: as tables, as JSON, or as machines that check changes read it."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text as RichText

from pipelines.annotations import to_github, to_sarif
from pipelines.scanning import Result
from pipelines.visible import visible, visible_json

Form = Literal["table", "jsonl", "json", "github", "sarif"]


def show(results: Iterable[Result], form: Form) -> bool:
    """Write results as they come, and say whether there is any personal data."""
    found = False

    def watched() -> Iterator[Result]:
        nonlocal found
        for result in results:
            found = found or result.found
            yield result

    if form == "table":
        _show_tables(watched())
    else:
        sys.stdout.writelines(_WRITERS[form](watched()))
    return found


def _jsonl(results: Iterable[Result]) -> Iterator[str]:
    for record in _records(results):
        yield visible_json(json.dumps(record, ensure_ascii=False)) + "\n"


def _json(results: Iterable[Result]) -> Iterator[str]:
    opened = "["
    for record in _records(results):
        text = json.dumps(record, indent=2, ensure_ascii=False).replace("\n", "\n  ")
        yield f"{opened}\n  {visible_json(text)}"
        opened = ","
    yield "[]\n" if opened == "[" else "\n]\n"


_WRITERS = {"jsonl": _jsonl, "json": _json, "github": to_github, "sarif": to_sarif}


def _records(results: Iterable[Result]) -> Iterator[Mapping[str, object]]:
    return (record for result in results for record in result.records())


def _show_tables(results: Iterable[Result]) -> None:
    console = Console(highlight=False)
    for (name, *_, planned), several in groupby(results, key=_kind_of):
        for view in map(_plan_view, several) if planned else [_counts_view(name, several)]:
            console.print(view)


def _kind_of(result: Result) -> tuple[str, int, Path | None, bool]:
    return result.name, result.input, result.path, bool(result.columns)


def _plan_view(result: Result) -> RichTable:
    """Return the plan of a table as a table for the terminal."""
    view = new_view(result.name, ("column", "taken for", "score", "becomes"))
    for step in result.columns:
        label = step.label or "–"
        view.add_row(RichText(visible(step.column)), label, f"{step.score:.2f}" if step.label else "", step.action)
    return view


def _counts_view(name: str, results: Iterable[Result]) -> RichTable:
    count, spans, texts = 0, Counter[str](), Counter[str]()
    for result in results:
        count += len(result.findings)
        spans.update(f.label for found in result.findings for f in found)
        texts.update(label for found in result.findings for label in {f.label for f in found})
    view = new_view(f"{name}: {count} texts", ("label", "findings", "texts"))
    for label in sorted(spans):
        view.add_row(label, str(spans[label]), str(texts[label]))
    return view


def new_view(title: str, headings: Sequence[str]) -> RichTable:
    """Return a table for the terminal without a row."""
    view = RichTable(title=RichText(visible(title)), title_justify="left")
    for heading in headings:
        view.add_column(heading)
    return view

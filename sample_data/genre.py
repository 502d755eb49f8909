"""Genres: the template files, and how a document is composed from one of them.

A template file has sections, each headed `[name]`, with one template a line. The section `layout` holds the
orders in which sections may follow one another: a blank goes on in the same line, `/` begins a new line and
`|` a new paragraph.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dice import Dice
from passage import Passage, Slots, fill

Genre = Mapping[str, tuple[str, ...]]

TEMPLATES = Path(__file__).parent / "templates"
_BREAKS = {"/": "\n", "|": "\n\n"}


def read_genre(name: str) -> Genre:
    """Read the sections of a genre's template file."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (TEMPLATES / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]") and " " not in line:
            lines = sections.setdefault(line[1:-1], [])
        elif line:
            lines.append(line)
    return {section: tuple(templates) for section, templates in sections.items()}


def compose(genre: Genre, slots: Slots, dice: Dice) -> Passage:
    """Compose a document: draw a layout, then for each place in it a template that has not been used yet."""
    decks = {section: dice.sample(templates, len(templates)) for section, templates in genre.items()}
    whole, gap = Passage(""), ""
    for token in decks["layout"][0].split():
        if token in _BREAKS:
            gap = _BREAKS[token]
            continue
        whole += Passage(gap) + fill(decks[token].pop(), slots, dice)
        gap = " "
    return whole

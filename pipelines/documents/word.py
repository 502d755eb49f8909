"""Word documents: the text of all their parts, put back run by run with the formatting around it.

What leaves is what is named here, everything else stays behind: properties, the names of authors, tracked changes
(as if accepted), custom XML, links, fields that quote data, images, embedded objects.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from deid.changes import Change
from pipelines.documents.archive import read_archive, write_archive
from pipelines.documents.wordparts import Parts, bare, only_known_parts, place, plain_settings, rename_styles
from pipelines.documents.wordxml import clean_tree, local, parse, serialise
from pipelines.extras import check_extra

_TEXTS = frozenset({"document", "header", "footer", "footnotes", "endnotes", "comments"})
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Where the text of one element stands in the whole, and in which paragraph."""

    start: int
    paragraph: int
    element: Any = field(repr=False)

    @property
    def end(self) -> int:
        return self.start + len(self.element.text or "")


@dataclass(frozen=True, slots=True)
class WordBody:
    """A document: the cleaned trees of the parts that hold text, the other parts that leave, and the text."""

    text: str = field(repr=False)
    left_out: Mapping[str, int]
    parts: Parts = field(repr=False)
    trees: Mapping[str, Any] = field(repr=False)

    @property
    def suffix(self) -> str:
        """The suffix of the file that leaves."""
        return ".docx"

    def write(self, changes: Sequence[Change], target: Path) -> None:
        """Write the document with its text changed; the first run of a stretch takes the new text."""
        trees = {name: parse(serialise(tree), name) for name, tree in self.trees.items()}
        stretches, _ = _laid_out(trees.values())
        ends = [stretch.end for stretch in stretches]  # as they are before any change: the last change goes first
        for change in reversed(changes):
            _change(islice(stretches, bisect_right(ends, change.start), None), change)
        write_archive({**self.parts, **{name: serialise(tree) for name, tree in trees.items()}}, target)


def read_word(path: Path) -> WordBody:
    """Read a .docx file. Raises `ExtraError`, and `FormatError` or `SizeError` for one that cannot be read."""
    check_extra(path)
    archive = read_archive(path)
    parts = only_known_parts(archive, path.name)
    trees: dict[str, Any] = {}
    left_out: dict[str, int] = {}
    for name in [name for name in parts if place(name) in _TEXTS]:
        trees[name], counts = clean_tree(parse(parts[name], path.name))
        for what, count in counts.items():
            left_out[what] = left_out.get(what, 0) + count
    looks = {name: parse(parts[name], path.name) for name in parts if place(name) and name not in trees}
    rename_styles([*looks.values(), *trees.values()])
    others = {name: data for name, data in parts.items() if not place(name)}
    others |= {name: serialise(_plain(name, tree)) for name, tree in looks.items()}
    _, text = _laid_out(trees.values())
    return WordBody(text, left_out, others, trees)


def _plain(name: str, tree: Any) -> Any:
    return plain_settings(tree) if place(name) == "settings" else bare(tree)


def _laid_out(trees: Iterable[Any]) -> tuple[list[_Stretch], str]:
    """Return the elements that hold text with their places, and the text: a line for each paragraph."""
    stretches: list[_Stretch] = []
    pieces: list[str] = []
    length = 0
    for number, paragraph in enumerate(paragraph for tree in trees for paragraph in tree.iter("{*}p")):
        for element in _own(paragraph):
            name = local(element)
            if name == "t":
                stretches.append(_Stretch(length, number, element))
            piece = (element.text or "") if name == "t" else _BREAKS[name]
            pieces.append(piece)
            length += len(piece)
        pieces.append("\n")
        length += 1
    return stretches, "".join(pieces)


def _own(node: Any) -> Iterator[Any]:
    """Return the elements of a paragraph that are its text, not those of paragraphs inside it."""
    for child in node:
        name = local(child)
        if name == "t" or (name in _BREAKS and local(node) == "r"):
            yield child
        elif name != "p":
            yield from _own(child)


def _change(stretches: Iterable[_Stretch], change: Change) -> None:
    """Write the new text into the first run of each paragraph that the change touches, so that no cell falls empty."""
    told = -1
    for stretch in takewhile(lambda one: one.start < change.end, stretches):
        start, end = max(change.start, stretch.start), min(change.end, stretch.end)
        if start < end:
            old, new = stretch.element.text, "" if stretch.paragraph == told else change.text
            told = stretch.paragraph
            stretch.element.text = old[: start - stretch.start] + new + old[end - stretch.start :] or None
            stretch.element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

"""1−F on AG News: which of four politicians a text named, once they are masked."""

import csv
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.data import locate
from benchmarks.leak import mask_capitals, mask_words, outcome
from benchmarks.outcome import Outcome
from leakage import Document, EntityPresence, Risk

PERSONS = ["Bush", "Kerry", "Arafat", "Putin"]
OPEN = 2000  # documents of the open-world run, most of which name nobody


def run() -> Outcome:
    """Attack raw and masked texts. Raises MissingDataError."""
    path = locate("leak/ag_news.csv")
    texts = load(path)
    named = [document for document in texts if present(document)]
    masks: dict[str, Callable[[str], str]] = {
        "raw": str,
        "four names masked": mask_words(PERSONS),
        "all capitalised words masked": mask_capitals,
    }
    risks = {f"{release}, texts with a name": attack(named, mask) for release, mask in masks.items()}
    risks |= {f"{release}, {OPEN} texts": attack(texts[:OPEN], mask) for release, mask in masks.items()}
    return outcome("news", "1−F on AG News", risks, [path])


def load(path: Path) -> list[Document]:
    """Title and description of every article."""
    with path.open(newline="", encoding="utf-8") as file:
        return [Document(str(number), " ".join(row[1:])) for number, row in enumerate(csv.reader(file))]


def present(document: Document) -> set[str]:
    """Which of the four a text names."""
    return {name for name in PERSONS if re.search(rf"\b{name}\b", document.text)}


def attack(texts: Sequence[Document], mask: Callable[[str], str]) -> Risk:
    """Infer the four from the masked texts."""
    released = [Document(document.id, mask(document.text)) for document in texts]
    return EntityPresence({document.id: present(document) for document in texts}, len(PERSONS)).run(texts, released)

"""1−F on AG News: which of four politicians a text named, once they are masked, or the text is redacted by tamis."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.data import locate
from benchmarks.leak import Release, as_it_was, mask_capitals, mask_words, masked_by, outcome, redacted_by
from benchmarks.maskers import tamis_masker
from benchmarks.outcome import Outcome
from leakage import Document, EntityPresence, Risk

PERSONS = ["Bush", "Kerry", "Arafat", "Putin"]
OPEN = 2000  # documents of the open-world run, most of which name nobody


def run() -> Outcome:
    """Attack raw and masked texts. Raises MissingDataError."""
    path = locate("leak/ag_news.csv")
    texts = load(path)
    named = [document for document in texts if present(document)]
    releases: dict[str, Release] = {
        "raw": as_it_was,
        "four names masked": masked_by(mask_words(PERSONS)),
        "all capitalised words masked": masked_by(mask_capitals),
        "redacted by tamis": redacted_by(tamis_masker()),
    }
    risks = {f"{name}, texts with a name": attack(named, release) for name, release in releases.items()}
    risks |= {f"{name}, {OPEN} texts": attack(texts[:OPEN], release) for name, release in releases.items()}
    return outcome("news", "1−F on AG News", risks, [path])


def load(path: Path) -> list[Document]:
    """Title and description of every article."""
    with path.open(newline="", encoding="utf-8") as file:
        return [Document(str(number), " ".join(row[1:])) for number, row in enumerate(csv.reader(file))]


def present(document: Document) -> set[str]:
    """Which of the four a text names."""
    return {name for name in PERSONS if re.search(rf"\b{name}\b", document.text)}


def attack(texts: Sequence[Document], release: Release) -> Risk:
    """Infer the four from the released texts."""
    names = {document.id: present(document) for document in texts}
    return EntityPresence(names, len(PERSONS)).run(texts, release(texts))

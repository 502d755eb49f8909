"""1−F on AG News: which of four politicians a text named, once they are masked. `python -m benchmarks.news`."""

import csv
import re
import sys
from collections.abc import Callable, Sequence

from benchmarks.leak import locate, mask_capitals, mask_words, record
from leakage import Document, EntityPresence, Risk

PERSONS = ["Bush", "Kerry", "Arafat", "Putin"]
OPEN = 2000  # documents of the open-world run, most of which name nobody


def main() -> int:
    """Attack raw and masked texts, write `results/news.json` and `.md`; 0, or 3 without the data."""
    try:
        texts = load()
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 3
    named = [document for document in texts if present(document)]
    masks: dict[str, Callable[[str], str]] = {
        "raw": str,
        "four names masked": mask_words(PERSONS),
        "all capitalised words masked": mask_capitals,
    }
    risks = {f"{release}, texts with a name": attack(named, mask) for release, mask in masks.items()}
    risks |= {f"{release}, {OPEN} texts": attack(texts[:OPEN], mask) for release, mask in masks.items()}
    print(record("news", risks))
    return 0


def load() -> list[Document]:
    """Title and description of every article."""
    with locate("ag_news.csv").open(newline="", encoding="utf-8") as file:
        return [Document(str(number), " ".join(row[1:])) for number, row in enumerate(csv.reader(file))]


def present(document: Document) -> set[str]:
    """Which of the four a text names."""
    return {name for name in PERSONS if re.search(rf"\b{name}\b", document.text)}


def attack(texts: Sequence[Document], mask: Callable[[str], str]) -> Risk:
    """Infer the four from the masked texts."""
    released = [Document(document.id, mask(document.text)) for document in texts]
    return EntityPresence({document.id: present(document) for document in texts}, len(PERSONS)).run(texts, released)


if __name__ == "__main__":
    sys.exit(main())

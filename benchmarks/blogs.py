"""1−X and author linkage on blog posts, raw and with names masked."""

import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.data import locate
from benchmarks.leak import mask_names, outcome
from benchmarks.outcome import Outcome
from leakage import AttributeInference, Document, DocumentLinkage, Risk


def run() -> Outcome:
    """Attack raw and masked posts. Raises MissingDataError."""
    masks: dict[str, Callable[[str], str]] = {"raw": str, "names and numbers masked": mask_names}
    paths = [locate(f"leak/{name}") for name in ("blog_train.jsonl.gz", "blog_dev.jsonl", "blog_linkage_dev.jsonl")]
    train, test = load_posts(*paths[:2])
    known, unknown = load_writers(paths[2])
    risks = {"posts, names and numbers masked": infer(train, test, mask_names)}  # X of the raw posts is in its details
    risks |= {f"writers, {release}": link(known, unknown, mask) for release, mask in masks.items()}
    return outcome("blogs", "1−X and linkage on blog posts", risks, paths)


def load_posts(attackers: Path, attacked: Path) -> tuple[list[Document], list[Document]]:
    """Labelled posts: the attacker's, and those of the writers attacked."""
    with gzip.open(attackers, "rt", encoding="utf-8") as file:
        train = _posts("train", file)
    with attacked.open(encoding="utf-8") as file:
        return train, _posts("dev", file)


def _posts(part: str, lines: Iterable[str]) -> list[Document]:
    rows = [json.loads(line) for line in lines]
    return [
        Document(f"{part}-{number}", row["text"], f"{row['author']}", {"gender": row["gender"], "age": row["band"]})
        for number, row in enumerate(rows)
    ]


def load_writers(path: Path) -> tuple[list[Document], list[Document]]:
    """Load the posts that the attacker knows of each writer, and five others of each as one text."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    known = [Document(f"{row['author']}-known", "\n".join(row["known"]), str(row["author"])) for row in rows]
    return known, [Document(str(row["author"]), "\n".join(row["unknown"]), str(row["author"])) for row in rows]


def infer(train: Sequence[Document], test: Sequence[Document], mask: Callable[[str], str]) -> Risk:
    """Infer gender and age of the test part's writers from their masked posts; the train part's only train."""
    original = [*train, *test]
    attack = AttributeInference(targets={document.person for document in test}, folds=2)
    return attack.run(original, masked(original, mask))


def link(known: Sequence[Document], unknown: Sequence[Document], mask: Callable[[str], str]) -> Risk:
    """Find the writers of masked posts among those of the known ones."""
    return DocumentLinkage(known).run(unknown, masked(unknown, mask))


def masked(documents: Sequence[Document], mask: Callable[[str], str]) -> list[Document]:
    """Mask the documents, as they would be released."""
    return [Document(document.id, mask(document.text)) for document in documents]

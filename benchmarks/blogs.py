"""1−X and author linkage on blog posts: raw, with names masked, and redacted by tamis."""

import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.data import locate
from benchmarks.leak import Release, as_it_was, mask_names, masked_by, outcome, redacted_by
from benchmarks.maskers import tamis_masker
from benchmarks.outcome import Outcome
from leakage import AttributeInference, Document, DocumentLinkage, Risk


def run() -> Outcome:
    """Attack raw and masked posts. Raises MissingDataError."""
    releases: dict[str, Release] = {
        "raw": as_it_was,
        "names and numbers masked": masked_by(mask_names),
        "redacted by tamis": redacted_by(tamis_masker()),
    }
    paths = [locate(f"leak/{name}") for name in ("blog_train.jsonl.gz", "blog_dev.jsonl", "blog_linkage_dev.jsonl")]
    train, test = load_posts(*paths[:2])
    known, unknown = load_writers(paths[2])
    redactions = list(releases.items())[1:]  # X of the raw posts is in the details
    risks = {f"posts, {name}": infer(train, test, release) for name, release in redactions}
    risks |= {f"writers, {name}": link(known, unknown, release) for name, release in releases.items()}
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


def infer(train: Sequence[Document], test: Sequence[Document], release: Release) -> Risk:
    """Infer gender and age of the test part's writers from their released posts; the train part's only train."""
    original = [*train, *test]
    attack = AttributeInference(targets={document.person for document in test}, folds=2)
    return attack.run(original, release(original))


def link(known: Sequence[Document], unknown: Sequence[Document], release: Release) -> Risk:
    """Find the writers of released posts among those of the known ones."""
    return DocumentLinkage(known).run(unknown, release(unknown))

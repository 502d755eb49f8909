"""Court cases linked to what else can be read about them: as they were, redacted by Presidio and by tamis."""

import json
from collections.abc import Mapping

from benchmarks.data import locate
from benchmarks.leak import Release, as_it_was, outcome, redacted_by
from benchmarks.maskers import presidio_masker, tamis_masker
from benchmarks.outcome import Outcome
from leakage import Document, DocumentLinkage

SHARES = (0.1, 0.25, 0.5, 1.0)


def run() -> Outcome:
    """Link 113 cases among 1,237. Raises MissingDataError."""
    paths = [locate("text/tab_dev.jsonl"), locate("leak/tab_background.jsonl")]
    cases, background = ([json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in paths)
    known = [Document(f"known {row['id']}", row["background"], row["id"]) for row in background]
    original = [Document(row["id"], row["text"], row["id"]) for row in cases]
    releases: Mapping[str, Release] = {
        "as they were": as_it_was,
        "Presidio as shipped": redacted_by(presidio_masker(organizations=False)),
        "Presidio + organisations": redacted_by(presidio_masker(organizations=True)),
        "tamis": redacted_by(tamis_masker()),
    }
    attack = DocumentLinkage(known, SHARES)
    risks = {name: attack.run(original, release(original)) for name, release in releases.items()}
    return outcome("courts", "Court cases (TAB) among 1,237 public judgments", risks, paths)

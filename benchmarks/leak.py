"""What becomes of the leak benchmarks' texts, masked crudely or redacted, and how their risks are written down."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.maskers import Mask, Masker
from benchmarks.outcome import Grid, Outcome
from leakage import Document, Risk

Release = Callable[[Sequence[Document]], list[Document]]
"""From documents to the same as they would be released."""

_CAPITALS = re.compile(r"\b[A-Z]\w*")
_INNER_CAPITALS = re.compile(r"(?<=[\w,;:] )[A-Z]\w*|\d+")


def mask_capitals(text: str) -> str:
    """Mask every word that begins with a capital."""
    return _CAPITALS.sub("_", text)


def mask_names(text: str) -> str:
    """Mask every capitalised word within a sentence, and every number: a crude stand-in for a tagger."""
    return _INNER_CAPITALS.sub("_", text)


def mask_words(words: list[str]) -> Callable[[str], str]:
    """Mask exactly these words."""
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, words))})\b")
    return lambda text: pattern.sub("_", text)


def as_it_was(documents: Sequence[Document]) -> list[Document]:
    """Release documents as they were."""
    return [Document(document.id, document.text) for document in documents]


def masked_by(mask: Callable[[str], str]) -> Release:
    """Mask each text by itself."""
    return lambda documents: [Document(document.id, mask(document.text)) for document in documents]


def redacted_by(masker: Masker) -> Release:
    """Put a tag in the place of all that a masker finds."""

    def release(documents: Sequence[Document]) -> list[Document]:
        found = masker([document.text for document in documents])
        return [Document(d.id, _tagged(d.text, masks)) for d, masks in zip(documents, found, strict=True)]

    return release


def _tagged(text: str, masks: Sequence[Mask]) -> str:
    parts, place = [], 0
    for mask in sorted(masks, key=lambda one: (one.start, -one.end)):
        if mask.start >= place:
            parts += [text[place : mask.start], f"[{mask.label}]"]
        place = max(place, mask.end)
    return "".join([*parts, text[place:]])


def outcome(name: str, title: str, risks: Mapping[str, Risk], data: Sequence[Path]) -> Outcome:
    """Show the risks, one a row."""
    head = [
        "release",
        "measure",
        "value (95 %)",
        "baseline",
        "raw text",
        "planted leak",
        "attempts",
        "seconds",
        "state",
    ]
    grid = Grid(title, head, [_row(release, risk) for release, risk in risks.items()])
    return Outcome(name, [grid], {release: risk.to_dict() for release, risk in risks.items()}, data)


def _row(release: str, risk: Risk) -> list[str]:
    raw = next((value for key, value in risk.details.items() if key.endswith(" raw")), float("nan"))
    return [
        release,
        risk.name,
        f"{risk.value:.3f} ({risk.interval[0]:.3f} to {risk.interval[1]:.3f})",
        f"{risk.baseline:.3f}",
        f"{raw:.3f}",
        f"{risk.positive_control.value:.3f}",
        str(risk.attempts),
        f"{risk.seconds:.0f}",
        risk.state,
    ]

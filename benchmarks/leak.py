"""The crude ways to mask the leak benchmarks' texts, and how their risks are written down."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.outcome import Grid, Outcome
from leakage import Risk

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

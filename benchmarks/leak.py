"""The leak benchmarks' data, the two crude ways to mask it, and how their risks are written down."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from leakage import Risk

DATA = Path(__file__).parents[2] / "shared" / "data" / "leak"
RESULTS = Path(__file__).parent / "results"

_CAPITALS = re.compile(r"\b[A-Z]\w*")
_INNER_CAPITALS = re.compile(r"(?<=[\w,;:] )[A-Z]\w*|\d+")


def locate(name: str) -> Path:
    """Find a data file; FileNotFoundError with plain words where it is absent."""
    path = DATA / name
    if not path.is_file():
        raise FileNotFoundError(f"the benchmark data {name} is not there: it belongs in ../shared/data/leak")
    return path


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


def record(name: str, risks: Mapping[str, Risk]) -> str:
    """Write `results/NAME.json` and `.md`, and return the table."""
    RESULTS.mkdir(exist_ok=True)
    stated = {release: risk.to_dict() for release, risk in risks.items()}
    (RESULTS / f"{name}.json").write_text(json.dumps(stated, indent=1) + "\n", encoding="utf-8")
    head = "| release | measure | value (95 %) | baseline | raw text | planted leak | attempts | seconds | state |\n"
    text = head + "| --- " * 9 + "|\n" + "".join(_row(release, risk) for release, risk in risks.items())
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    return text


def _row(release: str, risk: Risk) -> str:
    raw = next((value for key, value in risk.details.items() if key.endswith(" raw")), float("nan"))
    figures = [
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
    return f"| {' | '.join(figures)} |\n"

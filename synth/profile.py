"""One column's shares in the real table and in a synthetic one, as numbers and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np

from synth.column import Column
from synth.encode import Codes

_FEW = 5
_MOST_BARS = 40
_WIDTH, _HEIGHT, _BASE = 300, 132, 104


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares of the rows by category or bin, in the schema's order; of more than 40, the largest and the rest.

    A share of the real rows that stands for fewer than 5 of them is None. What the categories are called stands in
    `labels` only, not in the picture or the repr: they may have been read off the rows.
    """

    name: str
    labels: tuple[str, ...] = field(repr=False)
    real: tuple[float | None, ...] = field(repr=False)
    synthetic: tuple[float, ...] = field(repr=False)
    distance: float

    def to_svg(self) -> str:
        """Draw two bars a category or bin, in the schema's order: grey for real rows, blue for synthetic ones."""
        most = max([*(share or 0.0 for share in self.real), *self.synthetic, 1e-9])
        step = _WIDTH / max(1, len(self.labels))
        bars = [_bar(n, step, shares, most) for n, shares in enumerate(zip(self.real, self.synthetic, strict=True))]
        title = f"{self.name}: distance {self.distance:.3f}"
        return (
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">'
            f'<text x="0" y="12" font-size="12">{escape(_short(self.name, 28))}</text>'
            f'<text x="{_WIDTH}" y="12" font-size="11" fill="#5f6368" text-anchor="end">{self.distance:.3f}</text>'
            f'{"".join(bars)}<line x1="0" y1="{_BASE}" x2="{_WIDTH}" y2="{_BASE}" stroke="#9aa0a6"/>'
            f'<text x="0" y="{_BASE + 14}" font-size="11" fill="#5f6368">1</text>'
            f'<text x="{_WIDTH}" y="{_BASE + 14}" font-size="11" fill="#5f6368" text-anchor="end">'
            f"{len(self.labels)}</text></svg>"
        )


def profiles(real: Codes, synthetic: Codes, columns: Sequence[Column]) -> tuple[Profile, ...]:
    """Compare two tables of codes column by column."""
    return tuple(_profile(real, synthetic, place, column) for place, column in enumerate(columns))


def _profile(real: Codes, synthetic: Codes, place: int, column: Column) -> Profile:
    counts = [np.bincount(codes.array[:, place], minlength=column.size) for codes in (real, synthetic)]
    shares = [own / max(1, own.sum()) for own in counts]
    distance = float(np.abs(shares[0] - shares[1]).sum() / 2)
    labels, places = [label or "missing" for label in column.labels], np.arange(column.size)
    if column.size > _MOST_BARS:
        largest = np.sort(np.argsort(-(shares[0] + shares[1]), kind="stable")[: _MOST_BARS - 1])
        rest = np.setdiff1d(places, largest)
        counts = [np.append(own[largest], own[rest].sum()) for own in counts]
        labels = [*(labels[one] for one in largest), f"{len(rest)} others"]
    shown = [own / max(1, own.sum()) for own in counts]
    known = [None if 0 < count < _FEW else float(share) for count, share in zip(counts[0], shown[0], strict=True)]
    return Profile(column.name, tuple(labels), tuple(known), tuple(shown[1].tolist()), distance)


def _bar(number: int, step: float, shares: tuple[float | None, float], most: float) -> str:
    left, (real, made) = number * step, shares
    told = f"fewer than {_FEW} rows" if real is None else f"{real:.3f}"
    drawn = _rect(left, step, (real or 0.0) / most, "#9aa0a6") + _rect(left + step * 0.44, step, made / most, "#3b5b92")
    return f"<g><title>{number + 1}: real {told}, synthetic {made:.3f}</title>{drawn}</g>"


def _rect(left: float, step: float, share: float, colour: str) -> str:
    tall = (_BASE - 20) * share
    place = f'x="{left:.1f}" y="{_BASE - tall:.1f}" width="{step * 0.42:.1f}" height="{tall:.1f}"'
    return f'<rect {place} fill="{colour}"/>'


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"

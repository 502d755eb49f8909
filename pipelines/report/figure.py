"""Figures as inline SVG: drawn by hand, without script, text kept as text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _LEFT, _ROW = 800, 340, 30
_PLOT = _WIDTH - _LEFT - 70
_COLOURS = {"PASS": "#1b7f5c", "FAIL": "#b3261e", "INVALID": "#8a6d00", "WARN": "#a65300"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a figure: how far something reached on a scale from 0 to 1, and the marks to compare it with."""

    label: str
    value: float
    state: str = "PASS"
    limit: float | None = None
    low: float | None = None
    high: float | None = None
    baseline: float | None = None
    control: float | None = None


def limit_figure(bars: Sequence[Bar]) -> str:
    """Draw each bound as a bar and its limit as a line across: a bar that ends left of the line passes."""
    return _figure("How near each check came to its limit", bars, _limit_row)


def success_figure(bars: Sequence[Bar]) -> str:
    """Draw each attacker's success with its interval, the baseline as a diamond, the control as a ring."""
    return _figure("What each attacker achieved, with 95 % interval", bars, _success_row)


def count_figure(title: str, counts: Sequence[tuple[str, int | str]]) -> str:
    """Draw counts as bars, the largest filling the width; a suppressed count is written and not drawn."""
    most = max((c for _, c in counts if isinstance(c, int)), default=0) or 1
    rows = []
    for number, (label, count) in enumerate(counts):
        y = 26 + number * 22
        width = _PLOT * count / most if isinstance(count, int) else 0
        rows.append(
            f'<text x="{_LEFT - 10}" y="{y + 12}" text-anchor="end">{escape(label)}</text>'
            f'<rect x="{_LEFT}" y="{y + 2}" width="{width:.1f}" height="13" rx="2" fill="#3b5b92"/>'
            f'<text x="{_LEFT + width + 6:.1f}" y="{y + 13}" class="n">{escape(str(count))}</text>'
        )
    return _svg(title, 34 + 22 * len(counts), "".join(rows))


def _x(value: float) -> float:
    return _LEFT + _PLOT * min(1.0, max(0.0, value))


def _figure(title: str, bars: Sequence[Bar], draw: Callable[[Bar, int], str]) -> str:
    height = 50 + _ROW * len(bars)
    body = _axis(height)
    for number, bar in enumerate(bars):
        y = 34 + number * _ROW
        body += f'<text x="{_LEFT - 10}" y="{y + 5}" text-anchor="end">{escape(bar.label)}</text>'
        body += draw(bar, y)
    return _svg(title, height, body)


def _axis(height: int) -> str:
    ticks = ""
    for tenth in range(0, 11, 2):
        x = _x(tenth / 10)
        ticks += f'<line x1="{x:.1f}" y1="18" x2="{x:.1f}" y2="{height - 22}" class="grid"/>'
        ticks += f'<text x="{x:.1f}" y="{height - 6}" text-anchor="middle" class="n">{tenth / 10:.1f}</text>'
    return ticks


def _limit_row(bar: Bar, y: int) -> str:
    colour = _COLOURS.get(bar.state, "#444")
    row = f'<rect x="{_LEFT}" y="{y - 7}" width="{_x(bar.value) - _LEFT:.1f}" height="14" rx="2" fill="{colour}"/>'
    if bar.limit is not None:
        x = _x(bar.limit)
        row += f'<line x1="{x:.1f}" y1="{y - 12}" x2="{x:.1f}" y2="{y + 12}" class="limit"/>'
    return row + f'<text x="{_WIDTH - 60}" y="{y + 5}" class="n">{bar.value:.3f}</text>'


def _success_row(bar: Bar, y: int) -> str:
    low, high = bar.low if bar.low is not None else bar.value, bar.high if bar.high is not None else bar.value
    row = (
        f'<line x1="{_x(low):.1f}" y1="{y}" x2="{_x(high):.1f}" y2="{y}" stroke="#3b5b92" stroke-width="3"/>'
        f'<circle cx="{_x(bar.value):.1f}" cy="{y}" r="5" fill="#3b5b92"/>'
    )
    if bar.baseline is not None:
        x = _x(bar.baseline)
        row += f'<path d="M{x:.1f} {y - 7}l6 7l-6 7l-6 -7z" fill="none" stroke="#5f6368" stroke-width="1.6"/>'
    if bar.control is not None:
        row += f'<circle cx="{_x(bar.control):.1f}" cy="{y}" r="8" fill="none" stroke="#b3261e" stroke-width="1.6"/>'
    return row + f'<text x="{_WIDTH - 60}" y="{y + 5}" class="n">{bar.value:.3f}</text>'


def _svg(title: str, height: int, body: str) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{body}</svg>"
    )

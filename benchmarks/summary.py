"""The one table at the top of the detection benchmark: figure, Presidio, tamis, target."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.contest import FAST, PRECISION, PRESIDIO, PRESIDIO_ORG, RECALL, TAMIS
from benchmarks.measures import NAMES_PRECISION, Shares, show
from benchmarks.outcome import Grid
from benchmarks.throughput import Pace, relative
from leakage import Estimate

COMPARED = (PRESIDIO, PRESIDIO_ORG, TAMIS, FAST)
"""The columns between figure and target."""

Row = Sequence[str]

_TARGETS: Mapping[tuple[str, str], str] = {
    ("presidio_v2", "spans hidden"): "≥ 0.95",
    ("presidio_v2", "char F2"): "≥ 0.94",
    ("tab_dev", "DIRECT hidden"): "1.00",
    ("tab_dev", "QUASI hidden"): "≥ 0.93",
    ("tab_dev", "word precision"): "≥ 0.65",
    ("btc_dev", "PER + LOC hidden"): "≥ 0.80",
    ("btc_dev", NAMES_PRECISION): "≥ 0.60",
    ("btc_dev", "char precision"): "",
    ("wnut17_dev", "PER + LOC hidden"): "≥ 0.80",
    ("wnut17_dev", NAMES_PRECISION): "≥ 0.60",
    ("wnut17_dev", "char precision"): "",
    ("meddocan_train", "PHI hidden"): "≥ 0.90",
    ("meddocan_train", "char F2"): "≥ 0.85",
}
_COLUMNS = {"recall": "≥ 0.95", "precision": "≥ 0.75", "typed recall": "≥ 0.80"}
_NOTE = (
    "Intervals at 95 %: Clopper–Pearson over spans, entities or identifiers, as if those of one document were "
    "independent; for words, characters and columns bootstrapped over documents or tables; for paces slowest to "
    "fastest round. Presidio 2.2.366 is its AnalyzerEngine with the shipped configuration and recognisers, its model "
    "replaced by the one that tamis uses (en_core_web_sm 3.8); the shipped score threshold is 0, and ORGANIZATION is "
    "dropped unless said otherwise; tamis hides organisations. An empty cell was not measured."
)


def grid(rows: Sequence[Row]) -> Grid:
    """Put the rows under their heading."""
    return Grid("Summary", ["figure", *COMPARED, "target"], rows, _NOTE)


def of_corpus(name: str, measured: Mapping[str, Shares]) -> list[Row]:
    """Give the headline figures of an annotated corpus."""
    return [
        [f"{name}: {share}", *(show(measured[system][share]) for system in COMPARED), target]
        for (corpus, share), target in _TARGETS.items()
        if corpus == name
    ]


def of_prose(masked: Mapping[str, Estimate]) -> list[Row]:
    """Give the share of words masked where nothing is to be masked, and at the dial's other positions."""
    rows: list[Row] = [["prose, nothing personal: words masked", *(show(masked[name]) for name in COMPARED), "< 0.02"]]
    return rows + [[f"… {name}", "", "", show(masked[name]), "", ""] for name in (RECALL, PRECISION)]


def of_paces(timed: Mapping[str, Mapping[str, Pace]], scaled: Mapping[str, Pace]) -> list[Row]:
    """Give the paces on one core, and what a second process brings."""
    rows: list[Row] = [
        [f"characters/s of one core, {kind}", pace[PRESIDIO].show(), "", pace[TAMIS].show(), pace[FAST].show(), ""]
        for kind, pace in timed.items()
    ]
    own, fast = (relative(timed, name).show(2) for name in (TAMIS, FAST))
    rows.append(["… times Presidio's, median over the kinds", "1", "", own, fast, "≥ 1.5; fast ≥ 3"])
    return [*rows, ["two processes over one", "", "", scaled[TAMIS].show(2), scaled[FAST].show(2), "≥ 1.8"]]


def of_evasion(figures: Mapping[str, Any]) -> list[Row]:
    """Give the share of disguised identifiers hidden."""
    shares, cells = figures["shares"], figures["full cells of 96"]
    rows: list[Row] = [
        [f"identifiers hidden, {way}", _show(shares["Presidio"][way]), "", _show(own), "", ""]
        for way, own in shares["tamis"].items()
    ]
    full = ["one change: of 96 cells, all hidden in", str(cells["Presidio"]), "", str(cells["tamis"]), "", "≥ 92"]
    return [*rows, full]


def of_columns(figures: Mapping[str, Any]) -> list[Row]:
    """Give how well columns of tables are told."""
    peer, own = figures["all"]["Presidio, vote of cells"], figures["all"]["tamis"]
    return [
        [f"columns: {share}", _show(peer[share]), "", _show(own[share]), "", _COLUMNS.get(share, "")] for share in own
    ]


def of_rows(figures: Mapping[str, Any]) -> list[Row]:
    """Give the pace and the memory of a large table."""
    peer, own, fast = (figures[name] for name in ("presidio", "standard", "fast"))
    rates = [f"{one['rate']:,.0f}" for one in (peer, own, fast)]
    peaks = [f"{one['peak_mib']:,.0f}" for one in (peer, own, fast)]
    return [
        ["table of a million rows: rows/s", rates[0], "", *rates[1:], "≥ 20 × Presidio"],
        ["table of a million rows: peak MiB", peaks[0], "", *peaks[1:], "< 1,430"],
    ]


def of_attack(figures: Mapping[str, Any]) -> list[Row]:
    """Give the slowest of the attacks of each length, and how often something passed as clean."""
    rows: list[Row] = []
    for length in sorted({trial["length"] for trial in figures["tamis"]}):
        peer, own = ([t for t in figures[name] if t["length"] == length] for name in ("Presidio", "tamis"))
        slowest = [f"{max(t['seconds'] for t in trials):.2f}" if trials else "" for trials in (peer, own)]
        clean = [
            f"{sum(t['fate'] == 'clean' for t in trials)} of {len(trials)}" if trials else "" for trials in (peer, own)
        ]
        rows.append([f"attacks of {length:,} characters: slowest, seconds", slowest[0], "", slowest[1], "", "< 1"])
        long = [str(sum(t["seconds"] >= 1 for t in trials)) if trials else "" for trials in (peer, own)]
        rows.append([f"attacks of {length:,} characters: of a second or more", long[0], "", long[1], "", "0"])
        rows.append([f"attacks of {length:,} characters: passed as clean", clean[0], "", clean[1], "", "0"])
    return rows


def _show(share: Mapping[str, float]) -> str:
    return f"{share['value']:.3f} ({share['low']:.3f} to {share['high']:.3f})"

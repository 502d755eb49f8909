"""Synthetic Adult at epsilon = 1: how far from the real table, how useful, how fast."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import pandas as pd
from sklearn.metrics import f1_score, roc_auc_score

from benchmarks.data import locate
from benchmarks.outcome import Grid, Outcome
from benchmarks.protocol_adult import Adult, load
from synth.aim import AIM
from synth.distance import mean_variation
from synth.encode import Codes, encode
from synth.quality import boosted_scores
from synth.sdv import Baseline
from synth.synthesizer import MST, Independent, Synthesizer

EPSILON, DELTA = 1, "1e-9"
RUNS = 5

_FIGURES = ("tv1", "tv2", "tv3", "auc", "f1", "seconds")


@dataclass(frozen=True, slots=True)
class Run:
    """One fit and sample: mean total variation over 1-, 2-, 3-way marginals, AUC and F1 on test, seconds.

    AUC and F1 are None for the test rows themselves.
    """

    tv1: float
    tv2: float
    tv3: float
    auc: float | None
    f1: float | None
    seconds: float


def run(runs: int = RUNS) -> Outcome:
    """Measure all. Raises MissingDataError."""
    path = locate("tables/adult.csv")
    adult = load(path)
    makers: dict[str, tuple[Callable[[], Synthesizer], int]] = {
        "Independent": (lambda: Independent(EPSILON, DELTA), runs),
        "MST": (lambda: MST(EPSILON, DELTA), runs),
        "AIM": (lambda: AIM(EPSILON, DELTA), runs),
        "AIM, target income": (lambda: AIM(EPSILON, DELTA, target="income"), runs),
        "SDV GaussianCopula (no privacy)": (Baseline, min(runs, 2)),
    }
    results = {name: [measure(adult, make) for _ in range(times)] for name, (make, times) in makers.items()}
    results = {"real rows (ceiling)": [reference(adult, adult.train)], **results}
    results["real test rows (sampling floor)"] = [reference(adult, adult.test)]
    record = {name: [asdict(one) for one in made] for name, made in results.items()}
    return Outcome("adult", [table(results)], {"epsilon": EPSILON, "delta": DELTA, "runs": record}, [path])


def measure(adult: Adult, make: Callable[[], Synthesizer]) -> Run:
    """Fit with fresh randomness and sample as many rows as were fitted; only these two are timed."""
    start = time.perf_counter()
    synthetic = make().fit(adult.train, adult.schema).sample(len(adult.train))
    return _score(adult, synthetic, time.perf_counter() - start)


def reference(adult: Adult, rows: pd.DataFrame) -> Run:
    """Score real rows as if they were synthetic."""
    return _score(adult, rows, 0.0)


def table(results: dict[str, list[Run]]) -> Grid:
    """Show mean ± standard deviation of every figure."""
    head = [f"ε = {EPSILON}, δ = {DELTA}", "runs", *_FIGURES]
    note = (
        "14 columns under the public schema of `protocol_adult.py`. Mean total variation over 1-, 2- and 3-way "
        "marginals; AUC and F1 for income of gradient boosting trained on the synthetic rows, on real test rows."
    )
    return Grid("Synthetic Adult", head, [_row(name, made) for name, made in results.items()], note)


def usefulness(made: Codes, test: Codes) -> tuple[float, float]:
    """Give AUC and F1 for income on test rows, of gradient boosting trained on made ones."""
    target = made.names.index("income")
    truth = test.array[:, target] == 1
    scores = boosted_scores(made, test, target, positive=1)
    if scores is None:
        return 0.5, 0.0
    return float(roc_auc_score(truth, scores)), float(f1_score(truth, scores > 0.5))


def _row(name: str, made: list[Run]) -> list[str]:
    cells = []
    for figure in _FIGURES:
        values = [value for run in made if (value := getattr(run, figure)) is not None]
        digits = 2 if figure == "seconds" else 4
        spread = f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
        cells.append(f"{statistics.mean(values):.{digits}f}{spread}" if values else "")
    return [name, str(len(made)), *cells]


def _score(adult: Adult, synthetic: pd.DataFrame, seconds: float) -> Run:
    real, made, test = (encode(frame, adult.schema) for frame in (adult.train, synthetic, adult.test))
    tv1, tv2, tv3 = (mean_variation(real, made, ways) or 0.0 for ways in (1, 2, 3))
    auc, f1 = (None, None) if synthetic is adult.test else usefulness(made, test)
    return Run(tv1, tv2, tv3, auc, f1, seconds)

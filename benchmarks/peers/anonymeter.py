"""One attack of anonymeter 1.1.0 on a release: its success, control and baseline, and what it makes of them."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.peers.seam import timed

ORIGINAL, RELEASED, CONTROL = "original.csv", "released.csv", "control.csv"
_LIMIT = 1800


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("folder", type=Path)
    asked.add_argument("attack", choices=("univariate", "multivariate", "linkability", "inference"))
    asked.add_argument("attempts", type=int)
    asked.add_argument("secret")
    options = asked.parse_args()
    figures: dict[str, float] = {}

    def ready() -> Callable[[], None]:
        evaluator, evaluate = _prepare(options.folder, options.attack, options.attempts, options.secret)

        def work() -> None:
            evaluate()
            results, risk = evaluator.results(), evaluator.risk()
            for name in ("attack", "control", "baseline"):
                rate = getattr(results, f"{name}_rate")
                figures[name], figures[f"{name} error"] = float(rate.value), float(rate.error)
            figures["attempts"], figures["residual"] = float(results.n_attacks_ori), float(risk.value)
            figures["residual low"], figures["residual high"] = map(float, risk.ci)

        return work

    timed(_LIMIT, ready, figures)


def _prepare(folder: Path, attack: str, attempts: int, secret: str) -> tuple[Any, Callable[[], object]]:
    import pandas as pd
    from anonymeter.evaluators import (  # type: ignore[import-not-found]
        InferenceEvaluator,
        LinkabilityEvaluator,
        SinglingOutEvaluator,
    )

    tables = [pd.read_csv(folder / name) for name in (ORIGINAL, RELEASED, CONTROL)]
    shared = {"ori": tables[0], "syn": tables[1], "control": tables[2], "n_attacks": attempts}
    columns = list(tables[0].columns)
    if attack == "linkability":
        half = len(columns) // 2
        linker = LinkabilityEvaluator(aux_cols=(columns[:half], columns[half:]), n_neighbors=1, **shared)
        return linker, lambda: linker.evaluate(n_jobs=1)
    if attack == "inference":
        known = [name for name in columns if name != secret]
        guesser = InferenceEvaluator(aux_cols=known, secret=secret, regression=False, **shared)
        return guesser, lambda: guesser.evaluate(n_jobs=1)
    isolator = SinglingOutEvaluator(**shared)
    return isolator, lambda: isolator.evaluate(mode=attack)


if __name__ == "__main__":
    main()

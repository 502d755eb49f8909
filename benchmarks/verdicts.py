"""Which measures call which synthetic table safe: distances, membership, singling out, copies, inference.

Four releases of Adult: SDV's GaussianCopula (no privacy), the same with 1 % real rows among its own, a generator that
has learned rows by heart (sequential trees grown to the last row), and our MST at ε = 1. "Safe" is what the limits of a
public release say, for the distances what the tools that rest on them say.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier

from benchmarks import protocol_adult
from benchmarks.data import locate
from benchmarks.outcome import Grid, Outcome
from leakage import Copies, Linkability, MembershipInference, Risk, SinglingOut, closeness
from pipelines.profile import rules_of
from synth import MST
from synth.sdv import Baseline

ROWS = 12_000
_ODD = 0.1  # share of the rows that stand out most


def run() -> Outcome:
    """Make the three releases and measure each. Raises MissingDataError."""
    path = locate("tables/adult.csv")
    adult = protocol_adult.load(path)
    rows = adult.train.sample(2 * ROWS, random_state=0).reset_index(drop=True)
    train, rest = rows[:ROWS].reset_index(drop=True), rows[ROWS:].reset_index(drop=True)
    made = Baseline().fit(train, adult.schema).sample(ROWS)
    private = MST(epsilon=1, delta="1e-9").fit(train, adult.schema).sample(ROWS)
    releases = {
        "SDV GaussianCopula": made,
        "the same, 1 % real rows": pd.concat([remotest(train, made), made.iloc[ROWS // 100 :]], ignore_index=True),
        "overfitted: trees with leaves of one row": overfitted(train, ROWS),
        "tamis MST, ε = 1": private,
    }
    rows_shown, figures = [], {}
    for name, released in releases.items():
        shown, found = _measured(name, train, released[list(train.columns)], rest)
        rows_shown += shown
        figures[name] = found
    head = ["release", "measure", "figure", "what it says"]
    return Outcome("verdicts", [Grid("Who calls what safe", head, rows_shown, _NOTE)], figures, [path])


def overfitted(train: pd.DataFrame, rows: int) -> pd.DataFrame:
    """Draw column after column from trees grown to the last row, given the columns before.

    Sequential trees (Reiter 2005, J. Official Statistics 21(3)) are sound with leaves of many rows; with leaves of one
    they learn most rows by heart.
    """
    generator = np.random.default_rng(0)
    seen: list[np.ndarray] = []
    drawn: list[np.ndarray] = []
    for name in train.columns:
        codes = pd.factorize(train[name])[0]
        if not seen:
            picked = generator.choice(codes, rows)
        else:
            tree = DecisionTreeClassifier(random_state=0).fit(np.column_stack(seen), codes)
            leaves = pd.Series(codes).groupby(tree.apply(np.column_stack(seen))).agg(list)
            reached = tree.apply(np.column_stack(drawn))
            picked = np.array([generator.choice(leaves[leaf]) for leaf in reached])
        seen.append(codes)
        drawn.append(picked)
    columns = zip(train.columns, drawn, strict=True)
    return pd.DataFrame({name: pd.factorize(train[name])[1].take(picked) for name, picked in columns})


def remotest(train: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Take the rows that stand out: those with the rarest values in all columns together."""
    counts = [train[name].map(train[name].value_counts()).to_numpy(dtype=np.float64) for name in train.columns]
    order = np.argsort(np.log(np.column_stack(counts)).sum(axis=1), kind="stable")
    return _like(train.iloc[order[: ROWS // 100]], made)


def _like(rows: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Give real rows the types that the made ones have."""
    return pd.DataFrame({name: rows[name].astype(made[name].dtype) for name in rows.columns})


def _measured(
    name: str, train: pd.DataFrame, released: pd.DataFrame, rest: pd.DataFrame
) -> tuple[list[list[str]], Mapping[str, object]]:
    near = closeness(train, released, rest)
    share = near.closer
    shown = [
        [
            name,
            "DCR: share nearer to train than to hold-out",
            f"{share.value:.3f} ({share.low:.3f} to {share.high:.3f})",
            "safe" if share.value <= 0.55 else "not safe",
        ],
        [name, "DCR overfitting score", f"{near.others_score:.3f}", "safe" if near.others_score >= 0.9 else "not safe"],
    ]
    figures: dict[str, object] = {"closeness": {"closer": share.value, "score": near.others_score}}
    attacks: Mapping[str, tuple[str, Risk]] = {
        "membership": ("membership", MembershipInference(attempts=ROWS).run(train, released, rest)),
        "membership of the oddest": ("membership", MembershipInference(exposed=_ODD).run(train, released, rest)),
        "singling out": ("singling-out", SinglingOut().run(train, released, rest)),
        "linkability": ("linkability", Linkability().run(train, released, rest)),
        "copies": ("copies", Copies().run(train, released, rest)),
    }
    for title, (kind, risk) in attacks.items():
        figures[title] = risk.to_dict()
        for rule in rules_of(kind, "synthetic"):
            bound = rule.bound(risk, 0.05)
            limit = rule.limit("public")
            safe = risk.state == "OK" and bound is not None and bound <= limit
            figure = "unknown" if bound is None else f"{bound:.4f} of {limit:g}"
            shown.append([name, f"{title}: {rule.statistic}", figure, "safe" if safe else "not safe"])
    return shown, figures


_NOTE = (
    f"{ROWS:,} rows each of training rows, hold-out and release. Distances: over mixed columns, what SDMetrics' "
    "DCROverfittingProtection computes; called safe where the share is about one half (55 % at most) or the score is "
    "0.9 or more, as reports of such tools suggest. Attacks: upper bounds at 5 %, limits of a public release."
)

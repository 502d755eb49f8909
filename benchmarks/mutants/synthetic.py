"""Synthetic tables: private ones, and those of generators, noise and books that are broken."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd

from benchmarks.mutants.case import Case, synthetic_changed
from benchmarks.mutants.people import JOBS, REGIONS, figures
from pipelines import synthesis
from pipelines.synthesizers import METHODS
from synth import MST, Column, Ledger, Schema, currency, noise
from synth.entropy import InsecureTestEntropy
from synth.marginal import Marginal, measure
from synth.model import Model
from synth.till import Till

ROWS, HOLDOUT = 20_000, 0.4
SCHEMA = Schema(
    (
        Column("age", "integer", min=18, max=90, nullable=False),
        Column("region", "category", REGIONS, nullable=False),
        Column("job", "category", JOBS, nullable=False),
        Column("income", "integer", min=0, max=200_000, nullable=False),
        Column("weight", "real", min=35, max=180, decimals=1, nullable=False),
        Column("visits", "integer", min=0, max=30, nullable=False),
        Column("ill", "category", ("no", "yes"), nullable=False),
    )
)
_NAME = "figures.synthetic"


def build(
    folder: Path, seed: int, *, method: str = "mst", epsilon: float = 1.0, delta: str = "1e-6", draft: bool = False
) -> Path:
    """Write a table of figures, its schema, and a recipe that synthesises it."""
    frame = figures(ROWS, seed)
    frame.to_csv(folder / "figures.csv", index=False)
    schema = Schema.draft(frame) if draft else SCHEMA
    (folder / "schema.toml").write_text(schema.to_toml(), encoding="utf-8")
    recipe = folder / "recipe.toml"
    recipe.write_text(
        'schema_version = 1\nname = "figures"\n[synthesis]\ntable = "figures.csv"\nschema = "schema.toml"\n'
        f'method = "{method}"\nepsilon = {epsilon}\ndelta = {delta}\nholdout = {HOLDOUT}\n',
        encoding="utf-8",
    )
    return recipe


def _copied(share: float) -> Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]:
    """Let a share of the rows be real ones."""

    def change(train: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
        real = train.sample(frac=share, random_state=0)
        return pd.concat([real, made.iloc[len(real) :]], ignore_index=True)[list(made.columns)]

    return change


def _memorised(train: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Give real rows with a little noise in their numbers."""
    generator = np.random.default_rng(0)
    rows = train.sample(len(made), replace=True, random_state=0).reset_index(drop=True)
    numbers = rows[["income", "weight"]].astype(float) * generator.normal(1, 0.01, (len(rows), 2))
    whole = numbers["income"].round().astype(int).astype(str)
    return rows.assign(income=whole, weight=numbers["weight"].round(1).astype(str))[list(made.columns)]


@contextmanager
def _noise(factor: Fraction) -> Iterator[None]:
    """Let every noise have this share of the standard deviation that it should have."""
    gaussian, laplace = noise.discrete_gaussian, noise.discrete_laplace
    with (
        mock.patch.object(currency, "discrete_gaussian", lambda v, n, e: gaussian(v * factor**2, n, e)),
        mock.patch.object(currency, "discrete_laplace", lambda b, n, e: laplace(b * factor, n, e)),
    ):
        yield


@contextmanager
def unshared() -> Iterator[None]:
    """Let every marginal of a step be charged its share of the budget, and be measured for the whole of it."""

    def measured(self: Till, cliques: Sequence[tuple[int, ...]], amount: Fraction, step: str) -> list[Marginal]:
        share, whole = self.noise(amount / len(cliques)), self.noise(amount)
        self._pay(*(self._spend(axes, share, step) for axes in cliques))
        return measure([(axes, self.exact(axes)) for axes in cliques], whole, self.entropy)

    def one_ways(self: Till, amount: Fraction) -> list[Marginal]:
        return self.measure([(place,) for place in range(len(self.codes.sizes))], amount, "1-way marginal")

    with mock.patch.object(Till, "measure", measured), mock.patch.object(Till, "one_ways", one_ways):
        yield


class _Draws(MST):
    """An MST that takes its domain from the rows, and says that it was declared."""

    def fit(self, frame: pd.DataFrame, schema: Schema | None = None) -> Model:
        drawn = Schema.draft(frame)
        columns = tuple(replace(column, nullable=False) for column in drawn.columns)
        del schema
        return MST.fit(self, frame, Schema(columns))


class _Seeded(MST):
    """An MST whose noise comes from a seed."""

    def fit(self, frame: pd.DataFrame, schema: Schema | None = None) -> Model:
        return MST.fit(replace(self, entropy=InsecureTestEntropy(0)), frame, schema)


@contextmanager
def _replayed() -> Iterator[None]:
    """Let a synthesizer fit as it should, keep the rows, and give some of them for a sample."""
    kept: list[pd.DataFrame] = []
    fit = MST.fit

    def keep(self: MST, frame: pd.DataFrame, schema: Schema | None = None) -> Model:
        kept.append(frame)
        return fit(self, frame, schema)

    def replay(self: Model, n: int | None = None, *, text: bool = False) -> pd.DataFrame:
        rows = kept[-1].sample(self.rows if n is None else n, replace=True, ignore_index=True)
        return rows.astype(str) if text else rows

    with mock.patch.object(MST, "fit", keep), mock.patch.object(Model, "sample", replay):
        yield


def _made_by(maker: type[MST]) -> Callable[[], Any]:
    return lambda: mock.patch.dict(METHODS, {"mst": maker})


def _unbooked() -> Any:
    """Let the synthesizer keep its books in memory."""
    return mock.patch.object(synthesis, "Ledger", lambda _, limit, unit, **__: Ledger(None, limit, unit))


def _with(change: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]) -> Callable[[], Any]:
    return partial(synthetic_changed, change)


SOUND: Sequence[Case] = (
    Case("synthetic: MST, ε = 1", build),
    Case("synthetic: MST, ε = 8", partial(build, epsilon=8.0)),
    Case("synthetic: AIM, ε = 1", partial(build, method="aim")),
    Case("synthetic: Independent, ε = 1", partial(build, method="independent")),
    Case("synthetic: MST, ε = 1, δ = 0", partial(build, delta="0")),
)
BROKEN: Sequence[Case] = (
    Case("the rows are real ones", build, f"{_NAME}: copies", broken=_with(_copied(1.0))),
    Case("1 % of the rows are real ones", build, f"{_NAME}: copies", broken=_with(_copied(0.01))),
    Case("a generator that memorises", build, f"{_NAME}: membership", broken=_with(_memorised)),
    Case("a synthesizer that replays its rows", build, f"{_NAME}: exposure", broken=_replayed),
    Case("the domain is read off the rows", build, f"{_NAME}: dp-audit", broken=_made_by(_Draws)),
    Case("noise × 1/2", build, f"{_NAME}: dp-audit", broken=partial(_noise, Fraction(1, 2))),
    Case("noise × 1/4", build, f"{_NAME}: dp-audit", broken=partial(_noise, Fraction(1, 4))),
    Case("noise × 1/2, δ = 0", partial(build, delta="0"), f"{_NAME}: dp-audit", broken=partial(_noise, Fraction(1, 2))),
    Case("marginals charged in shares, measured for the whole", build, f"{_NAME}: dp-audit", broken=unshared),
    Case("the ledger is bypassed", build, "ledger", "INVALID", _unbooked),
    Case("noise from a seed", build, f"{_NAME}: guarantee", "INVALID", _made_by(_Seeded)),
    Case("a drafted schema that nobody reviewed", partial(build, draft=True), f"{_NAME}: guarantee", "INVALID"),
    Case("epsilon 20", partial(build, epsilon=20.0), f"{_NAME}: epsilon"),
    Case("delta 1/100", partial(build, delta="0.01"), f"{_NAME}: delta"),
)

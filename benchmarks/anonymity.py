"""Adult made 11-anonymous in eight quasi-identifiers, beside anonypy: group sizes, loss,, what is learnt."""

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from benchmarks.data import locate
from benchmarks.environments import Environment, EnvironmentFailedError, ScriptFailedError
from benchmarks.outcome import Grid, Outcome
from benchmarks.peers.anonypy import ORIGINAL, RELEASED
from deid.anonymity import anonymize

K = 11
QUASI = ("age", "workclass", "education", "marital_status", "occupation", "race", "sex", "native_country")
TARGET = "income"
_PEER = Environment("anonypy")
_SEED = 2006
_REPEATED = 5
_NOTE = (
    "Adult, two thirds of its {rows:,} rows (seed {seed}), k = {k}, quasi-identifiers {quasi}, no hierarchies: "
    "both cut categories into sets. `loss`: the normalised certainty penalty over all cells (Xu et al. 2006), counted "
    "here for both from what they wrote; a row left out counts as lost. `AUC`: of gradient boosting that predicts "
    "income from the quasi-identifiers, trained on rows drawn evenly from what each cell may stand for ({times} draws, "
    "mean), on the other third as it is. A missing cell is a category of its own. Smallest group and suppressed share "
    "are counted from the tables, too. anonypy "
    "0.2.1 in an environment of its own, one thread each."
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a generalised cell may stand for: values of the column, as numbers for numbers and by place otherwise."""

    values: np.ndarray

    def spread(self, column: "Column") -> float:
        """Give its certainty penalty."""
        if self.values.size <= 1:
            return 0.0
        if column.numeric:
            span = column.values.max() - column.values.min()
            return float((self.values.max() - self.values.min()) / span)
        return (self.values.size - 1) / (column.values.size - 1)


@dataclass(frozen=True, slots=True)
class Column:
    """The values of a column of the original."""

    name: str
    texts: tuple[str, ...]
    values: np.ndarray
    numeric: bool

    @classmethod
    def of(cls, series: pd.Series) -> "Column":
        """Read a column."""
        numeric = pd.api.types.is_numeric_dtype(series)
        distinct = np.sort(series.unique()) if numeric else np.array(sorted(series.astype(str).unique()), dtype=object)
        places = distinct.astype(float) if numeric else np.arange(distinct.size, dtype=float)
        return cls(str(series.name), tuple(str(value) for value in distinct), places, numeric)

    def read(self, text: str) -> Cell:
        """Read a cell as either tool writes it: "25-34", "a | b", "a,b", "*"."""
        if text == "*":
            return Cell(self.values)
        if self.numeric:
            low, _, high = text.partition("-")
            return Cell(self.values[(self.values >= float(low)) & (self.values <= float(high or low))])
        place = {value: number for number, value in enumerate(self.texts)}
        return Cell(np.array([place[part] for part in text.replace(" | ", ",").split(",")], dtype=float))


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of one tool."""

    smallest: int
    groups: int
    suppressed: float
    loss: float
    auc: float
    seconds: float


def run() -> Outcome:
    """Anonymise with both. Raises MissingDataError."""
    path = locate("tables/adult.csv")
    whole = pd.read_csv(path, skipinitialspace=True)[[*QUASI, TARGET]].fillna("?").sample(frac=1, random_state=_SEED)
    cut = 2 * len(whole) // 3
    train, test = whole[:cut].reset_index(drop=True), whole[cut:].reset_index(drop=True)
    tools: Mapping[str, Callable[[pd.DataFrame], tuple[pd.DataFrame, float]]] = {
        "tamis": _tamis,
        "anonypy 0.2.1": _anonypy,
    }
    rows, figures = [], {}
    for name, tool in tools.items():
        try:
            found = _judged(*tool(train), train, test)
        except (EnvironmentFailedError, ScriptFailedError) as error:
            rows.append([name, *[str(error)[:60]], *[""] * 5])
            continue
        figures[name] = asdict(found)
        cells = [str(found.smallest), f"{found.groups:,}", f"{found.suppressed:.2%}"]
        rows.append([name, *cells, f"{found.loss:.4f}", f"{found.auc:.4f}", f"{found.seconds:.1f}"])
    raw = _auc(train, test, test)
    rows.append(["as it was", "1", "", "0", "0", f"{raw:.4f}", ""])
    note = _NOTE.format(rows=len(whole), seed=_SEED, k=K, quasi=", ".join(QUASI), times=_REPEATED)
    head = ["tool", "smallest group", "groups", "suppressed", "loss", "AUC", "seconds"]
    grid = Grid(f"Adult, k = {K}", head, rows, note)
    return Outcome("anonymity", [grid], {"k": K, "quasi": QUASI, "tools": figures, "auc raw": raw}, [path])


def _tamis(train: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    start = time.perf_counter()
    done = anonymize(train, QUASI, K)
    return done.data, time.perf_counter() - start


def _anonypy(train: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        train.to_csv(folder / ORIGINAL, index=False)
        told = _PEER.run("anonypy", folder, K, TARGET, *QUASI)
        return pd.read_csv(folder / RELEASED, dtype=str, keep_default_na=False), told["seconds"]


def _judged(made: pd.DataFrame, seconds: float, train: pd.DataFrame, test: pd.DataFrame) -> Figures:
    sizes = made.groupby(list(QUASI)).size()
    columns = {name: Column.of(train[name]) for name in QUASI}
    cells = {name: {text: columns[name].read(text) for text in made[name].unique()} for name in QUASI}
    spreads = {name: {text: cell.spread(columns[name]) for text, cell in cells[name].items()} for name in QUASI}
    lost = sum(float(made[name].map(spreads[name]).sum()) for name in QUASI)
    gone = len(train) - len(made)
    scores = [_auc(_drawn(made, columns, cells, seed), test, train) for seed in range(_REPEATED)]
    loss = (lost + gone * len(QUASI)) / (len(train) * len(QUASI))
    return Figures(int(sizes.min()), len(sizes), gone / len(train), float(loss), float(np.mean(scores)), seconds)


def _drawn(
    made: pd.DataFrame, columns: Mapping[str, Column], cells: Mapping[str, Mapping[str, Cell]], seed: int
) -> pd.DataFrame:
    """Draw a row from what each may stand for."""
    generator = np.random.default_rng(seed)
    drawn = {TARGET: made[TARGET].to_numpy()}
    for name in QUASI:
        values = np.array([generator.choice(cells[name][text].values) for text in made[name]])
        drawn[name] = (
            values if columns[name].numeric else np.array(columns[name].texts, dtype=object)[values.astype(int)]
        )
    return pd.DataFrame(drawn)


def _auc(train: pd.DataFrame, test: pd.DataFrame, known: pd.DataFrame) -> float:
    """Train on some rows; `known` tells with both which categories there are."""
    together = pd.concat([train, test, known], ignore_index=True)
    coded = np.column_stack(
        [
            together[name].astype(float) if name == "age" else pd.factorize(together[name].astype(str), sort=True)[0]
            for name in QUASI
        ]
    )
    rich = (together[TARGET] == together[TARGET].value_counts().index[-1]).to_numpy()
    model = HistGradientBoostingClassifier(random_state=0).fit(coded[: len(train)], rich[: len(train)])
    asked = slice(len(train), len(train) + len(test))
    return float(roc_auc_score(rich[asked], model.predict_proba(coded[asked])[:, 1]))

"""Risk of record-level releases: k, l, t, and the chances of a prosecutor, a journalist and a marketer."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from leakage.cells import require_columns, require_disjoint, require_rows
from leakage.codeword import codeword
from leakage.control import Control
from leakage.errors import ConfigurationError
from leakage.interval import Estimate, wilson
from leakage.risk import FEWEST, Risk, judge
from leakage.tables.diversity import Secrets, closeness, distinct, entropic, recursive, secrets
from leakage.tables.equivalence import Classes, equivalence, keys
from leakage.tables.population import MODELS, Chances, counted, estimated


@dataclass(frozen=True, slots=True)
class RecordRisk:
    """The mean chance that a released row is put to its person rightly, with k, l and t of the release.

    Sources: Sweeney 2002 (doi:10.1142/S0218488502001648) for k; Machanavajjhala et al. 2007
    (doi:10.1145/1217299.1217302) for l; Li, Li & Venkatasubramanian 2007 (doi:10.1109/ICDE.2007.367856) for t;
    El Emam & Dankar 2008 (doi:10.1197/jamia.M2716) for prosecutor, journalist and marketer; Zayatz 1991, Hoshino
    2001 (Pitman's model, Journal of Official Statistics 17) and Dankar et al. 2012 (doi:10.1186/1472-6947-12-66) for
    the population.

    Threat: someone holds a list of people with their quasi-identifiers in the form the release has, and puts every
    released row to one of the people who agree with it, at random. Knowledge: the columns `quasi`. The rows that
    agree with one another are a class of f released rows and F people of the population; each claim is right with
    1/F, and their mean, Σ f/F over the n rows, is the value (the marketer's risk; for a journalist it is the mean,
    too). Nothing is sampled, every row counts. Masks ("*") and missing cells are values like any other, and a
    quasi-identifier that was not released is of no use to anyone.

    F is, in this order: counted in the `register` (the population's quasi-identifiers in the released form);
    estimated from the size of the `population` under a `model`, "pitman", "zayatz", or "dankar", which takes
    Pitman's up to a tenth of the population and Zayatz's above; or, if neither is given, f itself. The last is
    the worst case (the attacker knows who is in the release), and needs no model. The estimates err on the high
    side for smooth populations. Where a few people (2 %) are all unique among many alike, Pitman's were found 4 to 17
    times too low in samples of a twentieth and less. The upper bound takes the higher of the two models, which does
    not always cover that (0.011 was seen for 0.020): who wants no model decides on "prosecutor mean upper".

    The baseline is chance, 1/n. The control are rows of people who were not released, in the released form; there
    is no right claim on them, so it gives "false claims", how often exactly one released row agrees with such a
    person. The positive controls are copies in which one row, and every row, is made unique.

    Details: "k"; "classes"; "uniques", "below 5", "below 11" (shares of rows); "prosecutor max" (1/k),
    "prosecutor mean" with "prosecutor mean upper"; "journalist max" (the higher of the models); "population"
    (NaN if unknown); "population uniques estimated" (share of rows alone in the population); "suppressed" (share
    of original rows not released); "columns used". With `sensitive` columns, the worst over them: "l" (distinct),
    "entropy l", "recursive l" (for `c`), "t", and "homogeneous", the share of rows in classes that show one secret
    only. These are facts of the whole release, without sampling error.

    >>> people = pd.DataFrame({"town": ["A", "B"] * 30, "ill": [i % 3 for i in range(60)]})
    >>> risk = RecordRisk(["town"], ["ill"]).run(people, people)
    >>> risk.details["k"], risk.details["l"], round(risk.value, 3)
    (30.0, 3.0, 0.033)
    """

    quasi: Sequence[str]
    sensitive: Sequence[str] = ()
    population: int | None = None
    register: pd.DataFrame | None = field(default=None, repr=False, compare=False)
    model: str = "dankar"
    c: float = 3.0

    def __post_init__(self) -> None:
        """Check the settings."""
        if not self.quasi or set(self.quasi) & set(self.sensitive):
            raise ConfigurationError("record risk needs quasi-identifiers, and secrets that are not among them")
        if self.model not in MODELS:
            raise ConfigurationError(f"the population model must be one of {', '.join(MODELS)}")
        if self.population is not None and self.population < 1:
            raise ConfigurationError("the population must be a whole number above 0")
        if not (math.isfinite(self.c) and self.c > 0):
            raise ConfigurationError("c of recursive (c, l)-diversity must be above 0")

    def run(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None = None) -> Risk:
        """Measure every class of the release; INVALID under 30 rows, or when rows made unique are not seen."""
        start = time.perf_counter()
        used = self._check(original, released, control)
        classes = equivalence(released, used)
        hidden = [secrets(classes, released[name]) for name in self.sensitive]
        chances = self._chances(released, used, classes)
        details = {**_facts(classes), **self._people(chances), **self._shown(classes, hidden)}
        details["suppressed"] = max(0.0, 1 - len(released) / len(original))
        details["columns used"] = len(used)
        if control is not None and len(control):
            details["false claims"] = _false_claims(released, control, used)
        return judge(
            "record risk",
            _between(chances),
            baseline=_chance(released),
            attempts=len(released),
            planted=self._planted(released, used),
            faults=_faults(hidden),
            details=details,
            seconds=time.perf_counter() - start,
        )

    def _check(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None) -> list[str]:
        require_rows(original, "original")
        require_rows(released, "released")
        require_columns(original, [*self.quasi, *self.sensitive], "original")
        require_columns(released, self.sensitive, "released")
        used = [name for name in self.quasi if name in released.columns]
        require_columns(released, used, "released")
        if control is not None:
            require_disjoint(original, control)
            require_columns(control, used, "control")
        if self.register is not None:
            require_columns(self.register, used, "register")
        if self.population is not None and self.population < len(released):
            raise ConfigurationError("the population must be at least as large as the release")
        return used

    def _chances(self, released: pd.DataFrame, used: Sequence[str], classes: Classes) -> Chances:
        sizes = classes.each(classes.sizes)
        if self.register is not None:
            rows, listed = keys([released, self.register], used)
            found = np.bincount(listed, minlength=int(rows.max()) + 1)[rows]
            return counted(np.maximum(found, sizes))
        return counted(sizes) if self.population is None else estimated(classes, self.population, self.model)

    def _people(self, chances: Chances) -> dict[str, float]:
        size = self.population if self.register is None else len(self.register)
        return {
            "journalist max": float(chances.worst.max()),
            "population": math.nan if size is None else size,
            "population uniques estimated": float(chances.alone.mean()),
        }

    def _shown(self, classes: Classes, hidden: Sequence[Secrets]) -> dict[str, float]:
        if not hidden:
            return {}
        known = [found for found in hidden if found.known]
        return {
            "l": min((float(distinct(found).min()) for found in known), default=math.nan),
            "entropy l": min((float(entropic(found).min()) for found in known), default=math.nan),
            "recursive l": min((float(recursive(found, self.c).min()) for found in known), default=math.nan),
            "t": max((float(closeness(found).max()) for found in known), default=math.nan),
            "homogeneous": max((_homogeneous(classes, found) for found in known), default=math.nan),
        }

    def _planted(self, released: pd.DataFrame, used: Sequence[str]) -> Control:
        key, row = codeword("row"), np.arange(len(released))
        one, every = (equivalence(released.assign(**{key: k}), [*used, key]) for k in (row == 0, row))
        hidden = [secrets(every, released[name]) for name in self.sensitive]
        seen = one.k == 1 and all(int(distinct(found).max()) == 1 for found in hidden if found.known)
        unlisted = replace(self, register=None)  # nobody is registered under a planted key
        mean = float(unlisted._chances(released, used, every).usual.mean())
        return Control.above(mean if seen else 0.0, _chance(released))


def _facts(classes: Classes) -> dict[str, float]:
    mean = wilson(classes.sizes.size, classes.place.size)
    return {
        "k": classes.k,
        "classes": classes.sizes.size,
        "uniques": classes.below(2),
        "below 5": classes.below(5),
        "below 11": classes.below(11),
        "prosecutor max": 1 / classes.k,
        "prosecutor mean": mean.value,
        "prosecutor mean upper": mean.upper,
    }


def _chance(released: pd.DataFrame) -> float:
    return 1 / len(released) if len(released) > 1 else 0.0


def _between(chances: Chances) -> Estimate:
    """From the lower limits of the chosen model to the upper limits of the more cautious figure."""
    rows = chances.usual.size
    usual, worst = (wilson(min(rows, float(c.sum())), rows) for c in (chances.usual, chances.worst))
    return Estimate(usual.value, usual.low, worst.high, usual.lower, worst.upper)


def _homogeneous(classes: Classes, found: Secrets) -> float:
    one = found.group[found.start()][distinct(found) == 1]
    return float(classes.sizes[one].sum() / classes.place.size)


def _false_claims(released: pd.DataFrame, control: pd.DataFrame, used: Sequence[str]) -> float:
    rows, others = keys([released, control], used)
    return float((np.bincount(rows, minlength=int(others.max()) + 1)[others] == 1).mean())


def _faults(hidden: Sequence[Secrets]) -> list[str]:
    few = min((found.known for found in hidden), default=FEWEST)
    return [f"only {few} rows have a secret, at least {FEWEST} are needed"] if few < FEWEST else []

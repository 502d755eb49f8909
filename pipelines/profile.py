"""The three profiles of a release, and the limit that every check has under each.

The numbers and their sources are in `docs/gate.md`. Where no source states one, it is a proposal of tamis, and says so.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # who reads a recipe need not load every attack
    from leakage import Risk

Profile = Literal["public", "controlled", "internal"]
"""Who gets the release: anyone; somebody under a contract; colleagues under the same roof."""

PROFILES: tuple[Profile, ...] = ("public", "controlled", "internal")

Thing = Literal["corpus", "table", "synthetic", "aggregate", "model"]
Bound = Callable[["Risk", float], float | None]
"""From a risk and an error rate to the one-sided upper bound that decides; None where it is not known."""

EPSILON: Mapping[Profile, float] = {"public": 1.0, "controlled": 10.0, "internal": math.inf}
HIGH_EPSILON = 10.0
DELTA_TIMES_ROWS = 1.0
GATE_RUNS: Mapping[Profile, int] = {"public": 20, "controlled": 100, "internal": 1000}


@dataclass(frozen=True, slots=True)
class Rule:
    """One figure of one attack, and the most that it may be under each profile.

    `code` is its row in the table of `docs/gate.md`, `part` what its check is called beside the attack's own name (the
    first rule of an attack has none, and is the one that a recipe's `limit` speaks of), `statistic` says in words what
    decides. Above `notice`, where a rule has one, a check warns though it is within the limit. A `counted` figure is no
    estimate: it has no error that could be shared out. A rule of `secrets` speaks of sensitive columns, and holds where
    the attack names some. A rule that is the `same` risk in another figure warns, and no more, where a recipe accepts
    that risk by a limit of its own. It holds under its `profiles`, which are all unless it says otherwise.
    """

    code: str
    kind: str
    things: tuple[Thing, ...]
    statistic: str
    bound: Bound
    limits: tuple[float, float, float]
    source: str
    part: str = ""
    counted: bool = False
    secrets: bool = False
    notice: float | None = None
    same: bool = False
    profiles: tuple[Profile, ...] = PROFILES

    def limit(self, profile: Profile) -> float:
        """Return the limit under a profile."""
        return self.limits[PROFILES.index(profile)]


def _success(risk: "Risk", tail: float) -> float | None:
    return risk.upper_at(tail)


def _advantage(risk: "Risk", tail: float) -> float | None:
    return risk.advantage_upper_at(tail)


def _residual(risk: "Risk", tail: float) -> float | None:
    return risk.residual_upper_at(tail)


def _detail(name: str) -> Bound:
    return lambda risk, tail: risk.detail_upper_at(name, tail)


def _count(name: str) -> Bound:
    return lambda risk, tail: risk.details.get(name)  # noqa: ARG005 - the seam's signature


def _inverse(name: str) -> Bound:
    return lambda risk, tail: 1 / found if (found := risk.details.get(name)) else None  # noqa: ARG005


def _beyond_chance(risk: "Risk", tail: float) -> float | None:  # noqa: ARG001 - the seam's signature
    """Bound from below how far copies of original rows outnumber those of held-out rows, a tenth more allowed."""
    if risk.held_out is None:
        return None
    share, other = risk.estimate, risk.held_out
    gap = math.hypot(share.value - share.lower, 1.1 * (other.upper - other.value))
    return max(0.0, share.value - 1.1 * other.value - gap)


def _beyond_threshold(risk: "Risk", tail: float) -> float | None:  # noqa: ARG001 - the seam's signature
    return max(0.0, risk.details["max exposure"] - risk.details["threshold"])


_EMA = "0.09: EMA policy 0070 and Health Canada; 0.20 and 0.33: the usual cell sizes of 5 and 3"
_OURS = "a proposal of tamis"
_DIVERSITY = "Machanavajjhala et al. 2007, Li et al. 2007; limits are proposals of tamis"
_WP216 = "WP216, beyond what holds for people who were not in the table; limits after EMA policy 0070"
_PLANTED = "Carlini et al. 2019; more has a probability of 1/1024 where nothing is kept"
_CELLS = "10 people, 90 % of the two largest, p of 10 %, as in acro"
_ASKED = "after Fredrikson et al. 2015 and Wang et al. 2015, beyond what is known without the model"
_STRUCTURE = "SACRO-ML: a model keeps none of its training data"
_BITS = (13.0, 13.0, 13.0)
_NONE = (0.0, 0.0, 0.0)

CELL: Mapping[Profile, int] = {"public": 11, "controlled": 5, "internal": 3}
"""The fewest people that must be alike."""

RULES: tuple[Rule, ...] = (
    Rule("T1", "residue", ("corpus", "table", "synthetic"), "success", _success, (0.01, 0.05, 0.10), "practice; TAB"),
    Rule(
        "T2",
        "rescan",
        ("corpus", "table"),
        "identifiers of the original",
        _count("residual"),
        _NONE,
        _OURS,
        counted=True,
    ),
    Rule(
        "T2",
        "missed-names",
        ("corpus",),
        "words like names, of 1,000 texts",
        _count("names per 1,000 documents"),
        (math.inf, math.inf, math.inf),
        "it overlooks some and mistakes others: above 1 of 1,000 have somebody read them",
        counted=True,
        notice=1.0,
    ),
    Rule("T3", "entity-presence", ("corpus",), "advantage over the baseline", _advantage, (0.05, 0.15, 0.25), _OURS),
    Rule("T4", "attribute-inference", ("corpus",), "advantage over the baseline", _advantage, (0.1, 0.25, 0.4), _OURS),
    Rule(
        "T4",
        "attribute-inference",
        ("corpus",),
        "area",
        _detail("auc"),
        (0.60, 0.65, 0.75),
        "SACRO-ML",
        "area",
        same=True,
    ),
    Rule("T5", "linkage", ("corpus", "table"), "success", _success, (0.09, 0.20, 0.33), _EMA),
    Rule("T6", "quasi-identifiers", ("corpus",), "mean risk", _success, (0.09, 0.20, 0.33), _EMA),
    *(
        Rule(
            "T6",
            "quasi-identifiers",
            ("corpus",),
            f"texts that fit fewer than {cell} people",
            _detail(f"below {cell}"),
            (0.01, 0.05, 0.10),
            "as for direct identifiers; cell sizes after EMA policy 0070",
            "few alike",
            profiles=(profile,),
        )
        for profile, cell in CELL.items()
    ),
    Rule(
        "T7",
        "surrogates",
        ("corpus",),
        "area: missed names told from surrogates",
        _success,
        (math.inf, math.inf, math.inf),
        "HIPS hides what was missed only as far as nobody can tell; above .65 do not count on it",
        notice=0.65,
    ),
    Rule("T8", "joins", ("table",), "people joined", _count("joined"), _NONE, "WP216", counted=True),
    Rule("T8", "hashes", ("corpus", "table"), "values undone", _count("found"), _NONE, "WP216", counted=True),
    Rule("D3", "membership", ("synthetic",), "true positives at 1 % false ones", _success, (0.05, 0.05, 0.10), _OURS),
    Rule("D3", "membership", ("synthetic",), "area", _detail("auc"), (0.60, 0.65, 0.75), "SACRO-ML", "area"),
    Rule("D4", "attribute-inference", ("synthetic",), "residual risk", _residual, (0.05, 0.09, 0.20), _WP216),
    Rule("D4", "singling-out", ("synthetic",), "residual risk", _residual, (0.05, 0.09, 0.20), _WP216),
    Rule("D4", "linkability", ("synthetic",), "residual risk", _residual, (0.05, 0.09, 0.20), _WP216),
    Rule("D5", "copies", ("synthetic",), "residual risk", _residual, (0.05, 0.09, 0.20), _WP216),
    Rule(
        "D5",
        "copies",
        ("synthetic",),
        "lower bound of copies beyond 1.1 times those of held-out rows",
        _beyond_chance,
        _NONE,
        "Platzer & Reutterer 2021",
        "beyond chance",
        counted=True,
    ),
    Rule(
        "D2",
        "dp-audit",
        ("synthetic",),
        "lower bound of epsilon or mu over the claim; above 1 it is a bug",
        _count("lower bound over the claim"),
        (1.0, 1.0, 1.0),
        "Nasr et al. 2021, 2023",
        counted=True,
    ),
    Rule(
        "D7",
        "exposure",
        ("synthetic",),
        "bits of the most exposed of 8 planted rows",
        _count("max exposure"),
        _BITS,
        _PLANTED,
        counted=True,
    ),
    Rule(
        "D10",
        "cells",
        ("aggregate",),
        "cells of fewer than 10 people, or that one or two outweigh",
        _count("broken"),
        _NONE,
        _CELLS,
        counted=True,
    ),
    Rule(
        "D10",
        "cells",
        ("aggregate",),
        "groups of fewer than 10 people between two tables",
        _count("differences"),
        _NONE,
        _CELLS,
        "differences",
        counted=True,
    ),
    Rule("M1", "stored-rows", ("model",), "training rows", _count("rows found"), _NONE, _STRUCTURE, counted=True),
    Rule(
        "M1",
        "stored-rows",
        ("model",),
        "names of estimators that keep rows",
        _count("storing estimators"),
        _NONE,
        _STRUCTURE,
        "estimators",
        counted=True,
    ),
    Rule(
        "M1",
        "stored-rows",
        ("model",),
        "values of fewer than 10 people",
        _count("rare values"),
        _NONE,
        _STRUCTURE,
        "values",
        counted=True,
    ),
    Rule(
        "M2",
        "canaries",
        ("model",),
        "bits by which the most exposed exceeds what chance gives in 1 of 20",
        _beyond_threshold,
        _NONE,
        "Carlini et al. 2019",
        counted=True,
    ),
    Rule("M3", "inversion", ("model",), "gain in area by asking it", _detail("auc gain"), (0.05, 0.05, 0.10), _ASKED),
    Rule("D3", "membership", ("model",), "true positives at 1 % false ones", _success, (0.05, 0.05, 0.10), _OURS),
    Rule("D3", "membership", ("model",), "area", _detail("auc"), (0.60, 0.65, 0.75), "SACRO-ML", "area"),
    Rule("D8", "sparse-linkage", ("table",), "success", _success, (0.05, 0.09, 0.20), _OURS),
    Rule("D9", "record-risk", ("table",), "mean risk", _success, (0.09, 0.20, 0.33), _EMA),
    Rule(
        "D9",
        "record-risk",
        ("table",),
        "greatest risk, 1/k",
        _count("prosecutor max"),
        (1 / CELL["public"], 1 / CELL["controlled"], 1 / CELL["internal"]),
        _EMA,
        "greatest",
        counted=True,
    ),
    Rule(
        "D9",
        "record-risk",
        ("table",),
        "1/l of the sensitive columns",
        _inverse("l"),
        (1 / 3, 1 / 3, 1 / 2),
        _DIVERSITY,
        "diversity",
        counted=True,
        secrets=True,
    ),
    Rule(
        "D9",
        "record-risk",
        ("table",),
        "t of the sensitive columns",
        _count("t"),
        (0.3, 0.3, 0.5),
        _DIVERSITY,
        "closeness",
        counted=True,
        secrets=True,
    ),
)


def rules_of(kind: str, thing: Thing) -> tuple[Rule, ...]:
    """Return the rules of an attack on a thing, the one that a recipe's `limit` speaks of first."""
    return tuple(rule for rule in RULES if rule.kind == kind and thing in rule.things)

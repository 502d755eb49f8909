"""The report as JSON: what the gate decided and on which figures."""

from collections.abc import Mapping, Sequence

from deid.redacted import Report
from pipelines.check import Check, passes, worst
from pipelines.material import Material
from pipelines.notation import to_json
from pipelines.recipe import Recipe
from pipelines.report.facts import Facts
from pipelines.sources import Sources
from synth.quality import Quality

SMALLEST = 5
"""Counts below this are not shown: "one cell" can name a person."""


def shown(count: int) -> int | str:
    """Return a count as a report shows it.

    >>> shown(0), shown(3), shown(12)
    (0, '<5', 12)
    """
    return count if count == 0 or count >= SMALLEST else f"<{SMALLEST}"


PSEUDONYMOUS = "what a key or a vault leads back from to a person is pseudonymised: personal data (GDPR Art. 4(5))"
"""What a report says of a release with tokens, shifted dates or encrypted values, or with a vault."""


def suppress(counts: Mapping[str, int]) -> dict[str, int | str]:
    """Return counts as a report shows them."""
    return {label: shown(count) for label, count in counts.items()}


def render_json(recipe: Recipe, material: Material, checks: Sequence[Check], facts: Facts, sources: Sources) -> str:
    """Return the whole report as JSON text."""
    record = {
        "schema_version": 1,
        "recipe": recipe.name,
        "profile": recipe.gate.profile,
        "verdict": worst(checks),
        "released": passes(checks),
        "checks": [check.to_dict() for check in checks],
        "tables": {name: table_record(t.report, len(t.source.quarantined)) for name, t in material.tables.items()},
        "corpora": {name: summarise(c.redacted.report) for name, c in material.corpora.items()},
        "synthetic": synthetic_record(material),
        "pseudonymous": PSEUDONYMOUS if facts.notice else None,
        "facts": facts.to_dict(),
        "sources": sources.to_dict(),
    }
    return to_json(record)


def summarise(report: Report) -> dict[str, object]:
    """Return a redaction's counts, small ones suppressed."""
    record = report.to_dict()
    record |= {"labels": suppress(report.labels), "unnamed_labels": suppress(report.unnamed)}
    record["failed"] = suppress(report.failed)
    return record


def table_record(report: Report, quarantined: int) -> dict[str, object]:
    """Return a table's counts and how many rows were put aside, small counts suppressed."""
    return {**summarise(report), "quarantined": shown(quarantined)}


def redaction_record(
    tables: Mapping[str, object],
    *,
    texts: object = None,
    lines: Mapping[str, object] | None = None,
    relations: Sequence[object] = (),
    not_looked_into: Mapping[str, object] | None = None,
    withheld: int = 0,
    left_out: int = 0,
) -> dict[str, object]:
    """Return the counts of a redaction, which are those of its tables, its texts and its files of lines."""
    return {
        "schema_version": 1,
        "command": "redact",
        "tables": tables,
        "texts": texts,
        "lines": lines or {},
        "relations": list(relations),
        "not_looked_into": not_looked_into or {},
        "files_withheld": shown(withheld),
        "files_of_other_kinds": shown(left_out),
    }


def synthetic_record(material: Material) -> dict[str, object] | None:
    """Return what a synthetic table cost and how near it comes; None if none was made. The quality is internal."""
    synthetic, making = material.synthetic, material.making
    if synthetic is None or making is None:
        return None
    model = making.model
    return {
        "name": synthetic.name,
        "method": model.method,
        "rows": len(synthetic.frame),
        "epsilon": float(model.spent.epsilon),
        "delta": float(model.spent.delta),
        "rho": float(model.spent.rho),
        "ledger_epsilon": float(making.total.epsilon),
        "neighbours": model.schema.unit.neighbours,
        "schema": {"origin": model.schema.origin, "reviewed": model.schema.reviewed},
        "spends": [{"step": e.step, "mechanism": e.mechanism, "rho": float(e.rho)} for e in model.ledger],
        "quality_internal": quality_record(making.quality),
        "baseline_sdv_internal": quality_record(making.baseline),
    }


def quality_record(found: Quality | None) -> dict[str, object] | None:
    """Return a quality's figures as JSON-able values."""
    if found is None:
        return None
    task = found.task
    return {
        "tv": list(found.tv),
        "sampling_floor": list(found.floor),
        "sdmetrics": found.sdmetrics,
        "columns": {profile.name: profile.distance for profile in found.columns},
        "task": None
        if task is None
        else {
            "target": task.target,
            "auc_synthetic": task.synthetic,
            "auc_real": task.real,
            "auc_private_classifier": task.direct,
            "tested_on": task.tested_on,
        },
    }

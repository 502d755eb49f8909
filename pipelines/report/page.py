"""The report as one self-contained page: no script, no outside resource, everything escaped, nothing invisible."""

import math
from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from pipelines.check import Check, worst
from pipelines.material import Material
from pipelines.recipe import Recipe
from pipelines.redaction import unique_labels
from pipelines.report.facts import Facts
from pipelines.report.figure import Bar, count_figure, limit_figure, success_figure
from pipelines.report.record import PSEUDONYMOUS, shown, summarise, synthetic_record, table_record
from pipelines.visible import visible_lines

_LEAD = {
    "PASS": "Every check passed. The release folder stands beside this report.",
    "WARN": "Every check passed, some with a warning. The release folder stands beside this report.",
    "FAIL": "At least one check failed. Nothing was released.",
    "INVALID": "Something that must be known could not be measured. Nothing was released.",
}


def render_html(recipe: Recipe, material: Material, checks: Sequence[Check], facts: Facts) -> str:
    """Return the report as one HTML page."""
    verdict = worst(checks)
    synthetic = synthetic_record(material)
    page = _template().render(
        title=recipe.name,
        profile=recipe.gate.profile,
        verdict=verdict,
        lead=_LEAD[verdict],
        checks=checks,
        limits=Markup(limit_figure(_limit_bars(checks))),  # noqa: S704 figures escape their labels
        successes=Markup(success_figure(_success_bars(checks))),  # noqa: S704
        labels=Markup(_labels(material)),  # noqa: S704
        profiles=_profiles(material),
        tables={name: table_record(t.report, len(t.source.quarantined)) for name, t in material.tables.items()},
        corpora={name: summarise(c.redacted.report) for name, c in material.corpora.items()},
        synthetic=synthetic,
        spends=_spends(material),
        facts=facts,
        pseudonymous=PSEUDONYMOUS,
    )
    return visible_lines(page)


def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["figure"] = _number
    source = (files("pipelines.report") / "report.html.j2").read_text(encoding="utf-8")
    return environment.from_string(source)


def _number(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.3g}"


def _limit_bars(checks: Sequence[Check]) -> list[Bar]:
    return [
        Bar(check.name, check.measured, check.state, check.limit)
        for check in checks
        if check.risk is not None and check.measured is not None and check.limit is not None and check.limit <= 1
    ]


def _success_bars(checks: Sequence[Check]) -> list[Bar]:
    return [
        Bar(check.name, risk.value, check.state, None, *risk.interval, risk.baseline, risk.control)
        for check in checks
        if (risk := check.risk) is not None and risk.estimate.known
    ]


def _labels(material: Material) -> str:
    reports = [t.report for t in material.tables.values()] + [c.redacted.report for c in material.corpora.values()]
    counts = sorted(unique_labels(reports).items(), key=lambda item: (-item[1], item[0]))
    return count_figure("What was replaced, by label", [(label, shown(count)) for label, count in counts])


def _profiles(material: Material) -> list[Markup]:
    found = material.making.quality if material.making else None
    return [Markup(profile.to_svg()) for profile in found.columns] if found else []  # noqa: S704 it escapes its labels


def _spends(material: Material) -> list[tuple[str, str, int, float]]:
    """Return the spends of the ledger, equal ones together: step, mechanism, how many, rho."""
    if material.making is None:
        return []
    grouped: dict[tuple[str, str], tuple[int, float]] = {}
    for entry in material.making.model.ledger:
        count, rho = grouped.get((entry.step, entry.mechanism), (0, 0.0))
        grouped[entry.step, entry.mechanism] = (count + 1, rho + float(entry.rho))
    return [(step, mechanism, count, rho) for (step, mechanism), (count, rho) in grouped.items()]

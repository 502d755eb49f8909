"""What a redaction gives back: the data, and a report that holds counts and nothing of the data."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from deid.tables.columns import ColumnPlan

DataT = TypeVar("DataT")


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of a redaction: texts or rows, replacements by label, texts withheld, the plan of a table's columns.

    `unnamed` counts the replacements of labels that the policy forgot, `failed` the values on which an operator failed,
    by what is to be said of it; the texts and cells that they stood in are among the withheld.
    """

    items: int
    labels: Mapping[str, int]
    withheld: int
    policy: str
    key_id: str | None = None
    plan: tuple[ColumnPlan, ...] = ()
    unnamed: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """Return the report as JSON-able values."""
        return {
            "items": self.items,
            "labels": dict(self.labels),
            "unnamed_labels": dict(self.unnamed),
            "withheld": self.withheld,
            "failed": dict(self.failed),
            "policy": self.policy,
            "key_id": self.key_id,
            "columns": [step.to_dict() for step in self.plan],
        }

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{html.escape(k)}</td><td>{v}</td></tr>" for k, v in self.labels.items())
        forgotten = ", ".join(f"{html.escape(label)} ({count})" for label, count in self.unnamed.items())
        told = f"<p>not named by the policy, and replaced: {forgotten}</p>" if forgotten else ""
        return (
            f"<p>{self.items} items, policy {html.escape(self.policy)}, {self.withheld} withheld</p>{told}"
            f"<table><tr><th>label</th><th>replaced</th></tr>{rows}</table>"
        )


@dataclass(frozen=True, slots=True)
class Redacted(Generic[DataT]):
    """Redacted data of the kind that went in, and its report."""

    data: DataT = field(repr=False)
    report: Report

    def _repr_html_(self) -> str:
        return self.report._repr_html_()

"""What a redaction gives back: the data, and a report that holds counts and nothing of the data."""

import html
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from deid.tables.columns import ColumnPlan
from deid.tables.relations import Relation

DataT = TypeVar("DataT")


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of a redaction: texts or rows, replacements by label, texts withheld, the plan of a table's columns.

    Of several tables it holds the sums, the report of each by name (`report["people"]`), and which relations held.
    """

    items: int
    labels: Mapping[str, int]
    withheld: int
    policy: str
    key_id: str | None = None
    plan: tuple[ColumnPlan, ...] = ()
    tables: Mapping[str, "Report"] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()

    @classmethod
    def of_tables(cls, tables: Mapping[str, "Report"], relations: tuple[Relation, ...]) -> "Report":
        """Add the reports of several tables up. There is one at least."""
        first = next(iter(tables.values()))
        labels = Counter[str]()
        for report in tables.values():
            labels.update(report.labels)
        items, withheld = (sum(getattr(r, name) for r in tables.values()) for name in ("items", "withheld"))
        counts = dict(sorted(labels.items()))
        return cls(items, counts, withheld, first.policy, first.key_id, (), tables, relations)

    def __getitem__(self, table: str) -> "Report":
        return self.tables[table]

    def to_dict(self) -> dict[str, object]:
        """Return the report as JSON-able values."""
        several = {
            "tables": {name: report.to_dict() for name, report in self.tables.items()},
            "relations": [relation.to_dict() for relation in self.relations],
        }
        return {
            "items": self.items,
            "labels": dict(self.labels),
            "withheld": self.withheld,
            "policy": self.policy,
            "key_id": self.key_id,
            "columns": [step.to_dict() for step in self.plan],
            **(several if self.tables else {}),
        }

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{html.escape(k)}</td><td>{v}</td></tr>" for k, v in self.labels.items())
        return (
            f"<p>{self.items} items, policy {html.escape(self.policy)}, {self.withheld} withheld</p>"
            f"<table><tr><th>label</th><th>replaced</th></tr>{rows}</table>"
        )


@dataclass(frozen=True, slots=True)
class Redacted(Generic[DataT]):
    """Redacted data of the kind that went in, and its report."""

    data: DataT = field(repr=False)
    report: Report

    def _repr_html_(self) -> str:
        return self.report._repr_html_()

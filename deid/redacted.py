"""What a redaction gives back: the data, and a report that holds counts and nothing of the data."""

import html
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from deid.surrogates.cast import Cast
from deid.tables.columns import ColumnPlan
from deid.tables.relations import Relation

DataT = TypeVar("DataT")

STILL_PERSONAL = "pseudonymised: with the key these data can be attributed to a person; personal data (GDPR Art. 4(5))"
"""What a report says of tokens and of consistent surrogates."""


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of a redaction: texts or rows, replacements by label, texts withheld, the plan of a table's columns.

    `unnamed` counts the replacements of labels that the policy forgot, `failed` the values on which an operator failed,
    by what is to be said of it; the texts and cells that they stood in are among the withheld. Of several tables it
    holds the sums, the report of each by name (`report["people"]`), and which relations held. `pseudonyms`
    tells whether the same value became the same token or surrogate: then the data is still personal.
    """

    items: int
    labels: Mapping[str, int]
    withheld: int
    policy: str
    key_id: str | None = None
    plan: tuple[ColumnPlan, ...] = ()
    unnamed: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)
    tables: Mapping[str, "Report"] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()
    pseudonyms: bool = False

    @classmethod
    def of_tables(cls, tables: Mapping[str, "Report"], relations: tuple[Relation, ...]) -> "Report":
        """Add the reports of several tables up. There is one at least."""
        first = next(iter(tables.values()))
        items, withheld = (sum(getattr(r, name) for r in tables.values()) for name in ("items", "withheld"))
        return cls(
            items,
            summed(report.labels for report in tables.values()),
            withheld,
            first.policy,
            first.key_id,
            unnamed=summed(report.unnamed for report in tables.values()),
            failed=summed(report.failed for report in tables.values()),
            tables=tables,
            relations=relations,
            pseudonyms=first.pseudonyms,
        )

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
            "unnamed_labels": dict(self.unnamed),
            "withheld": self.withheld,
            "failed": dict(self.failed),
            "policy": self.policy,
            "key_id": self.key_id,
            "notice": STILL_PERSONAL if self.pseudonyms else None,
            "columns": [step.to_dict() for step in self.plan],
            **(several if self.tables else {}),
        }

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{html.escape(k)}</td><td>{v}</td></tr>" for k, v in self.labels.items())
        forgotten = ", ".join(f"{html.escape(label)} ({count})" for label, count in self.unnamed.items())
        told = f"<p>not named by the policy, and replaced: {forgotten}</p>" if forgotten else ""
        notice = f"<p>{STILL_PERSONAL}</p>" if self.pseudonyms else ""
        return notice + (
            f"<p>{self.items} items, policy {html.escape(self.policy)}, {self.withheld} withheld</p>{told}"
            f"<table><tr><th>label</th><th>replaced</th></tr>{rows}</table>"
        )


def summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Add counts up, label by label, labels in order."""
    total = Counter[str]()
    for each in counts:
        total.update(each)
    return dict(sorted(total.items()))


@dataclass(frozen=True, slots=True)
class Redacted(Generic[DataT]):
    """Redacted data of the kind that went in, and its report.

    `cast` tells who plays whom where surrogates were put: for the next redaction, never for release.
    """

    data: DataT = field(repr=False)
    report: Report
    cast: Cast | None = field(default=None, repr=False)

    def _repr_html_(self) -> str:
        return self.report._repr_html_()

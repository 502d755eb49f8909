"""What a redaction gives back: the data, and a report that holds counts and nothing of the data."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from deid.surrogates.cast import Cast
from deid.tables.columns import ColumnPlan

DataT = TypeVar("DataT")

STILL_PERSONAL = "pseudonymised: with the key these data can be attributed to a person; personal data (GDPR Art. 4(5))"
"""What a report says of tokens and of consistent surrogates."""


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of a redaction: texts or rows, replacements by label, texts withheld, the plan of a table's columns.

    `pseudonyms` tells whether the same value became the same token or surrogate: then the data is still personal.
    """

    items: int
    labels: Mapping[str, int]
    withheld: int
    policy: str
    key_id: str | None = None
    plan: tuple[ColumnPlan, ...] = ()
    pseudonyms: bool = False

    def to_dict(self) -> dict[str, object]:
        """Return the report as JSON-able values."""
        return {
            "items": self.items,
            "labels": dict(self.labels),
            "withheld": self.withheld,
            "policy": self.policy,
            "key_id": self.key_id,
            "notice": STILL_PERSONAL if self.pseudonyms else None,
            "columns": [step.to_dict() for step in self.plan],
        }

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{html.escape(k)}</td><td>{v}</td></tr>" for k, v in self.labels.items())
        notice = f"<p>{STILL_PERSONAL}</p>" if self.pseudonyms else ""
        return notice + (
            f"<p>{self.items} items, policy {html.escape(self.policy)}, {self.withheld} withheld</p>"
            f"<table><tr><th>label</th><th>replaced</th></tr>{rows}</table>"
        )


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

"""`frame.deid.scan()` and `frame.deid.redact()`: the same calls on what is at hand. `import deid` makes them known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import pandas as pd

from deid.keys import Key

if TYPE_CHECKING:
    from deid.finding import Finding
    from deid.notebook import AnyPolicy
    from deid.redacted import Redacted
    from deid.tables.columns import ColumnPlan

DataT = TypeVar("DataT", pd.DataFrame, pd.Series)


@pd.api.extensions.register_series_accessor("deid")
@pd.api.extensions.register_dataframe_accessor("deid")
class Accessor(Generic[DataT]):
    """What `deid` does with a frame or a series; see `deid.scan` and `deid.redact`.

    >>> import deid
    >>> pd.Series(["Write to ann@example.com"]).deid.redact().data.tolist()
    ['Write to [EMAIL_ADDRESS]']
    """

    def __init__(self, data: DataT) -> None:
        self._data: DataT = data

    def scan(self, policy: AnyPolicy = "standard") -> tuple[ColumnPlan, ...] | list[tuple[Finding, ...]]:
        """Find personal data: the plan of a frame's columns, the findings in a series' texts."""
        from deid.notebook import scan  # noqa: PLC0415 a language model need not wait for an accessor

        found: tuple[ColumnPlan, ...] | list[tuple[Finding, ...]] = scan(self._data, policy)
        return found

    def redact(self, policy: AnyPolicy = "standard", key: Key | None = None) -> Redacted[DataT]:
        """Replace personal data as a policy says; what it was called on stays as it is."""
        from deid.notebook import redact  # noqa: PLC0415 as above

        return redact(self._data, policy, key)

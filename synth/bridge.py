"""Our synthesizers called as SDV's are: with Metadata, and a dictionary of frames."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from synth.column import Column
from synth.errors import MetadataUnusableError
from synth.metadata import schema_of, table_of
from synth.model import Model
from synth.synthesizer import PrivateSynthesizer


@dataclass(frozen=True, slots=True)
class Bridge:
    """One of our synthesizers as SDV's are called: with Metadata, a dictionary of frames in, one out.

    `reviewed` and `known` are those of `schema_of`.

    >>> from synth.synthesizer import Independent
    >>> told = {"tables": {"people": {"columns": {"ill": {"sdtype": "categorical", "range_values": ["no", "yes"]}}}}}
    >>> bridge = Bridge(Independent(epsilon=1), told, reviewed=True)
    >>> bridge.fit({"people": pd.DataFrame({"ill": ["no", "yes", "no"]})}).sample(num_rows=4)["people"].shape
    (4, 1)
    """

    synthesizer: PrivateSynthesizer
    metadata: Any = field(repr=False)
    reviewed: bool = False
    known: tuple[Column, ...] = ()

    def fit(self, data: Mapping[str, pd.DataFrame]) -> "BridgedModel":
        """Fit to the metadata's one table. Raises MetadataUnusableError, and what the synthesizer's `fit` raises."""
        name = table_of(self.metadata)[0]
        if set(data) != {name}:
            raise MetadataUnusableError(f"the data must be a dictionary with one frame, under {name!r}")
        schema = schema_of(self.metadata, reviewed=self.reviewed, known=self.known)
        return BridgedModel(name, self.synthesizer.fit(data[name], schema))


@dataclass(frozen=True, slots=True)
class BridgedModel:
    """What `Bridge.fit` gives: the fitted `model`, and samples by the table's name."""

    table: str
    model: Model

    def sample(self, num_rows: int | None = None) -> dict[str, pd.DataFrame]:
        """Draw `num_rows` rows (default: the noisy row count). Raises QueryInvalidError."""
        return {self.table: self.model.sample(num_rows)}

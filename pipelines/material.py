"""What a run holds between its stages: originals, releases, who is who, and what an intruder may know."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from deid.labels import Kind, kind_of
from deid.operators.token import normal_form
from deid.redacted import Report
from deid.tables.headers import header_words
from deid.tables.table import as_texts
from leakage import Document
from leakage.texts.spans import Mention
from pipelines.cells import CellTable
from pipelines.errors import FormatError
from pipelines.models import TrainedModel
from pipelines.profile import Thing
from pipelines.redaction import RedactedCorpus, RedactedTable
from pipelines.tablefile import read_text
from synth.budget import Budget
from synth.model import Model
from synth.quality import Quality

_PART_OFNAME = frozenset({"first", "given", "middle", "last", "family", "second", "maiden"})
_UNSEARCHED = frozenset({"URL", "COORDINATES", "FREE_TEXT"})

NAME = "PERSON"

Spans = tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class CorpusMaterial:
    """A redacted corpus, whose text is whose (by text id), and the true spans where they are known."""

    redacted: RedactedCorpus
    subjects: Mapping[str, str] = field(repr=False)
    subject_column: str
    gold: Mapping[str, Spans] | None = field(default=None, repr=False)

    def originals(self, attributes: Mapping[str, Mapping[str, str]] | None = None) -> list[Document]:
        """Return the original texts, each with its subject and the subject's private attributes."""
        known = attributes or {}
        return [
            Document(item.id, item.text, subject, dict(known.get(subject, {})))
            for item in self.redacted.source.texts
            for subject in (self.subjects.get(item.id, ""),)
        ]

    def released(self) -> list[Document]:
        """Return the redacted texts under the same ids."""
        texts = zip(self.redacted.source.texts, self.redacted.texts, strict=True)
        return [Document(item.id, text) for item, text in texts]

    def values(self, label: str | None = None) -> dict[str, list[str]]:
        """Return what stands in the texts by label: gold spans where there are any, else what was found.

        Without `label`, all labels of direct identifiers.
        """
        grouped: dict[str, list[str]] = {}
        for text, spans in self._spans():
            for name, values in _labelled(text, spans, label).items():
                grouped.setdefault(name, []).extend(values)
        return grouped

    def mentioned(self) -> dict[str, dict[str, list[str]]]:
        """Return the same by text: what direct identifiers each mentions."""
        ids = [item.id for item in self.redacted.source.texts]
        return {name: _labelled(text, spans) for name, (text, spans) in zip(ids, self._spans(), strict=True)}

    def names(self) -> list[Mention]:
        """Return where people are named in the original texts."""
        ids = [item.id for item in self.redacted.source.texts]
        found = zip(ids, self._spans(), strict=True)
        return [Mention(name, start, end, kind) for name, (_, own) in found for start, end, kind in own if kind == NAME]

    def entities(self, label: str) -> dict[str, frozenset[str]]:
        """Return the entities of a label in each text; the last word of a name stands for the name."""
        ids = [item.id for item in self.redacted.source.texts]
        return {
            name: frozenset(normal_form(text[start:end]).split(" ")[-1] for start, end, kind in spans if kind == label)
            for name, (text, spans) in zip(ids, self._spans(), strict=True)
        }

    def _spans(self) -> Iterable[tuple[str, Spans]]:
        for item, found in zip(self.redacted.source.texts, self.redacted.findings, strict=True):
            if self.gold is not None:
                yield item.text, self.gold.get(item.id, ())
            else:
                yield item.text, tuple((f.start, f.end, f.label) for f in found)


def _labelled(text: str, spans: Spans, label: str | None = None) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for start, end, name in spans:
        if name == label or (label is None and kind_of(name) is Kind.DIRECT and name not in _UNSEARCHED):
            grouped.setdefault(name, []).append(text[start:end])
    return grouped


@dataclass(frozen=True, slots=True)
class SyntheticTable:
    """A synthetic table, the rows it was made from, and rows that were not, or why there are none.

    `marginals` are the sets of columns whose counts its maker measured, where that is known.
    """

    name: str
    train: pd.DataFrame = field(repr=False)
    holdout: pd.DataFrame | None = field(repr=False)
    frame: pd.DataFrame = field(repr=False)
    missing_holdout: str = ""
    marginals: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Making:
    """How a synthetic table was made, what its source has cost so far, and how near it comes."""

    model: Model
    total: Budget
    quality: Quality | None
    baseline: Quality | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A release that was made before, and whose each of its rows is."""

    frame: pd.DataFrame = field(repr=False)
    persons: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that may leave, by name, and earlier releases, by path. `disguised` left as surrogates."""

    tables: Mapping[str, RedactedTable]
    corpora: Mapping[str, CorpusMaterial]
    synthetic: SyntheticTable | None
    making: Making | None = None
    earlier: Mapping[str, Earlier] = field(default_factory=dict)
    cells: Mapping[str, CellTable] = field(default_factory=dict)
    models: Mapping[str, TrainedModel] = field(default_factory=dict)
    disguised: frozenset[str] = frozenset()

    @property
    def reports(self) -> list[Report]:
        """What was counted in every table and corpus."""
        return [*(t.report for t in self.tables.values()), *(c.redacted.report for c in self.corpora.values())]

    def kind_of(self, name: str) -> Thing:
        """Return what kind of thing is released under a name."""
        if self.synthetic is not None and name == self.synthetic.name:
            return "synthetic"
        if name in self.cells:
            return "aggregate"
        if name in self.models:
            return "model"
        return "corpus" if name in self.corpora else "table"

    def attributes(self, table: str, column: str, wanted: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return the wanted columns of a table by the value of `column`."""
        frame = self.tables[table].source.frame
        rows = zip(as_texts(frame[column]), *(as_texts(frame[name]) for name in wanted), strict=True)
        return {key: {n: v for n, v in zip(wanted, values, strict=True) if v} for key, *values in rows}


def identifying_values(table: RedactedTable) -> dict[str, list[str]]:
    """Return the direct identifiers of a table by label: what its plan calls so. Parts of a name are put together."""
    frame = table.source.frame
    grouped: dict[str, list[str]] = {}
    parts: list[list[str]] = []
    for step in table.report.plan:
        if not step.pii or step.label is None or step.label in _UNSEARCHED or kind_of(step.label) is not Kind.DIRECT:
            continue
        texts = as_texts(frame[step.column])
        if step.label == "PERSON" and _PART_OFNAME.intersection(header_words(step.column)):
            parts.append(texts)
        else:
            grouped.setdefault(step.label, []).extend(texts)
    if parts:
        grouped.setdefault("PERSON", []).extend(" ".join(filter(None, row)) for row in zip(*parts, strict=True))
    return {label: sorted({v for v in values if v.strip()}) for label, values in grouped.items()}


def known_identifiers(material: Material) -> dict[str, list[str]]:
    """Return every direct identifier that is known from the tables and the texts of a run, by label, each once."""
    groups = [identifying_values(table) for table in material.tables.values()]
    return merge_values([*groups, *(corpus.values() for corpus in material.corpora.values())])


def merge_values(groups: Iterable[Mapping[str, Iterable[str]]]) -> dict[str, list[str]]:
    """Put values of several origins together, each once."""
    merged: dict[str, set[str]] = {}
    for group in groups:
        for label, values in group.items():
            merged.setdefault(label, set()).update(values)
    return {label: sorted(values) for label, values in sorted(merged.items())}


def read_gold(path: Path, texts: Mapping[str, str]) -> dict[str, Spans]:
    """Read true spans: JSON lines `{"id", "spans": [[start, end, label], …]}`.

    Raises `FormatError` for a line that is none, a text that is not there, or a span beyond its text.
    """
    gold: dict[str, Spans] = {}
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            name = str(record["id"])
            spans = tuple((int(start), int(end), str(label)) for start, end, label in record["spans"])
        except (ValueError, KeyError, TypeError):
            raise FormatError(f"{path.name!r}, line {number}: no JSON object with `id` and `spans`") from None
        if name not in texts or any(not 0 <= start < end <= len(texts[name]) for start, end, _ in spans):
            raise FormatError(f"{path.name!r}, line {number}: no such text, or a span beyond it")
        gold[name] = spans
    return gold

"""The attacks as functions, for notebooks: texts or frames in, a Risk out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal, TypeAlias

import pandas as pd

from leakage.errors import ConfigurationError
from leakage.risk import Risk
from leakage.tables.inference import ColumnInference
from leakage.tables.records import RecordLinkage
from leakage.texts.attributes import AttributeInference
from leakage.texts.document import Document, documents
from leakage.texts.entities import EntityPresence, presence
from leakage.texts.linkage import DocumentLinkage
from leakage.texts.residue import ResidualIdentifiers

Data: TypeAlias = Sequence[Document] | pd.DataFrame
Texts: TypeAlias = Iterable[str | Document]


def attribute_inference(
    original: Data,
    released: Data,
    control: Data | None = None,
    *,
    attributes: Sequence[str] = (),
    useful: str | None = None,
    known: Sequence[str] = (),
    secret: str = "",
) -> Risk:
    """1−X: `AttributeInference` on documents, `ColumnInference` (with `known` and `secret`) on frames.

    >>> people = [Document(str(i), "tea please" if i % 2 else "a beer", attributes={"drinks": str(i % 2)})
    ...           for i in range(60)]
    >>> attribute_inference(people, people)
    Risk(1-X: 1.000 [0.940, 1.000], baseline 0.500, 60 attempts, OK)
    >>> hidden = [Document(str(i), "a drink") for i in range(60)]
    >>> attribute_inference(people, hidden).value < 0.7
    True
    """
    if isinstance(original, pd.DataFrame):
        return ColumnInference(known, secret).run(original, _frame(released), _frame_or_none(control))
    attack = AttributeInference(attributes, useful)
    return attack.run(original, _texts(released), None if control is None else _texts(control))


def entity_presence(
    original: Texts,
    released: Texts,
    entities: Mapping[str, AbstractSet[str]] | Sequence[AbstractSet[str]],
    control: Texts | None = None,
    *,
    top: int = 10,
) -> Risk:
    """1−F: `EntityPresence`; texts without ids are joined by position.

    `entities` maps ids to the keys of the entities in the original, or gives one set a document in order (then
    without a control).

    >>> texts = ["Ann spoke at the bank", "rain fell on the hills"] * 40
    >>> keys = [{"e1"} if "bank" in text else set() for text in texts]
    >>> entity_presence(texts, [text.replace("Ann", "[PERSON]") for text in texts], keys)
    Risk(1-F: 1.000 [0.912, 1.000], baseline 0.667, 80 attempts, OK)
    """
    before = documents(original)
    found = entities if isinstance(entities, Mapping) else presence(entities, before)
    return EntityPresence(found, top).run(before, documents(released), None if control is None else documents(control))


def linkage(
    original: Data,
    released: Data,
    control: Data | None = None,
    *,
    background: Sequence[Document] = (),
    known: Sequence[str] = (),
) -> Risk:
    """`DocumentLinkage` (with `background`) on documents, `RecordLinkage` (with `known`) on frames.

    >>> frame = pd.DataFrame({"zip": [f"{i:05d}" for i in range(50)], "sex": ["f", "m"] * 25})
    >>> linkage(frame, frame, known=["zip", "sex"])
    Risk(record linkage: 1.000 [0.929, 1.000], baseline 0.020, 50 attempts, OK)
    >>> linkage(frame, frame[["sex"]], known=["zip", "sex"]).value
    0.04
    """
    if isinstance(original, pd.DataFrame):
        return RecordLinkage(known).run(original, _frame(released), _frame_or_none(control))
    attack = DocumentLinkage(background)
    return attack.run(original, _texts(released), None if control is None else _texts(control))


def residue(
    original: Texts | pd.DataFrame,
    released: Texts | pd.DataFrame,
    values: Mapping[str, Iterable[str]],
    *,
    parts: Collection[str] = (),
    unit: Literal["value", "document"] = "value",
) -> Risk:
    """`ResidualIdentifiers`: how many of the known values still stand in the release.

    >>> names = [f"Ann Lee{i}" for i in range(40)]
    >>> texts = [f"{name} came." for name in names]
    >>> found = residue(texts, ["[PERSON] came."] * 39 + ["ANN  LEE39 came."], {"PERSON": names})
    >>> found.details["found PERSON"], found.details["searched PERSON"]
    (1.0, 40.0)
    """
    attack = ResidualIdentifiers(values, parts, unit)
    if isinstance(original, pd.DataFrame):
        return attack.run(original, _frame(released))
    return attack.run(documents(original), documents(_iterable(released)))


def _frame(data: object) -> pd.DataFrame:
    if not isinstance(data, pd.DataFrame):
        raise ConfigurationError("original and release must both be documents or both be frames")
    return data


def _frame_or_none(data: object) -> pd.DataFrame | None:
    return None if data is None else _frame(data)


def _texts(data: Data) -> Sequence[Document]:
    if isinstance(data, pd.DataFrame):
        raise ConfigurationError("original and release must both be documents or both be frames")
    return data


def _iterable(data: Texts | pd.DataFrame) -> Texts:
    if isinstance(data, pd.DataFrame):
        raise ConfigurationError("original and release must both be documents or both be frames")
    return data

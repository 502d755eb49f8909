"""Attack what is about to leave, and say how much still shows.

Every attack is a class with `run(original, released, control) -> Risk`; the functions are the same attacks for
notebooks. A Risk carries its interval, its baseline and its positive control, and is INVALID when it proves
nothing. Errors are drawn in `leakage.errors`.
"""

from leakage.attack import Attack
from leakage.attributes import AttributeInference
from leakage.control import Control
from leakage.document import Document, documents
from leakage.entities import EntityPresence
from leakage.errors import (
    ConfigurationError,
    DocumentError,
    EmptyInputError,
    IdentityError,
    LeakageError,
    OverlapError,
    SpanError,
    UnknownColumnError,
)
from leakage.inference import ColumnInference
from leakage.interval import Estimate, clopper_pearson, excess, ratio, wilson
from leakage.linkage import DocumentLinkage
from leakage.notebook import attribute_inference, entity_presence, linkage, residue
from leakage.records import RecordLinkage
from leakage.residue import ResidualIdentifiers
from leakage.risk import Risk
from leakage.spans import Hidden, Mention, hidden

__all__ = [
    "Attack",
    "AttributeInference",
    "ColumnInference",
    "ConfigurationError",
    "Control",
    "Document",
    "DocumentError",
    "DocumentLinkage",
    "EmptyInputError",
    "EntityPresence",
    "Estimate",
    "Hidden",
    "IdentityError",
    "LeakageError",
    "Mention",
    "OverlapError",
    "RecordLinkage",
    "ResidualIdentifiers",
    "Risk",
    "SpanError",
    "UnknownColumnError",
    "attribute_inference",
    "clopper_pearson",
    "documents",
    "entity_presence",
    "excess",
    "hidden",
    "linkage",
    "ratio",
    "residue",
    "wilson",
]

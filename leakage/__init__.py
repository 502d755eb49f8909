"""Attack what is about to leave, and say how much still shows.

Every attack is a class with `run(original, released, control) -> Risk`; the functions are the same attacks for
notebooks. What attacks a model or a mechanism takes that in place of the release. A Risk carries its interval, its
baseline and its positive control, and is INVALID when it proves nothing. Errors are drawn in `leakage.errors`.

`leakage.texts`, `leakage.tables`, `leakage.models` and `leakage.mechanisms` hold one attack a file.
"""

from leakage.attack import Attack
from leakage.control import Control
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
from leakage.interval import Estimate, clopper_pearson, excess, ratio, wilson
from leakage.mechanisms.canary import Rows, Template
from leakage.mechanisms.character_model import CharacterModel
from leakage.mechanisms.dp_audit import Claim
from leakage.mechanisms.exposure import Exposure
from leakage.mechanisms.nearness import Nearness
from leakage.mechanisms.one_run import OneRunAudit
from leakage.mechanisms.two_world import TwoWorldAudit
from leakage.mechanisms.worlds import Mechanism, Worlds
from leakage.models.inversion import ModelInversion
from leakage.models.model_membership import ModelMembership
from leakage.models.stored_rows import StoredRows
from leakage.notebook import attribute_inference, entity_presence, linkage, residue
from leakage.risk import Risk
from leakage.tables.aggregate import Aggregate
from leakage.tables.closeness import Closeness, closeness
from leakage.tables.copies import Copies
from leakage.tables.disclosure import RecordRisk
from leakage.tables.inference import ColumnInference
from leakage.tables.linkability import Linkability
from leakage.tables.membership import MembershipInference
from leakage.tables.reconstruction import Reconstruction
from leakage.tables.records import RecordLinkage
from leakage.tables.scoreboard import SparseLinkage
from leakage.tables.singling_out import SinglingOut
from leakage.tables.small_cells import SmallCells
from leakage.texts.attributes import AttributeInference
from leakage.texts.document import Document, documents
from leakage.texts.entities import EntityPresence
from leakage.texts.hashed import UnkeyedHashes
from leakage.texts.joins import TokenJoin
from leakage.texts.linkage import DocumentLinkage
from leakage.texts.mentions import Placed
from leakage.texts.names import MissedNames
from leakage.texts.quasi import ResidualQuasiIdentifiers
from leakage.texts.rescan import Rescan
from leakage.texts.residue import ResidualIdentifiers
from leakage.texts.spans import Hidden, Mention, hidden
from leakage.texts.surrogates import SurrogateTelling

__all__ = [
    "Aggregate",
    "Attack",
    "AttributeInference",
    "CharacterModel",
    "Claim",
    "Closeness",
    "ColumnInference",
    "ConfigurationError",
    "Control",
    "Copies",
    "Document",
    "DocumentError",
    "DocumentLinkage",
    "EmptyInputError",
    "EntityPresence",
    "Estimate",
    "Exposure",
    "Hidden",
    "IdentityError",
    "LeakageError",
    "Linkability",
    "Mechanism",
    "MembershipInference",
    "Mention",
    "MissedNames",
    "ModelInversion",
    "ModelMembership",
    "Nearness",
    "OneRunAudit",
    "OverlapError",
    "Placed",
    "Reconstruction",
    "RecordLinkage",
    "RecordRisk",
    "Rescan",
    "ResidualIdentifiers",
    "ResidualQuasiIdentifiers",
    "Risk",
    "Rows",
    "SinglingOut",
    "SmallCells",
    "SpanError",
    "SparseLinkage",
    "StoredRows",
    "SurrogateTelling",
    "Template",
    "TokenJoin",
    "TwoWorldAudit",
    "UnkeyedHashes",
    "UnknownColumnError",
    "Worlds",
    "attribute_inference",
    "clopper_pearson",
    "closeness",
    "documents",
    "entity_presence",
    "excess",
    "hidden",
    "linkage",
    "ratio",
    "residue",
    "wilson",
]

"""What a recipe says of each attack: what it is on, with which settings, and which limit it must keep."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Name = Annotated[str, Field(min_length=1)]


class _Attack(BaseModel):
    """What every attack of a recipe says: what it attacks, and, if not the profile's limit, which one and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: Name
    limit: Share | None = None
    reason: str = ""

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.limit is not None and not self.reason.strip():
            raise ValueError("a limit of one's own needs a reason")
        return self


class ResidueAttack(_Attack):
    """Search the release for known direct identifiers; `limit` bounds the share of values (documents) that survive."""

    kind: Literal["residue"] = "residue"
    unit: Literal["value", "document"] = "value"


class RescanAttack(_Attack):
    """Scan redacted texts or tables again, with rules that took no part in redacting them."""

    kind: Literal["rescan"] = "rescan"


class MissedNamesAttack(_Attack):
    """Look for words that look and stand like the names that were taken out, and were left."""

    kind: Literal["missed-names"] = "missed-names"


class AttributeAttack(_Attack):
    """1−X. On a corpus: `attributes` of the subject, from `table`. On the synthetic table: `secret` from `known`."""

    kind: Literal["attribute-inference"] = "attribute-inference"
    attributes: tuple[str, ...] = ()
    table: str | None = None
    known: tuple[str, ...] = ()
    secret: str | None = None


class EntityAttack(_Attack):
    """1−F: infer from the redacted texts which of the commonest people were named in them."""

    kind: Literal["entity-presence"] = "entity-presence"
    label: str = "PERSON"
    top: int = Field(default=10, ge=1)


class SurrogateAttack(_Attack):
    """Leave some mentions as they were in a copy of the release, and tell them from the surrogates around them."""

    kind: Literal["surrogates"] = "surrogates"
    label: str = "PERSON"


class LinkageAttack(_Attack):
    """On a corpus: find whose text it is, knowing another text of each person. On a table: find a row by `known`."""

    kind: Literal["linkage"] = "linkage"
    known: tuple[str, ...] = ()


class QuasiAttack(_Attack):
    """Count whom all fits that a text still says of its person; `table` are the people, `known` what is known."""

    kind: Literal["quasi-identifiers"] = "quasi-identifiers"
    table: str | None = None
    known: tuple[str, ...] = ()


class RecordRiskAttack(_Attack):
    """k, l, t and the mean and greatest risk of the rows of a redacted table, by the quasi-identifiers `known`."""

    kind: Literal["record-risk"] = "record-risk"
    known: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    population: int | None = Field(default=None, gt=0)


class SparseLinkageAttack(_Attack):
    """Find a person's events in a redacted table of events, one row an event, from a few events known of them."""

    kind: Literal["sparse-linkage"] = "sparse-linkage"
    person: Name
    item: Name
    value: str | None = None
    date: str | None = None


class HashAttack(_Attack):
    """Undo hashes: compute those of every known identifier by common functions, without a key, and look for them."""

    kind: Literal["hashes"] = "hashes"


class CellsAttack(_Attack):
    """Look for cells of few people, cells that one outweighs, and few people between two tables."""

    kind: Literal["cells"] = "cells"


class StoredRowsAttack(_Attack):
    """Search a model file for rows, and rare values, that it was trained on, and for estimators that keep rows."""

    kind: Literal["stored-rows"] = "stored-rows"


class InversionAttack(_Attack):
    """Ask a released classifier for people's `secret`, knowing all else of them."""

    kind: Literal["inversion"] = "inversion"
    secret: Name


class CanaryAttack(_Attack):
    """See how well a model knows what was planted in its training data, by the scores that it gives."""

    kind: Literal["canaries"] = "canaries"


class TokenAttack(_Attack):
    """Join a redacted table with an `earlier` release by equal tokens.

    `person` is the column that names the person in the original and in `earlier_original`, whose rows are those of
    `earlier` in the same order.
    """

    kind: Literal["joins"] = "joins"
    person: Name
    earlier: Name
    earlier_original: Name


class SinglingOutAttack(_Attack):
    """Single out original rows by predicates read off the synthetic table."""

    kind: Literal["singling-out"] = "singling-out"


class LinkabilityAttack(_Attack):
    """Join two halves of a person's columns by the synthetic table."""

    kind: Literal["linkability"] = "linkability"
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()


class MembershipAttack(_Attack):
    """Tell rows that went into the synthetic table, or trained a classifier, from others.

    `exposed`, for a table, is the share of rows attacked, the oddest; if not given, the smallest from 1 % on that
    leaves 2,000 hold-out rows.
    """

    kind: Literal["membership"] = "membership"
    exposed: Annotated[float, Field(gt=0.0, le=1.0)] | None = None


class CopiesAttack(_Attack):
    """Count original rows that stand in the synthetic table, beside held-out rows that do."""

    kind: Literal["copies"] = "copies"


class MechanismAttack(_Attack):
    """Audit the synthesizer: run it often on a toy table, with one row and without, and tell which is which."""

    kind: Literal["dp-audit"] = "dp-audit"
    runs: int = Field(default=2000, ge=100)


class ExposureAttack(_Attack):
    """Plant rows in a toy table, run the synthesizer on it, and see whether it gives them away."""

    kind: Literal["exposure"] = "exposure"


SyntheticAttack = (
    SinglingOutAttack | LinkabilityAttack | MembershipAttack | CopiesAttack | MechanismAttack | ExposureAttack
)

Attack = Annotated[
    ResidueAttack
    | RescanAttack
    | MissedNamesAttack
    | AttributeAttack
    | EntityAttack
    | SurrogateAttack
    | LinkageAttack
    | QuasiAttack
    | RecordRiskAttack
    | SparseLinkageAttack
    | HashAttack
    | TokenAttack
    | CellsAttack
    | StoredRowsAttack
    | InversionAttack
    | CanaryAttack
    | SyntheticAttack,
    Field(discriminator="kind"),
]

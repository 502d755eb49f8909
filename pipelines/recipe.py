"""A recipe: what goes in, what is done to it, which attacks it must stand, and at which thresholds it may leave.

Read from TOML, checked whole before anything runs; unknown keys are errors. `docs/recipe.md` describes each key.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from deid.errors import PolicyError
from deid.policy import Policy
from pipelines.errors import RecipeError, UsageError
from pipelines.tablefile import CELL_LIMIT, QUARANTINE_LIMIT, Reading

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
NotNegative = Annotated[float, Field(ge=0.0)]
Name = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KeySource(_Part):
    """Where the key for tokens comes from: a file, the environment, or made for this run and forgotten."""

    file: str | None = None
    source: Literal["file", "environment", "ephemeral"] = "environment"


class TableSource(_Part):
    """A table that is redacted and released."""

    path: Name


class CorpusSource(_Part):
    """Texts that are redacted and released.

    `index` is a table that says who each text is about (`document`, `subject` name its columns). `table` names a
    table of the recipe that has the `subject` column too: what its identifying columns say of a subject is looked for
    in the subject's texts. `gold` are JSON lines with the true spans: with them, the residue attack searches for every
    direct identifier that the texts are known to hold.
    """

    path: Name
    index: str | None = None
    document: str = "document"
    subject: str = "subject"
    table: str | None = None
    gold: str | None = None


class Synthesis(_Part):
    """A synthetic table. `holdout` is the share of rows kept from the synthesizer, as the control of attacks."""

    table: Name
    schema_file: str | None = Field(default=None, alias="schema")
    method: Literal["aim", "mst", "independent"] = "aim"
    epsilon: Positive
    delta: NotNegative
    rows: int | None = Field(default=None, gt=0)
    holdout: Share | None = None
    holdout_file: str | None = None
    ledger: str | None = None
    epsilon_limit: Positive | None = None
    baseline: bool = False
    target: str | None = None


class _Attack(_Part):
    """What every attack of a recipe says: what it attacks, what it may reach, and why that much."""

    on: Name
    limit: Share
    reason: Name


class ResidueAttack(_Attack):
    """Search the release for known direct identifiers; `limit` bounds the share of values (documents) that survive."""

    kind: Literal["residue"]
    unit: Literal["value", "document"] = "value"


class AttributeAttack(_Attack):
    """1−X. On a corpus: `attributes` of the subject, from `table`. On the synthetic table: `secret` from `known`."""

    kind: Literal["attribute-inference"]
    attributes: tuple[str, ...] = ()
    table: str | None = None
    known: tuple[str, ...] = ()
    secret: str | None = None


class EntityAttack(_Attack):
    """1−F: infer from the redacted texts which of the commonest people were named in them."""

    kind: Literal["entity-presence"]
    label: str = "PERSON"
    top: int = Field(default=10, ge=1)


class LinkageAttack(_Attack):
    """On a corpus: find whose text it is, knowing another text of each person. On a table: find a row by `known`."""

    kind: Literal["linkage"]
    known: tuple[str, ...] = ()


Attack = Annotated[ResidueAttack | AttributeAttack | EntityAttack | LinkageAttack, Field(discriminator="kind")]


class Waiver(_Part):
    """A check that is left out on purpose; the reason stands in the report."""

    check: Name
    reason: Name


class GateLimits(_Part):
    """Thresholds that do not belong to an attack, and checks that are waived with a reason."""

    epsilon: Positive | None = None
    delta: NotNegative | None = None
    withheld: int = Field(default=0, ge=0)
    waive: tuple[Waiver, ...] = ()


class ReadingOptions(_Part):
    """How the recipe's tables and texts are read."""

    encoding: str = "utf-8"
    delimiter: str | None = None
    cell_limit: int = Field(default=CELL_LIMIT, gt=0)
    quarantine_limit: Share = QUARANTINE_LIMIT


class Recipe(_Part):
    """A whole recipe. Paths are relative to the recipe's own folder (`folder`)."""

    schema_version: Literal[1]
    name: Name
    key: KeySource = KeySource()
    policy: str | dict[str, Any] = "standard"
    read: ReadingOptions = ReadingOptions()
    table: tuple[TableSource, ...] = ()
    corpus: tuple[CorpusSource, ...] = ()
    synthesis: Synthesis | None = None
    attack: tuple[Attack, ...] = ()
    gate: GateLimits = GateLimits()

    @model_validator(mode="after")
    def _something_to_release(self) -> Self:
        if not (self.table or self.corpus or self.synthesis):
            raise ValueError("names no table, no corpus and no synthesis")
        return self

    @property
    def ledger_name(self) -> str:
        """The path of the budget ledger."""
        return (self.synthesis.ledger if self.synthesis else None) or f"{self.name}.ledger.jsonl"

    @property
    def files(self) -> tuple[str, ...]:
        """Every path that it names, relative to its folder, except the policy's: none may give way to the output."""
        named = [self.key.file, *(source.path for source in self.table)]
        for corpus in self.corpus:
            named += [corpus.path, corpus.index, corpus.gold]
        if self.synthesis is not None:
            how = self.synthesis
            named += [how.table, how.schema_file, how.holdout_file, self.ledger_name]
        return tuple(path for path in named if path is not None)

    @property
    def reading(self) -> Reading:
        """How to read its files. Raises `RecipeError` where that makes no sense."""
        r = self.read
        delimiter = "\t" if r.delimiter == "tab" else r.delimiter
        try:
            return Reading(r.encoding, delimiter, r.cell_limit, r.quarantine_limit)
        except UsageError as error:
            raise RecipeError(f"read: {error}") from None

    def build_policy(self, folder: Path) -> Policy:
        """Return the policy: a preset, a file beside the recipe, or what the recipe itself says.

        Raises `RecipeError` where it cannot be used.
        """
        try:
            if isinstance(self.policy, dict):
                return Policy.from_mapping({"schema_version": 1, "name": self.name, **self.policy})
            file = folder / self.policy
            return Policy.load(file if file.is_file() else self.policy)
        except PolicyError as error:
            raise RecipeError(f"policy: {error}") from None


def read_recipe(path: Path) -> Recipe:
    """Read and check a recipe. Raises `RecipeError`, naming the key at fault, never a value."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"the recipe {path.name!r} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"the recipe {path.name!r} is not TOML: {error}") from None
    try:
        return Recipe.model_validate(given)
    except ValidationError as error:
        faults = [_fault(e["loc"], e["msg"]) for e in error.errors(include_input=False, include_url=False)]
        raise RecipeError(f"the recipe {path.name!r}: {faults[0]}") from None


def _fault(place: Sequence[int | str], message: str) -> str:
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in place) or "the whole"
    plain = "unknown key" if message.startswith("Extra inputs") else message.removeprefix("Value error, ")
    return f"{key}: {plain[0].lower()}{plain[1:]}"

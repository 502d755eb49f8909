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
from pipelines.attack import Attack, Name, Share, TokenAttack
from pipelines.compression import stem_of
from pipelines.errors import RecipeError, UsageError
from pipelines.profile import Profile
from pipelines.tablefile import CELL_LIMIT, QUARANTINE_LIMIT, Reading

Positive = Annotated[float, Field(gt=0.0)]
NotNegative = Annotated[float, Field(ge=0.0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KeySource(_Part):
    """Where the key for tokens comes from: a file, the environment, or made for this run and forgotten."""

    file: str | None = None
    source: Literal["file", "environment", "ephemeral"] = "environment"


class SealSource(_Part):
    """Where the key comes from that signs the attestation: a file; without one, TAMIS_SIGNING_KEY if it is set."""

    file: Name


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


class AggregateSource(_Part):
    """A table of counts, sums or means, one row a cell, that was made elsewhere and is released as it is.

    `table` are the rows that it was made from: a table of the recipe, or a file. `keys` are columns of both; `count`
    is its column of people; `values` names for each column of sums or means the column that it tells of. `person` is
    the column of the rows that names a person, where one may have several. `earlier` are such tables of the same rows
    that were released before.
    """

    path: Name
    table: Name
    keys: Annotated[tuple[Name, ...], Field(min_length=1)]
    count: Name
    values: dict[Name, Name] = {}
    person: str | None = None
    earlier: tuple[Name, ...] = ()


class ModelSource(_Part):
    """A model file that was made elsewhere and is released as it is.

    `table` are the rows that it was trained on: a table of the recipe, or a file; `features` its inputs among their
    columns, in its order. With `label`, the column that it tells, and `holdout`, rows like these that it was not
    trained on, a classifier in ONNX is asked too: who was a member, and what people's `secrets` are, which are
    features. `canaries` is a file of the scores (`score`, low for what a model finds likely) of what was planted in
    its training data (`planted`: yes) and of what might have been (no); `canary_bits` is log2 of how much might.
    """

    path: Name
    table: Name
    features: Annotated[tuple[Name, ...], Field(min_length=1)]
    label: Name | None = None
    holdout: Name | None = None
    secrets: tuple[Name, ...] = ()
    canaries: Name | None = None
    canary_bits: Positive | None = None

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if (self.label is None) != (self.holdout is None):
            raise ValueError("a model is asked where both `label` and `holdout` are named")
        if self.secrets and (self.label is None or not set(self.secrets) <= set(self.features)):
            raise ValueError("`secrets` are features, of a model with `label` and `holdout`")
        return self


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


class Waiver(_Part):
    """A check that is left out on purpose; the reason stands in the report."""

    check: Name
    reason: Name


class LimitOfOnesOwn(_Part):
    """A limit for one check in place of the profile's; the reason stands in the report."""

    check: Name
    limit: NotNegative
    reason: Name


class GateLimits(_Part):
    """The profile, thresholds in its place, and checks that are waived with a reason."""

    profile: Profile = "controlled"
    epsilon: Positive | None = None
    delta: NotNegative | None = None
    withheld: int = Field(default=0, ge=0)
    runs: int | None = Field(default=None, gt=0)
    limit: tuple[LimitOfOnesOwn, ...] = ()
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
    sign: SealSource | None = None
    policy: str | dict[str, Any] = "standard"
    read: ReadingOptions = ReadingOptions()
    table: tuple[TableSource, ...] = ()
    corpus: tuple[CorpusSource, ...] = ()
    aggregate: tuple[AggregateSource, ...] = ()
    model: tuple[ModelSource, ...] = ()
    synthesis: Synthesis | None = None
    attack: tuple[Attack, ...] = ()
    gate: GateLimits = GateLimits()

    @model_validator(mode="after")
    def _something_to_release(self) -> Self:
        if not (self.table or self.corpus or self.synthesis or self.aggregate or self.model):
            raise ValueError("names no table, no corpus, no synthesis, no aggregate and no model")
        if any("\0" in path for path in self.files):
            raise ValueError("a path has a NUL character")
        return self

    @property
    def ledger(self) -> str | None:
        """The path of the budget ledger, where it names one."""
        return self.synthesis.ledger if self.synthesis else None

    @property
    def sources(self) -> tuple[str, ...]:
        """The paths of the private data it reads, that of the synthesis first."""
        named = {stem_of(Path(source.path)): source.path for source in self.table}
        synthesised = [named.get(self.synthesis.table, self.synthesis.table)] if self.synthesis else []
        redacted = [source.path for source in self.table] + [source.path for source in self.corpus]
        behind = [source.table for source in self.aggregate] + [source.table for source in self.model]
        used = [named.get(table, table) for table in behind]
        return tuple(dict.fromkeys([*synthesised, *redacted, *used]))

    @property
    def files(self) -> tuple[str, ...]:
        """Every path that it names, relative to its folder, except the policy's: none may give way to the output."""
        named = [self.key.file, self.sign.file if self.sign else None, self.ledger]
        named += [source.path for source in self.table]
        for corpus in self.corpus:
            named += [corpus.path, corpus.index, corpus.gold]
        for cells in self.aggregate:
            named += [cells.path, cells.table, *cells.earlier]
        for model in self.model:
            named += [model.path, model.table, model.holdout, model.canaries]
        for attack in self.attack:
            if isinstance(attack, TokenAttack):
                named += [attack.earlier, attack.earlier_original]
        if self.synthesis is not None:
            how = self.synthesis
            named += [how.table, how.schema_file, how.holdout_file]
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
    except (ValueError, RecursionError):
        raise RecipeError(f"the recipe {path.name!r} is not TOML: too deep, or a number that is too long") from None
    try:
        return Recipe.model_validate(given)
    except ValidationError as error:
        faults = [_fault(e["loc"], e["msg"]) for e in error.errors(include_input=False, include_url=False)]
        raise RecipeError(f"the recipe {path.name!r}: {faults[0]}") from None


def _fault(place: Sequence[int | str], message: str) -> str:
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in place) or "the whole"
    plain = "unknown key" if message.startswith("Extra inputs") else message.removeprefix("Value error, ")
    return f"{key}: {plain[0].lower()}{plain[1:]}"

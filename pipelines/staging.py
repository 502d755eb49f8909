"""Read all that a recipe names before anything is done: what cannot be read stops the run while it has cost nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from deid.keys import Key
from deid.tables.table import as_texts
from pipelines.attack import (
    Attack,
    AttributeAttack,
    CanaryAttack,
    InversionAttack,
    MembershipAttack,
    QuasiAttack,
    TokenAttack,
)
from pipelines.cells import CellTable, read_cells
from pipelines.compression import stem_of
from pipelines.corpus import Corpus, read_corpus
from pipelines.errors import RecipeError
from pipelines.material import Earlier, Spans, read_gold
from pipelines.models import TrainedModel, read_models
from pipelines.profile import RULES, Thing, rules_of
from pipelines.recipe import CorpusSource, KeySource, Recipe, Synthesis
from pipelines.tablefile import Table, read_table
from synth import Schema


@dataclass(frozen=True, slots=True)
class StagedCorpus:
    """Texts as they were read, where from, whose they are, and their true spans where these are known."""

    path: Path
    corpus: Corpus
    source: CorpusSource
    subjects: Mapping[str, str] = field(repr=False)
    gold: Mapping[str, Spans] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class StagedTable:
    """A table to synthesise, released itself or not, its public schema, and rows held out in a file of their own."""

    table: Table
    schema: Schema | None
    holdout: pd.DataFrame | None = field(repr=False)

    @property
    def name(self) -> str:
        """What the synthetic table is called: by attacks, in the report, and as a file."""
        return f"{self.table.name}.synthetic"


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that a run reads."""

    tables: Mapping[str, Table]
    corpora: Mapping[str, StagedCorpus]
    synthesis: StagedTable | None
    earlier: Mapping[str, Earlier] = field(default_factory=dict)
    cells: Mapping[str, CellTable] = field(default_factory=dict)
    models: Mapping[str, TrainedModel] = field(default_factory=dict)

    @property
    def things(self) -> Mapping[str, Thing]:
        """What kind of thing is released under each name."""
        found: dict[str, Thing] = dict.fromkeys(self.tables, "table")
        found |= dict.fromkeys(self.corpora, "corpus")
        found |= dict.fromkeys(self.cells, "aggregate")
        found |= dict.fromkeys(self.models, "model")
        return found if self.synthesis is None else found | {self.synthesis.name: "synthetic"}


def read_stage(recipe: Recipe, folder: Path) -> Stage:
    """Read the recipe's inputs, all relative to `folder`.

    Raises `RecipeError` where names clash, an index lacks its columns or an attack cannot be run on what there is, and
    the readers' own errors. Nothing is spent before all of this is known.
    """
    _check_names(recipe)
    tables = {t.name: t for t in (read_table(folder / source.path, recipe.reading) for source in recipe.table)}
    corpora = {stem_of(Path(source.path)): _corpus(source, recipe, folder) for source in recipe.corpus}
    how = recipe.synthesis
    earlier = {a.earlier: _earlier(a, recipe, folder) for a in recipe.attack if isinstance(a, TokenAttack)}
    modelled = _modelled(how, tables, recipe, folder) if how is not None else None
    cells = read_cells(recipe.aggregate, tables, folder, recipe.reading)
    models = read_models(recipe.model, tables, folder, recipe.reading)
    stage = Stage(tables, corpora, modelled, earlier, cells, models)
    for number, attack in enumerate(recipe.attack, 1):
        try:
            _check_attack(attack, stage)
        except RecipeError as error:
            raise RecipeError(f"attack.{number}: {error}") from None
    return stage


def _check_names(recipe: Recipe) -> None:
    redacted = [s.path for s in recipe.table] + [s.path for s in recipe.corpus]
    as_they_are = [s.path for s in recipe.aggregate] + [s.path for s in recipe.model]
    paths = [Path(path) for path in (*redacted, *as_they_are)]
    names = [stem_of(path) for path in paths]
    if recipe.synthesis is not None:
        names.append(f"{stem_of(Path(recipe.synthesis.table))}.synthetic")
    nameless = [path for path in paths if path.name in {"", ".."}]
    if nameless:
        raise RecipeError(f"what is released needs a name; {str(nameless[0])!r} is none")
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise RecipeError(f"two things that are released are called {twice[0]!r}; give one file another name")


def _check_attack(attack: Attack, stage: Stage) -> None:
    thing = stage.things.get(attack.on)
    if thing is None:
        raise RecipeError(f"nothing that is released is called {attack.on!r}; known: {', '.join(stage.things)}")
    if not rules_of(attack.kind, thing):
        able = sorted({what for rule in RULES if rule.kind == attack.kind for what in rule.things})
        raise RecipeError(f"{attack.kind} is an attack on a {' or '.join(able)}; {attack.on!r} is a {thing}")
    match attack:
        case AttributeAttack() if thing == "synthetic" and attack.secret is None:
            raise RecipeError("attribute-inference on a synthetic table needs `known` and `secret`")
        case TokenAttack() if attack.person not in stage.tables[attack.on].frame.columns:
            raise RecipeError(f"joins: table {attack.on!r} has no column {attack.person!r}")
        case AttributeAttack() if thing == "corpus":
            _check_known(attack.kind, attack.table, attack.attributes, stage, attack.on)
        case InversionAttack() | MembershipAttack() | CanaryAttack() if thing == "model":
            _check_model(attack, stage.models[attack.on])
        case QuasiAttack():
            _check_known(attack.kind, attack.table, attack.known, stage, attack.on)
        case _:
            pass


def _check_model(attack: InversionAttack | MembershipAttack | CanaryAttack, model: TrainedModel) -> None:
    """Check that the recipe says of a model what an attack takes from it."""
    if isinstance(attack, CanaryAttack):
        if model.canaries is None:
            raise RecipeError("canaries: the model names no file of `canaries`")
    elif model.asked is None:
        raise RecipeError(f"{attack.kind} of a model needs an ONNX file, its `label` and a `holdout`")
    elif isinstance(attack, InversionAttack) and attack.secret not in model.source.features:
        raise RecipeError(f"inversion: {attack.secret!r} is none of the model's features")


def _check_known(kind: str, table: str | None, columns: Sequence[str], stage: Stage, corpus: str) -> None:
    """Check that a table says of the subjects of a corpus what an attack takes from it."""
    if table is None or not columns:
        named = "`known`" if kind == "quasi-identifiers" else "`attributes`"
        raise RecipeError(f"{kind} on a corpus needs {named} and `table`")
    if table not in stage.tables:
        raise RecipeError(f"no table is called {table!r}")
    for column in (stage.corpora[corpus].source.subject, *columns):
        if column not in stage.tables[table].frame.columns:
            raise RecipeError(f"table {table!r} has no column {column!r}")


def read_key(source: KeySource, folder: Path) -> Key:
    """Read or make the key. Raises `RecipeError` where there is none and `KeyFileError` where it cannot be used."""
    if source.file is not None:
        return Key.from_file(folder / source.file)
    if source.source == "file":
        raise RecipeError('key: `source = "file"` needs `file`')
    key = Key.ephemeral() if source.source == "ephemeral" else Key.from_environment()
    if key is None:
        raise RecipeError("key: the policy works with a key, but the recipe names no key file and TAMIS_KEY is not set")
    return key


def _modelled(how: Synthesis, tables: Mapping[str, Table], recipe: Recipe, folder: Path) -> StagedTable:
    table = tables[how.table] if how.table in tables else read_table(folder / how.table, recipe.reading)
    if how.target is not None and how.target not in table.frame.columns:
        raise RecipeError(f"synthesis: table {table.name!r} has no column {how.target!r} to be the target")
    schema = Schema.from_toml(folder / how.schema_file) if how.schema_file is not None else None
    if schema is not None:
        schema.check(tuple(table.frame.columns))
    holdout = folder / how.holdout_file if how.holdout_file is not None else None
    rest = read_table(holdout, recipe.reading).frame if holdout is not None and holdout.exists() else None
    return StagedTable(table, schema, rest)


def _earlier(attack: TokenAttack, recipe: Recipe, folder: Path) -> Earlier:
    release, original = (
        read_table(folder / path, recipe.reading).frame for path in (attack.earlier, attack.earlier_original)
    )
    if len(release) != len(original) or attack.person not in original.columns:
        raise RecipeError(f"joins: {attack.earlier_original!r} needs a column {attack.person!r} and the release's rows")
    return Earlier(release, tuple(as_texts(original[attack.person])))


def _corpus(source: CorpusSource, recipe: Recipe, folder: Path) -> StagedCorpus:
    path = folder / source.path
    corpus = read_corpus(path, recipe.reading.encoding)
    subjects = _subjects(source, folder / source.index, recipe) if source.index is not None else {}
    texts = {item.id: item.text for item in corpus.texts}
    gold = read_gold(folder / source.gold, texts) if source.gold is not None else None
    return StagedCorpus(path, corpus, source, subjects, gold)


def _subjects(source: CorpusSource, path: Path, recipe: Recipe) -> dict[str, str]:
    index = read_table(path, recipe.reading).frame
    for column in (source.document, source.subject):
        if column not in index.columns:
            raise RecipeError(f"corpus: the index {path.name!r} has no column {column!r}")
    return dict(zip(as_texts(index[source.document]), as_texts(index[source.subject]), strict=True))

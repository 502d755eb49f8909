"""What came of a redaction: every file under the name that it leaves by, and the record of all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from deid.keys import Key
from deid.redacted import Report
from deid.surrogates import Scene
from deid.tables.relations import Relation, check_relation
from pipelines.books.book import Released
from pipelines.compression import stem_of
from pipelines.corpus import write_corpus
from pipelines.engine import Engine
from pipelines.formula import Formulas
from pipelines.intake import Intake, named_tables
from pipelines.naming import released_ids, released_paths
from pipelines.redaction import (
    DraftedCorpus,
    DraftedTable,
    RedactedCorpus,
    RedactedTable,
    draft_corpus,
    draft_one_table,
    headed,
    plot_of,
    redact_corpus,
    redact_one_table,
    with_ids,
)
from pipelines.report.record import redaction_record, summarise, suppress, table_record
from pipelines.tablefile import Table


@dataclass(frozen=True, slots=True)
class Outcome:
    """The tables of each book with the titles that they leave by, the texts, what joins, and each file's new path."""

    intake: Intake = field(repr=False)
    tables: Mapping[Path, Mapping[str, RedactedTable]]
    texts: RedactedCorpus | None
    lines: Mapping[Path, RedactedCorpus]
    paths: Mapping[Path, Path] = field(repr=False)
    relations: tuple[Relation, ...]

    def write(self, source: Path, target: Path, formulas: Formulas | None = None) -> None:
        """Write everything: a folder of the same structure, or one file; `formulas` marks and counts those of CSV."""
        marks = formulas or Formulas()
        for path, tables in self.tables.items():
            released = [Released(t.released.frame, title, t.places, marks) for title, t in tables.items()]
            self.intake.books[path].write(released, self._place(source, target, path))
        for path, corpus in self.lines.items():
            write_corpus(path, corpus.source, corpus.released, self._place(source, target, path))
        if self.texts is not None:
            write_corpus(source, self.texts.source, self.texts.released, target)

    def reports(self) -> list[Report]:
        """Return the reports of all."""
        tables = [one.report for several in self.tables.values() for one in several.values()]
        texts = [self.texts.report] if self.texts is not None else []
        return [*tables, *(one.report for one in self.lines.values()), *texts]

    def origins(self) -> dict[str, str]:
        """Return for the path of each released file that of its source; empty ones where the source is a file."""
        if not self.intake.folder:
            return {"": ""}
        return {after.as_posix(): before.as_posix() for before, after in self.paths.items()}

    def quarantined(self) -> Iterator[tuple[Table, Path]]:
        """Return the tables some rows of which were put aside, and the paths that they leave by."""
        for path, tables in self.tables.items():
            yield from ((one.source, self.paths[path]) for one in tables.values() if one.source.quarantined)

    def notes(self) -> Iterator[str]:
        """Say of each file what was not looked into and stays behind, and which joins are lost."""
        yield from left_out_notes(self._left_out())
        yield from lost_notes(self.relations)

    def record(self) -> dict[str, object]:
        """Return the counts of all as JSON-able values, files under their new names, small counts suppressed."""
        lines = {self.paths[path].as_posix(): summarise(one.report) for path, one in self.lines.items()}
        texts = summarise(self.texts.report) if self.texts is not None else None
        tables = {
            self._name(path, title): table_record(one.report, len(one.source.quarantined))
            for path, several in self.tables.items()
            for title, one in several.items()
        }
        left_out = {name: suppress(counts) for name, counts in self._left_out().items()}
        return redaction_record(
            tables,
            texts=texts if self.intake.folder or not lines else next(iter(lines.values())),
            lines=lines if self.intake.folder else {},
            relations=[relation.to_dict() for relation in self.relations],
            not_looked_into=left_out,
            withheld=self.intake.withheld,
            left_out=self.intake.left_out,
        )

    def _left_out(self) -> dict[str, dict[str, int]]:
        counted = {path: book.left_out for path, book in self.intake.books.items()}
        bodies = self.texts.source.texts if self.texts is not None else ()
        counted |= {Path(item.id): item.body.left_out for item in bodies if item.body is not None}
        some = {self.paths[path]: {what: n for what, n in counts.items() if n} for path, counts in counted.items()}
        return {path.as_posix(): counts for path, counts in some.items() if counts}

    def _place(self, source: Path, target: Path, path: Path) -> Path:
        place = target / self.paths[path] if source.is_dir() else target
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def _name(self, path: Path, title: str) -> str:
        return _name_in(self.intake, path, title, self.paths)


@dataclass(frozen=True, slots=True)
class Drafted:
    """All that was read and looked through, and of which nothing is written yet."""

    intake: Intake = field(repr=False)
    engine: Engine = field(repr=False)
    tables: Mapping[str, DraftedTable] = field(repr=False)
    lines: Mapping[Path, DraftedCorpus] = field(repr=False)
    texts: DraftedCorpus | None = field(repr=False)
    relations: tuple[Relation, ...] = ()

    @property
    def drafts(self) -> list[DraftedTable | DraftedCorpus]:
        """The drafts in the order in which they are written."""
        return [*self.tables.values(), *self.lines.values(), *([self.texts] if self.texts else [])]

    def write(self, key: Key | None, scene: Scene) -> Outcome:
        """Redact all: tables together, texts one by one, names last, by what the texts told of them."""
        intake, engine = self.intake, self.engine
        done = {name: redact_one_table(draft, key, scene) for name, draft in self.tables.items()}
        relations = self._checked(done)
        lines = {path: with_ids(redact_corpus(draft, key, scene), engine, key) for path, draft in self.lines.items()}
        texts = redact_corpus(self.texts, key, scene) if self.texts else None
        files = {**dict.fromkeys((*intake.books, *lines)), **(texts.files() if texts else {})}
        paths = released_paths(files, engine, key)
        if texts is not None:
            texts = replace(texts, ids=tuple(paths[path].as_posix() for path in texts.files()))
        titled: dict[Path, dict[str, RedactedTable]] = {}
        names: dict[str, str] = {}
        homes = named_tables(intake.books)
        for path, book in intake.books.items():
            titles = released_ids([table.name for table in book.tables], [None] * len(book.tables), engine, key)
            mine = [name for name, (home, _) in homes.items() if home == path]
            titled[path] = dict(zip(titles, (done[name] for name in mine), strict=True))
            names |= {name: _name_in(intake, path, one, paths) for name, one in zip(mine, titles, strict=True)}
        told = tuple(relation.renamed(names) for relation in relations)
        return Outcome(intake, titled, texts, lines, paths, told)

    def _checked(self, done: Mapping[str, RedactedTable]) -> tuple[Relation, ...]:
        before = {name: drafted.draft.frame for name, drafted in self.tables.items()}
        after = {name: one.released.frame for name, one in done.items()}
        return tuple(check_relation(relation, before, after) for relation in self.relations)


def draft_intake(intake: Intake, engine: Engine, key: Key | None, title: str) -> Drafted:
    """Plan and look through all that was read."""
    used = engine.policy.working_key(key)
    for book in intake.books.values():
        book.check(engine)
    tables = named_tables(intake.books)
    shown = {name: headed(table, engine, used) for name, (_, table) in tables.items()}
    plot = plot_of(shown, engine)
    drafts: dict[str, DraftedTable] = {}
    for name, (path, table) in tables.items():
        ties = intake.books[path].ties(plot.plans[name], engine, plot.ties[name])
        drafts[name] = draft_one_table(table, shown[name], engine, plot.plans[name], ties)
    lines = {path: draft_corpus(corpus, engine, title) for path, corpus in intake.lines.items()}
    texts = draft_corpus(intake.texts, engine, title) if intake.texts else None
    return Drafted(intake, engine, drafts, lines, texts, tuple(plot.relations))


def left_out_notes(counts: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """Say of each file how many things of each kind in it were not looked into, and do not leave."""
    for name, found in counts.items():
        if found:
            yield f"{name}: {', '.join(f'{count} {what}' for what, count in found.items())} left out"


def lost_notes(relations: Sequence[Relation]) -> Iterator[str]:
    """Say how many joins are lost, if any is."""
    lost = [relation for relation in relations if not relation.held]
    if lost:
        example = f"{'.'.join(lost[0].column)} with {'.'.join(lost[0].key)}"
        yield f"{len(lost)} joins between tables do not hold any more ({example}); the report names them"


def name_of(path: Path, title: str, *, several: bool, folder: bool) -> str:
    """Return what a report calls a table by where it leaves: its file in a folder, its title, or both.

    >>> name_of(Path("a.xlsx"), "x", several=True, folder=False), name_of(Path("a.csv"), "", several=False, folder=True)
    ('x', 'a.csv')
    """
    if not folder:
        return title if several else stem_of(path)
    return f"{path.as_posix()}#{title}" if several else path.as_posix()


def _name_in(intake: Intake, path: Path, title: str, paths: Mapping[Path, Path]) -> str:
    return name_of(paths[path], title, several=len(intake.books[path].tables) > 1, folder=intake.folder)

"""What came of a folder that was redacted in shards: every file by the name that it leaves by, the record of all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from deid.keys import Key
from deid.redacted import Report
from deid.scanner import Scanner
from deid.tables.relations import Relation
from pipelines.formula import Formulas
from pipelines.intake import notes_of
from pipelines.outcome import left_out_notes, lost_notes, name_of
from pipelines.report.record import redaction_record, summarise, suppress
from pipelines.shards.binding import Binding
from pipelines.shards.course import Course
from pipelines.shards.gathering import Gathered
from pipelines.shards.joined import Joined
from pipelines.shards.large import Sharded
from pipelines.shards.largerows import aside_note
from pipelines.shards.listing import Listing
from pipelines.shards.manifest import Part, Staging
from pipelines.shards.stage import Bay

LeftOut = Mapping[Path, Mapping[str, int]]
"""What of each document was not looked into."""


@dataclass(frozen=True, slots=True)
class Emptied:
    """A folder whose shards are all done, the tables in it by name, and the path that each file leaves by.

    `titles` are those that tables leave by.
    """

    listing: Listing
    binding: Binding
    gathered: Gathered
    paths: Mapping[Path, Path] = field(repr=False)
    titles: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, listing: Listing, course: Course, joined: Joined, scanner: Scanner, key: Key | None) -> "Emptied":
        """Look through what was done."""
        gathered = Gathered.of(joined.folder, course.of(course.staging.members[-1]).parts)
        paths = gathered.paths(list(listing.spots.files), scanner, key)
        binding = Binding(course, joined, scanner, key, listing.spots.shelf)
        return cls(listing, binding, gathered, paths, binding.titles(listing.spots.tables))

    def write(self, target: Path) -> tuple[Formulas, LeftOut]:
        """Write all files; return the formulas in them, and what was not looked into in each document."""
        formulas, left_out = Formulas(), dict[Path, Mapping[str, int]]()
        for path, names in self.listing.spots.files.items():
            place = target / self.paths[path]
            place.parent.mkdir(parents=True, exist_ok=True)
            titles = {name: self.titles[name] for name in names}
            bound = self.binding.write(self.listing.source / path, titles, place)
            formulas, left_out[path] = formulas.plus(bound.formulas), bound.left_out
        for path in self.gathered.lines:
            self.gathered.write_lines(path, target / self.paths[path])
        return formulas, {**left_out, **self.gathered.write_files(self.listing.items, self.paths, target)}

    def sharded(self, relations: Sequence[Relation], left_out: LeftOut, formulas: Formulas) -> Sharded:
        """Return the record of all, under the names that leave, small counts suppressed, and what is to be said."""
        counted = {self._name(path): {k: n for k, n in counts.items() if n} for path, counts in left_out.items()}
        behind = {name: counts for name, counts in counted.items() if counts}
        called, listed = self._called(), self.listing.items.listed
        told = [relation.renamed(called) for relation in relations]
        texts = self._report(self.gathered.texts)
        record = redaction_record(
            self.binding.records(called),
            texts=summarise(texts) if self.gathered.texts else None,
            lines={self._name(path): summarise(self._report(parts)) for path, parts in self.gathered.lines.items()},
            relations=[relation.to_dict() for relation in told],
            not_looked_into={name: suppress(counts) for name, counts in behind.items()},
            withheld=(withheld := len(listed.texts) - texts.items),
            left_out=listed.left_out,
        )
        aside = list(self._aside())
        notes = [*notes_of(listed.left_out, withheld), *left_out_notes(behind), *lost_notes(told)]
        notes += [aside_note(path.name, one.aside, one.lines) for path, one, _ in aside]
        files = {path: place for path, _, place in aside}
        report = self._report(self.binding.course.parts)
        return Sharded(record, report, tuple(notes), formulas, files, self._origins())

    def _origins(self) -> dict[str, str]:
        return {path.as_posix(): source.as_posix() for source, path in self.paths.items()}

    def _report(self, parts: Sequence[Part]) -> Report:
        return replace(self.binding.course, parts=tuple(parts)).report(self.binding.scanner.policy, self.binding.key)

    def _name(self, path: Path) -> str:
        return self.paths[path].as_posix()

    def _called(self) -> dict[str, str]:
        """Return what the report calls each table."""
        return {
            name: name_of(self.paths[path], self.titles[name], several=len(names) > 1, folder=True)
            for path, names in self.listing.spots.files.items()
            for name in names
        }

    def _aside(self) -> Iterator[tuple[Path, Staging, Path]]:
        """Give the new path of each table of which rows were put aside, its staging, and where they are."""
        bay = Bay(self.binding.joined.folder)
        for name, staging in self.binding.joined.stagings.items():
            if staging.aside:
                path = self.listing.spots.tables[name].path
                yield self.paths[path], staging, bay.aside(path)
            bay = bay.after(staging)

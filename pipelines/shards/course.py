"""The course of a run in shards: staged once, redacted by an engine, noted part by part; nothing is done twice."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

from deid.keys import Key
from deid.policy import Policy
from deid.redacted import Report, summed
from deid.tables.columns import ColumnPlan
from pipelines.durable import sha256_of
from pipelines.engines.seam import Engine
from pipelines.progress import timed
from pipelines.shards.large import Run
from pipelines.shards.manifest import Counts, Manifest, Part, Shard, Staging
from pipelines.shards.rehearsed import RehearsalWork, cast_shards
from pipelines.shards.work import Work


@dataclass(frozen=True, slots=True)
class Course:
    """How a file was staged, and what came of each of its shards, in order."""

    staging: Staging
    parts: tuple[Part, ...]

    @classmethod
    def run(
        cls,
        run: Run,
        policy: Policy,
        stage: Callable[[], Staging],
        work_of: Callable[[Staging], Work],
        engine: Engine,
    ) -> "Course":
        """Stage a file in the run's folder and redact its shards, but for what the same run has done there.

        Where there are surrogates, the shards are rehearsed first. What was staged goes as soon as it is done; it stays
        where tables refer to others, to be compared at the end. Raises what `stage` and the engine raise.
        """
        folder, manifest = run.folder, Manifest.of(run.folder, run.fingerprint)
        staging = manifest.staging
        left = [] if staging is None else [shard for shard in staging.every() if not manifest.has(shard, folder)]
        open_cast = staging is not None and policy.casts and not staging.cast
        needed = left if staging is None or not (staging.relations or open_cast) else staging.every()
        if staging is None or any(sha256_of(folder / shard.staged) != shard.sha256 for shard in needed):
            staging = stage()
            manifest.stage(staging)
            left = list(staging.every())
        work = work_of(staging)
        if policy.casts and not staging.cast:
            with closing(_redact(RehearsalWork.of(work), left, engine)) as rehearsed:
                for part in rehearsed:
                    manifest.finish(part)
            staging = cast_shards(work, staging, run)
            manifest.stage(staging)
            left = list(staging.every())
        shards = staging.every()
        with closing(_redact(work, left, engine)) as done:  # at once, also where this stops on the way
            for part in done:
                manifest.finish(part)
                if not staging.relations:
                    (folder / shards[part.number].staged).unlink()
        return cls(staging, tuple(manifest.parts[shard.number] for shard in shards))

    def of(self, staging: Staging) -> "Course":
        """Return the course of one member."""
        return Course(staging, tuple(self.parts[shard.number] for shard in staging.shards))

    def report(self, policy: Policy, key: Key | None, plan: tuple[ColumnPlan, ...] = ()) -> Report:
        """Add up what was counted in the parts."""
        return report_of([part.counts for part in self.parts], policy, key, plan)


def report_of(counts: Sequence[Counts], policy: Policy, key: Key | None, plan: tuple[ColumnPlan, ...] = ()) -> Report:
    """Add up what was counted in pieces."""
    return Report(
        sum(one.rows for one in counts),
        summed(one.labels for one in counts),
        sum(one.withheld for one in counts),
        policy.name,
        key.id if key else None,
        plan,
        summed(one.unnamed for one in counts),
        summed(one.failed for one in counts),
        pseudonyms=policy.pseudonymises,
    )


def _redact(work: Work, shards: Sequence[Shard], engine: Engine) -> Generator[Part]:
    """Redact shards, with a bar on the terminal."""
    rows = {shard.number: shard.rows for shard in shards}
    with timed(f"{work.task} {work.title}", sum(rows.values())) as moving:
        for part in engine.map_shards(work, shards):
            yield part
            moving.advance(rows[part.number])

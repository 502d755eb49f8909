"""The seam between what is to be done and who does it."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from pipelines.shards.manifest import Part, Shard
from pipelines.shards.work import Work
from synth.encode import Codes
from synth.marginal import Counter


class Engine(Protocol):
    """Whoever does the work on a table: the same bytes and the same counts, whoever it is."""

    def map_shards(self, work: Work, shards: Sequence[Shard]) -> Iterator[Part]:
        """Redact staged shards and give each part when its file is there, in any order."""
        ...

    def tabulate(self, codes: Codes) -> Counter:
        """Take the codes of a table in, and give who counts their rows by any columns, exactly."""
        ...

"""The tables of a file or folder as what can be redacted in shards."""

from collections.abc import Mapping

from deid.keys import Key
from deid.policy import Policy
from pipelines.shards.largerecords import LargeRecords
from pipelines.shards.largerows import LargeRows
from pipelines.shards.largesheet import LargeSheet
from pipelines.shards.largetable import LargeTable
from pipelines.shards.spots import Spot, Spots
from pipelines.tablefile import Reading


def members_of(
    spots: Spots, policy: Policy, key: Key | None, reading: Reading, *, excel_safe: bool
) -> Mapping[str, LargeRows]:
    """Return the rows of all tables, by name."""

    def rows_at(name: str, spot: Spot) -> LargeRows:
        place = spots.place(spot.path)
        if spot.sheet is not None:
            return LargeSheet(place, policy, key, spot.title, spot.sheet, spots.shelf, alias=name)
        if spot.path in spots.records:
            return LargeRecords(place, policy, key, reading.encoding, alias=name)
        return LargeTable(place, policy, key, reading, excel_safe, alias=name)

    return {name: rows_at(name, spot) for name, spot in spots.tables.items()}

"""What a text lies in: it is given back with the text changed, or is left behind."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from deid.changes import Change


class Body(Protocol):
    """A document around a text. `suffix` is that of what is written; `left_out` counts what was not looked into."""

    @property
    def text(self) -> str:
        """All that is written in it."""
        ...

    @property
    def suffix(self) -> str:
        """The suffix of the file that leaves."""
        ...

    @property
    def left_out(self) -> Mapping[str, int]:
        """How many things of each kind were not looked into, and do not leave."""
        ...

    def write(self, changes: Sequence[Change], target: Path) -> None:
        """Write the document with its text changed."""
        ...

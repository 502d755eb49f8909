"""A hostile input: what makes it, and how a command that reads it ends."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

CANARY = "zaqcanaryxu"
"""A word that stands in the cells and texts of every hostile file, and may stand nowhere else afterwards."""

FINE = "fine"
EITHER = "either"


@dataclass(frozen=True)
class Case:
    """A hostile input of a kind. `make` lays it into a folder and returns its path.

    `ends` is FINE, the code of the error, or EITHER where both are a clean answer.
    """

    kind: str
    name: str
    make: Callable[[Path], Path]
    ends: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


def files(
    kind: str, suffix: str, ends: str, contents: Mapping[str, bytes | str | Callable[[], bytes]]
) -> Iterator[Case]:
    """Give a case for each content: bytes, a text, or what makes bytes when it is needed."""
    for name, content in contents.items():
        yield Case(kind, name, _maker(suffix, content), ends)


def _maker(suffix: str, content: bytes | str | Callable[[], bytes]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / f"source{suffix}"
        data = content if isinstance(content, bytes | str) else content()
        path.write_bytes(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)
        return path

    return make

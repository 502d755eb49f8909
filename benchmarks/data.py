"""Where the public research data lies: beside the checkout, never in it."""

import hashlib
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


class MissingDataError(FileNotFoundError):
    """A file of the benchmark data is not there: get it as the data's README says, or leave its benchmark out."""


def locate(name: str) -> Path:
    """Find a data file by its path within the data folder. Raises MissingDataError with plain words."""
    path = DATA / name
    if not path.is_file():
        raise MissingDataError(f"the benchmark data {name} is not there: it belongs in ../shared/data")
    return path


def digest(path: Path) -> str:
    """Give the first 12 hex digits of a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]

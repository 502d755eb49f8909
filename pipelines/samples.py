"""Where the sample data lies: inside an installed package, or beside it in a checkout."""

from pathlib import Path

from pipelines.errors import SourceError


def sample_folder() -> Path:
    """Return the folder of the sample data. Raises `SourceError` where it is missing."""
    package = Path(__file__).parent
    for folder in (package / "sample_data", package.parent / "sample_data"):
        if (folder / "release.toml").is_file():
            return folder
    raise SourceError("the sample data is not installed")

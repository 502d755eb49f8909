"""What is not installed with tamis itself, and how to get it."""

from importlib.util import find_spec
from pathlib import Path

from pipelines.errors import ExtraError

_NEEDED = {".xlsx": ("excel", "openpyxl"), ".docx": ("docs", "lxml"), ".pdf": ("docs", "pypdf")}


def check_extra(path: Path) -> None:
    """Raise `ExtraError` where a file is of a kind whose reader is not installed.

    >>> check_extra(Path("notes.txt"))
    """
    extra, module = _NEEDED.get(path.suffix.lower(), ("", ""))
    if module and find_spec(module) is None:
        kind = path.suffix.lower()
        raise ExtraError(f"{path.name!r}: {kind} needs the extra {extra!r}: pip install 'tamis[{extra}]'")

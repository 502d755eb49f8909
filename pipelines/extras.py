"""What is not installed with tamis itself, and how to get it."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from pipelines.errors import ExtraError

JAVA = 17
"""The oldest Java that PySpark 4 runs on."""

_PATIENCE = 30.0
_NEEDED = {".xlsx": ("excel", "openpyxl"), ".docx": ("docs", "lxml"), ".pdf": ("docs", "pypdf")}


def check_extra(path: Path) -> None:
    """Raise `ExtraError` where a file is of a kind whose reader is not installed.

    >>> check_extra(Path("notes.txt"))
    """
    extra, module = _NEEDED.get(path.suffix.lower(), ("", ""))
    if module and find_spec(module) is None:
        kind = path.suffix.lower()
        raise ExtraError(f"{path.name!r}: {kind} needs the extra {extra!r}: pip install 'tamis[{extra}]'")


def check_spark() -> None:
    """Raise `ExtraError` where PySpark, or a Java that it runs on, is not installed."""
    if find_spec("pyspark") is None:
        raise ExtraError("--engine spark needs the extra 'spark': pip install 'tamis[spark]'")
    found = java_version()
    if found < JAVA:
        which = f"Java {found} is" if found else "none is"
        raise ExtraError(
            f"--engine spark needs Java {JAVA} or newer, and {which} found (JAVA_HOME, or java on the PATH)"
        )


def java_version() -> int:
    """Return the version of the Java that would be used, such as 17; 0 where there is none."""
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if program is None:
        return 0
    try:
        told = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=_PATIENCE, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = re.search(r'version "(?:1\.)?(\d+)', told.stderr + told.stdout)
    return int(version[1]) if version else 0

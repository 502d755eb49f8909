"""The hash of a file or a folder."""

import hashlib
from pathlib import Path

from pipelines.content import read_bytes


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files of a folder with their relative paths."""
    total = hashlib.sha256()
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for file in files:
        name = file.relative_to(path).as_posix().encode("utf-8", "surrogateescape") if path.is_dir() else b""
        total.update(hashlib.sha256(name).digest() + hashlib.sha256(read_bytes(file)).digest())
    return total.hexdigest()

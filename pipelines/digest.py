"""The hash of a file or a folder."""

import hashlib
from pathlib import Path

from pipelines.content import open_file, reading_errors


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files of a folder with their relative paths."""
    total = hashlib.sha256()
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for file in files:
        name = file.relative_to(path).as_posix().encode("utf-8", "surrogateescape") if path.is_dir() else b""
        total.update(hashlib.sha256(name).digest() + _hashed(file))
    return total.hexdigest()


def _hashed(file: Path) -> bytes:
    with open_file(file) as opened, reading_errors(file):
        return hashlib.file_digest(opened, "sha256").digest()

"""The ZIP archive that an Office document is."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from pipelines.compression import check_growth
from pipelines.content import read_bytes
from pipelines.errors import FormatError, SizeError

UNPACKED_LIMIT = 1 << 30
_LOCKED = b"\xd0\xcf\x11\xe0"  # the container of encrypted Office files, and of those before 2007
_EPOCH = (1980, 1, 1, 0, 0, 0)


def read_archive(path: Path) -> dict[str, bytes]:
    """Read all parts of a document by name.

    Raises `SourceError`, `FormatError` for what is no archive or locked, and `SizeError` for one that unpacks to more
    than 1 GiB, or far above what documents do.
    """
    return unpack(read_bytes(path), path.name)


def unpack(data: bytes, file: str) -> dict[str, bytes]:
    """Return the parts of an archive by name. Raises as `read_archive` does, naming the file."""
    if data.startswith(_LOCKED):
        raise FormatError(f"{file!r} is locked by a password, or of a format before 2007")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_size(sum(one.file_size for one in archive.infolist()), len(data), file)
            return {one.filename: archive.read(one) for one in archive.infolist() if not one.is_dir()}
    except SizeError:
        raise
    except Exception:  # noqa: BLE001 the library and its decompressors raise what they like
        raise FormatError(f"{file!r} is broken, or no Office document") from None


def _check_size(size: int, packed: int, file: str) -> None:
    """Judge a document by what its parts say of themselves: none is read beyond that."""
    if size > UNPACKED_LIMIT:
        raise SizeError(f"{file!r} unpacks to more than {UNPACKED_LIMIT >> 30} GiB")
    check_growth(size, packed, file)


def write_archive(parts: Mapping[str, bytes], path: Path) -> None:
    """Write parts as an archive that tells no time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)

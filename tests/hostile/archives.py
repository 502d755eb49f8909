"""ZIP archives with something wrong in them."""

import io
import struct
import zipfile
from collections.abc import Iterator, Mapping


def archive_of(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def parts_of(whole: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def adding(whole: bytes, more: Mapping[str, str | bytes]) -> bytes:
    return archive_of({**parts_of(whole), **more})


def without(whole: bytes, part: str) -> bytes:
    return archive_of({name: data for name, data in parts_of(whole).items() if name != part})


def _central(whole: bytes) -> Iterator[int]:
    place = whole.find(b"PK\x01\x02")
    while place >= 0:
        yield place
        place = whole.find(b"PK\x01\x02", place + 4)


def flagged(whole: bytes) -> bytes:
    """Say of every part that it is encrypted."""
    data = bytearray(whole)
    for place in _central(whole):
        data[place + 8] |= 1
        data[struct.unpack("<I", data[place + 42 : place + 46])[0] + 6] |= 1
    return bytes(data)


def renumbered(whole: bytes, method: int) -> bytes:
    """Say of every part that it is compressed by a method that nobody knows."""
    data = bytearray(whole)
    for place in _central(whole):
        data[place + 10 : place + 12] = struct.pack("<H", method)
    return bytes(data)


def resized(whole: bytes, size: int) -> bytes:
    """Say of the first part that it unpacks to another size."""
    data = bytearray(whole)
    place = next(_central(whole))
    data[place + 24 : place + 28] = struct.pack("<I", size)
    return bytes(data)


def torn(whole: bytes) -> bytes:
    """Turn the bytes in the middle of the stream of every part."""
    data = bytearray(archive_of(parts_of(whole)))
    for place in _central(bytes(data)):
        start = struct.unpack("<I", data[place + 42 : place + 46])[0]
        name, extra = struct.unpack("<HH", data[start + 26 : start + 30])
        size = struct.unpack("<I", data[place + 20 : place + 24])[0]
        for n in range(start + 30 + name + extra + 2, start + 30 + name + extra + size - 2):
            data[n] ^= 0xFF
    return bytes(data)

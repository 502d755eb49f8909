"""PDF files: their text, page by page, which leaves as a text file. Pages without text are withheld."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from deid.changes import Change
from deid.finding import WITHHELD_TEXT
from pipelines.content import read_bytes
from pipelines.errors import FormatError, ScanError
from pipelines.extras import check_extra


@dataclass(frozen=True, slots=True)
class PdfBody:
    """The text of a PDF file. Nothing but the text leaves."""

    text: str = field(repr=False)
    left_out: Mapping[str, int]

    @property
    def suffix(self) -> str:
        """The suffix of the file that leaves."""
        return ".txt"

    def write(self, changes: Sequence[Change], target: Path) -> None:
        """Write the text with its changes."""
        pieces, position = [], 0
        for change in changes:
            pieces += [self.text[position : change.start], change.text]
            position = change.end
        target.write_bytes("".join([*pieces, self.text[position:]]).encode())


def read_pdf(path: Path) -> PdfBody:
    """Read the text of a PDF file; a page without any stands there as withheld.

    Raises `ExtraError`, `FormatError` for a file that is broken or locked, and `ScanError` where no page has text.
    """
    check_extra(path)
    data = read_bytes(path)
    from pypdf import PdfReader  # noqa: PLC0415 an extra

    try:
        reader = PdfReader(BytesIO(data))
        locked = reader.is_encrypted
        pages = [] if locked else [(page.extract_text(), len(page.images)) for page in reader.pages]
    except Exception:  # noqa: BLE001 the library raises what it likes, and its messages may carry the text
        raise FormatError(f"{path.name!r} cannot be read as PDF") from None
    if locked:
        raise FormatError(f"{path.name!r} is locked by a password")
    texts = [_sound(text) for text, _ in pages]
    if not any(text.strip() for text in texts):
        raise ScanError(f"{path.name!r} has no text: a scan, or pictures; run it through text recognition first")
    mute = sum(not text.strip() for text in texts)
    whole = "\n".join(text if text.strip() else WITHHELD_TEXT for text in texts)
    return PdfBody(whole, {"pages without text": mute, "images": sum(images for _, images in pages)})


def _sound(text: str) -> str:
    """Replace what is no character: halves of surrogate pairs, and NUL."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()

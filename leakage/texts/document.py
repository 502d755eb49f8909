"""A document with the person it is about and that person's private attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from leakage.errors import DocumentError


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """One text.

    `id` joins a released document with its original. `person` is whom it is by or about ("" means that the
    document stands for a person of its own). `attributes` are the private labels of that person, by name.
    The repr shows sizes only.

    Raises DocumentError when the id is empty or anything but the attributes mapping is not a string.

    >>> Document("7", "Ann lives in Leeds.", person="p1", attributes={"gender": "f"})
    Document(19 characters, 1 attribute)
    """

    id: str
    text: str
    person: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Check the types and freeze the attributes."""
        pairs = dict(self.attributes)
        if not _strings(self.id, self.text, self.person):
            raise DocumentError("the id, the text and the person of a document must be strings")
        if not self.id:
            raise DocumentError("a document needs an id that is not empty")
        if not _strings(*pairs, *pairs.values()):
            raise DocumentError("the attributes of a document must map names to labels, all strings")
        object.__setattr__(self, "attributes", MappingProxyType(pairs))

    def __repr__(self) -> str:
        """Sizes only."""
        plural = "" if len(self.attributes) == 1 else "s"
        return f"Document({len(self.text)} characters, {len(self.attributes)} attribute{plural})"

    @property
    def owner(self) -> str:
        """The person, or a person of the document's own where none is named."""
        return owner_of(self.person) if self.person else f"document:{self.id}"


def owner_of(person: str) -> str:
    """Name a person as the owner of documents."""
    return f"person:{person}"


def _strings(*values: object) -> bool:
    return all(isinstance(value, str) for value in values)


def documents(texts: Iterable[str | Document]) -> tuple[Document, ...]:
    """Documents of plain texts, with the position as id; documents pass through.

    >>> [d.id for d in documents(["one", "two"])]
    ['0', '1']
    """
    return tuple(t if isinstance(t, Document) else Document(str(i), t) for i, t in enumerate(texts))

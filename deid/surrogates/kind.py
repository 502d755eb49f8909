"""The seam of all kinds of values: how one is told from others, drawn, and written."""

from __future__ import annotations

from typing import Protocol

from deid.surrogates.draw import Draw


class Kind(Protocol):
    """A kind of value that has surrogates. What is drawn is a text of its own form; `write` brings it into another."""

    def identity(self, value: str, language: str, /) -> str | None:
        """Return the form in which all spellings of a value meet; None where it cannot be read."""
        ...

    def draw(self, identity: str, draw: Draw, /) -> str | None:
        """Draw a value of the kind that suits the other one; None where there is none."""
        ...

    def forms(self, drawn: str, /) -> tuple[str, ...]:
        """Return the identities of what was drawn, in all forms in which it may be written, the main one first.

        The main form, or the last one, has every word of it.
        """
        ...

    def write(self, drawn: str, value: str, /) -> str | None:
        """Write what was drawn as `value` is written; None where that cannot be."""
        ...

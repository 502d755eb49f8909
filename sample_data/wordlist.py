"""Lists of words, written as plain text."""

from __future__ import annotations


def listed(text: str) -> tuple[str, ...]:
    """Split a text at its commas, wherever its lines break."""
    return tuple(" ".join(word.split()) for word in text.split(","))

"""A text with what the pattern families ask of it, worked out once for all of them."""

import regex

from deid.detectors.engine.outline import plain

_WORD = regex.compile(r"\w+")


class View:
    """A text, in lower case, as words, and as outlines see it; what few ask for is worked out when first asked."""

    __slots__ = ("_chars", "_lower", "_plain", "_words", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._chars: frozenset[str] | None = None
        self._lower: str | None = None
        self._plain: bytes | None = None
        self._words: frozenset[str] | None = None

    @property
    def lower(self) -> str:
        """The text in lower case, of the same length: offsets stay true."""
        if self._lower is None:
            lower = self.text.lower()
            if len(lower) != len(self.text):
                lower = "".join(low if len(low := char.lower()) == 1 else char for char in self.text)
            self._lower = lower
        return self._lower

    @property
    def plain(self) -> bytes:
        """The text as outlines see it."""
        if self._plain is None:
            self._plain = plain(self.text)
        return self._plain

    @property
    def words(self) -> frozenset[str]:
        """The words of the text, in lower case."""
        if self._words is None:
            self._words = frozenset(_WORD.findall(self.lower))
        return self._words

    def holds(self, needs: str) -> bool:
        """Whether the text has any of the characters; of none it has."""
        if not needs:
            return True
        if self._chars is None:
            self._chars = frozenset(self.text)
        return not self._chars.isdisjoint(needs)

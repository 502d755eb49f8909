"""The seam of all operators."""

from dataclasses import dataclass, field
from typing import Protocol

from deid.errors import KeyFileError
from deid.keys import NO_KEY, Key
from deid.surrogates.scene import Scene

_NOWHERE = Scene()


@dataclass(frozen=True, slots=True)
class Context:
    """What an operator may know beside the value: its label, the key where there is one, and whose value it is.

    `subject` names the person whom a row or document is about, or the row or document itself where nobody is named;
    the repr does not show it. `scene` tells whose names stand beside the value, and who plays whom.
    """

    label: str
    key: Key | None = None
    subject: str = field(default="", repr=False)
    language: str = "en"
    scene: Scene = field(default=_NOWHERE, repr=False)

    def needed_key(self) -> Key:
        """Return the key. Raises `KeyFileError` without one."""
        if self.key is None:
            raise KeyFileError(NO_KEY)
        return self.key


class Operator(Protocol):
    """Turns a value into what may leave. Frozen; its fields are the parameters that a policy may set."""

    @property
    def keyed(self) -> bool:
        """Whether it needs a key."""
        ...

    @property
    def by_subject(self) -> bool:
        """Whether the answer depends on whose value it is."""
        ...

    def apply(self, value: str, context: Context) -> str:
        """Return what takes the place of `value`. Same value, same context: same answer."""
        ...

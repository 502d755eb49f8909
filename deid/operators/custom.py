"""A function of the user's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from deid.errors import PolicyError
from deid.operators.operator import Context


@dataclass(frozen=True, slots=True, repr=False)
class Custom:
    """The value becomes what a function answers. It is called once for each distinct value; it must answer a string.

    Only Python can say it, no policy file: `Policy(labels={"PERSON": Custom(function)})`. A value on which it raises is
    withheld and counted, and the report shows nothing of it; an answer that is no string is an `OperatorError`.
    """

    keyed: ClassVar[bool] = False
    by_subject: ClassVar[bool] = False

    function: Callable[[str], str]

    def __post_init__(self) -> None:
        if not callable(self.function):
            raise PolicyError("Custom takes a function")

    def __repr__(self) -> str:
        """Name the function; where it lies in memory differs from run to run."""
        return f"Custom({self._name})"

    @property
    def _name(self) -> str:
        kind = self.function if hasattr(self.function, "__qualname__") else type(self.function)
        return f"{getattr(kind, '__module__', 'builtins')}.{kind.__qualname__}"

    @property
    def settings(self) -> tuple[tuple[str, str], ...]:
        """What a plan shows of it."""
        return (("function", self._name),)

    def apply(self, value: str, context: Context) -> str:  # noqa: ARG002 the seam's signature
        """Return what the function answers.

        >>> Custom(str.upper).apply("Ann", Context("PERSON"))
        'ANN'
        """
        return self.function(value)

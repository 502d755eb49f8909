"""Where in the program an error arose, without anything that the error says: its text may quote data."""

import traceback
from collections.abc import Iterator
from pathlib import Path


def places_of(error: BaseException) -> Iterator[str]:
    """Return the kinds of an error and of those behind it, each with the places it passed, innermost last.

    >>> try:
    ...     int("Ann Lee")
    ... except ValueError as error:
    ...     [line for line in places_of(error) if "Ann" in line]
    []
    """
    one: BaseException | None = error
    while one is not None:
        yield f"{type(one).__name__}:"
        for frame in traceback.extract_tb(one.__traceback__, None):
            path = Path(frame.filename)
            yield f"  {path.parent.name}/{path.name}:{frame.lineno} {frame.name}"
        one = one.__cause__ or one.__context__

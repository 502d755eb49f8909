"""Where the error codes of all four packages meet."""

import importlib
import sys
from collections.abc import Iterator
from typing import Any

_ROOTS = {
    "pipelines.errors": "PipelineError",
    "deid.errors": "DeidError",
    "synth.errors": "SynthError",
    "leakage.errors": "LeakageError",
}


def code_of(error: Exception) -> tuple[str, int] | None:
    """Give code and exit code of an error that tamis raised on purpose; None for any other.

    A package that was not loaded raised none, and is not loaded for it.
    """
    loaded = tuple(getattr(sys.modules[home], root) for home, root in _ROOTS.items() if home in sys.modules)
    kind: Any = type(error)
    return (kind.code, kind.exit_code) if isinstance(error, loaded) else None


def catalogue() -> dict[str, type[Exception]]:
    """Return every error class of the four packages by its code.

    >>> catalogue()["P205"].__name__
    'EmptyError'
    """
    roots = [getattr(importlib.import_module(home), root) for home, root in _ROOTS.items()]
    return {kind.__dict__["code"]: kind for root in roots for kind in _family(root) if "code" in kind.__dict__}


def _family(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for child in root.__subclasses__():
        yield from _family(child)

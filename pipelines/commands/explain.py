"""Say what an error code means and what to do. Example: tamis explain P203."""

import inspect
import sys
from typing import Annotated

import typer


def command(code: Annotated[str, typer.Argument(help="A code as an error line shows it, such as P203.")]) -> None:
    """Print the meaning of a code."""
    from pipelines.catalogue import catalogue
    from pipelines.errors import UsageError

    known = catalogue()
    kind = known.get(code.upper())
    if kind is None:
        raise UsageError(f"no error has the code {code!r}; known: {', '.join(sorted(known))}")
    status = int(getattr(kind, "exit_code", 4))
    sys.stdout.write(f"{code.upper()} ({kind.__name__}), exit code {status}\n\n{inspect.getdoc(kind)}\n")

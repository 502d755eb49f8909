r"""Recipes, files, the release gate, the report, the command line.

>>> import tempfile
>>> from pathlib import Path
>>> from pipelines import run
>>> with tempfile.TemporaryDirectory() as folder:
...     recipe = Path(folder) / "recipe.toml"
...     _ = (Path(folder) / "people.csv").write_text("name,age\nAnn Lee,41\nBo Chan,52\n")
...     _ = recipe.write_text('schema_version = 1\nname = "two people"\n[[table]]\npath = "people.csv"\n')
...     verdict = run(recipe, Path(folder) / "out")
>>> verdict.passed, sorted({check.state for check in verdict.checks})
(False, ['INVALID', 'PASS'])

Two rows are too few for any attack to prove something, so nothing was released: what is not measured has not passed.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.check import Check
    from pipelines.recipe import Recipe, read_recipe
    from pipelines.release import Verdict, run

__all__ = ["Check", "Recipe", "Verdict", "read_recipe", "run"]

_HOMES = {"Check": "check", "Recipe": "recipe", "Verdict": "release", "read_recipe": "recipe", "run": "release"}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used (PEP 562): the command line starts without spaCy and pandas."""
    if name not in _HOMES:
        raise AttributeError(f"module 'pipelines' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"pipelines.{_HOMES[name]}"), name)

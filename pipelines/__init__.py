r"""Recipes, files, the release gate, the report, the command line.

>>> import tempfile
>>> from pathlib import Path
>>> from pipelines import run
>>> with tempfile.TemporaryDirectory() as folder:
...     recipe = Path(folder) / "recipe.toml"
...     _ = (Path(folder) / "people.csv").write_text("name,age\nAnn Lee,41\nBo Chan,52\n")
...     _ = recipe.write_text('schema_version = 1\nname = "two people"\n[[table]]\npath = "people.csv"\n')
...     verdict = run(recipe, Path(folder) / "out")
>>> verdict.passed, [check.state for check in verdict.checks]
(False, ['PASS', 'INVALID', 'INVALID'])

Nothing attacked that table, so nothing was released: what is not measured has not passed.
"""

from pipelines.gate import Check
from pipelines.recipe import Recipe, read_recipe
from pipelines.run import Verdict, run

__all__ = ["Check", "Recipe", "Verdict", "read_recipe", "run"]

"""Run a recipe: redact, synthesise, attack, judge. Example: tamis run release.toml --out out."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.commands.options import Jobs, Overwrite
from pipelines.visible import visible

if TYPE_CHECKING:
    from pipelines.release import Verdict


def command(
    recipe: Annotated[Path, typer.Argument(help="The recipe, a TOML file (docs/recipe.md).", show_default=False)],
    out: Annotated[Path | None, typer.Option("--out", help="The folder of report and release.")] = None,
    jobs: Jobs = 1,
    overwrite: Overwrite = False,
) -> int:
    """Run a recipe; 0 if the release passed, 1 if it did not."""
    from pipelines.release import run

    return show_verdict(run(recipe, out, jobs=jobs, overwrite=overwrite))


def show_verdict(verdict: "Verdict") -> int:
    """Print the checks and the outcome, and return the exit code."""
    width = max(len(visible(check.name)) for check in verdict.checks)
    for check in verdict.checks:
        bound = "      –" if check.measured is None else f"{check.measured:7.3g}"
        limit = "–" if check.limit is None else f"{check.limit:g}"
        why = "" if check.state == "PASS" else f"  {check.reason}"
        sys.stdout.write(f"{check.state:8}{visible(check.name):{width}}  {bound} of {limit}{why}\n")
    outcome = (
        f"PASSED: released in {visible(str(verdict.released))}"
        if verdict.passed
        else "NOT PASSED: nothing was released"
    )
    sys.stdout.write(f"\n{outcome}\nreport: {visible(str(verdict.report))}\n")
    return 0 if verdict.passed else 1

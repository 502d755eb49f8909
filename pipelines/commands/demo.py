"""Run the whole main job on the sample data, without any network. Example: tamis demo --out demo-out."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.run import show_verdict


def command(
    out: Annotated[
        Path, typer.Option("--out", help="The folder of report and release; an earlier demo is replaced.")
    ] = Path("demo-out"),
) -> int:
    """Run the demo; 0 if its release passed."""
    from pipelines.errors import OutputExistsError
    from pipelines.release import REPORT_JSON, run
    from pipelines.samples import sample_folder

    start = time.monotonic()
    if out.exists() and not _is_demo(out / REPORT_JSON):
        raise OutputExistsError(f"the folder {out.name!r} is already there and is no earlier demo; name another")
    verdict = run(sample_folder() / "release.toml", out, overwrite=True, ledger_in_output=True)
    status = show_verdict(verdict)
    sys.stdout.write(f"{time.monotonic() - start:.0f} s\n")
    return status


def _is_demo(report: Path) -> bool:
    try:
        return bool(json.loads(report.read_text(encoding="utf-8"))["recipe"] == "demo")
    except (OSError, ValueError, KeyError, TypeError):
        return False

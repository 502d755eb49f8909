"""Check an attestation. Example: tamis verify attestation.json --public-key sign.pub.pem --release out/release."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def command(
    attestation: Annotated[Path, typer.Argument(help="The attestation, a JSON file.", show_default=False)],
    public_key: Annotated[
        Path | None, typer.Option("--public-key", help="The key that must have signed it, in PEM form.")
    ] = None,
    release: Annotated[Path | None, typer.Option("--release", help="The file or folder that it must speak of.")] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="The report.json whose private data it must be committed to.")
    ] = None,
) -> int:
    """Print what it attests; 0 if all that was asked for holds and the release passed, 1 if it did not pass."""
    from pipelines.attestation import verify
    from pipelines.seal import read_public_key

    said = verify(attestation, read_public_key(public_key) if public_key is not None else None, release, report)
    sys.stdout.write(f"{said['verdict']}: {'released' if said['released'] else 'not released'} ({said['profile']})\n")
    asked = {"signature": public_key, "release": release, "sources": report}
    checked = [word for word, given in asked.items() if given is not None]
    sys.stdout.write(f"checked: {', '.join(checked) or 'nothing; say --public-key, --release and --report'}\n")
    return 0 if said["released"] is True else 1

"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Out = Annotated[
    Path, typer.Option("-o", "--out", help="Where the result goes. Must not exist yet.", show_default=False)
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an output that is already there.")]
PolicyName = Annotated[str, typer.Option("--policy", help="A preset (standard, fast, tokens) or a TOML file.")]
Language = Annotated[
    str | None, typer.Option("--language", help="Language of the texts: en, es, fr, de; else the policy's.")
]
DialPosition = Annotated[
    str | None, typer.Option("--dial", help="How much to hide: recall, balanced, precision; else the policy's.")
]
KeyFile = Annotated[
    Path | None, typer.Option("--key-file", help="The key; a file that only its owner can read. Else TAMIS_KEY.")
]
VaultFile = Annotated[Path | None, typer.Option("--vault", help="The encrypted file that brings the originals back.")]
Jobs = Annotated[int, typer.Option("--jobs", help="Processes to use.", min=1)]
EngineName = Annotated[
    Literal["local", "spark"], typer.Option("--engine", help="Who does the work: processes here, or Spark.")
]
Master = Annotated[
    str | None,
    typer.Option("--master", envvar="SPARK_MASTER", help="Where Spark works; by default on this machine."),
]
Encoding = Annotated[str, typer.Option("--encoding", help="Encoding of the input; never guessed.")]
Delimiter = Annotated[str | None, typer.Option("--delimiter", help='Between cells: "," ";" "|" or "tab".')]
CellLimit = Annotated[int, typer.Option("--cell-limit", help="Largest cell, in characters.", min=1)]
Quarantine = Annotated[
    float, typer.Option("--quarantine-limit", help="Largest share of rows of the wrong width.", min=0.0, max=1.0)
]

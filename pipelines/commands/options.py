"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[
    Path, typer.Option("-o", "--out", help="Where the result goes. Must not exist yet.", show_default=False)
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an output that is already there.")]
PolicyName = Annotated[str, typer.Option("--policy", help="A preset (standard, tokens) or a TOML file.")]
KeyFile = Annotated[
    Path | None, typer.Option("--key-file", help="The key for tokens; a file that only its owner can read.")
]
Jobs = Annotated[int, typer.Option("--jobs", help="Processes to use.", min=1)]
Encoding = Annotated[str, typer.Option("--encoding", help="Encoding of the input; never guessed.")]
Delimiter = Annotated[str | None, typer.Option("--delimiter", help='Between cells: "," ";" "|" or "tab".')]
CellLimit = Annotated[int, typer.Option("--cell-limit", help="Largest cell, in characters.", min=1)]
Quarantine = Annotated[
    float, typer.Option("--quarantine-limit", help="Largest share of rows of the wrong width.", min=0.0, max=1.0)
]

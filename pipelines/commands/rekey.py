"""Give a vault another key. Example: tamis rekey v.tamis --key-file old.key --new-key-file new.key."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.options import KeyFile


def command(
    vault: Annotated[Path, typer.Argument(help="The vault.", show_default=False)],
    key_file: KeyFile = None,
    new_key_file: Annotated[
        Path | None, typer.Option("--new-key-file", help="The new key; else TAMIS_NEW_KEY, hexadecimal.")
    ] = None,
) -> int:
    """Wrap the vault's own key anew; its content stays to the byte, and the old key no longer opens the file."""
    from deid.errors import KeyFileError
    from deid.keys import Key
    from pipelines.keeping import NEW_KEY, needed_key, rekey
    from pipelines.progress import say

    old = needed_key(Key.from_file(key_file) if key_file else Key.from_environment())
    new = Key.from_file(new_key_file) if new_key_file else Key.from_environment(NEW_KEY)
    if new is None:
        raise KeyFileError(f"no new key was given (--new-key-file FILE, or {NEW_KEY})")
    rekey(vault, old, new)
    say(f"the vault opens with the key {new.id} now, no longer with {old.id}")
    return 0

"""Bring the originals of a release back. Example: tamis restore clean.csv --vault v.tamis -o back.csv --key-file K."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.options import KeyFile, Out, Overwrite, VaultFile


def command(
    release: Annotated[
        Path, typer.Argument(help="The released file or folder, as tamis wrote it.", show_default=False)
    ],
    vault: VaultFile = None,
    out: Out = Path(),
    key_file: KeyFile = None,
    policy: Annotated[
        str | None, typer.Option("--policy", help="The policy that the release must have been made under.")
    ] = None,
    overwrite: Overwrite = False,
) -> int:
    """Restore to the byte, or refuse: another key, another policy, or a bit changed in the release or the vault."""
    from deid.keys import Key
    from deid.policy import Policy
    from pipelines.errors import UsageError
    from pipelines.keeping import needed_key, restore
    from pipelines.progress import say

    if vault is None or not out.name:
        raise UsageError("name the vault and the output: --vault FILE -o BACK")
    key = needed_key(Key.from_file(key_file) if key_file else Key.from_environment())
    expected = Policy.load(policy) if policy is not None else None
    restored = restore(release, vault, out, key, policy=expected, overwrite=overwrite)
    say(f"restored to the byte: {restored} {'file' if restored == 1 else 'files'}; this is personal data again")
    return 0

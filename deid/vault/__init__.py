"""An encrypted file beside a release that brings the originals back."""

from deid.vault.envelope import rewrap, sealed_by
from deid.vault.original import Original
from deid.vault.packing import Unpacked, pack
from deid.vault.slice import Slice
from deid.vault.spool import Spool
from deid.vault.vault import Release, Vault

__all__ = ["Original", "Release", "Slice", "Spool", "Unpacked", "Vault", "pack", "rewrap", "sealed_by"]

"""Presidio's own operators, behind our seam."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from presidio_anonymizer.entities import InvalidParamError
from presidio_anonymizer.operators import Encrypt, Hash, Mask, Redact, Replace

from deid.operators.operator import Context

PREFIX = "presidio:"
"""What stands before their names in a policy."""

_KINDS = {"hash": Hash, "encrypt": Encrypt, "mask": Mask, "redact": Redact, "replace": Replace}
_KNOWN: Mapping[str, tuple[str, ...]] = {
    "hash": ("hash_type",),
    "encrypt": (),
    "mask": ("masking_char", "chars_to_mask", "from_end"),
    "redact": (),
    "replace": ("new_value",),
}
_SECRETS: Mapping[str, str] = {"hash": "salt", "encrypt": "key"}


@dataclass(frozen=True, slots=True)
class Presidio:
    """An operator of Presidio's, `presidio:hash` and the like, with Presidio's parameters, checked by Presidio.

    The salt of `hash` and the key of `encrypt` come from the key, never from a policy: with it a value has one hash in
    all releases, where Presidio alone draws a salt for each. What `encrypt` writes is not authenticated (AES-CBC) and
    cannot be told to be of this key; our own `encrypt` is and can. `keep` is our own, and `custom` is `Custom`.
    """

    by_subject: ClassVar[bool] = False

    name: str
    settings: tuple[tuple[str, object], ...] = ()

    def __post_init__(self) -> None:
        if self.name not in _KINDS:
            raise ValueError(f"presidio has no operator {self.name!r} for a policy; known: {', '.join(_KINDS)}")
        for given, _ in self.settings:
            if given == _SECRETS.get(self.name):
                raise ValueError(f"{given!r} is a secret and comes from the key, not from a policy")
            if given not in _KNOWN[self.name]:
                known = ", ".join(_KNOWN[self.name]) or "none"
                raise ValueError(f"{self.title!r} has no parameter {given!r}; known: {known}")
        try:
            _KINDS[self.name]().validate({**dict(self.settings), **self._secret(bytes(32))})
        except InvalidParamError as error:
            raise ValueError(error.err_msg) from None

    @property
    def title(self) -> str:
        """The name in a policy."""
        return f"{PREFIX}{self.name}"

    @property
    def keyed(self) -> bool:
        """Whether it needs a key."""
        return self.name in _SECRETS

    @property
    def fresh(self) -> bool:
        """Whether it answers anew each time."""
        return self.name == "encrypt"

    def apply(self, value: str, context: Context) -> str:
        """Return what Presidio makes of the value. Raises `KeyFileError` without a key where it takes a secret.

        >>> Presidio("replace").apply("Ann", Context("PERSON"))
        '<PERSON>'
        """
        secret = self._secret(context.needed_key().derive(self.title)) if self.keyed else {}
        parameters = {**dict(self.settings), **secret, "entity_type": context.label}
        made: str = _KINDS[self.name]().operate(value, parameters)
        return made

    def _secret(self, secret: bytes) -> dict[str, bytes]:
        return {_SECRETS[self.name]: secret} if self.keyed else {}

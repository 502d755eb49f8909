"""Check digits over a whole column: one number may pass by chance, twenty in a row do not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import regex
from stdnum import iban, luhn
from stdnum.br import cpf
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel

_RATE = 0.9
_FEWEST = 6
_SEPARATORS = regex.compile(r"[\s.\-/]")


@dataclass(frozen=True, slots=True)
class _Scheme:
    """One kind of number: its label, its form without separators, and the test of its check digits."""

    label: str
    form: "regex.Pattern[str]"
    passes: Callable[[str], object]


def _scheme(label: str, form: str, passes: Callable[[str], object]) -> _Scheme:
    return _Scheme(label, regex.compile(form), passes)


_SCHEMES = (
    _scheme("IBAN_CODE", r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", iban.is_valid),
    _scheme("NATIONAL_ID", r"[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]", codicefiscale.is_valid),
    _scheme("NATIONAL_ID", r"\d{8}[A-Z]", dni.is_valid),
    _scheme("NATIONAL_ID", r"[XYZ]\d{7}[A-Z]", nie.is_valid),
    _scheme("NATIONAL_ID", r"[12]\d{14}", nir.is_valid),
    _scheme("CREDIT_CARD", r"[3-6]\d{12,18}", luhn.is_valid),
    _scheme("DEVICE_ID", r"\d{15}", luhn.is_valid),
    _scheme("NATIONAL_ID", r"\d{11}", pesel.is_valid),
    _scheme("NATIONAL_ID", r"\d{11}", cpf.is_valid),
    _scheme("TAX_ID", r"\d{11}", idnr.is_valid),
    _scheme("UK_NHS", r"\d{10}", nhs.is_valid),
    _scheme("NATIONAL_ID", r"\d{9}", bsn.is_valid),
)


def checksum_label(values: Sequence[str]) -> str | None:
    """Return the label of a scheme whose form and check digits at least nine in ten of the values have.

    Fewer than six values prove nothing: by chance one number in ten passes.

    >>> checksum_label(["12345678Z"] * 6), checksum_label(["12345678A"] * 6)
    ('NATIONAL_ID', None)
    """
    bare = [_SEPARATORS.sub("", value).upper() for value in values]
    if len(bare) < _FEWEST:
        return None
    for scheme in _SCHEMES:
        needed = _RATE * len(bare)
        fitting = [value for value in bare if scheme.form.fullmatch(value)]
        if len(fitting) >= needed and sum(bool(scheme.passes(value)) for value in fitting) >= needed:
            return scheme.label
    return None

"""What takes the place of a finding: one operator a file, all behind `Operator`."""

from deid.operators.build import GROUP, OPERATORS, build_operator
from deid.operators.custom import Custom
from deid.operators.drop import Drop
from deid.operators.encrypt import Encrypt
from deid.operators.generalise import Generalise
from deid.operators.keep import Keep
from deid.operators.mask import Mask
from deid.operators.operator import Context, Operator, apply, describe, is_fresh, name_of
from deid.operators.presidio import Presidio
from deid.operators.redact import Redact
from deid.operators.replace import Replace
from deid.operators.shift import Shift
from deid.operators.surrogate import Surrogate
from deid.operators.token import Token

__all__ = [
    "GROUP",
    "OPERATORS",
    "Context",
    "Custom",
    "Drop",
    "Encrypt",
    "Generalise",
    "Keep",
    "Mask",
    "Operator",
    "Presidio",
    "Redact",
    "Replace",
    "Shift",
    "Surrogate",
    "Token",
    "apply",
    "build_operator",
    "describe",
    "is_fresh",
    "name_of",
]

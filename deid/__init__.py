"""Find personal data in text and tables, and put something harmless in its place.

>>> from deid import scan, redact
>>> text = "Ann Lee lives in Leeds; write to ann@example.com."
>>> [(f.label, text[f.start : f.end]) for f in scan(text)]
[('PERSON', 'Ann Lee'), ('LOCATION', 'Leeds'), ('EMAIL_ADDRESS', 'ann@example.com')]
>>> redact(text).data
'[PERSON] lives in [LOCATION]; write to [EMAIL_ADDRESS].'
"""

from typing import TYPE_CHECKING

import deid.accessor  # noqa: F401 pandas learns of `frame.deid`

if TYPE_CHECKING:
    from deid.anonymity import Anonymised, anonymize
    from deid.detector import Detector
    from deid.errors import DeidError
    from deid.finding import WITHHELD, Finding, withhold
    from deid.keys import Key
    from deid.labels import TAXONOMY, Kind, Label, kind_of
    from deid.notebook import decrypt, redact, scan
    from deid.policy import Policy
    from deid.redacted import Redacted, Report
    from deid.scanner import Scanner
    from deid.surrogates import Cast
    from deid.tables.columns import ColumnPlan

__all__ = [
    "TAXONOMY",
    "WITHHELD",
    "Anonymised",
    "Cast",
    "ColumnPlan",
    "DeidError",
    "Detector",
    "Finding",
    "Key",
    "Kind",
    "Label",
    "Policy",
    "Redacted",
    "Report",
    "Scanner",
    "anonymize",
    "decrypt",
    "kind_of",
    "redact",
    "scan",
    "withhold",
]

_HOMES = {
    "Anonymised": "deid.anonymity",
    "anonymize": "deid.anonymity",
    "Cast": "deid.surrogates",
    "ColumnPlan": "deid.tables.columns",
    "Detector": "deid.detector",
    "DeidError": "deid.errors",
    "WITHHELD": "deid.finding",
    "Finding": "deid.finding",
    "Kind": "deid.labels",
    "Label": "deid.labels",
    "TAXONOMY": "deid.labels",
    "kind_of": "deid.labels",
    "withhold": "deid.finding",
    "Key": "deid.keys",
    "decrypt": "deid.notebook",
    "redact": "deid.notebook",
    "scan": "deid.notebook",
    "Policy": "deid.policy",
    "Redacted": "deid.redacted",
    "Report": "deid.redacted",
    "Scanner": "deid.scanner",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used (PEP 562): an error message need not wait for a language model."""
    if name not in _HOMES:
        raise AttributeError(f"module 'deid' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)

"""What stands over columns: a heading that is itself an identifier is redacted like a value."""

from __future__ import annotations

import pandas as pd

from deid.keys import Key
from deid.naming import identifying_names, numbered
from deid.scanner import Scanner
from deid.text import redact_text


def clean_headings(frame: pd.DataFrame, scanner: Scanner, key: Key | None = None, table: str = "") -> pd.DataFrame:
    """Return the frame, its cells untouched, with no identifier over a column, on any level; equal ones numbered.

    A heading that the policy names stays.

    >>> frame = pd.DataFrame({"ann@example.com": [1], "email": [2]})
    >>> list(clean_headings(frame, Scanner()))
    ['[EMAIL_ADDRESS]', 'email']
    """
    columns = frame.columns
    levels = [columns.get_level_values(level) for level in range(columns.nlevels)]
    said = sorted({value for level in levels for value in level if isinstance(value, str)})
    free = [value for value in said if scanner.policy.column(table, value) is None]
    found = identifying_names(free, scanner.without_model())
    hits = [(value, one) for value, one in zip(free, found, strict=True) if one]
    if not hits:
        return frame
    others = sorted(set(said) - {value for value, _ in hits})
    texts = [redact_text(value, one, scanner.policy, key) for value, one in hits]
    new = numbered([*others, *texts], range(len(others) + len(texts)))[len(others) :]
    answers = dict(zip((value for value, _ in hits), new, strict=True))
    renamed = [level.map(lambda value: answers.get(value, value)) for level in levels]
    if len(renamed) == 1:
        return frame.set_axis(renamed[0].rename(columns.name), axis=1)
    return frame.set_axis(pd.MultiIndex.from_arrays(renamed, names=columns.names), axis=1)

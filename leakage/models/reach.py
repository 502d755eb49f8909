"""Walking a fitted model: every array and text that can be reached from it, and the rows as each part sees them."""

from __future__ import annotations

import types
import warnings
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.exceptions import NotFittedError

from leakage.models.rowkeys import Space

_MOST = 2_000_000  # objects looked at; a model with more is not read to its end, which is reported
_PLAIN = (
    str,
    bytes,
    int,
    float,
    complex,
    bool,
    type(None),
    type,
    types.FunctionType,
    types.ModuleType,
    types.BuiltinFunctionType,
    types.MethodType,
    np.generic,
    np.random.Generator,
    np.random.RandomState,
)
_FORMLESS = (ValueError, TypeError, AttributeError, KeyError, IndexError)


@dataclass(frozen=True, slots=True, repr=False)
class Held:
    """Something that a part of the model holds: an array or a text, where, and the rows in the forms it sees."""

    owner: str
    attribute: str
    content: Any
    spaces: tuple[Space, ...]


@dataclass(slots=True, repr=False)
class Walk:
    """A walk over a model; afterwards it knows the estimators met and what could not be followed."""

    seen: dict[int, Any]
    owners: list[Any]
    lost: int = 0
    complete: bool = True

    @classmethod
    def fresh(cls) -> Walk:
        """Nothing met yet."""
        return cls({}, [])

    def over(self, model: Any, spaces: tuple[Space, ...]) -> Iterator[Held]:
        """Visit all that can be reached; nothing of the model is called but `transform` of its steps."""
        waiting = [(model, type(model).__name__, "", spaces)]
        while waiting:
            thing, owner, attribute, forms = waiting.pop()
            if _is_content(thing):
                yield Held(owner, attribute, thing, forms)
                waiting += [(t, owner, attribute, forms) for t in _inside(thing)]
            elif not isinstance(thing, _PLAIN) and id(thing) not in self.seen:
                if len(self.seen) >= _MOST:
                    self.complete = False
                    return
                self.seen[id(thing)] = thing  # held, so that the id is not given to another
                waiting += self._parts(thing, owner, attribute, forms)

    def _parts(self, thing: Any, owner: str, attribute: str, forms: tuple[Space, ...]) -> Iterator[Any]:
        if isinstance(thing, Mapping):
            for key, value in thing.items():
                yield key, owner, attribute, forms
                yield value, owner, attribute, forms
        elif isinstance(thing, list | tuple | AbstractSet):
            table = _as_table(thing)
            yield from ((part, owner, attribute, forms) for part in (thing if table is None else [table]))
        else:
            self.owners.append(thing)
            routed = self._routed(thing, forms)
            for name, value in _attributes(thing):
                yield from routed.pop(name, [(value, type(thing).__name__, name, forms)])

    def _routed(self, thing: Any, forms: tuple[Space, ...]) -> dict[str, list[Any]]:
        """Give parts that see the rows in another form than the whole does."""
        kind = type(thing).__name__
        if not forms or not type(thing).__module__.startswith(("sklearn.", "imblearn.")):
            return {}
        if kind == "Pipeline":
            return {"steps": list(self._steps(thing, forms))}
        if kind == "ColumnTransformer":
            return {"transformers_": list(self._columns(thing, forms))}
        if hasattr(thing, "estimators_features_") and hasattr(thing, "estimators_"):
            pairs = zip(thing.estimators_, thing.estimators_features_, strict=False)
            return {"estimators_": [(e, kind, "estimators_", self._picked(forms, f)) for e, f in pairs]}
        if kind.startswith("Stacking") and hasattr(thing, "final_estimator_"):
            inner = self._transformed(thing, forms)
            return {"final_estimator_": [(thing.final_estimator_, kind, "final_estimator_", inner)]}
        return {}

    def _steps(self, pipeline: Any, forms: tuple[Space, ...]) -> Iterator[Any]:
        last = len(pipeline.steps) - 1
        for place, (name, step) in enumerate(pipeline.steps):
            yield step, "Pipeline", name, forms
            if place < last and step is not None and not isinstance(step, str):
                forms = self._transformed(step, forms)

    def _columns(self, whole: Any, forms: tuple[Space, ...]) -> Iterator[Any]:
        places = getattr(whole, "_transformer_to_input_indices", {})
        for name, part, _ in whole.transformers_:
            picked = self._picked(forms, places[name]) if name in places else self._forget(forms)
            yield part, "ColumnTransformer", name, picked

    def _transformed(self, step: Any, forms: tuple[Space, ...]) -> tuple[Space, ...]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return (forms[0], Space(step.transform(forms[-1].rows)))
        except NotFittedError:  # a template, which holds nothing
            return forms[:1]
        except _FORMLESS:
            return self._forget(forms)

    def _picked(self, forms: tuple[Space, ...], places: Any) -> tuple[Space, ...]:
        rows = forms[-1].rows
        try:
            return (forms[0], Space(rows.iloc[:, places] if isinstance(rows, pd.DataFrame) else rows[:, places]))
        except _FORMLESS:
            return self._forget(forms)

    def _forget(self, forms: tuple[Space, ...]) -> tuple[Space, ...]:
        self.lost += 1
        return forms[:1]


def _is_content(thing: Any) -> bool:
    return isinstance(thing, str | np.ndarray | pd.DataFrame | pd.Series | pd.Index) or sparse.issparse(thing)


def _inside(thing: Any) -> Sequence[Any]:
    """Objects in an array that are no texts or numbers, such as the trees of a booster."""
    if not isinstance(thing, np.ndarray) or thing.dtype.kind != "O":
        return []
    return [t for t in islice(thing.flat, _MOST) if not isinstance(t, _PLAIN)]


def _as_table(things: Any) -> Any:
    """Read a list of rows of numbers as one array; None where it is none."""
    if not isinstance(things, list | tuple) or not things or not isinstance(things[0], list | tuple | np.ndarray):
        return None
    try:
        found = np.asarray(things)
    except ValueError:
        return None
    return found if found.ndim == 2 and found.dtype.kind in "fiub" else None


def _attributes(thing: Any) -> list[tuple[str, Any]]:
    """Name the attributes of an object; one without a dictionary, as compiled ones are, is asked for its state."""
    found = list(getattr(thing, "__dict__", {}).items())
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    found += [(name, getattr(thing, name)) for name in slots if isinstance(name, str) and hasattr(thing, name)]
    if not found and type(thing).__module__.startswith("sklearn."):
        try:
            state = thing.__getstate__()
        except (TypeError, ValueError, AttributeError):
            return found
        return list(state.items()) if isinstance(state, dict) else [("state", state)]
    return found


def tables(content: Any) -> Iterator[Any]:
    """Give an array as the tables it may hold: as it is, turned round, and a list of numbers cut into rows."""
    if isinstance(content, pd.DataFrame) or sparse.issparse(content):
        yield content
    elif isinstance(content, np.ndarray) and content.dtype.names is None:
        if content.ndim == 1:
            yield content.reshape(-1, 1)
            yield content.reshape(1, -1)
        elif content.ndim == 2:
            yield content
            yield content.T
        elif content.ndim > 2:
            yield content.reshape(len(content), -1)

"""One pipeline, sound or broken, run through the gate on data drawn anew."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd

import pipelines
from benchmarks.provenance import revision
from pipelines import redaction, release, synthesis
from pipelines.check import Check, State

Build = Callable[[Path, int], Path]
"""Writes recipe and inputs into a folder, by a seed, and returns the recipe's path."""

Break = Callable[[], AbstractContextManager[Any]]
"""Breaks something for as long as the context lasts."""


@dataclass(frozen=True, slots=True)
class Case:
    """A pipeline: how it is made, what is broken in it, and which check, in which state, has to stop it ("": none)."""

    name: str
    build: Build
    caught_by: str = ""
    state: State = "FAIL"
    broken: Break = nullcontext

    @property
    def sound(self) -> bool:
        """Whether the gate has to let it pass."""
        return not self.caught_by


@dataclass(frozen=True, slots=True)
class Ended:
    """How a case ended: whether the gate let it pass, what stopped it, and whether that was what should have."""

    case: str
    seed: int
    revision: str
    passed: bool
    stopped_by: Sequence[str]
    caught: bool


def run_case(case: Case, seed: int) -> Ended:
    """Run a case once."""
    with tempfile.TemporaryDirectory() as place:
        recipe = case.build(Path(place), seed)
        with case.broken():
            verdict = pipelines.run(recipe, Path(place) / "out")
    return Ended(case.name, seed, revision(), verdict.passed, _stoppers(verdict.checks), _caught(case, verdict.checks))


def _stoppers(checks: Sequence[Check]) -> tuple[str, ...]:
    return tuple(f"{check.state} {check.name}" for check in checks if check.state in {"FAIL", "INVALID"})


def _caught(case: Case, checks: Sequence[Check]) -> bool:
    named = [check for check in checks if check.name.startswith(case.caught_by)]
    return not case.sound and any(check.state == case.state for check in named)


@contextmanager
def table_changed(change: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]) -> Iterator[None]:
    """Let something happen to every redacted table, given the original and the release, before it is attacked."""
    redact = redaction.redact_one_table

    def broken(*arguments: Any, **named: Any) -> Any:
        done = redact(*arguments, **named)
        frame = change(done.source.frame, done.released.frame.copy())
        return replace(done, released=replace(done.released, frame=frame))

    with mock.patch.object(release, "redact_one_table", broken):
        yield


@contextmanager
def texts_changed(change: Callable[[str, Sequence[tuple[int, int, str]]], str]) -> Iterator[None]:
    """Redact texts otherwise: `change` makes the released text from an original one and what was found in it."""
    redact = redaction.redact_corpus

    def broken(*arguments: Any, **named: Any) -> Any:
        done = redact(*arguments, **named)
        found = [[(f.start, f.end, f.label) for f in one] for one in done.findings]
        texts = [change(item.text, spans) for item, spans in zip(done.source.texts, found, strict=True)]
        return replace(done, texts=tuple(texts))

    with mock.patch.object(release, "redact_corpus", broken):
        yield


@contextmanager
def synthetic_changed(change: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]) -> Iterator[None]:
    """Let something happen to the synthetic table, given the rows it was made from and itself."""
    make = synthesis.synthesise

    def broken(*arguments: Any, **named: Any) -> Any:
        table, making = make(*arguments, **named)
        return replace(table, frame=change(table.train, table.frame)), making

    with mock.patch.object(release, "synthesise", broken):
        yield

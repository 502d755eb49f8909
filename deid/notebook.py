"""`scan` and `redact`: one call for a string, a list, a series or a frame."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias, overload

import pandas as pd

from deid.detector import Detector
from deid.errors import InputError
from deid.finding import Finding
from deid.keys import Key
from deid.policy import Policy
from deid.redacted import Redacted, Report
from deid.scanner import Scanner, load_families, load_own
from deid.surrogates import Cast
from deid.tables.columns import ColumnPlan
from deid.tables.table import as_texts, check_index, draft_table, plan_table, rebuild
from deid.text import TextDraft

AnyPolicy: TypeAlias = str | os.PathLike[str] | Policy
"""A policy, the name of a preset, or the path of a TOML file."""


@overload
def scan(data: str, policy: AnyPolicy = ...) -> tuple[Finding, ...]: ...
@overload
def scan(data: pd.DataFrame, policy: AnyPolicy = ...) -> tuple[ColumnPlan, ...]: ...
@overload
def scan(data: "list[str] | tuple[str, ...] | pd.Series", policy: AnyPolicy = ...) -> list[tuple[Finding, ...]]: ...
def scan(
    data: "str | list[str] | tuple[str, ...] | pd.Series | pd.DataFrame", policy: AnyPolicy = "standard"
) -> tuple[Finding, ...] | tuple[ColumnPlan, ...] | list[tuple[Finding, ...]]:
    """Find personal data.

    A string gives its findings, a list or series of strings a list of them, a frame the plan of its columns. The input
    is not changed. Raises `InputError` for anything else and `PolicyError` for an unusable policy.

    >>> [f.label for f in scan("Write to ann@example.com")]
    ['EMAIL_ADDRESS']
    """
    scanner = _scanner(policy)
    if isinstance(data, pd.DataFrame):
        return plan_table(data, scanner)
    if isinstance(data, str):
        return scanner.scan([data])[0]
    return scanner.scan(_texts(data))


@overload
def redact(data: str, policy: AnyPolicy = ..., key: Key | None = ..., cast: Cast | None = ...) -> Redacted[str]: ...
@overload
def redact(
    data: pd.DataFrame, policy: AnyPolicy = ..., key: Key | None = ..., cast: Cast | None = ...
) -> Redacted[pd.DataFrame]: ...
@overload
def redact(
    data: "pd.Series", policy: AnyPolicy = ..., key: Key | None = ..., cast: Cast | None = ...
) -> "Redacted[pd.Series]": ...
@overload
def redact(
    data: list[str] | tuple[str, ...], policy: AnyPolicy = ..., key: Key | None = ..., cast: Cast | None = ...
) -> Redacted[list[str]]: ...
def redact(
    data: "str | list[str] | tuple[str, ...] | pd.Series | pd.DataFrame",
    policy: AnyPolicy = "standard",
    key: Key | None = None,
    cast: Cast | None = None,
) -> "Redacted[str] | Redacted[list[str]] | Redacted[pd.Series] | Redacted[pd.DataFrame]":
    """Replace personal data as a policy says; the answer's `data` is of the kind that went in, the input unchanged.

    `key` makes tokens and surrogates and moves dates (see `Key`); without one, the environment variable TAMIS_KEY is
    looked at. `cast` is the `cast` of an earlier answer: who played whom there, does so here. Raises `InputError`,
    `PolicyError`, `PlanError` or `KeyFileError`.

    >>> frame = pd.DataFrame({"name": ["Ann Lee"], "note": ["Ms Lee called from (212) 555-0143 about her knee."]})
    >>> redact(frame).data.iloc[0].tolist()
    ['[PERSON]', '[PERSON] called from [PHONE_NUMBER] about her knee.']
    """
    scanner = _scanner(policy)
    policy = scanner.policy
    used = policy.working_key(key or (Key.from_environment() if policy.needs_key else None))
    key_id = used.id if used else None
    if isinstance(data, pd.DataFrame):
        table = draft_table(data, plan_table(data, scanner), scanner)
        scene = policy.scene([table], used, cast)
        redacted = table.write(used, scene)
        counts = (redacted.labels, redacted.withheld)
        report = Report(len(data), *counts, policy.name, key_id, redacted.plan, policy.pseudonymises)
        return Redacted(redacted.frame, report, scene.cast)
    if isinstance(data, pd.Series):
        check_index(data.index, scanner.without_model())
    texts = [data] if isinstance(data, str) else _texts(data)
    found = scanner.scan(texts)
    draft = TextDraft(texts, found, policy)
    scene = policy.scene([draft], used, cast)
    done = draft.write(used, scene)
    report = Report(len(texts), *count_labels(found), policy.name, key_id, pseudonyms=policy.pseudonymises)
    if isinstance(data, str):
        return Redacted(done[0], report, scene.cast)
    if isinstance(data, pd.Series):
        return Redacted(rebuild(data, texts, done), report, scene.cast)
    return Redacted(done, report, scene.cast)


def count_labels(found: Iterable[Sequence[Finding]]) -> tuple[dict[str, int], int]:
    """Return how many findings carry each label, and how many texts were withheld."""
    counts = Counter(f.label for findings in found for f in findings)
    withheld = counts.pop("WITHHELD", 0)
    return dict(sorted(counts.items())), withheld


def _texts(data: "list[str] | tuple[str, ...] | pd.Series") -> list[str]:
    if isinstance(data, pd.Series):
        return as_texts(data)
    given: object = data
    if isinstance(given, list | tuple) and all(isinstance(text, str) for text in given):
        return list(given)
    raise InputError(f"cannot scan a {type(data).__name__}: give a string, a list of strings, a Series or a DataFrame")


def _scanner(policy: AnyPolicy) -> Scanner:
    used = policy if isinstance(policy, Policy) else Policy.load(policy)
    return Scanner(used, (*_families(used.detectors, used.language, used.model, used.seconds), *load_own(used)))


@lru_cache(maxsize=4)
def _families(names: tuple[str, ...], language: str, model: str | None, seconds: float) -> tuple[Detector, ...]:
    """Build detectors once for each choice of them: loading a language model takes a second."""
    return load_families(Policy(detectors=names, language=language, model=model, seconds=seconds))

"""`scan` and `redact`: one call for a string, a list, a series, a frame or several."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias, overload

import pandas as pd

from deid.detector import Detector
from deid.errors import InputError
from deid.finding import Finding
from deid.keys import Key
from deid.operators import Context
from deid.operators.encrypt import opened
from deid.policy import Policy
from deid.redacted import Redacted, Report
from deid.scanner import Scanner, load_families, load_own
from deid.surrogates import Cast
from deid.tables.columns import ColumnPlan
from deid.tables.headings import clean_headings
from deid.tables.table import TableDraft, TableResult, as_texts, draft_table, plan_table, rebuild
from deid.tables.together import plan_tables, play_tables
from deid.text import TextDraft, count_lost

AnyPolicy: TypeAlias = str | os.PathLike[str] | Policy
"""A policy, the name of a preset, or the path of a TOML file."""


@overload
def scan(data: str, policy: AnyPolicy = ...) -> tuple[Finding, ...]: ...
@overload
def scan(data: pd.DataFrame, policy: AnyPolicy = ...) -> tuple[ColumnPlan, ...]: ...
@overload
def scan(data: Mapping[str, pd.DataFrame], policy: AnyPolicy = ...) -> dict[str, tuple[ColumnPlan, ...]]: ...
@overload
def scan(data: "list[str] | tuple[str, ...] | pd.Series", policy: AnyPolicy = ...) -> list[tuple[Finding, ...]]: ...
def scan(
    data: "str | list[str] | tuple[str, ...] | pd.Series | pd.DataFrame | Mapping[str, pd.DataFrame]",
    policy: AnyPolicy = "standard",
) -> tuple[Finding, ...] | tuple[ColumnPlan, ...] | list[tuple[Finding, ...]] | dict[str, tuple[ColumnPlan, ...]]:
    """Find personal data.

    A string gives its findings, a list or series of strings a list of them, a frame the plan of its columns, frames by
    name a plan each, in which keys and what refers to them are treated alike. The input is not changed.
    Raises `InputError` for anything else and `PolicyError` for an unusable policy.

    >>> [f.label for f in scan("Write to ann@example.com")]
    ['EMAIL_ADDRESS']
    """
    scanner = _scanner(policy)
    if isinstance(data, pd.DataFrame):
        return plan_table(clean_headings(data, scanner), scanner)
    if isinstance(data, str):
        return scanner.scan([data])[0]
    if isinstance(data, Mapping):
        return dict(plan_tables(_frames(data, scanner, None), scanner).plans)
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
    data: Mapping[str, pd.DataFrame], policy: AnyPolicy = ..., key: Key | None = ..., cast: Cast | None = ...
) -> Redacted[dict[str, pd.DataFrame]]: ...
@overload
def redact(
    data: list[str] | tuple[str, ...], policy: AnyPolicy = ..., key: Key | None = ..., cast: Cast | None = ...
) -> Redacted[list[str]]: ...
def redact(
    data: "str | list[str] | tuple[str, ...] | pd.Series | pd.DataFrame | Mapping[str, pd.DataFrame]",
    policy: AnyPolicy = "standard",
    key: Key | None = None,
    cast: Cast | None = None,
) -> (
    "Redacted[str] | Redacted[list[str]] | Redacted[pd.Series] | Redacted[pd.DataFrame] "
    "| Redacted[dict[str, pd.DataFrame]]"
):
    """Replace personal data as a policy says; the answer's `data` is of the kind that went in, the input unchanged.

    Frames by name belong together: a key and the columns of other tables that refer to it get the same operator, and
    the report says whether they still join.

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
        frame = clean_headings(data, scanner, used)
        table = draft_table(frame, plan_table(frame, scanner), scanner)
        scene = policy.scene([table], used, cast)
        written = table.write(used, scene)
        return Redacted(written.frame, _reported(written, policy, key_id), scene.cast)
    if isinstance(data, Mapping):
        done_tables, relations, made_cast = play_tables(_frames(data, scanner, used), scanner, used, cast)
        reports = {table: _reported(one, policy, key_id) for table, one in done_tables.items()}
        frames = {table: one.frame for table, one in done_tables.items()}
        return Redacted(frames, Report.of_tables(reports, relations), made_cast)
    return _redact_texts(data, scanner, used, cast)


def _redact_texts(
    data: "str | list[str] | tuple[str, ...] | pd.Series", scanner: Scanner, key: Key | None, cast: Cast | None
) -> "Redacted[str] | Redacted[list[str]] | Redacted[pd.Series]":
    policy = scanner.policy
    texts = [data] if isinstance(data, str) else _texts(data)
    found = scanner.scan(texts)
    draft = TextDraft(texts, found, policy)
    index = _drafted_index(data.index, scanner) if isinstance(data, pd.Series) else None
    scene = policy.scene([draft, *([index] if index else [])], key, cast)
    failures = Counter[str]()
    done = draft.write(key, scene, failures)
    labels, withheld = count_labels(found)
    lost, unnamed = count_lost(texts, done, found), unnamed_of(labels, policy)
    report = Report(
        len(texts),
        labels,
        withheld + lost,
        policy.name,
        key.id if key else None,
        unnamed=unnamed,
        failed=dict(failures),
        pseudonyms=policy.pseudonymises,
    )
    if isinstance(data, str):
        return Redacted(done[0], report, scene.cast)
    if isinstance(data, pd.Series):
        made = rebuild(data, texts, done)
        if index is not None:
            made = made.set_axis(index.write(key, scene).frame.index)
        made.attrs = {}  # notes on a series are no texts that were scanned
        return Redacted(made, report, scene.cast)
    return Redacted(done, report, scene.cast)


def _drafted_index(index: pd.Index, scanner: Scanner) -> TableDraft:
    frame = pd.DataFrame(index=index)
    return draft_table(frame, plan_table(frame, scanner), scanner)


def count_labels(found: Iterable[Sequence[Finding]]) -> tuple[dict[str, int], int]:
    """Return how many findings carry each label, and how many texts were withheld."""
    counts = Counter(f.label for findings in found for f in findings)
    withheld = counts.pop("WITHHELD", 0)
    return dict(sorted(counts.items())), withheld


def unnamed_of(labels: Mapping[str, int], policy: Policy) -> dict[str, int]:
    """Return the counts of those labels of texts that a policy forgot."""
    return {label: count for label, count in labels.items() if not policy.names(label)}


def decrypt(value: str, policy: AnyPolicy, key: Key | None = None, column: str = "") -> str:
    """Return what the operator `encrypt` made a value of, one value at a time.

    `policy` is the one under which it was encrypted, `column` the column whose cell it fills (none for a part of a
    text). Without a `key` the environment variable TAMIS_KEY is looked at. Raises `SealedError` where the key, the
    column or the policy is another or the value was changed, `KeyFileError` without a key.

    >>> from deid.operators import Encrypt
    >>> policy, key = Policy(labels={"EMAIL_ADDRESS": Encrypt()}), Key(bytes(32))
    >>> sealed = redact("ann@example.com", policy, key).data
    >>> sealed[:20], decrypt(sealed, policy, key)
    ('EMAIL_ADDRESS_e83e8_', 'ann@example.com')
    """
    used = policy if isinstance(policy, Policy) else Policy.load(policy)
    return opened(value, Context("", key or Key.from_environment(), column=column, policy=used.digest))


def _frames(data: Mapping[str, pd.DataFrame], scanner: Scanner, key: Key | None) -> dict[str, pd.DataFrame]:
    given: list[tuple[object, object]] = list(data.items())
    if given and all(isinstance(n, str) and n and isinstance(f, pd.DataFrame) for n, f in given):
        return {name: clean_headings(frame, scanner, key, name) for name, frame in data.items()}
    raise InputError("cannot scan a mapping of anything but DataFrames by name")


def _reported(done: TableResult, policy: Policy, key_id: str | None) -> Report:
    return Report(
        len(done.frame),
        done.labels,
        done.withheld,
        policy.name,
        key_id,
        done.plan,
        done.unnamed,
        done.failed,
        pseudonyms=policy.pseudonymises,
    )


def _texts(data: "list[str] | tuple[str, ...] | pd.Series") -> list[str]:
    if isinstance(data, pd.Series):
        return as_texts(data)
    given: object = data
    if isinstance(given, list | tuple) and all(isinstance(text, str) for text in given):
        return list(given)
    raise InputError(
        f"cannot scan a {type(data).__name__}: give a string, a list of strings, a Series, a DataFrame or several"
    )


def _scanner(policy: AnyPolicy) -> Scanner:
    used = policy if isinstance(policy, Policy) else Policy.load(policy)
    return Scanner(used, (*_families(used.detectors, used.language, used.model, used.seconds), *load_own(used)))


@lru_cache(maxsize=4)
def _families(names: tuple[str, ...], language: str, model: str | None, seconds: float) -> tuple[Detector, ...]:
    """Build detectors once for each choice of them: loading a language model takes a second."""
    return load_families(Policy(detectors=names, language=language, model=model, seconds=seconds))

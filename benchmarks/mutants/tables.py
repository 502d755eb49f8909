"""Redacted tables: sound ones, and those from which something was forgotten."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from benchmarks.mutants.case import Case, table_changed
from benchmarks.mutants.people import customers
from pipelines import release, tablefile

ROWS = 600
_KEY = bytes(range(32))
_HEAD = 'schema_version = 1\nname = "customers"\n'
_SOUND = {
    "customer": '"token"',
    "born": '"drop"',
    "gender": '"keep"',
    "region": '"keep"',
    "job": '"keep"',
}


def build(folder: Path, seed: int, *, key: bool = False, more: str = "", suffix: str = "csv", **columns: str) -> Path:
    """Write customers and a recipe whose policy is a sound one, but for the columns that are given."""
    frame = customers(ROWS, seed)
    if suffix == "csv":
        frame.to_csv(folder / "customers.csv", index=False)
    else:
        frame.to_parquet(folder / "customers.parquet", index=False)
    if key:
        (folder / "key").write_bytes(_KEY)
        (folder / "key").chmod(0o600)
    where = 'file = "key"\nsource = "file"\n' if key else 'source = "ephemeral"\n'
    plan = "".join(f"{name} = {operator}\n" for name, operator in (_SOUND | columns).items())
    recipe = folder / "recipe.toml"
    parts = [f"{_HEAD}[key]\n{where}[policy.columns]\n{plan}", f'[[table]]\npath = "customers.{suffix}"\n', more]
    recipe.write_text("".join(parts), encoding="utf-8")
    return recipe


def build_after_another(folder: Path, seed: int, *, same_key: bool) -> Path:
    """Build a release of people of whom another was made before, under the same key or under one of its own."""
    first = folder / "first"
    first.mkdir()
    release.run(build(first, seed, key=same_key), first / "out")
    joins = (
        '[[attack]]\nkind = "joins"\non = "customers"\nperson = "customer"\n'
        'earlier = "earlier.csv"\nearlier_original = "first/customers.csv"\n'
    )
    (folder / "earlier.csv").write_bytes((first / "out" / "release" / "customers.csv").read_bytes())
    return build(folder, seed, key=same_key, more=joins)


def _some(frame: pd.DataFrame, every: int) -> list[bool]:
    return [number % every == 0 for number in range(len(frame))]


def _noted(words: Callable[[str], str], every: int = 10) -> Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]:
    """Write a form of the name into some of the released notes."""

    def change(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
        notes = [f"{words(name)} came by." for name in before["name"]]
        return after.assign(note=np.where(_some(after, every), notes, after["note"]))

    return change


def _left(column: str) -> Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]:
    """Leave a column as it was."""
    return lambda before, after: after.assign(**{column: before[column].to_numpy()})


def _hashed(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    return after.assign(customer=[hashlib.sha256(value.encode()).hexdigest()[:16] for value in before["customer"]])


def _shifted_by_nothing(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    return after.assign(born=before["born"].to_numpy())


def _two_alike(_: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    jobs = [f"trade {number // 2}" if number < 8 else "other" for number in range(len(after))]
    return after.assign(gender="any", job=jobs)


def _misspelt(name: str) -> str:
    return name[: len(name) // 2] + name[len(name) // 2 + 1 :]


@contextmanager
def _metadata() -> Iterator[None]:
    """Let the writer carry the source's first name over into the notes of the Parquet file."""
    write = tablefile.write_table

    def broken(table: Any, frame: pd.DataFrame, path: Path) -> None:
        write(table, frame, path)
        made = pq.read_table(path)
        pq.write_table(made.replace_schema_metadata({"author": str(table.frame["name"].iloc[0])}), path)

    with mock.patch.object(release, "write_table", broken):
        yield


def _with(change: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]) -> Callable[[], Any]:
    return partial(table_changed, change)


_ANY = "customers: residue"
SOUND: Sequence[Case] = (
    Case("table: tokens, coarse facts kept", build),
    Case("table: the region dropped, too", partial(build, region='"drop"')),
    Case("table: Parquet, everything replaced", partial(build, suffix="parquet", customer='"replace"')),
    Case("table: a second release, another key", partial(build_after_another, same_key=False)),
)
BROKEN: Sequence[Case] = (
    Case("a column is missed (e-mail)", build, _ANY, broken=_with(_left("email"))),
    Case("a label is not redacted (telephone)", build, _ANY, broken=_with(_left("phone"))),
    Case("free text is left as it was", build, _ANY, broken=_with(_left("note"))),
    Case("names in capitals are left", build, _ANY, broken=_with(_noted(str.upper))),
    Case("surnames are left", build, _ANY, broken=_with(_noted(lambda name: f"Mrs {name.split()[-1]}"))),
    Case("misspelt names are left", build, _ANY, broken=_with(_noted(_misspelt, 4))),
    Case("names parted by zero-width spaces are left", build, _ANY, broken=_with(_noted("\u200b".join))),
    Case("a hash without a key", build, "customers: hashes", broken=_with(_hashed)),
    Case("a pseudonym key used again", partial(build_after_another, same_key=True), "customers: joins"),
    Case(
        "dates shifted by zero",
        partial(build, born='"replace"'),
        "customers: linkage",
        broken=_with(_shifted_by_nothing),
    ),
    Case("k = 2", build, "customers: record-risk, greatest", broken=_with(_two_alike)),
    Case("names in a file's metadata", partial(build, suffix="parquet"), "names of files", broken=_metadata),
)

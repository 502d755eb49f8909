"""The book of what was spent on one table, on the disk before the noise it pays for is released.

A file of JSON lines, each carrying the SHA-256 of the line before it, so that an edit, a removal or an
insertion shows. What a chain alone cannot show is a tail that was cut off; keep `Ledger.head` elsewhere to
see that too. No line holds a value of the data; column names and their number count as public.
"""

import datetime as dt
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from synth import chain
from synth.budget import Budget, Number, epsilon_of, exact, rho_of
from synth.errors import (
    BudgetExceededError,
    BudgetInvalidError,
    LedgerBusyError,
    LedgerDamagedError,
    LimitMismatchError,
    SchemaInvalidError,
    UnitMismatchError,
)
from synth.unit import Unit


@dataclass(frozen=True, slots=True)
class Entry:
    """One spend: `delta`-approximate `rho`-zCDP for `step`, by `mechanism`, on the named columns.

    `epsilon` is what it costs without zCDP, together with `delta`; None where only rho says it. `private` is false
    where the noise came from a seed.
    """

    step: str
    mechanism: str
    rho: Fraction
    delta: Fraction = Fraction(0)
    columns: tuple[str, ...] = ()
    private: bool = True
    epsilon: Fraction | None = None

    @property
    def spends(self) -> bool:
        """Whether anything is spent: a mere note costs nothing."""
        return bool(self.rho or self.delta or self.epsilon)


class Ledger:
    """A ledger in a file, or in memory without a `path`; `limit` is the (epsilon, delta) it never goes over.

    `unit` says whom its spends protect: spends for rows and spends for persons do not add up, so a ledger has one unit.
    A file that is there states limit and unit; left out, they are taken from it (a new ledger's unit is then a row).
    While nothing was spent, a file without a limit takes one, and one for rows becomes one for persons. Where another
    run holds the file, `patience` is how many seconds to wait for it.
    The file is created with mode 0600 and its chain is verified every time it is opened. Spending happens inside
    `held()`, which locks the file against other processes and threads.

    >>> ledger = Ledger(limit=Budget(epsilon=1, delta="1e-9"))
    >>> with ledger.held():
    ...     ledger.charge(Entry("one count", "discrete Gaussian", Fraction(1, 100)))
    >>> len(ledger.entries), ledger.rho
    (1, Fraction(1, 100))

    Raises LedgerUnusableError, LedgerDamagedError, LimitMismatchError, UnitMismatchError.
    """

    def __init__(
        self,
        path: str | Path | None = None,
        limit: Budget | None = None,
        unit: Unit | None = None,
        *,
        patience: float = 0.0,
    ) -> None:
        self.path = None if path is None else Path(path)
        self.limit = limit
        self.patience = patience
        self._unit = unit
        self._lines: tuple[str, ...] = ()
        self._entries: tuple[Entry, ...] = ()
        self._thread = threading.Lock()
        self._file: int | None = None
        if self.path is not None:
            with self.held():
                pass
        else:
            self._lines = (chain.chained(_header(limit, self.unit), chain.START),)

    @property
    def unit(self) -> Unit:
        """Give whom the spends protect."""
        return self._unit or Unit()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Give every spend known so far, oldest first."""
        return self._entries

    @property
    def rho(self) -> Fraction:
        """Give the sum of all rho spent."""
        return sum((entry.rho for entry in self._entries), Fraction(0))

    @property
    def delta(self) -> Fraction:
        """Give the sum of the deltas spent directly (by partition selection), without converting rho."""
        return sum((entry.delta for entry in self._entries), Fraction(0))

    @property
    def epsilon(self) -> Fraction | None:
        """Give the sum of all epsilon spent, None if for some spend only rho says what it costs."""
        return _sum_of_epsilons(self._entries)

    @property
    def head(self) -> str:
        """Give the hash of the last line: kept elsewhere, it shows whether lines were cut off later."""
        return chain.head(self._lines[-1])

    def total(self, delta: Number) -> Budget:
        """State everything spent as (epsilon, delta) at an overall `delta`: the smaller of two true answers.

        The sum of the epsilons, and what the sum of the rhos implies at what of `delta` was not spent directly.
        Raises BudgetInvalidError where `delta` leaves no answer.
        """
        overall = exact(delta, "delta")
        left, pure = overall - self.delta, self.epsilon
        known = [] if pure is None or left < 0 else [pure]
        if left > 0:
            known.append(epsilon_of(self.rho, left))
        if not known:
            raise BudgetInvalidError("no epsilon covers what was spent at this delta")
        return Budget(min(known), overall, self.rho)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the ledger alone, and read what others have added. Raises LedgerBusyError."""
        if not self._thread.acquire(blocking=False):
            raise LedgerBusyError("the ledger is in use by another run of this process")
        try:
            if self.path is None:
                yield
            else:
                with chain.locked(self.path, self.patience) as self._file:
                    self._reload(self._file, self.path)
                    yield
        finally:
            self._file = None
            self._thread.release()

    def check(self, *entries: Entry) -> None:
        """Check that these further spends stay within the limit; nothing changes. Raises BudgetExceededError."""
        if self.limit is None:
            return
        every = (*self._entries, *entries)
        left = self.limit.delta - sum((entry.delta for entry in every), Fraction(0))
        pure = _sum_of_epsilons(every)
        if left >= 0 and pure is not None and pure <= self.limit.epsilon:
            return
        rho = sum((entry.rho for entry in every), Fraction(0))
        if left <= 0 or rho > rho_of(self.limit.epsilon, left):
            raise BudgetExceededError(
                f"the ledger's limit is epsilon = {float(self.limit.epsilon):g} "
                f"at delta = {float(self.limit.delta):g}; "
                f"{len(self._entries)} spends so far leave too little for this one"
            )

    def charge(self, *entries: Entry) -> None:
        """Book spends, all or none; when this returns they are on the disk. Only inside `held()`.

        Raises BudgetExceededError, LedgerUnusableError.
        """
        if not self._thread.locked():
            raise LedgerBusyError("a ledger is charged only while it is held")
        self.check(*entries)
        lines = list(self._lines)
        for entry in entries:
            lines.append(chain.chained(_record(entry, len(lines)), chain.head(lines[-1])))
        if self._file is not None:
            chain.append(self._file, lines[len(self._lines) :])
        self._lines, self._entries = tuple(lines), (*self._entries, *entries)

    def _reload(self, file: int, path: Path) -> None:
        lines = chain.read(file, path)
        if not lines:
            lines = (chain.chained(_header(self.limit, self.unit), chain.START),)
            chain.append(file, lines)
            chain.settle(path)
        records = chain.verified(lines, path)
        try:
            terms = [record for record in records if "unit" in record]
            stated, unit = _limit(terms[-1]), _unit(terms[-1])
            entries = tuple(_entry(record) for record in records[1:] if "unit" not in record)
        except (KeyError, TypeError, ValueError, ZeroDivisionError, SchemaInvalidError):
            raise LedgerDamagedError(f"{path}: a line does not say what was spent") from None
        wanted = stated or self.limit, unit if unit.column is not None else self._unit or unit
        if wanted != (stated, unit) and not any(entry.spends for entry in entries):
            line = chain.chained({"line": len(lines), **_terms(*wanted)}, chain.head(lines[-1]))
            chain.append(file, (line,))
            lines, (stated, unit) = (*lines, line), wanted
        if self.limit is not None and stated != self.limit:
            raise LimitMismatchError(f"{path} was started under another limit; leave the limit out to go on under it")
        if self._unit is not None and unit != self._unit:
            raise UnitMismatchError(f"{path} protects another unit: {unit.neighbours}")
        self.limit, self._unit, self._lines, self._entries = stated, unit, lines, entries


def _sum_of_epsilons(entries: Sequence[Entry]) -> Fraction | None:
    known = [entry.epsilon for entry in entries if entry.epsilon is not None]
    return sum(known, Fraction(0)) if len(known) == len(entries) else None


def _header(limit: Budget | None, unit: Unit) -> dict[str, Any]:
    return {"line": 0, "ledger_version": 1, **_terms(limit, unit)}


def _terms(limit: Budget | None, unit: Unit) -> dict[str, Any]:
    stated = None if limit is None else {"epsilon": str(limit.epsilon), "delta": str(limit.delta)}
    whom = "row" if unit.column is None else {"column": unit.column, "rows": unit.rows}
    return {"neighbours": unit.neighbours, "unit": whom, "limit": stated}


def _unit(header: dict[str, Any]) -> Unit:
    whom = header["unit"]
    return Unit() if whom == "row" else Unit(whom["column"], whom["rows"])


def _limit(header: dict[str, Any]) -> Budget | None:
    stated = header.get("limit")
    return None if stated is None else Budget(stated["epsilon"], stated["delta"])


def _record(entry: Entry, line: int) -> dict[str, Any]:
    return {
        "line": line,
        "time": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "step": entry.step,
        "mechanism": entry.mechanism,
        "rho": str(entry.rho),
        "delta": str(entry.delta),
        "epsilon": None if entry.epsilon is None else str(entry.epsilon),
        "columns": list(entry.columns),
        "private": entry.private,
    }


def _entry(record: dict[str, Any]) -> Entry:
    pure = record.get("epsilon")  # ledgers of earlier versions do not say it
    return Entry(
        record["step"],
        record["mechanism"],
        Fraction(record["rho"]),
        Fraction(record["delta"]),
        tuple(record["columns"]),
        record["private"],
        None if pure is None else Fraction(pure),
    )

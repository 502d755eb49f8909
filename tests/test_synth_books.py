"""Whatever happens, no more leaves than the ledger records: any order of calls, a kill at any moment, many at once."""

import json
import math
import os
import random
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.aim import AIM
from synth.budget import Budget, rho_of
from synth.column import Column
from synth.errors import BudgetExceededError, LedgerDamagedError, SynthError
from synth.ledger import Ledger
from synth.schema import Schema
from synth.synthesizer import MST, Independent

LIMIT = Budget(1, "1e-9")
SCHEMA = Schema(tuple(Column(c, "category", categories=("0", "1"), nullable=False) for c in "abc"))
OPEN = Schema((Column("a", "category", buy=True), *SCHEMA.columns[1:]))
UNFIT = Schema((Column("z", "text"),))


def table(rows=60):
    rng = np.random.default_rng(0)
    return pd.DataFrame({c: rng.integers(0, 2, rows).astype(str) for c in "abc"})


CALLS = st.tuples(
    st.sampled_from([Independent, MST, AIM]),
    st.sampled_from(["0.05", "0.3", "0.9", "5"]),
    st.sampled_from(["1e-9", "2e-10", 0]),
    st.sampled_from([SCHEMA, OPEN, UNFIT, None]),
)


@settings(max_examples=30)
@given(calls=st.lists(CALLS, max_size=6), again=st.booleans())
def test_no_order_of_calls_releases_more_than_is_recorded(tmp_path_factory, calls, again):
    book = tmp_path_factory.mktemp("book") / "ledger.jsonl"
    ledger, released, deltas = Ledger(book, LIMIT), Fraction(0), Fraction(0)
    for method, epsilon, delta, schema in calls:
        before = ledger.rho
        try:
            model = method(epsilon, delta, ledger).fit(table(), schema)
        except SynthError:
            assert Ledger(book).rho == before  # what was refused has cost nothing
        else:
            released += sum(entry.rho for entry in model.ledger)
            deltas += sum(entry.delta for entry in model.ledger)
        if again:
            ledger = Ledger(book)
    assert Ledger(book).rho == released
    assert Ledger(book).delta == deltas
    assert Ledger(book).total(LIMIT.delta).epsilon <= LIMIT.epsilon * Fraction(1_000_001, 1_000_000)


CHILD = """
import json, os, signal, sys
from fractions import Fraction
from synth.currency import Zcdp
from synth.encode import encode
from synth.entropy import SystemEntropy
from synth.ledger import Ledger
from synth.till import Till
from tests_books import SCHEMA, table

class Fatal(SystemEntropy):
    def __init__(self, reads):
        self.left = reads
    def read(self, size):
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1
        return super().read(size)

book, reads, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
ledger = Ledger(book)
with ledger.held():
    till = Till(encode(table(), SCHEMA), ledger, Fatal(reads), Zcdp(), Fraction(10**6))
    for turn in range(times):
        (found,) = till.measure([(turn % 3,)], Fraction(1, 100), "measured")
        print(json.dumps({"rho": str(1 / (2 * found.sigma2)), "counts": found.counts.tolist()}), flush=True)
"""


def child(tmp_path, book, reads, times, **more):
    (tmp_path / "tests_books.py").write_text(
        "import numpy as np, pandas as pd\n"
        "from synth import Column, Schema\n"
        'SCHEMA = Schema(tuple(Column(c, "category", categories=("0", "1"), nullable=False) for c in "abc"))\n'
        "def table():\n"
        '    return pd.DataFrame({c: ["0", "1"] * 30 for c in "abc"})\n'
    )
    command = [sys.executable, "-c", CHILD, str(book), str(reads), str(times)]
    path = os.pathsep.join(filter(None, (str(tmp_path), str(Path.cwd()), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True, **more)


def released(lines):
    return sum((Fraction(json.loads(line)["rho"]) for line in lines if line.endswith("}\n")), Fraction(0))


@pytest.mark.parametrize("reads", [0, 1, 3, 8])
def test_who_is_killed_between_the_book_and_the_noise_has_released_less_than_is_recorded(tmp_path, reads):
    book = tmp_path / "ledger.jsonl"
    with child(tmp_path, book, reads, 50) as run:
        lines = run.stdout.readlines()
        assert run.wait() == -signal.SIGKILL
    ledger = Ledger(book)
    assert ledger.rho == released(lines) + Fraction(1, 100)  # the one whose noise was never drawn is booked too


def test_who_is_killed_at_any_moment_has_released_no_more_than_is_recorded(tmp_path):
    dice = random.Random()
    for turn in range(4):
        book = tmp_path / f"{turn}.jsonl"
        with child(tmp_path, book, -1, 100_000) as run:
            first = run.stdout.readline()
            time.sleep(dice.random() * 0.05)
            run.kill()
            lines = [first, *run.stdout.readlines()]
        try:
            recorded = Ledger(book).rho
        except LedgerDamagedError:  # stopped inside a line: nothing goes on until somebody has taken it away
            whole = book.read_bytes()
            book.write_bytes(whole[: whole.rfind(b"\n") + 1])
            recorded = Ledger(book).rho
        assert released(lines) <= recorded


def test_many_processes_at_once_never_go_over_the_limit_together(tmp_path):
    book = tmp_path / "ledger.jsonl"
    Ledger(book, LIMIT)
    code = (
        "import sys\n"
        "from synth import Column, Ledger, MST, Schema\n"
        "from synth.errors import BudgetExceededError, LedgerBusyError\n"
        "import pandas as pd, time, random\n"
        'frame = pd.DataFrame({c: ["0", "1"] * 30 for c in "abc"})\n'
        'schema = Schema(tuple(Column(c, "category", categories=("0", "1"), nullable=False) for c in "abc"))\n'
        "while True:\n"
        "    try:\n"
        '        model = MST("0.3", "1e-9", Ledger(sys.argv[1])).fit(frame, schema)\n'
        "        print(sum(entry.rho for entry in model.ledger), flush=True)\n"
        "    except LedgerBusyError:\n"
        "        time.sleep(random.random() / 50)\n"
        "    except BudgetExceededError:\n"
        "        break\n"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", code, str(book)], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    outputs = [run.communicate()[0].split() for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    spent = sum((Fraction(rho) for output in outputs for rho in output), Fraction(0))
    assert spent == Ledger(book).rho
    allowed = rho_of(1, "1e-9")
    assert allowed - rho_of("0.3", "1e-9") < spent <= allowed


def test_a_ledger_adds_up_as_dp_accounting_does():
    """What is stated of three fits together is no less than their accountant's answer, and within 1 % of it."""
    import dp_accounting
    from dp_accounting import rdp

    ledger = Ledger()
    for method, epsilon in ((MST, "0.7"), (AIM, 1), (Independent, "0.2")):
        method(epsilon, "1e-9", ledger).fit(table(400), SCHEMA)
    best = 1 + math.sqrt(math.log(1e9) / float(ledger.rho))  # the order that zCDP is converted at, about
    accountant = rdp.RdpAccountant(orders=[1 + (best - 1) * (0.5 + n / 4000) for n in range(4000)])
    for entry in ledger.entries:
        noisy = entry.mechanism == "discrete Gaussian"
        noise = dp_accounting.GaussianDpEvent(math.sqrt(1 / (2 * float(entry.rho))))
        accountant.compose(noise if noisy else dp_accounting.ZCDpEvent(float(entry.rho)))
    theirs = accountant.get_epsilon(1e-9)
    ours = float(ledger.total("1e-9").epsilon)
    assert theirs * (1 - 1e-6) <= ours <= theirs * 1.01  # they look at 4,000 orders, and at none between them


def test_pure_spends_add_up_as_dp_accounting_does():
    import dp_accounting
    from dp_accounting import pld

    ledger = Ledger()
    for epsilon in ("0.2", "0.3"):
        Independent(epsilon, 0, ledger).fit(table(400), SCHEMA)
    accountant = pld.PLDAccountant(value_discretization_interval=1e-5)
    for entry in ledger.entries:
        accountant.compose(dp_accounting.LaplaceDpEvent(1 / float(entry.epsilon)))
    theirs = accountant.get_epsilon(1e-12)  # which is as good as none: their grid has no answer at 0
    ours = float(ledger.total(0).epsilon)
    assert theirs * 0.9999 <= ours <= theirs * 1.01  # they round losses up to a grid


def test_a_refused_fit_changes_no_byte_of_the_book(tmp_path):
    book = tmp_path / "ledger.jsonl"
    ledger = Ledger(book, LIMIT)
    MST("0.9", "1e-9", ledger).fit(table(), SCHEMA)
    before = book.read_bytes()
    for method in (Independent, MST, AIM):
        with pytest.raises(BudgetExceededError):
            method("0.9", "1e-9", ledger).fit(table(), SCHEMA)
    assert book.read_bytes() == before

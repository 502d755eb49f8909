"""The ledger never forgets, never overspends, never goes unlocked, and sees when it was touched."""

import json
import stat
import subprocess
import sys
import threading
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.budget import Budget, epsilon_of, rho_of
from synth.errors import (
    BudgetExceededError,
    LedgerBusyError,
    LedgerDamagedError,
    LedgerUnusableError,
    LimitMismatchError,
    UnitMismatchError,
)
from synth.ledger import Entry, Ledger
from synth.unit import Unit

LIMIT = Budget(1, "1e-9")
SPEND = Entry("a count", "discrete Gaussian", Fraction(1, 1000), columns=("age",))


def spend(ledger, *entries):
    with ledger.held():
        ledger.charge(*entries)


def test_every_spend_is_on_the_disk_and_read_back(tmp_path):
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path, LIMIT)
    spend(ledger, SPEND)
    assert json.loads(path.read_text().splitlines()[1])["rho"] == "1/1000"  # before anything else is done
    spend(ledger, SPEND, SPEND)
    again = Ledger(path)
    assert again.entries == (SPEND,) * 3
    assert again.limit == LIMIT
    assert again.head == ledger.head


def test_the_head_states_neighbours_unit_and_limit(tmp_path):
    path = tmp_path / "ledger.jsonl"
    Ledger(path, LIMIT)
    head = json.loads(path.read_text().splitlines()[0])
    assert (head["neighbours"], head["unit"]) == ("add or remove one row", "row")
    assert head["limit"] == {"epsilon": "1", "delta": "1/1000000000"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_overspend_is_refused_and_changes_nothing(tmp_path):
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path, LIMIT)
    all_of_it = rho_of(1, "1e-9")
    spend(ledger, Entry("most", "discrete Gaussian", all_of_it * Fraction(9, 10)))
    before = path.read_bytes()
    small = Entry("small", "discrete Gaussian", all_of_it / 20)
    with pytest.raises(BudgetExceededError):
        spend(ledger, small, small, small)  # all or none
    assert path.read_bytes() == before
    assert len(ledger.entries) == 1
    spend(ledger, small, small)  # exactly the limit, to the last digit
    with pytest.raises(BudgetExceededError):
        spend(ledger, Entry("one more", "discrete Gaussian", Fraction(1, 10**30)))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5)), max_size=30))
def test_no_sequence_of_spends_goes_over_the_limit(spends):
    ledger = Ledger(limit=LIMIT)
    for rho, delta in spends:
        entry = Entry("some", "discrete Gaussian", Fraction(rho, 4000), Fraction(delta, 10**10))
        try:
            spend(ledger, entry)
        except BudgetExceededError:
            continue
    if ledger.rho and ledger.delta < LIMIT.delta:
        assert epsilon_of(ledger.rho, LIMIT.delta - ledger.delta) <= LIMIT.epsilon * Fraction(1_000_001, 1_000_000)
    assert ledger.delta < LIMIT.delta


@pytest.mark.parametrize("line", [0, 1, 2, 3])
@pytest.mark.parametrize("how", ["edit", "remove", "swap"])
def test_tampering_is_seen(tmp_path, line, how):
    path = tmp_path / "ledger.jsonl"
    spend(Ledger(path, LIMIT), SPEND, SPEND, SPEND)
    lines = path.read_text().splitlines()
    if how == "edit":
        lines[line] = (
            lines[line].replace('"line"', '"Line"', 1) if line == 0 else lines[line].replace("1/1000", "1/9999")
        )
    elif how == "remove" and line < 3:
        del lines[line]
    elif how == "swap" and line < 3:
        lines[line], lines[line + 1] = lines[line + 1], lines[line]
    else:
        lines.append(lines[line])
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(LedgerDamagedError):
        Ledger(path)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"{}\n", b"no ledger\n", b"[1]\n", b'{"hash": "0"'])
def test_what_is_no_ledger_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "ledger.jsonl"
    path.touch(0o600)
    path.write_bytes(content)
    with pytest.raises(LedgerDamagedError):
        Ledger(path)
    assert path.read_bytes() == content


def test_a_line_cut_off_by_a_crash_stops_further_spending(tmp_path):
    path = tmp_path / "ledger.jsonl"
    spend(Ledger(path), SPEND)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(LedgerDamagedError, match="incomplete"):
        Ledger(path)


def test_another_process_cannot_use_a_held_ledger(tmp_path):
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    code = "import sys; from synth.ledger import Ledger; Ledger(sys.argv[1])"
    with ledger.held():
        run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=False)
        assert "LedgerBusyError" in run.stderr
        with pytest.raises(LedgerBusyError):
            Ledger(path)
        with pytest.raises(LedgerBusyError), ledger.held():
            pass
    assert Ledger(path).entries == ()


def test_spends_of_others_count(tmp_path):
    path = tmp_path / "ledger.jsonl"
    first, second = Ledger(path, LIMIT), Ledger(path, LIMIT)
    spend(first, Entry("all", "discrete Gaussian", rho_of(1, "1e-9")))
    with pytest.raises(BudgetExceededError):
        spend(second, SPEND)
    assert len(second.entries) == 1


def test_a_limit_cannot_be_raised_by_opening_the_ledger_again(tmp_path):
    path = tmp_path / "ledger.jsonl"
    Ledger(path, LIMIT)
    with pytest.raises(LimitMismatchError):
        Ledger(path, Budget(2, "1e-9"))


def test_a_ledger_in_which_nothing_was_spent_takes_stricter_terms(tmp_path):
    place, person, limit = tmp_path / "book", Unit("who", 2), Budget(1, "1e-9")
    Ledger(place)
    with (noted := Ledger(place)).held():
        noted.charge(Entry("gate run", "none", Fraction(0), epsilon=Fraction(0)))
    Ledger(place, limit, person)
    again = Ledger(place)
    assert (again.limit, again.unit, len(again.entries)) == (limit, person, 1)
    with pytest.raises(UnitMismatchError):
        Ledger(place, unit=Unit())
    with pytest.raises(LimitMismatchError):
        Ledger(place, Budget(2, "1e-9"))


def test_a_ledger_in_which_something_was_spent_keeps_its_terms(tmp_path):
    place = tmp_path / "book"
    with (ledger := Ledger(place)).held():
        ledger.charge(Entry("count", "discrete Gaussian", Fraction(1, 100)))
    with pytest.raises(UnitMismatchError):
        Ledger(place, unit=Unit("who", 2))
    with pytest.raises(LimitMismatchError):
        Ledger(place, Budget(2, "1e-9"))


def test_patience_outlasts_a_short_use(tmp_path):
    place = tmp_path / "book"
    with Ledger(place).held(), pytest.raises(LedgerBusyError):
        Ledger(place)
    holder = Ledger(place)
    entered = threading.Event()

    def hold():
        with holder.held():
            entered.set()
            time.sleep(0.3)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait()
    Ledger(place, patience=30)
    thread.join()


def test_a_ledger_others_can_read_or_that_cannot_be_made_is_refused(tmp_path):
    path = tmp_path / "ledger.jsonl"
    Ledger(path)
    path.chmod(0o644)
    with pytest.raises(LedgerUnusableError, match="chmod"):
        Ledger(path)
    with pytest.raises(LedgerUnusableError):
        Ledger(tmp_path / "absent" / "ledger.jsonl")


def test_nothing_is_charged_without_holding_the_ledger():
    with pytest.raises(LedgerBusyError):
        Ledger().charge(SPEND)


def test_a_total_is_stated_as_epsilon_at_a_delta():
    ledger = Ledger()
    spend(ledger, Entry("all", "discrete Gaussian", rho_of(1, "5e-10"), Fraction("5e-10")))
    assert float(ledger.total("1e-9").epsilon) == pytest.approx(1, rel=1e-6)

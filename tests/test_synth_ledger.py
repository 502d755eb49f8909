"""The ledger never forgets, never overspends, never goes unlocked, and sees when it was touched."""

import datetime as dt
import hashlib
import json
import os
import resource
import stat
import subprocess
import sys
import threading
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth import chain
from synth.budget import Budget, epsilon_of, rho_of
from synth.errors import (
    BudgetExceededError,
    BudgetInvalidError,
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


@pytest.mark.parametrize(
    ("entry", "spends"),
    [
        (Entry("note", "none", Fraction(0)), False),
        (Entry("note", "none", Fraction(0), epsilon=Fraction(0)), False),
        (Entry("a", "x", Fraction(1)), True),
        (Entry("a", "x", Fraction(0), Fraction(1, 2)), True),
        (Entry("a", "x", Fraction(0), epsilon=Fraction(1)), True),
    ],
)
def test_a_note_spends_nothing(entry, spends):
    assert entry.spends is spends


def test_a_line_says_all_of_a_spend_and_reads_back_as_it_was(tmp_path):
    path = tmp_path / "ledger.jsonl"
    spent = Entry("a", "exponential", Fraction(1, 7), Fraction(1, 10**9), ("age", "zip"), False, Fraction(2, 3))
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    spend(Ledger(path), SPEND, spent)
    _, first, second = (json.loads(line) for line in path.read_text().splitlines())
    time_of, hashes = dt.datetime.fromisoformat(second.pop("time")), (second.pop("previous"), second.pop("hash"))
    assert before <= time_of <= dt.datetime.now(dt.UTC)
    assert second == {
        "line": 2,
        "step": "a",
        "mechanism": "exponential",
        "rho": "1/7",
        "delta": "1/1000000000",
        "epsilon": "2/3",
        "columns": ["age", "zip"],
        "private": False,
    }
    assert (first["line"], first["epsilon"], first["private"], first["hash"]) == (1, None, True, hashes[0])
    assert Ledger(path).entries == (SPEND, spent)


def test_the_head_is_one_line_that_begins_the_chain(tmp_path):
    for unit, whom in ((Unit(), "row"), (Unit("who", 2), {"column": "who", "rows": 2})):
        path = tmp_path / f"{unit.rows}.jsonl"
        Ledger(path, unit=unit)
        (line,) = path.read_text().splitlines()
        stated = json.loads(line)
        assert stated.pop("hash")
        assert stated == {
            "line": 0,
            "ledger_version": 1,
            "neighbours": unit.neighbours,
            "unit": whom,
            "limit": None,
            "previous": "0" * 64,
        }


def test_a_change_of_terms_is_a_line_of_its_own(tmp_path):
    path = tmp_path / "ledger.jsonl"
    noted = Ledger(path)
    note = Entry("note", "none", Fraction(0), epsilon=Fraction(0))
    spend(noted, note, note)
    opened = Ledger(path, LIMIT, Unit("who", 3))
    line = json.loads(path.read_text().splitlines()[3])
    assert (line["line"], line["limit"]["epsilon"], line["unit"]) == (3, "1", {"column": "who", "rows": 3})
    assert opened.head == line["hash"]
    spend(opened, SPEND)
    again = Ledger(path)
    assert (again.limit, again.unit, len(again.entries)) == (LIMIT, Unit("who", 3), 3)


def test_a_ledger_in_memory_has_a_head_that_every_spend_moves():
    heads = [Ledger().head, Ledger(limit=LIMIT).head, Ledger(unit=Unit("who", 2)).head]
    ledger = Ledger()
    spend(ledger, SPEND)
    assert len({*heads, ledger.head}) == 4
    assert (Ledger().unit, Ledger(unit=Unit("who", 2)).unit) == (Unit(), Unit("who", 2))
    assert Ledger().head == heads[0]


def test_a_ledger_of_before_epsilons_were_written_is_read(tmp_path):
    path = tmp_path / "ledger.jsonl"
    spend(Ledger(path), SPEND)
    lines = path.read_text().splitlines()
    old = {key: value for key, value in json.loads(lines[1]).items() if key not in {"epsilon", "hash", "previous"}}
    path.write_text(f"{lines[0]}\n{chain.chained(old, chain.head(lines[0]))}\n")
    assert Ledger(path).entries == (SPEND,)


@pytest.mark.parametrize(
    "wrong", [{"rho": "1/0"}, {"rho": "much"}, {"delta": None}, {"step": ...}, {"columns": ...}, {"private": ...}]
)
def test_a_line_in_the_chain_that_says_no_spend_is_damage(tmp_path, wrong):
    path = tmp_path / "ledger.jsonl"
    spend(Ledger(path), SPEND)
    lines = path.read_text().splitlines()
    record = {**json.loads(lines[1]), **wrong}
    record = {key: value for key, value in record.items() if value is not ... and key not in {"hash", "previous"}}
    path.write_text(f"{lines[0]}\n{chain.chained(record, chain.head(lines[0]))}\n")
    with pytest.raises(LedgerDamagedError, match=r"ledger.jsonl: a line does not say what was spent$"):
        Ledger(path)


def test_damage_is_named_by_its_line(tmp_path):
    path = tmp_path / "ledger.jsonl"
    spend(Ledger(path), SPEND, SPEND)
    whole = path.read_text().splitlines()
    for place in range(3):
        lines = [*whole[:place], whole[place].replace('"', "'", 1), *whole[place + 1 :]]
        path.write_text("\n".join(lines) + "\n")
        with pytest.raises(LedgerDamagedError, match=rf"ledger\.jsonl: the chain breaks at line {place + 1}$"):
            Ledger(path)
    path.write_text("\n".join(whole))
    with pytest.raises(
        LedgerDamagedError, match=r"ledger\.jsonl: line 3, the last, is incomplete; nothing was released for it$"
    ):
        Ledger(path)
    path.write_bytes(b"\xff\n")
    with pytest.raises(LedgerDamagedError, match=r"ledger\.jsonl: not a ledger \(not UTF-8\)$"):
        Ledger(path)


def test_a_ledger_of_megabytes_is_read_whole(tmp_path):
    path = tmp_path / "ledger.jsonl"
    lines = [line := chain.chained({"line": 0, "said": "x" * 1_500_000}, chain.START)]
    lines += [chain.chained({"line": 1, "said": "y" * 1_500_000}, chain.head(line))]
    with chain.locked(path) as file:
        chain.append(file, lines)
        assert chain.read(file, path) == tuple(lines)
    assert [record["line"] for record in chain.verified(tuple(lines), path)] == [0, 1]


def test_a_disk_that_takes_only_part_of_a_line_is_told(tmp_path):
    path, limits = tmp_path / "ledger.jsonl", resource.getrlimit(resource.RLIMIT_FSIZE)
    with (ledger := Ledger(path)).held():
        size = path.stat().st_size
        for room, said in ((9, "the disk took only part of a ledger entry"), (0, "cannot be written (File too large)")):
            try:
                resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, limits[1]))
                with pytest.raises(LedgerUnusableError) as caught:
                    ledger.charge(SPEND)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            assert str(caught.value).endswith(said)
            os.truncate(path, size)
            assert ledger.entries == ()
    spend(ledger, SPEND)
    assert Ledger(path).entries == (SPEND,)


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o610, 0o604, 0o602, 0o601])
def test_nobody_else_may_read_or_write_a_ledger(tmp_path, mode):
    path = tmp_path / "ledger.jsonl"
    Ledger(path)
    path.chmod(mode)
    said = r"ledger\.jsonl: other users may read or write it; run chmod 600 on it$"
    with pytest.raises(LedgerUnusableError, match=said):
        Ledger(path)
    path.chmod(0o600)
    assert Ledger(path).entries == ()


def test_a_ledger_in_use_says_where(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    with ledger.held():
        with (
            pytest.raises(LedgerBusyError, match=r"^the ledger is in use by another run of this process$"),
            ledger.held(),
        ):
            pass
        with pytest.raises(LedgerBusyError, match=r"ledger\.jsonl: in use by another run$"):
            Ledger(ledger.path)
    with pytest.raises(LedgerBusyError, match=r"^a ledger is charged only while it is held$"):
        ledger.charge(SPEND)
    with pytest.raises(LedgerUnusableError, match=r"cannot be opened for writing \(Is a directory\)$"):
        Ledger(tmp_path)


def test_a_ledger_is_let_go_whatever_happens_while_it_is_held(tmp_path):
    for ledger in (Ledger(tmp_path / "ledger.jsonl"), Ledger()):
        with pytest.raises(ZeroDivisionError), ledger.held():
            raise ZeroDivisionError
        spend(ledger, SPEND)
        assert ledger.entries == (SPEND,)


def test_another_limit_or_unit_is_refused_by_name(tmp_path):
    path = tmp_path / "ledger.jsonl"
    spend(Ledger(path, LIMIT, Unit("who", 2)), SPEND)
    with pytest.raises(
        LimitMismatchError, match="was started under another limit; leave the limit out to go on under it"
    ):
        Ledger(path, Budget(1, "1e-8"))
    with pytest.raises(UnitMismatchError, match=r"protects another unit: add or remove one person \(column 'who', at"):
        Ledger(path, unit=Unit("who", 3))
    assert Ledger(path, LIMIT, Unit("who", 2)).entries == (SPEND,)


def pure(epsilon, rho=0, delta=0):
    return Entry("a", "x", Fraction(rho), Fraction(delta), epsilon=Fraction(epsilon))


def test_sums_are_of_every_spend_and_of_epsilon_only_where_all_say_it():
    ledger = Ledger()
    assert (ledger.rho, ledger.delta, ledger.epsilon) == (0, 0, 0)
    spend(ledger, pure("1/2", "1/8", "1/10"), pure("1/4", "1/9", "1/20"))
    assert (ledger.rho, ledger.delta, ledger.epsilon) == (Fraction(17, 72), Fraction(3, 20), Fraction(3, 4))
    spend(ledger, SPEND)
    assert ledger.epsilon is None


def test_a_total_is_the_smaller_of_two_true_answers():
    ledger = Ledger()
    spend(ledger, pure("1/2", "1/8"))
    assert ledger.total("1e-9") == Budget("1/2", "1e-9", "1/8")
    spend(ledger, pure(9, 0))
    converted = epsilon_of(Fraction(1, 8), "1e-9")
    assert converted < 9
    assert ledger.total("1e-9") == Budget(converted, "1e-9", "1/8")


def test_a_total_has_the_delta_that_is_left_for_rho_and_none_where_nothing_is():
    ledger = Ledger()
    spend(ledger, pure(1, "1/200", "1e-6"))
    assert ledger.total("3e-6").epsilon == epsilon_of(Fraction(1, 200), "2e-6")
    assert ledger.total("1e-6").epsilon == 1  # nothing left: only the epsilons say it
    with pytest.raises(BudgetInvalidError, match=r"^no epsilon covers what was spent at this delta$"):
        ledger.total("9e-7")
    spend(ledger, SPEND)
    with pytest.raises(BudgetInvalidError):
        ledger.total("1e-6")


@pytest.mark.parametrize(
    ("spends", "within"),
    [
        ([pure(1, 9)], True),  # by epsilon, whatever rho says
        ([pure("1/2", 9), pure("1/2", 9)], True),
        ([pure("3/4", 9), pure("1/2", 9)], False),
        ([pure(5, "1/1000")], True),  # by rho, whatever the epsilons say
        ([pure(1, 9, "1e-9")], True),  # all of delta
        ([pure(1, 9, "2e-9")], False),
        ([pure(5, "1/1000", "1e-9")], False),  # none of delta is left for rho
        ([pure(1, 9), SPEND], False),
        ([SPEND, Entry("a", "x", Fraction(0), Fraction("9e-10"))], True),
    ],
)
def test_a_limit_is_kept_by_epsilon_or_by_rho(spends, within):
    ledger = Ledger(limit=LIMIT)
    with ledger.held():
        ledger.charge(*spends[:-1])
        before = ledger.entries
        if within:
            ledger.check(spends[-1])
            assert ledger.entries == before
            ledger.charge(spends[-1])
            return
        with pytest.raises(BudgetExceededError) as caught:
            ledger.charge(spends[-1])
    assert ledger.entries == before
    assert str(caught.value) == (
        f"the ledger's limit is epsilon = 1 at delta = 1e-09; {len(before)} spends so far leave too little for this one"
    )


def test_without_a_limit_anything_is_within_it():
    Ledger().check(pure(10**6, 10**6, "1/2"))


def test_patience_ends(tmp_path):
    path = tmp_path / "ledger.jsonl"
    with Ledger(path).held():
        started = time.monotonic()
        with pytest.raises(LedgerBusyError):
            Ledger(path, patience=0.2)
        assert 0.2 <= time.monotonic() - started < 5
        with pytest.raises(LedgerBusyError):
            Ledger(path)


def test_a_line_has_one_hash_whatever_the_order_of_its_keys():
    line = chain.chained({"b": 1, "a": "é"}, chain.START)
    assert line == chain.chained({"a": "é", "b": 1}, chain.START)
    body = json.dumps({"a": "é", "b": 1, "previous": chain.START}, sort_keys=True)
    assert chain.head(line) == hashlib.sha256(body.encode()).hexdigest()

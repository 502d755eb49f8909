"""How the gate decides: which figure, against which limit, and what a release is told of it."""

import itertools
import math
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from deid.redacted import Report
from leakage import Control, Estimate, Risk, wilson
from leakage.risk import judge
from pipelines.attack import (
    AttributeAttack,
    CopiesAttack,
    LinkageAttack,
    MechanismAttack,
    MembershipAttack,
    MissedNamesAttack,
    QuasiAttack,
    RecordRiskAttack,
    RescanAttack,
    ResidueAttack,
)
from pipelines.attacks import Outcome
from pipelines.book import Book
from pipelines.check import STATES, Check, passes, worst
from pipelines.corpus import Corpus
from pipelines.gate import check_name, judge_attacks, judge_book, judge_release
from pipelines.material import CorpusMaterial, Making, Material, SyntheticTable
from pipelines.profile import CELL, PROFILES, RULES, _count, _detail, _inverse, rules_of
from pipelines.recipe import GateLimits, Recipe
from pipelines.redaction import RedactedCorpus, RedactedTable
from pipelines.tablefile import Table
from synth import Budget, Column, Independent, Schema
from synth.entropy import InsecureTestEntropy

FOUND = Control(1.0, 0.9)
NOTHING = Material({}, {}, None)
CONTROLLED = GateLimits()
ROWS = pd.DataFrame({"smoker": ["yes", "no"] * 20})
SCHEMA = Schema((Column("smoker", "category", categories=("yes", "no")),))
GATE_DOC = Path(__file__).parents[1] / "docs" / "gate.md"


def risk(hits=0, trials=1000, baseline=0.0, **more) -> Risk:
    return judge("a risk", wilson(hits, trials), baseline=baseline, attempts=trials, seconds=0.1, planted=FOUND, **more)


def only(outcome, limits=CONTROLLED, material=NOTHING) -> Check:
    (check,) = judge_attacks([outcome], material, limits)
    return check


def by_name(checks) -> dict[str, Check]:
    named = {check.name: check for check in checks}
    assert len(named) == len(checks)
    return named


RESIDUE, LINKAGE = ResidueAttack(on="notes"), LinkageAttack(on="notes")


# The limits


def stated() -> dict[str, list[tuple[float, ...]]]:
    """Read the limits of each code from the table of `docs/gate.md`; a row without a code goes on with the last."""
    limits: dict[str, list[tuple[float, ...]]] = {}
    code = ""
    for line in GATE_DOC.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 7 or not re.fullmatch(r"[A-Z]\d+|", cells[0]):
            continue
        code = cells[0] or code
        figures = cells[3:6]
        if all(re.fullmatch(r"[\d./]+|–", figure) for figure in figures):
            limits.setdefault(code, []).append(tuple(math.inf if f == "–" else float(Fraction(f)) for f in figures))
    return limits


def test_the_limits_are_those_that_the_documents_state():
    said = stated()
    for code in dict.fromkeys(rule.code for rule in RULES):
        ours = dict.fromkeys(rule.limits for rule in RULES if rule.code == code)
        assert list(ours) == list(dict.fromkeys(said[code])), code


def test_cells_are_of_eleven_five_or_three_people():
    assert dict(CELL) == {"public": 11, "controlled": 5, "internal": 3}
    assert PROFILES == ("public", "controlled", "internal")


@pytest.mark.parametrize(
    ("thing", "kinds"),
    [
        (
            "corpus",
            "residue rescan missed-names entity-presence surrogates attribute-inference linkage quasi-identifiers "
            "hashes",
        ),
        ("table", "residue rescan linkage joins hashes sparse-linkage record-risk"),
        (
            "synthetic",
            "residue membership attribute-inference singling-out linkability copies dp-audit exposure",
        ),
        ("aggregate", "cells"),
        ("model", "stored-rows canaries inversion membership"),
    ],
)
def test_each_thing_has_its_attacks_and_the_first_rule_of_each_bears_its_name_alone(thing, kinds):
    assert sorted({rule.kind for rule in RULES if thing in rule.things}) == sorted(kinds.split())
    for kind in kinds.split():
        first, *others = rules_of(kind, thing)
        assert not first.part
        assert all(rule.part for rule in others) or kind == "missed-names"
        assert len({(rule.part, profile) for rule in (first, *others) for profile in rule.profiles}) == sum(
            len(rule.profiles) for rule in (first, *others)
        )


# What decides


DETAILS = {
    "auc": 0.55,
    "auc upper": 0.58,
    "below 11": 0.001,
    "below 11 upper": 0.002,
    "below 5": 0.003,
    "below 5 upper": 0.004,
    "below 3": 0.005,
    "below 3 upper": 0.006,
    "residual": 2.0,
    "names per 1,000 documents": 3.0,
    "joined": 4.0,
    "found": 5.0,
    "lower bound over the claim": 0.9,
    "max exposure": 12.0,
    "broken": 6.0,
    "differences": 7.0,
    "rows found": 8.0,
    "storing estimators": 9.0,
    "rare values": 10.0,
    "prosecutor max": 0.25,
    "l": 4.0,
    "t": 0.2,
}
MEASURED = risk(100, baseline=0.05, held_out=wilson(40, 1000), details=DETAILS)
UPPER = MEASURED.upper
COPIED, HELD_OUT = wilson(100, 1000), wilson(40, 1000)
BEYOND = pytest.approx(
    0.1 - 1.1 * 0.04 - math.hypot(COPIED.value - COPIED.lower, 1.1 * (HELD_OUT.upper - HELD_OUT.value))
)


@pytest.mark.parametrize(
    ("kind", "thing", "figures"),
    [
        ("residue", "corpus", [UPPER]),
        ("rescan", "table", [2.0]),
        ("missed-names", "corpus", [3.0]),
        ("entity-presence", "corpus", [(UPPER - 0.05) / 0.95]),
        ("attribute-inference", "corpus", [(UPPER - 0.05) / 0.95, 0.58]),
        ("linkage", "table", [UPPER]),
        ("quasi-identifiers", "corpus", [UPPER, 0.002, 0.004, 0.006]),
        ("joins", "table", [4.0]),
        ("hashes", "corpus", [5.0]),
        ("membership", "synthetic", [UPPER, 0.58]),
        ("attribute-inference", "synthetic", [MEASURED.residual_upper]),
        ("singling-out", "synthetic", [MEASURED.residual_upper]),
        ("linkability", "synthetic", [MEASURED.residual_upper]),
        ("copies", "synthetic", [MEASURED.residual_upper, BEYOND]),
        ("dp-audit", "synthetic", [0.9]),
        ("exposure", "synthetic", [12.0]),
        ("cells", "aggregate", [6.0, 7.0]),
        ("stored-rows", "model", [8.0, 9.0, 10.0]),
        ("sparse-linkage", "table", [UPPER]),
        ("record-risk", "table", [UPPER, 0.25, 1 / 4.0, 0.2]),
    ],
)
def test_an_attack_is_decided_by_its_own_figures(kind, thing, figures):
    assert [rule.bound(MEASURED, 0.05) for rule in rules_of(kind, thing)] == figures


def test_copies_beyond_chance_need_a_control_and_are_never_fewer_than_none():
    *_, beyond = rules_of("copies", "synthetic")
    assert beyond.bound(risk(0), 0.05) is None
    assert beyond.bound(risk(30, held_out=wilson(30, 1000)), 0.05) == 0.0
    surely = beyond.bound(risk(500, held_out=wilson(0, 1000)), 0.05)
    share, other = wilson(500, 1000), wilson(0, 1000)
    assert surely == pytest.approx(0.5 - math.hypot(0.5 - share.lower, 1.1 * other.upper))


def test_a_diversity_of_nothing_is_unknown():
    diversity = rules_of("record-risk", "table")[2]
    assert diversity.bound(risk(0), 0.05) is None
    assert diversity.bound(risk(0, details={"l": 0.0}), 0.05) is None


# One figure


@pytest.mark.parametrize(("profile", "limit"), list(zip(PROFILES, (0.01, 0.05, 0.10), strict=True)))
def test_a_check_says_what_was_measured_against_which_limit(profile, limit):
    found = risk(20)
    passing, failing = "FAIL", "PASS" if profile != "public" else "FAIL"
    check = only(Outcome(RESIDUE, "corpus", found), GateLimits(profile=profile))
    assert found.upper == pytest.approx(0.0289, abs=1e-3)
    assert check == Check(
        "notes: residue",
        failing,
        "success",
        found.upper,
        limit,
        f"practice; TAB ({profile} release)",
        "texts",
        "T1",
        0.05,
        None,
        found,
    )
    assert only(Outcome(RESIDUE, "corpus", risk(200)), GateLimits(profile=profile)).state == passing


def test_at_the_limit_passes_and_above_it_fails():
    at, above = (risk(details={"residual": n}) for n in (0.0, 0.5))
    assert only(Outcome(RescanAttack(on="notes"), "corpus", at)).state == "PASS"
    assert only(Outcome(RescanAttack(on="notes"), "corpus", above)).state == "FAIL"


@pytest.mark.parametrize(("hits", "state"), [(5, "PASS"), (150, "WARN"), (400, "FAIL")])
def test_a_limit_of_ones_own_warns_where_the_profile_would_fail(hits, state):
    own = LinkageAttack(on="notes", limit=0.3, reason="a closed room")
    check = only(Outcome(own, "corpus", risk(hits)), GateLimits(profile="public"))
    assert (check.state, check.limit, check.usual, check.reason) == (state, 0.3, 0.09, "a closed room")


def test_the_gates_own_limit_for_a_check_wins_and_holds_for_that_check_alone():
    said = [{"check": "notes: linkage", "limit": 0.5, "reason": "agreed"}]
    own = LinkageAttack(on="notes", limit=0.3, reason="a closed room")
    outcomes = [Outcome(own, "corpus", risk(400)), Outcome(RESIDUE, "corpus", risk(400))]
    linkage, residue = judge_attacks(outcomes, NOTHING, GateLimits(limit=said))
    assert (linkage.name, residue.name) == ("notes: linkage", "notes: residue")
    assert (linkage.state, linkage.limit, linkage.usual, linkage.reason) == ("WARN", 0.5, 0.20, "agreed")
    assert (residue.state, residue.limit, residue.usual) == ("FAIL", 0.05, None)


def test_a_limit_of_ones_own_is_for_the_first_figure_and_lets_the_same_risk_in_another_only_warn():
    own = AttributeAttack(on="notes", attributes=("gender",), limit=0.9, reason="known anyway")
    found = risk(600, baseline=0.5, details={"auc": 0.8, "auc upper": 0.9})
    first, area = judge_attacks([Outcome(own, "corpus", found)], NOTHING, CONTROLLED)
    assert (first.name, first.limit, first.usual) == ("notes: attribute-inference of gender", 0.9, 0.25)
    assert (area.name, area.state, area.limit, area.usual) == (f"{first.name}, area", "WARN", 1.0, 0.65)
    assert area.reason == "known anyway"
    unlimited = own.model_copy(update={"limit": None})
    first, area = judge_attacks([Outcome(unlimited, "corpus", found)], NOTHING, CONTROLLED)
    assert (first.state, area.state, area.limit, area.usual) == (
        "FAIL" if first.measured > 0.25 else "PASS",
        "FAIL",
        0.65,
        None,
    )


def test_a_limit_of_ones_own_says_nothing_of_figures_that_are_another_risk():
    own = MembershipAttack(on="t", limit=0.9, reason="few rows")
    found = risk(600, details={"auc": 0.8, "auc upper": 0.9})
    first, area = judge_attacks([Outcome(own, "synthetic", found)], NOTHING, CONTROLLED)
    assert (first.state, area.state, area.limit) == ("WARN", "FAIL", 0.65)


@pytest.mark.parametrize(("names", "state"), [(1.0, "PASS"), (1.5, "WARN"), (900.0, "WARN")])
def test_what_only_informs_warns_and_shows_no_limit(names, state):
    found = risk(details={"names per 1,000 documents": names})
    check = only(Outcome(MissedNamesAttack(on="notes"), "corpus", found))
    assert (check.state, check.measured, check.limit, check.usual, check.error) == (state, names, None, None, None)


def test_what_only_informs_does_not_block_where_it_could_not_be_measured():
    check = only(Outcome(MissedNamesAttack(on="notes"), "corpus", None, "L201: no names"))
    assert (check.state, check.measured, check.reason) == ("WARN", None, "L201: no names")


# Nothing was proved


def test_an_attack_that_did_not_run_is_invalid_and_says_why():
    check = only(Outcome(LINKAGE, "corpus", None, "L101: two texts of each are needed"))
    assert check.state == "INVALID"
    assert (check.measured, check.error, check.risk) == (None, None, None)
    assert check.reason == "L101: two texts of each are needed"


def test_an_attack_that_proved_nothing_is_invalid_whatever_its_figures():
    found = risk(0, faults=["there are no hold-out rows"])
    check = only(Outcome(LINKAGE, "corpus", found))
    assert (check.state, check.measured, check.error, check.limit) == ("INVALID", None, None, 0.2)
    assert (check.reason, check.risk) == ("there are no hold-out rows", found)


def test_a_missing_hold_out_is_named_first_and_of_the_synthetic_table_alone():
    synthetic = SyntheticTable("t", ROWS, None, ROWS, "the hold-out is empty")
    material = replace(NOTHING, synthetic=synthetic)
    found = risk(0, faults=["no control"])
    copies = Outcome(CopiesAttack(on="t"), "synthetic", found)
    assert {c.reason for c in judge_attacks([copies], material, CONTROLLED)} == {"the hold-out is empty no control"}
    assert only(Outcome(LINKAGE, "corpus", found), material=material).reason == "no control"
    unsaid = replace(material, synthetic=replace(synthetic, missing_holdout=""))
    assert {c.reason for c in judge_attacks([copies], unsaid, CONTROLLED)} == {"no control"}


@pytest.mark.parametrize("details", [{}, {"residual": math.nan}])
def test_a_figure_that_is_not_there_is_invalid(details):
    check = only(Outcome(RescanAttack(on="notes"), "corpus", risk(details=details)))
    assert (check.state, check.measured, check.error) == ("INVALID", None, None)
    assert check.reason == "the figure that decides could not be measured"


def test_a_risk_beyond_a_control_is_invalid_without_one_and_has_no_error_rate():
    check = only(Outcome(AttributeAttack(on="t", secret="a"), "synthetic", risk(0)))
    assert (check.state, check.measured, check.error) == ("INVALID", None, None)
    assert check.reason == "the figure that decides could not be measured"


def test_a_missing_hold_out_is_no_fault_of_an_attack_that_needs_none():
    material = replace(NOTHING, synthetic=SyntheticTable("t", ROWS, None, ROWS, "the hold-out is empty"))
    audited = Outcome(MechanismAttack(on="t"), "synthetic", risk(details=DETAILS))
    check = only(audited, material=material)
    assert (check.state, check.measured, check.reason) == ("PASS", 0.9, "Nasr et al. 2021, 2023 (controlled release)")


def test_rules_read_the_figure_that_they_are_made_for():
    found = risk(details={"a": 4.0, "a upper": 5.0, "b": 0.0})
    assert [_count(name)(found, 0.05) for name in ("a", "b", "c")] == [4.0, 0.0, None]
    assert [_inverse(name)(found, 0.05) for name in ("a", "b", "c")] == [0.25, None, None]
    assert [_detail("a")(found, tail) for tail in (0.05, 0.005)] == [5.0, pytest.approx(6.0)]
    assert _detail("b")(found, 0.05) is None


def test_what_is_known_of_nobody_cannot_be_a_risk_that_is_ok():
    unknown = judge("x", Estimate.unknown(), baseline=0.0, attempts=90, seconds=0.0, planted=FOUND)
    assert only(Outcome(RESIDUE, "corpus", unknown)).state == "INVALID"


# Several figures


def test_estimates_of_a_class_share_its_error_rate_and_counts_and_other_classes_do_not():
    clear, close = risk(0, 20_000), risk(185, 1000)
    outcomes = [
        Outcome(LINKAGE, "corpus", close),
        Outcome(ResidueAttack(on="notes"), "corpus", clear),
        Outcome(RescanAttack(on="notes"), "corpus", risk(details={"residual": 0.0})),
        Outcome(ResidueAttack(on="people"), "table", clear),
        Outcome(ResidueAttack(on="letters"), "corpus", risk(0, faults=["no"])),
        Outcome(ResidueAttack(on="memos"), "corpus", None, "no"),
    ]
    checks = judge_attacks(outcomes, NOTHING, CONTROLLED)
    assert [check.error for check in checks] == [0.05, 0.025, None, 0.05, None, None]
    assert checks[0].measured == close.upper
    assert checks[1].measured == clear.upper_at(0.025) > clear.upper
    assert [check.family for check in checks] == ["texts", "texts", "texts", "tables", "texts", "texts"]


def test_the_smaller_rate_can_decide():
    """At 5 % it would pass; one of five at 1 % it does not."""
    close = risk(36, 1000)
    assert close.upper < 0.05 < close.upper_at(0.01)
    alike = [Outcome(ResidueAttack(on=f"notes {n}"), "corpus", close) for n in range(5)]
    states = [check.state for check in judge_attacks(alike, NOTHING, CONTROLLED)]
    assert only(alike[0]).state == "PASS"
    assert states.count("FAIL") >= 1


def test_cell_sizes_are_those_of_the_profile():
    attack, found = QuasiAttack(on="notes"), risk(details=DETAILS)
    for profile, cell in CELL.items():
        checks = judge_attacks([Outcome(attack, "corpus", found)], NOTHING, GateLimits(profile=profile))
        assert [check.name for check in checks] == ["notes: quasi-identifiers", "notes: quasi-identifiers, few alike"]
        assert checks[1].statistic == f"texts that fit fewer than {cell} people"
        assert checks[1].measured == pytest.approx(found.detail_upper_at(f"below {cell}", checks[1].error))


@pytest.mark.parametrize(("sensitive", "parts"), [(("a",), ["greatest", "diversity", "closeness"]), ((), ["greatest"])])
def test_diversity_is_asked_for_where_columns_are_called_sensitive(sensitive, parts):
    attack = RecordRiskAttack(on="t", sensitive=sensitive)
    checks = judge_attacks([Outcome(attack, "table", MEASURED)], NOTHING, CONTROLLED)
    assert [check.name for check in checks] == ["t: record-risk", *(f"t: record-risk, {part}" for part in parts)]


@pytest.mark.parametrize(
    ("attack", "name"),
    [
        (AttributeAttack(on="t", secret="income", known=("age",)), "t: attribute-inference of income"),
        (AttributeAttack(on="n", attributes=("age", "sex")), "n: attribute-inference of age, sex"),
        (MembershipAttack(on="t", exposed=1.0), "t: membership of all rows"),
        (MembershipAttack(on="t", exposed=0.5), "t: membership"),
        (MembershipAttack(on="t"), "t: membership"),
        (MechanismAttack(on="t"), "t: dp-audit"),
    ],
)
def test_a_check_is_named_after_what_is_attacked_how_and_for_what(attack, name):
    assert check_name(Outcome(attack, "synthetic", None)) == name


# The whole release


def recipe(**gate) -> Recipe:
    return Recipe(schema_version=1, name="r", table=({"path": "t.csv"},), gate=GateLimits(**gate))


def redacted(withheld: int) -> RedactedTable:
    table = Table("people", ROWS)
    return RedactedTable(table, table, Report(2, {}, withheld, "standard"))


def corpus(withheld: int) -> CorpusMaterial:
    report = Report(2, {}, withheld, "standard")
    return CorpusMaterial(RedactedCorpus(Corpus(()), (), (), report), {}, "")


@pytest.mark.parametrize(("allowed", "state"), [(0, "FAIL"), (4, "FAIL"), (5, "PASS"), (9, "PASS")])
def test_what_was_withheld_is_counted_over_tables_and_texts(allowed, state):
    material = Material({"people": redacted(2)}, {"notes": corpus(3)}, None)
    check = by_name(judge_release(recipe(withheld=allowed), material, [], ()))["withheld"]
    reason = "texts and cells that could not be scanned to their end, and were held back whole"
    assert check == Check("withheld", state, "count", 5.0, float(allowed), reason, "conduct")


def test_what_nobody_attacked_is_invalid_and_what_texts_still_say_is_a_warning():
    synthetic = SyntheticTable("t.synthetic", ROWS, None, ROWS)
    material = Material({}, {"notes": corpus(0), "letters": corpus(0)}, synthetic)
    none = by_name(judge_release(recipe(), material, [], ()))
    assert {name: check.state for name, check in none.items()} == {
        "withheld": "PASS",
        "notes: quasi-identifiers": "WARN",
        "letters: quasi-identifiers": "WARN",
        "notes: attribute-inference": "INVALID",
        "letters: attribute-inference": "INVALID",
        "t.synthetic: attribute-inference": "INVALID",
    }
    assert none["notes: quasi-identifiers"] == Check(
        "notes: quasi-identifiers",
        "WARN",
        "not tried",
        None,
        None,
        "no table of the recipe says of the people of these texts what others may know of them",
        "texts",
        "T6",
    )
    assert none["t.synthetic: attribute-inference"] == Check(
        "t.synthetic: attribute-inference",
        "INVALID",
        "none",
        None,
        None,
        "not measured: nothing is known of the people that could be inferred; name a table in the recipe, or waive it",
        "synthetic",
    )
    assert none["notes: attribute-inference"].family == "texts"


def test_what_was_attacked_is_not_asked_for_again():
    material = Material({}, {"notes": corpus(0), "letters": corpus(0)}, None)
    outcomes = [
        Outcome(AttributeAttack(on="notes", attributes=("age",)), "corpus", risk(0)),
        Outcome(QuasiAttack(on="letters"), "corpus", risk(0, details=DETAILS)),
    ]
    names = set(by_name(judge_release(recipe(), material, outcomes, ())))
    assert "letters: attribute-inference" in names
    assert "notes: quasi-identifiers" in names
    assert "notes: attribute-inference" not in names
    assert not {"notes: attribute-inference of age", "letters: quasi-identifiers"} - names


def test_a_release_is_judged_by_its_attacks_its_budget_and_the_rest_together(model):
    synthetic = SyntheticTable("t", ROWS, None, ROWS, "the hold-out is empty")
    material = Material({}, {}, synthetic, Making(model, Budget(1, "1e-6"), None, None))
    outcomes = [Outcome(AttributeAttack(on="t", secret="smoker"), "synthetic", risk(0, faults=["no control"]))]
    checks = by_name(judge_release(recipe(), material, outcomes, ()))
    names = ["t: attribute-inference of smoker", "withheld", "t: epsilon", "t: delta", "t: guarantee"]
    assert list(checks) == names
    assert checks[names[0]].reason == "the hold-out is empty no control"


@pytest.mark.parametrize("rows", [0, 1])
def test_delta_is_one_at_most_where_there_is_hardly_a_row(model, rows):
    synthetic = SyntheticTable("t", ROWS[:rows], None, ROWS)
    material = Material({}, {}, synthetic, Making(model, Budget(1, "0.9"), None, None))
    check = by_name(judge_release(recipe(), material, [], ()))["t: delta"]
    assert (check.state, check.limit) == ("PASS", 1.0)


def test_the_conduct_of_a_run_is_judged_with_it():
    own = Check("sideways", "FAIL", "count", 1.0, 0.0, "a name in a file name", "conduct")
    assert own in judge_release(recipe(), NOTHING, [], (own,))


def test_a_waiver_makes_what_blocks_a_warning_that_says_so():
    bad = [Check(state.lower(), state, "count", 1.0, 0.0, "so it is", "conduct") for state in STATES]
    waived = [{"check": check.name, "reason": "agreed"} for check in bad]
    done = by_name(judge_release(recipe(waive=waived), NOTHING, [], bad))
    assert done["fail"] == replace(bad[3], state="WARN", reason="waived: agreed (was FAIL: so it is)")
    assert done["invalid"] == replace(bad[2], state="WARN", reason="waived: agreed (was INVALID: so it is)")
    assert [done["pass"], done["warn"]] == bad[:2]
    other = by_name(judge_release(recipe(waive=waived[:1]), NOTHING, [], bad))
    assert [other[name] for name in ("fail", "invalid")] == [bad[3], bad[2]]


# Budget and ledger


@pytest.fixture(scope="module")
def model():
    return Independent(1, "1e-6").fit(ROWS, SCHEMA)


def budget(model, total="1", spent="1e-6", **gate):
    synthetic = SyntheticTable("t", ROWS, None, ROWS)
    making = Making(model, Budget(total, spent), None, None)
    checks = judge_release(recipe(**gate), Material({}, {}, synthetic, making), [], ())
    return [check for check in checks if check.family == "budget"]


@pytest.mark.parametrize(
    ("profile", "epsilon", "state"),
    [
        ("public", 1, "PASS"),
        ("public", 1.1, "FAIL"),
        ("controlled", 10, "PASS"),
        ("controlled", 11, "FAIL"),
        ("internal", 10, "PASS"),
        ("internal", 11, "WARN"),
    ],
)
def test_epsilon_is_held_to_the_profile(model, profile, epsilon, state):
    check, *_ = budget(model, epsilon, profile=profile)
    limit = {"public": 1.0, "controlled": 10.0, "internal": None}[profile]
    reason = "everything that the ledger of this table records"
    reason += "; above 10 it promises little" if state == "WARN" else ""
    assert check == Check("t: epsilon", state, "value", float(epsilon), limit, reason, "budget", "D1")


@pytest.mark.parametrize(
    ("epsilon", "limit", "state", "usual"),
    [(0.5, 2.0, "PASS", 1.0), (1.5, 2.0, "WARN", 1.0), (2.5, 2.0, "FAIL", 1.0), (1.0, 1.0, "PASS", None)],
)
def test_a_limit_of_ones_own_for_epsilon_shows_the_profiles(model, epsilon, limit, state, usual):
    check, *_ = budget(model, epsilon, profile="public", epsilon=limit)
    assert (check.state, check.limit, check.usual) == (state, limit, usual)


def test_a_limit_of_ones_own_where_the_profile_has_none(model):
    check, *_ = budget(model, 5, profile="internal", epsilon=4)
    assert (check.state, check.limit, check.usual) == ("FAIL", 4.0, None)
    check, *_ = budget(model, 12, profile="controlled", epsilon=20)
    assert (check.state, check.reason) == ("WARN", "everything that the ledger of this table records")


@pytest.mark.parametrize(
    ("delta", "limit", "state"), [("1/40", None, "PASS"), ("1/39", None, "FAIL"), ("1/39", 0.5, "WARN")]
)
def test_delta_is_one_over_the_rows_at_most(model, delta, limit, state):
    _, check, _ = budget(model, spent=Fraction(delta), **({} if limit is None else {"delta": limit}))
    assert (check.name, check.state, check.code) == ("t: delta", state, "D1")
    assert check.reason == "the chance that the guarantee does not hold"
    assert check.limit == (1 / 40 if limit is None else limit)


def test_a_guarantee_holds_for_a_public_schema_and_real_noise(model):
    *_, check = budget(model)
    reason = "schema public or bought, noise exact and from the operating system"
    assert check == Check("t: guarantee", "PASS", "conditions met", None, None, reason, "budget", "D1")


def test_a_guarantee_without_its_conditions_is_invalid():
    schema = replace(SCHEMA, origin="draft", reviewed=False)
    seeded = Independent(1, "1e-6", entropy=InsecureTestEntropy(1)).fit(ROWS, schema)
    *_, check = budget(seeded)
    assert check.state == "INVALID"
    assert check.reason == (
        "the schema was drafted from the private data and nobody has reviewed it; the noise came from a seed"
    )


@pytest.mark.parametrize(
    ("runs", "limit", "state", "usual"),
    [(100, None, "PASS", None), (101, None, "FAIL", None), (101, 150, "WARN", 100.0), (5, 3, "FAIL", 100.0)],
)
def test_gate_runs_are_bounded(runs, limit, state, usual):
    (check,) = judge_book(GateLimits(runs=limit), Book(runs, Fraction(0), ""), None)
    reason = "figures computed on the private data leak a little each time that somebody looks at them"
    most = 100.0 if limit is None else float(limit)
    assert check == Check("gate runs", state, "count", float(runs), most, reason, "conduct", "G1", usual=usual)


@pytest.mark.parametrize(("profile", "most"), [("public", 20), ("controlled", 100), ("internal", 1000)])
def test_gate_runs_are_those_of_the_profile(profile, most):
    states = [
        judge_book(GateLimits(profile=profile), Book(n, Fraction(0), ""), None)[0].state for n in (most, most + 1)
    ]
    assert states == ["PASS", "FAIL"]


@pytest.mark.parametrize(("short", "state"), [(Fraction(0), "PASS"), (Fraction(1, 10**12), "INVALID")])
def test_a_ledger_holds_at_least_what_the_synthesizer_spent(model, short, state):
    making, before = Making(model, model.spent, None, None), Fraction(1, 7)
    book = Book(1, before + model.spent.rho - short, "", before)
    _, check = judge_book(CONTROLLED, book, making)
    reasons = {
        "PASS": "all that the synthesizer spent is in it",
        "INVALID": "it records less than the synthesizer spent",
    }
    assert check == Check("ledger", state, "conditions met", None, None, reasons[state], "budget", "G1")


# Checks together


def test_the_worst_decides_and_no_check_is_no_proof():
    made = {state: Check("x", state, "", None, None, "", "conduct") for state in STATES}
    for one, other in itertools.combinations(STATES, 2):
        assert worst([made[one], made[other]]) == worst([made[other], made[one]]) == other
    assert worst([]) == "INVALID"
    assert [passes([made[state]]) for state in STATES] == [True, True, False, False]
    assert not passes([])


def test_a_check_as_a_program_reads_it():
    found = risk(3)
    check = Check("n: linkage", "WARN", "success", 0.1, 0.3, "agreed", "texts", "T5", 0.05, 0.2, found)
    assert check.to_dict() == {
        "name": "n: linkage",
        "code": "T5",
        "class": "texts",
        "state": "WARN",
        "statistic": "success",
        "measured": 0.1,
        "error": 0.05,
        "limit": 0.3,
        "profile_limit": 0.2,
        "reason": "agreed",
        "risk": found.to_dict(),
    }
    bare = replace(check, usual=None, risk=None).to_dict()
    assert (bare["profile_limit"], bare["risk"]) == (0.3, None)

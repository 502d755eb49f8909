"""The gate: a recipe that is sabotaged, or that leaves something unmeasured, releases nothing and says why."""

import csv
import json
import stat
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deid.detectors.numbers.records import RecordDetector
from deid.finding import withhold
from pipelines.cli import run_app
from pipelines.samples import sample_folder
from synth import Schema

COLUMNS = (
    "patient_id given_name family_name email phone gender age zip ethnicity insurance smoker diagnosis note".split()
)
PEOPLE = 60
ROWS = 300
NAMES = ("given_name", "family_name", "email")
KEPT = "".join(f'{name} = "keep"\n' for name in NAMES)


def read_csv(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_csv(path, rows, columns):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """A slice of the sample data: 300 patients, and two notes about each of 60 of them."""
    place, sample = tmp_path_factory.mktemp("stock"), sample_folder()
    by_person = {}
    for row in read_csv(sample / "notes.index.csv"):
        by_person.setdefault(row["patient_id"], []).append(row)
    twice = [person for person, notes in by_person.items() if person and len(notes) == 2][:PEOPLE]
    index = [row for person in twice for row in by_person[person]]
    patients = sorted(read_csv(sample / "patients.csv"), key=lambda row: row["patient_id"] not in twice)[:ROWS]
    write_csv(place / "patients.csv", patients, COLUMNS)
    write_csv(place / "rows.csv", patients, [c for c in COLUMNS if c != "note"])
    write_csv(place / "index.csv", index, ["document", "patient_id"])
    (place / "notes").mkdir()
    for row in index:
        (place / "notes" / row["document"]).write_bytes((sample / "notes" / row["document"]).read_bytes())
    gold = (sample / "notes.gold.jsonl").read_text(encoding="utf-8").splitlines()
    documents = {row["document"] for row in index}
    (place / "gold.jsonl").write_text("".join(f"{g}\n" for g in gold if json.loads(g)["id"] in documents))
    declared = Schema.from_toml(sample / "patients.schema.toml")
    all_kept = tuple(column for column in declared.columns if column.name in COLUMNS)
    kept = tuple(column for column in all_kept if column.name != "note")
    (place / "whole.toml").write_text(Schema(all_kept).to_toml())
    (place / "schema.toml").write_text(Schema(kept).to_toml())
    (place / "draft.toml").write_text(Schema(kept, origin="draft", reviewed=False).to_toml())
    return place


GATE = "epsilon = 1.0\ndelta = 1e-6\n"
# What 300 rows, and 90 held-out ones, are too few for.
TOO_WEAK = '[[gate.waive]]\ncheck = "{}"\nreason = "few rows"\n'
ATTACKS = (
    "attribute-inference of insurance",
    "membership",
    "membership, area",
    "singling-out",
    "linkability",
    "copies",
    "copies, beyond chance",
)
WEAK = "".join(
    TOO_WEAK.format(check)
    for name in ("rows", "patients", "same", "ragged")
    for check in (*(f"{name}.synthetic: {attack}" for attack in ATTACKS), f"{name}: record-risk, greatest")
)


@dataclass(frozen=True)
class Plan:
    """A recipe in the making: what a test changes of one that passes."""

    table: str | None = None
    corpus: bool = False
    policy: str = ""
    synthesis: dict = field(default_factory=dict)
    gate: str = GATE + WEAK
    attacks: tuple = ()

    def toml(self, ledger):
        parts = ['schema_version = 1\nname = "slice"\n[key]\nsource = "ephemeral"\n']
        parts.append('[policy.column_labels]\nMEDICAL_RECORD_NUMBER = "token"\nGENDER = "keep"\n')
        parts.append(
            '[policy.columns]\nage = { operator = "mask", keep_first = 1 }\nethnicity = "drop"\n' + self.policy
        )
        if self.table:
            parts.append(f'[[table]]\npath = "{self.table}.csv"\n')
        if self.corpus:
            parts.append('[[corpus]]\npath = "notes"\nindex = "index.csv"\ndocument = "document"\n')
            parts.append('subject = "patient_id"\ntable = "patients"\ngold = "gold.jsonl"\n')
        if self.synthesis:
            parts.append(f"[synthesis]\nledger = {json.dumps(str(ledger))}\n")
            parts += [f"{key} = {json.dumps(value)}\n" for key, value in self.synthesis.items() if value is not None]
        parts.append(f"[gate]\n{self.gate}")
        for attack in self.attacks:
            said = {"limit": 0.9, "reason": "a small slice", **attack}
            parts += ["[[attack]]\n", *(f"{key} = {json.dumps(value)}\n" for key, value in said.items())]
        return "".join(parts)


SYNTHESIS = {
    "table": "rows.csv",
    "schema": "schema.toml",
    "method": "independent",
    "epsilon": 1.0,
    "delta": 1e-6,
    "holdout": 0.3,
}
RESIDUE = {"kind": "residue", "on": "rows"}
LINKAGE = {"kind": "linkage", "on": "rows", "known": ["gender", "age", "zip"]}
SECRET = {
    "kind": "attribute-inference",
    "on": "rows.synthetic",
    "known": ["age", "gender", "smoker"],
    "secret": "insurance",
}
TABLE = {"table": "rows", "attacks": (RESIDUE, LINKAGE)}
QUICK = {"kind": "dp-audit", "on": "rows.synthetic", "runs": 100, "limit": 1.0}
SYNTHETIC = {"synthesis": SYNTHESIS, "attacks": (SECRET, QUICK)}
WHOLE = Plan(
    table="patients",
    corpus=True,
    synthesis={**SYNTHESIS, "table": "patients", "schema": "whole.toml"},
    attacks=(
        {"kind": "residue", "on": "patients"},
        {"kind": "linkage", "on": "patients", "known": ["gender", "age", "zip"]},
        {"kind": "residue", "on": "notes"},
        {"kind": "linkage", "on": "notes"},
        {"kind": "attribute-inference", "on": "notes", "attributes": ["gender"], "table": "patients"},
        {"kind": "entity-presence", "on": "notes"},
        {**SECRET, "on": "patients.synthetic"},
        {**QUICK, "on": "patients.synthetic"},
    ),
)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@dataclass(frozen=True)
class Ended:
    status: int
    out: Path
    record: dict
    page: str
    printed: str

    def check(self, name):
        (check,) = [check for check in self.record["checks"] if check["name"] == name]
        return check

    def state(self, name):
        return self.check(name)["state"]

    def why(self, name):
        return self.check(name)["reason"]

    def blocked(self, name, state):
        """Whether this check, in this state, is all that stopped the release; everything says so."""
        assert self.status == 1
        assert sorted(p.name for p in self.out.iterdir()) == ["attestation.json", "report.html", "report.json"]
        attested = json.loads((self.out / "attestation.json").read_text())
        assert (attested["verdict"], attested["released"], attested["hashes"]["release"]) == (state, False, None)
        assert self.record["released"] is False
        assert self.record["verdict"] == state
        assert self.state(name) == state
        assert name in self.page
        assert f"{state:8}{name}" in self.printed
        assert "NOT PASSED: nothing was released" in self.printed
        others = {c["state"] for c in self.record["checks"] if c["name"] != name}
        return others <= {"PASS", "WARN"}


def run(plan, stock, place, capsys=None):
    recipe = stock / f"{place.name}.toml"
    recipe.write_text(plan.toml(place / "ledger.jsonl"))
    out = place / "out"
    status = run_app(["run", str(recipe), "--out", str(out)])
    printed = capsys.readouterr().out if capsys else ""
    record = json.loads((out / "report.json").read_text(), parse_constant=pytest.fail)
    return Ended(status, out, record, (out / "report.html").read_text(), printed)


@pytest.fixture
def ran(stock, tmp_path, capsys):
    return lambda **changes: run(Plan(**changes), stock, tmp_path, capsys)


@pytest.fixture(scope="module")
def whole(stock, tmp_path_factory):
    return run(WHOLE, stock, tmp_path_factory.mktemp("whole"))


def test_a_whole_recipe_passes_and_releases(whole, stock):
    assert (whole.status, whole.record["verdict"], whole.record["released"]) == (0, "WARN", True)
    assert {c["state"] for c in whole.record["checks"]} == {"PASS", "WARN"}
    release = whole.out / "release"
    assert sorted(p.name for p in release.iterdir()) == ["notes", "patients.csv", "patients.synthetic.csv"]
    assert sorted(p.name for p in (release / "notes").iterdir()) == sorted(p.name for p in (stock / "notes").iterdir())
    before, after = read_csv(stock / "patients.csv"), read_csv(release / "patients.csv")
    assert list(after[0]) == [c for c in COLUMNS if c != "ethnicity"]
    assert len(before) == len(after)
    assert list(read_csv(release / "patients.synthetic.csv")[0]) == COLUMNS
    everything = "\n".join(p.read_text(encoding="utf-8") for p in release.rglob("*.*")).casefold()
    assert [row["email"] for row in before if row["email"] and row["email"].casefold() in everything] == []


def test_reports_are_private_and_the_release_is_not(whole):
    assert {stat.S_IMODE((whole.out / f"report.{kind}").stat().st_mode) for kind in ("json", "html")} == {0o600}
    assert stat.S_IMODE((whole.out.parent / "ledger.jsonl").stat().st_mode) == 0o600


def test_the_page_needs_nothing_else(whole):
    tags = Tags()
    tags.feed(whole.page)
    assert tags.tags.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "form", "base"})
    assert tags.attributes.isdisjoint({"src", "href", "onclick", "onload", "onerror", "srcset", "action"})
    assert "svg" in tags.tags
    assert [word for word in ("http://", "https://", "url(", "@import", ">nan<") if word in whole.page] == []
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in whole.page


def test_the_report_accounts_for_the_synthetic_table(whole):
    assert whole.record["synthetic"]["schema"] == {"origin": "declared", "reviewed": True}
    assert whole.record["synthetic"]["spends"]
    assert whole.record["synthetic"]["ledger_epsilon"] <= 1.0


def test_every_figure_has_its_interval_baseline_and_control(whole):
    risks = {check["name"]: check["risk"] for check in whole.record["checks"] if check["risk"]}
    assert len(risks) == 26
    for name, risk in risks.items():
        assert risk["positive_control"]["passed"] or "synthetic" in name
        if risk["value"] is None:
            assert risk["state"] == "INVALID"
            continue
        low, high = risk["interval"]
        assert 0 <= low <= risk["value"] <= high <= 1
        assert risk["baseline"] is not None
        assert risk["attempts"] >= (8 if name.endswith("exposure") else 30)


def test_whom_a_text_fits_is_counted_by_what_the_table_tells(whole):
    found = whole.check("notes: quasi-identifiers")
    assert (found["code"], found["class"], found["state"]) == ("T6", "texts", "PASS")
    details = found["risk"]["details"]
    assert details["people"] == ROWS
    assert {name for name in details if name.startswith("shows ")} == {
        "shows gender",
        "shows age",
        "shows zip",
        "shows ethnicity",
    }
    assert details["raw"] >= found["risk"]["value"]


def test_counts_of_a_few_are_not_shown(whole):
    counts = [
        c
        for record in (*whole.record["tables"].values(), *whole.record["corpora"].values())
        for c in record["labels"].values()
    ]
    assert counts
    assert all(c in {"<5", 0} or c >= 5 for c in counts)


def test_names_that_are_kept_fail(ran):
    ended = ran(**{**TABLE, "policy": KEPT, "attacks": ({**RESIDUE, "limit": 0.05}, LINKAGE)})
    assert ended.blocked("rows: residue", "FAIL")


def test_the_table_passes_where_names_go(ran):
    ended = ran(**{**TABLE, "attacks": ({**RESIDUE, "limit": 0.05}, LINKAGE)})
    assert ended.status == 0
    assert (ended.out / "release" / "rows.csv").is_file()


def test_an_epsilon_above_the_limit_fails(ran):
    ended = ran(**{**SYNTHETIC, "synthesis": {**SYNTHESIS, "epsilon": 1000.0}})
    ended.blocked("rows.synthetic: epsilon", "FAIL")
    assert ended.check("rows.synthetic: epsilon")["state"] == "FAIL"


@pytest.mark.parametrize(("profile", "epsilon"), [("public", 2.0), ("controlled", 11.0)])
def test_an_epsilon_without_a_limit_is_held_to_the_profile(ran, profile, epsilon):
    synthesis = {**SYNTHESIS, "epsilon": epsilon}
    ended = ran(**{**SYNTHETIC, "synthesis": synthesis}, gate=f'delta = 1e-6\nprofile = "{profile}"\n' + WEAK)
    assert ended.blocked("rows.synthetic: epsilon", "FAIL")


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"holdout": None}, "keeps no rows out"),
        ({"holdout": 0.0}, "keeps no rows out"),
        ({"holdout": None, "holdout_file": "gone.csv"}, "is not there"),
    ],
)
def test_a_missing_hold_out_is_invalid(ran, keys, why):
    spared = WEAK.replace("rows.synthetic: attribute-inference of insurance", "another")
    ended = ran(**{**SYNTHETIC, "synthesis": {**SYNTHESIS, **keys}}, gate=GATE + spared)
    name = "rows.synthetic: attribute-inference of insurance"
    assert ended.blocked(name, "INVALID")
    assert why in ended.why(name)


def test_an_attack_that_is_left_out_is_run_under_the_profile(ran):
    ended = ran(table="rows", policy=KEPT, attacks=())
    assert ended.check("rows: residue")["state"] == "FAIL"
    assert ended.check("rows: linkage")["state"] == "FAIL"  # by every column that stays, not only those of few values
    assert ended.check("rows: residue")["limit"] == 0.05
    assert "controlled release" in ended.why("rows: residue")


def test_a_synthetic_table_that_nobody_attacks_is_attacked(ran):
    ended = ran(**{**SYNTHETIC, "attacks": (QUICK,)})
    names = {check["name"] for check in ended.record["checks"]}
    assert {f"rows.synthetic: {attack}" for attack in ATTACKS[1:]} <= names
    assert any(name.startswith("rows.synthetic: attribute-inference of ") for name in names)


def test_a_limit_of_ones_own_passes_with_a_warning_and_both_limits_show(ran):
    own = '[[gate.limit]]\ncheck = "rows: record-risk, greatest"\nlimit = 1.0\nreason = "few and known"\n'
    ended = ran(table="rows", attacks=(RESIDUE, LINKAGE), gate=own)
    check = ended.check("rows: record-risk, greatest")
    assert (ended.status, check["state"]) == (0, "WARN")
    assert (check["limit"], check["profile_limit"], check["reason"]) == (1.0, 0.2, "few and known")
    assert "the profile's limit: 0.2" in ended.page.replace("&#39;", "'")


def test_sensitive_columns_are_held_to_l_and_t(ran):
    risk = {"kind": "record-risk", "on": "rows", "known": ["gender"], "sensitive": ["smoker"]}
    ended = ran(table="rows", attacks=(RESIDUE, LINKAGE, risk))
    diversity, closeness = (ended.check(f"rows: record-risk, {part}") for part in ("diversity", "closeness"))
    assert (diversity["state"], diversity["measured"]) == ("FAIL", 0.5)  # who smokes and who does not: l is 2
    assert 0 < closeness["measured"] < 1
    assert closeness["limit"] == 0.3


def test_without_sensitive_columns_there_is_no_l(ran):
    ended = ran(**TABLE)
    assert not any("diversity" in check["name"] for check in ended.record["checks"])


STRICT = {**LINKAGE, "limit": 0.0}


def test_a_waiver_is_seen_and_its_reason_too(ran):
    reason = "rows link by design; decided by the board <today>"
    gate = f'{WEAK}[[gate.waive]]\ncheck = "rows: linkage"\nreason = "{reason}"\n'
    ended = ran(table="rows", attacks=(RESIDUE, STRICT), gate=gate)
    assert (ended.status, ended.state("rows: linkage")) == (0, "WARN")
    assert reason in ended.why("rows: linkage")
    assert "was FAIL" in ended.why("rows: linkage")
    assert "decided by the board &lt;today&gt;" in ended.page
    assert 'class="state WARN"' in ended.page
    assert "WARN" in ended.printed


def test_a_waiver_of_another_check_helps_nobody(ran):
    gate = WEAK + '[[gate.waive]]\ncheck = "rows: linkag"\nreason = "a slip"\n'
    assert ran(table="rows", attacks=(RESIDUE, STRICT), gate=gate).blocked("rows: linkage", "FAIL")


def test_a_draft_that_nobody_reviewed_is_invalid(ran):
    ended = ran(**{**SYNTHETIC, "synthesis": {**SYNTHESIS, "schema": "draft.toml"}})
    assert ended.blocked("rows.synthetic: guarantee", "INVALID")
    assert "nobody has reviewed" in ended.why("rows.synthetic: guarantee")
    assert "NOT REVIEWED" in ended.page


def test_what_could_not_be_scanned_fails(ran, monkeypatch):
    detect = RecordDetector.detect

    def giving_up(self, texts):
        found = detect(self, texts)
        return [withhold(text, "records") if "@" in text else fs for text, fs in zip(texts, found, strict=True)]

    monkeypatch.setattr(RecordDetector, "detect", giving_up)
    ended = ran(**TABLE, policy='email = "scan"\n')
    assert ended.blocked("withheld", "FAIL")


def test_an_attack_on_too_little_is_invalid(stock, tmp_path, capsys):
    write_csv(stock / "few.csv", read_csv(stock / "rows.csv")[:5], COLUMNS[:-1])
    attacks = tuple({**attack, "on": "few"} for attack in (RESIDUE, LINKAGE))
    ended = run(Plan(table="few", attacks=attacks), stock, tmp_path, capsys)
    ended.blocked("few: residue", "INVALID")
    assert [ended.check(f"few: {name}")["state"] for name in ("residue", "linkage")] == ["INVALID", "INVALID"]


def test_a_second_run_counts_what_the_first_one_spent(stock, tmp_path):
    first = run(Plan(**SYNTHETIC), stock, tmp_path)
    assert first.status == 0
    (tmp_path / "out").rename(tmp_path / "first")
    second = run(Plan(**SYNTHETIC), stock, tmp_path)
    assert second.state("rows.synthetic: epsilon") == "FAIL"
    assert second.record["synthetic"]["ledger_epsilon"] > 1.0


def test_a_ledger_limit_stops_the_run_before_it_spends(stock, tmp_path, capfd):
    recipe = stock / "limited.toml"
    synthesis = {**SYNTHESIS, "epsilon_limit": 0.5}
    recipe.write_text(Plan(**{**SYNTHETIC, "synthesis": synthesis}).toml(tmp_path / "ledger.jsonl"))
    status = run_app(["run", str(recipe), "--out", str(tmp_path / "out")])
    err = capfd.readouterr().err
    assert (status, err[:12]) == (2, "tamis: S202:")
    assert err.count("\n") == 1
    assert len((tmp_path / "ledger.jsonl").read_text().splitlines()) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ledger.jsonl"]


def test_comparisons_that_cannot_be_made_cost_no_release(stock, tmp_path, capfd):
    """SDV cannot model a table without categories, and no classifier learns a column of one value."""
    rows = [{**row, "smoker": "never"} for row in read_csv(stock / "rows.csv")]
    write_csv(stock / "same.csv", rows, COLUMNS[:-1])
    attacks = tuple({**attack, "on": "same.synthetic"} for attack in (SECRET, QUICK))
    synthesis = {**SYNTHESIS, "table": "same.csv", "target": "smoker", "baseline": True}
    ended = run(Plan(synthesis=synthesis, attacks=attacks), stock, tmp_path)
    assert ended.status == 0
    assert ended.record["synthetic"]["quality_internal"]["task"] is None
    assert "no classifier is compared" in capfd.readouterr().err


def test_a_ledger_does_not_give_way_to_an_output(stock, tmp_path, capfd):
    recipe = stock / "ledger.toml"
    (tmp_path / "out").mkdir()
    recipe.write_text(Plan(**SYNTHETIC).toml(tmp_path / "out" / "ledger.jsonl"))
    assert run_app(["run", str(recipe), "--out", str(tmp_path / "out"), "--overwrite"]) == 2
    assert "P101" in capfd.readouterr().err


def test_wrong_rows_are_quarantined_beside_the_release(stock, tmp_path):
    rows = (stock / "rows.csv").read_text(encoding="utf-8") + "Ann Lee,only two\n"
    (stock / "ragged.csv").write_text(rows, encoding="utf-8")
    attacks = tuple({**attack, "on": "ragged"} for attack in (RESIDUE, LINKAGE))
    ended = run(Plan(table="ragged", attacks=attacks), stock, tmp_path)
    assert ended.status == 0
    quarantine = ended.out / "quarantine"
    assert (quarantine / "ragged.csv").read_text() == "Ann Lee,only two\n"
    assert stat.S_IMODE(quarantine.stat().st_mode) == 0o700
    assert stat.S_IMODE((quarantine / "ragged.csv").stat().st_mode) == 0o600
    assert "only two" not in (ended.out / "release" / "ragged.csv").read_text(encoding="utf-8")
    assert "only two" not in ended.page
    assert ended.record["tables"]["ragged"]["quarantined"] == "<5"

"""`tamis audit`: attack two files, whoever made them."""

import csv
import json
import shutil

import joblib
import pandas as pd
import pytest
from sklearn.neighbors import KNeighborsClassifier

import pipelines.audit
from leakage import AttributeInference, Document, ResidualQuasiIdentifiers
from pipelines.attack import AttributeAttack, QuasiAttack
from pipelines.attacks import Outcome
from pipelines.cli import run_app
from pipelines.gate import judge_attacks
from pipelines.material import Material
from pipelines.profile import PROFILES
from pipelines.recipe import GateLimits
from pipelines.samples import sample_folder

ROWS = 400
KEPT = "given_name family_name email gender age smoker insurance diagnosis".split()


@pytest.fixture
def audit(tmp_path, capsys):
    def call(original, released, *more):
        status = run_app(
            [
                "audit",
                "--original",
                str(original),
                "--released",
                str(released),
                "--out",
                str(tmp_path / "out"),
                *map(str, more),
            ]
        )
        printed = capsys.readouterr().out
        record = json.loads((tmp_path / "out" / "report.json").read_text(), parse_constant=pytest.fail)
        assert (status, record["released"]) in {(0, True), (1, False)}
        listed = sorted(p.name for p in (tmp_path / "out").iterdir())
        assert listed == ["attestation.json", "report.html", "report.json"]
        attested = json.loads((tmp_path / "out" / "attestation.json").read_text())
        assert (attested["verdict"], attested["released"]) == (record["verdict"], record["released"])
        assert ("NOT PASSED" in printed) == (status == 1)
        return {check["name"]: check["state"] for check in record["checks"]}

    return call


def write(path, rows, columns):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    place, sample = tmp_path_factory.mktemp("audit"), sample_folder()
    with (sample / "patients.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    write(place / "original.csv", rows[:ROWS], KEPT)
    write(place / "rest.csv", rows[ROWS : 2 * ROWS], KEPT)
    hidden = [{**row, "given_name": "[PERSON]", "family_name": "[PERSON]", "email": "[EMAIL_ADDRESS]"} for row in rows]
    write(place / "redacted.csv", [{**row, "age": row["age"][:1] + "*"} for row in hidden[:ROWS]], KEPT[:5])
    write(place / "others.csv", rows[3 * ROWS : 4 * ROWS - 10], KEPT[3:])
    notes = sorted((sample / "notes").iterdir())[:60]
    for name, keep in (("texts", True), ("clean", False)):
        (place / name).mkdir()
        for path in notes:
            (place / name / path.name).write_text(path.read_text(encoding="utf-8") if keep else "Nothing is left.\n")
    return place


def test_what_leaves_as_it_was_fails(audit, stock):
    states = audit(stock / "original.csv", stock / "original.csv")
    failed = {name for name, state in states.items() if state == "FAIL"}
    assert {"released: residue", "released: linkage", "released: record-risk"} <= failed


def test_a_redacted_table_loses_its_identifiers(audit, stock):
    states = audit(stock / "original.csv", stock / "redacted.csv")
    assert states["released: residue"] == "PASS"
    assert "released: linkage" in states


def test_a_synthetic_table_needs_a_hold_out(audit, stock, tmp_path):
    states = audit(stock / "original.csv", stock / "others.csv")
    secrets = {name: state for name, state in states.items() if "attribute-inference" in name}
    assert len(secrets) == 3
    assert set(secrets.values()) == {"INVALID"}
    states = audit(stock / "original.csv", stock / "others.csv", "--holdout", stock / "rest.csv", "--overwrite")
    assert {states[name] for name in secrets} <= {"PASS", "FAIL"}


def test_rows_that_were_released_as_synthetic_are_found_out(audit, stock, tmp_path):
    with (stock / "original.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::-1][:-1]
    copied = write(tmp_path / "copied.csv", rows, KEPT[3:])
    states = audit(stock / "original.csv", copied, "--holdout", stock / "rest.csv")
    assert "FAIL" in {state for name, state in states.items() if "attribute-inference" in name}


def test_texts_are_joined_by_name(audit, stock):
    same = audit(stock / "texts", stock / "texts")
    assert same["released: residue"] == "FAIL"
    clean = audit(stock / "texts", stock / "clean", "--overwrite")
    assert clean["released: residue"] == "PASS"


def test_texts_that_do_not_belong_together_are_not_judged(audit, stock, tmp_path):
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "other.txt").write_text("Nothing is left.")
    (tmp_path / "else" / "another.txt").write_text("Nothing is left.")
    states = audit(stock / "texts", tmp_path / "else")
    assert set(states.values()) == {"INVALID", "WARN"}


def test_the_same_id_twice_is_not_judged(audit, tmp_path):
    lines = [{"id": "a", "text": f"Dear Ann Lee {n}, Bo Chan called from Leeds."} for n in range(60)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert "PASS" not in audit(tmp_path / "a.jsonl", tmp_path / "a.jsonl").values()


def test_attributes_in_json_lines_are_inferred(audit, tmp_path):
    lines = [
        {"id": n, "text": f"{'She' if n % 2 else 'He'} came on day {n}.", "attributes": {"gender": "fm"[n % 2]}}
        for n in range(120)
    ]
    for n, line in enumerate(lines):
        line["person"] = f"p{n}"
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    states = audit(tmp_path / "a.jsonl", tmp_path / "a.jsonl")
    assert states["released: attribute-inference of gender"] == "FAIL"
    assert states["released: linkage"] == "WARN"  # one text of each


def test_a_value_of_ones_own_in_a_column_without_a_label_is_found_out(audit, tmp_path):
    frame = pd.DataFrame(
        {
            "email": [f"p{n}@example.org" for n in range(300)],
            "region": ["north", "south", "west"] * 100,
            "balance": [1000 + 7 * n for n in range(300)],
        }
    )
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.drop(columns="email").to_csv(tmp_path / "b.csv", index=False)
    states = audit(tmp_path / "a.csv", tmp_path / "b.csv", "--profile", "public")
    assert states["released: linkage"] == "FAIL"


def test_one_attribute_that_shows_is_not_hidden_by_others(audit, tmp_path):
    lines = [
        {
            "id": n,
            "text": f"{'She' if n % 2 else 'He'} came.",
            "person": f"p{n}",
            "attributes": {
                "gender": "fm"[n % 2],
                "sign": "abcdefghijkl"[n * n % 12],
                "town": "abcdefghijklmno"[n * 7 % 15],
            },
        }
        for n in range(240)
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    states = audit(tmp_path / "a.jsonl", tmp_path / "a.jsonl")
    assert states["released: attribute-inference of gender"] == "FAIL"


def test_python_has_it_too(stock, tmp_path):
    verdict = pipelines.audit.audit(stock / "original.csv", stock / "original.csv", out=tmp_path / "out")
    assert not verdict.passed
    assert verdict.released is None
    assert verdict.report.is_file()


def test_rows_are_read_again_by_rules_that_took_no_part(audit, tmp_path):
    """A telephone number in a column that nobody suspects counts, a clock's ticks that pass a check digit do not."""
    rows = [
        {"size": str(n % 7), "ticks": str(1_700_000_000 + 977 * n), "misc": f"+44 20 7946 {n:04}"} for n in range(200)
    ]
    before = write(tmp_path / "a.csv", rows, ["size", "ticks", "misc"])
    after = write(tmp_path / "b.csv", rows, ["size", "misc"])
    assert audit(before, after)["released: rescan"] == "FAIL"
    shutil.rmtree(tmp_path / "out")
    after = write(tmp_path / "c.csv", rows, ["size", "ticks"])
    assert audit(before, after)["released: rescan"] == "PASS"


def test_names_that_nobody_knew_of_call_for_a_reader(audit, stock, tmp_path):
    gold = (sample_folder() / "notes.gold.jsonl").read_text(encoding="utf-8").splitlines()
    spans = {record["id"]: record["spans"] for record in map(json.loads, gold)}
    found = []
    for folder, every in (("masked", 61), ("some", 4)):  # of 60 texts, in the second one of four keeps its names
        (tmp_path / folder).mkdir()
        for number, path in enumerate(sorted((stock / "texts").iterdir()), 1):
            text = path.read_text(encoding="utf-8")
            for start, end, label in sorted(spans[path.name], reverse=True):
                if label != "PERSON" or number % every:
                    text = f"{text[:start]}[{label}]{text[end:]}"
            (tmp_path / folder / path.name).write_text(text, encoding="utf-8")
        states = audit(stock / "texts", tmp_path / folder)
        checks = json.loads((tmp_path / "out" / "report.json").read_text())["checks"]
        (check,) = (check for check in checks if check["name"] == "released: missed-names")
        assert check["limit"] is None  # it never blocks
        found.append((check["measured"], states["released: missed-names"]))
        shutil.rmtree(tmp_path / "out")
    assert found[1][0] > 3 * found[0][0]
    assert found[1][1] == "WARN"


def test_who_accepts_an_inference_is_only_warned_of_its_area():
    texts = [
        Document(str(n), f"The {'red' if n % 2 else 'blue'} ward, bed {n}.", f"p{n}", {"side": "ab"[n % 2]})
        for n in range(120)
    ]
    risk = AttributeInference(("side",)).run(texts, texts)
    assert risk.details["auc upper"] >= risk.details["auc"] > 0.95
    states = {}
    for accepted in ({}, {"limit": 1.0, "reason": "wards are public"}):
        attack = AttributeAttack(on="notes", attributes=("side",), table="t", **accepted)
        checks = judge_attacks([Outcome(attack, "corpus", risk)], Material({}, {}, None), GateLimits())
        states[bool(accepted)] = {check.name: check.state for check in checks}
    name = "notes: attribute-inference of side"
    assert states[False] == {name: "FAIL", f"{name}, area": "FAIL"}
    assert states[True] == {name: "WARN", f"{name}, area": "WARN"}


def told(count, form):
    towns = [f"town{n // 6}" for n in range(count)]
    texts = {n: form.format(town=towns[n], street=f"road{n}") for n in range(count)}
    attributes = [{"town": towns[n], "street": f"road{n}"} for n in range(count)]
    return [{"id": str(n), "text": texts[n], "person": f"p{n}", "attributes": attributes[n]} for n in range(count)]


@pytest.mark.parametrize(
    ("form", "state", "few"),
    [("Lives in town, alone.", "PASS", "PASS"), ("In {town}.", "FAIL", "PASS"), ("In {street}.", "FAIL", "FAIL")],
)
def test_texts_that_fit_few_people_fail(audit, tmp_path, form, state, few):
    for name, told_of in (("a", "In {street}, {town}."), ("b", form)):
        lines = [json.dumps(line) for line in told(84, told_of)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    states = audit(tmp_path / "a.jsonl", tmp_path / "b.jsonl", "--profile", "controlled")
    assert states["released: quasi-identifiers"] == state
    assert states["released: quasi-identifiers, few alike"] == few


def test_without_people_nothing_is_counted_and_that_is_said(audit, stock):
    assert audit(stock / "texts", stock / "clean")["released: quasi-identifiers"] == "WARN"


@pytest.mark.parametrize(("profile", "size"), [("public", 11), ("controlled", 5), ("internal", 3)])
def test_a_profile_says_how_many_have_to_be_alike(profile, size):
    people = pd.DataFrame({"id": [f"p{n}" for n in range(300)], "town": [f"town{n // (size - 1)}" for n in range(300)]})
    texts = [Document(str(n), people["town"][n], f"p{n}") for n in range(300)]
    risk = ResidualQuasiIdentifiers(people, "id", ["town"]).run(texts, texts)
    outcome = Outcome(QuasiAttack(on="notes", known=("town",)), "corpus", risk)
    states = {}
    for named in PROFILES:
        checks = judge_attacks([outcome], Material({}, {}, None), GateLimits(profile=named))
        states[named] = {check.name: check.state for check in checks}
    assert [len(found) for found in states.values()] == [2, 2, 2]
    failed = [named for named, found in states.items() if found["notes: quasi-identifiers, few alike"] == "FAIL"]
    assert failed == list(PROFILES[: PROFILES.index(profile) + 1])


def test_counts_and_models_are_audited_too(audit, tmp_path):
    rows = pd.DataFrame({"ward": ["a"] * 40 + ["b"] * 4, "age": range(44), "ill": [0, 1] * 22})
    rows.to_csv(tmp_path / "rows.csv", index=False)
    pd.DataFrame({"ward": ["a", "b"], "n": [40, 4]}).to_csv(tmp_path / "counts.csv", index=False)
    found = audit(tmp_path / "rows.csv", tmp_path / "counts.csv", "--kind", "aggregate", "--count", "n")
    assert found["released: cells"] == "FAIL"
    joblib.dump(KNeighborsClassifier().fit(rows[["age", "ill"]], rows["ill"]), tmp_path / "model.joblib")
    rows.drop(columns="ward").to_csv(tmp_path / "rows.csv", index=False)
    found = audit(tmp_path / "rows.csv", tmp_path / "model.joblib", "--kind", "model", "--overwrite")
    assert found["released: stored-rows, estimators"] == "FAIL"
    assert found["released: signature"] == found["released: inversion"] == "WARN"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--kind", "aggregate"], "--count"),
        (["--kind", "table", "--count", "n"], "--count"),
        (["--kind", "table", "--label", "ill"], "--kind model"),
        (["--kind", "model", "--label", "ill"], "--holdout"),
        (["--kind", "text", "--holdout", "rows.csv"], "--holdout is for tables"),
    ],
)
def test_options_that_mean_nothing_there_are_refused(tmp_path, capsys, options, said):
    (tmp_path / "rows.csv").write_text("a\n1\n")
    files = ["--original", str(tmp_path / "rows.csv"), "--released", str(tmp_path / "rows.csv")]
    assert run_app(["audit", *files, "--out", str(tmp_path / "out"), *options]) == 2
    assert said in capsys.readouterr().err

"""Nothing of the input leaves by the side doors: messages, notes, reports, ledgers, what is printed.

Every cell and every document holds a token that stands nowhere else. Every command runs on them, well and badly; then
everything it printed and wrote, except the data it was asked to write and the quarantine, is searched for all tokens.
"""

import csv
import hashlib
import json
from itertools import cycle
from pathlib import Path

import pytest

import pipelines.attacks.known
import pipelines.comparison
import pipelines.job
import pipelines.material
import pipelines.redaction
import pipelines.release
import pipelines.shards.tables
from deid.scanner import Scanner
from pipelines.cli import run_app

ROWS, DOCUMENTS, WARDS = 240, 80, 4
HEADER = ["patient_id", "full name", "email", "remark", "ward", "amount", "age"]
DATA = {"release", "quarantine", "data"}


def token(kind, number):
    """A word that nothing else makes: letters only, so that it may stand in a name and an e-mail address.

    No two are alike: who searches for names with a letter wrong compares none of them with another.
    """
    told = hashlib.blake2b(f"{kind}{number}".encode(), digest_size=5).digest()
    letters = "".join("bcdfghjklmnprstv"[byte >> half & 15] for byte in told for half in (0, 4))
    return f"{letters[:5]}{kind}zaq{letters[5:]}"


def row(n):
    remark = f"Seen with {token('ra', n)}, who says that {token('rb', n)} will call about the results tomorrow."
    return [
        token("id", n),
        f"{token('gi', n).capitalize()} {token('fa', n).capitalize()}",
        f"{token('em', n)}@example.com",
        remark,
        token("wa", n % WARDS),
        str(930_000_000_000 + n),
        str(20 + n % 60),
    ]


def document(n):
    person = f"{token('gi', n // 2).capitalize()} {token('fa', n // 2).capitalize()}"
    return f"Dear {person}, we met {token('da', n).capitalize()} and {token('db', n)} in {token('dc', n)}.\n"


TOKENS = {
    *(word for n in range(ROWS) for kind in ("id", "gi", "fa", "em", "ra", "rb") for word in [token(kind, n)]),
    *(str(930_000_000_000 + n) for n in range(ROWS)),
    *(token("wa", n) for n in range(WARDS)),
    *(token(kind, n) for n in range(DOCUMENTS) for kind in ("da", "db", "dc")),
}
STRAY = token("st", 1)

RECIPE = """
schema_version = 1
name = "canaries"
[key]
source = "ephemeral"
[policy.column_labels]
MEDICAL_RECORD_NUMBER = "token"
[policy.columns]
ward = "keep"
[read]
quarantine_limit = 0.05
[[table]]
path = "people.csv"
[[corpus]]
path = "notes"
index = "index.csv"
subject = "patient_id"
table = "people"
gold = "gold.jsonl"
[[aggregate]]
path = "wards.csv"
table = "people"
keys = ["ward"]
count = "n"
values = { mean = "age" }
[[model]]
path = "model.json"
table = "people"
features = ["amount", "age"]
[synthesis]
table = "people"
schema = "schema.toml"
method = "independent"
epsilon = 5.0
delta = 1e-6
holdout = 0.3
target = "ward"
[gate]
epsilon = 50.0
delta = 1e-5
"""
ATTACKS = [
    {"kind": "residue", "on": "people"},
    {"kind": "residue", "on": "notes"},
    {"kind": "residue", "on": "people.synthetic"},
    {"kind": "linkage", "on": "people", "known": ["ward", "age", "amount"]},
    {"kind": "linkage", "on": "notes"},
    {"kind": "attribute-inference", "on": "notes", "attributes": ["ward"], "table": "people"},
    {"kind": "attribute-inference", "on": "people.synthetic", "known": ["age"], "secret": "ward"},
    {"kind": "entity-presence", "on": "notes"},
    {"kind": "quasi-identifiers", "on": "notes", "table": "people", "known": ["ward", "age", "remark"]},
    {"kind": "cells", "on": "wards"},
    {"kind": "stored-rows", "on": "model"},
    {"kind": "dp-audit", "on": "people.synthetic", "runs": 100},
]


def write_rows(path, rows, header=HEADER):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    place = tmp_path_factory.mktemp("canaries")
    write_rows(place / "people.csv", [*map(row, range(ROWS)), [STRAY, STRAY]])
    write_rows(place / "rest.csv", [row(n) for n in range(ROWS - 60, ROWS)])
    write_rows(place / "wards.csv", [[token("wa", n), ROWS // WARDS, 47] for n in range(WARDS)], ["ward", "n", "mean"])
    (place / "model.json").write_text(json.dumps([0.25, 0.5, row(7)]))
    (place / "notes").mkdir()
    texts = {f"{n:03}.txt": document(n) for n in range(DOCUMENTS)}
    for name, text in texts.items():
        (place / "notes" / name).write_text(text)
    index = [[name, token("id", n // 2)] for n, name in enumerate(texts)]
    write_rows(place / "index.csv", index, ["document", "patient_id"])
    spans = [{"id": name, "spans": [[5, text.index(","), "PERSON"]]} for name, text in texts.items()]
    (place / "gold.jsonl").write_text("".join(json.dumps(s) + "\n" for s in spans))
    lines = [
        {"id": n, "text": text, "person": f"p{n // 2}", "attributes": {"ward": token("wa", n % WARDS)}}
        for n, text in enumerate(texts.values())
    ]
    (place / "notes.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    wards = ", ".join(f'"{token("wa", n)}"' for n in range(WARDS))
    columns = [f'name = "{name}"\ntype = "text"' for name in HEADER[:4]]
    columns += [f'name = "ward"\ntype = "category"\ncategories = [{wards}]']
    columns += ['name = "amount"\ntype = "integer"\nmin = 0\nmax = 999999999999']
    columns += ['name = "age"\ntype = "integer"\nmin = 0\nmax = 120']
    head = "schema_version = 1\nreviewed = true\n"
    (place / "schema.toml").write_text(head + "".join(f"[[column]]\n{column}\n" for column in columns))
    said = [{"limit": 0.99, "reason": "a test", **attack} for attack in ATTACKS]
    attacks = ["[[attack]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in attack.items()) for attack in said]
    (place / "recipe.toml").write_text(RECIPE + "".join(attacks))
    key = place / "tamis.key"
    key.write_bytes(STRAY.encode() * 4)
    key.chmod(0o600)
    return place


@pytest.fixture
def searched(tmp_path, capfd, monkeypatch):
    """Call commands, and tell whether any token came out by a side door."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        status = run_app([str(argument) for argument in arguments])
        printed = capfd.readouterr()
        pieces = [printed.out, printed.err]
        for path in tmp_path.rglob("*"):
            parts = set(path.relative_to(tmp_path).parts)
            pieces.append(path.name)
            if path.is_file() and not parts & DATA and "quarantine" not in path.parent.name:
                pieces.append(path.read_text(encoding="utf-8"))
        everything = "\n".join(pieces).casefold()
        assert sorted(t for t in {*TOKENS, STRAY} if t in everything) == []
        return status, printed.out, printed.err

    return call


def test_there_are_many_tokens():
    assert len(TOKENS) == 6 * ROWS + ROWS + WARDS + 3 * DOCUMENTS == 1924


@pytest.mark.parametrize("form", ["table", "jsonl", "json", "github"])
def test_scan(searched, stock, form):
    for name in ("people.csv", "notes", "notes.jsonl"):
        assert searched("scan", stock / name, "--format", form, "--quarantine-limit", 0.05)[0] == 0


def test_redact(searched, stock, tmp_path):
    (tmp_path / "data").mkdir()
    for n, (name, policy) in enumerate([(name, p) for name in ("people.csv", "notes") for p in ("standard", "tokens")]):
        out = tmp_path / "data" / f"{n}{Path(name).suffix}"
        options = ("--policy", policy, "--key-file", stock / "tamis.key", "--quarantine-limit", 0.05)
        assert searched("redact", stock / name, "-o", out, *options)[0] == 0
        report = out.with_name(f"{out.name}.report.json")
        report.rename(tmp_path / report.name)
        assert searched("redact", stock / name, "--dry-run", "--quarantine-limit", 0.05)[0] == 0
    assert list((tmp_path / "data").glob("*.quarantine/*"))


def test_synth(searched, stock, tmp_path):
    (tmp_path / "data").mkdir()
    source = ("synth", stock / "people.csv", "--quarantine-limit", 0.05)
    draft = tmp_path / "data" / "draft.toml"
    assert searched(*source, "--draft-schema", draft)[0] == 0
    for n, schema in enumerate((draft, stock / "schema.toml", None)):
        out, ledger = tmp_path / "data" / f"{n}.csv", tmp_path / f"{n}.ledger"
        named = ("--schema", schema) if schema else ()
        how = ("--epsilon", 5, "--ledger", ledger, "--method", "independent" if n else "mst")
        assert searched(*source, "-o", out, *how, *named)[0] == 0
        report = out.with_name(f"{out.name}.report.json")
        report.rename(tmp_path / report.name)
        assert searched("doctor")[0] in {0, 2}


def test_audit(searched, stock, tmp_path):
    wrong = ("--quarantine-limit", 0.05)
    people, notes, rest = stock / "people.csv", stock / "notes", stock / "rest.csv"
    pairs = [(people, people), (notes, notes), (stock / "notes.jsonl", stock / "notes.jsonl")]
    for n, (original, released) in enumerate(pairs):
        arguments = ("audit", "--original", original, "--released", released, "--out", tmp_path / f"a{n}", *wrong)
        status, out, _ = searched(*arguments)
        assert (status, "residue" in out) == (1, True)
        assert (tmp_path / f"a{n}" / "report.html").is_file()
    arguments = ("audit", "--original", people, "--released", rest, "--holdout", rest, "--out", tmp_path / "s", *wrong)
    assert searched(*arguments)[0] in {0, 1}


def test_run(searched, stock, tmp_path):
    status, out, _ = searched("run", stock / "recipe.toml", "--out", tmp_path / "out")
    assert status in {0, 1}
    assert out.count("people.synthetic") >= 3
    record = json.loads((tmp_path / "out" / "report.json").read_text())
    named = {f"{attack['on']}: {attack['kind']}" for attack in ATTACKS}
    measured = [check["name"] for check in record["checks"] if check["risk"]]
    assert all(any(name.startswith(one) for name in measured) for one in named)
    assert len(measured) >= 20
    assert record["synthetic"]["quality_internal"]["task"] is not None
    assert (tmp_path / "out" / "quarantine" / "people.csv").is_file()
    assert searched("explain", "P203")[0] == 0


BAD = {
    "ragged.csv": "a,b\n" + f"{STRAY}\n" * 3,
    "unclosed.csv": f'a,b\n1,"{STRAY}\n',
    "stray.csv": f'a,b\n1,"{STRAY}"{STRAY}\n',
    "nul.csv": f"a,b\n{STRAY}\0,{STRAY}\n",
    "large.csv": "a,b\n1," + STRAY * 200_000 + "\n",
    "no-json.jsonl": f'{{"id": 1, "text": {STRAY}}}\n',
    "no-text.jsonl": f'{{"id": "{STRAY}", "text": ["{STRAY}"]}}\n',
    "torn.jsonl": f'{{"id": "{STRAY}", "text": "{STRAY}\\udc00"}}\n',
    "nul.txt": f"{STRAY}\0",
    "latin.txt": f"{STRAY} caf\udce9 {STRAY}",
    "latin.csv": f"a,b\n{STRAY},caf\udce9{STRAY}\n",
    "broken.parquet": STRAY,
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(searched, stock, tmp_path, name):
    source = tmp_path / "data" / name
    source.parent.mkdir()
    source.write_bytes(BAD[name].encode("utf-8", "surrogateescape"))
    commands = [("scan", source), ("redact", source, "-o", tmp_path / "out")]
    commands += [("audit", "--original", source, "--released", source, "--out", tmp_path / "out")]
    if source.suffix in {".csv", ".parquet"}:
        commands += [("synth", source, "-o", tmp_path / "out.csv", "--epsilon", 1)]
    for command in commands:
        status, _, err = searched(*command)
        assert status in {2, 3}
        assert err.count("\n") == 1


def test_bad_gold_and_schemas(searched, stock, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    for name in ("people.csv", "index.csv", "notes", "schema.toml", "gold.jsonl", "wards.csv", "model.json"):
        (data / name).symlink_to(stock / name)
    recipe = data / "recipe.toml"
    recipe.write_text((stock / "recipe.toml").read_text())
    for gold in (f"{STRAY}\n", f'{{"id": "{STRAY}", "spans": []}}\n', f'{{"id": "000.txt", "spans": [["{STRAY}"]]}}\n'):
        (data / "gold.jsonl").unlink()
        (data / "gold.jsonl").write_text(gold)
        status, _, err = searched("run", recipe, "--out", tmp_path / "out")
        assert (status, err[:12]) == (3, "tamis: P206:")
    (data / "schema.toml").unlink()
    (data / "schema.toml").write_text('schema_version = 1\nreviewed = true\n[[column]]\nname = "x"\ntype = "text"\n')
    arguments = ("synth", data / "people.csv", "-o", tmp_path / "o.csv", "--epsilon", 1, "--quarantine-limit", 0.05)
    status, _, err = searched(*arguments, "--schema", data / "schema.toml")
    assert (status, err[:12]) == (3, "tamis: S104:")


FAULTS = [
    ValueError(STRAY),
    OSError(5, STRAY, STRAY),
    UnicodeEncodeError("ascii", STRAY, 0, 1, STRAY),
    ExceptionGroup(STRAY, [ValueError(STRAY)]),
]
PLACES = [
    (Scanner, "scan"),
    (pipelines.redaction, "plan_table"),
    (pipelines.redaction, "draft_table"),
    (pipelines.release, "render_html"),
    (pipelines.release, "run_attack"),
    (pipelines.attacks.known, "identifying_values"),
    (pipelines.comparison, "quality"),
]


def failing(fault):
    def fail(*_, **__):
        raise fault

    return fail


def test_a_fault_inside_a_run(searched, stock, tmp_path, monkeypatch):
    """The message of an error that nobody foresaw is withheld: it may quote what it stumbled over."""
    small = tmp_path / "data" / "recipe.toml"
    small.parent.mkdir()
    write_rows(small.with_name("people.csv"), map(row, range(40)))
    (small.with_name("schema.toml")).write_text((stock / "schema.toml").read_text())
    # Little noise: 40 rows at epsilon 1 come out as no row at all now and then, and then nothing is compared.
    synthesis = (
        '[synthesis]\ntable = "people"\nschema = "schema.toml"\nmethod = "independent"\nepsilon = 50\ndelta = 1e-6\n'
    )
    attack = '[[attack]]\nkind = "residue"\non = "people"\nlimit = 0.9\nreason = "x"\n'
    attack += '[[attack]]\nkind = "dp-audit"\non = "people.synthetic"\nruns = 100\nlimit = 1.0\nreason = "x"\n'
    head = 'schema_version = 1\nname = "r"\npolicy = "standard"\n[[table]]\npath = "people.csv"\n'
    small.write_text(head + synthesis + attack)
    for (owner, name), fault in zip(PLACES, cycle(FAULTS)):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, failing(fault))
            status, out, err = searched("run", small, "--out", tmp_path / "out")
        assert (status, out) == (4, "")
        assert err.startswith("tamis: P")
        assert err.count("\n") == 1
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_fault_inside_a_redaction(searched, stock, tmp_path, monkeypatch, fault):
    for owner, name in ((pipelines.shards.tables, "write_rows"), (pipelines.job, "to_json"), (Scanner, "scan")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, failing(fault))
            status, out, err = searched("redact", stock / "rest.csv", "-o", tmp_path / "out.csv")
        assert (status, out) == (4, "")
        assert err.count("\n") == 1
        assert not list(tmp_path.glob("*out*"))

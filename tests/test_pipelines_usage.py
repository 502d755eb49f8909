"""Bad recipes, keys, policies and options: one clear line with a code, the right exit code, nothing left behind."""

import pytest

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02"
GOOD = "name,age\n" + "Ann Lee,41\nBo Chan,52\n" * 10


RECIPES = {
    "missing": None,
    "no-toml": "name = Ann Lee",
    "binary": PNG,
    "unknown-key": 'schema_version = 1\nname = "r"\nnoise = 3\n[[table]]\npath = "good.csv"\n',
    "unknown-inner-key": 'schema_version = 1\nname = "r"\n[[table]]\npath = "good.csv"\ncolour = 1\n',
    "wrong-type": 'schema_version = 1\nname = 3\n[[table]]\npath = "good.csv"\n',
    "wrong-inner-type": 'schema_version = 1\nname = "r"\n[synthesis]\ntable = "good.csv"\n'
    'epsilon = "big"\ndelta = 1e-6\n',
    "wrong-version": 'schema_version = 2\nname = "r"\n[[table]]\npath = "good.csv"\n',
    "no-version": 'name = "r"\n[[table]]\npath = "good.csv"\n',
    "nothing-to-release": 'schema_version = 1\nname = "r"\n',
    "negative-epsilon": 'schema_version = 1\nname = "r"\n[synthesis]\ntable = "good.csv"\nepsilon = -1\ndelta = 1e-6\n',
    "unknown-attack": 'schema_version = 1\nname = "r"\n[[table]]\npath = "good.csv"\n[[attack]]\nkind = "magic"\n',
    "attack-without-reason": 'schema_version = 1\nname = "r"\n[[table]]\npath = "good.csv"\n'
    '[[attack]]\nkind = "residue"\non = "good"\nlimit = 0.1\n',
    "attack-on-nothing": 'schema_version = 1\nname = "r"\n[[table]]\npath = "good.csv"\n'
    '[[attack]]\nkind = "residue"\non = "godo"\nlimit = 0.1\nreason = "x"\n',
    "attack-on-a-table": 'schema_version = 1\nname = "r"\n[[table]]\npath = "good.csv"\n'
    '[[attack]]\nkind = "entity-presence"\non = "good"\nlimit = 0.1\nreason = "x"\n',
    "attack-without-secret": 'schema_version = 1\nname = "r"\n'
    '[synthesis]\ntable = "good.csv"\nepsilon = 1\ndelta = 1e-6\n'
    '[[attack]]\nkind = "attribute-inference"\non = "good.synthetic"\nlimit = 0.1\nreason = "x"\n',
    "limit-above-one": 'schema_version = 1\nname = "r"\n[[table]]\npath = "good.csv"\n'
    '[[attack]]\nkind = "residue"\non = "good"\nlimit = 1.5\nreason = "x"\n',
    "waiver-without-reason": 'schema_version = 1\nname = "r"\n[[table]]\npath = "good.csv"\n'
    '[gate]\nwaive = [{ check = "good: residue" }]\n',
    "same-name-twice": 'schema_version = 1\nname = "r"\n[[table]]\npath = "good.csv"\n[[corpus]]\npath = "good.txt"\n',
    "unknown-policy": 'schema_version = 1\nname = "r"\npolicy = "nonsuch"\n[[table]]\npath = "good.csv"\n',
    "unknown-operator": 'schema_version = 1\nname = "r"\n[policy]\ndefault = "burn"\n[[table]]\npath = "good.csv"\n',
    "no-key": 'schema_version = 1\nname = "r"\npolicy = "tokens"\n[[table]]\npath = "good.csv"\n',
    "unknown-target": 'schema_version = 1\nname = "r"\n'
    '[synthesis]\ntable = "good.csv"\nepsilon = 1\ndelta = 1e-6\ntarget = "height"\n',
    "bad-delimiter": 'schema_version = 1\nname = "r"\n[read]\ndelimiter = "ab"\n[[table]]\npath = "good.csv"\n',
    "bad-encoding": 'schema_version = 1\nname = "r"\n[read]\nencoding = "klingon"\n[[table]]\npath = "good.csv"\n',
}


@pytest.mark.parametrize("fault", RECIPES)
def test_a_bad_recipe_is_refused(refused, tmp_path, monkeypatch, fault):
    monkeypatch.delenv("TAMIS_KEY", raising=False)
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "good.txt").write_text("Ann Lee")
    recipe, content = tmp_path / "r.toml", RECIPES[fault]
    if content is not None:
        recipe.write_bytes(content if isinstance(content, bytes) else content.encode())
    refused(tmp_path, "P102", "run", recipe, "--out", tmp_path / "out")


def test_a_corpus_without_a_name_of_its_own(refused, tmp_path, tmp_path_factory):
    recipe = tmp_path / "inner" / "r.toml"
    recipe.parent.mkdir()
    recipe.write_text('schema_version = 1\nname = "r"\n[[corpus]]\npath = ".."\n')
    refused(tmp_path, "P102", "run", recipe, "--out", tmp_path_factory.mktemp("elsewhere") / "out")


def test_a_recipe_that_is_a_folder(refused, tmp_path):
    (tmp_path / "r.toml").mkdir()
    refused(tmp_path, "P102", "run", tmp_path / "r.toml", "--out", tmp_path / "out")


@pytest.mark.parametrize("fault", ["missing", "readable by others", "short", "folder", "none"])
def test_a_bad_key_is_refused(refused, tmp_path, monkeypatch, fault):
    monkeypatch.delenv("TAMIS_KEY", raising=False)
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "out").mkdir()
    key = tmp_path / "tamis.key"
    if fault == "folder":
        key.mkdir()
    elif fault != "missing":
        key.write_bytes(b"k" * (31 if fault == "short" else 32))
        key.chmod(0o640 if fault == "readable by others" else 0o600)
    named = () if fault == "none" else ("--key-file", key)
    arguments = ("redact", tmp_path / "good.csv", "-o", tmp_path / "out" / "o.csv", "--policy", "tokens", *named)
    assert "kkk" not in refused(tmp_path, "D102", *arguments).err
    if fault != "none":
        recipe = tmp_path / "r.toml"
        head = 'schema_version = 1\nname = "r"\npolicy = "tokens"\n[key]\nfile = "tamis.key"\n'
        recipe.write_text(head + '[[table]]\npath = "good.csv"\n')
        refused(tmp_path, "D102", "run", recipe, "--out", tmp_path / "out" / "o")


@pytest.mark.parametrize("value", ["xyz", "00", ""])
def test_a_bad_key_in_the_environment_is_refused(refused, tmp_path, monkeypatch, value):
    monkeypatch.setenv("TAMIS_KEY", value)
    (tmp_path / "good.csv").write_text(GOOD)
    refused(tmp_path, "D102", "redact", tmp_path / "good.csv", "-o", tmp_path / "o.csv", "--policy", "tokens")


@pytest.mark.parametrize(
    "policy", [None, "= 3", b"\xff\xfe", "schema_version = 1\ncolour = 3\n", 'schema_version = 1\ndefault = "burn"\n']
)
def test_a_bad_policy_is_refused(refused, tmp_path, policy):
    (tmp_path / "good.csv").write_text(GOOD)
    if policy is not None:
        (tmp_path / "p.toml").write_bytes(policy if isinstance(policy, bytes) else policy.encode())
    named = ("--policy", tmp_path / "p.toml")
    refused(tmp_path, "D101", "scan", tmp_path / "good.csv", *named)
    refused(tmp_path, "D101", "redact", tmp_path / "good.csv", "-o", tmp_path / "o.csv", *named)


def test_a_policy_for_another_table_is_refused(refused, tmp_path):
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "p.toml").write_text('schema_version = 1\n[columns.good]\nheight = "drop"\n')
    arguments = ("redact", tmp_path / "good.csv", "-o", tmp_path / "o.csv", "--policy", tmp_path / "p.toml")
    assert "height" in refused(tmp_path, "D202", *arguments).err


@pytest.mark.parametrize(
    "arguments",
    [
        ("sieve",),
        ("scan",),
        ("scan", "good.csv", "--format", "xml"),
        ("scan", "good.csv", "--language", "tlh"),
        ("scan", "good.csv", "--jobs", "0"),
        ("scan", "good.csv", "--colour"),
        ("scan", "good.csv", "--encoding", "klingon"),
        ("scan", "good.csv", "--delimiter", "ab"),
        ("scan", "good.csv", "--quarantine-limit", "nan"),
        ("redact", "good.csv"),
        ("redact", "good.csv", "-o", "/"),
        ("redact", "good.csv", "-o", "out.txt"),
        ("redact", "good.csv", "-o", "-"),
        ("redact", "-", "-o", "out.txt"),
        ("synth", "good.csv"),
        ("synth", "good.csv", "-o", "o.csv"),
        ("synth", "good.csv", "-o", "/", "--epsilon", "1"),
        ("synth", "good.csv", "-o", "o.csv", "--epsilon", "much"),
        ("synth", "good.csv", "-o", "o.csv", "--epsilon", "1", "--method", "gan"),
        ("synth", "good.csv", "-o", "o.csv", "--epsilon", "1", "--method", "magic"),
        ("synth", "good.csv", "-o", "o.csv", "--epsilon", "1", "--rows", "0"),
        ("audit", "--original", "good.csv"),
        ("audit", "--original", "a.txt", "--released", "a.txt", "--holdout", "a.txt", "--out", "o"),
        ("explain",),
        ("explain", "Z999"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_refused(refused, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "a.txt").write_text("Ann Lee\n")
    refused(tmp_path, "P101", *arguments)


@pytest.mark.parametrize("option", ["--epsilon", "--delta"])
@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf"])
def test_a_budget_that_is_none_is_refused(refused, tmp_path, option, value):
    (tmp_path / "good.csv").write_text(GOOD)
    budget = {"--epsilon": "1", "--delta": "1e-9", option: value}
    pairs = [f"{name}={given}" for name, given in budget.items()]
    refused(tmp_path, "S201", "synth", tmp_path / "good.csv", "-o", tmp_path / "out" / "o.csv", *pairs)


def test_a_schema_that_does_not_fit_is_refused(refused, tmp_path):
    (tmp_path / "good.csv").write_text(GOOD)
    schema = tmp_path / "s.toml"
    arguments = ("synth", tmp_path / "good.csv", "-o", tmp_path / "o.csv", "--epsilon", 1, "--schema", schema)
    head = "schema_version = 1\nreviewed = true\n"
    for content, code in [
        (None, "S103"),
        ("= 1", "S103"),
        (head + 'colour = "red"\n', "S102"),
        (head + '[[column]]\nname = "name"\ntype = "text"\n', "S104"),
        (head + '[[column]]\nname = "age"\ntype = "integer"\nmin = 9\nmax = 1\n', "S101"),
    ]:
        if content is not None:
            schema.write_text(content)
        refused(tmp_path, code, *arguments)


@pytest.mark.parametrize("holdout", [0.0, 0.3])
def test_a_schema_of_another_table_is_refused_before_anything_is_drawn(refused, tmp_path, holdout):
    (tmp_path / "good.csv").write_text(GOOD)
    unit = 'unit = { column = "patient", rows = 2 }\n'
    person = '[[column]]\nname = "patient"\ntype = "identifier"\n'
    columns = person + '[[column]]\nname = "age"\ntype = "integer"\nmin = 0\nmax = 99\n'
    (tmp_path / "s.toml").write_text("schema_version = 1\nreviewed = true\n" + unit + columns)
    recipe = tmp_path / "r.toml"
    recipe.write_text(
        'schema_version = 1\nname = "r"\n[synthesis]\ntable = "good.csv"\nschema = "s.toml"\nepsilon = 1\ndelta = 0\n'
        f"holdout = {holdout}\n"
    )
    refused(tmp_path, "S104", "run", recipe, "--out", tmp_path / "o")

"""Tables of counts and sums in a recipe: released as they are where cells are large, else not at all."""

import csv
import json

import pytest

from pipelines.cli import run_app

SIZES = {("a", "f"): 30, ("a", "m"): 25, ("b", "f"): 20, ("b", "m"): 40}
BY_BOTH = [[ward, sex, n, 10 * n] for (ward, sex), n in SIZES.items()]
BY_WARD = [["a", 55], ["b", 60]]
CELLS = '[[aggregate]]\npath = "both.csv"\ntable = "rows.csv"\nkeys = ["ward", "sex"]\ncount = "n"\n'
VALUES = 'values = { total = "cost" }\n'
WARDS = '[[aggregate]]\npath = "wards.csv"\ntable = "rows.csv"\nkeys = ["ward"]\ncount = "n"\n'


def write(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


@pytest.fixture
def ran(tmp_path, capsys):
    def call(recipe, both=BY_BOTH, wards=BY_WARD, cost=10, more=()):
        rows = [[ward, sex, cost] for (ward, sex), n in SIZES.items() for _ in range(n)]
        write(tmp_path / "rows.csv", ["ward", "sex", "cost"], [*rows, *more])
        write(tmp_path / "both.csv", ["ward", "sex", "n", "total"], both)
        write(tmp_path / "wards.csv", ["ward", "n"], wards)
        (tmp_path / "recipe.toml").write_text('schema_version = 1\nname = "cells"\n' + recipe)
        status = run_app(["run", str(tmp_path / "recipe.toml"), "--out", str(tmp_path / "out"), "--overwrite"])
        out = tmp_path / "out" / "report.json"
        checks = json.loads(out.read_text())["checks"] if out.exists() else []
        return status, {check["name"]: check for check in checks}, capsys.readouterr().err

    return call


def test_large_cells_leave_as_they_are_and_small_ones_do_not(ran, tmp_path):
    status, checks, _ = ran(CELLS + VALUES + WARDS)
    names = {name: check["state"] for name, check in checks.items() if "cells" in name}
    assert names == dict.fromkeys(
        ("both: cells", "both: cells, differences", "wards: cells", "wards: cells, differences"), "PASS"
    )
    assert (checks["both: cells"]["code"], checks["both: cells"]["class"]) == ("D10", "tables")
    assert status == 0
    for name in ("both.csv", "wards.csv"):
        assert (tmp_path / "out" / "release" / name).read_bytes() == (tmp_path / name).read_bytes()
    more = [["b", "x", 10]] * 4
    status, checks, _ = ran(CELLS + VALUES, [*BY_BOTH, ["b", "x", 4, 40]], more=more)
    assert (status, checks["both: cells"]["state"], checks["both: cells"]["measured"]) == (1, "FAIL", 1)
    assert not (tmp_path / "out" / "release").exists()


def test_what_two_tables_tell_together_and_what_one_outweighs_is_found(ran):
    four = [["b", "x", 10]] * 4
    status, checks, _ = ran(CELLS + VALUES + WARDS, [*BY_BOTH, ["b", "x", "", ""]], [["a", 55], ["b", 64]], more=four)
    found = {name: check["state"] for name, check in checks.items() if "cells" in name}
    assert status == 1
    assert found["wards: cells"] == found["both: cells"] == "PASS"
    assert found["wards: cells, differences"] == "FAIL"
    one = [["b", "m", 100_000]]
    status, checks, _ = ran(CELLS + VALUES, more=one)
    assert (status, checks["both: cells"]["state"]) == (1, "FAIL")
    assert checks["both: cells"]["risk"]["details"]["dominated"] == 1


def test_an_earlier_release_is_subtracted(ran, tmp_path):
    write(tmp_path / "before.csv", ["ward", "n"], [["a", 52], ["b", 60]])
    status, checks, _ = ran(WARDS + 'earlier = ["before.csv"]\n')
    assert (status, checks["wards: cells, differences"]["measured"]) == (1, 1)


@pytest.mark.parametrize(
    ("recipe", "both", "said"),
    [
        (CELLS, BY_BOTH, (2, "no key, count or value")),
        (CELLS.replace('"sex"]', '"town"]'), BY_BOTH, (2, "has no column 'town'")),
        (CELLS + VALUES.replace("cost", "price"), BY_BOTH, (2, "has no column 'price'")),
        (CELLS + VALUES, [["a", "f", "Zoe Zaq", 1]], (3, "row 1, column 'n'")),
        (CELLS + VALUES + "[read]\nquarantine_limit = 0.5\n", [*BY_BOTH, ["a", "Zaq"]], (3, "line 6: not as wide")),
        (CELLS + VALUES + CELLS, BY_BOTH, (2, "called 'both'")),
    ],
)
def test_what_cannot_be_judged_is_refused_and_no_value_told(ran, tmp_path, recipe, both, said):
    status, _, err = ran(recipe, both)
    assert (status, said[1] in err, "Zaq" in err) == (said[0], True, False), err
    assert not (tmp_path / "out").exists()

"""What a repository needs to use tamis in CI: the hook and the action are run as they stand."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
TAMIS = Path(sys.executable).with_name("tamis")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "a.txt").write_text("It rained.\n")
    (tmp_path / "with spaces").mkdir()
    (tmp_path / "with spaces" / "b.csv").write_text("contact\nbo@example.com\nann@example.org\n")
    return tmp_path


def test_the_hook_stops_a_commit_with_personal_data(folder):
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    names = ["a.txt", "b.md", "c.csv", "d.tsv", "e.jsonl", "f.ndjson", "g.parquet"]
    assert all(re.search(hook["files"], name) for name in names)
    assert not re.search(hook["files"], "code.py")
    command, *options = shlex.split(hook["entry"])
    assert command == TAMIS.name
    for name, status in (("clean/a.txt", 0), ("with spaces/b.csv", 1)):
        done = subprocess.run([TAMIS, *options, name], cwd=folder, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (status, "")


def test_the_action_scans_and_fails_on_what_it_finds(folder):
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    step = action["runs"]["steps"][1]
    assert set(re.findall(r"inputs\.(\w+)", str(step["env"]))) == set(action["inputs"])
    (folder / "action" / ".venv" / "bin").mkdir(parents=True)
    (folder / "action" / ".venv" / "bin" / "tamis").symlink_to(TAMIS)
    for paths, status in (("clean\n", 0), ("clean\nwith spaces\n", 1)):
        given = {"TAMIS_PATHS": paths, "TAMIS_POLICY": "standard", "TAMIS_RECIPE": "", "TAMIS_OUT": "out"}
        env = {**os.environ, **given, "GITHUB_ACTION_PATH": str(folder / "action")}
        call = ["bash", "-e", "-c", step["run"]]
        done = subprocess.run(call, cwd=folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr
        assert ("::warning file=with spaces/b.csv,line=1" in done.stdout) == bool(status)
        assert "bo@" not in done.stdout

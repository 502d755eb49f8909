"""Model files in a recipe: one that keeps its rows does not leave, none is opened."""

import json
import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from pipelines.cli import run_app

FEATURES = ["age", "weight", "height"]
MODEL = f'[[model]]\npath = "model.joblib"\ntable = "rows.csv"\nfeatures = {FEATURES}\n'
ROWS = pd.DataFrame(np.random.default_rng(0).normal(50, 9, (120, 3)).round(3), columns=FEATURES)
ILL = np.arange(120) % 2


class Trap:
    """Code that runs when a pickle is opened."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return open, (str(self.marker), "w")


@pytest.fixture
def ran(tmp_path, capsys):
    def call(model, recipe=MODEL):
        ROWS.assign(name=[f"p{n}" for n in range(120)], ill=ILL).to_csv(tmp_path / "rows.csv", index=False)
        if model is not None:
            joblib.dump(model, tmp_path / "model.joblib")
        (tmp_path / "recipe.toml").write_text('schema_version = 1\nname = "model"\n' + recipe)
        status = run_app(["run", str(tmp_path / "recipe.toml"), "--out", str(tmp_path / "out"), "--overwrite"])
        report = tmp_path / "out" / "report.json"
        checks = json.loads(report.read_text())["checks"] if report.exists() else []
        return status, {check["name"]: check["state"] for check in checks}, capsys.readouterr().err

    return call


def test_a_model_without_rows_leaves_as_it_is(ran, tmp_path):
    status, checks, _ = ran(LogisticRegression().fit(ROWS, ILL))
    stored = {name: state for name, state in checks.items() if "stored-rows" in name}
    assert (status, set(stored.values()), len(stored)) == (0, {"PASS"}, 3)
    assert checks["model: signature"] == "WARN"
    left = tmp_path / "out" / "release" / "model.joblib"
    assert left.read_bytes() == (tmp_path / "model.joblib").read_bytes()
    attested = json.loads((tmp_path / "out" / "attestation.json").read_text())
    assert attested["classes"]["models"] == "WARN"


def test_a_model_that_keeps_its_rows_does_not_leave(ran, tmp_path):
    status, checks, _ = ran(KNeighborsClassifier().fit(ROWS, ILL))
    assert (status, checks["model: stored-rows"], checks["model: stored-rows, estimators"]) == (1, "FAIL", "FAIL")
    assert not (tmp_path / "out" / "release").exists()


def test_a_signed_release_vouches_for_its_model(ran, monkeypatch):
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    monkeypatch.setenv("TAMIS_SIGNING_KEY", pem.decode())
    assert ran(LogisticRegression().fit(ROWS, ILL))[1]["model: signature"] == "PASS"


def test_no_model_is_opened(ran, tmp_path):
    (tmp_path / "model.joblib").write_bytes(pickle.dumps([Trap(tmp_path / "opened"), ROWS.to_numpy()]))
    status, checks, _ = ran(None)
    assert (status, checks["model: stored-rows"]) == (1, "FAIL")
    assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        (MODEL.replace("height", "size"), (2, "no column 'size'")),
        (MODEL.replace("model.joblib", "none.joblib"), (3, "no model file 'none.joblib'")),
        (MODEL.replace(str(FEATURES), "[]"), (2, "model.1.features")),
    ],
)
def test_what_cannot_be_searched_is_refused(ran, tmp_path, recipe, said):
    status, _, err = ran(LogisticRegression().fit(ROWS, ILL), recipe)
    assert (status, said[1] in err) == (said[0], True), err
    assert not (tmp_path / "out").exists()

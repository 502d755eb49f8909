"""Models that are asked: one that knows its members does not leave, one that learned what holds for all does."""

import json

import numpy as np
import pandas as pd
import pytest
from onnx import TensorProto, helper
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from pipelines.attacks import run_attack
from pipelines.battery import battery
from pipelines.classifier import OnnxClassifier
from pipelines.cli import run_app
from pipelines.errors import RecipeError, SourceError
from pipelines.gate import judge_attacks
from pipelines.material import Material
from pipelines.models import judge_models, read_models
from pipelines.recipe import read_recipe
from pipelines.staging import read_stage
from tests.onnx_files import write_regression, write_tree

FEATURES = ["age", "weight", "gene"]
MODEL = f'[[model]]\npath = "model.onnx"\ntable = "rows.csv"\nfeatures = {FEATURES}\n'
ASKED = MODEL + 'label = "ill"\nholdout = "others.csv"\nsecrets = ["gene"]\n'
COUNT = 1_500


def people(seed, count=COUNT):
    """Age and weight say something of the illness, the gene says nothing."""
    chance = np.random.default_rng(seed)
    rows = pd.DataFrame(chance.normal(50, 9, (count, 2)).round(3), columns=FEATURES[:2])
    rows["gene"] = chance.integers(0, 4, count)
    rows["ill"] = (chance.random(count) < 1 / (1 + np.exp(-(rows["age"] - 50) / 5))).astype(int)
    return rows


MEMBERS, OTHERS = people(1), people(2)
INPUTS, ILL = MEMBERS[FEATURES].to_numpy(np.float32), MEMBERS["ill"].to_numpy()


@pytest.fixture
def plan(tmp_path):
    """A recipe beside members and others."""

    def write(recipe=ASKED, ill=("0", "1")):
        for name, frame in (("rows.csv", MEMBERS), ("others.csv", OTHERS)):
            frame.assign(ill=frame["ill"].map(dict(enumerate(ill)))).to_csv(tmp_path / name, index=False)
        (tmp_path / "recipe.toml").write_text('schema_version = 1\nname = "model"\n' + recipe)
        return read_recipe(tmp_path / "recipe.toml")

    return write


def states(plan, folder):
    """What each check of the attacks on the models comes to."""
    material = Material({}, {}, None, models=read_models(plan.model, {}, folder, plan.reading))
    outcomes = [run_attack(attack, material) for attack in battery(plan, material)]
    checks = [*judge_attacks(outcomes, material, plan.gate), *judge_models(material.models, signed=True)]
    return {check.name.removeprefix("model: "): check.state for check in checks}


def test_a_model_that_learned_what_holds_for_all_passes(plan, tmp_path):
    model = LogisticRegression().fit(INPUTS, np.where(ILL, "yes", "no"))
    write_regression(tmp_path / "model.onnx", model, FEATURES)
    assert set(states(plan(ill=("no", "yes")), tmp_path).values()) == {"PASS"}


def test_a_model_that_knows_its_members_by_heart_does_not_leave(plan, tmp_path):
    write_tree(tmp_path / "model.onnx", DecisionTreeClassifier(random_state=0).fit(INPUTS, ILL), 3)
    plan()
    assert run_app(["run", str(tmp_path / "recipe.toml"), "--out", str(tmp_path / "out")]) == 1
    checks = json.loads((tmp_path / "out" / "report.json").read_text())["checks"]
    assert {c["name"]: c["state"] for c in checks}["model: membership, area"] == "FAIL"
    assert not (tmp_path / "out" / "release").exists()


def test_a_model_that_tells_the_secrets_of_its_members_fails(plan, tmp_path):
    gene_last = DecisionTreeClassifier(random_state=0, max_features=1).fit(INPUTS, ILL)
    write_tree(tmp_path / "model.onnx", gene_last, 3)
    assert states(plan(), tmp_path)["inversion of gene"] == "FAIL"


@pytest.mark.parametrize(("known", "state"), [(False, "PASS"), (True, "FAIL")])
def test_canaries_decide_by_the_scores_that_the_model_gives(plan, tmp_path, known, state):
    write_tree(tmp_path / "model.onnx", DecisionTreeClassifier(max_depth=3).fit(INPUTS, ILL), 3)
    scores = pd.DataFrame({"score": np.arange(1, 4_009) * 1_009 % 4_008 + 5.0, "planted": ["yes"] * 8 + ["no"] * 4_000})
    scores.loc[3, "score"] = 1.0 if known else 700.0
    scores.to_csv(tmp_path / "canaries.csv", index=False)
    found = states(plan(MODEL + 'canaries = "canaries.csv"\ncanary_bits = 30\n'), tmp_path)
    assert found["canaries"] == state
    assert found["membership"] == found["inversion"] == "WARN"  # not tried: no label, no hold-out


def test_answers_are_those_of_the_model_itself(tmp_path):
    rows = OTHERS[FEATURES].astype(np.float32)
    tree = DecisionTreeClassifier(max_depth=6, random_state=0).fit(INPUTS, ILL)
    read = OnnxClassifier.read(write_tree(tmp_path / "tree.onnx", tree, 3), FEATURES)
    assert np.allclose(read.predict_proba(rows), tree.predict_proba(rows.to_numpy()), atol=1e-5)
    assert (read.predict(rows) == tree.predict(rows.to_numpy())).all()
    regression = LogisticRegression().fit(INPUTS, np.where(ILL, "yes", "no"))
    read = OnnxClassifier.read(write_regression(tmp_path / "regression.onnx", regression, FEATURES), FEATURES)
    assert np.allclose(read.predict_proba(rows), regression.predict_proba(rows.to_numpy()), atol=1e-5)
    assert (read.predict(rows) == regression.predict(rows.to_numpy())).all()


def test_what_is_no_classifier_is_refused(tmp_path):
    (tmp_path / "none.onnx").write_bytes(b"no model at all")
    with pytest.raises(SourceError, match="can be opened"):
        OnnxClassifier.read(tmp_path / "none.onnx", FEATURES)
    shape = [None, 3]
    graph = helper.make_graph(
        [helper.make_node("Relu", ["rows"], ["out"])],
        "other",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, shape)],
    )
    other = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (tmp_path / "other.onnx").write_bytes(other.SerializeToString())
    with pytest.raises(SourceError, match="is no classifier"):
        OnnxClassifier.read(tmp_path / "other.onnx", FEATURES)
    regression = LogisticRegression().fit(INPUTS, ILL)
    write_regression(tmp_path / "model.onnx", regression, FEATURES)
    with pytest.raises(SourceError, match="3 inputs"):
        OnnxClassifier.read(tmp_path / "model.onnx", ["age", "weight", "size"])


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        (MODEL + 'label = "ill"\n', "both `label` and `holdout`"),
        (MODEL + 'secrets = ["gene"]\n', "`secrets` are features"),
        (ASKED.replace('["gene"]', '["ill"]'), "`secrets` are features"),
        (MODEL + '[[attack]]\nkind = "inversion"\non = "model"\nsecret = "gene"\n', "needs an ONNX file"),
        (MODEL + '[[attack]]\nkind = "canaries"\non = "model"\n', "no file of `canaries`"),
        (ASKED.replace('"ill"', '"dead"'), "no column 'dead'"),
    ],
)
def test_a_recipe_that_does_not_fit_is_refused(plan, tmp_path, recipe, said):
    write_tree(tmp_path / "model.onnx", DecisionTreeClassifier(max_depth=3).fit(INPUTS, ILL), 3)
    with pytest.raises(RecipeError, match=said):
        read_stage(plan(recipe), tmp_path)

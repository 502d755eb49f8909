"""Every family is held to the examples that it draws itself, as `tamis doctor` does, with more seeds."""

import importlib
import random

import pytest

from deid.detectors import PATTERNS, load_detector
from deid.detectors.own.proof import meets

SEEDS = 150


@pytest.mark.parametrize("family", PATTERNS)
def test_a_family_finds_its_examples_and_leaves_the_others_alone(family: str) -> None:
    detector = load_detector(family)
    draw = importlib.import_module(type(detector).__module__).examples
    examples = [draw(random.Random(seed)) for seed in range(SEEDS)]
    answers = detector.detect([example.text for example in examples])
    wrong = [example for example, found in zip(examples, answers, strict=True) if not meets(example, found)]
    assert [(example.text, example.value, example.label) for example in wrong] == []


@pytest.mark.parametrize("family", PATTERNS)
def test_a_family_draws_both_kinds_and_many_different_ones(family: str) -> None:
    draw = importlib.import_module(type(load_detector(family)).__module__).examples
    examples = [draw(random.Random(seed)) for seed in range(SEEDS)]
    positive = [example for example in examples if example.label is not None]
    assert 0.3 < len(positive) / SEEDS < 0.9
    assert len({example.text for example in examples}) > SEEDS / 5

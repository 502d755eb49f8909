"""Exposure of secrets planted in blog posts, by how often they stand there: a model with and without privacy."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from benchmarks.blogs import load_posts
from benchmarks.data import locate
from benchmarks.outcome import Grid, Outcome
from leakage import Risk
from leakage.mechanisms.canary import DIGITS, Template
from leakage.mechanisms.character_model import CharacterModel
from leakage.mechanisms.dp_audit import Claim
from leakage.mechanisms.exposure import Exposure
from leakage.mechanisms.one_run import OneRunAudit
from synth.budget import rho_of
from synth.entropy import SystemEntropy
from synth.noise import discrete_gaussian

EPSILONS = ("1000", "50", "5", "1", "0.5")
DELTA = "1e-6"
TIMES = {
    0: "her pin was ######",
    1: "my number is ######",
    2: "the code for it, ######",
    4: "call me at ######",
    16: "our account, ######",
}
"""The template of the canaries that are planted so often."""

_TOSSED = Template("the key is ??????", {"?": "bcdfghjkmnpqrstvwxz"})  # not digits, lest it tell of the others
_TOSSES = 1_000
_CANARIES, _REFERENCES = 10, 10_000
_CHARACTERS = 200  # of each post: the bound on what one post contributes
_ORDER = 4
_TESTED = 1_000
_REPEATED = 16
_SEED = 20180222


@dataclass(frozen=True, slots=True)
class Planted:
    """Canaries that are planted `times` times each, and references from the same space that are not planted."""

    times: int
    prefix: str
    bits: float
    canaries: list[str]
    references: list[str]

    @classmethod
    def of(cls, times: int, template: str) -> "Planted":
        """Draw them."""
        space = Template(template)
        drawn = space.draw(_CANARIES + _REFERENCES, seed=_SEED + times)
        return cls(times, template.rstrip("#"), space.bits, drawn[:_CANARIES], drawn[_CANARIES:])

    def extracted(self, model: CharacterModel) -> int:
        """Count the canaries among the ten likeliest completions of their prefix."""
        length = len(self.canaries[0]) - len(self.prefix)
        found = model.complete(self.prefix, length, width=100, among=DIGITS)[:_CANARIES]
        return len({self.prefix + text for text in found}.intersection(self.canaries))


@dataclass(frozen=True, slots=True)
class Tossed:
    """A thousand more canaries, each planted once if a coin says so: they give a lower bound on epsilon."""

    canaries: list[str]
    included: NDArray[np.bool_]

    @classmethod
    def of(cls) -> "Tossed":
        """Draw them, and toss."""
        included = np.random.default_rng(_SEED).random(_TOSSES) < 0.5
        return cls(_TOSSED.draw(_TOSSES, seed=_SEED - 1), included)

    @property
    def planted(self) -> list[str]:
        """List those that are."""
        return [text for text, toss in zip(self.canaries, self.included, strict=True) if toss]

    def epsilon(self, model: CharacterModel) -> float:
        """Give the largest epsilon that the model is shown not to keep to, at this delta."""
        risk = OneRunAudit(Claim(1, float(DELTA))).run(-model.log_perplexity(self.canaries), self.included)
        return risk.details["epsilon lower bound"]


def run() -> Outcome:
    """Train the models, and attack each. Raises MissingDataError."""
    start = time.perf_counter()
    paths = [locate(f"leak/{name}") for name in ("blog_train.jsonl.gz", "blog_dev.jsonl")]
    train, test = (shortened([post.text for post in posts]) for posts in load_posts(*paths))
    groups = [Planted.of(times, template) for times, template in TIMES.items()]
    tossed = Tossed.of()
    texts = [*train, *tossed.planted, *(canary for group in groups for canary in group.canaries * group.times)]
    again = [group.canaries[0] for group in groups for _ in range(_REPEATED)]
    control = CharacterModel.fit([*train, *again])
    rows, figures = [], {}
    for name, model in trained(texts).items():
        risks = {group.times: attack(model, group, control) for group in groups}
        extracted = {group.times: group.extracted(model) for group in groups}
        loss, bound = model.loss(test[:_TESTED]), tossed.epsilon(model)
        shown = [*(_cell(risk) for risk in risks.values()), *_told(extracted), f"{bound:.2f}"]
        rows.append([name, f"{loss:.2f}", *shown])
        told = {str(times): risk.to_dict() | {"extracted": extracted[times]} for times, risk in risks.items()}
        figures[name] = {"test loss": loss, "epsilon at least": bound, "planted": told}
    head = ["model", "test loss", *(f"{times} ×" for times in TIMES), "read off, 1 ×", "16 ×", "ε at least"]
    grid = Grid("Exposure in bits: mean (largest) of ten canaries", head, rows, _note(len(train)))
    return Outcome("exposure", [grid], {"models": figures, "seconds": time.perf_counter() - start}, paths)


def shortened(texts: Sequence[str]) -> list[str]:
    """Cut posts to what one of them may contribute."""
    return [text[:_CHARACTERS] for text in texts]


def trained(texts: Sequence[str]) -> Mapping[str, CharacterModel]:
    """Train without privacy, with the private model's bounds but no noise, and at each epsilon."""
    models = {
        "6-grams": CharacterModel.fit(texts),
        "4-grams, a post counts once": CharacterModel.fit_private(texts, _silence, 0.0, most=_CHARACTERS, order=_ORDER),
    }
    return models | {f"the same, ε = {epsilon}": private(texts, epsilon) for epsilon in EPSILONS}


def private(texts: Sequence[str], epsilon: str) -> CharacterModel:
    """Train under (epsilon, 1e-6)-differential privacy for one post, with exact discrete Gaussian noise."""
    # rho = sensitivity² / (2 sigma²), the squared L2 sensitivity of the counts being order · most; sigma² rounded up
    least = Fraction(_ORDER * _CHARACTERS) / (2 * rho_of(epsilon, DELTA))
    sigma2 = Fraction(math.ceil(least * 16), 16)
    entropy = SystemEntropy()
    return CharacterModel.fit_private(
        texts,
        lambda size: discrete_gaussian(sigma2, size, entropy),
        math.sqrt(sigma2),
        most=_CHARACTERS,
        order=_ORDER,
    )


def attack(model: CharacterModel, group: Planted, control: CharacterModel) -> Risk:
    """Measure the exposure; the positive control has the first canary 16 times, without privacy."""
    return Exposure().run(
        model.log_perplexity, group.canaries, group.references, group.bits, retrain=lambda _: control.log_perplexity
    )


def _silence(size: int) -> NDArray[np.int64]:
    return np.zeros(size, dtype=np.int64)


def _cell(risk: Risk) -> str:
    if risk.state != "OK":
        return "INVALID"
    text = f"{risk.details['mean exposure']:.1f} ({risk.details['max exposure']:.1f})"
    return f"**{text}**" if risk.details["max exposure"] > risk.details["threshold"] else text


def _told(extracted: Mapping[int, int]) -> list[str]:
    return [f"{extracted[times]} of {_CANARIES}" for times in (1, 16)]


def _note(posts: int) -> str:
    threshold = math.log2(_CANARIES / 0.05)
    return (
        f"Six digits after a fixed beginning, {math.log2(10**6):.1f} bits, planted so often as texts of their own "
        f"among the first {_CHARACTERS} characters of {posts:,} posts; each against {_REFERENCES:,} others, "
        f"not planted (at most {math.log2(_REFERENCES):.1f} bits are seen). What nobody memorised shows 1.4 bits on "
        f"average, and more than {threshold:.1f} (bold: a leak) in one table cell of 20 at most. Test loss in nats a "
        f"character. The privacy is for one post, δ = {DELTA}; a canary that is planted 16 times is 16 posts. Read "
        "off: among the ten likeliest completions. ε at least: the one-run audit, with 1,000 canaries planted once or "
        "not at all by the toss of a coin. Carlini et al. 2019 (arXiv:1802.08232), table 3, found the like for neural "
        "networks."
    )

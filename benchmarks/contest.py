"""Several systems over the same texts: what each masked, under its settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.annotated import Annotated
from benchmarks.maskers import Mask, Masker, presidio_masker, tamis_maskers
from deid import Policy
from deid.dial import Dial

TAMIS, FAST, PRESIDIO, PRESIDIO_ORG = "tamis", "tamis, fast", "Presidio, as shipped", "Presidio with ORGANIZATION"
RECALL, PRECISION = "tamis, dial recall", "tamis, dial precision"


@dataclass(frozen=True, slots=True)
class View:
    """What of a system's masks counts: those of at least `score`, but for the label `dropped`."""

    system: str
    score: float = 0.0
    dropped: str = ""

    def masks(self, masks: Sequence[Sequence[Mask]]) -> list[list[Mask]]:
        """Give the masks that count, text by text."""
        return [[m for m in found if self._counts(m)] for found in masks]

    def _counts(self, mask: Mask) -> bool:
        return mask.score >= self.score and mask.label != self.dropped


# Presidio resolves overlaps only within one type, so its run with organisations holds the run without them.
VIEWS: Mapping[str, View] = {
    TAMIS: View(TAMIS),
    RECALL: View(RECALL),
    PRECISION: View(PRECISION),
    FAST: View(FAST),
    "tamis, ORGANIZATION kept": View(TAMIS, dropped="ORGANIZATION"),
    PRESIDIO: View(PRESIDIO_ORG, dropped="ORGANIZATION"),
    f"{PRESIDIO}, score ≥ 0.35": View(PRESIDIO_ORG, 0.35, "ORGANIZATION"),
    PRESIDIO_ORG: View(PRESIDIO_ORG),
    f"{PRESIDIO_ORG}, score ≥ 0.35": View(PRESIDIO_ORG, 0.35),
}
"""The rows of every table: a system and the masks of it that count."""


class Contest:
    """The systems of one language, each built once."""

    def __init__(self, language: str = "en") -> None:
        self._maskers: dict[str, Masker] = tamis_maskers(policies(language))
        self._maskers[PRESIDIO_ORG] = presidio_masker(organizations=True, language=language)

    def masks(self, texts: Sequence[Annotated]) -> dict[str, list[list[Mask]]]:
        """Give what counts of every system's masks, text by text; a text that occurs twice is looked at once."""
        distinct = list(dict.fromkeys(text.text for text in texts))
        answers = {name: dict(zip(distinct, mask(distinct), strict=True)) for name, mask in self._maskers.items()}
        masks = {name: [found[text.text] for text in texts] for name, found in answers.items()}
        return {name: view.masks(masks[view.system]) for name, view in VIEWS.items()}


def policies(language: str = "en") -> dict[str, Policy]:
    """Give the policies under which tamis takes part."""
    standard, fast = (replace(policy, language=language) for policy in (Policy(), Policy.load("fast")))
    return {
        TAMIS: standard,
        RECALL: replace(standard, dial=Dial("recall")),
        PRECISION: replace(standard, dial=Dial("precision")),
        FAST: fast,
    }

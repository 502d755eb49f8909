"""Whether names that the redactor might miss would hide among the surrogates: some are left on purpose, in a copy."""

import random
from collections.abc import Sequence

from deid.changes import Change, rewritten
from deid.finding import Finding
from leakage import Document, Risk
from leakage.texts.mentions import Placed
from leakage.texts.surrogates import SurrogateTelling
from pipelines.attack import SurrogateAttack
from pipelines.material import CorpusMaterial

_LEAST, _MOST = 0.02, 0.1
_WANTED = 60  # of which 30 must be left, of as many people, for a verdict


def telling_of(attack: SurrogateAttack, corpus: CorpusMaterial) -> Risk:
    """Leave a share of the mentions as they were, in a copy of the release, and let an attacker look for them.

    Who reads the release knows which mentions are original in texts of other people. Raises EmptyInputError where
    nothing has a surrogate.
    """
    released, placed = leave_some(attack.label, corpus)
    return SurrogateTelling(placed).run(corpus.originals(), released)


def leave_some(label: str, corpus: CorpusMaterial) -> tuple[list[Document], list[Placed]]:
    """Return the release with some mentions of a label as they were, and where all of them stand in it.

    2 % are left, or as much more, up to 10 %, as it takes to leave 60; always the same ones. What has no surrogate and
    became its label, or nothing, is no mention.
    """
    redacted = corpus.redacted
    hides = [_hidden(label, *one) for one in zip(redacted.findings, redacted.changes, strict=True)]
    count = sum(map(sum, hides))
    share, dice = min(_MOST, max(_LEAST, _WANTED / max(1, count))), random.Random(count)  # noqa: S311 - no secret
    released: list[Document] = []
    placed: list[Placed] = []
    for item, changes, own in zip(redacted.source.texts, redacted.changes, hides, strict=True):
        made, longer = [], 0
        for change, hidden in zip(changes, own, strict=True):
            left = hidden and dice.random() < share
            made.append(Change(change.start, change.end, item.text[change.start : change.end]) if left else change)
            start = change.start + longer
            longer += len(made[-1].text) - (change.end - change.start)
            if hidden:
                placed.append(Placed(item.id, start, start + len(made[-1].text), original=left))
        released.append(Document(item.id, rewritten(item.text, made)))
    return released, placed


def _hidden(label: str, found: Sequence[Finding], changes: Sequence[Change]) -> list[bool]:
    """Tell behind which changes somebody hides; a text that was withheld is one change, and hides all."""
    if any(one.withheld for one in found):
        return [False] * len(changes)
    made = zip(found, changes, strict=True)
    return [one.label == label and change.text not in {"", f"[{label}]"} for one, change in made]

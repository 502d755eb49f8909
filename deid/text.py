"""Redact texts: each finding gives way to what the policy says, everything else stays to the byte."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from deid.changes import NOWHERE, Change, changes_of, rewritten
from deid.finding import WITHHELD_TEXT, Finding
from deid.keys import Key
from deid.policy import Policy
from deid.surrogates.scene import Scene


def redact_text(
    text: str,
    findings: Sequence[Finding],
    policy: Policy,
    key: Key | None = None,
    subject: str = "",
    *,
    failures: Counter[str] | None = None,
    scene: Scene = NOWHERE,
) -> str:
    """Return the text with every finding replaced. `findings` are sorted and disjoint, as `Scanner.scan` gives them.

    `subject` names the person that the text is about; without one, the text is a subject of its own. `scene` brings
    what surrogates need: the cast, and whose names stand beside the text.

    A text that was withheld becomes `[WITHHELD]`, whatever the policy says; so does a value on which an operator fails,
    which `failures` counts. Raises `KeyFileError` where the policy works with a key and there is none, `OperatorError`
    where an operator answers something that is no text.

    >>> redact_text("Ann left.", [Finding(0, 3, "PERSON", 0.9, "x")], Policy())
    '[PERSON] left.'
    """
    return rewritten(text, changes_of(text, findings, policy, key, subject, failures=failures, scene=scene))


@dataclass(frozen=True, slots=True)
class TextDraft:
    """Texts that were looked through, and of which nothing is written yet.

    `subjects` tells whose each is ("" where nobody is named), `names` what each is called, `company` who else is known
    to be meant in it.
    """

    texts: Sequence[str] = field(repr=False)
    found: Sequence[Sequence[Finding]] = field(repr=False)
    policy: Policy
    subjects: Sequence[str] = field(default=(), repr=False)
    names: Sequence[str] = field(default=(), repr=False)
    company: Sequence[tuple[str, ...]] = field(default=(), repr=False)

    def changes(self, key: Key | None, scene: Scene, failures: Counter[str] | None = None) -> list[tuple[Change, ...]]:
        """Return what becomes of the findings of each text. Raises what `redact_text` raises."""
        told = itertools.zip_longest(self.texts, self.found, self.subjects, self.names, self.company)
        return [
            changes_of(
                text,
                found,
                self.policy,
                key,
                subject or "",
                failures=failures,
                scene=replace(scene, company=company or (), document=name or ""),
            )
            for text, found, subject, name, company in told
        ]

    def write(self, key: Key | None, scene: Scene, failures: Counter[str] | None = None) -> list[str]:
        """Return the texts with everything replaced. Raises what `redact_text` raises."""
        pairs = zip(self.texts, self.changes(key, scene, failures), strict=True)
        return [rewritten(text, changes) for text, changes in pairs]


def count_lost(
    texts: Sequence[str], done: Sequence[str], found: Sequence[Sequence[Finding]], rows: Sequence[int] | None = None
) -> int:
    """Return how many texts, or rows of them, lost a value because an operator failed on it.

    A text that was withheld as a whole counts as such and not here.

    >>> count_lost(["Ann", "Bo"], ["[WITHHELD]", "[PERSON]"], [(), ()])
    1
    """
    times = rows if rows is not None else [1] * len(texts)
    return sum(
        n
        for text, made, findings, n in zip(texts, done, found, times, strict=True)
        if WITHHELD_TEXT in made and WITHHELD_TEXT not in text and not any(f.withheld for f in findings)
    )

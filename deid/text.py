"""Redact texts: each finding gives way to what the policy says, everything else stays to the byte."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from deid.finding import Finding
from deid.keys import Key
from deid.operators import Context
from deid.policy import Policy
from deid.surrogates.name import newly_named
from deid.surrogates.scene import Scene

WITHHELD_TEXT = "[WITHHELD]"


_NOWHERE = Scene()


def redact_text(
    text: str,
    findings: Sequence[Finding],
    policy: Policy,
    key: Key | None = None,
    subject: str = "",
    *,
    scene: Scene = _NOWHERE,
) -> str:
    """Return the text with every finding replaced. `findings` are sorted and disjoint, as `Scanner.scan` gives them.

    `subject` names the person that the text is about; without one, the text is a subject of its own. `scene` brings
    what surrogates need: the cast, and whose names stand beside the text.

    A text that was withheld becomes `[WITHHELD]`, whatever the policy says. Raises `KeyFileError` where the policy
    works with a key and there is none.

    >>> redact_text("Ann left.", [Finding(0, 3, "PERSON", 0.9, "x")], Policy())
    '[PERSON] left.'
    """
    if any(f.withheld for f in findings):
        return WITHHELD_TEXT
    whose = subject or f"text {text}"
    here = _set(scene, text, findings, subject) if findings and policy.casts else scene
    pieces: list[str] = []
    position = 0
    for finding in findings:
        value = text[finding.start : finding.end]
        pieces += [
            text[position : finding.start],
            policy.operator(finding.label).apply(value, Context(finding.label, key, whose, policy.language, here)),
        ]
        position = finding.end
    return "".join([*pieces, text[position:]])


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

    def write(self, key: Key | None, scene: Scene) -> list[str]:
        """Return the texts with everything replaced. Raises `KeyFileError` where the policy needs a key."""
        told = itertools.zip_longest(self.texts, self.found, self.subjects, self.names, self.company)
        return [
            redact_text(
                text,
                found,
                self.policy,
                key,
                subject or "",
                scene=replace(scene, company=company or (), document=name or ""),
            )
            for text, found, subject, name, company in told
        ]


def _set(scene: Scene, text: str, findings: Iterable[Finding], subject: str) -> Scene:
    """Return the scene with those whom the text itself names in full, and who are not in it yet."""
    named = newly_named((text[f.start : f.end] for f in findings if f.label == "PERSON"), scene.company)
    return replace(scene, company=(*scene.company, *named), document=scene.document or subject or _digest(text))


def _digest(text: str) -> str:
    """Return a name for a document that has none."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

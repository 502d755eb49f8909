"""What takes the place of each finding in a text, one by one, and the text that this makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from deid.finding import WITHHELD_TEXT, Finding
from deid.keys import Key
from deid.operators import Context, apply
from deid.policy import Policy
from deid.surrogates.name import newly_named
from deid.surrogates.scene import Scene

NOWHERE = Scene()


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of a text, in code points, and what takes its place."""

    start: int
    end: int
    text: str = field(repr=False)


def changes_of(
    text: str,
    findings: Sequence[Finding],
    policy: Policy,
    key: Key | None = None,
    subject: str = "",
    *,
    failures: Counter[str] | None = None,
    scene: Scene = NOWHERE,
) -> tuple[Change, ...]:
    """Return what becomes of each finding, in order, on the terms of `redact_text`; a withheld text is one change.

    >>> changes_of("Ann left.", [Finding(0, 3, "PERSON", 0.9, "x")], Policy())[0].text
    '[PERSON]'
    """
    if any(f.withheld for f in findings):
        return (Change(0, len(text), WITHHELD_TEXT),)
    whose = subject or f"text {text}"
    failed = Counter[str]() if failures is None else failures
    here = _set(scene, text, findings, subject) if findings and policy.casts else scene
    changes = []
    for one in findings:
        context = Context(one.label, key, whose, policy.language, policy=policy.digest, failures=failed, scene=here)
        made = apply(policy.operator(one.label), text[one.start : one.end], context)
        changes.append(Change(one.start, one.end, made))
    return tuple(changes)


def rewritten(text: str, changes: Iterable[Change]) -> str:
    """Return the text with every change made.

    >>> rewritten("Ann left.", [Change(0, 3, "Bo")])
    'Bo left.'
    """
    pieces: list[str] = []
    position = 0
    for change in changes:
        pieces += [text[position : change.start], change.text]
        position = change.end
    return "".join([*pieces, text[position:]])


def _set(scene: Scene, text: str, findings: Iterable[Finding], subject: str) -> Scene:
    """Return the scene with those whom the text itself names in full, and who are not in it yet."""
    named = newly_named((text[f.start : f.end] for f in findings if f.label == "PERSON"), scene.company)
    return replace(scene, company=(*scene.company, *named), document=scene.document or subject or _digest(text))


def _digest(text: str) -> str:
    """Return a name for a document that has none."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

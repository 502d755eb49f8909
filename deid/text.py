"""Redact texts: each finding gives way to what the policy says, everything else stays to the byte."""

from collections.abc import Sequence

from deid.finding import Finding
from deid.keys import Key
from deid.operators import Context, apply
from deid.policy import Policy

WITHHELD_TEXT = "[WITHHELD]"


def redact_text(
    text: str, findings: Sequence[Finding], policy: Policy, key: Key | None = None, subject: str = ""
) -> str:
    """Return the text with every finding replaced. `findings` are sorted and disjoint, as `Scanner.scan` gives them.

    `subject` names the person that the text is about; without one, the text is a subject of its own.

    A text that was withheld becomes `[WITHHELD]`, whatever the policy says. Raises `KeyFileError` where the policy
    works with a key and there is none, `OperatorError` where an operator fails.

    >>> redact_text("Ann left.", [Finding(0, 3, "PERSON", 0.9, "x")], Policy())
    '[PERSON] left.'
    """
    if any(f.withheld for f in findings):
        return WITHHELD_TEXT
    whose = subject or f"text {text}"
    pieces: list[str] = []
    position = 0
    for finding in findings:
        value = text[finding.start : finding.end]
        context = Context(finding.label, key, whose, policy.language, policy=policy.digest)
        pieces += [text[position : finding.start], apply(policy.operator(finding.label), value, context)]
        position = finding.end
    return "".join([*pieces, text[position:]])

"""Redact texts: each finding gives way to what the policy says, everything else stays to the byte."""

from collections import Counter
from collections.abc import Sequence

from deid.finding import WITHHELD_TEXT, Finding
from deid.keys import Key
from deid.operators import Context, apply
from deid.policy import Policy


def redact_text(
    text: str,
    findings: Sequence[Finding],
    policy: Policy,
    key: Key | None = None,
    subject: str = "",
    *,
    failures: Counter[str] | None = None,
) -> str:
    """Return the text with every finding replaced. `findings` are sorted and disjoint, as `Scanner.scan` gives them.

    `subject` names the person that the text is about; without one, the text is a subject of its own.

    A text that was withheld becomes `[WITHHELD]`, whatever the policy says; so does a value on which an operator fails,
    which `failures` counts. Raises `KeyFileError` where the policy works with a key and there is none, `OperatorError`
    where an operator answers something that is no text.

    >>> redact_text("Ann left.", [Finding(0, 3, "PERSON", 0.9, "x")], Policy())
    '[PERSON] left.'
    """
    if any(f.withheld for f in findings):
        return WITHHELD_TEXT
    whose = subject or f"text {text}"
    failed = Counter[str]() if failures is None else failures
    pieces: list[str] = []
    position = 0
    for finding in findings:
        value = text[finding.start : finding.end]
        context = Context(finding.label, key, whose, policy.language, policy=policy.digest, failures=failed)
        pieces += [text[position : finding.start], apply(policy.operator(finding.label), value, context)]
        position = finding.end
    return "".join([*pieces, text[position:]])


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

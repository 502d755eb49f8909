"""Names left on purpose: the copy is the release but for them, and who tells originals from surrogates is seen."""

import random
from collections.abc import Callable

import pytest

from deid.changes import Change, rewritten
from deid.finding import Finding, withhold
from deid.redacted import Report
from leakage import EmptyInputError
from pipelines.attack import SurrogateAttack
from pipelines.attacks.hiding import leave_some, telling_of
from pipelines.corpus import Corpus, Text
from pipelines.material import CorpusMaterial
from pipelines.redaction import RedactedCorpus

FIRST = "Anna Maria John Peter Paul Mary Susan Karl Lena Otto Emil Rosa Hugo Clara Felix Nora".split()
LAST = "Smith Jones Brown Weiss Lang Meyer Klein Wolf Braun Berg Stone Reed Marsh Dale Ford Wood".split()
WORDS = "was seen came left asked told walked slept again today early late home often well".split()
ATTACK = SurrogateAttack(on="letters")


def corpus_of(count: int, cast: Callable[[random.Random], str], seed: int = 3) -> CorpusMaterial:
    """Letters with three names each, which the cast stands for."""
    dice = random.Random(seed)
    texts, found, changes = [], [], []
    for number in range(count):
        text, own, made = "", [], []
        for _ in range(3):
            name = f"{dice.choice(FIRST)} {dice.choice(LAST)}"
            start = len(text)
            text += f"{name} {' '.join(dice.choices(WORDS, k=4))}. "
            own.append(Finding(start, start + len(name), "PERSON", 1.0, "given"))
            made.append(Change(start, start + len(name), cast(dice)))
        texts.append(Text(f"{number}.txt", text))
        found.append(tuple(own))
        changes.append(tuple(made))
    done = tuple(rewritten(text.text, made) for text, made in zip(texts, changes, strict=True))
    redacted = RedactedCorpus(Corpus(tuple(texts)), done, tuple(found), Report(count, {}, 0, "p"), tuple(changes))
    return CorpusMaterial(redacted, {}, "person")


def alike(dice: random.Random) -> str:
    return f"{dice.choice(FIRST)} {dice.choice(LAST)}"


def test_the_copy_is_the_release_but_for_the_names_left_in_it() -> None:
    corpus = corpus_of(400, lambda dice: dice.choice(["Xy", "Longer than any name", "Ab Cd"]))
    released, placed = leave_some("PERSON", corpus)
    left = [one for one in placed if one.original]
    assert len(placed) == 1_200
    assert 30 <= len(left) <= 100
    redacted = corpus.redacted
    rows = zip(redacted.source.texts, redacted.findings, redacted.changes, redacted.texts, released, strict=True)
    for item, found, changes, release, copy in rows:
        text = copy.text
        spans = [one for one in placed if one.document == item.id]
        for one, finding, change in reversed(list(zip(spans, found, changes, strict=True))):
            meant = item.text[finding.start : finding.end] if one.original else change.text
            assert text[one.start : one.end] == meant
            text = text[: one.start] + change.text + text[one.end :]
        assert text == release


def test_the_same_names_are_left_at_every_run() -> None:
    assert leave_some("PERSON", corpus_of(50, alike)) == leave_some("PERSON", corpus_of(50, alike))


def test_surrogates_of_another_kind_hide_nobody_and_those_of_the_same_kind_do() -> None:
    strange = telling_of(ATTACK, corpus_of(300, lambda dice: f"Zz{dice.randrange(20)} Qq"))
    fitting = telling_of(ATTACK, corpus_of(300, alike))
    assert strange.state == fitting.state == "OK"
    assert strange.value > 0.95
    assert fitting.value < 0.65  # ½ ± .04


def test_what_became_a_label_or_was_withheld_is_no_mention() -> None:
    with pytest.raises(EmptyInputError):
        telling_of(ATTACK, corpus_of(40, lambda _: "[PERSON]"))
    held = corpus_of(1, alike)
    text = held.redacted.source.texts[0].text
    whole = RedactedCorpus(
        held.redacted.source,
        ("[WITHHELD]",),
        (tuple(withhold(text, "test")),),
        held.redacted.report,
        ((Change(0, len(text), "[WITHHELD]"),),),
    )
    assert leave_some("PERSON", CorpusMaterial(whole, {}, "person"))[1] == []

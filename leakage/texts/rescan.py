"""A second look: what a detector that took no part in redacting still finds in what is about to leave."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from leakage.control import Control
from leakage.errors import ConfigurationError, SpanError
from leakage.interval import clopper_pearson
from leakage.risk import Risk, judge
from leakage.texts.corpus import Corpus, pair
from leakage.texts.document import Document
from leakage.texts.fold import tokens
from leakage.texts.needles import Needles
from leakage.texts.shapes import SHAPES, Found, scan

PLANTED = 200  # documents that the positive control is run on at most


class Detect(Protocol):
    """A detector: for each text its finds, (start, end, kind) in code points, the end exclusive."""

    def __call__(self, texts: Sequence[str], /) -> Sequence[Sequence[Found]]:
        """Find identifiers in every text, in the texts' order."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Rescan:
    """The share of released documents in which a second detector finds something that stood in the original.

    Source: the independent second reading of released records, as in Carrell et al. 2013
    (doi:10.1136/amiajnl-2012-001034, §Methods) and the adversarial test of ISO/IEC 27559:2022 §8.2.3.

    Threat: someone runs another tool than the redactor's over the release. Knowledge: the release, and that tool.
    Attacker: `detect`, any callable from texts to finds; without one, `scan`, which knows identifiers by shape and
    check digits (e-mail, IBAN, payment card, telephone with country code, US, UK, German, Spanish and French
    numbers, IP and MAC address, user page, coordinates). No redactor should be scanned with its own detectors.

    A find is residual if the same string, folded and at word boundaries, stands in any original text of the
    release, whose ever it was, or the detector finds it there in another grouping; a surrogate does not stand there,
    unless chance made it equal. Other finds are counted as made.
    `kinds` restricts what counts (all if empty). The baseline is 0: a clean release has no residual find. The
    positive control plants fresh valid identifiers of every kind, or `examples` (strings by kind) for a detector of
    your own; without these, one line of an original in which the detector finds something, in its own document.

    A control says nothing here, so none may be given.

    Details: "residual" and "made" finds, "elsewhere" (residual finds that stood in other documents only), and
    "residual KIND", "made KIND" for each kind found.

    >>> texts = [Document(str(i), f"Write to q{i}@mail.org, please.") for i in range(60)]
    >>> surrogates = [Document(d.id, "Write to a@example.org, please.") for d in texts]
    >>> Rescan().run(texts, texts).value, Rescan().run(texts, surrogates).details["made EMAIL_ADDRESS"]
    (1.0, 60.0)
    """

    detect: Detect | None = None
    kinds: Collection[str] = ()
    examples: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the examples, and freeze them."""
        frozen = {kind: tuple(values) for kind, values in self.examples.items()}
        if not all(tokens(value) for values in frozen.values() for value in values):
            raise ConfigurationError("an example to plant needs a letter or a digit")
        object.__setattr__(self, "examples", MappingProxyType(frozen))

    def __repr__(self) -> str:
        """Whose detector, no examples."""
        return f"Rescan({'shapes and check digits' if self.detect is None else 'a detector given'})"

    def run(
        self, original: Sequence[Document], released: Sequence[Document], control: Sequence[Document] | None = None
    ) -> Risk:
        """Measure the share of documents; INVALID under 30 documents, or if the detector misses what was planted."""
        start = time.perf_counter()
        if control is not None:
            raise ConfigurationError("a rescan has no control: an identifier stood in the original or not")
        corpus = pair(original, released)
        finds = [_Find.of(row, text, one) for row, text, one in self._detected(corpus.texts)]
        origin = self._origins(finds, corpus.originals)
        hits = {find.row for find in finds if origin[find.words]}
        return judge(
            "rescan",
            clopper_pearson(len(hits), len(corpus)),
            baseline=0.0,
            attempts=len(corpus),
            planted=self._planted(corpus),
            details=_details(finds, origin),
            seconds=time.perf_counter() - start,
        )

    def _detected(self, texts: Sequence[str]) -> list[tuple[int, str, Found]]:
        """All finds that count: the text's position, the text, and the find."""
        found = (scan if self.detect is None else self.detect)(texts)
        if len(found) != len(texts):
            raise ConfigurationError(f"the detector answered for {len(found)} of {len(texts)} texts")
        every = [(row, texts[row], one) for row, finds in enumerate(found) for one in finds]
        if any(not 0 <= start <= end <= len(text) for _, text, (start, end, _) in every):
            raise SpanError("the detector gave a span outside its text")
        return [one for one in every if not self.kinds or one[2][2] in self.kinds]

    def _origins(self, finds: Sequence[_Find], originals: Sequence[str]) -> dict[tuple[str, ...], set[int]]:
        """Give for each string found the documents whose original has it, grouped in whatever way."""
        place: dict[tuple[str, ...], set[int]] = {find.words: set() for find in finds}
        distinct = [words for words in place if words]
        needles = Needles.of(("found", " ".join(words)) for words in distinct)
        for row, text in enumerate(originals):
            for number in needles.found(text):
                place[distinct[number]].add(row)
        joined = {"".join(words): words for words, rows in place.items() if words and not rows}
        for row, text, one in self._detected(originals) if joined else ():
            words = joined.get("".join(_Find.of(row, text, one).words))
            if words:
                place[words].add(row)
        return place

    def _planted(self, corpus: Corpus) -> Control:
        """Plant into at most 200 documents and look again."""
        some = corpus.take(range(0, len(corpus), -(-len(corpus) // PLANTED)))
        if self.detect is not None and not self.examples:
            hosts, planted = self._lines(some)
        else:
            planted = self._identifiers(len(some))
            hosts = [f"{text}\n({one})" for text, one in zip(some.texts, planted, strict=False)]
        if not planted:
            return Control.failed()
        seen: list[set[tuple[str, ...]]] = [set() for _ in hosts]
        for row, text, one in self._detected(hosts):
            seen[row].add(_Find.of(row, text, one).words)
        hits = sum(tuple(tokens(one)) in words for one, words in zip(planted, seen, strict=True))
        return Control.above(hits / len(planted), 0.0)

    def _identifiers(self, count: int) -> list[str]:
        wanted = {shape.kind: shape for shape in SHAPES if not self.kinds or shape.kind in self.kinds}
        each = -(-count // max(1, len(wanted)))
        made = self.examples or {kind: shape.examples(each) for kind, shape in wanted.items()}
        groups = [values for kind, values in sorted(made.items()) if values and (not self.kinds or kind in self.kinds)]
        turns = [groups[i % len(groups)] for i in range(count)] if groups else []
        return [group[(i // len(groups)) % len(group)] for i, group in enumerate(turns)]

    def _lines(self, some: Corpus) -> tuple[list[str], list[str]]:
        """Released texts with one line of their original at the end, and the find that the line should show."""
        first: dict[int, Found] = {}
        for row, text, one in self._detected(some.originals):
            if row not in first and tokens(text[one[0] : one[1]]):
                first[row] = one
        hosts, planted = [], []
        for row, (start, end, _) in first.items():
            text = some.originals[row]
            line = text[text.rfind("\n", 0, start) + 1 : text.find("\n", end) if "\n" in text[end:] else len(text)]
            hosts.append(f"{some.texts[row]}\n{line}")
            planted.append(text[start:end])
        return hosts, planted


@dataclass(frozen=True, slots=True, repr=False)
class _Find:
    row: int
    kind: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, row: int, text: str, found: Found) -> _Find:
        start, end, kind = found
        return cls(row, kind, tuple(tokens(text[start:end])))


def _details(finds: Sequence[_Find], origin: Mapping[tuple[str, ...], set[int]]) -> dict[str, float]:
    residual = Counter(find.kind for find in finds if origin[find.words])
    made = Counter(find.kind for find in finds if not origin[find.words])
    elsewhere = sum(bool(origin[find.words]) and find.row not in origin[find.words] for find in finds)
    details: dict[str, float] = {
        "residual": residual.total(),
        "made": made.total(),
        "elsewhere": elsewhere,
        "finds": len(finds),
    }
    for kind in sorted({*residual, *made}):
        details[f"residual {kind}"] = residual[kind]
        details[f"made {kind}"] = made[kind]
    return details

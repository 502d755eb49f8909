"""Gold mentions against masked spans: how many were wholly hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from leakage.errors import IdentityError, SpanError
from leakage.interval import Estimate, clopper_pearson


@dataclass(frozen=True, slots=True, repr=False)
class Mention:
    """A gold mention: [start, end) in code points of the document's original text, its kind and its entity.

    Mentions of one document with the same entity are one entity's; "" makes the mention an entity of its own.
    Raises SpanError when the span is empty or negative.
    """

    document: str
    start: int
    end: int
    kind: str
    entity: str = ""

    def __post_init__(self) -> None:
        """Check the span."""
        if not 0 <= self.start < self.end:
            raise SpanError("a gold mention must start at 0 or later and end after its start")

    def __repr__(self) -> str:
        """Offsets and kind, no document or entity."""
        return f"Mention({self.start}, {self.end}, {self.kind!r})"


@dataclass(frozen=True, slots=True)
class Hidden:
    """For one kind: how many mentions and entities there are, and the shares wholly hidden with their bounds."""

    kind: str
    mentions: int
    entities: int
    mention_share: Estimate
    entity_share: Estimate


def hidden(
    gold: Iterable[Mention],
    masked: Mapping[str, Sequence[tuple[int, int]]],
    texts: Mapping[str, str] | None = None,
) -> dict[str, Hidden]:
    """Per kind, the shares of gold mentions and of entities that the masked spans cover wholly.

    The recall of Pilán et al. 2022 (arXiv:2202.00443, §5): an entity is hidden only if all its mentions are.
    `masked` maps a document's id to its spans [start, end); a document without an entry has none masked. With the
    original `texts`, only letters and digits need covering; without them every character does.

    Raises SpanError for a masked span that ends before it starts or a mention beyond its text, and IdentityError
    for a mention of a document that `texts` lacks.

    >>> found = hidden([Mention("d", 0, 3, "PERSON", "e"), Mention("d", 9, 12, "PERSON", "e")], {"d": [(0, 4)]})
    >>> found["PERSON"].mention_share.value, found["PERSON"].entity_share.value
    (0.5, 0.0)
    """
    covered = {name: _positions(spans) for name, spans in masked.items()}
    mentions: defaultdict[str, list[bool]] = defaultdict(list)
    entities: defaultdict[str, dict[object, bool]] = defaultdict(dict)
    for mention in gold:
        safe = _needed(mention, texts) <= covered.get(mention.document, frozenset())
        entity = (mention.document, mention.entity or (mention.start, mention.end))
        mentions[mention.kind].append(safe)
        entities[mention.kind][entity] = entities[mention.kind].get(entity, True) and safe
    return {kind: _hidden(kind, found, list(entities[kind].values())) for kind, found in mentions.items()}


def _hidden(kind: str, mentions: Sequence[bool], entities: Sequence[bool]) -> Hidden:
    return Hidden(
        kind,
        len(mentions),
        len(entities),
        clopper_pearson(sum(mentions), len(mentions)),
        clopper_pearson(sum(entities), len(entities)),
    )


def _positions(spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    if any(not 0 <= start <= end for start, end in spans):
        raise SpanError("a masked span must start at 0 or later and not end before its start")
    return frozenset(position for start, end in spans for position in range(start, end))


def _needed(mention: Mention, texts: Mapping[str, str] | None) -> set[int]:
    if texts is None:
        return set(range(mention.start, mention.end))
    if mention.document not in texts:
        raise IdentityError("a gold mention names a document whose text was not given")
    text = texts[mention.document]
    if mention.end > len(text):
        raise SpanError("a gold mention ends beyond its text")
    return {i for i in range(mention.start, mention.end) if text[i].isalnum()}

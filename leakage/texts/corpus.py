"""Released documents beside the originals they were made from, and the control documents behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from leakage.errors import EmptyInputError, IdentityError, OverlapError
from leakage.texts.document import Document


@dataclass(frozen=True, slots=True, repr=False)
class Corpus:
    """Parallel tuples over documents: the released ones first, then `held_out` control documents.

    `texts` is what the attacker reads, `originals` what stood there before (for control documents both are the
    control's text), `owners` the persons, and `labels` their private attributes.
    """

    ids: tuple[str, ...]
    owners: tuple[str, ...]
    texts: tuple[str, ...]
    originals: tuple[str, ...]
    labels: tuple[Mapping[str, str], ...]
    held_out: int = 0

    def __len__(self) -> int:
        """All documents, the control's included."""
        return len(self.ids)

    @property
    def released(self) -> int:
        """How many documents are in the release."""
        return len(self.ids) - self.held_out

    @property
    def changed(self) -> bool:
        """Whether the release differs from the original at all."""
        return self.texts != self.originals

    def take(self, rows: Iterable[int]) -> Corpus:
        """Keep the documents at these positions, all of them taken as released."""
        kept = list(rows)
        return Corpus(
            tuple(self.ids[i] for i in kept),
            tuple(self.owners[i] for i in kept),
            tuple(self.texts[i] for i in kept),
            tuple(self.originals[i] for i in kept),
            tuple(self.labels[i] for i in kept),
        )


def pair(
    original: Sequence[Document], released: Sequence[Document], control: Sequence[Document] | None = None
) -> Corpus:
    """Join by id, in the order of the release. Persons and attributes are the original's.

    A document of the original that was not released is left out. Raises EmptyInputError when nothing was
    released, IdentityError when an id occurs twice or a released one is unknown, OverlapError when a control
    document or its person is in the original.
    """
    if not released:
        raise EmptyInputError("no document was released: there is nothing to attack")
    known = {d.id: d for d in original}
    _require_distinct(original, "original")
    _require_distinct(released, "released")
    unknown = sum(d.id not in known for d in released)
    if unknown:
        raise IdentityError(f"{unknown} of {len(released)} released documents have an id the original lacks")
    truth = [known[d.id] for d in released]
    extra = list(control or ())
    _require_disjoint(original, extra)
    return Corpus(
        tuple(d.id for d in [*truth, *extra]),
        tuple(d.owner for d in [*truth, *extra]),
        tuple(d.text for d in [*released, *extra]),
        tuple(d.text for d in [*truth, *extra]),
        tuple(d.attributes for d in [*truth, *extra]),
        len(extra),
    )


def _require_distinct(documents: Sequence[Document], which: str) -> None:
    repeated = len(documents) - len({d.id for d in documents})
    if repeated:
        raise IdentityError(f"{repeated} of {len(documents)} {which} documents repeat an id")


def _require_disjoint(original: Sequence[Document], control: Sequence[Document]) -> None:
    _require_distinct(control, "control")
    inside = {d.id for d in original} | {d.owner for d in original}
    shared = sum(d.id in inside or d.owner in inside for d in control)
    if shared:
        raise OverlapError(f"{shared} of {len(control)} control documents or their persons are in the original")

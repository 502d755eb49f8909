"""The annotated texts, and what counts in each: what must be hidden, what is personal, what a reader must know."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.annotated import Annotated, read_annotated
from benchmarks.coverage import Span, ignorable
from benchmarks.data import locate

Kind = Callable[[str], str]
"""From a gold label to the kind it is counted under; "" is not counted."""


@dataclass(frozen=True, slots=True, repr=False)
class Corpus:
    """Texts in one language, and how their labels are read.

    `must` gives the kinds whose hiding is measured, `sort` the finer ones for the table by type, `spared` the labels
    whose characters count for nobody; `functions` says that function words and titles need no mask, and that words are
    counted too; `names` that nothing but names was annotated.
    """

    name: str
    title: str
    path: Path
    texts: tuple[Annotated, ...]
    must: Kind
    sort: Kind
    note: str
    personal: Callable[[str], bool] = bool
    spared: frozenset[str] = frozenset()
    functions: bool = False
    names: bool = False
    language: str = "en"

    def gold(self) -> list[Annotated]:
        """Give the texts with the spans that are personal data."""
        return [
            Annotated(t.id, t.text, tuple(s for s in t.spans if self.personal(s[2]) and s[2] not in self.spared))
            for t in self.texts
        ]

    def counted(self, masks: Sequence[Sequence[Span]]) -> list[list[Span]]:
        """Give the masks without the characters that count for nobody."""
        apart = [[(a, b) for a, b, label in text.spans if label in self.spared] for text in self.texts]
        return [subtract(found, spared) for found, spared in zip(masks, apart, strict=True)]

    def lenient(self, masks: Sequence[Sequence[Span]]) -> list[list[Span]]:
        """Give the masks with the words that need none."""
        if not self.functions:
            return [list(found) for found in masks]
        return [[*found, *ignorable(text.text)] for text, found in zip(self.texts, masks, strict=True)]


def subtract(spans: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """Cut holes out of spans.

    >>> subtract([(0, 9), (20, 30)], [(3, 5), (25, 40)])
    [(0, 3), (5, 9), (20, 25)]
    """
    for first, last in holes:
        pieces = [[(a, min(b, first)), (max(a, last), b)] for a, b in spans]
        spans = [(a, b) for pair in pieces for a, b in pair if a < b]
    return list(spans)


def corpora() -> list[Corpus]:
    """Read all of them. Raises MissingDataError."""
    return [
        _read("presidio_v2", "Templated texts (presidio_v2)", _V2_NOTE, lambda _: "spans", str),
        _read(
            "tab_dev",
            "Court cases (tab_dev)",
            _TAB_NOTE,
            _identifier,
            _identifier_and_type,
            personal=lambda label: not label.startswith("NO_MASK"),
            functions=True,
        ),
        _read("btc_dev", "Tweets (btc_dev)", _NAMES_NOTE, _person_or_place, str, names=True),
        _read(
            "wnut17_dev",
            "Noisy user text (wnut17_dev)",
            _NAMES_NOTE,
            _person_or_place,
            lambda label: "" if label in _NO_PERSONAL else label,
            spared=_NO_PERSONAL,
            names=True,
        ),
        _read("meddocan_train", "Spanish cases (meddocan_train)", _ES_NOTE, lambda _: "PHI", str, language="es"),
    ]


def _read(  # noqa: PLR0917 what Corpus takes, in its order
    name: str,
    title: str,
    note: str,
    must: Kind,
    sort: Kind,
    personal: Callable[[str], bool] = bool,
    spared: frozenset[str] = frozenset(),
    functions: bool = False,
    names: bool = False,
    language: str = "en",
) -> Corpus:
    path = locate(f"text/{name}.jsonl")
    texts = tuple(read_annotated(path))
    return Corpus(name, title, path, texts, must, sort, note, personal, spared, functions, names, language)


_NO_PERSONAL = frozenset({"creative-work", "product"})


def _person_or_place(label: str) -> str:
    return "PER + LOC" if label.lower() in {"per", "loc", "person", "location"} else ""


def _identifier(label: str) -> str:
    kind = label.partition(":")[0]
    return "" if kind == "NO_MASK" else kind


def _identifier_and_type(label: str) -> str:
    kind, sort, _ = label.split(":", 2)
    return "" if kind == "NO_MASK" else f"{kind} {sort}"


_V2_NOTE = (
    "1,500 texts of presidio-research, on which Presidio's authors publish. A span is hidden if every letter and digit "
    "of it is masked, whatever the label. The texts share 209 templates, so the intervals are too narrow for others."
)
_TAB_NOTE = (
    "113 court cases. An entity is hidden only if all its mentions are; function words and titles (Mr, no, the, of …) "
    "need no mask, as in the official script; “every letter” asks for those too. A word is a run of letters or digits, "
    "masked if all of it is; word precision counts what the annotators let stand (NO_MASK) against the mask."
)
_NAMES_NOTE = (
    "Hidden: persons and places. Precision: characters of any name (person, place, organisation, group) among those "
    "masked; characters of creative works and products count for nobody. Whatever else is personal in such texts, as "
    "user names, links, dates and nationalities, was not annotated: it counts against the precision of all masks, and "
    "not against that of the masks that a system itself calls a person, a place or an organisation."
)
_ES_NOTE = (
    "500 clinical cases. tamis with language = “es”. There is no Spanish model here for Presidio, which runs its "
    "Spanish and general pattern recognisers on spaCy's blank Spanish tokenizer, words standing for their lemmas."
)

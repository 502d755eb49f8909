"""spaCy's entity recogniser, decoded for many texts at once.

It reads a text word by word and decides at each, by what it has read and whether a name is open, how to go on: begin a
name, go on in it, end it, make one of this word alone, or none. spaCy does so through a library that locks for every
vector it adds, which takes more than half of all its time; here the step is taken in all texts of a batch by a few
products of matrices. What is found is the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc
from thinc.api import Model

_TOKENS = 16_000
_FEATURES = 3
_CLOSED, _CLOSED_LAST, _CLOSED_SPACE, _OPEN = range(4)

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Entity:
    """The words from `start` to before `end` of a text, and what spaCy calls them."""

    start: int
    end: int
    label: str


class Recogniser:
    """The weights of a recogniser, and which moves are allowed when."""

    def __init__(self, pipe: EntityRecognizer) -> None:
        model: Model[Any, Any] = pipe.model
        self._tok2vec, self._lower = model.get_ref("tok2vec"), model.get_ref("lower")
        upper = model.get_ref("upper")
        self._bias = np.asarray(self._lower.get_param("b")).ravel()
        self._pieces = self._lower.get_dim("nP")
        self._weights: Floats = np.ascontiguousarray(upper.get_param("W").T)
        self._upper_bias = np.asarray(upper.get_param("b"))
        self._unseen = sorted(model.attrs["unseen_classes"])
        names = [str(pipe.moves.get_class_name(move)) for move in range(pipe.moves.n_moves)]
        self._kinds = np.array([name[:1] for name in names])
        self._labels = tuple(dict.fromkeys(label for name in names if (label := name[2:])))
        self._label_of: Ints = np.array([self._labels.index(n[2:]) if n[2:] else -1 for n in names], dtype=np.intp)
        self._forbidden = self._rules()

    @classmethod
    def of(cls, pipe: object) -> "Recogniser | None":
        """Return a recogniser for a component of a pipeline; None where it is built otherwise than this one decodes."""
        if not isinstance(pipe, EntityRecognizer) or pipe.cfg["beam_width"] != 1 or not pipe.model.attrs["has_upper"]:
            return None
        lower = pipe.model.get_ref("lower")
        return cls(pipe) if lower.get_dim("nF") == _FEATURES and lower.get_dim("nP") > 1 else None

    def entities(self, docs: Sequence[Doc]) -> list[list[Entity]]:
        """Return the entities of each text, in order, as `EntityRecognizer` finds them in texts without any."""
        found: list[list[Entity]] = [[] for _ in docs]
        for batch in _batches(docs):
            for place, entities in zip(batch, self._decode([docs[place] for place in batch]), strict=True):
                found[place] = entities
        return found

    def _rules(self) -> Floats:
        """Return what each situation forbids: minus infinity for a move that is not allowed, one row a situation.

        No name open; the same at the last word; at white space; then two rows a label: open, and at the last word.
        """
        kinds, of = self._kinds, self._label_of
        named = of >= 0
        allowed = [
            (kinds == "O") | (np.isin(kinds, ("B", "U")) & named),
            (kinds == "O") | ((kinds == "U") & named),
            kinds == "O",
        ]
        for label in range(len(self._labels)):
            allowed += [np.isin(kinds, ("I", "L")) & (of == label), (kinds == "L") & (of == label)]
        return np.where(np.array(allowed), 0, -np.inf).astype(np.float32)

    def _decode(self, docs: Sequence[Doc]) -> list[list[Entity]]:
        """Decode texts that are none of them empty and come longest first."""
        lengths = np.array([len(doc) for doc in docs])
        offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        space = np.concatenate([doc.to_array("IS_SPACE") for doc in docs]).astype(bool)
        cached = self._lower.predict(self._tok2vec.predict(docs))  # one row a word behind one for none
        cached = cached.reshape(cached.shape[0], _FEATURES, -1)
        opened, label = np.full(len(docs), -1), np.full(len(docs), -1)
        moves = np.empty((len(docs), lengths[0]), dtype=np.intp)
        for step in range(lengths[0]):
            reading = int(np.searchsorted(-lengths, -step))  # the texts that are longer than this
            word, begun = offsets[:reading] + step, opened[:reading]
            inside = begun >= 0
            scores = self._scores(cached, word, np.where(inside, begun, -1), np.where(inside, word - 1, -1))
            last = lengths[:reading] == step + 1
            closed = np.where(space[word], _CLOSED_SPACE, np.where(last, _CLOSED_LAST, _CLOSED))
            scores += self._forbidden[np.where(inside, _OPEN + 2 * label[:reading] + last, closed)]
            move = scores.argmax(axis=1)
            moves[:reading, step] = move
            kind = self._kinds[move]
            opened[:reading] = np.where(kind == "B", word, np.where(kind == "I", begun, -1))
            label[:reading] = self._label_of[move]
        return [self._read(moves[i, :length]) for i, length in enumerate(lengths)]

    def _scores(self, cached: Floats, *words: Ints) -> Floats:
        """Score each move from the words that a state looks at; -1 for none."""
        summed = cached[words[0] + 1, 0]
        for feature, word in enumerate(words[1:], 1):
            summed += cached[word + 1, feature]
        summed += self._bias
        hidden = summed.reshape(len(summed), -1, self._pieces).max(axis=2)
        scores: Floats = hidden @ self._weights + self._upper_bias
        if self._unseen:
            scores[:, self._unseen] = scores.min()
        return scores

    def _read(self, moves: Ints) -> list[Entity]:
        """Read the names off the moves of one text."""
        entities, begun = [], 0
        for place in np.flatnonzero(self._kinds[moves] != "O").tolist():
            kind = self._kinds[moves[place]]
            begun = place if kind in {"B", "U"} else begun
            if kind in {"L", "U"}:
                entities.append(Entity(begun, place + 1, self._labels[self._label_of[moves[place]]]))
        return entities


def _batches(docs: Sequence[Doc]) -> Iterator[list[int]]:
    """Put texts of about the same length together, the longest first."""
    batch: list[int] = []
    size = 0
    for place in sorted((i for i, doc in enumerate(docs) if len(doc)), key=lambda i: -len(docs[i])):
        if batch and size + len(docs[place]) > _TOKENS:
            yield batch
            batch, size = [], 0
        batch.append(place)
        size += len(docs[place])
    if batch:
        yield batch

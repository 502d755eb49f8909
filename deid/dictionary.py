"""The English dictionary in the package of the default model, less what may name somebody or some place."""

from functools import lru_cache

import regex
from spacy.lookups import Lookups

from deid.detectors.models.spacy_ner import DEFAULT_MODEL, find_model
from deid.gazetteer import fold, given_names, places, stems, surnames

_PLAIN = regex.compile(r"\p{Ll}{3,30}")


@lru_cache(maxsize=1)
def dictionary() -> frozenset[str]:
    """Return the words of WordNet that are neither in the lists of names nor in those of places, in lower case.

    They come with the lemmatizer of the default model (Princeton University, WordNet 3.0). WordNet knows famous people
    as well: that a word stands here makes it doubtful as a name, not impossible. Raises `ModelError` where the
    package is not installed.
    """
    file = find_model(DEFAULT_MODEL).path / "lemmatizer" / "lookups" / "lookups.bin"
    parts = Lookups().from_bytes(file.read_bytes()).get_table("lemma_index")
    words = (word for part in parts.values() for word in part if _PLAIN.fullmatch(word))
    return frozenset(words) - given_names() - surnames() - places()


@lru_cache(maxsize=50_000)
def in_dictionary(word: str) -> bool:
    """Whether a word, in any case and in one of its plain forms, is in the dictionary and in no list of names.

    >>> in_dictionary("Eyebrows"), in_dictionary("Kowalski"), in_dictionary("Rose")
    (True, False, False)
    """
    low = fold(word)
    if low in given_names() or low in surnames() or low in places():
        return False
    return low in dictionary() or any(stem in dictionary() for stem in stems(low))

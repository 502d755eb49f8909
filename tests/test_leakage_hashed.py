"""Hashes without a key are undone in whatever form; tokens with a key are not, and nothing is found by chance."""

import base64
import hashlib
import hmac
import secrets

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakage import ConfigurationError, EmptyInputError
from leakage.texts.hashed import DIGESTS, UnkeyedHashes

PEOPLE = [f"Åsa Lund{n}" for n in range(60)]
ORIGINAL = pd.DataFrame({"name": PEOPLE})


def run(words, values=PEOPLE):
    return UnkeyedHashes(values).run(ORIGINAL, pd.DataFrame({"name": words}))


@pytest.mark.parametrize("number", range(len(DIGESTS)))
@pytest.mark.parametrize("form", [str, str.lower, str.upper, lambda name: f" {name} "])
def test_every_function_and_form_is_undone(number, form):
    digests = [DIGESTS[number](form(name).encode()) for name in PEOPLE]
    assert run([digest.hex() for digest in digests], [form(name) for name in PEOPLE]).value == 1
    assert run([base64.urlsafe_b64encode(digest).decode() for digest in digests], [form(n) for n in PEOPLE]).value == 1


def test_cut_hashes_in_capitals_inside_other_text_are_found():
    words = [f"P-{hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[:12].upper()}." for name in PEOPLE]
    found = run(words)
    assert (found.value, found.state, found.details["found"]) == (1, "OK", 60)


@settings(max_examples=25)
@given(st.binary(min_size=16, max_size=64))
def test_a_secret_key_is_not_undone(key):
    # HMAC pads short keys with zeros, so a key of zeros alone is the empty key
    words = [hmac.new(b"\x01" + key, name.encode(), hashlib.sha256).hexdigest() for name in PEOPLE]
    found = run(words)
    assert (found.value, found.state) == (0, "OK")
    assert found.upper < 0.05


def test_nothing_is_found_by_chance():
    """A thousand values against 20,000 random words: a hit has probability 10⁻⁷ at most."""
    words = [secrets.token_hex(6) for _ in range(20_000)]
    values = [f"person {n}" for n in range(1000)]
    assert UnkeyedHashes(values).run(pd.DataFrame({"a": words}), pd.DataFrame({"a": words})).details["found"] == 0


def test_some_hashes_among_tokens_are_counted():
    words = [hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest() for name in PEOPLE[:6]]
    assert run([*words, *[secrets.token_hex(20) for _ in PEOPLE[6:]]]).value == 0.1


def test_what_cannot_be_searched_is_refused():
    with pytest.raises(EmptyInputError):
        run(PEOPLE, [" ", ""])
    with pytest.raises(ConfigurationError):
        UnkeyedHashes(PEOPLE).run(ORIGINAL, ORIGINAL, ORIGINAL)
    assert run(PEOPLE, PEOPLE[:10]).state == "INVALID"
    assert PEOPLE[0] not in repr(UnkeyedHashes(PEOPLE))

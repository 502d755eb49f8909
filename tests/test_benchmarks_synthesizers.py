"""A system as a process of its own: codes in, codes out, and what comes of one that fails."""

import numpy as np
import pytest

from benchmarks.environments import ScriptFailedError
from benchmarks.synthesizers import MST, System
from synth.encode import Codes

REAL = Codes(np.random.default_rng(0).integers(0, [2, 3, 5], size=(500, 3)), ("a", "b b", "ç"), (2, 3, 5))


def test_a_system_gives_codes_of_the_domain_and_says_what_it_took() -> None:
    made = MST.make(REAL, "1", 600)
    assert made.codes.array.shape == REAL.array.shape
    assert (made.codes.array < np.array(REAL.sizes)).all()
    assert 0 < made.seconds < 60
    assert made.peak_mib > 20


def test_an_error_is_named_by_its_class() -> None:
    with pytest.raises(ScriptFailedError) as failed:
        System("", "tamis", "no such method").make(REAL, "1", 600)
    assert failed.value.reason == "KeyError"


def test_a_system_that_takes_too_long_is_ended() -> None:
    many = Codes(np.tile(REAL.array, (8_000, 1)), REAL.names, REAL.sizes)
    with pytest.raises(ScriptFailedError) as failed:
        MST.make(many, "1", 1)
    assert failed.value.reason == "out of time"

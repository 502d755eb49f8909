"""Rows planted in a toy table: the synthesizers give none of them away, one that replays its rows does."""

import pytest

from benchmarks.mutants.synthetic import BROKEN
from pipelines.planting import BITS, CANARIES, expose_method
from pipelines.profile import rules_of
from pipelines.synthesizers import METHODS
from synth import Budget


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("delta", ["0", "1e-6"])
def test_a_private_synthesizer_gives_no_planted_row_away(method: str, delta: str) -> None:
    found = expose_method(method, Budget("3", delta))
    assert found.state == "OK", found.reason
    assert found.attempts == CANARIES
    assert found.details["threshold"] == BITS == rules_of("exposure", "synthetic")[0].limit("public")
    assert found.details["max exposure"] <= BITS


def test_one_that_replays_its_rows_does() -> None:
    (case,) = (case for case in BROKEN if case.caught_by.endswith("exposure"))
    with case.broken():
        found = expose_method("mst", Budget("1", "1e-6"))
    assert found.state == "OK", found.reason
    assert found.details["max exposure"] > BITS

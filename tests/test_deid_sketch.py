"""A column's sketch is the same however the column is cut, and tells how many values differ."""

import random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.detectors.engine.pattern import PatternDetector, Rule
from deid.keys import Key
from deid.labels import Kind, kind_of
from deid.policy import Policy
from deid.scanner import Scanner
from deid.surrogates import Scene
from deid.tables.evidence import SAMPLE, look
from deid.tables.sketch import Sketch
from deid.tables.table import draft_table, plan_columns, plan_table, redact_table, sketch_columns
from deid.tables.ties import Ties

CELLS = st.lists(st.text(max_size=4) | st.sampled_from(["n/a", " ", "Ann", "Bo "]), max_size=60)


@given(CELLS, st.integers(0, 60), st.randoms(use_true_random=False))
def test_pieces_in_any_order_give_the_sketch_of_the_whole(cells, cut, rng):
    mixed = cells.copy()
    rng.shuffle(mixed)
    assert Sketch.of(mixed[:cut]).merged(Sketch.of(mixed[cut:])) == Sketch.of(cells)


@given(CELLS)
def test_few_values_are_all_kept_and_counted_exactly(cells):
    sketch = Sketch.of(cells)
    assert sketch.distinct == len(sketch.values) == len(set(sketch.values)) <= sketch.cells


@pytest.mark.parametrize("many", [2_047, 2_048, 10_000, 200_000])
def test_many_values_are_counted_within_a_tenth_and_pieces_still_give_the_whole(many):
    # the estimate's standard deviation is 1/sqrt(2,048), 2.2 %: a tenth is 4.5 of them
    cells = [f"value {n}" for n in range(many)]
    whole = Sketch.of(cells, [2] * many)
    assert whole.cells == 2 * many
    assert whole.distinct == pytest.approx(many, rel=0.1)
    random.Random(1).shuffle(cells)
    cuts = [cells[start : start + many // 7 + 1] for start in range(0, many, many // 7 + 1)]
    merged = Sketch.of(cuts[0], [2] * len(cuts[0]))
    for cut in cuts[1:]:
        merged = merged.merged(Sketch.of(cut, [2] * len(cut)))
    assert merged == whole
    assert SAMPLE / 2 < look(merged, Scanner(detectors=[])).size <= SAMPLE


def test_a_sketch_shows_no_value_in_its_repr():
    assert "Ann" not in repr(Sketch.of(["Ann"]))


def test_a_lone_surrogate_is_a_value_like_any_other():
    assert Sketch.of(["\udc80", "x"]).distinct == 2


def test_a_table_is_planned_by_the_sketches_of_its_pieces_as_by_itself():
    rows = 5_000
    frame = pd.DataFrame(
        {
            "name": [f"Ann{n} Lee" for n in range(rows)],
            "e-mail": [f"a{n}@example.com" for n in range(rows)],
            "size": ["S", "M", "L", "XL"] * (rows // 4),
            "visits": [str(n % 7) for n in range(rows)],
        }
    )
    scanner = Scanner(Policy())
    whole = plan_table(frame, scanner)
    pieces = [sketch_columns(frame.iloc[start : start + 700]) for start in range(0, rows, 700)]
    columns = [pieces[0][n] for n in range(4)]
    for piece in pieces[1:]:
        columns = [one.merged(other) for one, other in zip(columns, piece, strict=True)]
    assert plan_columns(list(frame.columns), columns, scanner) == whole


def test_a_piece_knows_which_rows_it_has(scanner):
    policy = Policy.load("research-share")
    frame = pd.DataFrame({"visit date": [f"2020-03-{day:02}" for day in range(1, 29)]})
    patterns, key, scene = scanner.without_model(), Key(bytes(32)), Scene()
    plan = plan_table(frame, Scanner(policy, detectors=patterns.detectors))
    pieces = [
        draft_table(
            frame.iloc[cut], plan, Scanner(policy, detectors=patterns.detectors), "t", ties=Ties(first=cut.start)
        )
        for cut in (slice(0, 9), slice(9, 28))
    ]
    whole = draft_table(frame, plan, Scanner(policy, detectors=patterns.detectors), "t").write(key, scene).frame
    assert pd.concat([piece.write(key, scene).frame for piece in pieces]).equals(whole)
    assert not whole.equals(frame)


def test_no_short_number_is_certain_to_identify(scanner):
    """Which is why a column that stays is not searched for them."""
    rng = random.Random(3)
    whole = [f"{rng.randrange(10 ** rng.randint(1, 6))}" for _ in range(1_500)]
    numbers = [*whole, *(f"{rng.choice('-+')}{n}" for n in whole[:300]), *(f"{n}{rng.choice('.,')}5" for n in whole)]
    found = scanner.without_model().scan([*numbers, *(f"{n:06}" for n in range(0, 999_999, 991))])
    assert not [f for findings in found for f in findings if f.score >= 0.8 and kind_of(f.label) is Kind.DIRECT]


def test_a_detector_of_ones_own_sees_the_short_numbers_of_a_column_that_stays():
    own = PatternDetector("badges", [Rule("ID_NUMBER", r"\d{5}", 0.9)])
    frame = pd.DataFrame({"amount": ["12", "34567", "8.50"] * 20})
    done = redact_table(frame, plan_table(frame, Scanner(detectors=[])), Scanner(detectors=[own]))
    assert "34567" not in done.frame["amount"].tolist()
    assert done.frame["amount"].tolist()[:1] == ["12"]

"""Sparse linkage: histories are found by a few events, nothing where nothing is left, and claims are earned."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakage.errors import ConfigurationError, EmptyInputError, IdentityError, OverlapError, UnknownColumnError
from leakage.tables.events import Events, days, read
from leakage.tables.scoreboard import SparseLinkage
from leakage.tables.scoring import Board, claim

FULL = SparseLinkage(person="who", item="what", value="stars", date="day", attempts=200)
ITEMS = SparseLinkage(person="who", item="what", attempts=200)


def histories(people: int, seed: int, items: int = 400, each: int = 12) -> pd.DataFrame:
    """Ratings with dates; some items are rated by many."""
    generator = np.random.default_rng(seed)
    rows = people * each
    shares = 1 / np.arange(1, items + 1)
    return pd.DataFrame(
        {
            "who": [f"S{seed}P{i // each}" for i in range(rows)],
            "what": [f"M{m}" for m in generator.choice(items, rows, p=shares / shares.sum())],
            "stars": generator.integers(1, 6, rows),
            "day": pd.Timestamp("2004-01-01") + pd.to_timedelta(generator.integers(0, 700, rows), unit="D"),
        }
    )


def renamed(events: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """The same events under pseudonyms, in another order."""
    names = events["who"].unique()
    order = np.random.default_rng(seed).permutation(names.size)
    return events.assign(who=events["who"].map(dict(zip(names, order, strict=True)))).sample(frac=1, random_state=seed)


def test_pseudonyms_do_not_hide_a_history() -> None:
    original = histories(200, 1)
    found = FULL.run(original, renamed(original), histories(100, 2))
    assert found.state == "OK"
    assert found.value > 0.95
    assert found.details["precision"] > 0.95
    assert found.details["right known 2"] > 0.7
    assert found.details["right known 2 upper"] > found.details["right known 2"]
    assert found.details["candidates"] == 200
    assert found.details["mean known"] == 8
    # whoever is not there is claimed less often than whoever is
    assert found.details["false claims"] < found.details["coverage"]


def test_dates_that_were_shifted_leave_the_rest() -> None:
    original = histories(200, 3)
    shift = pd.util.hash_array(original["who"].to_numpy()) % 2000 + 400
    shifted = renamed(original.assign(day=original["day"] + pd.to_timedelta(shift, unit="D")))
    found = FULL.run(original, shifted)
    assert found.value > 0.7
    assert found.value >= ITEMS.run(original, shifted).value - 0.05
    assert found.details["right dates"] < 0.1


def test_where_nothing_is_left_claims_are_no_better_than_chance() -> None:
    # the events of everybody are dealt out anew: chance is 1 in 100; the histories keep 3 of 300 in common at most
    original = histories(100, 4)
    generator = np.random.default_rng(5)
    # a pseudonym's "owner" then has one or two of its rows by luck, so none of them may be a known event
    noise = renamed(original).assign(what=lambda f: generator.permutation(f["what"]), day=pd.Timestamp("1990-01-01"))
    found = FULL.run(original, noise)
    # at most 5 right claims of 100 where each is right with 1/100: fails once in 1,800 redrawings
    assert found.value <= 0.05
    assert found.state == "OK"


def test_recoded_items_are_not_recognised() -> None:
    original = histories(60, 6)
    found = ITEMS.run(original, renamed(original.assign(what="film")))
    assert (found.value, found.details["coverage"]) == (0.0, 0.0)
    assert np.isnan(found.details["precision"])
    assert found.state == "OK"  # the planted events were found


def test_an_attacker_who_never_dares_is_blind() -> None:
    original = histories(60, 7)
    timid = SparseLinkage(person="who", item="what", threshold=1e9)
    found = timid.run(original, renamed(original))
    assert found.state == "INVALID"
    assert "planted" in found.reason


def test_the_threshold_trades_coverage_for_precision() -> None:
    original, released = histories(150, 8), renamed(histories(150, 8))
    cover = [
        SparseLinkage(person="who", item="what", known=4, wrong=2, threshold=t)
        .run(original, released)
        .details["coverage"]
        for t in (0.0, 1.5, 4.0)
    ]
    assert cover[0] >= cover[1] >= cover[2]


def test_one_released_person_or_few_are_no_measurement() -> None:
    original = histories(60, 9)
    assert ITEMS.run(original, original.assign(who="*")).state == "INVALID"
    few = histories(20, 10)
    assert "only 20 attempts" in ITEMS.run(few, renamed(few)).reason


def test_a_pseudonym_an_event_links_little() -> None:
    original = histories(40, 11)
    loose = original.assign(who=np.arange(len(original)))
    whole, torn = ITEMS.run(original, renamed(original)), ITEMS.run(original, loose)
    assert torn.value < whole.value / 2


def test_score_by_hand() -> None:
    # two people with item 0 (weight 1/log 3), one of them with item 1 (1/log 2), on other days and with other stars
    released = Events(np.array([0, 1, 1, 2]), np.array([0, 0, 1, 2]), np.array([3.0, 5.0, 1.0, 1.0]), np.zeros(4))
    known = Events(np.array([0, 0]), np.array([0, 1]), np.array([3.0, 1.0]), np.array([0.0, 30.0]))
    board = Board.of(released, 3, scale=2.0)
    assert board.weight == pytest.approx(1 / np.log([3, 2, 2]))
    e = np.exp(-1)
    both = np.array([2 / np.log(3), (e + 1) / np.log(3) + (1 + e) / np.log(2), 0])
    eccentricity = (both[1] - both[0]) / both.std()
    for threshold, made in ((eccentricity - 1e-6, True), (eccentricity + 1e-6, False)):
        found = claim(board, known, 1, ["amounts and dates"], threshold)["amounts and dates"]
        assert (found.named.tolist(), found.made.tolist()) == ([1], [made])


def test_a_repeated_item_counts_once() -> None:
    released = Events(np.array([0, 2, 0, 2, 0, 2, 0, 1]), np.repeat([0, 1], [7, 1]), np.zeros(8), np.zeros(8))
    known = Events(np.array([0, 0]), np.array([0, 1]), np.zeros(2), np.zeros(2))
    assert claim(Board.of(released, 2, 1.0), known, 1, ["items"], 0)["items"].named.tolist() == [1]


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_neither_names_nor_order_matter(seed: int) -> None:
    original = histories(40, 12)
    attack = SparseLinkage(person="who", item="what", date="day", known=4, wrong=0)
    one, other = (attack.run(original, released) for released in (renamed(original, 1), renamed(original, seed)))
    # without wrong events nothing is drawn from the release; ties aside, the claims are the same
    assert abs(one.value - other.value) <= 0.05


def test_dates_of_many_kinds() -> None:
    assert days(pd.Series([3, "4", 5.5])).tolist() == [3, 4, 5.5]
    stamps = pd.to_datetime(pd.Series(["1970-01-03", None]))
    assert days(stamps).tolist() == pytest.approx([2, np.nan], nan_ok=True)
    assert days(stamps.dt.tz_localize("Asia/Tokyo"))[0] == pytest.approx(2 - 9 / 24)
    odd = days(pd.Series(["2 Jan 1970", True, 10**30, "", "9999-99-99"], dtype=object))
    assert odd[0] == 1
    assert np.isnan(odd[1:]).sum() >= 2


def test_odd_cells() -> None:
    original = histories(50, 13)
    odd = original.astype({"what": "category", "stars": "Int64"})
    odd.loc[::7, "day"] = pd.NaT
    odd.loc[::5, "stars"] = pd.NA
    odd.loc[::11, "who"] = None
    odd.loc[1::11, "what"] = None
    released = renamed(odd)
    released["stars"] = released["stars"].astype(str)
    found = FULL.run(odd, released, odd.head(0))
    assert found.state == "OK"
    assert found.value > 0.7
    assert np.isnan(found.details["false claims"])
    bare = FULL.run(original, renamed(original)[["who", "what"]])
    assert [key for key in bare.details if key.startswith("right") and "known" not in key] == ["right items"]
    constant = histories(40, 14).assign(what="x", stars=3, day=0)
    assert FULL.run(constant, renamed(constant)).details["coverage"] == 0
    nothing = FULL.run(original, renamed(original).assign(what=None))
    assert nothing.state == "INVALID"


def test_the_input_is_not_changed_and_the_result_repeats() -> None:
    original, control = histories(60, 15), histories(40, 16)
    released = renamed(original)
    before = [frame.copy(deep=True) for frame in (original, released, control)]
    first, second = (FULL.run(original, released, control).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    for frame, was in zip((original, released, control), before, strict=True):
        pd.testing.assert_frame_equal(frame, was)


def test_wrong_input() -> None:
    original = histories(40, 17)
    with pytest.raises(UnknownColumnError, match="original table has no column height"):
        SparseLinkage(person="who", item="height").run(original, original)
    with pytest.raises(UnknownColumnError, match="released table has no column who"):
        ITEMS.run(original, original.drop(columns="who"))
    with pytest.raises(UnknownColumnError, match="control"):
        FULL.run(original, original, original[["who", "what"]])
    with pytest.raises(OverlapError):
        ITEMS.run(original, original, original)
    with pytest.raises(EmptyInputError):
        ITEMS.run(original, original.head(0))
    with pytest.raises(IdentityError, match="lacks"):
        ITEMS.run(original, original.set_index(original.index + 1))
    with pytest.raises(IdentityError, match="once"):
        ITEMS.run(original, original.set_index(np.zeros(len(original))))
    for wrong in (
        {"wrong": 8},
        {"known": 0},
        {"value": "who"},
        {"threshold": float("nan")},
        {"days": -1},
        {"attempts": 0},
    ):
        with pytest.raises(ConfigurationError):
            SparseLinkage(**{"person": "who", "item": "what", **wrong})  # type: ignore[arg-type]


def test_items_are_numbered_alike_in_all_tables() -> None:
    one, other = (pd.DataFrame({"who": ["a"], "what": [w]}) for w in ("X ", "x"))
    first, second = read([one, other], "who", "what", None, None)
    assert first.item[0] == second.item[0]

"""A picture of each column shows the shares of both tables, and no real count below five."""

import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from synth.column import Column
from synth.encode import Codes, encode
from synth.profile import Profile, profiles
from synth.quality import quality
from synth.schema import Schema

NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)


def of(left, right, column):
    size = (column.size,)
    tables = [Codes(np.array(codes, dtype=np.int64).reshape(-1, 1), (column.name,), size) for codes in (left, right)]
    return profiles(*tables, [column])[0]


def test_shares_are_those_of_the_rows():
    column = Column("town", "category", categories=("Leeds", "York"))
    found = of([0] * 30 + [1] * 10, [0] * 5 + [1] * 5, column)
    assert found.labels == ("Leeds", "York", "missing")
    assert found.real == (0.75, 0.25, 0.0)
    assert found.synthetic == (0.5, 0.5, 0.0)
    assert found.distance == 0.25


@given(st.lists(st.integers(0, 2), max_size=40), st.lists(st.integers(0, 2), max_size=40))
def test_few_rows_are_not_shown(left, right):
    found = of(left, right, Column("x", "category", categories=("a", "b"), nullable=True))
    for code, share in enumerate(found.real):
        assert (share is None) == (0 < left.count(code) < 5)


def test_many_categories_are_put_together():
    column = Column("n", "category", categories=tuple(map(str, range(500))), nullable=False)
    codes = np.random.default_rng(0).integers(0, 500, 20_000)
    found = of(codes, codes, column)
    assert len(found.labels) == len(found.real) == len(found.synthetic) == 40
    assert found.labels[-1] == "461 others"
    assert abs(sum(found.synthetic) - 1) < 1e-9
    assert found.distance == 0


@given(NAMES, st.lists(NAMES, min_size=1, max_size=5, unique=True))
def test_whatever_a_column_is_called_the_picture_is_well_formed(name, labels):
    shares = tuple(1 / len(labels) for _ in labels)
    svg = Profile(name, tuple(labels), (None, *shares[1:]), shares, 0.1).to_svg()
    root = ET.fromstring(svg)
    assert root.tag == "svg"
    assert len(root.findall("g")) == len(labels)


def test_a_quality_shows_every_modelled_column():
    schema = Schema((Column("id", "identifier"), Column("age", "integer", min=0, max=99), Column("ill", "boolean")))
    frame = pd.DataFrame({"id": ["1"] * 50, "age": ["7"] * 50, "ill": ["true"] * 50})
    found = quality(frame, frame, schema)
    assert [profile.name for profile in found.columns] == ["age", "ill"]
    assert found._repr_html_().count("<svg") == 2
    assert encode(frame, schema).outside == 0

"""Whoever has SDV's Metadata can fit our synthesizers with it, and is told what of it is no public knowledge."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from synth.aim import AIM
from synth.bridge import Bridge
from synth.column import Column
from synth.errors import MetadataUnusableError, PackageMissingError, SchemaInvalidError
from synth.metadata import schema_of
from synth.sdv import Baseline
from synth.synthesizer import MST, Independent


def frame(rows=4000):
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "pid": [f"QQ{n}" for n in range(rows)],
            "age": rng.integers(18, 80, rows),
            "pay": np.round(rng.gamma(2, 900, rows), 2),
            "town": rng.choice(["Leeds", "York"], rows),
            "seen": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 700, rows), unit="D"),
            "mail": [f"q{n}@example.org" for n in range(rows)],
        }
    )


TOLD = {
    "METADATA_SPEC_VERSION": "V1",
    "tables": {
        "people": {
            "primary_key": "pid",
            "columns": {
                "pid": {"sdtype": "id"},
                "age": {"sdtype": "numerical", "computer_representation": "Int64"},
                "pay": {"sdtype": "numerical"},
                "town": {"sdtype": "categorical"},
                "seen": {"sdtype": "datetime", "datetime_format": "%Y-%m-%d"},
                "mail": {"sdtype": "email", "pii": True},
            },
        }
    },
    "relationships": [],
}


def test_what_metadata_does_not_say_is_bought():
    schema = schema_of(TOLD)
    assert [column.type for column in schema.columns] == ["identifier", "integer", "any", "category", "date", "text"]
    assert (schema.origin, schema.reviewed) == ("declared", True)
    fitted = Bridge(MST(5), TOLD).fit({"people": frame()})
    made = fitted.sample(num_rows=300)
    assert list(made) == ["people"]
    assert list(made["people"].columns) == list(frame(1).columns)
    assert len(made["people"]) == 300
    assert set(made["people"]["town"].dropna()) <= {"Leeds", "York"}
    assert made["people"]["age"].dtype == "Int64"
    assert made["people"]["pay"].dropna().between(0, 40_000).all()
    assert made["people"]["mail"].isna().all()
    assert not made["people"].to_csv().count("QQ")
    assert fitted.model.schema.origin == "bought"
    assert abs(fitted.sample()["people"].shape[0] - 4000) < 300


def test_sdvs_own_metadata_is_a_draft_for_it_was_read_from_the_rows():
    from sdv.metadata import Metadata

    detected = Metadata.detect_from_dataframes({"people": frame()})
    schema = schema_of(detected)
    assert (schema.origin, schema.reviewed) == ("draft", False)
    assert schema_of(detected, reviewed=True).origin == "declared"
    types = {column.name: column.type for column in schema.columns}
    assert (types["age"], types["pay"], types["town"], types["seen"]) == ("integer", "real", "category", "date")
    assert [column.name for column in schema.open] == ["mail"]  # too many values for it to list
    fitted = Bridge(Independent(1), detected).fit({"people": frame()})
    assert not fitted.model.schema.reviewed


def test_a_persons_own_knowledge_replaces_what_metadata_says():
    town = Column("town", "category", categories=("Hull", "Leeds", "York"))
    schema = schema_of(TOLD, known=(town,))
    assert town in schema.columns
    assert schema.origin == "declared"
    with pytest.raises(SchemaInvalidError, match="planet"):
        schema_of(TOLD, known=(Column("planet", "text"),))


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"sdtype": "datetime"}, ("datetime", None, True)),
        ({"sdtype": "datetime", "datetime_format": "%d.%m.%Y %H:%M"}, ("datetime", None, True)),
        (
            {"sdtype": "datetime", "range_min": "2020-01-01", "range_max": "2020-02-01 10:00:00"},
            ("datetime", dt.datetime(2020, 1, 1), False),
        ),
        ({"sdtype": "numerical", "decimal_places": 2}, ("real", None, True)),
        ({"sdtype": "numerical", "range_min": 1, "range_max": 2.5}, ("real", 1.0, False)),
        ({"sdtype": "numerical", "decimal_places": 0, "range_min": 1.0, "range_max": 9.0}, ("integer", 1, False)),
        ({"sdtype": "boolean"}, ("boolean", None, False)),
        ({"sdtype": "categorical", "range_values": [True, False]}, ("category", None, False)),
        ({"sdtype": "unknown"}, ("text", None, False)),
        ({"sdtype": "phone_number"}, ("text", None, False)),
        ({}, ("text", None, False)),
    ],
)
def test_each_kind_of_column_is_read(stated, expected):
    column = schema_of({"tables": {"t": {"columns": {"c": stated, "d": {"sdtype": "boolean"}}}}}).columns[0]
    assert (column.type, column.min, column.buy) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        {},
        {"tables": {}},
        {"tables": {"a": {"columns": {}}, "b": {"columns": {}}}},
        {"tables": {"a": {}}},
        {"tables": {"a": {"columns": {"x": "numerical"}}}},
    ],
)
def test_metadata_that_describes_no_single_table_is_refused(wrong):
    with pytest.raises(MetadataUnusableError):
        schema_of(wrong)


def test_other_data_than_the_table_is_refused_before_anything_is_spent():
    from synth.ledger import Ledger

    ledger = Ledger()
    for wrong in ({}, {"others": frame(3)}, {"people": frame(3), "more": frame(3)}):
        with pytest.raises(MetadataUnusableError):
            Bridge(AIM(1, ledger=ledger), TOLD).fit(wrong)
    assert ledger.entries == ()


def test_a_baseline_that_needs_torch_says_so():
    with pytest.raises(PackageMissingError, match="torch"):
        Baseline("CTGAN").fit(frame(20))


def test_every_sample_of_sdv_is_marked():
    made = Baseline().fit(frame(200)[["age", "town"]]).sample(5)
    assert made.attrs["epsilon"] == "none"

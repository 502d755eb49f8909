"""Tables in files: what is read is what stands there, and what is written reads back the same."""

import contextlib
import csv
import io
import stat

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import EncodingError, PipelineError, ShapeError, SizeError, UsageError
from pipelines.tablefile import Reading, Table, read_table, write_quarantine, write_table

CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0\ufeff")
CELLS = st.text(CHARACTERS, max_size=8) | st.sampled_from(
    ["", "007", "NA", "1e5", " x ", '"', '""', "a,b", "a;b\tc|d", "two\nlines", "two\r\nlines", "\r", "\n", "'", "a\rb"]
)
HEADERS = st.text(CHARACTERS, min_size=1, max_size=6).filter(str.strip)


@st.composite
def frames(draw):
    header = draw(st.lists(HEADERS, min_size=1, max_size=4, unique=True))
    if len(header) == 1:
        header = [header[0].replace(";", "").replace("\t", "") + "h"]
    rows = draw(st.lists(st.tuples(*[CELLS] * len(header)), max_size=6))
    return pd.DataFrame(rows, columns=header, dtype=object)


@settings(max_examples=300)
@given(frame=frames(), delimiter=st.sampled_from(",;|\t"), newline=st.sampled_from(["\n", "\r\n"]))
def test_a_table_reads_back_as_it_was_written(tmp_path_factory, frame, delimiter, newline):
    path = tmp_path_factory.mktemp("round") / "t.csv"
    write_table(Table("t", frame, delimiter, newline), frame, path)
    back = read_table(path, Reading(delimiter=delimiter))
    pd.testing.assert_frame_equal(back.frame, frame, check_index_type=False)
    again = path.with_name("u.csv")
    write_table(back, back.frame, again)
    assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n1,2\n",
        b"a,b\r\n1,2\r\n",
        b"\xef\xbb\xbfa,b\r\n1,2\r\n",
        b'"a\nx",b\r\n"1\n2","3\r\n4"\r\n',
        b'"a ""q"" x",b\r\n1,2\r\n',
        b"a\n007\nNA\n",
        b"a,b\r1,2\r",
    ],
)
def test_line_ends_and_byte_order_mark_stay(tmp_path, data):
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    table = read_table(path)
    write_table(table, table.frame, tmp_path / "u.csv")
    assert (tmp_path / "u.csv").read_bytes() == data


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16"])
def test_a_named_encoding_is_read_and_written(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_bytes("né,b\nÜ,2\n".encode(encoding))
    table = read_table(path, Reading(encoding=encoding))
    assert table.frame.to_dict("list") == {"né": ["Ü"], "b": ["2"]}
    write_table(table, table.frame, tmp_path / "u.csv")
    assert (tmp_path / "u.csv").read_bytes() == path.read_bytes()


def test_a_tsv_has_tabs(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text("a\tb\n1,5\t2\n")
    table = read_table(path)
    assert table.frame.to_dict("list") == {"a": ["1,5"], "b": ["2"]}
    write_table(table, table.frame, tmp_path / "u.tsv")
    assert (tmp_path / "u.tsv").read_text() == path.read_text()


def test_parquet_keeps_its_types(tmp_path):
    table = pa.table(
        {
            "text": pa.array(["007", None, ""]),
            "whole": pa.array([1, None, 2**62], pa.int64()),
            "real": pa.array([0.1, None, float("inf")]),
            "yes": pa.array([True, None, False]),
            "day": pa.array([0, None, 1], pa.date32()),
            "time": pa.array([0, None, 1], pa.timestamp("us", tz="UTC")),
            "money": pa.array([None, None, None], pa.decimal128(10, 2)),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    read = read_table(tmp_path / "t.parquet")
    write_table(read, read.frame, tmp_path / "u.parquet")
    back = pq.read_table(tmp_path / "u.parquet")
    assert back.schema.types == table.schema.types
    assert back.to_pydict() == table.to_pydict()


def _table(rows, width=2):
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["a", "b"][:width])
    writer.writerows(rows)
    return stream.getvalue()


def test_rows_of_the_wrong_width_are_put_aside_by_line(tmp_path):
    path = tmp_path / "t.csv"
    rows = [["x", "two\nlines"], ["only"], *([["1", "2"]] * 300), ["1", "2", "3"]]
    path.write_text(_table(rows))
    table = read_table(path)
    assert len(table.frame) == 301
    assert table.quarantined_rows == (4, 305)
    assert "only" not in repr(table)
    write_quarantine(table, tmp_path / "q.csv")
    assert (tmp_path / "q.csv").read_bytes() == b"only\r\n1,2,3\r\n"
    assert stat.S_IMODE((tmp_path / "q.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("bad", "limit", "passes"), [(1, 0.01, True), (2, 0.01, False), (2, 0.02, True), (1, 0, False)]
)
def test_the_share_of_rows_put_aside_has_a_limit(tmp_path, bad, limit, passes):
    path = tmp_path / "t.csv"
    path.write_text(_table([["1", "2"]] * (100 - bad) + [["secret-cell"]] * bad))
    if passes:
        assert len(read_table(path, Reading(quarantine_limit=limit)).quarantined) == bad
    else:
        with pytest.raises(ShapeError, match="line") as caught:
            read_table(path, Reading(quarantine_limit=limit))
        assert "secret" not in str(caught.value)


def test_blank_lines_are_no_rows_but_empty_cells_of_a_single_column(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n\n3,4\n\n")
    assert read_table(path).frame["a"].tolist() == ["1", "3"]
    path.write_text("a\n1\n\n3\n")
    assert read_table(path).frame["a"].tolist() == ["1", "", "3"]


def test_a_cell_above_the_limit_is_named_by_line_and_column(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(f"a,b\n1,2\n3,{'x' * 101}\n")
    with pytest.raises(SizeError, match="line 3, column 2"):
        read_table(path, Reading(cell_limit=100))
    assert len(read_table(path, Reading(cell_limit=101)).frame) == 2


@pytest.mark.parametrize(
    "options",
    [
        {"encoding": "klingon"},
        {"encoding": "hex"},
        {"encoding": "utf-8\0"},
        {"delimiter": ""},
        {"delimiter": "ab"},
        {"delimiter": '"'},
        {"delimiter": "\n"},
        {"cell_limit": 0},
        {"quarantine_limit": 1.5},
        {"quarantine_limit": float("nan")},
    ],
)
def test_a_reading_that_makes_no_sense_is_refused(options):
    with pytest.raises(UsageError):
        Reading(**options)


@settings(max_examples=300)
@given(data=st.binary(min_size=1, max_size=60) | st.text('ab,"\n\r; ', max_size=40).map(str.encode))
def test_any_bytes_are_a_table_or_a_clear_refusal(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "t.csv"
    path.write_bytes(data)
    with contextlib.suppress(PipelineError):
        assert read_table(path).frame.shape[1] >= 1


def test_a_fault_of_the_encoding_is_named_by_line(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n1,2\ncaf\xe9,3\n")
    with pytest.raises(EncodingError, match="line 3"):
        read_table(path)

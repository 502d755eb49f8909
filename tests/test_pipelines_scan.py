"""`tamis scan`: the lines that other programs read."""

import io
import json
import sys
from itertools import pairwise

import pytest

from pipelines.cli import run_app
from pipelines.shards import pieces

SENTENCES = (
    "Ann Lee wrote to bo.chan@example.com.",
    "\U0001f600\U0001f600 Ann Lee wrote to bo.chan@example.com \U0001f44d\U0001f3fd.",
    "𝒜 letter of Ann Lee, bo.chan@example.com",
    "Zo\u0065\u0301 and Ann Lee; bo.chan@example.com\r\nnext line: cy@example.org",
    "ﬃ Ann Lee ﬃ bo.chan@example.com",
)


@pytest.fixture
def tamis(capfd):
    def call(*arguments):
        status = run_app([str(argument) for argument in arguments])
        return status, *capfd.readouterr()

    return call


def lines_of(out):
    assert out.endswith("\n")
    return [json.loads(line) for line in out.splitlines()]


def test_texts_give_a_line_each_in_order(tamis, tmp_path):
    records = [{"id": f"{n}-{s}", "text": SENTENCES[n]} for s in range(3) for n in reversed(range(len(SENTENCES)))]
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    status, out, err = tamis("scan", source, "--format", "jsonl")
    assert (status, err) == (0, "")
    found = lines_of(out)
    assert [f["id"] for f in found] == [r["id"] for r in records]
    for line, record in zip(found, records, strict=True):
        assert set(line) == {"id", "spans"}
        for span in line["spans"]:
            assert set(span) == {"start", "end", "label", "score", "detector"}
            assert 0 <= span["start"] < span["end"] <= len(record["text"])
            assert 0 < span["score"] <= 1
        assert all(a["end"] <= b["start"] for a, b in pairwise(line["spans"]))
        mails = [record["text"][s["start"] : s["end"]] for s in line["spans"] if s["label"] == "EMAIL_ADDRESS"]
        assert mails[0] == "bo.chan@example.com"
        people = [record["text"][s["start"] : s["end"]] for s in line["spans"] if s["label"] == "PERSON"]
        assert any("Ann Lee" in person for person in people)
    assert sorted(tmp_path.iterdir()) == [source]


def test_offsets_are_code_points_whatever_the_line_ends(tamis, tmp_path):
    text = "\U0001f600\r\n\r\nbo@example.com\rcy@example.com"
    (tmp_path / "a.txt").write_bytes(text.encode())
    (line,) = lines_of(tamis("scan", tmp_path / "a.txt", "--format", "jsonl")[1])
    assert line["id"] == "a.txt"
    assert [text[s["start"] : s["end"]] for s in line["spans"]] == ["bo@example.com", "cy@example.com"]


def test_a_table_gives_a_line_a_column(tamis, tmp_path):
    source = tmp_path / "t.csv"
    rows = "".join(f"{n},p{n}@example.com,{n % 7}\n" for n in range(20))
    source.write_text("row,contact,size\n" + rows)
    status, out, err = tamis("scan", source, "--format", "jsonl")
    assert (status, err) == (0, "")
    found = lines_of(out)
    assert [line["column"] for line in found] == ["row", "contact", "size"]
    assert all({"column", "pii", "label", "score", "action"} <= set(line) for line in found)
    mail = found[1]
    assert (mail["pii"], mail["label"], mail["action"]) == (True, "EMAIL_ADDRESS", "replace")
    assert (found[2]["pii"], found[2]["label"], found[2]["action"]) == (False, None, "keep")
    assert json.loads(tamis("scan", source, "--format", "json")[1]) == found


def test_folders_and_files_in_the_order_given(tamis, tmp_path):
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    for name in ("b.txt", "a.txt", "inner/c.txt", ".hidden.txt"):
        (folder / name).write_text(SENTENCES[0])
    (folder / "empty.md").write_text("")
    (folder / "image.png").write_bytes(b"\x89PNG")
    (tmp_path / "t.csv").write_text("size\n1\n")
    status, out, err = tamis("scan", tmp_path / "t.csv", folder, "--format", "jsonl")
    assert status == 0
    assert err == "1 files of other kinds were left out\n"
    assert [line.get("id", line.get("column")) for line in lines_of(out)] == [
        "size",
        "a.txt",
        "b.txt",
        "empty.md",
        "inner/c.txt",
    ]


def test_findings_can_fail(tamis, tmp_path):
    (tmp_path / "some.txt").write_text(SENTENCES[0])
    (tmp_path / "none.txt").write_text("It rained.")
    (tmp_path / "some.csv").write_text("contact\nbo@example.com\n")
    (tmp_path / "none.csv").write_text("size\n1\n")
    for name, status in [("some.txt", 1), ("none.txt", 0), ("some.csv", 1), ("none.csv", 0)]:
        assert tamis("scan", tmp_path / name, "--fail-on-findings")[0] == status
        assert tamis("scan", tmp_path / name)[0] == 0


def test_annotations_cannot_be_forged(tamis, tmp_path):
    """A header or file name that looks like a workflow command stays text (and names no finding's value)."""
    (tmp_path / "e-mail,x::error%0A.txt").write_text("one\nsee bo.chan@example.com\n")
    (tmp_path / "t.csv").write_text('"e-mail\n::error::x%"\nbo@example.com\nann@example.org\n')
    status, out, _ = tamis("scan", tmp_path / "t.csv", tmp_path, "--format", "github")
    assert status == 0
    lines = out.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("::warning ") and line.count("::") == 2 for line in lines)
    assert "/e-mail%2Cx%3A%3Aerror%250A.txt,line=2,col=5,title=tamis::EMAIL_ADDRESS found" in lines[2]
    assert "@" not in out


def test_sarif_points_to_every_place_and_tells_no_value(tamis, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a b.txt").write_text("one\nsee bo.chan@example.com\nor ann@example.org")
    (tmp_path / "t.csv").write_text("contact\nbo@example.com\nann@example.org\n")
    (tmp_path / "x.jsonl").write_text('{"id": "Ann Lee", "text": "None."}\n{"id": 2, "text": "Mail bo@example.com"}\n')
    status, out, _ = tamis("scan", "in", "t.csv", "x.jsonl", "--format", "sarif")
    log = json.loads(out)
    (run,) = log["runs"]
    assert (status, log["version"], run["columnKind"]) == (0, "2.1.0", "unicodeCodePoints")
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    found = [(place["artifactLocation"]["uri"], place["region"]) for place in places]
    assert found == [
        ("in/a%20b.txt", {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 24}),
        ("in/a%20b.txt", {"startLine": 3, "startColumn": 4, "endLine": 3, "endColumn": 19}),
        ("t.csv", {"startLine": 1}),
        ("x.jsonl", {"startLine": 1}),
    ]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert run["results"][3]["message"]["text"] == "EMAIL_ADDRESS found in record 2"
    assert "@" not in out
    assert "Ann" not in out


def test_the_view_for_people_shows_no_value(tamis, tmp_path):
    (tmp_path / "a.txt").write_text(SENTENCES[0])
    (tmp_path / "t.csv").write_text("contact [red],si\x1b[31mze\nbo.chan@example.com,1\n")
    status, out, _ = tamis("scan", tmp_path / "a.txt", tmp_path / "t.csv")
    assert status == 0
    assert "\x1b" not in out
    assert "PERSON" in out
    assert "contact [red]" in out
    assert "bo.chan" not in out


def test_standard_input(tamis, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SENTENCES[1].encode())))
    status, out, _ = tamis("scan", "-", "--format", "jsonl")
    (line,) = lines_of(out)
    assert (status, line["id"]) == (0, "-")
    assert any(SENTENCES[1][s["start"] : s["end"]] == "bo.chan@example.com" for s in line["spans"])


@pytest.mark.parametrize(("data", "code"), [(b"", "P205"), (b"caf\xe9", "P202"), (b"a\0b", "P202")])
def test_bad_standard_input(tamis, monkeypatch, data, code):
    for command in (("scan", "-"), ("redact", "-", "-o", "-")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        status, out, err = tamis(*command)
        assert (status, out) == (3, "")
        assert err.startswith(f"tamis: {code}: standard input")


@pytest.mark.parametrize("form", ["table", "jsonl", "json", "github", "sarif"])
def test_texts_that_come_in_pieces_look_like_those_that_come_at_once(tamis, tmp_path, monkeypatch, form):
    place = tmp_path / "in"
    place.mkdir()
    for n in range(5):
        (place / f"{n}.txt").write_text(f"Write to a{n}@example.com\nor b@example.com")
        lines = ({"id": m, "text": f"c{m}@example.org"} for m in range(n))
        (place / f"{n}.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in lines) or '{"id": 1, "text": ""}')
    command = ("scan", place, place / "4.jsonl", "--policy", "fast", "--format", form, "--fail-on-findings")
    whole = tamis(*command)
    assert whole[0] == 1
    monkeypatch.setattr(pieces, "TEXTS", 2)
    assert tamis(*command) == whole
    monkeypatch.setattr("pipelines.scanning.form_of", lambda *_: "other")  # read as a whole
    assert tamis(*command) == whole


def test_what_is_no_text_stops_a_scan_before_anything_is_shown(tamis, tmp_path):
    lines = [json.dumps({"id": n, "text": SENTENCES[0]}) for n in range(5)]
    (tmp_path / "in.jsonl").write_text("\n".join([*lines, "{"]))
    status, out, err = tamis("scan", tmp_path / "in.jsonl", "--policy", "fast", "--format", "jsonl")
    assert (status, out) == (3, "")
    assert "line 6: no JSON" in err


def test_nothing_found_is_json_too(tamis, tmp_path):
    (tmp_path / "t.csv").write_text("a\n1\n")
    assert tamis("scan", tmp_path / "t.csv", "--policy", "fast", "--format", "json")[0] == 0


def test_keys_that_identify_stop_a_scan_before_anything_is_shown(tamis, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": 1, "text": "a@example.com"}')
    (tmp_path / "bad.ndjson").write_text('{"o": {"x": 1}}\n{"of": {"ann@example.com": 1}}\n')
    status, out, err = tamis(
        "scan", tmp_path / "a.jsonl", tmp_path / "bad.ndjson", "--policy", "fast", "--format", "json"
    )
    assert (status, out) == (3, "")
    assert "line 2" in err


def test_what_is_named_twice_is_shown_twice(tamis, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": 1, "text": "a@example.com"}')
    _, out, _ = tamis("scan", tmp_path / "a.jsonl", tmp_path / "a.jsonl", "--policy", "fast")
    assert out.count("a.jsonl: 1 texts") == 2

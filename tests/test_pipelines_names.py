"""Files, folders and records leave under names that tell nobody."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid import Key, Policy, Scanner
from deid.detectors.known import KnownDetector
from deid.finding import Finding
from deid.naming import identifying_names, numbered, scan_names
from deid.operators import Mask, Redact, Token
from pipelines.naming import File, known_of, released_ids, released_paths

KEY = Key(bytes(32))
ORDINARY = (
    "people customers report_final readme notes letters patients_2021 index data export annual-report may_results "
    "inner test results summary discharge-summary old new archive sales_q1 bill_payments will reading 0001 n0007 "
    "note-3 v1.2 first_name patientName dateOfBirth 2021 lab-results_2020 tables a.b my file"
).split()


def released(names: list[str], scanner: Scanner, known: KnownDetector | None = None) -> list[str]:
    files = {Path(name): File(Path(name).suffix, known) for name in names}
    return [path.as_posix() for path in released_paths(files, scanner, KEY).values()]


def test_ordinary_names_stay(scanner: Scanner) -> None:
    paths = [f"{name}/{name}.txt" for name in ORDINARY] + [f"{n:04}.txt" for n in range(0, 99999, 997)]
    paths += [f"{word}{n}.txt" for word in ("note-", "doc_", "n000", "Report ", "page") for n in range(0, 99, 7)]
    assert released(paths, scanner) == paths


PERSONAL = [
    "Ann_Lee_2021.txt",
    "ann_lee.txt",
    "AnnLee.txt",
    "letter-to-Ann-Lee.txt",
    "ann@example.com.txt",
    "Ann Lee/x.txt",
    "x/Lee, Ann.txt",
    "212-555-0143.csv",
]


@pytest.mark.parametrize("name", PERSONAL)
def test_names_that_tell_somebody_do_not_leave(scanner: Scanner, name: str) -> None:
    (new,) = released([name], scanner)
    assert not [part for part in ("ann", "lee", "555") if part in new.lower()]
    assert Path(new).suffix == Path(name).suffix
    assert len(Path(new).parts) == len(Path(name).parts)
    assert new == new.strip() != ""


def test_what_is_written_in_a_file_is_known_in_its_name(patterns: Scanner) -> None:
    okafor = [Finding(5, 11, "PERSON", 0.9, "x")]
    known = known_of("okafor/okafor_letter_3", "Dear Okafor,", okafor)
    assert released(["okafor/okafor_letter_3.txt"], patterns, known) == ["PERSON/PERSON_letter_3.txt"]
    assert known_of("letter", "Dear Okafor,", okafor) is None
    assert known_of("Leeds", "Leeds", [Finding(0, 5, "LOCATION", 0.9, "x")]) is None
    for name, text in (("OkaforLetter", "Okafor"), ("zoe", "Zoë"), ("x-1234567", "12 34567"), ("ann_x", "Ann Lee")):
        assert known_of(name, text, [Finding(0, len(text), "PERSON", 0.9, "x")])


def test_names_that_meet_are_numbered_in_no_order_of_the_old(scanner: Scanner) -> None:
    old = [f"{given}_Lee.txt" for given in ("Ann", "Bob", "Carol", "David", "Emma")] + ["PERSON.txt"]
    new = released(old, scanner)
    assert sorted(new) == ["PERSON.txt", *(f"PERSON_{n}.txt" for n in range(2, 7))]
    assert new[5] == "PERSON.txt"
    assert new[:5] != sorted(new[:5])
    assert released(new, scanner) == new


def test_files_of_one_folder_stay_in_one_folder(scanner: Scanner) -> None:
    new = released(["Ann_Lee/a.txt", "Ann_Lee/b.csv", "Ann_Lee/deep/c.txt", "Bo_Chan/a.txt"], scanner)
    first, second, third, other = (Path(name).parts[0] for name in new)
    assert first == second == third != other
    assert [Path(name).name for name in new] == ["a.txt", "b.csv", "c.txt", "a.txt"]


@pytest.mark.parametrize(
    ("operator", "wanted"), [(Mask(), "unnamed.txt"), (Redact(), "unnamed.txt"), (Token(), "PERSON_k")]
)
def test_the_policy_says_what_takes_the_place(patterns: Scanner, operator: object, wanted: str) -> None:
    scanner = Scanner(Policy(default=operator), patterns.detectors)  # type: ignore[arg-type]
    assert released(["Ann_Lee.txt"], scanner)[0].startswith(wanted)


def test_a_suffix_may_change_and_then_meet_another(patterns: Scanner) -> None:
    files = {Path("a.pdf"): File(".txt"), Path("a.txt"): None, Path("A.TXT"): None}
    told = released_paths(files, patterns, None)
    assert [told[Path(name)].as_posix() for name in ("a.pdf", "a.txt", "A.TXT")] == ["a_2.txt", "a.txt", "A.TXT"]


def test_ids_that_number_stay_and_others_go(patterns: Scanner) -> None:
    ids = ["x0", "17", "invoice 4711", "ann@example.com", "bo@example.com", "EMAIL_ADDRESS"]
    new = released_ids(ids, [None] * len(ids), patterns, None)
    assert new[:3] == ids[:3]
    assert sorted(new[3:]) == ["EMAIL_ADDRESS", "EMAIL_ADDRESS_2", "EMAIL_ADDRESS_3"]
    assert new[5] == "EMAIL_ADDRESS"
    same = ["a", "a"]
    assert released_ids(same, [None, None], patterns, None) == same


@given(st.lists(st.sampled_from(["a.txt", "A.txt", "b", "a_2.txt", ".x"]), max_size=7))
def test_numbered_names_differ_whatever_the_case(names: list[str]) -> None:
    told = numbered(names, range(len(names)))
    assert len({name.casefold() for name in told}) == len(names)
    assert all(new.startswith(old.rpartition(".")[0][:1]) for old, new in zip(names, told, strict=True))


def test_a_year_is_no_date_and_a_word_that_says_what_stands_there_no_name(patterns: Scanner) -> None:
    found = scan_names(["visits 2021", "visits 2021-03-04", "visits_3_May_2021"], patterns)
    assert [[f.label for f in one] for one in found] == [[], ["DATE_TIME"], ["DATE_TIME"]]
    assert not any(identifying_names(["first_name", "phone", "Paris", "patient since Ann Lee was here"], patterns))
    assert all(identifying_names(["Ann Lee", "ann_lee", "ann@example.com"], patterns))

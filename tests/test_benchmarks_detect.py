"""The parts of the detection benchmark: known answers on small texts."""

from pathlib import Path

import pytest

from benchmarks import summary
from benchmarks.annotated import Annotated
from benchmarks.contest import View
from benchmarks.corpora import Corpus, subtract
from benchmarks.maskers import NAMES, Mask, presidio_masker, spans
from benchmarks.measures import NAMES_PRECISION, by_type, measure, table, type_table
from benchmarks.prose import clean, paragraphs
from benchmarks.throughput import Pace
from leakage import Estimate

TEXT = "Mr Lee of Leeds saw Alien on 3 May"
MASKS = [[Mask(3, 6, "PERSON", 1.0), Mask(20, 25, "PERSON", 1.0)]]


def corpus(**settings: object) -> Corpus:
    gold = Annotated("d", TEXT, ((3, 6, "person"), (10, 15, "location"), (20, 25, "creative-work")))
    fields = {
        "name": "small",
        "title": "Small",
        "path": Path("small.jsonl"),
        "texts": (gold,),
        "must": lambda label: "" if label == "creative-work" else "names",
        "sort": lambda label: "" if label == "creative-work" else label,
        "note": "",
        "spared": frozenset({"creative-work"}),
    }
    return Corpus(**{**fields, **settings})  # type: ignore[arg-type]


def test_spans_are_hidden_and_what_is_spared_costs_no_precision() -> None:
    shares = measure(corpus(), MASKS)
    assert shares["names hidden"].value == 0.5
    assert shares["char precision"].value == 1.0
    assert shares["char recall"].value == pytest.approx(3 / 8)
    assert measure(corpus(spared=frozenset(), personal=lambda label: label != "creative-work"), MASKS)[
        "char precision"
    ].value == pytest.approx(3 / 8)


def test_function_words_need_no_mask_unless_every_letter_is_asked_for() -> None:
    text = Annotated("d", TEXT, ((0, 15, "DIRECT:PERSON:1"),))
    masks = [[Mask(3, 6, "PERSON", 1.0), Mask(10, 15, "LOCATION", 1.0)]]
    shares = measure(corpus(texts=(text,), must=lambda _: "DIRECT", functions=True), masks)
    assert (shares["DIRECT hidden"].value, shares["DIRECT, every letter"].value) == (1.0, 0.0)


def test_tables_have_a_row_a_system_and_a_row_a_type() -> None:
    small = corpus()
    assert [row[0] for row in table(small, {"a": measure(small, MASKS)}).rows] == ["a"]
    assert [row[:2] for row in type_table(small, by_type(small, {"a": MASKS})).rows] == [
        ["person", "1"],
        ["location", "1"],
    ]


def test_holes_are_cut_out_of_spans() -> None:
    assert subtract([(0, 10)], [(0, 3), (2, 4), (9, 12)]) == [(4, 9)]


def test_a_view_counts_by_score_and_label() -> None:
    masks = [[Mask(0, 3, "PERSON", 0.3), Mask(4, 6, "ORGANIZATION", 0.9), Mask(7, 9, "URL", 0.5)]]
    assert spans(View("x", 0.35, "ORGANIZATION").masks(masks)) == [[(7, 9)]]
    assert spans(View("x").masks(masks)) == [[(0, 3), (4, 6), (7, 9)]]
    assert spans(masks, NAMES) == [[(0, 3), (4, 6)]]


def test_where_names_alone_were_annotated_masks_of_names_have_a_precision_of_their_own() -> None:
    masks = [[Mask(3, 6, "PERSON", 1.0), Mask(29, 34, "DATE_TIME", 1.0)]]
    shares = measure(corpus(names=True), masks)
    assert shares[NAMES_PRECISION].value == 1.0
    assert shares["char precision"].value == pytest.approx(3 / 8)


def test_presidio_runs_without_a_model_in_spanish_and_hears_context() -> None:
    (found,) = presidio_masker(organizations=True, language="es")(["Su NIF es 12345678Z."])
    assert "ES_NIF" in {mask.label for mask in found}


def test_prose_is_plentiful_and_names_nobody() -> None:
    texts = paragraphs()
    assert len(texts) >= 500
    assert len(set(texts)) == len(texts)
    assert all(30 <= len(text.split()) <= 200 for text in texts)
    assert not any(sign in text.lower() for text in texts for sign in ("@", "://", "copyright", "©"))


FILLER = "A word is a run of letters and of digits. " * 5


@pytest.mark.parametrize(
    "sentence",
    [
        "It was thought up by Barbara.",
        "Then Susan Poe saw it.",
        "See J. Doe there.",
        "Ask Dr Doe.",
        "The Example Foundation has it.",
        "It came from Portugal.",
        "It stood in March then, or in October.",
        "It changed in 1998 again.",
    ],
)
def test_a_sentence_that_may_name_somebody_is_left_out(sentence: str) -> None:
    assert clean(f"{sentence} {FILLER}") == FILLER.strip()


@pytest.mark.parametrize(
    "line", ["Mail me@example.org.", "Written by nobody.", "See https://example.org.", "Thanks to all."]
)
def test_a_paragraph_of_authorship_is_left_out_whole(line: str) -> None:
    assert clean(f"{line} {FILLER}") is None


def test_a_pace_is_compared_round_by_round() -> None:
    own, peer = Pace((10.0, 30.0, 20.0)), Pace((5.0, 10.0, 20.0))
    assert own.median == 20.0
    assert own.over(peer).show(2) == "2.00 (1.00 to 3.00)"


def test_every_row_of_the_summary_fits_its_head() -> None:
    half = Estimate(0.5, 0.4, 0.6, 0.42, 0.58)
    stated = {"value": 0.5, "low": 0.4, "high": 0.6}
    systems = {
        name: {"spans hidden": half, "char F2": half} for name in (*summary.COMPARED, summary.RECALL, summary.PRECISION)
    }
    pace = dict.fromkeys(summary.COMPARED, Pace((1.0,)))
    trial = {"length": 8_000, "seconds": 0.5, "fate": "clean"}
    run = {"rate": 2.0, "peak_mib": 100.0}
    rows = [
        *summary.of_corpus("presidio_v2", systems),
        *summary.of_prose(dict.fromkeys(systems, half)),
        *summary.of_paces({"prose": pace}, pace),
        *summary.of_attack({"tamis": [trial, {**trial, "length": 80_000}], "Presidio": [trial]}),
        *summary.of_evasion(
            {
                "shares": {"tamis": {"one change": stated}, "Presidio": {"one change": stated}},
                "full cells of 96": {"tamis": 95, "Presidio": 12},
            }
        ),
        *summary.of_columns({"all": {"tamis": {"recall": stated}, "Presidio, vote of cells": {"recall": stated}}}),
        *summary.of_rows(dict.fromkeys(("standard", "fast", "presidio"), run)),
    ]
    assert len(summary.grid(rows).rows) == 19

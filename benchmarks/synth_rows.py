"""AIM and MST on a generated table of up to five million rows: what grows with the rows, and what does not."""

import itertools

from benchmarks.environments import OWN, ScriptFailedError
from benchmarks.outcome import Grid, Outcome

ROWS = (50_000, 500_000, 5_000_000)
METHODS = {"mst": "MST", "aim": "AIM"}
_PARTS = ("encoding", "counting", "modelling", "sampling", "seconds")
_NOTE = (
    "20 columns of 2 to 40 categories, each of which follows an earlier one in seven rows of ten, as a table of pandas "
    "categories; ε = 1, δ = 10⁻⁹; `fit`, and `sample` of as many rows, through the public interface, on one core with "
    "one thread. Encoding: reading the table into codes. Counting: the exact marginals. Modelling: the rest of `fit`, "
    "that is noise, selection and estimation. Peak memory is the whole process's, the table itself included (wanted: "
    "at most 2,048 MiB)."
)


def run() -> Outcome:
    """Fit and sample each size by each method, one after the other."""
    rows, figures = [], {}
    for method, count in itertools.product(METHODS, ROWS):
        try:
            told = OWN.run("rows", method, count)
        except ScriptFailedError as error:
            rows.append([METHODS[method], f"{count:,}", error.reason, *[""] * len(_PARTS)])
            continue
        told["modelling"] = told["fit"] - told["encoding"] - told["counting"]
        figures[f"{METHODS[method]}, {count}"] = told
        shown = [f"{told[part]:.1f}" for part in _PARTS]
        rows.append([METHODS[method], f"{count:,}", *shown, f"{told['peak_mib']:,.0f}"])
    head = ["method", "rows", *(part if part != "seconds" else "all" for part in _PARTS), "peak MiB"]
    return Outcome("synth-rows", [Grid("Seconds by rows", head, rows, _NOTE)], {"runs": figures})

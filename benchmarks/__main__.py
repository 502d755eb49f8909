"""Run all benchmarks, or those that are named, and write `benchmarks/results/`. Example: python -m benchmarks demo."""

import sys
from collections.abc import Callable, Mapping, Sequence

from benchmarks import (
    adult,
    anonymity,
    audit_pace,
    blogs,
    courts,
    demo,
    detect,
    dp_audit,
    exposure,
    folder_sizes,
    fuzz,
    guided,
    hidden,
    kills,
    mutation,
    news,
    sizes,
    surrogate_sizes,
    surrogates,
    synth,
    synth_constraints,
    synth_inference,
    synth_noise,
    synth_pace,
    synth_rounding,
    synth_rows,
    tables,
    text_sizes,
    vault,
    verdicts,
    voter,
    workbook_sizes,
    wp216,
)
from benchmarks.data import MissingDataError
from benchmarks.mutants import suite
from benchmarks.outcome import Outcome

BENCHMARKS: Mapping[str, Callable[[], Outcome]] = {
    "demo": demo.run,
    "detect": detect.run,
    "tables": tables.run,
    "adult": adult.run,
    "news": news.run,
    "blogs": blogs.run,
    "courts": courts.run,
}
PARTS: Mapping[str, Callable[[], Outcome]] = {
    **{name: part for name, (part, _) in detect.OTHERS.items()},
    "texts": detect.run_texts,
    "pace": detect.run_pace,
    "voter": voter.run,
    "audit-pace": audit_pace.run,
    "vault": vault.run,
    "kills-books": kills.run_books,
    "sizes": sizes.run,
    "text-sizes": text_sizes.run,
    "folder-sizes": folder_sizes.run,
    "workbook-sizes": workbook_sizes.run,
    "surrogate-sizes": surrogate_sizes.run,
    "kills": kills.run,
    "verdicts": verdicts.run,
    "mutants": suite.run,
    "mutation": mutation.run,
    "exposure": exposure.run,
    "dp-audit": dp_audit.run,
    "synth": synth.run,
    "synth-pace": synth_pace.run,
    "synth-noise": synth_noise.run,
    "synth-rows": synth_rows.run,
    "synth-inference": synth_inference.run,
    "synth-rounding": synth_rounding.run,
    "synth-constraints": synth_constraints.run,
    "wp216": wp216.run,
    "anonymity": anonymity.run,
    "surrogates": surrogates.run,
    "surrogates-pace": surrogates.run_pace,
    "hidden": hidden.run,
    "fuzz": fuzz.run,
    "guided": guided.run,
}
"""Parts of `detect`, what its settings were chosen by, and what takes hours or a quiet machine: run only when named."""


def main(names: Sequence[str]) -> int:
    """Run one after the other; what lacks its data is named and left out. 0, or 2 for an unknown name."""
    known = {**BENCHMARKS, **PARTS}
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no benchmark is called {unknown[0]!r}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        try:
            print(known[name]().write())
        except MissingDataError as error:
            print(f"{name}: left out, {error}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

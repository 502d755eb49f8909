"""Search one law for cases that break it, led by the branches that each case reaches.

Its arguments: the law, how many cases, a folder of seeds.
"""

import sys
import tempfile
from pathlib import Path

_LONGEST, _SECONDS = 600, 2


def main() -> None:
    """Search; what breaks the law ends the process with an error."""
    import atheris

    name, cases, seeds = sys.argv[1:]
    with atheris.instrument_imports(include=["deid", "pipelines"]):
        from benchmarks.laws import end_of, laws
    law = laws(Path(tempfile.mkdtemp()))[name]

    def one(data: bytes) -> None:
        end, error = end_of(lambda: law(data))
        if end == "wrong":
            raise AssertionError(error)

    options = [f"-runs={cases}", "-seed=1", f"-max_len={_LONGEST}", f"-timeout={_SECONDS}", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, seeds], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

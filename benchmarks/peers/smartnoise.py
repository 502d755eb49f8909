"""smartnoise-synth 1.0.8 MST: rows as it draws them, by mbi's `round`, or by `sample` of the same mbi 1.1.0."""

from benchmarks.peers.seam import Ints, Solve, Task, serve


def load() -> Solve:
    import numpy as np
    import pandas as pd
    from snsynth.mst import MSTSynthesizer
    from snsynth.transform.label import LabelTransformer
    from snsynth.transform.table import TableTransformer

    def solve(task: Task) -> Ints:
        columns = [f"c{place}" for place in range(len(task.names))]
        frame = pd.DataFrame(task.codes, columns=columns)
        # Its transformer would take the categories from the private rows: it is fitted to the public ones instead.
        public = np.minimum(np.arange(max(task.sizes))[:, None], np.array(task.sizes) - 1)
        transformer = TableTransformer([LabelTransformer(nullable=False) for _ in columns])
        transformer.fit(pd.DataFrame(public, columns=columns))
        synthesizer = MSTSynthesizer(epsilon=task.epsilon, delta=task.delta)
        synthesizer.fit(frame, transformer=transformer)
        if task.method == "sample":
            drawn = synthesizer.synthesizer.synthetic_data(rows=len(frame), method="sample")
            sampled: Ints = synthesizer.undo_compress_fn(drawn).df.to_numpy()
            return sampled
        rounded: Ints = synthesizer.sample(len(frame)).to_numpy()
        return rounded

    return solve


if __name__ == "__main__":
    serve(load)

"""dpmm 0.1.9: MST with its defaults, and AIM capped, since with its defaults it ran for more than five minutes.

Both get the domain and no preprocessing, so that epsilon is all they spend.
"""

from benchmarks.peers.seam import Ints, Solve, Task, serve

_AIM = {"rounds": 48, "n_iters": 200}
_AIM_MEGABYTES = 1


def load() -> Solve:
    import pandas as pd
    from dpmm.pipelines import AIMPipeline, MSTPipeline

    def solve(task: Task) -> Ints:
        columns = [f"c{place}" for place in range(len(task.names))]
        frame = pd.DataFrame(task.codes, columns=columns)
        shared = {"epsilon": task.epsilon, "delta": task.delta, "n_jobs": 1, "disable_processing": True}
        if task.method == "aim":
            pipeline = AIMPipeline(**shared, max_model_size=_AIM_MEGABYTES, gen_kwargs=_AIM)
        else:
            pipeline = MSTPipeline(**shared)
        pipeline.fit(frame, domain=dict(zip(columns, task.sizes, strict=True)))
        made: Ints = pipeline.generate(n_records=len(frame))[columns].to_numpy()
        return made

    return solve


if __name__ == "__main__":
    serve(load)

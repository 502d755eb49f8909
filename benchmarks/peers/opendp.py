"""OpenDP 0.16 MST: rows by `sample`, or by `round`, its default. Every column's keys are declared."""

from benchmarks.peers.seam import Ints, Solve, Task, serve


def load() -> Solve:
    import opendp.extras.mbi._mst as mst
    import opendp.prelude as dp
    import polars as pl

    dp.enable_features("contrib")
    # As shipped, what it spends on selection adds up to more than it set aside, by the last bit of a float, and it
    # stops: each share is made smaller by one part in 10^9.
    mst.prior = lambda share: share * (1 - 1e-9)

    def solve(task: Task) -> Ints:
        columns = [f"c{place}" for place in range(len(task.names))]
        # It adds a key for null to every column that has none, so null stands for the last code.
        keys = {column: [*range(size - 1), None] for column, size in zip(columns, task.sizes, strict=True)}
        frame = pl.DataFrame(task.codes, schema=dict.fromkeys(columns, pl.Int64)).with_columns(
            pl.when(pl.col(column) < size - 1).then(pl.col(column))
            for column, size in zip(columns, task.sizes, strict=True)
        )
        context = dp.Context.compositor(
            data=frame.lazy(),
            privacy_unit=dp.unit_of(contributions=1),
            privacy_loss=dp.loss_of(rho=task.rho),
        )
        table = context.query(rho=task.rho).contingency_table(keys=keys, algorithm=dp.mbi.MST()).release()
        made = table.synthesize(rows=len(frame), method=task.method)
        filled = made.select(
            pl.col(column).fill_null(size - 1) for column, size in zip(columns, task.sizes, strict=True)
        )
        codes: Ints = filled.to_numpy()
        return codes

    return solve


if __name__ == "__main__":
    serve(load)

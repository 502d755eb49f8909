"""The synthesizers by name, and what their ledger comes to."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from pipelines.progress import Step
from synth import AIM, MST, Budget, Independent, Ledger
from synth.marginal import Tabulator, tabulate
from synth.model import Model
from synth.synthesizer import PrivateSynthesizer

METHODS: Mapping[str, Callable[..., PrivateSynthesizer]] = {"aim": AIM, "mst": MST, "independent": Independent}
"""The synthesizers by name."""


def synthesizer(
    method: str,
    budget: tuple[str, str],
    ledger: Ledger,
    step: Step,
    target: str | None = None,
    *,
    counts: Tabulator = tabulate,
) -> PrivateSynthesizer:
    """Make the synthesizer of a name for (epsilon, delta), one that says how far it is where it can.

    AIM makes the table for its `target`, the others know none. `counts` is who counts the rows.
    """
    if method == AIM.method:
        return AIM(*budget, ledger, progress=step.reach, target=target, tabulate=counts)
    return METHODS[method](*budget, ledger, tabulate=counts)


def total_budget(ledger: Ledger, model: Model) -> Budget:
    """State all that a ledger records as one (epsilon, delta): this fit's delta, and what earlier ones bought.

    A fit without a delta, in a ledger that holds spends which need one, is stated at a delta of 1e-9.
    """
    bought_now = sum((entry.delta for entry in model.ledger), Fraction(0))
    needed = 0 if ledger.epsilon is not None else Fraction("1e-9")
    return ledger.total((model.spent.delta or needed) + ledger.delta - bought_now)

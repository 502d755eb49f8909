"""The seam for an accountant of another library, such as diffprivlib's `BudgetAccountant`.

Nothing is imported for it: whatever has these two methods, and refuses by raising ValueError (as
diffprivlib's `BudgetError` does), can be passed.
"""

from typing import Any, Protocol

from synth.budget import Budget
from synth.errors import AccountantRefusedError


class Accountant(Protocol):
    """What `diffprivlib.BudgetAccountant` offers: a check that changes nothing, and a spend."""

    def check(self, epsilon: float, delta: float) -> Any:
        """Raise ValueError if this cannot be spent."""
        ...

    def spend(self, epsilon: float, delta: float) -> Any:
        """Spend this, or raise ValueError."""
        ...


def check(accountant: Accountant | None, budget: Budget) -> None:
    """Check that the accountant would allow the spend; nothing changes. Raises AccountantRefusedError."""
    if accountant is None:
        return
    try:
        accountant.check(float(budget.epsilon), float(budget.delta))
    except ValueError:
        raise AccountantRefusedError(_message(budget)) from None


def charge(accountant: Accountant | None, budget: Budget) -> None:
    """Charge (epsilon, delta), or raise AccountantRefusedError and charge nothing."""
    if accountant is None:
        return
    try:
        accountant.spend(float(budget.epsilon), float(budget.delta))
    except ValueError:
        raise AccountantRefusedError(_message(budget)) from None


def _message(budget: Budget) -> str:
    return f"the accountant does not allow epsilon = {float(budget.epsilon):g}, delta = {float(budget.delta):g}"

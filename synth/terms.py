"""What one fit may spend, on what, and to protect whom: settled before anything is spent."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from synth.budget import Budget
from synth.currency import Currency, currency
from synth.entropy import Entropy
from synth.errors import BudgetInvalidError, UnitMismatchError
from synth.ledger import Entry, Ledger
from synth.purchase import Purse, needs_delta
from synth.schema import Schema
from synth.unit import Unit

# Of the budget, for a table without a schema: what its schema may cost; of delta, what its partition selection may.
PURCHASE = Fraction(1, 4)
PURCHASE_DELTA = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Terms:
    """The guarantee that is `stated`, the privacy unit, and the amounts: in all, and of it for buying a schema.

    `delta` is the part of the stated one that finding out categories may take.
    """

    stated: Budget
    unit: Unit
    currency: Currency
    amount: Fraction
    purchase: Fraction
    delta: Fraction

    @classmethod
    def of(cls, stated: Budget, schema: Schema | None) -> "Terms":
        """Settle the terms. Raises BudgetInvalidError for no budget, or one that cannot buy what is left open."""
        buying = schema is None or bool(schema.open)
        sets = buying and needs_delta(schema)
        if sets and not stated.delta:
            raise BudgetInvalidError("with a delta of 0 categories cannot be bought: declare them in a schema")
        delta = stated.delta * PURCHASE_DELTA if sets else Fraction(0)
        own = currency(stated)
        amount = own.whole(Budget(stated.epsilon, stated.delta - delta))
        unit = Unit() if schema is None else schema.unit
        return cls(stated, unit, own, amount, amount * PURCHASE if buying else Fraction(0), delta)

    def admit(self, ledger: Ledger) -> None:
        """Make sure that a ledger allows it all; nothing changes. Raises UnitMismatchError, BudgetExceededError."""
        if ledger.unit != self.unit:
            raise UnitMismatchError(f"the ledger is for: {ledger.unit.neighbours}; the schema: {self.unit.neighbours}")
        rho, epsilon = self.currency.price(self.amount)
        ledger.check(Entry("fit", "all of it", rho, self.delta, epsilon=epsilon))

    def purse(self, ledger: Ledger, entropy: Entropy) -> Purse:
        """Give what buying a schema may cost."""
        return Purse(self.purchase, self.delta, ledger, entropy, self.currency, self.unit.rows)

    def left(self, spends: Sequence[Entry]) -> Fraction:
        """Give what is left of the amount after these spends."""
        return self.amount - sum((self.currency.paid(s.rho, s.epsilon) for s in spends), Fraction(0))

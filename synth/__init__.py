"""Make a differentially private synthetic table, and account for every bit of budget.

>>> import pandas as pd
>>> import synth
>>> table = pd.DataFrame({"smokes": ["no", "yes", "no", ""], "age": ["31", "62", "45", "50"]})
>>> schema = synth.Schema((
...     synth.Column("smokes", "category", categories=("no", "yes")),
...     synth.Column("age", "integer", min=0, max=120),
... ))
>>> model = synth.MST(epsilon=1.0, delta=1e-9).fit(table, schema)
>>> list(model.sample(3).columns)
['smokes', 'age']
>>> float(model.spent.epsilon), float(model.spent.delta)
(1.0, 1e-09)

`AIM`, `MST` and `Independent` are private; `synth.sdv.Baseline` runs SDV's, which are not; `Bridge` calls ours
as SDV's are called.
`synth.quality.quality` compares a synthetic table with the real one, for internal eyes.
"""

from synth.aim import AIM
from synth.bridge import Bridge
from synth.budget import Budget, epsilon_of, rho_of
from synth.coded import Coded
from synth.column import Column
from synth.constraint import Determines, Never, Order, Sum
from synth.entropy import Entropy, InsecureTestEntropy, SystemEntropy
from synth.errors import SynthError
from synth.ledger import Entry, Ledger
from synth.measured import Measured, measured
from synth.metadata import schema_of
from synth.model import Model
from synth.noise import discrete_gaussian, discrete_laplace
from synth.purchase import Purse, buy_schema
from synth.saved import load, save
from synth.schema import Schema
from synth.synthesizer import MST, Independent, Synthesizer
from synth.unit import Unit

__all__ = [
    "AIM",
    "MST",
    "Bridge",
    "Budget",
    "Coded",
    "Column",
    "Determines",
    "Entropy",
    "Entry",
    "Independent",
    "InsecureTestEntropy",
    "Ledger",
    "Measured",
    "Model",
    "Never",
    "Order",
    "Purse",
    "Schema",
    "Sum",
    "SynthError",
    "Synthesizer",
    "SystemEntropy",
    "Unit",
    "buy_schema",
    "discrete_gaussian",
    "discrete_laplace",
    "epsilon_of",
    "load",
    "measured",
    "rho_of",
    "save",
    "schema_of",
]

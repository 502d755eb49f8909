"""People who do not exist, drawn by a seed: a table of customers, and one of bare figures to synthesise."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from faker import Faker

REGIONS = ("north", "east", "south", "west")
JOBS = ("office", "trade", "care", "school", "craft", "none")
_NOTES = (
    "Called {name} about the bill.",
    "{name} asks for a copy of the contract.",
    "Met Mr {family} in the shop; pleased with the service.",
    "No answer under {phone}, wrote to {email}.",
    "Wants to be called back in the evening.",
)


def customers(rows: int, seed: int) -> pd.DataFrame:
    """Draw customers with names, addresses of all kinds, a date of birth, coarse facts, and a note on each."""
    fake = Faker(["en_US", "en_GB"], use_weighting=False)
    fake.seed_instance(seed)
    generator = np.random.default_rng(seed)
    return pd.DataFrame([_customer(fake, generator, number) for number in range(rows)])


def _customer(fake: Faker, generator: np.random.Generator, number: int) -> Mapping[str, str]:
    given, family = fake.first_name(), fake.last_name()
    handle = f"{given}.{family}{generator.integers(10, 99)}".lower().replace(" ", "").replace("'", "")
    known = {
        "name": f"{given} {family}",
        "family": family,
        "email": f"{handle}@example.org",
        "phone": f"+1 212 555 {generator.integers(0, 10_000):04d}",
    }
    return {
        "customer": f"C-{400_000 + 7 * number}",
        **{name: known[name] for name in ("name", "email", "phone")},
        "born": str(fake.date_of_birth(minimum_age=18, maximum_age=90)),
        "gender": _one(generator, ("female", "male")),
        "region": _one(generator, REGIONS),
        "job": _one(generator, JOBS),
        "note": _one(generator, _NOTES).format(**known),
    }


def _one(generator: np.random.Generator, choices: Sequence[str]) -> str:
    return choices[int(generator.integers(len(choices)))]


def figures(rows: int, seed: int) -> pd.DataFrame:
    """Draw rows without a name: age, income and a measurement that single people out, and classes that go with them."""
    generator = np.random.default_rng(seed)
    age = generator.integers(18, 90, rows)
    job = (age // 15 + generator.integers(0, 3, rows)) % len(JOBS)
    income = np.round(np.exp(generator.normal(9.5 + job / 10, 0.5, rows))).astype(int)
    ill = (generator.random(rows) < 0.1 + age / 200).astype(int)
    return pd.DataFrame(
        {
            "age": age,
            "region": [REGIONS[n] for n in generator.integers(0, len(REGIONS), rows)],
            "job": [JOBS[n] for n in job],
            "income": np.minimum(income, 200_000),
            "weight": np.round(np.clip(generator.normal(75, 14, rows), 35, 180), 1),
            "visits": generator.poisson(1 + 3 * ill).clip(0, 30),
            "ill": np.where(ill, "yes", "no"),
        }
    )

"""`make bench`: what a change of life does in the simulated world. Writes `changes.md`.

Maria's twins are simulated households with 1.2 to 1.5 months of expenses saved that spend 90 to
96 % of their income, as Maria of the lessons does. Their futures are lived again with each change,
with the same luck; beside them stands what the model tells Maria, who gives four fields. The rest
of the page holds the world against its own aims (`data/aims.py`), and says how many become
stressed, and by which rule.
"""

import sys
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from reporting import report

from finrisk.change import Change
from finrisk.data.aims import stress_by_debt, stressed_of_overspent
from finrisk.data.assumptions import SCENARIOS, Assumptions
from finrisk.data.label import RULES
from finrisk.data.population import Population, simulate
from finrisk.data.training_rows import LabelledRows, labelled_households
from finrisk.household import EXAMPLES, Household
from finrisk.ml.predictor import Predictor

REPORT = Path(__file__).with_name("changes.md")
N_HOUSEHOLDS, SEED, N_FUTURES = 40_000, 1, 100
N_AIMS = 300_000
CHANGES = {
    "nothing": Change(),
    "income x 0.714, as Maria's pay cut": Change(income=0.714),
    "income x 0.8": Change(income=0.8),
    "income x 0.9": Change(income=0.9),
    "income x 1.1": Change(income=1.1),
    "half the income for 1 month": Change(income=0.5, months=1),
    "half the income for 2 months": Change(income=0.5, months=2),
    "half the income for 3 months": Change(income=0.5, months=3),
    "no income for 3 months": Change(income=0, months=3),
    "spending x 1.1": Change(spending=1.1),
    "spending x 0.9": Change(spending=0.9),
    "a bill of $2,000": Change(one_off=-2_000),
    "$2,000 that come in": Change(one_off=2_000),
    "$5,000 more debt": Change(debt=5_000),
    "$5,000 more debt, kept as cash": Change(debt=5_000, one_off=5_000),
}
PAID = "half the savings pay debt"


def _only(world: Population, rows: np.ndarray) -> Population:
    """Some of the households; their luck is then that of the first places of their block."""
    traits = type(world.traits)(*(values[rows] for values in world.traits))
    months = {name: values[:, rows] for name, values in world.months.items()}
    return Population(world.assumptions, world.seed, traits, months)


def twins() -> pd.DataFrame:
    """The true risk of Maria's twins after each change, and by which rule."""
    world = simulate(N_HOUSEHOLDS, SEED)
    saved = world.households["savings"] / world.households["monthly_expenses"]
    spent = world.households["monthly_expenses"] / world.households["monthly_income"]
    few = _only(world, (saved.between(1.2, 1.5) & spent.between(0.90, 0.96)).to_numpy())
    predictor, maria, rows = Predictor.load(), EXAMPLES["Maria, on the edge"], []
    for name, (change, of_maria) in _moves(few.households, maria).items():
        risk = few.true_risk(N_FUTURES, change=change)
        rules = [few.true_risk(N_FUTURES, change=change, rule=rule).mean() for rule in RULES]
        error = risk.std() / np.sqrt(len(few))
        row = {"change": name, "stressed": f"{risk.mean():.3f}", "standard error": f"{error:.3f}"}
        told = predictor.predict(maria, change=of_maria)
        row |= {"model": f"{told.probability:.3f}", "model's class": told.risk_class}
        row |= {"short of savings": f"{rules[0]:.3f}", "three in the red": f"{rules[1]:.3f}"}
        rows.append(row)
    return pd.DataFrame(rows).assign(twins=f"{len(few):,}")


def _moves(
    twins: pd.DataFrame, maria: Household
) -> dict[str, tuple[Change | pd.DataFrame, Change]]:
    """What the twins change, and what Maria does; they pay at most what they owe."""
    pays = (twins["savings"] / 2).clip(upper=twins["debt"])
    paid = min(maria.savings / 2, maria.debt)
    moves: dict[str, tuple[Change | pd.DataFrame, Change]] = {n: (c, c) for n, c in CHANGES.items()}
    moves[PAID] = pd.DataFrame({"one_off": -pays, "debt": -pays}), Change(one_off=-paid, debt=-paid)
    return moves


@cache
def _aimed_at() -> LabelledRows:
    """Enough households for small groups, each with eight lives, which leave less to luck."""
    return labelled_households(N_AIMS, SEED, n_lives=8)


def overspent() -> str:
    """The first of our own aims."""
    rows = _aimed_at()
    found = stressed_of_overspent(rows.households, rows.stressed_share)
    return (
        f"Of {N_AIMS:,} households {found.n:,} ({found.n / N_AIMS:.2%}) are not short now and will "
        f"be in three months at their own pace. {found.share:.3f} of them (standard error "
        f"{found.standard_error:.3f}) become stressed; the aim is 0.65 to 0.85."
    )


def debt() -> pd.DataFrame:
    """The second: the cells where stress falls furthest as debt rises."""
    rows = _aimed_at()
    table = stress_by_debt(rows.households, rows.stressed_share)
    table["beyond"] = table["fall"] - 0.02 - 2 * table["standard_error"]
    worst = table.sort_values("beyond", ascending=False).head(8).round(3)
    return worst.astype(str)


def rates() -> pd.DataFrame:
    """Who becomes stressed, and by which rule; the best possible forecast is in metrics.json."""
    world = simulate(N_HOUSEHOLDS, SEED)
    by_rule = [world.true_risk(N_FUTURES, rule=rule) for rule in RULES]
    rows = []
    for name, some in (("all", np.full(len(world), True)), ("onset", world.onset)):
        rows.append(
            {
                "households": name,
                "stressed": f"{world.stressed[some].mean():.3f}",
                "short of savings": f"{by_rule[0][some].mean():.3f}",
                "three in the red": f"{by_rule[1][some].mean():.3f}",
            }
        )
    return pd.DataFrame(rows)


def scenarios() -> pd.DataFrame:
    """What a recession or inflation that begins now does."""
    rows = []
    for name in SCENARIOS:
        world = simulate(N_HOUSEHOLDS, SEED, Assumptions.scenario(name), since="future")
        some = world.onset
        rates = (world.stressed.mean(), world.stressed[some].mean())
        rows.append({"from now on": name, "all": f"{rates[0]:.3f}", "onset": f"{rates[1]:.3f}"})
    return pd.DataFrame(rows)


if __name__ == "__main__":
    REPORT.write_text(
        report(
            "Changes of life, lived",
            [
                ("Maria's twins: true risk after each change", twins),
                ("Who lives beyond its means", overspent),
                ("Does debt protect? The eight furthest falls of stress as debt rises", debt),
                ("How many become stressed", rates),
                ("Scenarios", scenarios),
            ],
        ),
        encoding="utf-8",
        newline="\n",
    )

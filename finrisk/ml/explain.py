"""Why this risk? The model's own reasons, against the typical household.

Integrated gradients (Sundararajan, Taly, Yan 2017; computed by captum) follow the model's
probability along the straight line from the typical household to this one and give each
input its share of the difference. Inputs are grouped by idea, because nobody thinks in 20
columns. Nothing here is a fixed rule: change the weights and the reasons change.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from finrisk.data.feature_engineering import CUSHION, DEBT, FEATURES, OPTIONAL, SPENDING
from finrisk.household import INPUTS, Household
from finrisk.ml.model import RiskMLP
from finrisk.prediction import Driver

__all__ = ["attribute", "drivers"]

N_STEPS = 64  # points on the line; the sum is then within 2 points of the difference
_IDEA_OF_COLUMN = [
    *(idea for _, idea in FEATURES.values()),
    *(FEATURES[name][1] for name in OPTIONAL),  # a *_known flag counts to its field
]


def attribute(model: RiskMLP, row: torch.Tensor, typical: torch.Tensor) -> NDArray[np.float64]:
    """Share of each column in model(row) - model(typical), shape (20,); they add up exactly.

    The integral is a sum of finitely many steps; what is missing to the exact difference is
    spread over the columns in proportion to the size of their share.
    """
    from captum.attr import IntegratedGradients  # slow to import, needed only here

    shares = IntegratedGradients(model).attribute(row, baselines=typical, n_steps=N_STEPS)
    values = shares.detach().numpy()[0].astype(np.float64)
    with torch.no_grad():
        difference = float(model(row)) - float(model(typical))
    sizes = np.abs(values)
    weights = sizes / sizes.sum() if sizes.sum() > 0 else np.zeros_like(sizes)
    return np.asarray(values + (difference - values.sum()) * weights, dtype=np.float64)


def drivers(shares: NDArray[np.float64], household: Household) -> tuple[Driver, ...]:
    """Group the columns' shares by idea, in percentage points, largest first."""
    points: dict[str, float] = dict.fromkeys(_IDEA_OF_COLUMN, 0.0)
    for idea, share in zip(_IDEA_OF_COLUMN, shares, strict=True):
        points[idea] += 100 * float(share)
    found = [Driver(idea, value, _reading(idea, household)) for idea, value in points.items()]
    return tuple(sorted(found, key=lambda driver: -abs(driver.points)))


def _reading(idea: str, h: Household) -> str:
    """The household's own numbers behind an idea, in words."""
    if idea == CUSHION:
        return f"savings cover {h.savings / h.monthly_expenses:.1f} months of expenses"
    if idea == SPENDING:
        return f"expenses are {100 * h.monthly_expenses / h.monthly_income:.0f} % of income"
    if idea == DEBT:
        months = h.debt / h.monthly_income
        return f"debt is {months:.1f} months of income{_known(h, 'debt_payment')}"
    names = [name for name in OPTIONAL if FEATURES[name][1] == idea]
    known = [_phrase(h, name) for name in names if getattr(h, name) is not None]
    return "; ".join(known) if known else "not given, unlike the typical household's"


def _phrase(h: Household, name: str) -> str:
    return f"{INPUTS[name].label.lower()} {INPUTS[name].show(getattr(h, name))}"


def _known(h: Household, name: str) -> str:
    return "" if getattr(h, name) is None else f", {_phrase(h, name)} a month"

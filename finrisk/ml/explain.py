"""Why this risk? The model's own reasons, against the typical household.

Integrated gradients (Sundararajan, Taly, Yan 2017) follow the model's probability along the
straight line from the typical household to this one and give each input its share of the
difference. Inputs are grouped by idea, because nobody thinks in 32
columns. A reason must not point the wrong way: where bringing one idea's columns alone to the
typical household's values moves the risk against its share, the share is taken back and given
to the others. Nothing here is a fixed rule: change the weights and the reasons change.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from finrisk.change import Change
from finrisk.data.change_features import CHANGE_NAMES
from finrisk.data.feature_engineering import (
    CUSHION,
    DEBT,
    FEATURES,
    LEAST,
    OPTIONAL,
    SPENDING,
)
from finrisk.household import Household
from finrisk.inputs import INPUTS
from finrisk.ml.inference import inference
from finrisk.ml.model import RiskMLP
from finrisk.prediction import Driver

__all__ = [
    "IDEAS",
    "WHAT_IF",
    "attribute",
    "drivers",
    "effects",
    "integrated_gradients",
    "with_change",
]

Floats = NDArray[np.float64]
WHAT_IF = "What changes"  # the idea that a change is shown under
N_STEPS = 256  # points on the line; their sum is then within a point of the difference
_IDEA_OF_COLUMN = [
    *(idea for _, idea in FEATURES.values()),
    *(FEATURES[name][1] for name in OPTIONAL),  # a *_known flag counts to its field
    *(WHAT_IF for _ in CHANGE_NAMES),  # of no idea below: explained is a household as it is
]
IDEAS = tuple(dict.fromkeys(idea for idea in _IDEA_OF_COLUMN if idea != WHAT_IF))
_COLUMNS_OF_IDEA = np.array([np.array(_IDEA_OF_COLUMN) == idea for idea in IDEAS])


def attribute(model: RiskMLP, row: torch.Tensor, typical: torch.Tensor) -> Floats:
    """Share of each idea in model(row) - model(typical), shape (5,), in the order of `IDEAS`.

    They add up exactly. Where the sign of an integrated gradient is not that of the idea's
    `effects` (about one idea in ten), its share is dropped, and what is then missing to the
    difference goes to the ideas whose effect has that sign. `make bench` says how far the
    result is from plain integrated gradients.
    """
    with inference():
        difference = float(model(row)) - float(model(typical))
    shares = integrated_gradients(model, row, typical)
    return _confirmed(shares, effects(model, row, typical), difference)


def integrated_gradients(model: RiskMLP, row: torch.Tensor, typical: torch.Tensor) -> Floats:
    """Each idea's integrated gradient as it comes, shape (5,); they nearly add up.

    The line is cut into `N_STEPS` equal steps. On each, the risk changes by the slope in its
    middle times the way gone, column by column; a column's share is the sum over all steps, and
    so its mean slope times its whole way.
    """
    way = row - typical
    middles = (np.arange(N_STEPS, dtype=np.float32) + 0.5) / N_STEPS  # 0: typical, 1: this one
    points = typical + torch.from_numpy(middles)[:, None] * way  # (N_STEPS, 32)
    with inference():
        by_column = (_slopes(model, points).mean(dim=0) * way)[0]
    return np.asarray(_COLUMNS_OF_IDEA @ by_column.numpy().astype(np.float64))


def _slopes(model: RiskMLP, X: torch.Tensor) -> torch.Tensor:
    """How steeply each risk rises with each input, of the shape of X: the chain rule, by hand.

    What `backward()` works out as well. By hand it needs nothing recorded, and none of the threads
    that `backward()` starts on a machine with a GPU: a forked process would miss them.
    """
    layers = [*model.hidden, model.output]
    given = [X]  # what each layer is given; last of all, the log odds
    for layer in layers:
        given.append(layer(given[-1]))
    risk = model.sigmoid(given.pop())
    slope: torch.Tensor = risk * (1 - risk)  # of the Sigmoid, by the log odds
    for layer, x in zip(reversed(layers), reversed(given), strict=True):
        if isinstance(layer, nn.Linear):
            slope = slope @ layer.weight
        elif isinstance(layer, nn.ReLU):
            slope = slope * (x > 0)  # Dropout, the third kind, does nothing outside training
    return slope


def effects(model: RiskMLP, row: torch.Tensor, typical: torch.Tensor) -> Floats:
    """What the risk loses if one idea alone becomes typical, shape (5,); negative: it rises."""
    others = torch.where(torch.from_numpy(_COLUMNS_OF_IDEA), typical, row)
    with inference():
        return np.asarray((model(row) - model(others)).numpy(), dtype=np.float64)


def _confirmed(shares: Floats, effect: Floats, difference: float) -> Floats:
    """The shares whose sign holds, adding up to the difference.

    If no effect has the sign of what is missing, the shares shrink in proportion; and if none
    is left to shrink, the idea with the largest effect takes the whole difference.
    """
    kept = np.where(np.sign(shares) == np.sign(effect), shares, 0.0)
    missing = difference - kept.sum()
    weights = (np.abs(kept) + np.abs(effect)) * (np.sign(effect) == np.sign(missing))
    if weights.any():
        return np.asarray(kept + missing * weights / weights.sum())
    if kept.sum() * difference > 0:
        return np.asarray(kept * difference / kept.sum())
    return np.asarray(difference * (np.abs(effect) == np.abs(effect).max()))


def drivers(shares: Floats, household: Household) -> tuple[Driver, ...]:
    """The ideas' shares in percentage points with the household's own numbers, largest first."""
    found = [
        Driver(idea, 100 * float(share), _reading(idea, household))
        for idea, share in zip(IDEAS, shares, strict=True)
    ]
    return tuple(sorted(found, key=lambda driver: -abs(driver.points)))


def with_change(reasons: Sequence[Driver], change: Change, difference: float) -> tuple[Driver, ...]:
    """The drivers of the household as it is, and what it changes as a driver of its own.

    Args:
        difference: risk after the change - risk before.
    """
    of_change = Driver(WHAT_IF, 100 * difference, change.words)
    return tuple(sorted((*reasons, of_change), key=lambda driver: -abs(driver.points)))


def _reading(idea: str, h: Household) -> str:
    """The household's own numbers behind an idea, in words.

    Of an income or expenses below `LEAST` no ratio is told, but the two amounts.
    """
    no_income = h.monthly_income < LEAST["monthly_income"]
    no_expenses = h.monthly_expenses < LEAST["monthly_expenses"]
    if idea == CUSHION:
        if no_expenses:
            return f"{_phrase(h, 'savings')}, {_phrase(h, 'monthly_expenses')}"
        return f"savings cover {h.savings / h.monthly_expenses:.1f} months of expenses"
    if idea == SPENDING:
        if no_income:
            return f"{_phrase(h, 'monthly_expenses')}, {_phrase(h, 'monthly_income')}"
        return f"expenses are {100 * h.monthly_expenses / h.monthly_income:.0f} % of income"
    if idea == DEBT:
        payment = _known(h, "debt_payment")
        if no_income:
            return f"{_phrase(h, 'debt')}, {_phrase(h, 'monthly_income')}{payment}"
        months = h.debt / h.monthly_income
        return f"debt is {months:.1f} months of income{payment}"
    names = [name for name in OPTIONAL if FEATURES[name][1] == idea]
    known = [_phrase(h, name) for name in names if getattr(h, name) is not None]
    return "; ".join(known) if known else "not given, unlike the typical household's"


def _phrase(h: Household, name: str) -> str:
    return f"{INPUTS[name].label.lower()} {INPUTS[name].show(getattr(h, name))}"


def _known(h: Household, name: str) -> str:
    return "" if getattr(h, name) is None else f", {_phrase(h, name)} a month"

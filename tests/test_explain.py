"""Integrated gradients by hand, held against another hand's: captum's, and PyTorch's own slopes."""

import numpy as np
import pandas as pd
import pytest
import torch
from captum.attr import IntegratedGradients

from finrisk.data.change_features import CHANGE_NAMES
from finrisk.data.feature_engineering import FEATURE_NAMES, FEATURES
from finrisk.data.population import Population
from finrisk.ml.audit import hidden
from finrisk.ml.explain import IDEAS, N_STEPS, WHAT_IF, _slopes, integrated_gradients
from finrisk.ml.inference import inference
from finrisk.ml.model import RiskMLP
from finrisk.ml.predictor import Predictor
from finrisk.ml.tensors import to_tensor


@pytest.fixture(scope="module")
def rows(predictor: Predictor, world: Population) -> torch.Tensor:
    """The typical household, then 60 of which more or less is known."""
    people = hidden(world.households[:60], "random subset")
    table = pd.concat([pd.DataFrame([predictor.typical.to_dict()]), people])
    return to_tensor(table, predictor._contents.preprocessor)


def test_integrated_gradients_are_those_of_captum(predictor: Predictor, rows: torch.Tensor) -> None:
    model, typical = predictor._contents.model, rows[:1]
    for row in torch.split(rows[1:], 1):
        shares = integrated_gradients(model, row, typical)
        by_column = IntegratedGradients(model).attribute(
            row, baselines=typical, n_steps=N_STEPS, method="riemann_middle"
        )
        assert shares.shape == (len(IDEAS),)
        assert shares.sum() == pytest.approx(float(by_column.sum()), abs=1e-6)
        for idea, share in zip(IDEAS, shares, strict=True):
            columns = torch.from_numpy(np.array(_ideas()) == idea)
            assert share == pytest.approx(float(by_column[0, columns].sum()), abs=1e-6)


def _ideas() -> list[str]:
    """The idea of each column: a flag counts to its field, and nobody changes anything here."""
    by_column = dict(FEATURES.values())
    by_flag = {f"{field}_known": idea for field, (_, idea) in FEATURES.items()}
    return [(by_column | by_flag)[name] for name in FEATURE_NAMES] + [WHAT_IF] * len(CHANGE_NAMES)


@pytest.mark.parametrize("which", ["the shipped network", "a new one"])
def test_slopes_by_hand_are_those_of_backward(
    predictor: Predictor, rows: torch.Tensor, which: str
) -> None:
    """Of any weights, so that a network that is built otherwise is noticed here."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        new = RiskMLP(rows.shape[1]).eval()
    model = predictor._contents.model if which == "the shipped network" else new
    X = rows.clone().requires_grad_()
    (expected,) = torch.autograd.grad(model(X).sum(), X)
    with inference():
        slopes = _slopes(model, rows)
    torch.testing.assert_close(slopes, expected, atol=1e-7, rtol=1e-5)
    assert slopes.abs().max() > 0.01

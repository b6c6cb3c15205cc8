"""What several test files share: the shipped predictor, a small world, one torch thread."""

import pytest
import torch

from finrisk.data.population import Population, simulate
from finrisk.household import Household
from finrisk.ml.predictor import Predictor

torch.set_num_threads(1)  # two threads are slower than one on a loaded two-core machine


@pytest.fixture(scope="session")
def predictor() -> Predictor:
    """The model as shipped in models/."""
    return Predictor.load()


@pytest.fixture(scope="session")
def world() -> Population:
    """Two thousand households nobody trained on."""
    return simulate(2_000, seed=11)


@pytest.fixture
def maria() -> Household:
    """A household on the edge; only the required fields are known."""
    return Household(monthly_income=4_200, monthly_expenses=3_900, savings=5_200, debt=9_000)

"""Distance to the truth and calibration, against what can be worked out otherwise."""

import numpy as np
import pytest

from finrisk.ml.calibration import (
    calibration_by_group,
    calibration_floor,
    calibration_table,
    expected_calibration_error,
)
from finrisk.ml.distance import distance, excess_loss, excess_losses, floor_loss

RNG = np.random.default_rng(8)
Y_PROB = RNG.random(4_000)
Y = RNG.random(4_000) < Y_PROB


def test_calibration_of_a_calibrated_and_of_an_overconfident_forecast() -> None:
    table = calibration_table(Y, Y_PROB)
    assert table["count"].sum() == len(Y)
    assert expected_calibration_error(Y, Y_PROB) < 0.04
    assert expected_calibration_error(Y, np.full(len(Y), 0.9)) == pytest.approx(0.9 - Y.mean())


def test_excess_loss_is_zero_for_the_truth_and_known_for_a_mistake() -> None:
    p = np.array([0.2, 0.5, 0.9])
    floor = excess_loss(p, p, n_futures=10**9)
    assert floor == pytest.approx(0, abs=1e-5)
    q = np.array([0.3, 0.5, 0.8])
    kl = np.mean(p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q)))
    assert excess_loss(q, p, n_futures=10**9) == pytest.approx(1_000 * kl, abs=1e-5)


def test_excess_loss_of_the_exact_risk_seen_through_few_futures_stays_near_zero() -> None:
    risk = RNG.uniform(0.05, 0.95, 200_000)
    seen = RNG.binomial(100, risk) / 100
    assert abs(excess_loss(risk, seen, n_futures=100)) < 0.3


def test_a_distance_comes_with_its_standard_error() -> None:
    """Of many samples of households, the means spread as the standard error says."""
    risk = RNG.uniform(0.05, 0.95, (300, 400))
    found = [distance(0.5 + 0.8 * (r - 0.5), r, n_futures=10**9) for r in risk]
    spread = np.std([d.excess for d in found])
    assert spread == pytest.approx(np.mean([d.standard_error for d in found]), rel=0.15)
    assert found[0].excess == pytest.approx(
        excess_losses(0.5 + 0.8 * (risk[0] - 0.5), risk[0], 10**9).mean()
    )


def test_the_floor_is_the_loss_of_who_knows_the_true_risk() -> None:
    risk = RNG.uniform(0.05, 0.95, 400_000)
    y = RNG.random(400_000) < risk
    loss = -np.log(np.where(y, risk, 1 - risk)).mean()
    assert floor_loss(risk, n_futures=10**9) == pytest.approx(loss, abs=0.003)


def test_the_calibration_floor_is_what_a_perfect_forecast_shows() -> None:
    q = RNG.random(30_000)
    seen = [expected_calibration_error(RNG.random(len(q)) < q, q) for _ in range(30)]
    assert calibration_floor(q) == pytest.approx(np.mean(seen), rel=0.15)


def test_a_group_that_is_misjudged_stands_out() -> None:
    q = np.full(40_000, 0.3)
    group = np.arange(40_000) < 10_000
    y = RNG.random(40_000) < np.where(group, 0.5, 0.3)
    table = calibration_by_group(y, q, {"misjudged": group, "others": ~group})
    assert table.loc["misjudged", "n_households"] == 10_000
    assert table.loc["misjudged", "observed"] == pytest.approx(0.5, abs=0.02)
    assert table.loc["misjudged", "ece"] == pytest.approx(0.2, abs=0.02)
    assert table["ece"]["others"] < 3 * table["floor"]["others"]

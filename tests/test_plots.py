"""Every picture draws from real data, returns its Axes, has a title and readable labels."""

from collections.abc import Callable, Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from finrisk import plots
from finrisk.data.feature_engineering import engineer_features
from finrisk.data.population import Population
from finrisk.data.reality_check import reality_by_income, reality_check
from finrisk.household import Household
from finrisk.ml.calibration import calibration_table
from finrisk.ml.predictor import Predictor
from finrisk.ml.thresholds import threshold_table
from finrisk.ml.train import Epoch
from finrisk.plots.alt_text import _as_image

TITLED_BY_THE_CALLER = ("curves",)
EPOCHS = [Epoch(1, 0.5, 0.45, True), Epoch(2, 0.4, 0.41, True), Epoch(3, 0.38, 0.42, False)]


@pytest.fixture(autouse=True)
def _no_window() -> Iterator[None]:
    mpl.use("agg")
    yield
    plt.close("all")


def draw(name: str, world: Population, predictor: Predictor, maria: Household) -> Axes:
    y_prob = predictor.predict_many(world.households)["probability"].to_numpy()
    first = world.ledger[world.ledger["household"] == 0]
    makers: dict[str, Callable[[], Axes]] = {
        "household_months": lambda: plots.household_months(first.iloc[:12]),
        "label_window": lambda: plots.label_window(first),
        "reality": lambda: plots.reality(reality_check(2_000)),
        "reality_by_income": lambda: plots.reality_by_income(reality_by_income(2_000)),
        "true_risk": lambda: plots.true_risk(world.true_risk(5), world.stressed),
        "risk_by_buffer": lambda: plots.risk_by_buffer(world.households, {"model": y_prob}),
        "feature": lambda: plots.feature(
            engineer_features(world.households)["log_buffer"], world.stressed
        ),
        "loss_curves": lambda: plots.loss_curves({"plain": EPOCHS}),
        "calibration": lambda: plots.calibration(
            {"all": calibration_table(world.stressed, y_prob)}
        ),
        "threshold_cost": lambda: plots.threshold_cost(
            {"all": threshold_table(world.stressed, y_prob)}, predictor.alert_threshold
        ),
        "distances": lambda: plots.distances(predictor.metrics["truth"]["excess_mnat"]),
        "futures": lambda: plots.futures(
            np.linspace(6_000, 1_000, 7)[:, None] * [1.0, 1.5], np.array([True, False]), 3_900.0
        ),
        "curves": lambda: plots.curves(np.linspace(0, 1, 5), {"truth": np.ones(5)}),
        "faces": lambda: plots.faces(pd.DataFrame({"notebook": [0.1, 0.8], "api": [0.1, 0.8]})),
        "time_to_quality": lambda: plots.time_to_quality({"few": [(1.0, 0.4), (2.0, 0.3)]}),
        "what_if": lambda: plots.what_if(predictor.what_if(maria, "savings"), maria.savings),
    }
    return makers[name]()


@pytest.mark.parametrize("name", [n for n in plots.__all__ if n[0].islower()])
def test_a_picture_has_one_message_and_draws_something(
    name: str, world: Population, predictor: Predictor, maria: Household
) -> None:
    ax = draw(name, world, predictor, maria)
    assert isinstance(ax, Axes)
    titles = "".join(ax.get_title(where) for where in ("left", "center", "right"))
    assert bool(titles) != (name in TITLED_BY_THE_CALLER)
    assert ax.lines or ax.patches or ax.collections
    ax.figure.canvas.draw()


def test_a_picture_goes_where_it_is_sent() -> None:
    _, axes = plt.subplots(1, 2)
    assert plots.loss_curves({"plain": EPOCHS}, ax=axes[1]) is axes[1]
    assert not axes[0].lines


def test_the_best_epoch_is_the_one_marked() -> None:
    ax = plots.loss_curves({"plain": EPOCHS})
    dot = ax.lines[-1]
    assert tuple(np.asarray(dot.get_xydata())[0]) == (2, 0.41)


def test_reality_draws_one_dot_for_each_published_figure() -> None:
    table = reality_check(2_000)
    ax = plots.reality(table)
    drawn = {line.get_label(): np.size(line.get_xdata()) for line in ax.lines}
    n_published = int(table["published"].notna().sum())
    assert drawn == {"published": n_published, "simulated": n_published}
    assert len(ax.patches) == len(ax.get_yticklabels()) == n_published


def test_what_if_marks_the_present(predictor: Predictor, maria: Household) -> None:
    ax = plots.what_if(predictor.what_if(maria, "savings"), maria.savings)
    at = np.asarray(ax.lines[-1].get_ydata())[0]
    assert at == pytest.approx(predictor.predict(maria).probability, abs=0.03)
    assert np.isfinite(at)


def test_the_curve_of_quality_never_rises_and_ends_at_the_best() -> None:
    figure, ax = plt.subplots()
    plots.time_to_quality({"run": [(1.0, 0.40), (2.0, 0.42), (4.0, 0.35), (8.0, 0.36)]}, ax=ax)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [0.40, 0.40, 0.35, 0.35])
    assert np.asarray(ax.lines[1].get_xydata()).tolist() == [[8.0, 0.35]]
    assert ax.get_xscale() == "log"
    plt.close(figure)


def test_an_empty_figure_has_no_image() -> None:
    """A notebook then shows what it always does, and no stack trace."""
    assert _as_image(Figure()) is None

"""Network and loop: the locked recipe, best weights, the penalty, nothing global."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from finrisk.data.assumptions import Assumptions
from finrisk.data.feature_engineering import OPTIONAL, engineer_features
from finrisk.data.preprocessing import N_VALUES, Preprocessor
from finrisk.data.training_rows import labelled_households
from finrisk.errors import FinriskError
from finrisk.ml.dataset import TrainingData, mask_optional, random_masks
from finrisk.ml.model import RiskMLP
from finrisk.ml.train import Epoch, Recipe, progress_bar, train

QUICK = Recipe(batch_size=512, max_epochs=4, n_pairs=64)


@pytest.fixture(scope="module")
def data() -> tuple[TrainingData, TrainingData]:
    households, stressed, _ = labelled_households(6_000, seed=31)
    preprocessor = Preprocessor.fit(engineer_features(households[:4_000]))
    return (
        TrainingData.make(households[:4_000], stressed[:4_000], preprocessor),
        TrainingData.make(households[4_000:], stressed[4_000:], preprocessor),
    )


def test_the_network_is_the_one_the_course_describes() -> None:
    model = RiskMLP(20)
    layers = [type(m) for m in model.modules() if not list(m.children())]
    block = [nn.Linear, nn.ReLU, nn.Dropout]
    assert layers == [*block, *block, nn.Linear, nn.Sigmoid]
    widths = [m.out_features for m in model.modules() if isinstance(m, nn.Linear)]
    assert widths == [128, 64, 1]
    assert all(m.p >= 0.05 for m in model.modules() if isinstance(m, nn.Dropout))


def test_forward_is_the_sigmoid_of_the_logits_and_bce_agrees() -> None:
    model, X = RiskMLP(20).eval(), torch.randn(50, 20, generator=torch.Generator().manual_seed(1))
    y = (torch.arange(50) % 2).float()
    torch.testing.assert_close(model(X), torch.sigmoid(model.logits(X)))
    torch.testing.assert_close(
        nn.functional.binary_cross_entropy(model(X), y),
        nn.functional.binary_cross_entropy_with_logits(model.logits(X), y),
    )


def test_masks_come_in_three_sorts() -> None:
    known = random_masks(8_000, np.random.default_rng(0))
    complete, empty = known.all(axis=1).mean(), (~known).all(axis=1).mean()
    assert complete == pytest.approx(0.70, abs=0.03)
    assert empty == pytest.approx(0.12, abs=0.03)


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_masked_field_looks_as_if_it_had_never_been_given(
    data: tuple[TrainingData, TrainingData], name: str
) -> None:
    train_data, _ = data
    known = np.array([[other != name for other in OPTIONAL]] * 100)
    masked = mask_optional(train_data.X[:100], known, train_data.preprocessor)
    never_given = train_data.households.iloc[:100].assign(**{name: np.nan})
    direct = train_data.preprocessor.transform(engineer_features(never_given))
    np.testing.assert_array_equal(masked.numpy(), direct)


INPUTS_REVERSED = f"""
import finrisk.inputs as inputs
inputs.INPUTS = dict(reversed(inputs.INPUTS.items()))  # before anybody reads it
from finrisk.data.feature_engineering import FEATURES, OPTIONAL
assert list(OPTIONAL) != [name for name in FEATURES if name in OPTIONAL]
import pytest
test = "test_a_masked_field_looks_as_if_it_had_never_been_given"
raise SystemExit(pytest.main(["-q", {__file__!r} + "::" + test]))
"""


def test_masking_does_not_need_inputs_and_features_in_one_order() -> None:
    """A new field may stand first in one and last in the other; a Python of its own tries it."""
    command = [sys.executable, "-c", INPUTS_REVERSED]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{len(OPTIONAL)} passed" in run.stdout, run.stdout


def test_helpful_moves_help_and_leave_the_rest(data: tuple[TrainingData, TrainingData]) -> None:
    before, after = data[0].helpful_moves(300, np.random.default_rng(2))
    assert before.shape == after.shape == (300, 20)
    torch.testing.assert_close(before[:, N_VALUES:], after[:, N_VALUES:])
    rise = after - before
    assert (rise[:, 0] >= 0).all()  # income never falls
    assert (rise[:, 1] >= -1e-6).all()  # the buffer never falls
    assert (rise[:, 2] <= 1e-6).all()  # expenses against income never rise
    assert (rise != 0).any(dim=1).float().mean() > 0.95


def test_training_learns_and_keeps_the_best_weights(
    data: tuple[TrainingData, TrainingData],
) -> None:
    seen: list[Epoch] = []
    result = train(*data, QUICK, seen.append)
    assert tuple(seen) == result.epochs
    assert result.epochs[-1].train_loss < result.epochs[0].train_loss
    assert result.best.validation_loss == min(e.validation_loss for e in result.epochs)
    assert not result.model.training
    assert validation_loss(result.model, data[1]) == pytest.approx(
        result.best.validation_loss, abs=1e-6
    )


def test_it_stops_early_with_the_best_and_not_the_last_weights(
    data: tuple[TrainingData, TrainingData],
) -> None:
    """A learning rate far too high: the loss stops falling long before the limit."""
    wild = Recipe(batch_size=512, learning_rate=0.3, max_epochs=40, patience=3, monotone_weight=0)
    result = train(*data, wild)
    assert len(result.epochs) < wild.max_epochs
    assert len(result.epochs) - result.best.number == wild.patience
    assert result.epochs[-1].validation_loss > result.best.validation_loss
    assert validation_loss(result.model, data[1], wild) == pytest.approx(
        result.best.validation_loss, abs=1e-6
    )


def validation_loss(model: RiskMLP, data: TrainingData, recipe: Recipe = QUICK) -> float:
    X = data.masked(np.random.default_rng(recipe.seed + 1))
    with torch.no_grad():
        return float(nn.functional.binary_cross_entropy_with_logits(model.logits(X), data.y))


def test_same_seed_same_bits_and_no_global_state(data: tuple[TrainingData, TrainingData]) -> None:
    torch_before = torch.get_rng_state()
    numpy_before = np.random.get_state(legacy=False)["state"]["key"].copy()  # noqa: NPY002
    first, second = (train(*data, QUICK).model.state_dict() for _ in range(2))
    for name, weights in first.items():
        assert torch.equal(weights, second[name]), name
    assert torch.equal(torch.get_rng_state(), torch_before)
    numpy_after = np.random.get_state(legacy=False)["state"]["key"]  # noqa: NPY002
    np.testing.assert_array_equal(numpy_after, numpy_before)


@pytest.mark.parametrize("name", ["data", "validation"])
def test_nothing_to_learn_from_is_a_sentence(
    data: tuple[TrainingData, TrainingData], name: str
) -> None:
    no_rows = data[0].households[:0]
    parts: dict[str, Any] = dict(zip(("data", "validation"), data, strict=True))
    empty = TrainingData.make(no_rows, np.array([], dtype=bool), data[0].preprocessor)
    with pytest.raises(FinriskError, match=f"{name} must hold households, got none. Write Tr"):
        train(**parts | {name: empty})
    with pytest.raises(
        FinriskError, match=rf"{name} must be made with TrainingData\(\.\.\.\), got "
    ):
        train(**parts | {name: no_rows})
    with pytest.raises(FinriskError, match=r"recipe must be made with Recipe\(\.\.\.\), got {}\."):
        train(*data, {})  # type: ignore[arg-type]


def test_a_world_may_be_written_in_numbers_of_any_library() -> None:
    numbers = {"extras_cap": np.float32(0.5), "payback": Decimal("0.25"), "job_found": np.int8(0)}
    world = Assumptions(**numbers, income_lost=(Fraction(1, 4), Fraction(1, 2)))  # type: ignore[arg-type]
    plain = Assumptions(extras_cap=0.5, payback=0.25, job_found=0.0, income_lost=(0.25, 0.5))
    assert world == plain
    assert {type(number) for number in (world.payback, *world.income_lost)} == {float}
    assert labelled_households(50, 1, world).stressed.tolist() == (
        labelled_households(50, 1, plain).stressed.tolist()
    )
    for odd in (None, "0.5", True, float("nan"), 10**400, 1j, np.array(0.5)):
        with pytest.raises(FinriskError, match="payback is a share or a chance, between 0 and 1,"):
            Assumptions(payback=odd)  # type: ignore[arg-type]


def test_the_first_weights_do_not_pass_for_a_model(
    data: tuple[TrainingData, TrainingData], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("finrisk.ml.train._bce", lambda *_: float("nan"))
    words = r"validation_loss must be a number after some epoch, got nan in all 4\. Give a learning"
    with pytest.raises(FinriskError, match=words):
        train(*data, QUICK)


@pytest.mark.parametrize("field", ["batch_size", "max_epochs", "patience", "n_pairs"])
def test_a_recipe_that_never_ends_is_refused(field: str) -> None:
    with pytest.raises(FinriskError, match=f"{field} must be a whole number from 1 to ") as error:
        Recipe(**{field: 10**12})
    assert error.value.field == field


def test_the_penalty_removes_wrong_way_moves(data: tuple[TrainingData, TrainingData]) -> None:
    """Labels turned round teach that savings are bad; only the penalty speaks against it."""
    learn, watch = (replace(part, y=1 - part.y) for part in data)
    before, after = data[1].helpful_moves(2_000, np.random.default_rng(3))

    def mean_rise(weight: float) -> float:
        model = train(learn, watch, replace(QUICK, monotone_weight=weight)).model
        with torch.no_grad():
            return float(torch.relu(model(after) - model(before)).mean())

    plain = mean_rise(0.0)
    assert plain > 0.01
    assert mean_rise(10.0) < 0.2 * plain


def test_the_progress_bar_counts_epochs(
    data: tuple[TrainingData, TrainingData], capsys: pytest.CaptureFixture[str]
) -> None:
    with progress_bar(QUICK) as show:
        train(*data, QUICK, show)
    assert "4/4" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda y: y[:-1], r"one label for each of 200 households, got shape \(199,\)"),
        (lambda y: np.where(y, 1.0, np.nan), r"lie from 0 to 1, got nan in row"),
        (lambda y: 2.0 * y, r"lie from 0 to 1, got 2.0 in row"),
        (lambda y: np.where(y, "yes", "no"), r"be True or False, got <U3"),
        (lambda y: np.ones_like(y), r"hold both classes, got True in all 200 rows"),
    ],
    ids=["length", "nan", "range", "text", "one class"],
)
def test_labels_nobody_can_learn_from_are_refused(
    data: tuple[TrainingData, TrainingData], spoil: Callable[[np.ndarray], np.ndarray], words: str
) -> None:
    rows, y = data[0].households[:200], data[0].y[:200].numpy() > 0.5
    with pytest.raises(FinriskError, match=words) as error:
        TrainingData.make(rows, spoil(y), data[0].preprocessor)
    assert error.value.field == "stressed"


def test_labels_may_come_as_a_column_or_a_list(data: tuple[TrainingData, TrainingData]) -> None:
    rows, y = data[0].households[:50], data[0].y[:50].numpy() > 0.5
    for labels in (pd.Series(y), y.tolist()):
        made = TrainingData.make(rows, labels, data[0].preprocessor)  # type: ignore[arg-type]
        np.testing.assert_array_equal(made.y.numpy(), y)


def test_a_field_that_nobody_gives_cannot_be_learned(
    data: tuple[TrainingData, TrainingData],
) -> None:
    X = engineer_features(data[0].households[:100].assign(debt_payment=np.nan))
    with pytest.raises(FinriskError, match="payment_ratio must be known for some training"):
        Preprocessor.fit(X)
    with pytest.raises(FinriskError, match=r"missing \['payment_ratio'\], strange \['wealth'\]"):
        Preprocessor.fit(X.rename(columns={"payment_ratio": "wealth"}))


def test_a_share_of_lives_is_learned_like_that_many_labels(
    data: tuple[TrainingData, TrainingData],
) -> None:
    """BCE against a share is the mean of the BCE against its labels."""
    model, X = RiskMLP(20).eval(), data[0].X[:50]
    lives = (torch.rand(50, 8, generator=torch.Generator().manual_seed(4)) < 0.4).float()
    bce = nn.functional.binary_cross_entropy_with_logits
    each = torch.stack([bce(model.logits(X), lives[:, k]) for k in range(8)])
    torch.testing.assert_close(bce(model.logits(X), lives.mean(dim=1)), each.mean())


def test_moves_from_anywhere_are_among_the_pairs(data: tuple[TrainingData, TrainingData]) -> None:
    before, _ = data[0].helpful_moves(600, np.random.default_rng(5))
    unusual = (before[:, :N_VALUES].abs() > 6).any(dim=1).float().mean()
    assert 0.08 < unusual < 0.3
    assert (data[0].X[:, :N_VALUES].abs() > 6).any(dim=1).float().mean() < 0.1


def test_the_learning_rate_falls_along_half_a_cosine(
    data: tuple[TrainingData, TrainingData], monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule, rates = torch.optim.lr_scheduler.CosineAnnealingLR, list[float]()
    step = schedule.step

    def noted(self: torch.optim.lr_scheduler.CosineAnnealingLR) -> None:
        step(self)
        rates.append(float(self.get_last_lr()[0]))

    monkeypatch.setattr(schedule, "step", noted)
    train(*data, QUICK)
    expected = QUICK.learning_rate * (1 + np.cos(np.pi * np.arange(5) / 4)) / 2
    np.testing.assert_allclose(rates, expected, atol=1e-12)

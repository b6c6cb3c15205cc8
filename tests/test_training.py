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

from finrisk.change import Change
from finrisk.data.assumptions import Assumptions
from finrisk.data.change_features import CHANGE_NAMES, engineer_change
from finrisk.data.drawn_changes import draw_changes
from finrisk.data.feature_engineering import FEATURE_NAMES, OPTIONAL, engineer_features
from finrisk.data.population import simulate
from finrisk.data.preprocessing import N_VALUES, Preprocessor
from finrisk.data.training_rows import households_and_changes, labelled_households, some_of
from finrisk.errors import FinriskError
from finrisk.ml.dataset import TrainingData, mask_optional, random_masks
from finrisk.ml.model import RiskMLP
from finrisk.ml.tensors import COLUMNS, to_tensor
from finrisk.ml.train import Epoch, Recipe, _going_wrong, _wrong_way, progress_bar, train

N_FEATURES = len(FEATURE_NAMES)  # the columns before those of a change
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
    model = RiskMLP(len(COLUMNS))
    layers = [type(m) for m in model.modules() if not list(m.children())]
    block = [nn.Linear, nn.ReLU, nn.Dropout]
    assert layers == [*block, *block, nn.Linear, nn.Sigmoid]
    widths = [m.out_features for m in model.modules() if isinstance(m, nn.Linear)]
    assert widths == [128, 64, 1]
    assert all(m.p >= 0.05 for m in model.modules() if isinstance(m, nn.Dropout))


def test_forward_is_the_sigmoid_of_the_logits_and_bce_agrees() -> None:
    n, seed = len(COLUMNS), torch.Generator().manual_seed(1)
    model, X = RiskMLP(n).eval(), torch.randn(50, n, generator=seed)
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
    """As it is, and with a change, of which hiding a field leaves every column."""
    train_data, _ = data
    rows = train_data.households.iloc[:100]
    known = np.array([[other != name for other in OPTIONAL]] * 100)
    never_given = rows.assign(**{name: np.nan})
    for change in (None, draw_changes(rows, np.random.default_rng(1))):
        X = to_tensor(rows, train_data.preprocessor, change)
        masked = mask_optional(X, known, train_data.preprocessor)
        direct = to_tensor(never_given, train_data.preprocessor, change)
        np.testing.assert_array_equal(masked.numpy(), direct.numpy())


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


def test_a_row_holds_the_features_and_then_what_changes(
    data: tuple[TrainingData, TrainingData],
) -> None:
    rows, preprocessor = data[0].households[:100], data[0].preprocessor
    assert (*FEATURE_NAMES, *CHANGE_NAMES) == COLUMNS
    assert len(COLUMNS) == 32
    features = preprocessor.transform(engineer_features(rows))
    for change in (None, Change(), Change(months=2)):
        X = to_tensor(rows, preprocessor, change)
        np.testing.assert_array_equal(X[:, :N_FEATURES].numpy(), features)
        assert not X[:, N_FEATURES:].any()
    cut = Change(income=0.7, months=2)
    X = to_tensor(rows, preprocessor, cut)
    assert X.dtype == torch.float32
    np.testing.assert_array_equal(X[:, :N_FEATURES].numpy(), features)
    expected = engineer_change(rows, cut).to_numpy(np.float32)
    np.testing.assert_array_equal(X[:, N_FEATURES:].numpy(), expected)


def test_each_household_is_learned_from_twice_as_it_is_and_with_what_it_changes(
    data: tuple[TrainingData, TrainingData],
) -> None:
    part = data[0]
    change = draw_changes(part.households, np.random.default_rng(6))
    y = np.random.default_rng(7).random(len(part))
    both = part.with_changes(change, y)
    n = len(part)
    assert (len(both), both.X.shape) == (2 * n, (2 * n, len(COLUMNS)))
    assert torch.equal(both.X[:n], part.X)
    assert torch.equal(both.X[n:], to_tensor(part.households, part.preprocessor, change))
    assert torch.equal(both.y, torch.cat([part.y, torch.from_numpy(y.astype(np.float32))]))
    assert both.masked(np.random.default_rng(8)).shape == both.X.shape
    assert both.households is part.households
    with pytest.raises(FinriskError, match="one label for each of 4,000 households, got shape"):
        part.with_changes(change, y[:-1])
    with pytest.raises(FinriskError, match="change must have one row a household, 4,000, got 5"):
        part.with_changes(change[:5], y)


def test_the_households_that_change_are_the_households_that_do_not() -> None:
    """And of as many lives, the one that is watched is the first."""
    rows, once = households_and_changes(300, 9)
    _, many = households_and_changes(300, 9, n_lives=8)
    pd.testing.assert_frame_equal(once.change, many.change)
    np.testing.assert_array_equal(once.stressed, many.stressed)
    np.testing.assert_array_equal(once.stressed_share, once.stressed)
    assert set(np.unique(many.stressed_share * 8)) <= set(range(9))
    assert (many.stressed_share[many.stressed] >= 1 / 8).all()
    world = simulate(300, 9)
    pd.testing.assert_frame_equal(rows.households, world.households)
    shares = world.true_risk(8, seed=0, change=many.change)
    np.testing.assert_array_equal(many.stressed_share, shares)


def test_some_of_the_rows_are_those_rows_in_that_order() -> None:
    at = np.array([7, 2, 2])
    for rows in households_and_changes(20, 3, n_lives=4):
        some = some_of(rows, at)
        assert type(some) is type(rows)
        for part, whole in zip(some, rows, strict=True):
            np.testing.assert_array_equal(np.asarray(part), np.asarray(whole)[at])
        assert some[0].index.tolist() == [0, 1, 2]


def test_helpful_moves_help_and_leave_the_rest(data: tuple[TrainingData, TrainingData]) -> None:
    before, after = data[0].helpful_moves(600, np.random.default_rng(2))
    assert before.shape == after.shape == (600, len(COLUMNS))
    torch.testing.assert_close(before[:, N_VALUES:N_FEATURES], after[:, N_VALUES:N_FEATURES])
    rise = after - before
    assert (rise[:, 0] >= 0).all()  # income never falls
    assert (rise[:, 1] >= -1e-6).all()  # the buffer never falls
    assert (rise[:, 2] <= 1e-6).all()  # expenses against income never rise
    # What only scales with a household's own amounts may move with them; a change may not worsen
    moved = rise[:, :N_FEATURES].abs().amax(dim=1) > 0
    better = dict(zip(CHANGE_NAMES, rise[:, N_FEATURES:].T, strict=True))
    assert (better["income_factor"] >= 0).all()
    assert (better["spending_factor"] <= 0).all()
    assert (better["one_off_sum"][~moved] >= 0).all()
    assert (better["more_debt"][~moved] == 0).all()
    assert (rise != 0).any(dim=1).float().mean() > 0.95


def test_a_better_change_is_tried_by_the_same_household(
    data: tuple[TrainingData, TrainingData],
) -> None:
    """Of a pair either the household moves or its change, never both; and each change does."""
    before, after = data[0].helpful_moves(3_000, np.random.default_rng(4))
    rise = after - before
    of_household = (rise[:, :N_FEATURES] != 0).any(dim=1)
    factors = [N_FEATURES + CHANGE_NAMES.index(f"{n}_factor") for n in ("income", "spending")]
    one_off = N_FEATURES + CHANGE_NAMES.index("one_off_sum")
    of_factor = (rise[:, factors] != 0).any(dim=1)
    assert not (of_household & of_factor).any(), "both at once would not say which one helped"
    gift = ~of_household & ~of_factor & (rise[:, one_off] > 0)
    for share, expected in ((of_household, 0.7), (of_factor, 0.2), (gift, 0.1)):
        assert share.float().mean() == pytest.approx(expected, abs=0.04)
    changing = (before[:, N_FEATURES:] != 0).any(dim=1).float().mean()
    assert changing == pytest.approx(0.3 * 0.7, abs=0.04), "most better changes are on top of one"


def test_training_learns_and_keeps_the_best_weights(
    data: tuple[TrainingData, TrainingData],
) -> None:
    seen: list[Epoch] = []
    result = train(*data, QUICK, seen.append)
    assert tuple(seen) == result.epochs
    assert result.epochs[-1].train_loss < result.epochs[0].train_loss
    assert all(not epoch.is_best for epoch in result.epochs[:3]), "the penalty still grows"
    assert result.best == result.epochs[3]
    plain = train(*data, replace(QUICK, monotone_weight=0))
    assert plain.best.validation_loss == min(e.validation_loss for e in plain.epochs)
    assert not result.model.training
    assert validation_loss(result.model, data[1]) == pytest.approx(
        result.best.validation_loss, abs=1e-6
    )


def test_dropout_works_in_the_first_epochs_only(
    data: tuple[TrainingData, TrainingData], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[bool]] = [[]]
    logits = RiskMLP.logits

    def spy(model: RiskMLP, X: torch.Tensor) -> torch.Tensor:
        if torch.is_grad_enabled():
            seen[-1].append(model.training)
        return logits(model, X)

    monkeypatch.setattr(RiskMLP, "logits", spy)
    recipe = replace(QUICK, monotone_weight=0, dropout_epochs=2)
    train(*data, recipe, lambda _: seen.append([]))
    assert [set(epoch) for epoch in seen[:-1]] == [{True}, {True}, {False}, {False}]


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
    assert mean_rise(Recipe().monotone_weight) < 0.2 * plain


def test_a_step_learns_from_the_moves_that_go_wrong(
    data: tuple[TrainingData, TrainingData],
) -> None:
    """Their mean, times their share, is the mean over all moves."""
    model, moves = RiskMLP(len(COLUMNS)), data[0].helpful_moves(500, np.random.default_rng(6))
    found = _going_wrong(model, moves, 7.0)
    assert found is not None
    weight, wrong = found
    with torch.no_grad():
        before, after = (model(rows) for rows in moves)
        assert (model(wrong[1]) > model(wrong[0])).all()
        assert len(wrong[0]) == (after > before).sum()
        some, all_of_them = _wrong_way(model, *wrong), _wrong_way(model, *moves)
    assert weight == pytest.approx(7 * len(wrong[0]) / 500)
    assert 7 * all_of_them == pytest.approx(float(weight * some), rel=1e-4)
    assert all_of_them > 0
    back = moves[1][after < before], moves[0][after < before]
    assert _going_wrong(model, (back[1], back[0]), 7.0) is None


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
    model, X = RiskMLP(len(COLUMNS)).eval(), data[0].X[:50]
    lives = (torch.rand(50, 8, generator=torch.Generator().manual_seed(4)) < 0.4).float()
    bce = nn.functional.binary_cross_entropy_with_logits
    each = torch.stack([bce(model.logits(X), lives[:, k]) for k in range(8)])
    torch.testing.assert_close(bce(model.logits(X), lives.mean(dim=1)), each.mean())


def test_moves_from_anywhere_are_among_the_pairs(data: tuple[TrainingData, TrainingData]) -> None:
    before, _ = data[0].helpful_moves(600, np.random.default_rng(5))
    unusual = (before[:, :N_VALUES].abs() > 6).any(dim=1).float().mean()
    assert 0.08 < unusual < 0.3
    assert (data[0].X[:, :N_VALUES].abs() > 6).any(dim=1).float().mean() < 0.1


def test_half_of_the_training_households_among_the_pairs_are_as_they_are(
    data: tuple[TrainingData, TrainingData],
) -> None:
    """Of four in five; and seven in ten of these move a field, not a change."""
    households = data[0].households
    some = data[0]._shaken(2_000, np.random.default_rng(5))
    as_they_are = (some == households.loc[some.index]).all(axis=1)
    assert as_they_are.mean() == pytest.approx(0.5, abs=0.04)
    moved = some["savings"][~as_they_are] / households["savings"].loc[some.index][~as_they_are]
    assert np.log(moved).std() == pytest.approx(0.3, abs=0.03)


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

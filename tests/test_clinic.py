"""The bug clinic: prices held against plain sums, mistakes against what they claim to be.

The checks are those the lesson writes, read out of its cells, so that what is tested here is
what a learner sees. The world is small: signs and sizes, not figures.
"""

import ast
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import roc_auc_score

import finrisk
from finrisk.authors.editions import NOTEBOOKS
from finrisk.course.labs import planted
from finrisk.course.labs.clinic import FAMILIES, Clinic
from finrisk.household import EXAMPLES
from finrisk.ml.model import RiskMLP
from finrisk.ml.tensors import COLUMNS, to_tensor

LESSON = NOTEBOOKS / "solutions" / "08_bug_clinic.ipynb"
PLANTED = (
    *(planted.later_savings, planted.one_file_sorted, planted.scaled_on_all),
    *(planted.bce_twice, planted.ListMLP, planted.balanced, planted.in_training_mode),
    *(planted.most_right_answers, planted.other_order, planted.before_tax),
)
LOWEST = {  # mistake -> milli-nats it must cost at least, even in a small world
    "column from the future": 20,
    "rows moved, labels not": 15,
    "Sigmoid twice": 300,
    "layers in a list": 50,
    "balanced weights": 40,
    "eval() forgotten": 0.3,
    "columns in another order": 200,
    "income before tax": 20,
}


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    torch.set_num_threads(1)
    return Clinic.open(6_000, n_futures=60)


@pytest.fixture(scope="module")
def prices(clinic: Clinic) -> pd.DataFrame:
    return clinic.prices()


@pytest.fixture(scope="module")
def lesson(clinic: Clinic) -> dict[str, Any]:
    """The imports and functions of the lesson's cells, on the small world."""
    import nbformat

    cells = nbformat.read(LESSON, as_version=4).cells  # type: ignore[no-untyped-call]
    trees = [ast.parse(cell.source) for cell in cells if cell.cell_type == "code"]
    kept: list[ast.stmt] = [
        node
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef)
    ]
    names: dict[str, Any] = {"clinic": clinic, "fresh": clinic.fresh, "twins": clinic.twins}
    names["golden"] = clinic.sound.risks(FAMILIES)
    exec(compile(ast.Module(kept, []), LESSON.name, "exec"), names)
    return names


# --- prices ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOWEST)
def test_a_mistake_costs_more_than_luck(prices: pd.DataFrame, name: str) -> None:
    price, margin = prices.loc[name, ["price", "margin"]].to_numpy()
    assert price - margin > LOWEST[name] / 2
    assert price > LOWEST[name]


def test_a_price_is_the_mean_gap_of_two_plain_cross_entropies(clinic: Clinic) -> None:
    world, p = clinic.fresh, clinic.true_risk
    twin = clinic.twins["income before tax"]
    gaps = []
    for i, (q_sound, q_broken) in enumerate(
        zip(clinic.sound.risks(world.households), twin(world.households), strict=True)
    ):
        sound = p[i] * np.log(q_sound) + (1 - p[i]) * np.log(1 - q_sound)
        broken = p[i] * np.log(q_broken) + (1 - p[i]) * np.log(1 - q_broken)
        gaps.append(1000 * (sound - broken))
    assert clinic.price(twin)[0] == pytest.approx(np.mean(gaps), rel=1e-6)
    assert clinic.price(twin)[1] == pytest.approx(1.96 * np.std(gaps) / np.sqrt(6_000), rel=1e-6)


def test_the_scaler_on_all_is_within_luck_and_the_yardstick_is_small(prices: pd.DataFrame) -> None:
    assert abs(prices["price"]["scaled on all households"]) < 1
    assert 0 < abs(prices["price"]["none, another seed"]) < 15, "6,000 teach little"


def test_accuracy_as_target_costs_no_milli_nat_but_most_of_the_recall(
    prices: pd.DataFrame, clinic: Clinic
) -> None:
    assert prices["price"]["accuracy as target"] == 0
    assert prices["recall"]["accuracy as target"] < prices["recall"]["none"] - 0.3
    world, q = clinic.fresh, clinic.sound.risks(clinic.fresh.households)
    fell = world.onset & world.stressed
    found = sum(q[i] >= clinic.threshold for i in np.flatnonzero(fell))
    assert prices["recall"]["none"] == pytest.approx(found / fell.sum())


def test_the_sound_system_is_near_the_truth_and_ranks_like_the_course_does(clinic: Clinic) -> None:
    world = clinic.fresh
    q = clinic.sound.risks(world.households)
    for group, allowed in ((np.full(len(q), True), 0.025), (world.onset, 0.06)):
        best, found = (
            roc_auc_score(world.stressed[group], p[group]) for p in (clinic.true_risk, q)
        )
        assert best - allowed < found < best
    assert abs(q.mean() - world.stressed.mean()) < 0.02


def test_the_leak_looks_better_than_the_truth_to_its_team(
    clinic: Clinic, lesson: dict[str, Any]
) -> None:
    leaky, world = clinic.twins["column from the future"], clinic.fresh
    entropy = -np.log(np.where(world.stressed, clinic.true_risk, 1 - clinic.true_risk).clip(1e-3))
    seen = lesson["log_loss"](leaky(planted.later_savings(world)))
    assert seen < entropy.mean() - 0.03
    assert lesson["log_loss"](leaky(world.households)) > seen + 0.1


def test_the_same_seed_gives_the_same_bits_and_touches_no_global_luck(
    clinic: Clinic, prices: pd.DataFrame
) -> None:
    state = torch.get_rng_state()
    before = np.random.get_state(legacy=False)["state"]["pos"]  # noqa: NPY002
    again, other = planted.fit(clinic.data), planted.fit(clinic.data, seed=1)
    assert np.array_equal(again.risks(FAMILIES), clinic.sound.risks(FAMILIES))
    assert not np.array_equal(other.risks(FAMILIES), clinic.sound.risks(FAMILIES))
    for name in ("layers in a list", "eval() forgotten"):  # dropout is on in both
        row = tuple(prices.loc[name, ["price", "margin"]])
        assert clinic.price(clinic.twins[name]) == row
    assert torch.equal(state, torch.get_rng_state())
    assert np.random.get_state(legacy=False)["state"]["pos"] == before  # noqa: NPY002


def test_the_families_are_the_three_of_the_course(prices: pd.DataFrame) -> None:
    assert list(FAMILIES.index) == list(EXAMPLES)
    assert FAMILIES.loc["Maria, on the edge", "savings"] == 5_200
    parks, maria, lees = prices.loc["none", list(EXAMPLES)].to_numpy()
    assert parks < maria < lees


# --- each mistake is the one it says ---------------------------------------------------------


@pytest.mark.parametrize("thing", PLANTED, ids=lambda thing: thing.__name__)
def test_one_line_is_marked_and_the_lesson_shows_it(thing: Callable[..., object]) -> None:
    assert inspect.getsource(thing).count("# planted") == 1
    assert f"planted.{thing.__name__}" in LESSON.read_text("utf-8")


def test_later_savings_are_those_three_months_on_and_nothing_else_moves(clinic: Clinic) -> None:
    world, table = clinic.train, planted.later_savings(clinic.train)
    ledger = world.ledger.groupby("household")["savings"].nth(14).to_numpy()
    assert np.array_equal(table["savings"], ledger)
    assert table.drop(columns="savings").equals(world.households.drop(columns="savings"))


def test_one_file_of_five_is_in_another_order(clinic: Clinic) -> None:
    index = planted.one_file_sorted(clinic.train).index.to_numpy()
    assert sorted(index[:1_200]) == list(range(1_200))
    assert np.mean(index[:1_200] == np.arange(1_200)) < 0.1
    assert np.array_equal(index[1_200:], np.arange(1_200, 6_000))


def test_the_scaler_has_seen_the_judged_households(clinic: Clinic) -> None:
    X = finrisk.engineer_features(pd.concat([clinic.train.households, clinic.fresh.households]))
    mean = planted.scaled_on_all(clinic.train, clinic.fresh).mean
    assert mean == pytest.approx(X.iloc[:, :12].mean().to_numpy())


def test_sigmoid_twice_cannot_be_paid_less_than_a_coin_for_a_stable_household() -> None:
    def always(logit: float) -> Any:  # called like a network
        return lambda X: torch.full((len(X),), 1 / (1 + np.exp(-logit)))

    rows = torch.zeros(1, 20)
    losses = [planted.bce_twice(always(z), rows, torch.zeros(1)).item() for z in (-30, 0, 30)]
    assert losses == pytest.approx([np.log(2), np.log1p(np.exp(0.5)), np.log1p(np.e)], abs=1e-5)


def test_layers_in_a_list_stay_as_they_were_while_training(clinic: Clinic) -> None:
    torch.manual_seed(0)
    before = planted.ListMLP(len(COLUMNS)).layers[0].get_parameter("weight").clone()
    trained = planted.fit(clinic.data, network=planted.ListMLP).model
    assert isinstance(trained, planted.ListMLP)
    assert torch.equal(before, trained.layers[0].get_parameter("weight"))
    assert trained.layers[2].training, "eval() does not reach them"


def test_balanced_weights_give_both_sides_of_onset_the_same_say(clinic: Clinic) -> None:
    world, weight = clinic.train, planted.balanced(clinic.train)
    assert weight[world.onset & world.stressed].sum() == pytest.approx(
        weight[world.onset & ~world.stressed].sum()
    )
    assert (weight[~world.onset] == 1).all()


def test_training_mode_is_left_to_the_copy(clinic: Clinic) -> None:
    planted.in_training_mode(clinic.sound, FAMILIES)
    assert not clinic.sound.model.training


def test_the_most_right_answers_are_the_most_of_all_thresholds() -> None:
    rng = np.random.default_rng(1)
    q = rng.random(400).round(3)
    y = rng.random(400) < q
    right = {t: ((q >= t) == y).sum() for t in np.linspace(0, 1, 101).round(2)}
    assert right[planted.most_right_answers(y, q)] == max(right.values())


def test_another_order_is_the_network_with_its_inputs_mixed_up(clinic: Clinic) -> None:
    X = to_tensor(FAMILIES, clinic.sound.preprocessor)
    mixed = X[:, [COLUMNS.index(name) for name in sorted(COLUMNS)]]
    with torch.no_grad():
        expected = clinic.sound.model(mixed).numpy()
    assert planted.other_order(clinic.sound, FAMILIES) == pytest.approx(expected, abs=1e-6)


def test_before_tax_a_fifth_more_was_there() -> None:
    typed = planted.before_tax(FAMILIES)
    assert (0.8 * typed["monthly_income"]).to_numpy() == pytest.approx(FAMILIES["monthly_income"])
    assert typed.drop(columns="monthly_income").equals(FAMILIES.drop(columns="monthly_income"))


# --- the lesson's checks: pass on the sound version, fail on the mistake ---------------------


def _checks(lesson: dict[str, Any], clinic: Clinic) -> dict[str, tuple[bool, bool]]:
    """Name of the check -> what it says of the sound version and of the mistake."""
    train, fresh, twins = clinic.train, clinic.fresh, clinic.twins
    sees, least = lesson["sees_the_future"], lesson["least_stressed_part"]
    fitted, keeps = lesson["fitted_on"], lesson["keeps_promise"]
    accurate = planted.most_right_answers(fresh.stressed, clinic.sound.risks(fresh.households))
    moved, scaler = planted.one_file_sorted(train), planted.scaled_on_all(train, fresh)
    served, means = lesson["served_like_trained"], lesson["means_what_it_says"]
    free, all_held = lesson["certain_and_right_is_free"], lesson["all_registered"]
    y = train.stressed
    return {
        "future": (not sees(lambda w: w.households, train), not sees(planted.later_savings, train)),
        "parts": (least(train.households, y) > 0.85, least(moved, y) > 0.85),
        "scaler": (
            fitted(clinic.sound.preprocessor, train.households),
            fitted(scaler, train.households),
        ),
        "loss": (free(planted.bce), free(planted.bce_twice)),
        "parameters": (all_held(RiskMLP), all_held(planted.ListMLP)),
        "calibration": (means(twins["none"], fresh), means(twins["balanced weights"], fresh)),
        "twice": (
            lesson["same_answer_twice"](clinic.sound.risks),
            lesson["same_answer_twice"](lesson["forgetful"]),
        ),
        "promise": (keeps(clinic.threshold, fresh), keeps(accurate, fresh)),
        "report": (lesson["may_report"]([1, 2], [3]), lesson["may_report"]([1, 2], [2, 3])),
        "golden": (
            lesson["golden_hold"](twins["none"]),
            lesson["golden_hold"](twins["columns in another order"]),
        ),
        "served": (served(fresh.households), served(planted.before_tax(fresh.households))),
    }


def test_each_check_passes_on_the_sound_version_and_fails_on_the_mistake(
    lesson: dict[str, Any], clinic: Clinic
) -> None:
    said = _checks(lesson, clinic)
    assert said == dict.fromkeys(said, (True, False))


def test_one_calibration_check_catches_seven_of_ten(lesson: dict[str, Any], clinic: Clinic) -> None:
    means = lesson["means_what_it_says"]
    caught = {name for name, twin in clinic.twins.items() if not means(twin, clinic.fresh)}
    assert caught == set(LOWEST) - {"eval() forgotten"}

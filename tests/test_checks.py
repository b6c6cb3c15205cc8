"""Values from outside: what no use could be made of is refused at the border, with a sentence.

Plans and recipes when they are made, arguments when they arrive; and what was received is told as
it was received.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from finrisk.api.refusals import explain
from finrisk.checks import check_labels, check_shares, check_whole
from finrisk.data.assumptions import Assumptions
from finrisk.errors import FinriskError
from finrisk.ml.build import BuildPlan, build
from finrisk.ml.calibration import calibration_by_group, calibration_floor, calibration_table
from finrisk.ml.distance import distance
from finrisk.ml.predictor import Predictor
from finrisk.ml.scores import score
from finrisk.ml.thresholds import choose_threshold, threshold_table
from finrisk.ml.train import Recipe
from finrisk.panel import RiskPanel
from finrisk.received import as_float, show_name, show_number, show_value


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("n_households", 999, "a whole number of at least 1,000, got 999. Give 1,000 or more."),
        (
            "n_households",
            2e6,
            "a whole number of at least 1,000, got 2000000.0. Write it without a point",
        ),
        ("n_households", "many", "a whole number of at least 1,000, got 'many'."),
        ("n_lives", 0, "a whole number of at least 1, got 0."),
        ("n_lives", True, "a whole number of at least 1, got True."),
        ("n_truth", 99, "a whole number of at least 100, got 99."),
        ("n_futures", None, "a whole number of at least 1, got None."),
        ("n_reality", -5, "a whole number of at least 100, got -5."),
        ("seed", -1, "a whole number from 0 to 4,294,967,295, got -1. Give one, such as 0."),
        ("seed", 2**32, "a whole number from 0 to 4,294,967,295, got 4294967296."),
        (
            "recipe",
            {"max_epochs": 3},
            "made with Recipe(...), got {'max_epochs': 3}. Write Recipe() for the",
        ),
        ("assumptions", None, "made with Assumptions(...), got None. Write Assumptions() for the"),
    ],
)
def test_a_plan_checks_itself(field: str, value: Any, rule: str) -> None:
    with pytest.raises(FinriskError) as told:
        BuildPlan(**{field: value})
    assert str(told.value).startswith(f"{field} must be {rule}")
    assert told.value.field == field


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("batch_size", 0, "a whole number of at least 1, got 0."),
        ("max_epochs", 2.5, "a whole number of at least 1, got 2.5."),
        ("patience", "8", "a whole number of at least 1, got '8'."),
        ("n_pairs", -1, "a whole number of at least 1, got -1."),
        ("learning_rate", 0, "a number from 1e-06 to 1, got 0. Give one in between."),
        ("learning_rate", math.nan, "a number from 1e-06 to 1, got nan."),
        ("dropout", 1, "a number from 0 to 0.9, got 1."),
        ("monotone_weight", -1, "a number from 0 to 500000, got -1."),
        ("monotone_weight", math.inf, "a number from 0 to 500000, got inf."),
        ("seed", 1.0, "a whole number from 0 to "),
    ],
)
def test_a_recipe_checks_itself(field: str, value: Any, rule: str) -> None:
    with pytest.raises(FinriskError) as told:
        Recipe(**{field: value})
    assert str(told.value).startswith(f"{field} must be {rule}")


def test_numbers_of_other_libraries_become_plain_ones() -> None:
    """They are written to metrics.json at the very end of a build."""
    recipe = Recipe(batch_size=np.int64(8), dropout=np.float32(0.5), learning_rate=Decimal("0.1"))  # type: ignore[arg-type]
    plan = BuildPlan(n_households=np.int64(2_000), recipe=recipe)  # type: ignore[arg-type]
    assert json.loads(json.dumps(asdict(plan)))["recipe"]["dropout"] == 0.5
    assert (type(plan.n_households), type(recipe.learning_rate)) == (int, float)


def test_a_build_needs_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finrisk.ml.build.check_folder", lambda _: pytest.fail("it would begin"))
    with pytest.raises(FinriskError, match=r"plan must be made with BuildPlan\(...\), got {'n_h"):
        build({"n_households": 5})  # type: ignore[arg-type]
    with pytest.raises(FinriskError, match=r"plan must be made with BuildPlan\(...\), got {}"):
        Predictor.build({})  # type: ignore[arg-type]  # empty is not "the shipped one"


def test_the_smallest_plan_and_the_plainest_recipe_are_fine() -> None:
    recipe = Recipe(batch_size=1, max_epochs=1, patience=1, dropout=0, monotone_weight=0, n_pairs=1)
    plan = BuildPlan(1_000, 1, 100, 1, 100, 0, recipe, Assumptions(job_found=0.11))
    assert plan.recipe is recipe


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("3", "'3'"),
        (2e6, "2000000.0"),
        (np.float64(3.5), "3.5"),
        (np.float32(0.1), "0.1"),
        (np.int64(4), "4"),
        ((np.int64(4), "a"), "(4, 'a')"),
        (True, "True"),
        (None, "None"),
        (pd.NA, "<NA>"),
        (math.inf, "inf"),
        (Decimal("3.10"), "Decimal('3.10')"),
        (Decimal("sNaN"), "Decimal('sNaN')"),
        (Fraction(7, 2), "Fraction(7, 2)"),
        (2j, "2j"),
        (torch.tensor(5.0), "tensor(5.)"),
        (np.array(5.0), "array(5.)"),
        ("a\n\u200b\x1b", r"'a\n\u200b\x1b'"),
        (pd.Series([1, 2]), "0    1 1    2 dtype: int64"),
        (list(range(10**6)), "[0, 1, 2, 3, 4, 5, …]"),
    ],
    ids=range(19),
)
def test_a_value_is_shown_as_it_was_received(value: object, shown: str) -> None:
    assert show_value(value) == shown


@pytest.mark.parametrize("n_digits", [61, 400, 5_000])
def test_a_long_value_keeps_its_beginning_and_its_end(n_digits: int) -> None:
    number = 10 ** (n_digits - 1) + 7
    for value in (number, [number], "1" + "0" * n_digits + "7", Decimal(f"1.{'0' * n_digits}7")):
        shown = show_value(value)
        assert len(shown) <= 60
        assert re.fullmatch(r"[\['(a-zD]*1\.?0+….*0+7['\])]*", shown)
    assert re.fullmatch(r"\d0(?:,0{3})*[,0]+….*,007|1[,0]+….*,007", show_number(number))
    assert show_value(Broken()).startswith("<Broken instance at")


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (np.float16(2), 2.0),
        (10**400, math.inf),
        (-(10**400), -math.inf),
        (Decimal("-1E+400"), -math.inf),
        (Fraction(1, 4), 0.25),
        (Decimal("sNaN"), None),
        (np.timedelta64(3), None),
        (np.timedelta64(3, "D"), None),
        (np.True_, None),
        ("3", None),
    ],
    ids=range(10),
)
def test_a_number_of_any_library_is_a_float(value: object, number: float | None) -> None:
    assert as_float(value) == number


def test_a_number_keeps_its_digits_and_a_name_its_characters() -> None:
    assert show_number(12_345_678.25) == "12,345,678.25"
    assert show_number(1.2345678901234567e19) == "1.2345678901234567e+19", "no digits are added"
    assert show_number(Decimal("3900.000000000000000000001")) == "3,900.000000000000000000001"
    assert show_number(Decimal("1E+999999999")) == "1E+999999999", "a line, not a gigabyte"
    assert show_name("\ud800") == r"'\ud800' (with a character that cannot be seen)"
    assert show_name("日本", exact=True).endswith("(with the character CJK UNIFIED IDEOGRAPH-65E5)")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (2**63, "from 0 to 9,223,372,036,854,775,807, got 9223372036854775808. Give one, such as"),
        (10**5_000, "from 0 to 9,223,372,036,854,775,807, got 1000"),
        (-(10**5_000), "of at least 0, got -1000"),
        (Decimal(3), "of at least 0, got Decimal('3'). Give 0 or more."),
        (np.timedelta64(3), "of at least 0, got np.timedelta64(3)"),
        (np.random.default_rng(0), "of at least 0, got Generator(PCG64)"),
    ],
    ids=range(6),
)
def test_a_whole_number_that_is_none_is_a_sentence(value: Any, words: str) -> None:
    with pytest.raises(FinriskError) as told:
        check_whole("seed", value, least=0)
    assert f"seed must be a whole number {words}" in str(told.value)


GOOD = np.linspace(0.05, 0.95, 40)
HALF = np.arange(40) % 2 == 0
NO_LIST = "must be a list with a number for each household, got "


@pytest.mark.parametrize(
    "risks",
    [
        GOOD.tolist(),
        tuple(GOOD),
        pd.Series(GOOD, index=range(100, 60, -1)),
        pd.array(GOOD, dtype="Float64"),
        torch.from_numpy(GOOD),
    ],
    ids=range(5),
)
def test_risks_in_a_list_of_any_library_are_scored_alike(risks: Any) -> None:
    expected = score(HALF, GOOD, 0.5)
    for labels in (HALF.tolist(), pd.Series(HALF, index=range(3, 43)), HALF.astype(int)):
        y: Any = labels
        assert score(y, risks, 0.5) == expected
        pd.testing.assert_frame_equal(threshold_table(y, risks), threshold_table(HALF, GOOD))
        pd.testing.assert_frame_equal(calibration_table(y, risks), calibration_table(HALF, GOOD))
        assert choose_threshold(y, risks, y) == choose_threshold(HALF, GOOD, HALF)


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        (None, f"y_prob {NO_LIST}None"),
        (0.5, f"y_prob {NO_LIST}0.5"),
        ("0.5", f"y_prob {NO_LIST}'0.5'"),
        ([], f"y_prob {NO_LIST}[]"),
        (["0.5"] * 40, f"y_prob {NO_LIST}['0.5', "),
        ([[0.1], [0.2, 0.3]], f"y_prob {NO_LIST}[[0.1], [0.2, 0.3]]"),
        (np.ones((40, 1)), f"y_prob {NO_LIST}array("),
        (torch.ones(40, requires_grad=True), f"y_prob {NO_LIST}tensor("),
        ((r for r in GOOD), f"y_prob {NO_LIST}<generator"),
        (np.where(HALF, GOOD, np.nan), "y_prob must lie from 0 to 1, got nan in place 1. Give"),
        (100 * GOOD, "y_prob must lie from 0 to 1, got 5 in place 0. Give"),
        (GOOD - 0.0500001, "y_prob must lie from 0 to 1, got -0.000000"),
    ],
    ids=range(12),
)
def test_risks_that_are_none_are_a_sentence(odd: Any, words: str) -> None:
    """Wherever they arrive."""
    borders: list[Callable[[], object]] = [
        lambda: check_shares("y_prob", odd),
        lambda: score(HALF, odd, 0.5),
        lambda: calibration_table(HALF, odd),
        lambda: calibration_floor(odd),
        lambda: threshold_table(HALF, odd),
        lambda: choose_threshold(HALF, odd, HALF),
        lambda: distance(odd, GOOD, n_futures=10),
    ]
    for border in borders:
        with pytest.raises(FinriskError) as told:
            border()
        assert words in str(told.value)


@pytest.mark.parametrize(
    ("border", "words"),
    [
        (lambda: score(HALF[1:], GOOD, 0.5), "y must be as long as what it belongs to, got 39"),
        (lambda: score(2.0 * HALF, GOOD, 0.5), "y must be True or False, got 2 in place 0."),
        (lambda: score(HALF | True, GOOD, 0.5), "y must hold both classes, got True for all 40"),
        (lambda: score(HALF, GOOD, 50), "threshold must be a number from 0 to 1, got 50."),
        (lambda: score(HALF, GOOD, math.nan), "threshold must be a number from 0 to 1, got nan."),
        (lambda: calibration_table(HALF, GOOD, 0), "n_bins must be a whole number of at least 1"),
        (lambda: calibration_table(HALF, GOOD, True), "n_bins must be a whole number of at least"),
        (lambda: calibration_by_group(HALF, GOOD, {"rich": HALF & False}), "Group rich must have"),
        (lambda: calibration_by_group(HALF, GOOD, {"rich": HALF[1:]}), "rich must be as long as"),
        (lambda: choose_threshold(HALF, GOOD, HALF[1:]), "onset must be as long as what it bel"),
        (lambda: distance(GOOD, GOOD, 0), "n_futures must be a whole number of at least 1, got 0"),
        (lambda: distance(GOOD, GOOD[1:], 9), "y_prob must be as long as what it belongs to"),
        (lambda: check_labels("y", [True, None]), f"y {NO_LIST}[True, None]"),
    ],
    ids=range(13),
)
def test_what_cannot_be_measured_is_a_sentence(border: Any, words: str) -> None:
    with pytest.raises(FinriskError) as told:
        border()
    assert words in str(told.value)


@pytest.mark.parametrize(
    ("kind", "name", "value", "words"),
    [
        ("float_type", "savings", "2500", "savings must be a number, got '2500'. Give a number in"),
        (
            "float_type",
            "savings",
            10**400,
            "savings must lie between $0 and $50,000,000, got 10,000",
        ),
        ("finite_number", "savings", math.inf, "savings must be a number, got inf."),
        ("finite_number", "savings", math.nan, "savings must be a number, got nan."),
        ("finite_number", "debt_payment", math.nan, "debt_payment must be a number, got nan."),
        ("missing", "savings", {}, "savings is required, got nothing."),
        ("float_type", "recent_income", "14 %", "got '14 %'. Give a number: 90 % is 0.9 in Python"),
        (
            "extra_forbidden",
            "debt\u200b",
            1,
            r"'debt\u200b' (with a character that cannot be seen)",
        ),
        ("extra_forbidden", "Debt", 1, "Debt is not a field of a household, but looks like debt."),
    ],
)
def test_the_api_says_what_it_received(kind: str, name: str, value: object, words: str) -> None:
    refusal = explain({"type": kind, "loc": ("body", name), "input": value})
    assert words in refusal.detail.message
    assert refusal.detail.field == name


def test_a_panel_needs_a_predictor() -> None:
    model: Any = "model"
    with pytest.raises(FinriskError, match=r"predictor must be made with Predictor\(...\), got"):
        RiskPanel(model)


def test_a_class_with_the_name_of_a_list_is_shown_all_the_same() -> None:
    assert show_value(type("list", (), {})()).startswith("<")


def test_a_number_of_a_million_digits_is_told_by_their_count() -> None:
    assert show_number(10**1_000_000) == "a number of about 1,000,000 digits"
    assert show_number(10**400).startswith("10,000,000")

"""Plans and recipes that no build could use are refused when they are made, with a sentence."""

import json
import math
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from finrisk.data.assumptions import Assumptions
from finrisk.errors import FinriskError
from finrisk.ml.build import BuildPlan, build
from finrisk.ml.predictor import Predictor
from finrisk.ml.train import Recipe


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
        ("monotone_weight", -1, "a number from 0 to 1000, got -1."),
        ("monotone_weight", math.inf, "a number from 0 to 1000, got inf."),
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

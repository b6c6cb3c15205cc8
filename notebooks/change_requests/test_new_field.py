"""The test of a change request: the input field `recent_expenses`.

Fails until every door takes it, and unless the layers are kept. The shipped model was
trained without the field, so a small one is built here, in seconds. From the project's
folder:
    .venv/bin/python -m pytest notebooks/change_requests/test_new_field.py
"""

import math
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import torch

import finrisk
from finrisk.data.feature_engineering import (
    FEATURE_NAMES,
    FEATURES,
    OPTIONAL,
    engineer_features,
    summarise,
)
from finrisk.data.label import N_PAST
from finrisk.data.population import Population, simulate
from finrisk.data.preprocessing import Preprocessor
from finrisk.household import EXAMPLES
from finrisk.inputs import INPUTS
from finrisk.ml.build import BuildPlan, build
from finrisk.ml.dataset import mask_optional
from finrisk.ml.train import Recipe
from finrisk.settings import Settings

NAME = "recent_expenses"
MARIA = EXAMPLES["Maria, on the edge"].to_dict()
MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]
EXPENSES = [3_000] * 9 + [
    3_300,
    3_600,
    3_900,
]  # the last three: 3,600; all twelve: 3,150
YEAR = pd.DataFrame({"month": MONTHS, "income": 4_000, "expenses": EXPENSES})
YEAR = YEAR.assign(savings=2_000, debt=0)
NOW = datetime.now(UTC)
BY_HAND = 3_600 / 3_150
SHOWS = """risk =>
    Math.abs(document.getElementById('result').dataset.probability - risk) < 1e-6"""


def field():
    """The row of INPUTS."""
    assert NAME in INPUTS, (
        f"INPUTS has no {NAME} yet: no slider, no form and no CSV knows it."
    )
    return INPUTS[NAME]


def column():
    """The column of X that carries it."""
    field()
    assert NAME in FEATURES, "FEATURES does not say which column carries it."
    return FEATURES[NAME][0]


@cache
def small_predictor():
    """A model that was trained with the field, made of two thousand households."""
    field()
    recipe = Recipe(batch_size=128, max_epochs=3, n_pairs=16)
    plan = BuildPlan(2_000, 1, 100, 2, 100, seed=5, recipe=recipe)
    with TemporaryDirectory() as folder:
        settings = Settings(models_dir=Path(folder))
        build(plan, settings)
        predictor = finrisk.Predictor.load(settings.model_path)
        assert predictor.metrics  # read while the folder is there
    return predictor


def test_it_is_there():
    new, twin = field(), INPUTS["recent_income"]
    assert not new.required, "Not everybody knows it: it must be optional."
    for name in ("unit", "minimum", "maximum", "scale", "whole"):
        assert getattr(new, name) == getattr(twin, name), (
            f"{name} is not as in recent_income."
        )
    assert new.label, "A label is what people read."
    assert "3 months" in new.help, "Its help must say of which months it is the mean."


def test_twelve_months_give_the_value_worked_out_by_hand():
    field()
    row = summarise(YEAR.sample(frac=1, random_state=1)).iloc[0]
    got = row.get(NAME, math.nan)
    assert abs(got - BY_HAND) < 1e-12, f"summarise says {got}, by hand it is {BY_HAND}."


def test_the_model_sees_the_value_and_whether_it_is_known():
    value, known = column(), f"{NAME}_known"
    X = engineer_features(pd.DataFrame([MARIA | {NAME: 1.25}, MARIA]))
    assert list(X[known]) == [1, 0], "Its flag must be 1 where it is known, else 0."
    assert X[value][0] == 1.25
    assert math.isnan(X[value][1]), (
        "Unknown must stay unknown until a median is filled in."
    )
    assert tuple(X) == FEATURE_NAMES, (
        "engineer_features must make its columns in the order of FEATURES."
    )


def test_training_hides_the_field_that_it_means_to_hide():
    column()
    households = simulate(300, seed=3).households
    X = engineer_features(households)
    preprocessor = Preprocessor.fit(X)
    given = torch.from_numpy(preprocessor.transform(X))
    for name in OPTIONAL:
        known = np.array([[other != name for other in OPTIONAL]] * len(households))
        masked = mask_optional(given, known, preprocessor).numpy()
        never_given = engineer_features(households.assign(**{name: np.nan}))
        same = np.array_equal(masked, preprocessor.transform(never_given))
        assert same, (
            f"A row without {name} looks otherwise in training than to the predictor."
        )


def test_features_see_the_months_up_to_now_only():
    field()
    world = simulate(300, seed=3)
    months = {name: values.copy() for name, values in world.months.items()}
    for values in months.values():
        values[N_PAST:] = values[N_PAST:, ::-1]  # another's future
    other = Population(world.assumptions, world.seed, world.traits, months)
    before, after = (
        engineer_features(world.households),
        engineer_features(other.households),
    )
    assert before.equals(after), "X changed with the months that come after it: a leak."


def test_the_predictor_takes_it_and_its_risk_depends_on_it():
    predictor = small_predictor()
    assert NAME in predictor.predict(MARIA).assumed, (
        "A field not given must be named as assumed."
    )
    risks = predictor.what_if(MARIA, NAME, [0.5, 1.0, 2.0])["probability"]
    assert risks.nunique() == 3, "The risk is the same, whatever the value."
    got = getattr(predictor.read_csv(YEAR.to_csv(index=False).encode()), NAME)
    assert abs(got - BY_HAND) < 1e-12, f"From a CSV it is {got}, by hand {BY_HAND}."


def test_the_panel_has_its_slider_and_fills_it_from_a_csv():
    predictor = small_predictor()
    panel = finrisk.panel.RiskPanel(predictor)
    panel.known[NAME].value = True
    panel.entries[NAME].value = "150 %"
    asked = predictor.predict(panel.household)
    assert panel.household.to_dict()[NAME] == 1.5
    assert abs(panel.prediction.probability - asked.probability) < 1e-6
    content = YEAR.to_csv(index=False).encode()
    file = {"name": "year.csv", "type": "text/csv", "size": len(content)}
    panel.upload.value = (file | {"content": content, "last_modified": NOW},)
    assert abs(panel.values[NAME] - BY_HAND) < 1e-12, (
        "The panel reads a CSV in its own way."
    )


def test_the_api_takes_it_and_fills_it_from_a_csv(client, monkeypatch):
    serve_small_model(monkeypatch)
    assert NAME in [row["name"] for row in client.get("/api/inputs").json()]
    for value in (0.5, 2.0):
        answer = client.post("/api/predict", json=MARIA | {NAME: value}).json()
        asked = small_predictor().predict(MARIA | {NAME: value})
        assert abs(answer["probability"] - asked.probability) < 1e-6
    file = {"file": ("year.csv", YEAR.to_csv(index=False).encode())}
    got = client.post("/api/predict/csv", files=file).json()["household"][NAME]
    assert abs(got - BY_HAND) < 1e-12, "The API reads a CSV in its own way."


def test_the_form_has_it(monkeypatch, request):
    serve_small_model(monkeypatch)
    page = request.getfixturevalue("page")  # opened once the small model is in place
    page.locator("#pattern-box summary").click()
    page.locator(f"#{NAME}").fill("150")
    typed = {name: f.default for name, f in INPUTS.items() if f.required}
    asked = small_predictor().predict(typed | {NAME: 1.5})
    page.wait_for_function(SHOWS, arg=asked.probability)


def test_the_layers_hold(broken_rules):
    broken = broken_rules(NAME)
    assert not broken, "\n".join(broken)


def serve_small_model(monkeypatch):
    """Let the server ask the small model, for as long as one test."""
    from finrisk.api.main import app
    from finrisk.api.routes import get_predictor

    small_predictor()
    monkeypatch.setitem(app.dependency_overrides, get_predictor, small_predictor)

"""Is our risk worth anything to real families? Held against what happened to them in a year.

Each family is judged as the household it would type in (`data/families.py`). Then: to how many of
each risk class did it happen, and how well does our risk tell those to whom it did from the rest?
Beside it stand what a person can see without a model, months saved and debt / income, and a
logistic regression that was fitted on the answers of these very families: about the most that the
same fields can tell. Left out: standard errors (`implicates.py`) and words (`family_report.py`).
"""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from finrisk.data.families import Families
from finrisk.data.feature_engineering import FEATURES, engineer_features
from finrisk.ml.family_report import AHEAD, FITTED, OURS, OWED, SAVED, FamilyFigures
from finrisk.ml.implicates import Estimate, Implicates, combine, weighted_auc, weighted_share
from finrisk.prediction import RISK_CLASSES

__all__ = ["N_DRAWS", "fitted_risk", "folds", "measure"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]

N_DRAWS = 500  # of families, for the standard errors
N_FOLDS = 5
SEED = 1


def measure(
    families: Families,
    predict_many: Callable[[pd.DataFrame], pd.DataFrame],
    on_stage: Callable[[str], None] | None = None,
    *,
    n_draws: int = N_DRAWS,
) -> FamilyFigures:
    """Shares by risk class and AUCs, each with its standard error.

    Args:
        families: real families as households.
        predict_many: households -> probability and risk_class (`Predictor.predict_many`).
        on_stage: told in words what is being done.
        n_draws: draws of families for the standard errors.
    """
    tell = on_stage or (lambda _: None)
    tell(f"Asking the model about {len(families):,} rows")
    judged = predict_many(families.households)
    drawn = Implicates.draw(
        families.weight, families.family, families.implicate, n_draws=n_draws, seed=SEED
    )
    households, everybody = families.households, np.full(len(families), True)
    groups = {"all": everybody, "onset": families.onset, "in debt": families.in_debt}
    auc: dict[str, dict[str, dict[str, Estimate]]] = {group: {} for group in groups}
    scores = {
        OURS: judged["probability"].to_numpy(),
        SAVED: -(households["savings"] / households["monthly_expenses"]).to_numpy(),
        OWED: (households["debt"] / households["monthly_income"]).to_numpy(),
    }
    for outcome, column in families.outcomes.items():
        tell(f"Fitting and scoring: {outcome}")
        y = column.to_numpy()
        scores[FITTED] = fitted_risk(families, y)
        for group, members in groups.items():
            auc[group][str(outcome)] = _aucs(drawn, members, y, scores)
    classes = _classes(drawn, judged["risk_class"].to_numpy(), families.outcomes)
    represented = float(families.weight.sum() / families.counts.loc["used", "share"])
    return FamilyFigures(families.counts, represented, classes, auc, n_draws)


def _classes(
    drawn: Implicates, risk_class: NDArray[np.str_], outcomes: pd.DataFrame
) -> dict[str, dict[str, Estimate]]:
    """Each class's share of families, and the share of its families to whom it happened."""
    members = {name: risk_class == name for name in RISK_CLASSES}
    members["all"] = np.full(len(risk_class), True)
    found: dict[str, dict[str, Estimate]] = {}
    for name, inside in members.items():
        found[name] = {"families": _share(drawn, members["all"], inside)}
        for outcome, column in outcomes.items():
            found[name][str(outcome)] = _share(drawn, inside, column.to_numpy())
    return found


def _share(drawn: Implicates, members: Bools, y: Bools) -> Estimate:
    """Of the members, the share for whom y holds."""

    def share(weights: Floats, rows: Rows) -> Floats:
        inside = members[rows]
        return weighted_share(weights[:, inside], y[rows][inside])

    return combine(drawn.measure(share))


def _aucs(
    drawn: Implicates, members: Bools, y: Bools, scores: dict[str, Floats]
) -> dict[str, Estimate]:
    """AUC of each score among the members, and how far ours is ahead, in the same draws."""

    def auc(weights: Floats, rows: Rows, score: Floats) -> Floats:
        inside = members[rows]
        return weighted_auc(weights[:, inside], y[rows][inside], score[rows][inside])

    measured = {name: drawn.measure(partial(auc, score=score)) for name, score in scores.items()}
    found = {name: combine(figures) for name, figures in measured.items()}
    return found | {AHEAD: combine(measured[OURS] - measured[SAVED])}


def folds(family: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Rows to fit on and rows to judge, five times; all rows of a family stand on one side."""
    parts = GroupKFold(N_FOLDS, shuffle=True, random_state=SEED)
    yield from parts.split(family, groups=family)


def fitted_risk(families: Families, y: Bools) -> Floats:
    """What a logistic regression says of each family, fitted on the other folds' families.

    It sees our model's own columns of the fields that are known, and whether a family owes
    anything (which is a step, and our columns of debt begin without one).

    Args:
        families: real families as households.
        y: what happened, shape (n_rows,).

    Returns:
        Probabilities, shape (n_rows,).
    """
    columns = [FEATURES[str(name)][0] for name in families.households]
    X = engineer_features(families.households)[columns].to_numpy()
    X = np.column_stack([X, families.in_debt])
    weight = families.weight / families.weight.mean()  # the strength of its penalty counts on it
    found = np.full(len(y), np.nan)
    for learn, judge in folds(families.family):
        if y[learn].all() or not y[learn].any():  # nothing to learn
            found[judge] = y[learn].mean()
            continue
        model = make_pipeline(StandardScaler(), LogisticRegression())
        model.fit(X[learn], y[learn], logisticregression__sample_weight=weight[learn])
        found[judge] = model.predict_proba(X[judge])[:, 1]
    return found

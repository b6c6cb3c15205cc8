"""The two aims of our own: counted by hand, and met by the simulated world."""

import numpy as np
import pandas as pd
import pytest

from finrisk.data.aims import stress_by_debt, stressed_of_overspent
from finrisk.data.training_rows import LabelledRows, labelled_households


@pytest.fixture(scope="module")
def rows() -> LabelledRows:
    return labelled_households(300_000, seed=1, n_lives=8)


def table(*rows: tuple[float, float, float, float]) -> pd.DataFrame:
    """Income, expenses, savings and debt of some households."""
    columns = ["monthly_income", "monthly_expenses", "savings", "debt"]
    return pd.DataFrame(rows, columns=columns, dtype=float)


def test_overspent_are_those_not_short_whose_pace_leaves_them_short() -> None:
    """Expenses 4,000, $500 more than comes in: from 5,500 three months lead to 4,000, which is
    not below the bar; from 5,400 they do. Who is short now, or saves, does not count."""
    households = table(
        (3_500, 4_000, 5_500, 0), (3_500, 4_000, 5_400, 0), (3_500, 4_000, 3_900, 0),
        (4_500, 4_000, 4_100, 0), (3_000, 4_000, 4_000, 0),
    )  # fmt: skip
    stressed = np.array([True, True, True, True, False])
    found = stressed_of_overspent(households, stressed)
    assert (found.share, found.n) == (0.5, 2)
    assert found.standard_error == pytest.approx(0.5 / np.sqrt(2))
    nobody = stressed_of_overspent(households[:1], stressed[:1])
    assert np.isnan(nobody.share)


def test_a_fall_of_stress_is_held_against_the_highest_class_with_less_debt() -> None:
    """One cell, 200 households each: stress .5 without debt, .6 with a little, .3 with much."""
    n = 200
    owed = np.repeat([0.0, 2_000.0, 60_000.0], n)
    households = table(*[(4_000, 4_000, 5_000, debt) for debt in owed])
    stressed = np.concatenate([np.arange(n) < share * n for share in (0.5, 0.6, 0.3)])
    found = stress_by_debt(households, stressed, fewest=600)
    assert found["n"].tolist() == [n] * 3
    assert found["stressed"].tolist() == [0.5, 0.6, 0.3]
    assert found["fall"].tolist() == pytest.approx([0, 0, 0.3])
    assert found["standard_error"].iloc[2] == pytest.approx(np.sqrt((0.24 + 0.21) / (n - 1)))
    assert stress_by_debt(households, stressed, fewest=601).empty


def test_other_savings_or_expenses_are_another_cell() -> None:
    households = table(*[(4_000, 4_000, 5_000, 0)] * 150, *[(4_000, 4_000, 13_000, 900)] * 150)
    found = stress_by_debt(households, np.arange(300) < 150, fewest=100)
    assert found["fall"].tolist() == [0, 0]


def test_who_lives_beyond_its_means_gets_there_and_not_always(rows: LabelledRows) -> None:
    found = stressed_of_overspent(rows.households, rows.stressed_share)
    assert found.n > 500
    assert found.share + 2 * found.standard_error >= 0.65
    assert found.share - 2 * found.standard_error <= 0.85


def test_debt_does_not_protect(rows: LabelledRows) -> None:
    found = stress_by_debt(rows.households, rows.stressed_share)
    assert found["owed"].nunique() == 6
    assert len(found) > 60
    assert (found["fall"] <= 0.02 + 2 * found["standard_error"]).all()

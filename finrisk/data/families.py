"""Real families as households: the one place that says which answer becomes which field.

    monthly_income     .83 x INCOME / 12: the world's own share of take-home pay
    monthly_expenses   monthly_income x 1.1, 1 or .85: the family spent more than its income,
                       as much, or less (WSAVED)
    savings            LIQ
    debt               CCBAL + INSTALL + OTHLOC + ODEBT: all that no home secures
    debt_payment       CONSPAY + REVPAY, at most the expenses

What the columns hold is said in `survey_csv.py`. The survey asks nobody what it spends in all: 1.1
and .85 are ours. With them the families of 2019 spend 91 % of their take-home pay together, where
88 to 97 % are published for all households (`spent_share` of `reality.csv`); they were chosen for
that sum and by no score. All other fields are not known of these families. Dollars stay those of
the file: a year that was published again, in the dollars of a later survey, has other families in
the range.

The households are those the world is made for, 20,000 to 200,000 dollars a year before tax; how
many families that leaves out is counted. What happened to a family (`OUTCOMES`) enters no field.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.data.assumptions import Assumptions
from finrisk.data.household_table import bad_rows, numbers_of
from finrisk.data.label import is_short
from finrisk.data.survey_csv import N_IMPLICATES, read_survey
from finrisk.data.synthetic_generator import GROSS_INCOME_RANGE
from finrisk.errors import FinriskError

__all__ = ["FEWEST", "OUTCOMES", "SPENT", "Families", "families_of", "read_families"]

SPENT = {1: 1.1, 2: 1.0, 3: 0.85}  # WSAVED -> expenses / take-home pay; ours, see above
# The survey's column -> what it says of the last year.
OUTCOMES = {
    "LATE": "late",
    "LATE60": "60 days late",
    "HPAYDAY": "payday loan",
    "TURNDOWN": "refused credit",
}
FEWEST = 100  # families, for shares and an order to mean something


@dataclass(frozen=True)
class Families:
    """Families of the survey as households, one row for each family and implicate.

    Attributes:
        households: fields of INPUTS that are known, shape (n_rows, 5), $.
        outcomes: bool, columns the words of `OUTCOMES`, shape (n_rows, 4).
        weight: families of the country a row stands for, shape (n_rows,).
        family: the survey's number of the family, shape (n_rows,).
        implicate: 1 to 5, shape (n_rows,).
        counts: what became of all families in the file: index the words, columns `families`
            (rows / 5, for a family's income may differ from implicate to implicate) and `share`
            (of the country's families).
    """

    households: pd.DataFrame
    outcomes: pd.DataFrame
    weight: NDArray[np.float64]
    family: NDArray[np.int64]
    implicate: NDArray[np.int64]
    counts: pd.DataFrame

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def onset(self) -> NDArray[np.bool_]:
        """Who is not short yet: savings of one month of expenses or more, shape (n_rows,)."""
        return np.asarray(
            ~is_short(self.households["savings"], self.households["monthly_expenses"])
        )

    @property
    def in_debt(self) -> NDArray[np.bool_]:
        """Who owes anything that no home secures, shape (n_rows,)."""
        return self.households["debt"].to_numpy() > 0


def read_families(source: str | Path) -> Families:
    """The families of a survey file (`read_survey`) as households.

    Raises:
        FinriskError: as `read_survey`; or if fewer than `FEWEST` families are in the range.
    """
    return families_of(read_survey(source))


def families_of(survey: pd.DataFrame) -> Families:
    """Map the rows of `read_survey` to households.

    Raises:
        FinriskError: if fewer than `FEWEST` families are in the range.
    """
    low, high = GROSS_INCOME_RANGE
    income = survey["INCOME"]
    households = _households(survey)
    sized = ~bad_rows(numbers_of(households))
    in_range = income.between(low, high).to_numpy()
    used = sized & in_range
    counts = _counted(
        survey["WGT"].to_numpy(),
        {
            "used": used,
            f"less than {low:,.0f} dollars a year before tax": (income < low).to_numpy(),
            f"more than {high:,.0f} dollars": (income > high).to_numpy(),
            "a sum that no household may have": in_range & ~sized,
        },
    )
    found = survey["YY1"][used].nunique()
    if found < FEWEST:
        raise FinriskError(
            f"INCOME must lie between {low:,.0f} and {high:,.0f} dollars a year for at least "
            f"{FEWEST} families, got {found}. Give the whole file, as published.",
            field="INCOME",
        )
    kept = survey[used]
    return Families(
        households=households[used].reset_index(drop=True),
        outcomes=(kept[list(OUTCOMES)] == 1).rename(columns=OUTCOMES).reset_index(drop=True),
        weight=kept["WGT"].to_numpy(),
        family=kept["YY1"].to_numpy().astype(np.int64),
        implicate=(kept["Y1"] - 10 * kept["YY1"]).to_numpy().astype(np.int64),
        counts=counts,
    )


def _households(survey: pd.DataFrame) -> pd.DataFrame:
    """The table at the top of this file, for every row."""
    income = Assumptions.take_home * survey["INCOME"] / 12
    expenses = income * survey["WSAVED"].map(SPENT)
    return pd.DataFrame(
        {
            "monthly_income": income,
            "monthly_expenses": expenses,
            "savings": survey["LIQ"],
            "debt": survey[["CCBAL", "INSTALL", "OTHLOC", "ODEBT"]].sum(axis=1),
            "debt_payment": np.minimum(survey["CONSPAY"] + survey["REVPAY"], expenses),
        }
    )


def _counted(weight: NDArray[np.float64], groups: dict[str, NDArray[np.bool_]]) -> pd.DataFrame:
    rows = {
        name: (rows.sum() / N_IMPLICATES, weight[rows].sum() / weight.sum())
        for name, rows in groups.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["families", "share"])

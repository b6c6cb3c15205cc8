"""The label: what "stressed" means, by which two rules, and which months it looks at.

           history            now              future
    t-11, t-10, ... t-1        t       t+1, t+2 | t+3, t+4, t+5, t+6
    |---- features see these ---|               |-- the label looks --|

A household is stressed if, in any of the months t+3 to t+6,

- savings: what it has saved at month end is below one month of expenses, as known at t; or
- red: that month is the third in a row with more expenses than income (all three after t).

This is the one place that says so: change a number, and features, label, true risk and pictures
follow. Months are rows, oldest first: row 0 is t+1. Left out: where the months come from
(`population.py`). It is part of the vocabulary, so it stays light: numpy is for the type checker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from finrisk.checks import check_one_of
from finrisk.errors import FinriskError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

__all__ = [
    "FIRST_MONTH",
    "LAST_MONTH",
    "MONTHS_OF_EXPENSES",
    "N_FUTURE",
    "N_PAST",
    "RULES",
    "RUN_IN_THE_RED",
    "STRESS",
    "Rule",
    "bar_of",
    "is_short",
    "is_stressed",
]

N_PAST = 12  # months that features see, the present one included
FIRST_MONTH, LAST_MONTH = 3, 6  # months after now in which a household can become stressed
N_FUTURE = LAST_MONTH  # months that must be lived to know
MONTHS_OF_EXPENSES = 1  # savings below so many are short
RUN_IN_THE_RED = 3  # months in a row with negative cash flow

STRESS = (
    "less than one month of expenses in savings, or three months in a row with more expenses than "
    "income"
)
Rule = Literal["savings", "red"]
RULES: tuple[Rule, ...] = ("savings", "red")


def bar_of(monthly_expenses: Any) -> Any:
    """What savings must reach: one month of expenses, in the kind of numbers that came, $.

    >>> bar_of(3_900.0)
    3900.0
    """
    return MONTHS_OF_EXPENSES * monthly_expenses


def is_short(savings: Any, monthly_expenses: Any) -> Any:
    """Whether savings do not reach the bar, for one household or, element by element, for many.

    >>> is_short(2_500, 3_900)
    True
    """
    return savings < bar_of(monthly_expenses)


def is_stressed(
    savings: Floats, cash_flow: Floats, monthly_expenses: Floats, rule: Rule | None = None
) -> Bools:
    """The label: short of savings, or three months in a row in the red.

    Args:
        savings, cash_flow: the six months t+1..t+6, shape (6, n_households), $.
        monthly_expenses: as known at t, shape (n_households,), $.
        rule: which of the two to look at, "savings" or "red"; None for either.

    Returns:
        Shape (n_households,).

    Raises:
        FinriskError: if there are not six months, or for a rule that is neither.

    >>> import numpy as np
    >>> savings = np.full((6, 1), 5000.0); cash_flow = np.array([[1, -1, -1, -1, 1, 1.0]]).T
    >>> is_stressed(savings, cash_flow, np.array([4000.0]))
    array([ True])
    >>> is_stressed(savings, cash_flow, np.array([4000.0]), rule="savings")
    array([False])
    """
    _check_six(savings=savings, cash_flow=cash_flow)
    if rule is not None:
        check_one_of("rule", rule, RULES, "Leave it out for either.")
    stressed: Bools
    if rule == "savings":
        stressed = _short_of_savings(savings, monthly_expenses)
    elif rule == "red":
        stressed = _in_the_red(cash_flow)
    else:
        stressed = _short_of_savings(savings, monthly_expenses) | _in_the_red(cash_flow)
    return stressed


def _short_of_savings(savings: Any, monthly_expenses: Floats) -> Any:
    looked_at = savings[FIRST_MONTH - 1 : LAST_MONTH]  # rows 2 to 5 are t+3 to t+6
    return is_short(looked_at, monthly_expenses).any(axis=0)


def _in_the_red(cash_flow: Any) -> Any:
    red, stressed = cash_flow < 0, False
    for month in range(max(FIRST_MONTH, RUN_IN_THE_RED), LAST_MONTH + 1):
        run = red[month - RUN_IN_THE_RED : month]  # the run that this month closes
        stressed = stressed | run.all(axis=0)
    return stressed


def _check_six(**months: Floats) -> None:
    for name, values in months.items():
        if len(values) != N_FUTURE:
            raise FinriskError(
                f"{name} must hold the {N_FUTURE} months t+1 to t+{N_FUTURE}, got {len(values)} "
                "months. Give one row a month, oldest first.",
                field=name,
            )

"""From twelve months to four numbers, and from these to what the network reads."""

import numpy as np

NUMBERS = ["monthly_income", "monthly_expenses", "savings", "debt"]  # dollars


def four_numbers(months):
    """The numbers of one household, from a table of its months, oldest first."""
    return {
        "monthly_income": months["income"].mean(),
        "monthly_expenses": months["expenses"].mean(),
        "savings": months["savings"].iloc[-1],
        "debt": months["debt"].iloc[-1],
    }


def features(households):
    """A table with the columns NUMBERS -> an array of shape (n_households, 4)."""
    income = households["monthly_income"].clip(lower=100)  # nothing has no logarithm
    expenses = households["monthly_expenses"].clip(lower=50)
    columns = [
        np.log(income),
        np.log(households["savings"] / expenses + 0.05),
        np.log(expenses / income),
        np.log1p(10 * households["debt"] / (12 * income)),
    ]
    return np.column_stack(columns)

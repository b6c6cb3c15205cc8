"""`Household`: the snapshot a person can type, or twelve months are summarised into.

Which fields there are, and what each may be, stands in `inputs.py`; what a household changes,
in `change.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from finrisk.change import MEDIAN_PAYMENT_RATE, Change, payment_after
from finrisk.checks import check_kind
from finrisk.errors import InvalidHousehold
from finrisk.inputs import CROSS_RULES, INPUTS, check_columns, not_a_field
from finrisk.received import show_kind, show_name, show_number

if TYPE_CHECKING:
    from pandas import Series

__all__ = ["EXAMPLES", "Household"]


@dataclass(frozen=True)
class Household:
    """The snapshot a person can type, or twelve months are summarised into.

    All money in dollars; see `INPUTS` for each field's unit, range and meaning. None in an
    optional field means "not known", and the model was trained for that.

    Raises:
        InvalidHousehold: when a field breaks its rule, at construction.

    >>> Household(monthly_income=4_200, monthly_expenses=3_900, savings=2_500, debt=8_000).savings
    2500.0
    """

    monthly_income: float
    monthly_expenses: float
    savings: float
    debt: float
    debt_payment: float | None = None
    income_volatility: float | None = None
    expense_volatility: float | None = None
    savings_change: float | None = None
    recent_income: float | None = None
    last_income: float | None = None
    negative_months: float | None = None
    negative_streak: float | None = None

    def __post_init__(self) -> None:
        for name, field in INPUTS.items():
            object.__setattr__(self, name, field.check(getattr(self, name)))
        for small, large in CROSS_RULES:
            low, high = getattr(self, small), getattr(self, large)
            if low is not None and high is not None and low > high + 1e-9:
                told = " against ".join(INPUTS[small].show_apart(low, high))
                raise InvalidHousehold(
                    f"{small} must not exceed {large}, got {told}. Correct one of the two.",
                    field=small,
                )

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> "Household":
        """A household from a dict or a DataFrame row.

        Raises:
            InvalidHousehold: for what is neither, a missing required field, or a name that is
                not in `INPUTS`. In a row, other columns than ours are left alone, unless one
                looks like a missing field misspelt.
        """
        fields_of = _as_dict(values)
        for name in fields_of:
            if name not in INPUTS:
                raise not_a_field(name)
        known: dict[str, Any] = {name: fields_of.get(name) for name in INPUTS}
        return cls(**known)

    def to_dict(self) -> dict[str, float | None]:
        """Field name -> value, None where unknown."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def after(self, change: Change) -> "Household":
        """The household once the change has been made, every dollar accounted for.

        A lasting change moves monthly income and expenses. One for a few months leaves them
        and adds what was earned or not spent to savings:
            savings + one-off sum + months x (extra income + spending avoided).
        Spending is expenses less the debt payment (all expenses if the payment is unknown). More
        or less debt moves debt and its payment (at the median rate if that is unknown), and with
        it the expenses. Savings never fall below 0.

        Raises:
            FinriskError: if `change` is no Change.
            InvalidHousehold: if it leaves a field outside its range, or pays off more than is owed.
        """
        check_kind("change", change, Change, "Write Change(income=1.1) for 10 % more income.")
        self._check_paid_off(change.debt)
        known, owed = self.debt_payment, self.debt + change.debt
        paid = MEDIAN_PAYMENT_RATE * self.debt if known is None else known
        later = payment_after(paid, self.debt, change.debt)
        avoided = (1 - change.spending) * (self.monthly_expenses - (known or 0))
        extra = (change.income - 1) * self.monthly_income
        savings = self.savings + change.one_off
        if change.months is not None:  # what passes shows in savings alone
            savings, extra, avoided = savings + change.months * (extra + avoided), 0, 0
        savings = max(savings, 0)
        grown = self.savings_change
        return replace(
            self,
            savings=savings,
            savings_change=None if grown is None else min(grown, savings),
            debt=owed,
            debt_payment=None if known is None else later,
            monthly_income=self.monthly_income + extra,
            monthly_expenses=max(self.monthly_expenses - avoided + (later - paid), 0),
        )

    def _check_paid_off(self, more_debt: float) -> None:
        if self.debt + more_debt < 0:
            told = INPUTS["debt"].show_apart(-more_debt, self.debt)
            raise InvalidHousehold(
                f"debt must not pay off more than is owed, got {told[0]} against {told[1]}. Give "
                f"{show_number(-self.debt)} to pay off all of it.",
                field="debt",
            )


def _as_dict(values: Any) -> dict[Any, Any]:
    """The fields of a dict or of a row of a DataFrame, by name."""
    if isinstance(values, Mapping):
        return dict(values)

    from pandas import Series  # not on top: a household needs no pandas

    if isinstance(values, Series):
        return _fields_of_row(values)
    raise InvalidHousehold(
        f"A household must be a Household or a dict of fields, got {show_kind(values)}. Write "
        '{"monthly_income": 4200, ...}, or households.iloc[0] for a row of a table; a table of '
        "many is for predict_many."
    )


def _fields_of_row(row: "Series[Any]") -> dict[Any, Any]:
    """What a row of a table has of ours; its other columns are left alone, as in `predict_many`."""
    ours = [name for name in row.index if name in INPUTS]
    if not ours:
        named = ", ".join(show_name(name) for name in row.index[:3]) or "nothing"
        raise InvalidHousehold(
            "A row of a table of households must have its columns as labels, got a Series "
            f"labelled {named}{', ...' if len(row) > 3 else ''}. Write households.iloc[0]."
        )
    check_columns(row.index)
    return {name: row[name] for name in ours}


# The three households the lessons, the panel and the tests come back to.
EXAMPLES = {
    "The Parks, stable": Household(
        monthly_income=5_200, monthly_expenses=4_100, savings=16_000, debt=6_000
    ),
    "Maria, on the edge": Household(
        monthly_income=4_200, monthly_expenses=3_900, savings=5_200, debt=9_000
    ),
    "The Lees, in trouble": Household(
        monthly_income=3_100, monthly_expenses=3_050, savings=1_100, debt=7_500
    ),
}

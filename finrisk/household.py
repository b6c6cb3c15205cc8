"""`Household`: the snapshot a person can type, or twelve months are summarised into.

Which fields there are, and what each may be, stands in `inputs.py`; what a household changes,
in `change.py`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from finrisk.change import LARGEST_FACTOR, MEDIAN_PAYMENT_RATE, ROUNDING, Change
from finrisk.checks import check_kind
from finrisk.errors import InvalidChange, InvalidHousehold
from finrisk.inputs import CROSS_RULES, INPUTS, check_columns, not_a_field
from finrisk.received import as_float, show_kind, show_name, show_number, show_value

if TYPE_CHECKING:
    from pandas import Series

__all__ = ["EXAMPLES", "Household", "change_from", "factor_from"]


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

    @property
    def spending(self) -> float:
        """Monthly expenses without debt payments, $: what a change of spending multiplies.

        A payment that is not known is taken to be the usual one for the debt.
        """
        usual = MEDIAN_PAYMENT_RATE * self.debt
        paid = usual if self.debt_payment is None else self.debt_payment
        return max(self.monthly_expenses - paid, 0.0)

    @property
    def factor_bases(self) -> dict[str, float]:
        """What the factors of a `Change` multiply, $ a month, by their names there."""
        return {"income": self.monthly_income, "spending": self.spending}

    def check_possible(self, change: Change) -> None:
        """Refuse a change that this household cannot make.

        Raises:
            InvalidHousehold: if it pays off more than is owed.
        """
        if change.debt < -self.debt - ROUNDING:
            told = INPUTS["debt"].show_apart(-change.debt, self.debt)
            raise InvalidHousehold(
                f"debt must not pay off more than is owed, got {told[0]} against {told[1]}. Give "
                f"{show_number(-self.debt)} to pay off all of it.",
                field="debt",
            )


def change_from(
    household: Household,
    *,
    income: float = 1.0,
    spending: float = 1.0,
    income_dollars: float = 0.0,
    spending_dollars: float = 0.0,
    one_off: float = 0.0,
    debt: float = 0.0,
    months: int | None = None,
) -> Change:
    """A `Change` made of dollars.

    Args:
        household: whose dollars they are.
        income, spending: as in `Change`, for what is known as a factor instead.
        income_dollars, spending_dollars: $ a month more (below 0: less) that come in, or are
            spent without debt payments.
        one_off, debt, months: as in `Change`.

    Raises:
        InvalidHousehold: for an amount that is no number, less than is left to take away, or
            dollars more of what there is none of: no factor makes something of nothing.
        InvalidChange: for both a factor and dollars of one thing, and as in `Change`.

    >>> change_from(EXAMPLES["Maria, on the edge"], income_dollars=-1_200).words
    '28.6 % less income from now on'
    """
    check_kind("household", household, Household, "Write Household(monthly_income=4200, ...).")
    by_factor = Change(income=income, spending=spending, one_off=one_off, debt=debt, months=months)
    by_dollars = {
        "income": factor_from("income_dollars", income_dollars, household.monthly_income),
        "spending": factor_from("spending_dollars", spending_dollars, household.spending),
    }
    changed = {name: factor for name, factor in by_dollars.items() if factor != 1}
    for name in changed:
        if getattr(by_factor, name) != 1:
            raise InvalidChange(
                f"{name} must be given once, got a factor and dollars. Leave out {name} or "
                f"{name}_dollars.",
                field=name,
            )
    return Change(
        **{"income": by_factor.income, "spending": by_factor.spending} | changed,
        one_off=one_off,
        debt=debt,
        months=months,
    )


def factor_from(name: str, dollars: float, now: float) -> float:
    """(what there is now + dollars) / what there is now."""
    more, what = as_float(dollars), name.removesuffix("_dollars")
    if more is None or not math.isfinite(more):
        got = show_value(dollars)
        advice = "Give 100 for $100 more a month, -100 for $100 less."
        raise InvalidHousehold(f"{name} must be a number, got {got}. {advice}", field=name)
    told = INPUTS["savings"].show_exact(more)
    beside = " beside debt payments" if what == "spending" else ""
    if more == 0:
        return 1.0
    if now == 0:
        raise InvalidHousehold(
            f"{name} must change {what} that there is, got {told} where there is $0{beside}. Give "
            f"a household with some {what}, or a one_off sum.",
            field=name,
        )
    if now + more < -ROUNDING:
        raise InvalidHousehold(
            f"{name} must leave at least $0, got {told} where there is "
            f"{INPUTS['savings'].show_exact(now)}. Give at least {show_number(-now)}.",
            field=name,
        )
    factor = max(1 + more / now, 0.0)
    if factor > LARGEST_FACTOR:
        raise InvalidHousehold(
            f"{name} must make {what} at most {LARGEST_FACTOR:,.0f} times what it is, got {told} "
            f"where there is {INPUTS['savings'].show_exact(now)}. Give less.",
            field=name,
        )
    return factor


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

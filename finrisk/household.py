"""The vocabulary: what a household is, which fields describe it, and what an error says.

`INPUTS` is written once. Validation, sliders, the API schema, the page's form, the CSV
documentation, what-if ranges and the property tests all read it, so a field is added or
changed here and nowhere else. Left out on purpose: how twelve months become these fields
(`data/feature_engineering.py`) and what a model makes of them (`ml/`).
"""

import math
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from numbers import Real
from pathlib import Path
from typing import Any

__all__ = [
    "EXAMPLES",
    "INPUTS",
    "Change",
    "Field",
    "FinriskError",
    "Household",
    "InvalidHistory",
    "InvalidHousehold",
    "ModelFileError",
    "as_float",
    "settle",
]

_PACKAGE = Path(__file__).parent


class FinriskError(ValueError):
    """Base of every error this package raises on purpose: one sentence a person can act on.

    Args:
        message: field, rule, value received and next step, in one or two sentences.
        field: the field or column the message is about, "" when it is about the whole.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: the sentence, then the reader's own line; no stack."""
        calls = traceback.extract_tb(self.__traceback__)
        seen = [call for call in calls if call.line]  # code made by @dataclass has no lines
        own = [call for call in seen if not Path(call.filename).is_relative_to(_PACKAGE)]
        where = [f"(line {own[-1].lineno}: {own[-1].line})"] if own else []
        return [f"{type(self).__name__}: {self}", *where]


class InvalidHousehold(FinriskError):
    """A household whose fields break a rule of `INPUTS`."""


class InvalidHistory(FinriskError):
    """Monthly rows (a CSV or a DataFrame) that cannot be read as twelve months."""


class ModelFileError(FinriskError):
    """A model file that is missing, damaged, or written for another set of features."""


def as_float(value: Any) -> float | None:
    """A number of any library as a float, NaN where it is not known, None for anything else.

    >>> as_float(3), as_float(None), as_float("3"), as_float(True), as_float(10**400)
    (3.0, nan, None, None, inf)
    """
    if value is None:
        return math.nan
    if isinstance(value, Real | Decimal) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            return math.inf
        except TypeError:  # a span of time of numpy, which calls itself a whole number
            return None
    from pandas import NA  # not on top: the doctor starts where pandas is missing

    return math.nan if value is NA else None


def _shown(value: Any) -> str:
    """The value received, as long as a sentence can bear."""
    return "inf" if as_float(value) == math.inf else repr(value)[:60]


@dataclass(frozen=True)
class Field:
    """One row of `INPUTS`: everything a face or a check needs to know about a field.

    `minimum` and `maximum` are the legal range (beyond them: an error); a slider ends at
    `slider_maximum`, where nearly all households are. `whole` marks counts of months. People
    read and type the value times `scale` in `unit`: a share of 0.9 is 90 % to them.
    """

    name: str
    label: str
    unit: str
    minimum: float
    maximum: float
    slider_maximum: float
    step: float
    default: float
    help: str
    required: bool = False
    whole: bool = False
    scale: float = 1

    def show(self, value: float) -> str:
        """The value as a person reads it.

        >>> INPUTS["savings"].show(2500), INPUTS["recent_income"].show(0.935)
        ('$2,500', '93.5 %')
        """
        if self.unit.startswith("$"):
            return f"{'-' if round(value) < 0 else ''}${abs(value):,.0f}"
        if self.unit == "months":
            return "1 month" if value == 1 else f"{value:g} months"
        return f"{self.scale * value:.1f} %"

    @property
    def advice(self) -> str:
        """What to do about a value that is missing or no number."""
        if self.scale == 1:
            return f"Give a number in {self.unit}."
        return "Give a number: 90 % is 0.9 in Python and JSON, and 90 in a form."

    @property
    def slider_minimum(self) -> float:
        """Where a slider begins: as far left of zero as it goes right, if the rule allows."""
        return max(self.minimum, -self.slider_maximum)

    def stops(self, low: float, high: float) -> list[float]:
        """Where a curve from low to high is looked up: each month of a count, else 41 places.

        >>> INPUTS["negative_months"].stops(0, 3)
        [0.0, 1.0, 2.0, 3.0]
        """
        n = round(high - low) if self.whole else 40
        return [low + (high - low) * i / n for i in range(n)] + [float(high)]

    def check(self, value: Any) -> float | None:
        """Return the value as a number, None for an unknown optional field.

        Raises:
            InvalidHousehold: naming the field, its rule, the value and the next step.
        """
        number = as_float(value)
        if number is None or math.isinf(number):
            raise self._error("must be a number", _shown(value), self.advice)
        if math.isnan(number):
            if self.required:
                raise self._error("is required", "nothing", self.advice)
            return None
        self._check_range(number)
        return number

    def _check_range(self, number: float) -> None:
        if not self.minimum <= number <= self.maximum:
            low, high = self.show(self.minimum), self.show(self.maximum)
            rule = f"must lie between {low} and {high}"
            meaning = f"Check the number. It stands for: {self.help[0].lower()}{self.help[1:]}"
            got = f"{number:,.10g}" if self.scale == 1 else self.show(number)
            raise self._error(rule, got, meaning)
        if self.whole and number != round(number):
            raise self._error("is a count of months", f"{number:g}", "Give a whole number.")

    def _error(self, rule: str, value: str, step: str) -> InvalidHousehold:
        return InvalidHousehold(f"{self.name} {rule}, got {value}. {step}", field=self.name)


# fmt: off
_FIELDS = (
    Field("monthly_income", "Monthly income", "$", 100, 100_000, 15_000, 50, 4_500,
          "Mean take-home pay of the last 12 months, after tax.", required=True),
    Field("monthly_expenses", "Monthly expenses", "$", 50, 100_000, 15_000, 50, 3_900,
          "Mean of everything paid in a month, debt payments and one-off bills included.",
          required=True),
    Field("savings", "Savings", "$", 0, 50_000_000, 60_000, 100, 6_000,
          "Money you could reach today: accounts and cash, not retirement or a house.",
          required=True),
    Field("debt", "Debt", "$", 0, 5_000_000, 80_000, 500, 9_000,
          "Cards, car, student and other loans owed today, not the mortgage.", required=True),
    Field("debt_payment", "Debt payment", "$", 0, 100_000, 3_000, 10, 250,
          "Mean monthly payment on that debt; it is part of the expenses."),
    Field("income_volatility", "Ups and downs of income", "%", 0, 4, 1, 0.01, 0.14,
          "Standard deviation of the 12 monthly incomes divided by their mean.", scale=100),
    Field("expense_volatility", "Ups and downs of expenses", "%", 0, 4, 1, 0.01, 0.14,
          "Standard deviation of the 12 monthly expenses divided by their mean.", scale=100),
    Field("savings_change", "Change of savings", "$", -50_000_000, 50_000_000, 20_000, 100, 0,
          "Savings at the last month end minus at the first of the 12."),
    Field("recent_income", "Income, last 3 months", "% of mean", 0, 4, 2, 0.01, 1,
          "Mean income of the last 3 months divided by monthly income.", scale=100),
    Field("last_income", "Income, last month", "% of mean", 0, 12, 2, 0.01, 1,
          "Income of the last month divided by monthly income.", scale=100),
    Field("negative_months", "Months in the red", "months", 0, 12, 12, 1, 3,
          "Months with more expenses than income, of the last 12.", whole=True),
    Field("negative_streak", "Months in the red in a row", "months", 0, 12, 12, 1, 0,
          "Months in the red one after the other, up to now.", whole=True),
)
# fmt: on

INPUTS: dict[str, Field] = {field.name: field for field in _FIELDS}

_MONTHS_AHEAD = 6  # a change is looked at as far as the forecast reaches

# (smaller, larger): the first field never exceeds the second. A face that moves one past
# the other takes the other along (`settle`).
CROSS_RULES = (
    ("debt_payment", "monthly_expenses"),
    ("savings_change", "savings"),
    ("negative_streak", "negative_months"),
)


@dataclass(frozen=True)
class Change:
    """What a household, or a lesson, changes from next month on.

    `savings` multiplies savings now; `income` multiplies usual income only; `spending`
    multiplies essentials and extras (not debt payments); `months` is how long income and
    spending stay changed (None: for good).

    Raises:
        FinriskError: for a factor that is no number of at least 0, or months that are not a
            whole number from 1 to 6, at construction.

    >>> Change(spending=0.9, months=3)
    Change(savings=1.0, income=1.0, spending=0.9, months=3)
    """

    savings: float = 1.0
    income: float = 1.0
    spending: float = 1.0
    months: int | None = None

    def __post_init__(self) -> None:
        for name in ("savings", "income", "spending"):
            object.__setattr__(self, name, _factor(name, getattr(self, name)))
        if self.months is not None:
            object.__setattr__(self, "months", _months(self.months))


def _factor(name: str, value: Any) -> float:
    factor = as_float(value)
    if factor is None or not 0 <= factor < math.inf:
        raise FinriskError(
            f"{name} must be a factor of at least 0, got {_shown(value)}. "
            "Give 1 for no change, 0.9 for 10 % less.",
            field=name,
        )
    return factor


def _months(value: Any) -> int:
    months = as_float(value)
    if months is None or months not in range(1, _MONTHS_AHEAD + 1):
        raise FinriskError(
            f"months must be a whole number from 1 to {_MONTHS_AHEAD}, got {_shown(value)}. "
            "Give None for a change that stays.",
            field="months",
        )
    return int(months)


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
                field = INPUTS[small]
                raise InvalidHousehold(
                    f"{small} must not exceed {large}, got {field.show(low)} against "
                    f"{field.show(high)}. Correct one of the two.",
                    field=small,
                )

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> "Household":
        """A household from a dict or a DataFrame row.

        Raises:
            InvalidHousehold: for a missing required field or a name that is not in `INPUTS`.
        """
        unknown = [str(name) for name in values if name not in INPUTS]
        if unknown:
            raise InvalidHousehold(
                f"{unknown[0]} is not a field of a household. Use {', '.join(INPUTS)}.",
                field=unknown[0],
            )
        known: dict[str, Any] = {name: values.get(name) for name in INPUTS}
        return cls(**known)

    def to_dict(self) -> dict[str, float | None]:
        """Field name -> value, None where unknown."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def after(self, change: Change) -> "Household":
        """The household once the change has been made, every dollar accounted for.

        A lasting change moves monthly income and expenses. One for a few months leaves them
        and adds what was earned or not spent to savings:
            savings + months x (extra income + spending avoided).
        Spending is expenses less the debt payment (all expenses if the payment is unknown).
        """
        spendable = self.monthly_expenses - (self.debt_payment or 0)
        extra = (change.income - 1) * self.monthly_income
        avoided = (1 - change.spending) * spendable
        savings = change.savings * self.savings
        if change.months is not None:
            return replace(self, savings=max(savings + change.months * (extra + avoided), 0))
        return replace(
            self,
            savings=savings,
            monthly_income=self.monthly_income + extra,
            monthly_expenses=self.monthly_expenses - avoided,
        )


# The three households the lessons, the panel and the tests come back to.
EXAMPLES = {
    "The Parks, stable": Household(5_200, 4_100, 16_000, 6_000),
    "Maria, on the edge": Household(4_200, 3_900, 5_200, 9_000),
    "The Lees, in trouble": Household(3_100, 3_050, 1_100, 7_500),
}


def settle(
    values: Mapping[str, float | None], moved: str
) -> tuple[dict[str, float | None], list[str]]:
    """Move the other field of a cross rule along after `moved` was set past it.

    Returns:
        the settled values, and one sentence for each field that was moved along.

    >>> settle({"negative_months": 1, "negative_streak": 4}, "negative_months")[0]
    {'negative_months': 1, 'negative_streak': 1}
    """
    settled, notes = dict(values), []
    for small, large in CROSS_RULES:
        low, high = settled.get(small), settled.get(large)
        if moved not in (small, large) or low is None or high is None or low <= high:
            continue
        follower, value = (small, high) if moved == large else (large, low)
        settled[follower] = value
        field = INPUTS[follower]
        notes.append(f"{field.label} moved along to {field.show(value)}.")
    return settled, notes

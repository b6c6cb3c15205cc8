"""The fields of a household: `INPUTS`, one row for each, with range, unit, slider and help.

The table is written once. Validation, sliders, the API schema, the page's form, the CSV
documentation, what-if ranges and the property tests all read it, so a field is added or
changed here (and named in `Household`). Left out on purpose: how twelve months become these
fields (`data/feature_engineering.py`) and what a model makes of them (`ml/`).
"""

import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from finrisk.data.label import N_PAST
from finrisk.errors import InvalidHousehold
from finrisk.received import as_float, show_name, show_number, show_value

__all__ = [
    "CROSS_RULES",
    "INPUTS",
    "Input",
    "check_columns",
    "looks_like",
    "not_a_field",
    "settle",
]

_LOOKS_LIKE = 0.85  # how alike a name and a field are, of 1, to be a slip of the pen


@dataclass(frozen=True, kw_only=True)
class Input:
    """One row of `INPUTS`: everything a face or a check needs to know about a field.

    `minimum` and `maximum` are the legal range (beyond them: an error); a slider ends at
    `slider_maximum`, where nearly all households are. `whole` marks counts of months. People
    read and type the value times `scale` in `unit`: a share of 0.9 is 90 % to them. What is not
    known by its label is asked as a `question`; who has no number answers with one of `words`,
    each with its value in the simulated world.
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
    question: str = ""
    words: tuple[tuple[str, float], ...] = ()

    def show(self, value: float) -> str:
        """The value as a person reads it, rounded; a rule that is broken needs `show_exact`.

        >>> INPUTS["savings"].show(2500), INPUTS["recent_income"].show(0.935)
        ('$2,500', '93.5 %')
        """
        if self.unit.startswith("$"):
            return f"{'-' if round(value) < 0 else ''}${abs(value):,.0f}"
        if self.unit == "months":
            return "1 month" if value == 1 else f"{value:g} months"
        return f"{self.scale * value:.1f} %"

    def show_exact(self, value: float) -> str:
        """The value as a person reads it, with every digit.

        >>> INPUTS["savings"].show_exact(-0.001), INPUTS["recent_income"].show_exact(4.000001)
        ('-$0.001', '400.0001 %')
        """
        if self.unit.startswith("$"):
            dollars, _, cents = show_number(abs(value)).partition(".")
            cents = f".{cents:0<2}" if cents else ""  # $5,200.50, and not $5,200.5
            return f"{'-' if value < 0 else ''}${dollars}{cents}"
        if self.unit == "months":
            return f"{show_number(value)} month{'' if value == 1 else 's'}"
        return f"{show_number(_times(value, self.scale))} %"

    def show_apart(self, value: float, *others: float) -> list[str]:
        """The value and others that it differs from, with as many digits as the difference takes.

        >>> INPUTS["savings"].show_apart(1 / 3, 2_500), INPUTS["savings"].show_apart(7.0001, 7)
        (['$0.33', '$2,500'], ['$7.0001', '$7'])
        """
        for places in range(2 if self.scale == 1 else 3, 18):
            first, *rest = (self.show_exact(round(x, places)) for x in (value, *others))
            if first not in rest:
                return [first, *rest]
        return [self.show_exact(x) for x in (value, *others)]

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
        infinite = number is not None and math.isinf(number) and value == number
        if number is None or infinite:
            raise self._error("must be a number", show_value(value), self.advice)
        if math.isnan(number):
            if self.required:
                raise self._error("is required", "nothing", self.advice)
            return None
        if not self.minimum <= number <= self.maximum:
            low, high = self.show_exact(self.minimum), self.show_exact(self.maximum)
            meaning = f"Check the number. It stands for: {self.help[0].lower()}{self.help[1:]}"
            got, hint = show_number(value), ""
            if self.scale != 1 and math.isfinite(number):
                got, hint = f"{got}, which is {self.show_exact(number)}", self._percent_hint(number)
            raise self._error(f"must lie between {low} and {high}", got, hint + meaning)
        if self.whole and number != round(number):
            raise self._error("is a count of months", show_number(value), "Give a whole number.")
        return number + 0.0  # -0.0 would be shown with its sign

    def _percent_hint(self, number: float) -> str:
        """To whom typed 14 for 14 %."""
        share = _times(number, 1 / self.scale)
        if not self.minimum < share <= self.maximum:
            return ""
        percent = show_number(number)
        return (
            f"If you mean {percent} %, it is {show_number(share)} in Python and JSON, and "
            f"{percent} in a form. "
        )

    def _error(self, rule: str, value: str, step: str) -> InvalidHousehold:
        return InvalidHousehold(f"{self.name} {rule}, got {value}. {step}", field=self.name)


# What words mean is told by the simulated world: of its households by thirds, the middle of each.
_TABLE = (
    Input(
        name="monthly_income",
        label="Monthly income",
        unit="$",
        minimum=0,
        maximum=100_000,
        slider_maximum=15_000,
        step=50,
        default=4_500,
        help="Mean take-home pay of the last 12 months, after tax.",
        required=True,
    ),
    Input(
        name="monthly_expenses",
        label="Monthly expenses",
        unit="$",
        minimum=0,
        maximum=100_000,
        slider_maximum=15_000,
        step=50,
        default=3_900,
        help="Mean of everything paid in a month, debt payments and one-off bills included.",
        required=True,
    ),
    Input(
        name="savings",
        label="Savings",
        unit="$",
        minimum=0,
        maximum=50_000_000,
        slider_maximum=60_000,
        step=100,
        default=6_000,
        help="Money you could reach today: accounts and cash, not retirement or a house.",
        required=True,
    ),
    Input(
        name="debt",
        label="Debt",
        unit="$",
        minimum=0,
        maximum=5_000_000,
        slider_maximum=80_000,
        step=500,
        default=9_000,
        help="Cards, car, student and other loans owed today, not the mortgage.",
        required=True,
    ),
    Input(
        name="debt_payment",
        label="Debt payment",
        unit="$",
        minimum=0,
        maximum=100_000,
        slider_maximum=3_000,
        step=10,
        default=250,
        help="Mean monthly payment on that debt; it is part of the expenses.",
        question="How much do you pay on that debt each month?",
    ),
    Input(
        name="income_volatility",
        label="Ups and downs of income",
        unit="%",
        minimum=0,
        maximum=4,
        slider_maximum=1,
        step=0.01,
        default=0.14,
        help="Standard deviation of the 12 monthly incomes divided by their mean.",
        scale=100,
        question="How much does your income move?",
        words=(("hardly", 0.09), ("somewhat", 0.16), ("a lot", 0.28)),
    ),
    Input(
        name="expense_volatility",
        label="Ups and downs of expenses",
        unit="%",
        minimum=0,
        maximum=4,
        slider_maximum=1,
        step=0.01,
        default=0.14,
        help="Standard deviation of the 12 monthly expenses divided by their mean.",
        scale=100,
        question="How much do your expenses move?",
        words=(("hardly", 0.1), ("somewhat", 0.14), ("a lot", 0.21)),
    ),
    Input(
        name="savings_change",
        label="Change of savings",
        unit="$",
        minimum=-50_000_000,
        maximum=50_000_000,
        slider_maximum=20_000,
        step=100,
        default=0,
        help="Savings at the last month end minus at the first of the 12.",
        question="How much more do you have saved than eleven months ago?",
    ),
    Input(
        name="recent_income",
        label="Income, last 3 months",
        unit="% of mean",
        minimum=0,
        maximum=4,
        slider_maximum=2,
        step=0.01,
        default=1,
        help="Mean income of the last 3 months divided by monthly income.",
        scale=100,
        question="Was your pay of the last three months usual, lower, higher?",
        words=(("lower", 0.89), ("usual", 1), ("higher", 1.12)),
    ),
    Input(
        name="last_income",
        label="Income, last month",
        unit="% of mean",
        minimum=0,
        maximum=N_PAST,
        slider_maximum=2,
        step=0.01,
        default=1,
        help="Income of the last month divided by monthly income.",
        scale=100,
        question="Was last month's pay usual, lower, higher?",
        words=(("lower", 0.86), ("usual", 1), ("higher", 1.16)),
    ),
    Input(
        name="negative_months",
        label="Months in the red",
        unit="months",
        minimum=0,
        maximum=N_PAST,
        slider_maximum=N_PAST,
        step=1,
        default=3,
        help="Months with more expenses than income, of the last 12.",
        whole=True,
        question="In how many of the last 12 months did you spend more than came in?",
    ),
    Input(
        name="negative_streak",
        label="Months in the red in a row",
        unit="months",
        minimum=0,
        maximum=N_PAST,
        slider_maximum=N_PAST,
        step=1,
        default=0,
        help="Months in the red one after the other, up to now.",
        whole=True,
        question="How many of these in a row, up to now?",
    ),
)

INPUTS: dict[str, Input] = {field.name: field for field in _TABLE}

# (smaller, larger): the first field never exceeds the second. A face that moves one past
# the other takes the other along (`settle`).
CROSS_RULES = (
    ("debt_payment", "monthly_expenses"),
    ("savings_change", "savings"),
    ("negative_streak", "negative_months"),
)


def looks_like(name: str, fields: Iterable[str]) -> str:
    """The field that the name is a slip of the pen for, "" if it is none's.

    >>> looks_like("Debt Payment", INPUTS), looks_like("wealth", INPUTS)
    ('debt_payment', '')
    """
    seen = "".join(filter(str.isprintable, unicodedata.normalize("NFKC", name))).strip()
    near = get_close_matches(seen.lower().replace(" ", "_"), fields, 1, _LOOKS_LIKE)
    return near[0] if near else ""


def check_columns(columns: Iterable[Any]) -> None:
    """Refuse columns, of a table or of its row, that hold a field twice or under a misspelt name.

    Other columns are left alone.

    Raises:
        InvalidHousehold: naming the column.

    >>> check_columns(["monthly_income", "savings", "name"])
    """
    names = list(columns)
    for field in INPUTS:
        if names.count(field) > 1:
            raise InvalidHousehold(f"Column {field} stands twice. Keep one.", field=field)
    missing = [field for field in INPUTS if field not in names]
    for name in names:
        if name in INPUTS or not isinstance(name, str):
            continue
        if near := looks_like(name, missing):
            raise InvalidHousehold(
                f"Column {show_name(name, exact=True)} is not a field of a household, but looks "
                f"like {near}. Rename it or leave it out.",
                field=name,
            )


def not_a_field(name: Any) -> InvalidHousehold:
    """What somebody is told who names a field that there is not."""
    near = looks_like(name, INPUTS) if isinstance(name, str) else ""
    but = f", but looks like {near}" if near else ""
    return InvalidHousehold(
        f"{show_name(name, exact=bool(near))} is not a field of a household{but}. "
        f"Use {', '.join(INPUTS)}.",
        field=name if isinstance(name, str) else show_name(name),
    )


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


def _times(value: float, factor: float) -> float:
    """The product as a person works it out: 100 x 0.07 is 7 and not 7.000000000000001."""
    return float(Decimal(str(value)) * Decimal(str(factor)))

"""The controls of a what-if: `CHANGE_INPUTS`, one row for each, and what people ask most.

As `INPUTS` is to a household, so is this table to a `Change`: sliders, boxes and help of panel and
page read it. A value is what `Change` holds: a factor, or dollars; `as_typed` writes a change as
a person would type it into these boxes. Left out: which changes there can be (`change.py`), and
how a typed one is read (`typed.py`).
"""

from dataclasses import dataclass
from typing import NamedTuple

from finrisk.change import LARGEST_AMOUNT, LARGEST_FACTOR, Change
from finrisk.data.label import N_FUTURE
from finrisk.household import Household, change_from
from finrisk.inputs import INPUTS, Input
from finrisk.received import show_number

__all__ = [
    "CHANGE_INPUTS",
    "LASTING",
    "MEDIAN_JOB_LOSS",
    "ROUND_SUM",
    "TITLE",
    "ChangeInput",
    "UsualChange",
    "as_typed",
    "lowest",
    "signed_dollars",
    "usual_changes",
]

TITLE = "What if, from next month on"
LASTING = {None: "from now on"} | {
    n: f"for {n} month{'s' if n > 1 else ''}" for n in range(1, N_FUTURE)
}
ROUND_SUM = 100  # $; debt is paid from savings in full hundreds
# The simulated world's: half of the jobless lose more than half of the pay, and half find work
# within three months.
MEDIAN_JOB_LOSS = Change(income=0.5, months=3)
_RENT = 200.0  # $ a month more
_SMALLEST_SPENDING = 1.0  # $ a month; of less, $200 more would be a huge factor


@dataclass(frozen=True, kw_only=True)
class ChangeInput(Input):
    """One row of `CHANGE_INPUTS`. Its value is a factor that people see as a change in percent,
    or dollars."""

    @property
    def is_factor(self) -> bool:
        """Whether it multiplies what there is; else it is a sum of dollars."""
        return self.scale != 1

    def show(self, value: float) -> str:
        """The change with its sign, as a person reads it.

        >>> CHANGE_INPUTS["income"].show(0.8), CHANGE_INPUTS["one_off"].show(-2_000)
        ('-20 %', '-$2,000')
        >>> CHANGE_INPUTS["income"].show(1), CHANGE_INPUTS["debt"].show(0)
        ('0 %', '$0')
        """
        if self.is_factor:
            return _signed_percent(round(100 * (value - 1), 1))
        return f"{'+' if round(value) > 0 else ''}{super().show(value)}"

    def show_exact(self, value: float) -> str:
        """The change with its sign and with the digits that it takes to type it again.

        >>> CHANGE_INPUTS["income"].show_exact(2 / 3), CHANGE_INPUTS["debt"].show_exact(-0.5)
        ('-33.3333 %', '-$0.50')
        """
        if self.is_factor:
            return _signed_percent(round(100 * (value - 1), 4))
        return signed_dollars(value)


_TABLE = (
    ChangeInput(
        name="income",
        label="Income",
        unit="% or $ a month",
        minimum=0,
        maximum=LARGEST_FACTOR,
        slider_maximum=2,
        step=0.01,
        default=1,
        help="How it changes: -20 % or -$500.",
        scale=100,
    ),
    ChangeInput(
        name="spending",
        label="Spending",
        unit="% or $ a month",
        minimum=0,
        maximum=LARGEST_FACTOR,
        slider_maximum=2,
        step=0.01,
        default=1,
        help="All but debt payments: +10 % or +$200.",
        scale=100,
    ),
    ChangeInput(
        name="one_off",
        label="One-off sum",
        unit="$",
        minimum=-LARGEST_AMOUNT,
        maximum=LARGEST_AMOUNT,
        slider_maximum=10_000,
        step=100,
        default=0,
        help="Next month: -$2,000 for a bill, $2,000 for money that comes in.",
    ),
    ChangeInput(
        name="debt",
        label="Debt",
        unit="$",
        minimum=-LARGEST_AMOUNT,
        maximum=LARGEST_AMOUNT,
        slider_maximum=20_000,
        step=100,
        default=0,
        help="-$1,000 for debt paid off, $1,000 for debt taken on. Paid from savings: the same "
        "sum goes above.",
    ),
)

CHANGE_INPUTS: dict[str, ChangeInput] = {field.name: field for field in _TABLE}


def lowest(part: Input, household: Household) -> float:
    """Where the slider of a part begins: nobody pays off more than is owed."""
    low = part.slider_minimum
    return max(low, -household.debt) if part.name == "debt" else low


def as_typed(change: Change) -> dict[str, str]:
    """Each part that changes something -> what a person types for it.

    >>> as_typed(Change(income=0.8, months=3))
    {'income': '-20 %', 'months': '3'}
    """
    nothing = Change()
    parts = {
        name: part.show_exact(getattr(change, name))
        for name, part in CHANGE_INPUTS.items()
        if getattr(change, name) != getattr(nothing, name)
    }
    return parts if change.months is None else parts | {"months": str(change.months)}


def signed_dollars(amount: float) -> str:
    """A change of so many dollars, as a person types it.

    >>> signed_dollars(200), signed_dollars(-0.5)
    ('+$200', '-$0.50')
    """
    return f"{_sign(amount)}{INPUTS['savings'].show_exact(abs(amount))}"


def _signed_percent(percent: float) -> str:
    return f"{_sign(percent)}{show_number(abs(percent))} %"


def _sign(amount: float) -> str:
    return "+" if amount > 0 else "-" if amount < 0 else ""


class UsualChange(NamedTuple):
    """What people ask most: under a short name, and as it is typed."""

    text: str
    change: Change
    typed: dict[str, str]


def usual_changes(household: Household) -> tuple[UsualChange, ...]:
    """What people ask most, as far as this household can.

    >>> from finrisk.household import EXAMPLES
    >>> [usual.text for usual in usual_changes(EXAMPLES["Maria, on the edge"])][:3]
    ['Pay cut 20 %', 'Job lost', 'Rent + $200']
    """
    found = []
    if household.monthly_income > 0:
        found.append(_usual("Pay cut 20 %", Change(income=0.8)))
        found.append(_usual("Job lost", MEDIAN_JOB_LOSS))
    if household.spending >= _SMALLEST_SPENDING:
        rent = change_from(household, spending_dollars=_RENT)
        found.append(UsualChange("Rent + $200", rent, {"spending": signed_dollars(_RENT)}))
    found.append(_usual("$2,000 bill", Change(one_off=-2_000)))
    if household.monthly_income > 0:
        found.append(_usual("Raise 5 %", Change(income=1.05)))
    paid = ROUND_SUM * (min(household.debt, household.savings / 2) // ROUND_SUM)
    if paid > 0:
        change = Change(debt=-paid, one_off=-paid)
        found.append(_usual(f"${paid:,.0f} of savings to debt", change))
    return tuple(found)


def _usual(text: str, change: Change) -> UsualChange:
    return UsualChange(text, change, as_typed(change))

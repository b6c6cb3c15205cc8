"""`Change`: what somebody changes from next month on, in a lesson, a suggestion or a what-if.

What it does to a household somebody typed is in `household.py`; what it does to simulated ones,
who live on with it, in `data/changes.py`.
"""

from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

from finrisk.data.label import N_FUTURE
from finrisk.errors import FinriskError
from finrisk.received import as_float, show_name, show_number, show_value

__all__ = ["HIGHEST_PAYMENT_RATE", "MEDIAN_PAYMENT_RATE", "Change", "payment_after"]

MEDIAN_PAYMENT_RATE = 0.0174  # payment a month / debt, the simulated world's median
HIGHEST_PAYMENT_RATE = 0.1  # hardly any simulated household pays more of its usual debt a month
LARGEST_FACTOR = 1_000.0  # no life changes by more, and no amount overflows
LARGEST_AMOUNT = 50e6  # $, the most that a household can save


@dataclass(frozen=True, init=False, repr=False)
class Change:
    """What a household, or a lesson, changes from next month on. No change unless it is named.

    Keywords only. A Change that changes nothing equals Change(), whatever its months, and
    months=6 equals None, for the label sees six months.

    Attributes:
        income: factor on what the household would have earned; 0 is no pay.
        spending: factor on what it would have spent without debt payments, as far as there is
            money for it.
        one_off: $ next month: above 0 they come in, below 0 they are spent.
        debt: $ more (below 0: less) owed from now on. No money moves, but payments do: a loan kept
            as cash is debt=5000, one_off=5000, and a debt paid from savings has both below 0.
        months: how many months income and spending stay changed; None for good.

    Raises:
        FinriskError: for a factor that is no number from 0 to 1,000, an amount that is none of at
            most 50 million either way, months that are no whole number from 1 to 6, or
            anything else that is named.

    >>> Change(spending=0.9, months=3)
    Change(spending=0.9, months=3)
    >>> Change(debt=-2_000, one_off=-2_000, months=6)
    Change(one_off=-2000.0, debt=-2000.0)
    """

    income: float
    spending: float
    one_off: float
    debt: float
    months: int | None

    def __init__(
        self,
        /,
        *unnamed: Any,
        income: float = 1.0,
        spending: float = 1.0,
        one_off: float = 0.0,
        debt: float = 0.0,
        months: int | None = None,
        **unknown: Any,
    ) -> None:
        if unnamed:
            got = ", ".join(map(show_value, unnamed))
            raise FinriskError(f"A Change names what changes, got {got}. Write Change(income=0.9).")
        for name, value in unknown.items():
            raise _no_such_change(name, value)
        factors = {"income": _factor("income", income), "spending": _factor("spending", spending)}
        amounts = {"one_off": _amount("one_off", one_off), "debt": _amount("debt", debt)}
        for name, number in (factors | amounts).items():
            object.__setattr__(self, name, number)
        lasts = None if months is None else _months(months)
        if lasts == N_FUTURE or self.income == self.spending == 1:
            lasts = None
        object.__setattr__(self, "months", lasts)

    def to_dict(self) -> dict[str, Any]:
        """Field name -> value, months None where it is for good."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __repr__(self) -> str:
        nothing = Change().to_dict()
        named = [f"{n}={value!r}" for n, value in self.to_dict().items() if value != nothing[n]]
        return f"Change({', '.join(named)})"


def payment_after(payment: float, debt: float, more_debt: float) -> float:
    """Debt payments a month once more (or less) is owed, at the rate of the debt there is, $.

    Who owes nothing pays `MEDIAN_PAYMENT_RATE`; more debt costs no more than
    `HIGHEST_PAYMENT_RATE`.

    >>> payment_after(payment=200, debt=8_000, more_debt=-2_000)
    150.0
    >>> payment_after(payment=0, debt=0, more_debt=10_000)
    174.0
    """
    rate = payment / debt if debt > 0 else MEDIAN_PAYMENT_RATE
    if more_debt > 0:
        rate = min(rate, HIGHEST_PAYMENT_RATE)
    return max(payment + rate * more_debt, 0.0)  # all of it paid off: no rounding below 0


def _no_such_change(name: str, value: Any) -> FinriskError:
    names = [field.name for field in fields(Change)]
    if name == "savings":
        step = "Savings change by dollars: write one_off=500 for $500 more, one_off=-500 for less."
        return FinriskError(
            f"savings is nothing that a Change multiplies, got {show_value(value)}. {step}",
            field="savings",
        )
    near = get_close_matches(name.lower(), names, 1)
    but = f", but looks like {near[0]}" if near else ""
    return FinriskError(
        f"{show_name(name)} is nothing that a Change has{but}. Use {', '.join(names)}.", field=name
    )


def _factor(name: str, value: Any) -> float:
    factor = as_float(value)
    if factor is None or not 0 <= factor <= LARGEST_FACTOR:
        too_large = factor is not None and factor > LARGEST_FACTOR
        rule = f"at most {LARGEST_FACTOR:,.0f}" if too_large else "at least 0"
        raise FinriskError(
            f"{name} must be a factor of {rule}, got {show_value(value)}. "
            "Give 1 for no change, 0.9 for 10 % less.",
            field=name,
        )
    return factor


def _amount(name: str, value: Any) -> float:
    amount = as_float(value)
    if amount is None or not abs(amount) <= LARGEST_AMOUNT:
        raise FinriskError(
            f"{name} must be an amount of at most ${show_number(LARGEST_AMOUNT)} either way, "
            f"got {show_value(value)}. Give 500 for $500 more, -500 for $500 less.",
            field=name,
        )
    return amount


def _months(value: Any) -> int:
    months = as_float(value)
    if months is None or months not in range(1, N_FUTURE + 1):
        raise FinriskError(
            f"months must be a whole number from 1 to {N_FUTURE}, got {show_value(value)}. "
            "Give None for a change that stays.",
            field="months",
        )
    return int(months)

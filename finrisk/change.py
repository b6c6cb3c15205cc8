"""`Change`: what somebody changes from next month on, in a lesson, a suggestion or a what-if.

In dollars instead of factors it is made by `change_from` (`household.py`). What it does to
simulated households, who live on with it, is in `data/changes.py`; what a model sees of it, in
`data/change_features.py`.
"""

from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

from finrisk.data.label import N_FUTURE
from finrisk.errors import InvalidChange
from finrisk.received import as_float, show_name, show_number, show_value

__all__ = [
    "LARGEST_AMOUNT",
    "LARGEST_FACTOR",
    "MEDIAN_PAYMENT_RATE",
    "ROUNDING",
    "Change",
]

MEDIAN_PAYMENT_RATE = 0.0174  # payment a month / debt, the simulated world's median
LARGEST_FACTOR = 1_000.0  # no life changes by more, and no amount overflows
ROUNDING = 0.01  # $; by so little more debt may be paid off than is owed
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
        InvalidChange: for a factor that is no number from 0 to 1,000, an amount that is none of at
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
            raise InvalidChange(
                f"A Change names what changes, got {got}. Write Change(income=0.9)."
            )
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

    @property
    def words(self) -> str:
        """What is changed, as people say it; "nothing" if nothing is.

        >>> Change(income=0.7, months=3).words, Change(one_off=-2_000).words
        ('30 % less income for 3 months', '$2,000 to pay next month')
        """
        how_long = "from now on"
        if self.months is not None:
            how_long = f"for {self.months} month{'s' if self.months > 1 else ''}"
        moved = [
            f"{_more_or_less(factor)} {what}"
            for what, factor in (("income", self.income), ("spending", self.spending))
            if factor != 1
        ]
        said = [f"{' and '.join(moved)} {how_long}"] if moved else []
        if self.one_off == self.debt < 0:
            said.append(f"{_dollars(self.debt)} of debt paid from savings")
        else:
            if self.one_off:
                what = "extra" if self.one_off > 0 else "to pay"
                said.append(f"{_dollars(self.one_off)} {what} next month")
            if self.debt:
                said.append(f"{_dollars(self.debt)} {'more' if self.debt > 0 else 'less'} debt")
        return ", ".join(said) or "nothing"

    def __repr__(self) -> str:
        nothing = Change().to_dict()
        named = [f"{n}={value!r}" for n, value in self.to_dict().items() if value != nothing[n]]
        return f"Change({', '.join(named)})"


def _more_or_less(factor: float) -> str:
    if factor == 0:
        return "no"
    percent = abs(100 * (factor - 1))
    shown = f"{percent:,.0f}" if percent >= 999.5 else f"{max(percent, 0.01):.3g}"
    return f"{shown} % {'more' if factor > 1 else 'less'}"


def _dollars(amount: float) -> str:
    return f"${abs(amount):,.0f}" if abs(amount) >= 1 else f"${abs(amount):.2f}"


def _no_such_change(name: str, value: Any) -> InvalidChange:
    names = [field.name for field in fields(Change)]
    if name == "savings":
        step = "Savings change by dollars: write one_off=500 for $500 more, one_off=-500 for less."
        return InvalidChange(
            f"savings is nothing that a Change multiplies, got {show_value(value)}. {step}",
            field="savings",
        )
    near = get_close_matches(name.lower(), names, 1)
    but = f", but looks like {near[0]}" if near else ""
    return InvalidChange(
        f"{show_name(name)} is nothing that a Change has{but}. Use {', '.join(names)}.", field=name
    )


def _factor(name: str, value: Any) -> float:
    factor = as_float(value)
    if factor is None or not 0 <= factor <= LARGEST_FACTOR:
        too_large = factor is not None and factor > LARGEST_FACTOR
        rule = f"at most {LARGEST_FACTOR:,.0f}" if too_large else "at least 0"
        raise InvalidChange(
            f"{name} must be a factor of {rule}, got {show_value(value)}. "
            "Give 1 for no change, 0.9 for 10 % less.",
            field=name,
        )
    return factor


def _amount(name: str, value: Any) -> float:
    amount = as_float(value)
    if amount is None or not abs(amount) <= LARGEST_AMOUNT:
        raise InvalidChange(
            f"{name} must be an amount of at most ${show_number(LARGEST_AMOUNT)} either way, "
            f"got {show_value(value)}. Give 500 for $500 more, -500 for $500 less.",
            field=name,
        )
    return amount


def _months(value: Any) -> int:
    months = as_float(value)
    if months is None or months not in range(1, N_FUTURE + 1):
        raise InvalidChange(
            f"months must be a whole number from 1 to {N_FUTURE}, got {show_value(value)}. "
            "Give None for a change that stays.",
            field="months",
        )
    return int(months)

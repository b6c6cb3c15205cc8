"""`Change`: what somebody changes from next month on, in a lesson, a suggestion or a what-if."""

from dataclasses import dataclass
from typing import Any

from finrisk.data.label import N_FUTURE
from finrisk.errors import FinriskError
from finrisk.received import as_float, show_value

__all__ = ["Change"]

_LARGEST = 1_000  # no life changes by more, and no amount overflows


@dataclass(frozen=True)
class Change:
    """What a household, or a lesson, changes from next month on.

    `savings` multiplies savings now; `income` multiplies usual income only; `spending`
    multiplies essentials and extras (not debt payments); `months` is how long income and
    spending stay changed (None: for good).

    Raises:
        FinriskError: for a factor that is no number from 0 to 1,000, or months that are not a
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

    def expenses_after(self, monthly_expenses: Any, debt_payment: Any) -> Any:
        """Monthly expenses once spending has changed; debt payments stay. Numbers or arrays, $.

        >>> Change(spending=0.9).expenses_after(3_900, debt_payment=400)
        3550.0
        """
        return monthly_expenses - (1 - self.spending) * (monthly_expenses - debt_payment)


def _factor(name: str, value: Any) -> float:
    factor = as_float(value)
    if factor is None or not 0 <= factor <= _LARGEST:
        rule = f"at most {_LARGEST:,}" if factor and factor > _LARGEST else "at least 0"
        raise FinriskError(
            f"{name} must be a factor of {rule}, got {show_value(value)}. "
            "Give 1 for no change, 0.9 for 10 % less.",
            field=name,
        )
    return factor


def _months(value: Any) -> int:
    months = as_float(value)
    if months is None or months not in range(1, N_FUTURE + 1):
        raise FinriskError(
            f"months must be a whole number from 1 to {N_FUTURE}, got {show_value(value)}. "
            "Give None for a change that stays.",
            field="months",
        )
    return int(months)

"""What a reader should know beside the risk: what was assumed, lies far out, or cannot be.

A field that is not known is filled with a median; a value or a ratio that hardly any training
household had still gets a risk, with a warning; so do fields that no twelve months can have
together. None of it happens in silence. It is a warning and no refusal, because whoever moves one
slider passes through such households: the months in the red stay those of the past, the income
is a new one.
"""

import math
from collections.abc import Iterator, Mapping

from finrisk.data.feature_engineering import (
    FEATURES,
    LEAST,
    OPTIONAL,
    RATIOS,
    value_of_feature,
)
from finrisk.data.label import N_PAST
from finrisk.data.preprocessing import Preprocessor
from finrisk.household import Household
from finrisk.inputs import INPUTS, Input
from finrisk.received import show_number

__all__ = ["assumed", "impossible", "unusual"]

N_RECENT = 3  # months that recent_income is the mean of
_SHARES = {  # mean -> the fields that are shares of it
    "monthly_income": ("income_volatility", "recent_income", "last_income"),
    "monthly_expenses": ("expense_volatility",),
}
_ROUNDING = 0.01  # people type shares to the percent, and amounts about as exactly


def assumed(household: Household, preprocessor: Preprocessor) -> dict[str, float]:
    """Field -> the value used because it was not given, in the field's unit.

    It is the median of the field's column of X, brought back with this household's own numbers. A
    payment is told as far as it can be one: of a debt that there is, and a part of the expenses.
    """
    columns = list(FEATURES)
    found = {
        name: value_of_feature(name, float(preprocessor.median[columns.index(name)]), household)
        for name in OPTIONAL
        if getattr(household, name) is None
    }
    if household.debt == 0:
        found.pop("debt_payment", None)
    elif "debt_payment" in found:
        found["debt_payment"] = min(found["debt_payment"], household.monthly_expenses)
    return found


def unusual(household: Household, seen: Mapping[str, tuple[float, float]]) -> Iterator[str]:
    """One sentence for each value or ratio that hardly any training household had.

    Of an income or expenses below `LEAST` no ratio is told: the amount itself is.

    Args:
        household: whose risk it is.
        seen: field, or ratio "a / b", -> the two values between which nearly all of them lie.
    """
    for name, value in household.to_dict().items():
        low, high = seen[name]
        if value is not None and not low <= value <= high:
            yield _outside(INPUTS[name].label, (value, low, high), INPUTS[name])
    for name, other in RATIOS:
        over, under = getattr(household, name), getattr(household, other)
        low, high = seen[f"{name} / {other}"]
        if over is None or under < LEAST[other]:
            continue
        if not low <= over / under <= high:
            what = f"{INPUTS[name].label} against {INPUTS[other].label.lower()}"
            yield _outside(what, (over / under, low, high))


def _outside(what: str, numbers: tuple[float, float, float], field: Input | None = None) -> str:
    """A value and the two ends it lies beyond; in full where rounding makes it one of them."""
    value, low, high = map(field.show if field else "{:.2f}".format, numbers)
    if value in (low, high):
        value, low, high = field.show_apart(*numbers) if field else map(show_number, numbers)
    return (
        f"{what} of {value} lies outside what the model has seen ({low} to {high}): "
        "read the risk with care."
    )


def impossible(household: Household) -> Iterator[str]:
    """One sentence for each group of fields that no twelve months can have together.

    >>> pay = {"monthly_income": 5_000, "monthly_expenses": 4_000, "savings": 0, "debt": 0}
    >>> next(impossible(Household(**pay, negative_months=12)))[:52]
    'These cannot be of the same twelve months: months in'
    """
    for field in ("income_volatility", "expense_volatility"):
        yield from _ups_and_downs(household, field)
    yield from _shares_of_nothing(household)
    yield from _months_in_the_red(household)


def _ups_and_downs(h: Household, field: str) -> Iterator[str]:
    """Is one of the last months too large, or the standard deviation too small or too large?

    The twelve months, in means, are parts of a few months each whose sums are known. Their
    squares add up to the least where a part is spread evenly over its months, and to the most
    where one month has it all; variance = sum of squares / 12 - 1.
    """
    recent, last = (h.recent_income, h.last_income) if "income" in field else (None, None)
    parts = _parts(recent, last)
    if min(total for _, total in parts) < -_ROUNDING:
        why = f"One of {N_RECENT} months is at most {N_RECENT} times their mean."
        yield _contradiction(h, ("last_income", "recent_income"), why)
        return
    value = getattr(h, field)
    least = _deviation(sum(total**2 / n for n, total in parts))
    most = _deviation(sum(total**2 for _, total in parts))
    if value is None or least - _ROUNDING <= value <= most + _ROUNDING:
        return
    end = f"at least {100 * least:.1f}" if value < least else f"at most {100 * most:.1f}"
    names = ("recent_income", "last_income") if len(parts) > 1 else ()
    yield _contradiction(h, (field, *names), f"The ups and downs would be {end} %.")


def _parts(recent: float | None, last: float | None) -> list[tuple[int, float]]:
    """(months, their sum in means) of what is known of twelve incomes."""
    if recent is None and last is None:
        return [(N_PAST, N_PAST)]
    if recent is None or last is None:
        n, total = (1, last or 0.0) if recent is None else (N_RECENT, N_RECENT * recent)
        return [(n, total), (N_PAST - n, N_PAST - total)]
    three = N_RECENT * recent
    return [(1, last), (N_RECENT - 1, three - last), (N_PAST - N_RECENT, N_PAST - three)]


def _deviation(squares: float) -> float:
    return math.sqrt(max(squares / N_PAST - 1, 0))


def _shares_of_nothing(h: Household) -> Iterator[str]:
    """Are shares given of a mean of $0? Twelve months of nothing have none."""
    for whole, shares in _SHARES.items():
        given = tuple(name for name in shares if getattr(h, name) is not None)
        if getattr(h, whole) == 0 and given:
            why = "There is no share of $0; the risk takes the shares as they are given."
            yield _contradiction(h, (whole, *given), why)


def _months_in_the_red(h: Household) -> Iterator[str]:
    """Do the months in the red go with what is left over in the mean, and with their streak?

    The n months on the other side of zero than the mean f need a standard deviation of at least
    |f| sqrt(n / (12 - n)); income and expenses give at most the sum of theirs.
    """
    red, left_over = h.negative_months, h.monthly_income - h.monthly_expenses
    if red is None:
        return
    if red == N_PAST and h.negative_streak not in (None, N_PAST):
        why = "If all months are in the red, all are in a row."
        yield _contradiction(h, ("negative_months", "negative_streak"), why)
    if red and h.monthly_expenses == 0:
        why = "Where nothing is spent, no month has more expenses than income."
        yield _contradiction(h, ("negative_months", "monthly_expenses"), why)
        return
    names = ("negative_months", "monthly_income", "monthly_expenses")
    n = red if left_over > 0 else N_PAST - red
    mean = abs(left_over) - _ROUNDING * h.monthly_expenses
    if mean <= 0:
        return
    if n == N_PAST:
        more, less = ("expenses", "income") if red else ("income", "expenses")
        why = f"Where no month has more {less} than {more}, neither has the mean."
        yield _contradiction(h, names, why)
    elif h.income_volatility is not None and h.expense_volatility is not None:
        deviation = h.monthly_income * (h.income_volatility + _ROUNDING)
        deviation += h.monthly_expenses * (h.expense_volatility + _ROUNDING)
        if mean * math.sqrt(n / (N_PAST - n)) > deviation:
            than = "fewer" if left_over > 0 else "more"
            why = f"With so small ups and downs, {than} months would be in the red."
            yield _contradiction(h, (*names, "income_volatility", "expense_volatility"), why)


def _contradiction(h: Household, names: tuple[str, ...], why: str) -> str:
    values = [(INPUTS[name], getattr(h, name)) for name in names]
    told = [f"{f.label.lower()} ({f.show(value)})" for f, value in values if value is not None]
    return (
        f"These cannot be of the same twelve months: {'; '.join(told)}. {why} Check them, unless "
        "you are trying out a change."
    )

"""Monthly rows in a table of one's own -> arrays, each household's months in the order of time.

Months that are sorted by the alphabet come out wrong without a word: "10" before "2", April
before January, 01/2025 before 12/2024. So each is read as a month first, and twelve that do not
follow one another are refused. Left out: files (`history_csv.py`), and what the twelve months
add up to (`feature_engineering.py`).
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.data.csv_cells import Cell, read_months
from finrisk.data.household_table import amounts_of
from finrisk.data.label import N_PAST
from finrisk.errors import InvalidHistory
from finrisk.inputs import looks_like
from finrisk.received import as_float, show_kind, show_name, show_value

__all__ = ["by_household"]

Floats = NDArray[np.float64]

_REQUIRED, _OPTIONAL = ("income", "expenses", "savings", "debt"), ("debt_payment", "household")
_LIKE = "Write months like 2025-03, or number them in the order of time."


def by_household(history: pd.DataFrame) -> tuple[dict[str, Floats], pd.Index]:
    """The amounts of each household, and whose they are.

    Args:
        history: as `summarise` takes it.

    Returns:
        amounts by column, each (n_households, 12), oldest month first; the households, sorted.

    Raises:
        InvalidHistory: naming column, rule, value and next step.

    >>> year = pd.DataFrame({"month": [f"{m}/2025" for m in range(1, 13)], "income": range(12),
    ...                      "expenses": 1.0, "savings": 1.0, "debt": 0.0})
    >>> by_household(year.iloc[::-1])[0]["income"][0, -3:].tolist()
    [9.0, 10.0, 11.0]
    """
    _check_columns(history)
    owner, households = _owners(history)
    months = _months(history["month"])
    order = np.lexsort((months, owner))
    _check_run(history, months, order)
    if not _is_dated(history["month"]):
        _check_calendar(history, months, owner)
    names = [*_REQUIRED, *(["debt_payment"] if "debt_payment" in history else [])]
    amounts = {name: _amounts(history[name], order) for name in names}
    return amounts, households


def _check_columns(history: Any) -> None:
    if not isinstance(history, pd.DataFrame):
        raise InvalidHistory(
            "A history is a DataFrame, one row a month, got "
            f"{show_kind(history)}. Make one with pd.DataFrame; a file is for predict_csv."
        )
    needed = ("month", *_REQUIRED)
    absent = [name for name in (*needed, *_OPTIONAL) if name not in history]
    for column in history.columns:
        if isinstance(column, str) and (name := looks_like(column, absent)):
            raise InvalidHistory(
                f"Column {show_name(column, exact=True)} is not one of a history, but looks like "
                f"{name}. Rename it or leave it out.",
                field=column,
            )
    missing = [name for name in needed if name not in history]
    if missing:
        found = ", ".join(show_name(name, exact=True) for name in history.columns[:N_PAST])
        raise InvalidHistory(
            f"{', '.join(missing)} must be among the columns, got only {found or 'none'}. Name "
            f"them {', '.join(needed)}.",
            field=missing[0],
        )
    doubles = history.columns[history.columns.duplicated()]
    for name in (*needed, *_OPTIONAL):
        if name in doubles:
            raise InvalidHistory(f"Column {name} stands twice. Keep one.", field=name)


def _owners(history: pd.DataFrame) -> tuple[NDArray[np.intp], pd.Index]:
    """For each row the number of its household, and the households in that order."""
    ids = history.get("household", pd.Series(0, index=history.index))
    try:
        owner, names = pd.factorize(ids, sort=True)
    except (TypeError, ValueError, RuntimeError):  # a number beside a tuple, or lists
        kinds = ", ".join(sorted({type(name).__name__ for name in ids}))
        raise InvalidHistory(
            f"household must hold numbers or texts that can be put in order, got {kinds}. Give "
            "each household a number.",
            field="household",
        ) from None
    if (owner < 0).any():
        row = show_name(history.index[int(np.argmin(owner))])
        raise InvalidHistory(
            f"household must be given in every row, got nothing in row {row}. Fill that cell.",
            field="household",
        )
    counts = np.bincount(owner, minlength=len(names))
    for at in np.flatnonzero(counts != N_PAST)[:1]:
        raise InvalidHistory(
            f"summarise needs {N_PAST} months of each household, got {counts[at]} of household "
            f"{show_name(names[at])}. Keep its latest {N_PAST} rows.",
            field="month",
        )
    return owner, pd.Index(np.asarray(names), name="household")


def _is_dated(months: "pd.Series[Any]") -> bool:
    """Whether they are dates or texts; numbers alone do not say in which year they are."""
    return months.dtype.kind not in "iuf" and any(as_float(month) is None for month in months)


def _months(column: "pd.Series[Any]") -> Floats:
    """The months as numbers that rise by one from month to month."""
    if not _is_dated(column):
        return amounts_of(column, _LIKE, InvalidHistory)
    try:
        which, months = pd.factorize(column)
    except (TypeError, ValueError, RuntimeError):  # lists
        raise InvalidHistory(
            f"month must hold months, got {show_value(column.iloc[0])}. {_LIKE}", field="month"
        ) from None
    known = np.flatnonzero(which >= 0)
    first = known[np.unique(which[known], return_index=True)[1]]  # where each month stands first
    rows = zip(column.index[first], months, strict=True)
    cells = [Cell("month", row, _text(month)) for row, month in rows]
    try:
        numbers = read_months(cells)
    except InvalidHistory as error:  # a line for each bad cell; in a table the first will do
        step = "Numbers in the order of time will do, too."
        raise InvalidHistory(f"{str(error).splitlines()[0]} {step}", field="month") from None
    return np.array([*numbers, np.nan])[which]  # -1, where nothing is, is the last


def _text(month: Any) -> str:
    """A date of any library as it is written in a table; a text as it is."""
    if hasattr(month, "year") and hasattr(month, "month"):
        return f"{month.year:04d}-{month.month:02d}"
    return " ".join(month.split()) if isinstance(month, str) else show_value(month)


def _check_run(history: pd.DataFrame, months: Floats, order: NDArray[np.intp]) -> None:
    """Refuse months that are missing, stand twice, or do not follow one another."""
    steps = np.diff(months[order].reshape(-1, N_PAST), axis=1)
    for household, month in np.argwhere(steps != 1)[:1]:  # NaN is no step of one either
        at = order[N_PAST * household + month : N_PAST * household + month + 2]
        first, second = (show_value(value) for value in history["month"].iloc[at])
        where = " and ".join(show_name(row) for row in history.index[at])
        if np.isnan(months[at]).any():
            raise InvalidHistory(
                f"month must be given in every row, got {first} and {second} in rows {where}. "
                f"Fill that cell. {_LIKE}",
                field="month",
            )
        raise InvalidHistory(
            f"month must rise by one from row to row of a household, got {first} and then {second} "
            f"in rows {where}. Keep one row for each month, and leave none out. {_LIKE}",
            field="month",
        )


def _check_calendar(history: pd.DataFrame, months: Floats, owner: NDArray[np.intp]) -> None:
    """Refuse months 1 to 12 that begin in the middle of a year: their order is not known."""
    order = np.argsort(owner, kind="stable")  # each household's rows as they were given
    given = months[order].reshape(-1, N_PAST)
    steps = np.diff(given, axis=1)
    in_order = (steps == 1).all(axis=1) | (steps == -1).all(axis=1)
    for household in np.flatnonzero((given.min(axis=1) == 1) & ~in_order)[:1]:
        at = order[N_PAST * household]
        first, row = show_value(history["month"].iloc[at]), show_name(history.index[at])
        raise InvalidHistory(
            "month must say its year where the numbers 1 to 12 do not stand in order, got "
            f"{first} first, in row {row}. Write months like 2025-03.",
            field="month",
        )


def _amounts(column: "pd.Series[Any]", order: NDArray[np.intp]) -> Floats:
    """One column, (n_households, 12); a debt payment may be unknown in all twelve months."""
    values = amounts_of(column, "Write it like 1234.50, and 0 for nothing.", InvalidHistory)
    amounts = values[order].reshape(-1, N_PAST)
    empty = np.isnan(amounts)
    if column.name == "debt_payment":
        empty &= ~empty.all(axis=1, keepdims=True)
    step = "Write money paid without a minus, and an overdraft as debt with savings 0."
    rules = (
        (empty, "must be given for every month", "Fill that cell."),
        (amounts < 0, "must not be negative", step),
    )
    for broken, rule, step in rules:
        for at in order[np.flatnonzero(broken)[:1]]:
            got = "nothing" if np.isnan(values[at]) else show_value(column.iloc[at])
            row = show_name(column.index[at])
            raise InvalidHistory(
                f"{column.name} {rule}, got {got} in row {row}. {step}", field=str(column.name)
            )
    return amounts

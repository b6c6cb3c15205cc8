"""The summary extract of the Survey of Consumer Finances, read as its publisher ships it.

The Federal Reserve Board asks some 6,000 US families every three years and publishes a table for
anybody to download; it is never part of this project. A family stands in it five times: answers
it did not give were filled in five times over, by chance, so that the spread of the five shows
how much is not known (five "implicates"). Here the file is read, and refused with a sentence
where it is another one or damaged. Left out: what the columns say of a household (`families.py`).
"""

import zlib
from pathlib import Path
from typing import Any, Literal
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from finrisk.errors import FinriskError
from finrisk.paths import Unusable, find_path, read_file, show_path
from finrisk.received import show_number, show_value
from finrisk.titles import SURVEY

__all__ = ["COLUMNS", "N_IMPLICATES", "read_survey"]

N_IMPLICATES = 5
# The survey's own name of each column that is needed -> unit and meaning. Dollars are those of one
# year, the same in all columns: the survey's, or a later one in a file that was published again.
COLUMNS = {
    "YY1": "number of the family",
    "Y1": "number of the row: 10 x YY1 + implicate, 1 to 5",
    "WGT": "families of the country that the row stands for; the five of a family share them",
    "INCOME": "$ a year before tax, in the year before the interview",
    "LIQ": "$, in checking, savings and money market accounts, call accounts and prepaid cards",
    "CCBAL": "$, owed on credit cards after the last payment",
    "INSTALL": "$, owed on instalment loans: cars, education and others",
    "OTHLOC": "$, owed on lines of credit that no home secures",
    "ODEBT": "$, other debts: against a pension, an insurance or shares, and whatever else",
    "CONSPAY": "$ a month, paid on instalment loans and other debts",
    "REVPAY": "$ a month, on cards (2.5 % of CCBAL, the survey's estimate) and lines of credit",
    "WSAVED": "spending of the last year: 1 more than income, 2 as much, 3 less",
    "LATE": "1 if late on a debt payment in the last year",
    "LATE60": "1 if 60 days late or more on one in the last year",
    "HPAYDAY": "1 if a payday loan was taken in the last year",
    "TURNDOWN": "1 if refused credit in the last year",
}
_CODES = {
    "WSAVED": (1, 2, 3),
    **dict.fromkeys(("LATE", "LATE60", "HPAYDAY", "TURNDOWN"), (0, 1)),
}
_NOT_BELOW_0 = ("LIQ", "CCBAL", "INSTALL", "OTHLOC", "ODEBT", "CONSPAY", "REVPAY")
_LARGEST = 1e12  # dollars or families; the richest has less, and sums of more overflow
_PACKED: dict[bytes, Literal["gzip", "zip"]] = {b"\x1f\x8b": "gzip", b"PK": "zip"}


def read_survey(source: str | Path) -> pd.DataFrame:
    """Read the columns of `COLUMNS` from a CSV file, also packed as .gz or .zip.

    Args:
        source: path of the file; what it is packed with is seen from its first bytes.

    Returns:
        DataFrame of float64, one row for each family and implicate, in the file's order; other
        columns of the file are left out.

    Raises:
        FinriskError: if the file is missing, damaged or another one, lacks a column, or holds
            something that the survey does not; naming column, rule, value and next step.
    """
    path, packed = _find(source)
    try:
        # As a row like any other: a header that holds a name twice is made to hold two.
        header = pd.read_csv(path, header=None, nrows=1, dtype=str, compression=packed)
        names = _names(header.iloc[0].fillna("").tolist(), path)
        table = pd.read_csv(path, usecols=list(names), compression=packed, low_memory=False)
    except pd.errors.EmptyDataError:
        raise _error(f"{show_path(path)}, which is empty") from None
    except (OSError, EOFError, RuntimeError, zlib.error, BadZipFile, ValueError) as error:
        if isinstance(error, FinriskError):
            raise
        first = str(error).partition("\n")[0].rstrip(".")
        got = f"{show_path(path)}, which cannot be read as one ({first or type(error).__name__})"
        raise _error(got) from error
    return _check(table.rename(columns=names)[list(COLUMNS)], path)


def _find(source: Any) -> tuple[Path, Literal["gzip", "zip"] | None]:
    """The path, and what the file is packed with."""
    try:
        path = find_path(source)
        start = read_file(path, 2)
    except Unusable as error:
        raise _error(f"{show_path(source)}, which {error}") from error
    return path, _PACKED.get(start)


def _names(columns: list[str], path: Path) -> dict[str, str]:
    """The file's name of each column that is needed -> the survey's; capitals do not matter."""
    known = [(name, name.strip().upper()) for name in columns]
    found = [ours for _, ours in known if ours in COLUMNS]
    for ours in found:
        if found.count(ours) > 1:
            got = f"{show_path(path)}, which holds {ours} {found.count(ours)} times"
            raise _error(got, column=ours)
    names = {name: ours for name, ours in known if ours in COLUMNS}
    missing = [name for name in COLUMNS if name not in names.values()]
    if missing:
        raise _error(
            f"{show_path(path)}, which lacks {', '.join(missing)} of the {len(COLUMNS)} columns "
            "that are needed",
            column=missing[0],
        )
    return names


def _check(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The table as numbers, once nothing in it contradicts what the survey says of itself."""
    if table.empty:
        raise _error(f"{show_path(path)}, which holds a header and no family")
    numbers = pd.DataFrame(
        {name: pd.to_numeric(table[name], errors="coerce").astype(np.float64) for name in COLUMNS}
    )
    for name in COLUMNS:
        column = numbers[name]
        _check_all(name, np.isfinite(column), "must hold a number in each row", table)
        _check_all(name, column.abs() <= _LARGEST, f"must be at most {_LARGEST:,.0f}", table)
        if name in _CODES:
            rule = f"must be one of {', '.join(map(str, _CODES[name]))}"
            _check_all(name, column.isin(_CODES[name]), rule, table)
        if name in _NOT_BELOW_0:
            _check_all(name, column >= 0, "must not be negative", table)
    _check_all("WGT", numbers["WGT"] > 0, "must be above 0", table)
    implicate = numbers["Y1"] - 10 * numbers["YY1"]
    numbered = implicate.isin(range(1, N_IMPLICATES + 1)) & ~numbers["Y1"].duplicated()
    numbered &= numbers["YY1"] == numbers["YY1"].round()
    complete = numbers.groupby("YY1")["Y1"].transform("size") == N_IMPLICATES
    rule = f"must be 10 x YY1 + 1 to {N_IMPLICATES}, each once, for every family"
    _check_all("Y1", numbered & complete, rule, table)
    return numbers


def _check_all(name: str, good: "pd.Series[bool]", rule: str, table: pd.DataFrame) -> None:
    """Refuse the first row that is not good; rows are counted as an editor does, header first."""
    if not good.all():
        at = int(np.argmin(good.to_numpy()))
        value = table[name].iloc[at]
        got = show_value(value) if isinstance(value, str) else show_number(value)
        got = "nothing" if pd.isna(value) else got
        raise FinriskError(
            f"{name} ({COLUMNS[name]}) {rule}, got {got} in row {at + 2}. {SURVEY}", field=name
        )


def _error(got: str, column: str = "survey file") -> FinriskError:
    return FinriskError(
        f"The survey file must be a summary extract of the Survey of Consumer Finances, got {got}. "
        f"{SURVEY}",
        field=column,
    )

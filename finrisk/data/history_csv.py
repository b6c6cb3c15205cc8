"""One household's CSV file, read and checked: decode -> table -> twelve -> numbers.

Every app exports its own way, so a file is accepted whenever it can be read in one way only:
the usual encodings, separators, headers, ways to write a month and an amount. What can be
read in two ways, or in none, is refused with a sentence that says where it stands and what to
write. Left out on purpose: how the text becomes rows (`csv_table.py`), how one cell is read
(`csv_cells.py`), what the twelve months mean (`feature_engineering.py`), and whether their
household is in the model's range (`Household`).
"""

import codecs
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import IO, Any

import pandas as pd

from finrisk.data.csv_cells import (
    COMMA,
    POINT,
    WHOLE,
    Cell,
    month_label,
    read_amounts,
    read_months,
    refuse,
    show_text,
)
from finrisk.data.csv_table import REQUIRED, Cells, Table, file_error, table_of
from finrisk.data.label import N_PAST
from finrisk.errors import InvalidHistory
from finrisk.inputs import INPUTS
from finrisk.paths import Unusable, find_path, read_file, show_path
from finrisk.received import show_kind

__all__ = ["Source", "read_history"]

# The path of a file, its content, or the file itself, opened.
Source = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | IO[str]

# The most one month may hold, $. A mean over 12 months at its limit may be one month's alone.
_MOST = {
    "income": N_PAST * INPUTS["monthly_income"].maximum,
    "expenses": N_PAST * INPUTS["monthly_expenses"].maximum,
    "savings": INPUTS["savings"].maximum,
    "debt": INPUTS["debt"].maximum,
    "debt_payment": N_PAST * INPUTS["debt_payment"].maximum,
}
_MAX_BYTES = 2**20  # twelve rows take about 1 kB: a larger file is something else
_ROUNDING = 10.0  # $; of sheets that show tens of dollars
_NOT_TEXT = {
    b"PK\x03\x04": "an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
}


def read_history(source: Source) -> pd.DataFrame:
    r"""Read the latest 12 months of one household from a CSV file.

    Args:
        source: the path of the file, its content as bytes, or the file, opened and at its
            beginning.

    Returns:
        12 rows in the order of time: `month` as "YYYY-MM", then `income, expenses, savings,
        debt` in $, and `debt_payment` when the file has it.

    Raises:
        InvalidHistory: naming column, rule, value and next step, whatever is wrong; where
            several cells are, a line for each.

    >>> rows = [f"{month}/2025;4.180,50 €;3900;5500;9000" for month in range(1, 13)]
    >>> file = "\n".join(["Month;Income;Expenses;Savings;Debt", *rows])
    >>> read_history(file.encode())["income"].mean()
    np.float64(4180.5)
    """
    table = table_of(_decode(_load(source)))
    twelve = _latest_twelve(table)
    # Where commas separate the cells, none is left to mark decimals.
    notations = (POINT, WHOLE) if table.delimiter == "," else (POINT, COMMA)
    return pd.DataFrame({"month": list(twelve), **_numbers(list(twelve.values()), notations)})


# ---- decode: bytes -> text


def _load(source: Any) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if hasattr(source, "read"):
        return _read_on(source)
    step = "Give the path of a CSV file, or its content as bytes."
    if not isinstance(source, str | os.PathLike):
        raise file_error("must be a path or bytes", f"a {show_kind(source)}", step)
    path: Any = source
    try:
        path = find_path(source)
        return read_file(path, _MAX_BYTES + 1)
    except Unusable as error:
        got = f"{show_path(path)}, which {error}"
    if "\n" in str(source):
        step = "Is that the content itself? Then give it as bytes, with .encode() behind it."
    raise file_error("must be there to be read", got, step)


def _read_on(file: Any) -> bytes:
    """What is still to be read of an open file, of bytes or of text."""
    try:
        content = file.read(_MAX_BYTES + 1)
    except (OSError, ValueError, TypeError) as error:  # closed, for writing only, not this text
        got = f"a {show_kind(file)} that cannot be read ({error})"
        step = "Give its path: it is opened, and closed, here."
        raise file_error("must be open and readable", got, step) from error
    if isinstance(content, str):
        return content.encode("utf-8", "replace")
    if not isinstance(content, bytes):
        step = "Give the content itself, as bytes."
        raise file_error("must read as bytes or text", f"a {show_kind(content)}", step)
    return content


def _decode(data: bytes) -> str:
    step = "Save or export the months as CSV (UTF-8) and give that file."
    if len(data) > _MAX_BYTES:
        raise file_error(
            "must not be larger than 1 MiB", "a larger one", f"Keep {N_PAST} monthly rows."
        )
    for signature, kind in _NOT_TEXT.items():
        if data.startswith(signature):
            raise file_error("must be a CSV text", f"what looks like {kind}", step)
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            if "\0" not in text:
                return text
    raise file_error("must be a CSV text", "bytes that are not text", step)


# ---- twelve: the latest months, each once and without a gap


def _latest_twelve(table: Table) -> dict[str, Cells]:
    """The rows of the latest 12 months by their label; older amounts are not looked at."""
    at = table.places["month"]
    months = read_months([Cell("month", number, record[at]) for number, record in table.rows])
    rows_of: dict[int, list[tuple[int, list[str]]]] = {}
    for month, row in zip(months, table.rows, strict=True):
        rows_of.setdefault(month, []).append(row)
    latest = sorted(rows_of)[-N_PAST:]
    for month in latest:
        if len(rows_of[month]) > 1:
            first, second, *_ = (number for number, _ in rows_of[month])
            got = f"{month_label(month)} in row {first} and in row {second}"
            step = "Keep one row for each month."
            raise file_error("must differ from row to row", got, step, column="month")
    _check_run(latest)
    return {month_label(month): table.cells(*rows_of[month][0]) for month in latest}


def _check_run(months: list[int]) -> None:
    """Refuse months that are too few, or that do not follow one another."""
    gaps = [pair for pair in pairwise(months) if pair[1] != pair[0] + 1]
    holes = [f"no {month_label(before + 1)} after {month_label(before)}" for before, _ in gaps]
    if len(months) < N_PAST:
        step = "Export a longer time, one row for each month."
        raise file_error(
            f"must hold at least {N_PAST} months", ", ".join([str(len(months)), *holes]), step
        )
    if holes:
        step = f"Add that month; the next one in the file is {month_label(gaps[0][1])}."
        raise file_error(
            f"must not skip any of the latest {N_PAST}", holes[0], step, column="month"
        )


# ---- numbers: text -> dollars


def _numbers(rows: list[Cells], notations: Sequence[str]) -> dict[str, list[float]]:
    """Column -> its 12 amounts; a debt_payment left blank in every row counts as absent."""
    names = [name for name in _MOST if name in REQUIRED or _is_given(name, rows)]
    cells: list[Cell] = []  # column after column
    for name in names:
        cells += [row[name] for row in rows]
    empty = [_empty(cell) for cell in cells if not cell.text]
    filled = [cell for cell in cells if cell.text]
    amounts = read_amounts(filled, notations, problems=empty)
    columns = {name: amounts[N_PAST * i : N_PAST * (i + 1)] for i, name in enumerate(names)}
    _check_balance(columns)
    refuse(list(_beyond_limits(cells, amounts)))
    if "debt_payment" in columns:
        refuse(list(_beyond_expenses(rows, columns)))
    return columns


def _check_balance(columns: dict[str, list[float]]) -> None:
    """Refuse savings that are what came on top in each month, not what is there at its end."""
    months = pd.DataFrame(columns)
    left_over = months["income"] - months["expenses"]
    for flow in (left_over, left_over - months.get("debt_payment", 0)):
        same = (months["savings"] - flow).abs() <= _ROUNDING
        if (same & (months["savings"].abs() > _ROUNDING)).sum() > N_PAST / 2:
            raise file_error(
                "must be the balance at each month end",
                "what was left of each month, income - expenses",
                "Give what stood on the accounts at the end of each month.",
                column="savings",
            )


def _is_given(name: str, rows: list[Cells]) -> bool:
    return any(name in row and row[name].text for row in rows)


def _empty(cell: Cell) -> InvalidHistory:
    or_none = " or clear the whole column" if cell.column not in REQUIRED else ""
    return cell.error("must be given for every month", f"Fill that cell{or_none}.")


def _beyond_limits(cells: list[Cell], amounts: list[float]) -> Iterator[InvalidHistory]:
    for cell, amount in zip(cells, amounts, strict=True):
        most = _MOST[cell.column]
        if amount < 0:
            step = "Write money paid without a minus, and an overdraft as debt with savings 0."
            yield cell.error("must not be negative", step)
        if amount > most:
            yield cell.error(f"must be at most ${most:,.0f} in a month", "Check that cell.")


def _beyond_expenses(
    rows: list[Cells], columns: dict[str, list[float]]
) -> Iterator[InvalidHistory]:
    pairs = zip(columns["debt_payment"], columns["expenses"], strict=True)
    for row, (payment, expenses) in zip(rows, pairs, strict=True):
        if payment > expenses:
            part_of = show_text(row["expenses"].text)  # as written: it may differ by a hair
            rule = f"is part of the month's expenses, {part_of}, and must not exceed them"
            yield row["debt_payment"].error(rule, "Correct one of the two.")

"""One household's CSV file, read and checked: decode -> table -> twelve -> numbers.

Every app exports its own way, so a file is accepted whenever it can be read in one way only:
the usual encodings, separators, headers, ways to write a month and an amount. What can be
read in two ways, or in none, is refused with a sentence that says where it stands and what to
write. Left out on purpose: how one cell is read (`csv_cells.py`), what the twelve months mean
(`feature_engineering.py`), and whether their household is in the model's range (`Household`).
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, pairwise
from pathlib import Path

import pandas as pd

from finrisk.data.csv_cells import (
    Cell,
    month_label,
    read_amounts,
    read_months,
    refuse,
    show_text,
)
from finrisk.data.label import N_PAST
from finrisk.errors import InvalidHistory
from finrisk.inputs import INPUTS

__all__ = ["read_history"]

_Row = dict[str, Cell]  # our columns of one row, by name

# The most one month may hold, $. A mean over 12 months at its limit may be one month's alone.
_MOST = {
    "income": N_PAST * INPUTS["monthly_income"].maximum,
    "expenses": N_PAST * INPUTS["monthly_expenses"].maximum,
    "savings": INPUTS["savings"].maximum,
    "debt": INPUTS["debt"].maximum,
    "debt_payment": N_PAST * INPUTS["debt_payment"].maximum,
}
_REQUIRED = ("month", "income", "expenses", "savings", "debt")
_COLUMN_OF = {name.replace("_", ""): name for name in ("month", *_MOST)}

_MAX_BYTES = 2**20  # twelve rows take about 1 kB: a larger file is something else
_NOT_TEXT = {
    b"PK\x03\x04": "an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
}


def read_history(source: str | Path | bytes) -> pd.DataFrame:
    r"""Read the latest 12 months of one household from a CSV file.

    Args:
        source: the path of the file, or its content as bytes.

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
    rows, delimiter = _table(_decode(_load(source)))
    twelve = _latest_twelve(rows)
    # Where commas separate the cells, none is left to mark decimals.
    numbers = _numbers(list(twelve.values()), decimal_comma=delimiter != ",")
    return pd.DataFrame({"month": list(twelve), **numbers})


def _error(rule: str, got: str, step: str, *, column: str = "") -> InvalidHistory:
    """The sentence about the whole file, or about one of its columns."""
    return InvalidHistory(f"{column or 'The file'} {rule}, got {got}. {step}", field=column)


# ---- decode: bytes -> text


def _load(source: str | Path | bytes) -> bytes:
    step = "Give the path of a CSV file, or its content as bytes."
    if isinstance(source, bytes):
        return source
    if not isinstance(source, str | Path):
        raise _error("must be a path or bytes", f"a {type(source).__name__}", step)
    path = Path(source)
    try:
        if path.is_file():
            with path.open("rb") as file:
                return file.read(_MAX_BYTES + 1)
        problem = "is a folder" if path.is_dir() else "was not found"
    except OSError as error:
        problem = f"cannot be opened ({error.strerror})"
    raise _error("must be there to be read", f"{str(path)[:200]!r}, which {problem}", step)


def _decode(data: bytes) -> str:
    step = "Save or export the months as CSV (UTF-8) and give that file."
    if len(data) > _MAX_BYTES:
        raise _error(
            "must not be larger than 1 MiB", "a larger one", f"Keep {N_PAST} monthly rows."
        )
    for signature, kind in _NOT_TEXT.items():
        if data.startswith(signature):
            raise _error("must be a CSV text", f"what looks like {kind}", step)
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            if "\0" not in text:
                return text
    raise _error("must be a CSV text", "bytes that are not text", step)


# ---- table: text -> rows of our columns


def _table(text: str) -> tuple[list[_Row], str]:
    """The rows below the header, and the delimiter: the one that finds most of our columns."""
    text = re.sub(r"\A\s*sep=.[\r\n]+", "", text, flags=re.IGNORECASE)  # a hint for Excel
    top_line = re.search(r"\S[^\r\n]*", text)
    delimiter = max(",;\t", key=lambda mark: _fit(top_line[0] if top_line else "", mark))
    records = [(i, record) for i, record in enumerate(_split(text, delimiter)) if any(record)]
    if not records:
        raise _error(f"must hold {N_PAST} months", "an empty file", "Export the months again.")
    (top, header), *body = records
    places = _places(header)
    if not body:
        raise _error(f"must hold {N_PAST} months", "only a header", "Add a row for each month.")
    return [_row(i - top + 1, record, header, places) for i, record in body], delimiter


def _split(text: str, delimiter: str) -> list[list[str]]:
    """Cells of every record, white space (also the unbreakable kind) reduced to one blank."""
    lines = io.StringIO(text, newline="")
    try:
        records = list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))
    except csv.Error as error:
        step = "Check that every opening quote is closed."
        raise _error("must be a table of short cells", f"a {error}", step) from None
    return [list(map(_without_gaps, record)) for record in records]


def _without_gaps(cell: str) -> str:
    return " ".join(cell.split())


def _fit(top_line: str, delimiter: str) -> tuple[int, int]:
    cells = list(chain.from_iterable(_split(top_line, delimiter)))
    return len({_column(cell) for cell in cells} - {""}), len(cells)


def _column(cell: str) -> str:
    """Our name of a header cell, "" for other columns: 'Debt Payment' -> 'debt_payment'."""
    return _COLUMN_OF.get(re.sub(r"[ _-]", "", cell).lower(), "")


def _places(header: list[str]) -> dict[str, int]:
    """Where each of our columns stands in the header."""
    names = [_column(cell) for cell in header]
    for name in _COLUMN_OF.values():
        if names.count(name) > 1:
            got, step = f"{names.count(name)} such columns", "Delete or rename the others."
            raise _error("must stand once in the header", got, step, column=name)
    missing = [name for name in _REQUIRED if name not in names]
    if missing:
        found = ", ".join(show_text(cell) for cell in header[:12] if cell)
        raise InvalidHistory(
            f"{', '.join(missing)} must be among the columns, got only {found}. Name "
            f"{', '.join(_REQUIRED)} in the first row, with , or ; or a tab between them.",
            field=missing[0],
        )
    return {name: names.index(name) for name in _COLUMN_OF.values() if name in names}


def _row(number: int, record: list[str], header: list[str], places: dict[str, int]) -> _Row:
    """One row; more cells than the header has mean that an amount was split in two.

    Surplus blanks are harmless only after a column that is always filled: after one that may
    be blank (Notes), the last blank could be the very cell that was pushed out.
    """
    width = 1 + max(i for i, cell in enumerate(header) if cell)
    ends_filled = width - 1 in [places[name] for name in _REQUIRED]
    if any(record[width:]) or (len(record) > len(header) and not ends_filled):
        step = 'Write amounts without thousands separator, or in quotes like "1,234.50".'
        rule = f"must have {width} cells in every row, like its header"
        raise _error(rule, f"{len(record)} in row {number}", step)
    cells = record + [""] * width
    return {name: Cell(name, number, cells[place]) for name, place in places.items()}


# ---- twelve: the latest months, each once and without a gap


def _latest_twelve(rows: list[_Row]) -> dict[str, _Row]:
    """The rows of the latest 12 months by their label; older amounts are not looked at."""
    rows_of: dict[int, list[_Row]] = {}
    for month, row in zip(read_months([row["month"] for row in rows]), rows, strict=True):
        rows_of.setdefault(month, []).append(row)
    latest = sorted(rows_of)[-N_PAST:]
    for month in latest:
        if len(rows_of[month]) > 1:
            first, second, *_ = (row["month"].row for row in rows_of[month])
            got = f"{month_label(month)} in row {first} and in row {second}"
            step = "Keep one row for each month."
            raise _error("must differ from row to row", got, step, column="month")
    _check_run(latest)
    return {month_label(month): rows_of[month][0] for month in latest}


def _check_run(months: list[int]) -> None:
    """Refuse months that are too few, or that do not follow one another."""
    gaps = [pair for pair in pairwise(months) if pair[1] != pair[0] + 1]
    holes = [f"no {month_label(before + 1)} after {month_label(before)}" for before, _ in gaps]
    if len(months) < N_PAST:
        step = "Export a longer time, one row for each month."
        raise _error(
            f"must hold at least {N_PAST} months", ", ".join([str(len(months)), *holes]), step
        )
    if holes:
        step = f"Add that month; the next one in the file is {month_label(gaps[0][1])}."
        raise _error(f"must not skip any of the latest {N_PAST}", holes[0], step, column="month")


# ---- numbers: text -> dollars


def _numbers(rows: list[_Row], *, decimal_comma: bool) -> dict[str, list[float]]:
    """Column -> its 12 amounts; a debt_payment left blank in every row counts as absent."""
    names = [name for name in _MOST if name in _REQUIRED or _is_given(name, rows)]
    cells: list[Cell] = []  # column after column
    for name in names:
        cells += [row[name] for row in rows]
    empty = [_empty(cell) for cell in cells if not cell.text]
    filled = [cell for cell in cells if cell.text]
    amounts = read_amounts(filled, decimal_comma=decimal_comma, problems=empty)
    refuse(list(_beyond_limits(cells, amounts)))
    columns = {name: amounts[N_PAST * i : N_PAST * (i + 1)] for i, name in enumerate(names)}
    if "debt_payment" in columns:
        refuse(list(_beyond_expenses(rows, columns)))
    return columns


def _is_given(name: str, rows: list[_Row]) -> bool:
    return any(name in row and row[name].text for row in rows)


def _empty(cell: Cell) -> InvalidHistory:
    or_none = " or clear the whole column" if cell.column not in _REQUIRED else ""
    return cell.error("must be given for every month", f"Fill that cell{or_none}.")


def _beyond_limits(cells: list[Cell], amounts: list[float]) -> Iterator[InvalidHistory]:
    for cell, amount in zip(cells, amounts, strict=True):
        most = _MOST[cell.column]
        if amount < 0:
            step = "Write money paid without a minus, and an overdraft as debt with savings 0."
            yield cell.error("must not be negative", step)
        if amount > most:
            yield cell.error(f"must be at most ${most:,.0f} in a month", "Check that cell.")


def _beyond_expenses(rows: list[_Row], columns: dict[str, list[float]]) -> Iterator[InvalidHistory]:
    pairs = zip(columns["debt_payment"], columns["expenses"], strict=True)
    for row, (payment, expenses) in zip(rows, pairs, strict=True):
        if payment > expenses:
            rule = f"is part of the month's expenses, ${expenses:,.2f}, and must not exceed them"
            yield row["debt_payment"].error(rule, "Correct one of the two.")

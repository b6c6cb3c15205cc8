"""The text of a CSV file -> the rows of our columns, each cell in the column it was meant for.

A row is believed only if it cannot have lost a cell: every quote is closed, every row has one
cell for each column of the header, and no amount was split in two at its comma. A column that
is nearly ours is asked about. Left out on purpose: bytes, and which rows count
(`history_csv.py`); how one cell is read (`csv_cells.py`).
"""

import csv
import io
import re
from difflib import get_close_matches
from itertools import pairwise
from typing import NamedTuple

from finrisk.data.csv_cells import Cell, is_amount, show_text
from finrisk.data.label import N_PAST
from finrisk.errors import InvalidHistory

__all__ = ["REQUIRED", "Cells", "Table", "file_error", "table_of"]

Cells = dict[str, Cell]  # our columns of one row, by name

REQUIRED = ("month", "income", "expenses", "savings", "debt")
_OURS = (*REQUIRED, "debt_payment")
_COLUMN_OF = {name.replace("_", ""): name for name in _OURS}

_MOST_COLUMNS = 500  # a month of a household has five or six, a crowded sheet some dozens
_LONGEST_HEADER = 10_000  # characters looked at to find the delimiter
_LOOKS_LIKE = 0.9  # of 1, how alike a slip of the pen is; debit is no debt (0.89)
_MARKS = {",": "comma", ";": "semicolon", "\t": "tab"}
_FOR_WORDS = (
    *("note", "notes", "comment", "comments", "memo", "remark", "remarks", "description", "text"),
    *("details", "info", "category", "bemerkung", "notiz", "kommentar", "anmerkung", "remarque"),
)
_FRONT, _THREE_DIGITS = re.compile(r"[1-9][0-9]?"), re.compile(r"[0-9]{3}(?:\.[0-9]*+)?+")
_REST = re.compile(r"0[0-9]{2}(?:\.[0-9]*+)?+")  # of 5,050.00, split at its comma
_WHOLE_AMOUNTS = 'Write amounts without thousands separator, or in quotes like "1,234.50".'


class Table(NamedTuple):
    """The rows below the header, each with its number, and where our columns stand in them."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    places: dict[str, int]
    delimiter: str

    def cells(self, number: int, record: list[str]) -> Cells:
        """Our columns of one row."""
        return {name: Cell(name, number, record[at]) for name, at in self.places.items()}


def file_error(rule: str, got: str, step: str, *, column: str = "") -> InvalidHistory:
    """The sentence about the whole file, or about one of its columns."""
    return InvalidHistory(f"{column or 'The file'} {rule}, got {got}. {step}", field=column)


def table_of(text: str) -> Table:
    """Read the rows, split at the delimiter that finds most of our columns.

    Raises:
        InvalidHistory: naming the row or the column that cannot be trusted.

    >>> table = table_of("Month,Income,Expenses,Savings,Debt\\n2025-01,4200,3900,5000,9000")
    >>> table.places["savings"], table.rows
    (3, [(2, ['2025-01', '4200', '3900', '5000', '9000'])])
    """
    text = re.sub(r"[\xa0\u2009\u202f]", " ", text)  # blanks that do not break a line
    text = re.sub(r"\A\s*+sep=.[\r\n]++", "", text, flags=re.IGNORECASE)  # a hint for Excel
    top_line = re.search(r"\S[^\r\n]*+", text)
    delimiter = max(",;\t", key=lambda mark: _fit(top_line[0] if top_line else "", mark))
    records = _split(text, delimiter)
    if not records:
        raise file_error(f"must hold {N_PAST} months", "an empty file", "Export the months again.")
    header = records[0]
    places = _places(header)
    rows = [(n, record) for n, record in enumerate(records[1:], 2) if any(record)]
    if not rows:
        raise file_error(f"must hold {N_PAST} months", "only a header", "Add a row for each month.")
    table = Table(header, rows, places, delimiter)
    _check_widths(table)
    if delimiter == ",":
        _check_splits(table)
    return table


def _split(text: str, delimiter: str) -> list[list[str]]:
    """The cells of every row from the header on, without the blanks around them."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    records: list[list[str]] = []
    try:
        for cells in reader:
            if records or any(map(str.strip, cells)):  # what stands above the header is no row
                _check_line_breaks(cells, len(records) + 1, delimiter)
                # "1 234" is one amount, but "400", a line break, "300" are two: they stay.
                records.append([cell.strip() for cell in cells])
    except csv.Error as error:
        raise _unreadable(str(error), len(records) + 1) from None
    return records


def _check_line_breaks(cells: list[str], row: int, delimiter: str) -> None:
    """A quote left open takes in whole rows, up to the next quote: they would be lost."""
    for cell in cells:
        broken = "\n" in cell or "\r" in cell
        if broken and cell.count(delimiter) >= len(REQUIRED) - 1:
            pieces = cell.replace("\r", "\n").replace("\n", delimiter).split(delimiter)
            n_amounts = sum(is_amount(piece.strip()) for piece in pieces)
            if n_amounts > 1:  # a note of several lines holds words
                raise _open_quote(row)


def _unreadable(problem: str, row: int) -> InvalidHistory:
    """The sentence for what the library says of a row that it cannot split."""
    if "field larger" in problem:
        step = "Check that every opening quote is closed."
        return file_error("must be a table of short cells", f"a longer one in row {row}", step)
    return _open_quote(row)


def _open_quote(row: int) -> InvalidHistory:
    return file_error(
        "must have a quote at the end of each cell that begins with one",
        f"a quote in row {row} that is closed too early there, or not at all",
        'Close it, or delete it; within a quoted text a quote is written twice, "".',
    )


def _fit(top_line: str, delimiter: str) -> tuple[int, int]:
    """How many of our columns, and of any, the delimiter finds in the header's first line."""
    cells = next(csv.reader([top_line[:_LONGEST_HEADER]], delimiter=delimiter), [])
    return len({_column(cell) for cell in cells} - {""}), len(cells)


def _column(cell: str) -> str:
    """Our name of a header cell, "" for other columns: 'Debt Payment' -> 'debt_payment'."""
    return _COLUMN_OF.get(re.sub(r"[\s_-]", "", cell).lower(), "")


def _places(header: list[str]) -> dict[str, int]:
    """Where each of our columns stands in the header."""
    if len(header) > _MOST_COLUMNS:
        step = f"Keep the columns {', '.join(_COLUMN_OF.values())}."
        raise file_error(f"must have at most {_MOST_COLUMNS} columns", f"{len(header):,}", step)
    names = [_column(cell) for cell in header]
    for name in _COLUMN_OF.values():
        if names.count(name) > 1:
            got, step = f"{names.count(name)} such columns", "Delete or rename the others."
            raise file_error("must stand once in the header", got, step, column=name)
    missing = [name for name in _COLUMN_OF.values() if name not in names]
    _check_slips([cell for cell, name in zip(header, names, strict=True) if not name], missing)
    required = [name for name in missing if name in REQUIRED]
    if required:
        found = ", ".join(show_text(cell) for cell in header[:12] if cell)
        raise InvalidHistory(
            f"{', '.join(required)} must be among the columns, got only {found}. Name "
            f"{', '.join(REQUIRED)} in the first row, with , or ; or a tab between them.",
            field=required[0],
        )
    return {name: names.index(name) for name in _COLUMN_OF.values() if name in names}


def _check_slips(others: list[str], missing: list[str]) -> None:
    """A column that is nearly ours is asked about: left out, its numbers would be lost."""
    for cell in others:
        letters = re.sub(r"[^a-z]", "", cell.lower())
        for name in missing:
            ours = name.replace("_", "")
            longer = name == "debt_payment" and ours in letters
            if longer or ours == letters or get_close_matches(letters, [ours], 1, _LOOKS_LIKE):
                raise file_error(
                    "must be written just so in the header",
                    f"{show_text(cell)}, which looks like it",
                    f"Name that column {name}, or something else if it is another thing.",
                    column=name,
                )


def _check_widths(table: Table) -> None:
    """One cell for each column: more mean that an amount was split in two, fewer a lost one.

    Surplus blanks are harmless only in every row and after a column that is always filled: after
    one that may be blank (Notes), the last blank could be the very cell that was pushed out.
    """
    width = 1 + max(i for i, cell in enumerate(table.header) if cell)
    ends_filled = width - 1 in [table.places[name] for name in REQUIRED]
    same = len({len(record) for _, record in table.rows}) == 1
    rule = f"must have {width} cells in every row, like its header"
    for number, record in table.rows:
        got = f"{len(record)} in row {number}"
        if len(record) < width:
            step = f"Add what is missing; an empty cell needs its {_MARKS[table.delimiter]} too."
            raise file_error(rule, got, step)
        if any(record[width:]) or (len(record) > len(table.header) and not (ends_filled and same)):
            raise file_error(rule, got, _WHOLE_AMOUNTS)


def _check_splits(table: Table) -> None:
    """Refuse rows that fit only because an amount was split at its comma.

    Where the blank cell at the end was left out as well, such a row is as long as its header,
    but every amount behind the comma stands one column too far: 5,500 is savings of 5 and a
    debt of 500. What is left to see are numbers where other rows have none, or words are
    asked for, and a rest such as 050, which nobody writes for 50.
    """
    _check_neighbours(table)
    for at, name in enumerate(table.header):
        if at in table.places.values():
            rests = [(n, record[at]) for n, record in table.rows if _REST.fullmatch(record[at])]
            if rests:
                raise _split_amount(rests[0], name, "where nobody begins an amount with 0")
            continue
        numbers = [(n, record[at]) for n, record in table.rows if is_amount(record[at])]
        if numbers and len(numbers) < len(table.rows):
            raise _split_amount(numbers[0], name, "where other rows have no number")
        if numbers and _column_for_words(name):
            raise _split_amount(numbers[0], name, "where words are asked for")


def _check_neighbours(table: Table) -> None:
    """Refuse a column of 5, 12, ... beside one of 500, 040, ...: each may be 5,500 in two."""
    ours = sorted(at for name, at in table.places.items() if name != "month")
    for left, right in pairwise(ours):
        halves = (
            right == left + 1
            and _FRONT.fullmatch(record[left])
            and _THREE_DIGITS.fullmatch(record[right])
            for _, record in table.rows
        )
        if all(halves):
            number, record = table.rows[0]
            raise file_error(
                "must have each amount in its column",
                f"{show_text(record[left])} and {show_text(record[right])} side by side in row "
                f"{number} and so in every row, as when {record[left]},{record[right]} is split",
                f"{_WHOLE_AMOUNTS} If they are two amounts, write {record[left]}.00.",
            )


def _split_amount(cell: tuple[int, str], column: str, why: str) -> InvalidHistory:
    number, text = cell
    return file_error(
        "must have each amount in its column",
        f"{show_text(text)} in row {number} under {show_text(column)}, {why}, as when an amount "
        "before it was split at its comma",
        f"{_WHOLE_AMOUNTS} If none was split, write all of that column alike, or delete it.",
    )


def _column_for_words(name: str) -> bool:
    return any(word in _FOR_WORDS for word in re.findall(r"[a-z]++", name.lower()))

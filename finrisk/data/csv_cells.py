"""Months and amounts as people and apps write them: the texts of a column -> its values.

A column is read as a whole, because its cells decide together what one alone leaves open:
is 03/04/2025 in March or in April, is 1.234 more than a thousand dollars or one and a bit?
What stays open is refused. Left out on purpose: headers and rows
(`csv_table.py`).

A file may be built to keep its reader busy, so every pattern here is possessive (`*+`, `++`):
what it has taken it never gives back to try another way, and a cell costs what its length costs.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from itertools import pairwise
from typing import NamedTuple, TypeVar

from finrisk.errors import InvalidHistory
from finrisk.received import shorten

__all__ = [
    "COMMA",
    "POINT",
    "WHOLE",
    "Cell",
    "is_amount",
    "month_label",
    "read_amounts",
    "read_months",
    "refuse",
    "show_text",
]

T = TypeVar("T", int, float)

_SHOWN = 6  # of the cells that are wrong; who mends six sees the pattern

_CLOCK = r"(?:[ T][0-9:.+Z]++)?"  # exports of timestamps end in 00:00:00
_ONE_WAY = (
    r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})(?:[-/.](?P<day>[0-9]{1,2}))?" + _CLOCK,
    r"(?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})",
    r"(?P<name>[A-Za-z]{3,9})\.?[ ,/-]++(?P<year>[0-9]{4}|[0-9]{2})",
)
_NAME_AND_TWO_DIGITS = r"[A-Za-z]{3,9}\.?[ ,/-]++[0-9]{2}"
_TWO_WAYS = (
    r"(?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})[-/.](?P<year>[0-9]{4})" + _CLOCK,
    r"(?P<day>[0-9]{1,2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})" + _CLOCK,
)
_NAMES = (  # not from the calendar module, which follows the computer's language
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)

# What stands where a month should, in a row that sums up others. Such a row is no month, and
# whoever gave it a month to please the reader would add a whole year to one household.
_SUMMARIES = (
    *("total", "totals", "subtotal", "sum", "average", "avg", "mean", "median", "year", "ytd"),
    *("quarter", "quarterly", "half", "annual", "yearly", "overall", "all", "cumulative"),
    *("months", "monthly", "sums", "averages", "qtr", "ø", "σ"),
    *("min", "max", "minimum", "maximum", "summe", "gesamt", "durchschnitt", "mittelwert"),
    *("schnitt", "quartal", "jahr", "halbjahr", "somme", "moyenne", "trimestre", "promedio"),
)
_QUARTER = r"(?:q|qtr|t)[1-4]|[1-4]q(?:[0-9]{2}|[0-9]{4})?|[hs][12]|fy(?:[0-9]{2}|[0-9]{4})"
_YEAR = r"(?:19|20)[0-9]{2}"

_AMOUNT = (
    r"[-+]?+ ?+[$€£¥]?+ ?+[-+]?+ ?+(?=[{mark}]?[0-9])"
    r"(?P<whole>(?:[1-9][0-9]{{0,2}}(?P<gap>[{group}'’ ])[0-9]{{3}}(?:(?P=gap)[0-9]{{3}})*+)"
    r"(?![0-9])|[0-9]*+)"
    r"(?:[{mark}](?P<part>[0-9]*+))?+(?P<power>[eE][-+]?[0-9]{{1,3}})?+ ?+[$€£¥]?+"
)
POINT = _AMOUNT.format(mark=".", group=",")  # $1,234.50
COMMA = _AMOUNT.format(mark=",", group=".")  # 1.234,50 €
WHOLE = _AMOUNT.format(mark="\0", group=".")  # 1.234: nothing marks decimals (no text has a \0)


class Cell(NamedTuple):
    """The text in one column of one row; the header is row 1."""

    column: str
    row: int
    text: str

    def error(self, rule: str, step: str) -> InvalidHistory:
        """The sentence about this cell: its column, the rule, what it holds, what to do."""
        got = show_text(self.text) if self.text else "nothing"
        return InvalidHistory(
            f"{self.column} {rule}, got {got} in row {self.row}. {step}", field=self.column
        )


def refuse(problems: Sequence[InvalidHistory]) -> None:
    """Raise what is wrong with some cells as one error, a line for each of the first few."""
    lines = [str(problem) for problem in problems[:_SHOWN]]
    if len(problems) > _SHOWN:
        lines.append("More cells are wrong: mend these, and read the file again.")
    if lines:
        raise InvalidHistory("\n".join(lines), field=problems[0].field)


def show_text(text: str) -> str:
    """A text from the file in quotes, cut to a length that fits a sentence."""
    return repr(shorten(text, 40))


def month_label(month: int) -> str:
    """A month counted as 12 x year + month - 1, as it is written in a table.

    >>> month_label(12 * 2025 + 2)
    '2025-03'
    """
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def read_months(cells: Sequence[Cell]) -> list[int]:
    """The months of a column, each counted as 12 x year + month - 1.

    03/04/2025 is read in the order of day and month that the whole column allows. If it
    allows both, the order that gives more different months is right, because a month stands
    once in a history. Only where the other order gives one single month does it stay open:
    01/01, 02/01, ... 12/01 are first days of months to one reader, twelve days to another.

    Raises:
        InvalidHistory: for a cell that is no month, or could be either of two.
    """
    ways = _readings(cells, _month, _TWO_WAYS, _no_month)
    _check_days(cells, ways[0])
    if len(ways) == 1:
        return ways[0]
    month_first, day_first = ways
    unsure = [i for i in range(len(cells)) if month_first[i] != day_first[i]]
    variety = [len({month_first[i] for i in unsure}), len({day_first[i] for i in unsure})]
    if unsure and (variety[0] == variety[1] or min(variety) == 1):
        one, other = (month_label(way[unsure[0]]) for way in ways)
        step = f"Write {one} or {other}, whichever it is, and so in every row."
        raise cells[unsure[0]].error("must be readable in one way only", step)
    return ways[variety.index(max(variety))]


def _check_days(cells: Sequence[Cell], months: Sequence[int]) -> None:
    """Refuse "Jul 15", ... "Jun 15": they are days, and read as of 2015 they change places."""
    if not cells or not all(re.fullmatch(_NAME_AND_TWO_DIGITS, cell.text) for cell in cells):
        return
    steps = sorted(after - before for before, after in pairwise(months))
    back = 1 - len(_NAMES)  # from December to January, in one and the same year
    if steps.count(back) == 1 and set(steps) == {1, back}:
        raise cells[0].error("must say its year in four digits", "Write it like 2025-03.")


def read_amounts(
    cells: Sequence[Cell], notations: Sequence[str], problems: Sequence[InvalidHistory] = ()
) -> list[float]:
    """The amounts of a column or a whole table, in the one notation that fits all cells.

    Args:
        cells: what to read.
        notations: those that are possible, of `POINT`, `COMMA` and `WHOLE`.
        problems: what is wrong with other cells, to be told together.

    Raises:
        InvalidHistory: for a cell that is no number, or could be either of two, and for the
            problems given.
    """
    ways = _readings(cells, _amount, notations, _no_amount, problems)
    _check_currency(cells)
    amounts = ways[0]
    for cell, amount in zip(cells, amounts, strict=True):
        both = {value for way in notations if (value := _amount(cell.text, way)) is not None}
        # Where other cells rule out one notation, 4,180 is four thousand beside 3900.50. But
        # 4.180 is not four dollars there: nobody has tenths of a cent, and a slip costs a risk.
        if len(both) > 1 and (len(ways) > 1 or abs(amount) < max(map(abs, both))):
            either = " or ".join(f"{value:.10g}" for value in sorted(both, key=abs))
            step = f"Write it without thousands separator: it could be {either}."
            raise cell.error("must be readable in one way only", step)
    return amounts


def _check_currency(cells: Sequence[Cell]) -> None:
    """Refuse two currencies in one table: their amounts cannot be held against each other."""
    signs: dict[str, Cell] = {}
    for cell in cells:
        signs |= {sign: cell for sign in "$€£¥" if sign in cell.text}
    if len(signs) > 1:
        _, other = list(signs.items())[:2]
        step = f"Write all amounts in one currency, not some in {' and some in '.join(signs)}."
        raise other[1].error("must be in the currency of the others", step)


def is_amount(text: str) -> bool:
    """Whether the text is a number."""
    return _amount(text, POINT) is not None


def _readings(
    cells: Sequence[Cell],
    read: Callable[[str, str], T | None],
    ways: Sequence[str],
    problem: Callable[[Cell], InvalidHistory],
    problems: Sequence[InvalidHistory] = (),
) -> list[list[T]]:
    """The readings that make sense of every cell; if none does, the errors about the best."""
    values: list[list[T]] = [[] for _ in ways]
    missed: list[list[Cell]] = [[] for _ in ways]
    for cell in cells:
        for i, way in enumerate(ways):
            value = read(cell.text, way)
            if value is None:
                missed[i].append(cell)
            else:
                values[i].append(value)
        if min(map(len, missed)) > _SHOWN:
            break  # no way is left, and enough to tell: a million bad cells cost no more
    best: list[Cell] = min(missed, key=len)
    refuse([*problems, *(problem(cell) for cell in best[: _SHOWN + 1])])
    return [known for known in values if len(known) == len(cells)]


def _no_month(cell: Cell) -> InvalidHistory:
    """What a cell is told that is no month: a sum is deleted, anything else written anew."""
    if _is_summary(cell.text):
        return cell.error(
            "must be one month in every row",
            "Delete that row: it sums up others, and is no month.",
        )
    if not cell.text:
        step = "Write it like 2025-03, or delete that row if it is a sum or an average of others."
        return cell.error("must be a month", step)
    return cell.error("must be a month", "Write it like 2025-03.")


def _is_summary(text: str) -> bool:
    """Whether a text in place of a month speaks of several.

    >>> [_is_summary(text) for text in ("Grand total:", "Q3 2025", "2025", "Mai 2025")]
    [True, True, True, False]
    """
    words = re.findall(r"[^\W_]++", text[:60].lower())  # a label is short
    for word in words:
        if word in _SUMMARIES or re.fullmatch(_QUARTER, word) or "total" in word or "summe" in word:
            return True
    if sum(len(word) > 2 and _number_of(word) > 0 for word in words) > 1:  # Jan to Mar
        return True
    return len(words) == 1 and bool(re.fullmatch(_YEAR, words[0]))


def _no_amount(cell: Cell) -> InvalidHistory:
    return cell.error("must be a number", "Write it like 1234.50, and 0 for nothing.")


def _month(text: str, order: str) -> int | None:
    """The month written in one cell, None if it is none.

    >>> [month_label(_month(text, _TWO_WAYS[0])) for text in ("01/31/2025", "Jan-25", "1/2025")]
    ['2025-01', '2025-01', '2025-01']
    """
    for pattern in (*_ONE_WAY, order):
        if found := re.fullmatch(pattern, text):
            parts = {name: part for name, part in found.groupdict().items() if part}
            month = int(parts["month"]) if "month" in parts else _number_of(parts["name"])
            year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
            with suppress(ValueError):  # such as the 31st of February
                day = date(year, month, int(parts.get("day", 1)))
                return 12 * day.year + day.month - 1
    return None


def _number_of(name: str) -> int:
    """1 for Jan and January, ... 12; 0 for another word, which no date accepts."""
    numbers = [i for i, full in enumerate(_NAMES, 1) if full.startswith(name.lower())]
    return numbers[0] if numbers else 0


def _amount(text: str, mark: str) -> float | None:
    """The amount written in one cell, None if it is none.

    >>> _amount("$1,234.50", POINT), _amount("(1 234,50 €)", COMMA), _amount("=1+1", POINT)
    (1234.5, -1234.5, None)
    """
    text = text.replace("−", "-")
    before, bracket, inside = text.partition("(")
    if bracket and inside.endswith(")"):  # accountants write -5 as (5)
        text = f"{before}-{inside[:-1]}"
    found = re.fullmatch(mark, text)
    if not found:
        return None
    whole = found["whole"].replace(found["gap"] or " ", "")
    amount = float(f"{whole or 0}.{found['part'] or 0}{found['power'] or ''}")
    return -amount if amount and "-" in text[: found.start("whole")] else amount

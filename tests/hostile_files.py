"""Files nobody should send: strategies of hypothesis for CSV files, and a MiB of each dear kind.

Most start from a valid year and break it in one place, so that they get past the first checks.
`test_history_csv.py` and `test_hostile.py` try a few of each kind in every run, and
`benchmarks/bench_faces.py` thousands. Left out: how they are sent (`hostile.py`).
"""

import gzip
import io
import zipfile

import pandas as pd
from hypothesis import strategies as st

from finrisk.api.border import MAX_BODY
from finrisk.api.examples import CSV as YEAR

__all__ = [
    "ATTACKS",
    "FILES",
    "FORMULAS",
    "MARKUP",
    "ODD_TEXT",
    "YEAR",
    "damaged_years",
    "good_mib",
]

ROWS = [line.split(",") for line in YEAR.splitlines()]

NUMBERS = ["nan", "NaN", "inf", "-inf", "Infinity", "1e308", "1e309", "-1e308", "-0", "-0.0"]
NUMBERS += ["9" * 40, "9" * 5_000, "1e-400", "0x10", "1_000", "٣٤٥", "१२", "½", "1,2,3", "--1"]
FORMULAS = ["=1+1", "=cmd|'/C calc'!A0", "@SUM(A1:A9)", '=HYPERLINK("http://x","y")', "+1+1"]
MARKUP = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</svg>", "&lt;", "{{7*7}}"]
ODD_TEXT = ["\x00", "\ufeff", "\u202e", "\u200b", "\r", "\x1b[31m", "%s%n", "../../etc/passwd"]
ODD_TEXT += ["😀", "\u2028", '"', '""', "'", "\\", "\x85", "\x0b", "null", "None", ""]
CELLS = st.sampled_from([*NUMBERS, *FORMULAS, *MARKUP, *ODD_TEXT]) | st.text(max_size=8)


# ---- files: each kind a strategy of bytes


def _joined(rows: list[list[str]], delimiter: str, end: str) -> str:
    return "".join(delimiter.join(row) + end for row in rows)


@st.composite
def _odd_cells(draw: st.DrawFn) -> bytes:
    """A valid year with up to three cells replaced."""
    rows = [list(row) for row in ROWS]
    for _ in range(draw(st.integers(1, 3))):
        row = draw(st.integers(0, len(rows) - 1))
        rows[row][draw(st.integers(0, len(rows[row]) - 1))] = draw(CELLS)
    return _joined(rows, draw(st.sampled_from(",;\t")), "\n").encode("utf-8", "replace")


@st.composite
def _odd_form(draw: st.DrawFn) -> bytes:
    """A valid year in another encoding, with another separator and other ends of line."""
    text = _joined(ROWS, draw(st.sampled_from([",", ";", "\t", "|", ", ", ";,"])), "\n")
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\n\r", "\x85"])))
    text = draw(st.sampled_from(["", "\ufeff", "sep=;\n", "é\n", "\n\n"])) + text
    codecs = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7"]
    codecs += ["cp1252", "latin-1", "shift-jis", "cp037", "big5"]
    return text.encode(draw(st.sampled_from(codecs)), "replace")


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """A valid year cut off, with bytes changed, or with a piece repeated."""
    data = bytearray(YEAR.encode())
    for _ in range(draw(st.integers(0, 3))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    start, stop = sorted(draw(st.tuples(*[st.integers(0, len(data))] * 2)))
    how = draw(st.sampled_from(["whole", "cut", "hole", "twice"]))
    pieces = {"whole": data, "cut": data[:stop], "hole": data[:start] + data[stop:]}
    return bytes(pieces.get(how, data[:stop] + data[start:]))


@st.composite
def _odd_shape(draw: st.DrawFn) -> bytes:
    """Far too many rows, columns or characters, and quotes that do not close."""
    many = draw(st.integers(1_000, 20_000))
    shapes = [
        YEAR + "\n" * many,
        YEAR.replace("\n", "," * (many // 20) + "\n"),
        f"{'x,' * many}\n{YEAR}",
        YEAR.replace("4", "4" * (many // 40)),
        YEAR + YEAR * (many // 1_000),
        YEAR + '"' + YEAR * 400,
        YEAR.replace(",", ',"', many % 60),
        YEAR + '"' * (many % 1_000),
        "month,income,expenses,savings,debt\n" + "2025-01,1,1,1,1\n" * many,
    ]
    return draw(st.sampled_from(shapes)).encode()


def _zipped() -> bytes:
    with zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
        archive.writestr("xl/workbook.xml", YEAR)
    return buffer.getvalue()


_BINARIES = [b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", b"\x7fELF\x02\x01\x01", b"GIF89a", b"MZ\x90\x00"]
_BINARIES += [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xd8\xff\xe0", b"SQLite format 3\x00"]
_BINARY = st.builds(
    lambda head, rest, year: head + rest + (YEAR.encode() if year else b""),
    st.sampled_from([*_BINARIES, _zipped(), gzip.compress(YEAR.encode(), mtime=0), b""]),
    st.binary(max_size=200),
    st.booleans(),
)
_TOO_LARGE = st.sampled_from([MAX_BODY, MAX_BODY + 1, 3 * MAX_BODY]).map(
    lambda size: (YEAR * (size // len(YEAR) + 1)).encode()[:size]
)
FILES: dict[str, st.SearchStrategy[bytes]] = {
    "a year with odd cells": _odd_cells(),
    "a year in an odd form": _odd_form(),
    "a damaged year": _damaged(),
    "an odd shape": _odd_shape(),
    "another kind of file": _BINARY,
    "any bytes": st.binary(max_size=400),
    "too large": _TOO_LARGE,
}


# ---- a year as a careless hand might leave it

_NOTED = ["month", "income", "expenses", "savings", "debt", "note"]
_AMOUNT = st.integers(1, 30_000_00).map(lambda cents: f"{cents / 100:,.2f}")
_NOTES = st.sampled_from(["", "", "rent", 'a "new" fridge', "two\nlines", "paid, late"])


@st.composite
def damaged_years(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A file of commas as a program writes it, and the same as a careless hand might leave it."""
    months = pd.date_range("2024-01-31", periods=draw(st.integers(12, 26)), freq="ME")
    rows = [
        [end.strftime("%Y-%m"), *(draw(_AMOUNT) for _ in range(4)), draw(_NOTES)] for end in months
    ]
    good = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    bad = [list(row) for row in good]
    for _ in range(draw(st.integers(1, 4))):
        row, column = draw(st.integers(0, len(rows) - 1)), draw(st.integers(0, 5))
        bad[row][column] = draw(
            st.sampled_from(
                [
                    rows[row][column],  # no quotes: an amount is split at its comma
                    f'"{rows[row][column]}',  # a quote that never ends
                    f'{rows[row][column]}"',
                    f'"{rows[row][column]}\n300"',
                    '"',
                ]
            )
        )
    for row in draw(st.lists(st.integers(0, len(rows) - 1), max_size=3)):
        bad[row] = bad[row][:5]  # the last cell left out
    texts = ["\n".join(",".join(row) for row in [_NOTED, *table]) for table in (good, bad)]
    return texts[0].encode(), texts[1].encode()


# ---- a MiB of what would keep a reader busy

MIB = 2**20


def mib(row: str, header: str = "month,income,expenses,savings,debt,note\n") -> bytes:
    """One MiB: a header, then the same row as often as it goes, then blank lines."""
    n_rows = (MIB - len(header.encode())) // len(row.encode())
    return (header + row * n_rows).encode().ljust(MIB, b"\n")


def year_of(income: str) -> bytes:
    """One MiB: a year that is right but for the income, which is long."""
    rows = [f"2025-{month:02d},{income},3900,5000,9000,\n" for month in range(1, 13)]
    return ("month,income,expenses,savings,debt,note\n" + "".join(rows)).encode().ljust(MIB, b"\n")


def good_mib() -> bytes:
    """The largest good file: a month a row, from year 1 on, with long notes."""
    lines = [
        f"{year}-{month:02d},4200,3900,5000,9000,{'spent on this and that':30s}\n"
        for year in range(1001, 2026)
        for month in range(1, 13)
    ]
    text = "month,income,expenses,savings,debt,note\n" + "".join(lines)
    return text.encode().ljust(MIB, b"\n")


ATTACKS = {
    "brackets": year_of("(" * 80_000),
    "closed brackets": year_of("(" * 40_000 + ")" * 40_000),
    "digits": year_of("9" * 80_000),
    "digits behind a point": year_of("1." + "9" * 80_000),
    "groups": year_of("1" + "'111" * 20_000),
    "groups almost": year_of("1" + "'111" * 20_000 + "x"),
    "signs": year_of("-" * 80_000),
    "blanks in an amount": year_of("1" + " " * 80_000 + "1"),
    "brackets for a month": mib("(" * 60_000 + ",1,1,1,1,\n"),
    "bad months": mib("?,,,,,\n"),
    "months almost": mib("January " + "/" * 60_000 + "x,1,1,1,1,\n"),
    "clocks almost": mib("2025-01-01 " + "0" * 60_000 + "x,1,1,1,1,\n"),
    "short rows": mib(",\n"),
    "blank rows": mib("\n"),
    "blank cells": mib(",,,,,\n"),
    "carriage returns": mib("\r"),
    "sums": mib("total total total,1,1,1,1,\n"),
    "one month": mib("2025-01,1,1,1,1,\n"),
    "numbers in notes": mib("2025-01,1,1,1,1,1\n"),
    "wide": mib("debt_paymen,", header=""),
    "500 like ours": mib("\n", header="debt_paymxxx," * 499 + "month\n"),
    "quotes": mib('"",'),
    "line breaks in quotes": mib('2025-01,1,1,1,1,"' + "\n," * 1_000 + '"\n'),
    "blanks": mib(" ", header=""),
    "line breaks": mib("\n", header=""),
    "hints": mib("sep=;\n", header=""),
}

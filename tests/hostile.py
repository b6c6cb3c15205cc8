"""Inputs nobody should send: strategies of hypothesis for CSV files, uploads and JSON bodies.

Half of them start from a valid year or household and break it in one place, so that they get
past the first checks. `test_hostile.py` tries a few of each kind in every run, and
`benchmarks/bench_faces.py` thousands. Left out: what must be true of the answer, which is
`check_answer` of `test_hostile.py`.
"""

import gzip
import io
import json
import zipfile
from dataclasses import dataclass

from hypothesis import strategies as st

from finrisk.api.border import MAX_BODY
from finrisk.api.examples import CSV as YEAR

__all__ = ["BODIES", "FILES", "UPLOADS", "Sent", "raw_requests"]

ROWS = [line.split(",") for line in YEAR.splitlines()]
GOOD = {"monthly_income": 4200, "monthly_expenses": 3900, "savings": 2500, "debt": 8000}

NUMBERS = ["nan", "NaN", "inf", "-inf", "Infinity", "1e308", "1e309", "-1e308", "-0", "-0.0"]
NUMBERS += ["9" * 40, "9" * 5_000, "1e-400", "0x10", "1_000", "٣٤٥", "१२", "½", "1,2,3", "--1"]
FORMULAS = ["=1+1", "=cmd|'/C calc'!A0", "@SUM(A1:A9)", '=HYPERLINK("http://x","y")', "+1+1"]
MARKUP = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</svg>", "&lt;", "{{7*7}}"]
ODD_TEXT = ["\x00", "\ufeff", "\u202e", "\u200b", "\r", "\x1b[31m", "%s%n", "../../etc/passwd"]
ODD_TEXT += ["😀", "\u2028", '"', '""', "'", "\\", "\x85", "\x0b", "null", "None", ""]
CELLS = st.sampled_from([*NUMBERS, *FORMULAS, *MARKUP, *ODD_TEXT]) | st.text(max_size=8)


@dataclass(frozen=True)
class Sent:
    """One request: where to, with which content type, and the bytes."""

    path: str
    content_type: str
    body: bytes


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


# ---- uploads: a file on its way

_NAMES = ["year.csv", "../../x.csv", "<b>.csv", "", "a" * 300, "x.exe", "é.csv", "a;b=c.csv"]


def _multipart(file: bytes, name: str, field: str = "file") -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    return head.encode() + file + b"\r\n--x--\r\n"


def upload(file: bytes, name: str = "year.csv") -> Sent:
    return Sent("/api/predict/csv", "multipart/form-data; boundary=x", _multipart(file, name))


@st.composite
def _broken_uploads(draw: st.DrawFn) -> Sent:
    """A valid year, but the multipart envelope, its name or its type is wrong."""
    body = _multipart(YEAR.encode(), draw(st.sampled_from(_NAMES)))
    body = draw(
        st.sampled_from(
            [
                body,
                body[: draw(st.integers(0, len(body)))],
                body.replace(b"\r\n", b"\n", draw(st.integers(1, 5))),
                body.replace(b"--x", b"--y", 1),
                body * draw(st.integers(2, 5)),
                body + draw(st.binary(max_size=50)),
                _multipart(YEAR.encode(), "year.csv", draw(st.sampled_from(["File", "", "f\x00"]))),
                b"--x\r\n" * 2_000,
            ]
        )
    )
    types = ["multipart/form-data; boundary=x", "multipart/form-data", "text/csv", "", "a/b/c"]
    types += ["multipart/form-data; boundary=", "application/json", "multipart/mixed; boundary=x"]
    return Sent("/api/predict/csv", draw(st.sampled_from([*types, *types[:1] * 8])), body)


UPLOADS: dict[str, st.SearchStrategy[Sent]] = {
    **{kind: files.map(upload) for kind, files in FILES.items()},
    "a broken upload": _broken_uploads(),
}


# ---- bodies: a household as JSON

_VALUES = ["NaN", "Infinity", "-Infinity", "1e308", "1e309", "-0", "-0.0", "9" * 400, "1" * 5_000]
_VALUES += ["true", "null", '"4200"', "[]", "{}", '"\\ud800"', '"\\u0000"', "0.1e-400", "01", "+1"]
_VALUES += [json.dumps(text) for text in (*FORMULAS, *MARKUP, *ODD_TEXT)]
_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@st.composite
def _odd_values(draw: st.DrawFn) -> str:
    """A valid household with a value replaced, a name added, or a key given twice."""
    items = [(json.dumps(name), str(value)) for name, value in GOOD.items()]
    names = st.sampled_from([*items, ('"debt_payment"', "1"), ('"negative_months"', "1")])
    odd = st.sampled_from(['"\\ud800"', '"\\u0000"', '"__proto__"']) | st.text(max_size=8).map(
        json.dumps
    )
    name = draw(names.map(lambda item: item[0]) | odd)
    items.insert(draw(st.integers(0, len(items))), (name, draw(st.sampled_from(_VALUES))))
    if draw(st.booleans()):
        items = list(dict(items).items())
    return "{" + ", ".join(f"{name}: {value}" for name, value in items) + "}"


@st.composite
def _numbers(draw: st.DrawFn) -> str:
    """Legal names with any finite number at all."""
    optional = ["debt_payment", "savings_change", "recent_income", "negative_streak"]
    names = [*GOOD, *draw(st.lists(st.sampled_from(optional), unique=True))]
    any_number = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-5, 10**6)
    usual = st.floats(0, 30_000)
    return json.dumps({name: draw(usual | any_number) for name in names})


_DEEP = st.tuples(st.sampled_from(["[", '{"a":', '{"debt":[']), st.integers(10, 60_000)).map(
    lambda pair: pair[0] * pair[1]
)
_DAMAGED_JSON = st.tuples(st.integers(0, 90), st.text(max_size=3)).map(
    lambda at: json.dumps(GOOD)[: at[0]] + at[1] + json.dumps(GOOD)[at[0] + 1 :]
)
_TYPES = ["application/json"] * 6 + ["text/plain", "", "application/json; charset=utf-16"]
_TEXTS: dict[str, st.SearchStrategy[str]] = {
    "a household with an odd value": _odd_values(),
    "a household of any numbers": _numbers(),
    "any JSON": _JSON.map(json.dumps),
    "deep JSON": _DEEP,
    "damaged JSON": _DAMAGED_JSON,
}


def _body(text: str, encoding: str, content_type: str) -> Sent:
    return Sent("/api/predict", content_type, text.encode(encoding, "replace"))


BODIES: dict[str, st.SearchStrategy[Sent]] = {
    kind: st.builds(
        _body,
        texts,
        st.sampled_from(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "utf-32", "latin-1"]),
        st.sampled_from(_TYPES),
    )
    for kind, texts in _TEXTS.items()
}


# ---- requests that break off


@st.composite
def raw_requests(draw: st.DrawFn) -> bytes:
    """A request cut off: fewer bytes than it announces, a chunk that never ends, no HTTP."""
    body = _multipart(YEAR.encode(), "year.csv")
    length = draw(st.sampled_from([len(body), len(body) + 100, 10**9, 10**30, -1, "x"]))
    kind = "Content-Type: multipart/form-data; boundary=x"
    head = f"POST /api/predict/csv HTTP/1.1\r\nHost: x\r\n{kind}\r\n"
    announced = f"{head}Content-Length: {length}\r\n\r\n".encode() + body
    chunked = f"{head}Transfer-Encoding: chunked\r\n\r\n{len(body):x}\r\n".encode() + body
    whole = draw(st.sampled_from([announced, chunked, draw(st.binary(max_size=200)) + b"\r\n\r\n"]))
    return whole[: draw(st.integers(1, len(whole)))]

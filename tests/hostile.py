"""Requests nobody should send: strategies of hypothesis for uploads and JSON bodies.

Half of them start from a valid year or household and break it in one place, so that they get
past the first checks. `test_hostile.py` tries a few of each kind in every run, and
`benchmarks/bench_faces.py` thousands. Left out: the files (`hostile_files.py`), and what must be
true of the answer, which is `check_answer` of `test_hostile.py`.
"""

import json
from dataclasses import dataclass

from hostile_files import FILES, FORMULAS, MARKUP, ODD_TEXT, YEAR
from hypothesis import strategies as st

__all__ = ["BODIES", "UPLOADS", "Sent", "odd_heads", "raw_requests"]

GOOD = {"monthly_income": 4200, "monthly_expenses": 3900, "savings": 2500, "debt": 8000}


@dataclass(frozen=True)
class Sent:
    """One request: where to, with which content type, and the bytes."""

    path: str
    content_type: str
    body: bytes


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
_VALUES += ["0", "5e-324"]
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
    usual = st.just(0) | st.floats(0, 30_000)
    return json.dumps({name: draw(usual | any_number) for name in names})


@st.composite
def _odd_changes(draw: st.DrawFn) -> str:
    """A valid household with a change of any numbers, or of none, one of its values replaced."""
    fields = ["income", "spending", "one_off", "debt", "months"]
    names = draw(st.lists(st.sampled_from(fields), unique=True))
    usual = st.floats(0, 3) | st.integers(1, 6) | st.floats(-9_000, 9_000)
    change = {json.dumps(name): json.dumps(draw(usual)) for name in names}
    if draw(st.booleans()):
        odd = st.sampled_from(["savings", "change", "incom", "", "\ud800", "__proto__"])
        name = draw(st.sampled_from(fields) | odd | st.text(max_size=8))
        change[json.dumps(name)] = draw(st.sampled_from(_VALUES))
    inside = "{" + ", ".join(f"{name}: {value}" for name, value in change.items()) + "}"
    whole = draw(st.sampled_from([inside] * 6 + _VALUES))
    return f'{json.dumps(GOOD)[:-1]}, "change": {whole}}}'


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
    "a household with an odd change": _odd_changes(),
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
    head = f"POST /api/predict/csv HTTP/1.1\r\nHost: localhost\r\n{kind}\r\n"
    announced = f"{head}Content-Length: {length}\r\n\r\n".encode() + body
    chunked = f"{head}Transfer-Encoding: chunked\r\n\r\n{len(body):x}\r\n".encode() + body
    whole = draw(st.sampled_from([announced, chunked, draw(st.binary(max_size=200)) + b"\r\n\r\n"]))
    return whole[: draw(st.integers(1, len(whole)))]


# ---- heads: what stands before a body

_METHODS = [
    "GET",
    "HEAD",
    "POST",
    "OPTIONS",
    "CONNECT",
    "get",
    "G\x00T",
    "",
    "A" * 9_000,
    "PRI",
    "*",
]
_TARGETS = ["/", "/health", "/docs/", "*", "//evil.example", "http://evil.example/", "/%00%0d%0a"]
_TARGETS += ["/api/predict", "/..%2f..", "", "a b", "/\xff", "/?a=1#b", "/" + "x" * 9_000]
_LINES = [
    "Host: localhost",
    "Host: evil.example",
    "Host: [::1]:80",
    "Host:",
    "Origin: null",
    "Expect: 1",
]
_LINES += [
    "Sec-Fetch-Site: cross-site",
    "Connection: upgrade",
    "Upgrade: websocket",
    "Range: bytes=0-1",
]
_LINES += [
    "Content-Length: 0",
    "Content-Length: 1",
    "Transfer-Encoding: chunked",
    'Content-Type: ;;="',
]
_LINES += [
    "If-Range: x",
    "If-None-Match: *",
    "X: " + "y" * 9_000,
    " folded",
    "no colon",
    "\x00: \x00",
]


@st.composite
def odd_heads(draw: st.DrawFn) -> bytes:
    """A whole head whose method, address, version and headers are each as they come."""
    first = [draw(st.sampled_from(_METHODS)), draw(st.sampled_from(_TARGETS))]
    first.append(draw(st.sampled_from(["HTTP/1.1"] * 6 + ["HTTP/1.0", "HTTP/9.9", "HTTP/1", ""])))
    lines = draw(st.lists(st.sampled_from(_LINES), max_size=5))
    usual = ["Host: localhost"] * draw(st.booleans()) + ["Connection: close"]
    return "\r\n".join([" ".join(first), *usual, *lines, "", ""]).encode("latin-1")

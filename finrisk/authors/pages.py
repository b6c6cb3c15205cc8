"""Pages that are partly computed: what stands between `<!-- NAME -->` and `<!-- end -->`.

The prose is written by hand, the figures by code, in one file, so that neither can go on
without the other: a test fills the page again and fails if anything changes.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

__all__ = ["fill", "table"]


def fill(page: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """The page with every computed part made anew; the rest stays as it is.

    >>> fill("Six: <!-- six -->\\n7\\n<!-- end -->", {"six": lambda: "6"})
    'Six: <!-- six -->\\n6\\n<!-- end -->'
    """
    for name, make in parts.items():
        block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        page = block.sub(partial(_filled, make()), page)
    return page


def _filled(text: str, found: re.Match[str]) -> str:
    return f"{found[1]}{text}\n{found[2]}"


def table(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A table as GitHub shows it.

    >>> print(table(["a", "b"], [[1, 2]]))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    names = list(header)
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])

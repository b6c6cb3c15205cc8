"""How a benchmark says what it measured: the machine, timings with their spread, tables."""

import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from finrisk.authors.pages import table

__all__ = ["kept", "machine", "report", "seconds", "spread"]


def machine() -> str:
    """What the figures were measured on."""
    names = [line for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    cpu = names[0].partition(":")[2].strip() if names else platform.processor()
    return (
        f"{cpu}, {os.cpu_count()} cores, {platform.system()}; Python "
        f"{platform.python_version()}, numpy {np.__version__}."
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text("utf-8").splitlines() if Path(path).exists() else []


def kept(path: Path, model_id: str) -> dict[str, Any]:
    """What benchmarks.json holds already; figures of another model are thrown away.

    Only the families stay, which name their model themselves: not everybody has their file.
    """
    old = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    if old.get("model_id") == model_id:
        return dict(old)
    return {name: old[name] for name in ("families",) if name in old}


def seconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def spread(values: np.ndarray, unit: str = "") -> str:
    """Median (lowest-highest)."""
    return f"{np.median(values):.2f}{unit} ({values.min():.2f}-{values.max():.2f})"


def report(title: str, sections: Sequence[tuple[str, Callable[[], str | pd.DataFrame]]]) -> str:
    """Measure one section after the other, printing each when it is done."""
    text = f"# {title}\n\nWritten by `make bench`. {machine()} One thread.\n"
    print(text)
    for heading, measure in sections:
        result = measure()
        body = result if isinstance(result, str) else table(result.columns, result.to_numpy())
        print(part := f"\n## {heading}\n\n{body}\n")
        text += part
    return text

"""Hostile inputs in thousands, counted by kind and answer; for `bench_faces.py`.

The kinds are those of `tests/hostile.py`, what must be true of an answer is `check_answer` of
`tests/test_hostile.py`, which tries a few of each in every `make test`.
"""

import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx
import pandas as pd
from hostile import BODIES, GOOD, UPLOADS, raw_requests
from hostile_files import ATTACKS, FILES, damaged_years, good_mib
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from real_server import real_server
from test_history_csv import DEAREST, cpu_seconds
from test_hostile import check_answer, check_said, cut_off, goes_on, read, send

from finrisk.ml.predictor import Predictor

__all__ = ["broken_off", "costs", "counted", "failures", "files", "hostile", "schema", "silent"]

CONFIG = Path(__file__).resolve().parents[2] / "schemathesis.toml"
N_HOSTILE = 500  # requests of each kind
N_FILES = 1_000  # of each kind
N_BROKEN_OFF = 1_000
N_SCHEMA = 700  # at most, for each address
T = TypeVar("T")
failures: list[str] = []


@contextmanager
def counted(counts: Counter[str]) -> Iterator[None]:
    """A failed case is counted and kept for the end of the run, and the next one tried."""
    counts["tried"] += 1
    try:
        yield
    except Exception as error:  # whatever it is, it is what we are looking for
        counts["failed"] += 1
        failures.append(f"{type(error).__name__}: {error}"[:500])


def attacked(inputs: st.SearchStrategy[T], n: int, act: Callable[[T], object]) -> Counter[str]:
    """Counts what `act` says of each of n inputs, the same inputs in every run."""
    counts = Counter[str]()

    @seed(n)
    @settings(max_examples=n, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(inputs)
    def attack(case: T) -> None:
        with counted(counts):
            counts[str(act(case))] += 1

    attack()
    return counts


def hostile() -> pd.DataFrame:
    """What the server answers to each kind of hostile request."""
    rows, expected = [], Predictor.load().predict(GOOD).probability
    with real_server() as server, httpx.Client(base_url=server.url, timeout=30) as client:
        for kind, requests in (UPLOADS | BODIES).items():
            counts = attacked(requests, N_HOSTILE, lambda sent: check_answer(send(client, sent)))
            goes_on(client, expected)
            rows.append({"kind": kind, **counts})
    return _table(rows, {"200": "a prediction", "422": "a sentence", "413": "too large"})


def files() -> pd.DataFrame:
    """The same files given to the predictor itself."""
    predictor = Predictor.load()
    rows = [
        {"kind": kind, **attacked(some, N_FILES, lambda file: _kind(read(predictor, file)))}
        for kind, some in FILES.items()
    ]
    return _table(rows, {"Household": "a household", "str": "a sentence"})


def _kind(thing: object) -> str:
    return type(thing).__name__


def _table(rows: Sequence[Mapping[str, object]], names: dict[str, str]) -> pd.DataFrame:
    columns = ["kind", "tried", *names, "failed"]
    table = pd.DataFrame(rows).reindex(columns=columns).fillna(0)
    total = {"kind": "all", **table[columns[1:]].sum()}
    table = pd.concat([table, pd.DataFrame([total])]).astype(dict.fromkeys(columns[1:], int))
    return table.rename(columns=names).astype(str)


def silent() -> str:
    """Years as a careless hand leaves them: the numbers that were written, or a sentence."""
    predictor = Predictor.load()

    def held(files: tuple[bytes, bytes]) -> str:
        answer = read(predictor, files[1])
        if isinstance(answer, str):
            return "a sentence"
        assert answer == read(predictor, files[0]), files[1]
        return "the right numbers"

    counts = attacked(damaged_years(), N_FILES, held)
    return (
        f"{counts['tried']:,} files with amounts split at their comma, quotes left open, two "
        f"amounts in a cell and cells left out: {counts['the right numbers']:,} times the numbers "
        f"that were written, {counts['a sentence']:,} times a sentence, {counts['failed']} times "
        "other numbers or an error."
    )


def costs() -> str:
    """A MiB of what would keep a reader busy, against a good file of that size in the same run."""
    good = cpu_seconds(good_mib())
    times = {name: cpu_seconds(data) / good for name, data in ATTACKS.items()}
    dearest = max(times, key=lambda name: times[name])
    failures.extend(f"{name} costs {cost:.0f}" for name, cost in times.items() if cost > DEAREST)
    return (
        f"{len(times)} kinds, a MiB of each: the dearest ({dearest}) costs {times[dearest]:.1f} "
        f"times what a good file of that size costs; {DEAREST} is the most that passes."
    )


def broken_off() -> str:
    """Requests cut off on their way, with and without waiting for what the server says."""
    expected = Predictor.load().predict(GOOD).probability
    with real_server() as server, httpx.Client(base_url=server.url, timeout=30) as client:

        def harmless(case: tuple[bytes, bool]) -> None:
            check_said(cut_off(server.url, case[0], close=case[1]))

        counts = attacked(st.tuples(raw_requests(), st.booleans()), N_BROKEN_OFF, harmless)
        goes_on(client, expected)
        if "Traceback" in server.said():
            failures.append(server.said())
    return f"{counts['tried']:,} requests, {counts['failed']} failed; the server goes on."


def schema() -> str:
    """`schemathesis run` over the OpenAPI document."""
    with real_server() as server, tempfile.TemporaryDirectory() as folder:
        schemathesis = Path(sys.executable).with_name("schemathesis")
        program = [str(schemathesis), "--config-file", str(CONFIG)]
        limits = ["--max-examples", str(N_SCHEMA), "--seed", "1"]
        run = subprocess.run(
            [*program, "--no-color", "run", f"{server.url}/openapi.json", *limits],
            cwd=folder,  # it leaves notes where it runs
            capture_output=True,
            text=True,
            check=False,
        )
    found = re.search(r"Test cases:\n\s*(.+)", run.stdout)
    if run.returncode or not found:
        failures.append(run.stdout[-2_000:] + run.stderr[-500:])
    return f"{found[1] if found else 'not finished'}; exit code {run.returncode}."

"""`make bench`: panel, page and API attacked by us first, and how live they are.

Writes `faces.md`. Everything is asked of `python -m finrisk serve` as anybody would start it,
on loopback. A failure is counted, shown, and ends the run with an error; a small part of each
campaign, always the same, runs in every `make test`.
"""

import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from attacks import broken_off, costs, failures, files, hostile, schema, silent
from damage import damaged_figures, damaged_models, odd_answers, odd_arguments, stalled
from hostile import GOOD
from killed import killed_saves, killed_trainings
from live import live
from real_server import real_server
from reporting import report

from finrisk.api.examples import CSV
from finrisk.ml.predictor import Predictor

REPORT = Path(__file__).with_name("faces.md")
N_CLIENTS, N_EACH = 50, 60


def crowd() -> str:
    """Fifty clients, each with a household of its own and a year of months in between."""
    predictor = Predictor.load()
    households = [GOOD | {"savings": 100 * i} for i in range(N_CLIENTS)]
    by_hand = [predictor.predict(household).probability for household in households]
    by_file = [predictor.predict_csv(CSV.encode()).probability] * N_CLIENTS
    with real_server() as server, ThreadPoolExecutor(N_CLIENTS) as pool:
        httpx.post(f"{server.url}/api/predict", json=GOOD, timeout=60)  # loads the model
        began, urls = time.perf_counter(), [server.url] * N_CLIENTS
        waits = np.concatenate(list(pool.map(one_client, urls, households, by_hand, by_file)))
        took = time.perf_counter() - began
    return (
        f"{len(waits):,} requests from {N_CLIENTS} clients that ask at once and without a pause, "
        f"{np.isnan(waits).sum()} errors or wrong numbers; {len(waits) / took:,.0f} requests/s; "
        f"each waits {np.nanmedian(waits):.2f} s (median), {np.nanquantile(waits, 0.95):.2f} s "
        "(95 of 100). Clients and server share the machine."
    )


def one_client(
    url: str, household: Mapping[str, float], by_hand: float, by_file: float
) -> list[float]:
    """The seconds each request took; NaN for one that was not answered with the right number."""
    waits = []
    with httpx.Client(base_url=url, timeout=60) as client:
        for n in range(N_EACH):
            began = time.perf_counter()
            if n % 4:
                answer, expected = client.post("/api/predict", json=household), by_hand
            else:
                file = {"file": CSV.encode()}
                answer, expected = client.post("/api/predict/csv", files=file), by_file
            right = answer.status_code == 200 and answer.json()["probability"] == expected
            waits.append(time.perf_counter() - began if right else np.nan)
            if not right:
                failures.append(f"{answer.status_code} {answer.text[:300]}")
    return waits


if __name__ == "__main__":
    torch.set_num_threads(1)
    REPORT.write_text(
        report(
            "The faces, attacked and measured",
            [
                ("How live they are", live),
                ("Hostile requests, by kind", hostile),
                ("Hostile files, read by the predictor itself", files),
                ("Files damaged by a careless hand", silent),
                ("What a file can cost", costs),
                ("Requests that break off", broken_off),
                ("Clients that never finish", stalled),
                ("schemathesis over the OpenAPI document", schema),
                ("Fifty clients at once", crowd),
                ("Damaged model files", damaged_models),
                ("Damaged metrics files", damaged_figures),
                ("Odd arguments to the library", odd_arguments),
                ("Odd answers to the exercises", odd_answers),
                ("kill -9 while saving", killed_saves),
                ("kill -9 while training", killed_trainings),
            ],
        ),
        encoding="utf-8",
        newline="\n",
    )
    if failures:
        sys.exit("\n".join(["Failures:", *failures]))

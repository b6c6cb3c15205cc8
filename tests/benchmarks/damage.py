"""Damaged models, odd arguments, odd answers and clients that never finish; for `bench_faces.py`.

What must be true of each is what the tests say: `test_model_file.py`, `test_predictor.py`,
`test_trial.py`, `test_server.py`. They try a few in every `make test`.
"""

import json
import math
import random
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import torch
from attacks import counted, failures
from hostile import GOOD
from real_server import real_server
from test_model_file import answers, cut, flipped, overwritten
from test_server import BUNDLE, POST, connect
from test_trial import EXERCISES, LONG

import finrisk
from finrisk.course import check, hint, quiz, solution
from finrisk.data.feature_engineering import summarise
from finrisk.errors import FinriskError, ModelFileError
from finrisk.household import EXAMPLES
from finrisk.inputs import INPUTS
from finrisk.ml.predictor import Predictor
from finrisk.settings import Settings

__all__ = ["damaged_figures", "damaged_models", "odd_answers", "odd_arguments", "stalled"]

N_DAMAGED = 1_000  # model files of each kind
N_FIGURES = 1_000  # metrics files
N_STALLED = 1_000  # connections that never finish


def damaged_models() -> str:
    """Bits flipped, ranges overwritten, pieces cut out: the same answers, or a sentence."""
    whole, expected = Settings().model_path.read_bytes(), answers(Predictor.load())
    rng, counts = random.Random(5), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "latest_model.pth"
        for damage in (flipped, overwritten, cut):
            for _ in range(N_DAMAGED):
                data = bytearray(whole)
                damage(data, rng)
                path.write_bytes(data)
                with counted(counts):
                    try:
                        assert answers(Predictor.load(path)) == expected
                        counts["same"] += 1
                    except ModelFileError:
                        counts["refused"] += 1
    return (
        f"{counts['tried']:,} files with a bit flipped, a range overwritten or a piece cut out: "
        f"{counts['refused']:,} refused with a sentence, {counts['same']:,} gave the very same "
        f"answers (what was damaged holds nothing of the model), {counts['failed']} gave others "
        "or failed."
    )


def damaged_figures() -> str:
    """A value of metrics.json replaced or left out: figures a face can show, or a sentence."""
    shipped = Settings()
    figures = json.loads(shipped.metrics_path.read_text(encoding="utf-8"))
    rng, counts = random.Random(6), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(shipped.model_path, folder)
        for _ in range(N_FIGURES):
            text = json.dumps(_with_a_flaw(figures, rng))
            (folder / "metrics.json").write_text(text, encoding="utf-8")
            with counted(counts):
                predictor = Predictor.load(folder / "latest_model.pth")
                predictor.predict(EXAMPLES["Maria, on the edge"])
                try:
                    json.dumps(predictor.metrics, allow_nan=False)
                    predictor.thresholds(5)
                    counts["shown"] += 1
                except ModelFileError:
                    counts["refused"] += 1
    return (
        f"{counts['tried']:,} metrics files with one value replaced or left out: "
        f"{counts['refused']:,} refused with a sentence, {counts['shown']:,} shown (the value is "
        f"one that no face reads, or could be right), {counts['failed']} failed; every one of the "
        "models went on predicting."
    )


def _with_a_flaw(figures: Any, rng: random.Random) -> Any:
    """A copy with another value, or none, at a random place."""
    copied = place = json.loads(json.dumps(figures))
    while True:
        step = rng.choice(list(place) if isinstance(place, dict) else range(len(place)))
        inner = place[step]
        if not isinstance(inner, dict | list) or not inner or rng.random() < 0.2:
            break
        place = inner
    odd: list[Any] = [..., None, True, "", "0.5", -1, 2, 1e300, math.nan, math.inf, [], {}]
    value = rng.choice(odd)
    if value is ...:
        del place[step]
    else:
        place[step] = value
    return copied


# ---- odd arguments


class _Mute:
    """Breaks when it is asked for a text."""

    def __repr__(self) -> str:
        raise RuntimeError("no text")


ODD: list[Any] = [
    *(True, 0, -1, 2.5, 1e308, 5e-324, math.nan, math.inf, -math.inf, 10**400, 10**5_000),
    *("", "x", "savings", "savings\u200b", "3.5", "9" * 1_000, b"1", bytearray(b"a"), 2j),
    *(Decimal("sNaN"), Decimal("NaN"), Decimal(3), Decimal("1E+999999"), Fraction(1, 3)),
    *(np.float32(2), np.int64(3), np.True_, np.str_("savings"), np.timedelta64(3, "D")),
    *(np.datetime64("2025-01"), np.array(5.0), np.zeros((2, 2)), np.array([]), np.array(["a"])),
    *(torch.tensor(5.0), torch.tensor([1.0], requires_grad=True), pd.NA, pd.NaT),
    *(pd.Timestamp("2025"), pd.Series(["a"]), pd.DataFrame(), pd.DataFrame({"a": [1]})),
    *([], ["a"], [None], [[1], [2, 3]], (), {}, {"a": 1}, {1, 2}, range(3), object(), _Mute()),
    *(int, Ellipsis, slice(1, 2), Path("no such file"), NotImplemented, np.random.default_rng(0)),
]


def _calls() -> dict[str, Callable[[Any], Any]]:
    """What a notebook calls, each with one argument left open."""
    predictor, maria = Predictor.load(), EXAMPLES["Maria, on the edge"]
    world = finrisk.simulate(100, seed=1)
    rows, months = world.households.head(3).astype(object), world.histories.head(12)
    fields = {
        f"Household({name})": lambda value, name=name: finrisk.Household(
            **maria.to_dict() | {name: value}
        )
        for name in INPUTS
    }
    changes = {
        f"Change({name})": lambda value, name=name: finrisk.Change(**{name: value})
        for name in ("income", "spending", "one_off", "debt", "months")
    }
    return {
        **fields,
        **changes,
        "Household.from_mapping": finrisk.Household.from_mapping,
        "predict change": lambda value: predictor.predict(maria, change=value),
        "predict": predictor.predict,
        "report": predictor.report,
        "what_if household": lambda value: predictor.what_if(value, "debt"),
        "what_if field": lambda value: predictor.what_if(maria, value),
        "what_if values": lambda value: predictor.what_if(maria, "savings", value),
        "predict_many": predictor.predict_many,
        "predict_many cell": lambda value: predictor.predict_many(
            rows.assign(savings=pd.Series([value] * 3, index=rows.index, dtype=object))
        ),
        "thresholds": predictor.thresholds,
        "read_csv": predictor.read_csv,
        "engineer_features": finrisk.engineer_features,
        "summarise": summarise,
        "summarise month": lambda value: summarise(
            months.assign(month=pd.Series([value] * 12, index=months.index, dtype=object))
        ),
        "simulate seed": lambda value: finrisk.simulate(5, value),
        "simulate world": lambda value: finrisk.simulate(5, 1, value),
        "true_risk": lambda value: world.true_risk(1, rule=value),
        "true_effect": lambda value: world.true_effect(value, 1),
        "Assumptions": lambda value: finrisk.Assumptions(job_found=value),
        "Predictor.load": Predictor.load,
        "Predictor.build": Predictor.build,
        "hint": hint,
        "solution": solution,
        "quiz": quiz,
        "check": lambda value: check(value, 1),
    }


def odd_arguments() -> str:
    """Each public call with each odd value: an answer, or a sentence."""
    counts, calls = Counter[str](), _calls()
    for name, call in calls.items():
        for value in ODD:
            with counted(counts):
                sentence = _refusal(call, value)
                counts["refused" if sentence else "answered"] += 1
                assert not sentence or (sentence[-1] == "." and len(sentence) < 1_200), name
    return (
        f"{counts['tried']:,} calls, {len(calls)} public ones with each of {len(ODD)} odd values: "
        f"{counts['answered']:,} answered, {counts['refused']:,} refused with a sentence, "
        f"{counts['failed']} failed."
    )


def _refusal(call: Callable[[Any], Any], value: Any) -> str:
    """The sentence, "" where there is an answer."""
    try:
        call(value)
    except FinriskError as error:
        return str(error)
    return ""


def odd_answers() -> str:
    """Each exercise with answers nobody should give: a short sentence, and the lesson goes on."""
    counts = Counter[str]()
    given = [*LONG, *ODD[:60], exit, lambda *_: 1 / 0]
    for key in EXERCISES:
        for answer in [*given, *[lambda *_, answer=answer: answer for answer in given]]:
            with counted(counts):
                told = check(key, answer)
                assert len(told.text) < 1_000, told.text[:200]
                counts[told.state] += 1
    return (
        f"{counts['tried']:,} answers to {len(EXERCISES)} exercises: each got a sentence "
        f"({counts['Right']} happened to be right), {counts['failed']} failed. Each kind that does "
        "not end, such as `while True`, is tried in `make test`."
    )


# ---- clients that never finish


def stalled() -> str:
    """Connections that ask and never read, send nothing, half a line, half a body; then an end."""
    with real_server() as server, ExitStack() as kept:
        for sent in (BUNDLE, b"", b"GET / HT", POST + b"Content-Length: 100\r\n\r\n{"):
            for _ in range(N_STALLED // 4):
                kept.enter_context(connect(server.url, sent))
        answer = httpx.post(f"{server.url}/api/predict", json=GOOD, timeout=30)
        server.process.terminate()
        ended = server.process.wait(30)
        log = server.said()
    held = answer.status_code == 200 and ended in (0, -signal.SIGTERM) and "Traceback" not in log
    if not held:
        failures.append(f"{answer.status_code}, ended with {ended}:\n{log[-500:]}")
    return (
        f"{N_STALLED:,} connections that never finish: a good request in between was "
        f"{'answered' if answer.status_code == 200 else 'not answered'}, the log has "
        f"{len(log.splitlines()):,} lines, and the server ended when it was told to."
    )

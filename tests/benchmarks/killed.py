"""kill -9 while a model is written, at moments nobody chose; for `bench_faces.py`.

`tests/test_model_file.py` kills a save before each of its lines in every `make test`; here the
moment is any, also in the middle of a write, and the program is the real one.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from attacks import counted
from test_model_file import another, maria_in, save_in

from finrisk.ml import model_file
from finrisk.ml.predictor import Predictor
from finrisk.settings import Settings

__all__ = ["killed_saves", "killed_trainings"]

N_SAVES = 500
N_TRAININGS = 8  # half of them killed while they write
TRAIN = [sys.executable, "-m", "finrisk", "train", "--households", "2000"]


def killed_saves() -> str:
    """One process saves two models in turns without end, and is killed at a random moment."""
    rng, counts = np.random.default_rng(4), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = _shipped_copy(Path(name))
        one = model_file.load_model(folder / "latest_model.pth")
        metrics, models = Predictor.load(folder / "latest_model.pth").metrics, (another(one), one)
        known = set()
        for contents in models:
            save_in(folder, contents, metrics)
            known.add(maria_in(folder))
        for _ in range(N_SAVES):
            kill_saving(folder, models, metrics, rng.uniform(0, 0.04))
            counts["left"] += len(list(folder.iterdir())) > 2
            with counted(counts):
                assert maria_in(folder) in known
    return _said(counts, f"{N_SAVES} processes killed while they save in a loop")


def kill_saving(
    folder: Path, models: tuple[model_file.ModelFile, ...], metrics: dict[str, Any], after: float
) -> None:
    """Let a copy of this process save the models in turns, and kill it."""
    child = os.fork()
    while not child:
        for contents in models:
            save_in(folder, contents, metrics)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _said(counts: Counter[str], what: str) -> str:
    usable = counts["tried"] - counts["failed"]
    return (
        f"{what}: {usable} of {counts['tried']} times the folder held one whole model, the old or "
        f"the new. {counts['left']} left a temporary file behind, which does no harm and goes "
        "with the next save."
    )


def killed_trainings() -> str:
    """`python -m finrisk train` over the shipped model, killed anywhere and while it writes."""
    rng, counts = np.random.default_rng(5), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = _shipped_copy(Path(name))
        shipped = maria_in(folder)
        for i in range(N_TRAININGS):
            kill_training(folder, rng.uniform(0.5, 16) if i % 2 else None, rng.uniform(0, 5e-4))
            counts["left"] += len(list(folder.iterdir())) > 2
            with counted(counts):
                counts["old"] += maria_in(folder) == shipped
            _shipped_copy(folder)
    said = _said(counts, f"{N_TRAININGS} trainings killed, half of them while they write")
    return f"{said} {counts['old']} times it was the old one."


def kill_training(folder: Path, after: float | None, then: float) -> None:
    """Kill a training some seconds after its start, or right after it begins to write."""
    environment = os.environ | {"FINRISK_MODELS_DIR": str(folder)}
    quiet = subprocess.DEVNULL
    training = subprocess.Popen(TRAIN, env=environment, stdout=quiet, stderr=quiet)
    if after is None:
        while not list(folder.glob(".*")) and training.poll() is None:
            time.sleep(1e-4)  # writing takes a thousandth of a second
        after = then
    time.sleep(after)
    training.kill()
    training.wait()


def _shipped_copy(folder: Path) -> Path:
    for left in folder.iterdir():
        left.unlink()
    for path in (Settings().model_path, Settings().metrics_path):
        shutil.copy(path, folder)
    return folder

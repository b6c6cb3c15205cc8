"""Files: built from nothing, bit for bit; missing, damaged or foreign ones are refused.

Run as a program it saves over the model in a folder again and again, killed before another
line each time, and prints what was found there afterwards:
    python tests/test_model_file.py FOLDER
"""

import errno
import hashlib
import io
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from finrisk.data.assumptions import Assumptions
from finrisk.data.feature_engineering import FEATURE_NAMES
from finrisk.data.preprocessing import Preprocessor
from finrisk.errors import FinriskError, ModelFileError
from finrisk.household import EXAMPLES, Household
from finrisk.ml import build as build_module
from finrisk.ml import model_file
from finrisk.ml.build import BuildPlan, build
from finrisk.ml.model import RiskMLP
from finrisk.ml.model_file import ModelFile
from finrisk.ml.predictor import Predictor
from finrisk.ml.train import Recipe
from finrisk.settings import Settings

NAN = float("nan")
SMALL = BuildPlan(
    n_households=6_000,
    n_lives=2,
    n_truth=300,
    n_futures=10,
    n_reality=300,
    seed=5,
    recipe=Recipe(batch_size=512, max_epochs=3, n_pairs=64),
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(models_dir=tmp_path_factory.mktemp("models"))
    stages: list[str] = []
    build(SMALL, settings, stages.append)
    assert len(stages) == 3
    return settings


def test_a_build_from_nothing_can_be_loaded_and_predicts(built: Settings, maria: Household) -> None:
    predictor = Predictor.load(built.model_path)
    assert 0 < predictor.predict(maria).probability < 1
    assert predictor.metrics["seed"] == 5
    assert set(predictor.metrics["versions"]) >= {"torch", "numpy", "pandas"}
    assert sorted(p.name for p in built.models_dir.iterdir()) == [
        "latest_model.pth",
        "metrics.json",
    ]


def test_the_same_seed_builds_the_same_files(built: Settings, tmp_path: Path) -> None:
    build(SMALL, Settings(models_dir=tmp_path))
    for name in ("latest_model.pth", "metrics.json"):
        first, second = ((d / name).read_bytes() for d in (built.models_dir, tmp_path))
        assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest(), name


def test_building_through_the_predictor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    predictor = Predictor.build(replace(SMALL, n_households=4_000))
    assert predictor.metrics["n_households"] == 4_000


@pytest.mark.parametrize(
    ("essentials", "words"),
    [
        (0.9, r"must hold at least 5%.*nothing was written"),
        (1.3, r"stressed must hold for at least 10 .* got 6,000 of 6,000"),
    ],
)
def test_a_world_where_nearly_everybody_is_stressed_is_refused(
    tmp_path: Path, essentials: float, words: str
) -> None:
    poor = replace(SMALL, assumptions=Assumptions(essentials=essentials))
    with pytest.raises(FinriskError, match=words):
        build(poor, Settings(models_dir=tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_missing_file_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"no model file at .*python -m finrisk train"):
        Predictor.load(tmp_path / "latest_model.pth")


@pytest.mark.parametrize("keep", [0, 100, 20_000])
def test_a_truncated_file_is_refused(built: Settings, tmp_path: Path, keep: int) -> None:
    path = tmp_path / "latest_model.pth"
    path.write_bytes(built.model_path.read_bytes()[:keep])
    with pytest.raises(ModelFileError, match=r"damaged.*python -m finrisk train"):
        Predictor.load(path)


def test_text_or_code_in_place_of_a_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latest_model.pth"
    path.write_text("hello")
    with pytest.raises(ModelFileError, match="damaged"):
        Predictor.load(path)
    torch.save({"schema": Path("/tmp")}, path)  # an object, not numbers: would run code
    with pytest.raises(ModelFileError, match="damaged"):
        Predictor.load(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema": 99}, "has schema 99, this code reads schema 2"),
        ({"feature_names": ["a", "b"]}, "trained on other features"),
        ({"alert_threshold": None}, "lacks a part"),
        ({"state_dict": {}}, "lacks a part"),
        ({"alert_threshold": NAN}, "thresholds of nan and 0.5, which must rise"),
        ({"high_threshold": NAN}, "which must rise"),
        ({"alert_threshold": 0.7}, "thresholds of 0.7 and 0.5, which must rise"),
        ({"alert_threshold": 0.0}, "which must rise"),
        ({"high_threshold": 1.5}, "which must rise"),
        ({"typical": {}}, "typical values for other fields"),
        ({"seen": {}}, "seen values for other fields"),
        ({"preprocessor": {}}, "lacks a part"),
    ],
)
def test_a_file_of_another_shape_is_refused(
    built: Settings, tmp_path: Path, change: dict[str, object], words: str
) -> None:
    assert words in refusal(torch.load(built.model_path, weights_only=True) | change, tmp_path)


@pytest.mark.parametrize(
    ("part", "name", "value", "words"),
    [
        ("preprocessor", "scale", [0.0] + 11 * [1.0], "a scale that is not above 0 everywhere"),
        ("preprocessor", "scale", [-1.0] + 11 * [1.0], "a scale that is not above 0 everywhere"),
        ("preprocessor", "scale", [NAN] + 11 * [1.0], "a scale that is not 12 finite numbers"),
        ("preprocessor", "scale", 11 * [1.0], "a scale that is not 12 finite numbers"),
        ("preprocessor", "mean", [[0.0] * 12], "a mean that is not 12 finite numbers"),
        ("preprocessor", "median", ["x"] * 12, "lacks a part"),
        ("typical", "savings", NAN, "typical values that no household can have"),
        ("typical", "savings", -1.0, "typical values that no household can have"),
        ("typical", "debt_payment", None, "lacks a part"),
        ("typical", "debt_payment", NAN, "typical values that no household can have"),
        ("typical", "wealth", 1.0, "typical values for other fields"),
        ("seen", "wealth", [0.0, 1.0], "seen values for other fields"),
        ("seen", "savings", [2.0, 1.0], "a lowest savings seen above the highest"),
        ("seen", "savings", [NAN, 1.0], "a lowest savings seen above the highest"),
        ("seen", "savings", [1.0], "lacks a part"),
        ("state_dict", "hidden.0.bias", torch.full((128,), NAN), "weights that are not finite"),
    ],
)
def test_a_part_that_no_build_writes_is_refused(
    built: Settings, tmp_path: Path, part: str, name: str, value: object, words: str
) -> None:
    values = torch.load(built.model_path, weights_only=True)
    values[part] = dict(values[part]) | {name: value}
    assert words in refusal(values, tmp_path)


@pytest.mark.parametrize("part", ["typical", "seen"])
def test_a_field_that_lacks_in_the_file_is_refused(
    built: Settings, tmp_path: Path, part: str
) -> None:
    values = torch.load(built.model_path, weights_only=True)
    del values[part]["debt_payment"]
    assert f"{part} values for other fields" in refusal(values, tmp_path)


def refusal(values: dict[str, object], folder: Path) -> str:
    """The sentence that a file with these contents is refused with."""
    path = folder / "latest_model.pth"
    torch.save(values, path)
    with pytest.raises(ModelFileError) as error:
        Predictor.load(path)
    assert error.value.field == "model file"
    assert str(error.value).endswith("Run `python -m finrisk train` to build it again.")
    return str(error.value)


@pytest.mark.parametrize(
    "change",
    [
        {"alert_threshold": 0.01},
        {"high_threshold": 0.99},
        {"typical": {"savings": 1.0}},
        {"seen": {"savings": (0.0, 1.0)}},
        {"versions": {"torch": "9"}},
        {"preprocessor": Preprocessor(np.zeros(12), np.zeros(12), np.ones(12))},
        {"model": RiskMLP(20)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_id_stands_for_the_whole_contents(built: Settings, change: dict[str, Any]) -> None:
    loaded = model_file.load_model(built.model_path)
    same = replace(loaded, model_id="")  # worked out anew
    stored = json.loads(built.metrics_path.read_text())["model_id"]
    assert same.model_id == loaded.model_id == stored
    assert replace(loaded, model_id="", **change).model_id != loaded.model_id


def test_metrics_of_another_build_are_refused(built: Settings, tmp_path: Path) -> None:
    shutil.copy(built.model_path, tmp_path)
    metrics = json.loads(built.metrics_path.read_text())
    predictor = Predictor.load(tmp_path / "latest_model.pth")
    with pytest.raises(ModelFileError, match="missing or damaged"):
        _ = predictor.metrics
    (tmp_path / "metrics.json").write_text(json.dumps(metrics | {"model_id": "other"}))
    with pytest.raises(ModelFileError, match="belongs to another model"):
        _ = predictor.metrics


def test_a_crash_while_writing_leaves_the_old_model(
    built: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (built.model_path, built.metrics_path):
        shutil.copy(path, tmp_path)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    def crash(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", crash)
    contents = model_file.load_model(built.model_path)
    with pytest.raises(ModelFileError) as error:
        model_file.save(contents, {}, tmp_path / "latest_model.pth", tmp_path / "metrics.json")
    words = f"The models folder {tmp_path} must be writable, got 'No space left on device'. Give"
    assert str(error.value).startswith(words)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize("folder", ["models", "."])
def test_no_model_is_written_into_the_package_itself(
    built: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: str
) -> None:
    """Where an installed package carries its model, and where the next update takes it away."""
    monkeypatch.setattr(model_file, "PACKAGE", tmp_path)
    monkeypatch.setattr(build_module, "labelled_households", no_work)
    with pytest.raises(ModelFileError, match=r"must be a folder of your own, got .*MODELS_DIR"):
        build(SMALL, Settings(models_dir=tmp_path / folder))
    contents = model_file.load_model(built.model_path)
    with pytest.raises(ModelFileError, match="must be a folder of your own"):
        save_in(tmp_path / folder, contents, {})
    assert not list(tmp_path.iterdir())


def test_a_folder_without_room_is_noticed_before_the_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: Full())
    monkeypatch.setattr(build_module, "labelled_households", no_work)
    with pytest.raises(ModelFileError, match="must be writable, got 'No space left on device'"):
        build(SMALL, Settings(models_dir=tmp_path))


def no_work(*_: object) -> None:
    raise AssertionError("the work began")


# --- killed -------------------------------------------------------------------------------------


def save_in(folder: Path, contents: ModelFile, metrics: dict[str, Any]) -> None:
    own = {name: value for name, value in metrics.items() if name != "model_id"}
    model_file.save(contents, own, folder / "latest_model.pth", folder / "metrics.json")


def another(contents: ModelFile) -> ModelFile:
    """The same but for one weight, so that any prediction tells the two apart."""
    model = RiskMLP(len(FEATURE_NAMES))
    weights = contents.model.state_dict()
    model.load_state_dict(weights | {"output.bias": weights["output.bias"] + 1})
    return replace(contents, model=model.eval(), model_id="")


def maria_in(folder: Path) -> float:
    """What the model in the folder says of Maria; fails unless it is whole."""
    predictor = Predictor.load(folder / "latest_model.pth")
    return predictor.predict(EXAMPLES["Maria, on the edge"]).probability


def kill_before_line(n: int) -> Callable[..., Any]:
    """A tracer that kills its process before the n-th line of `model_file.py` that runs."""
    lines = itertools.count()

    def trace(frame: Any, event: str, _: object) -> Any:
        if frame.f_code.co_filename != model_file.__file__:
            return None
        if event == "line" and next(lines) == n:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def save_killed(n: int, save: Callable[[], None]) -> bool:
    """Save in a process of its own; False if it came to its end before the n-th line."""
    child = os.fork()
    if not child:
        sys.settrace(kill_before_line(n))
        save()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def kill_everywhere(folder: Path) -> Counter[str]:
    """Counts what each killed save has left: which model, and whether half-done files."""
    torch.set_num_threads(1)  # a process with threads cannot be copied
    old = model_file.load_model(folder / "latest_model.pth")
    metrics, known, seen = Predictor.load(folder / "latest_model.pth").metrics, {}, Counter[str]()
    new = another(old)
    for name, contents in {"new": new, "old": old}.items():
        save_in(folder, contents, metrics)
        known[maria_in(folder)] = name
    for n in itertools.count():
        killed = save_killed(n, lambda: save_in(folder, new, metrics))
        seen[known[maria_in(folder)]] += 1
        seen["half done"] += len(list(folder.iterdir())) > 2
        save_in(folder, old, metrics)
        assert len(list(folder.iterdir())) == 2, "the next save sweeps"
        if not killed:
            break
    return seen


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills copies of its own process")
def test_killed_before_any_line_of_a_save_it_leaves_a_whole_model(
    built: Settings, tmp_path: Path
) -> None:
    for path in (built.model_path, built.metrics_path):
        shutil.copy(path, tmp_path)
    run = subprocess.run(
        [sys.executable, __file__, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert seen["old"] > 30
    assert seen["new"] > 3, "the last of them came after the second rename"
    assert seen["half done"] > 10, "temporary files were left behind, and were harmless"


def test_half_a_file_left_by_a_killed_save_does_no_harm(
    built: Settings, tmp_path: Path, maria: Household
) -> None:
    for path in (built.model_path, built.metrics_path):
        shutil.copy(path, tmp_path)
        (tmp_path / f".{path.name}.abc123").write_bytes(path.read_bytes()[:1000])
    expected = Predictor.load(built.model_path).predict(maria)
    predictor = Predictor.load(tmp_path / "latest_model.pth")
    assert predictor.predict(maria) == expected
    save_in(tmp_path, model_file.load_model(built.model_path), predictor.metrics)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["latest_model.pth", "metrics.json"]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(kill_everywhere(Path(sys.argv[1]))))

"""Files: built from nothing, bit for bit; missing, damaged or foreign ones are refused.

Run as a program it saves over the model in a folder again and again: killed before another line
each time, printing what was found there afterwards, or a number of times in peace, for two of them
to do so at once:
    python tests/test_model_file.py FOLDER
    python tests/test_model_file.py FOLDER 12
"""

import errno
import hashlib
import io
import itertools
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from filelock import FileLock

from finrisk.change import Change
from finrisk.data.assumptions import Assumptions
from finrisk.data.feature_engineering import FEATURE_NAMES
from finrisk.data.pace import pace_of
from finrisk.data.population import simulate
from finrisk.data.preprocessing import Preprocessor
from finrisk.data.training_rows import ChangedRows, households_and_changes, labelled_households
from finrisk.errors import FinriskError, ModelFileError
from finrisk.household import EXAMPLES, Household
from finrisk.ml import build as build_module
from finrisk.ml import metrics_json, model_file
from finrisk.ml.build import BuildPlan, build
from finrisk.ml.model import RiskMLP
from finrisk.ml.model_file import ModelFile
from finrisk.ml.predictor import Predictor
from finrisk.ml.tensors import COLUMNS
from finrisk.ml.train import Epoch, Recipe, Training
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
    assert predictor.predict(maria, change=Change(income=0.5)).probability > 0
    measured = predictor.metrics["test_after_a_change"]
    assert measured["all"]["n_households"] == predictor.metrics["test"]["all"]["n_households"]
    assert measured["all"]["n_households"] > measured["onset"]["n_households"] > 0
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
        (3.0, r"stressed must hold for at least 10 .* got 6,000 of 6,000"),
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
        ({"schema": 99}, "has schema 99, this code reads schema 3"),
        ({"feature_names": ["a", "b"]}, "trained on other features"),
        ({"feature_names": list(FEATURE_NAMES)}, "trained on other features"),  # of no changes
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
        {"model": RiskMLP(len(COLUMNS))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_id_stands_for_the_whole_contents(built: Settings, change: dict[str, Any]) -> None:
    loaded = model_file.load_model(built.model_path)
    same = replace(loaded, model_id="")  # worked out anew
    stored = json.loads(built.metrics_path.read_text())["model_id"]
    assert same.model_id == loaded.model_id == stored
    assert replace(loaded, model_id="", **change).model_id != loaded.model_id


# --- damaged ------------------------------------------------------------------------------------


def flipped(data: bytearray, rng: random.Random) -> None:
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def overwritten(data: bytearray, rng: random.Random) -> None:
    start, n = rng.randrange(len(data)), rng.choice([1, 4, 64, 1_000])
    part = data[start : start + n]
    data[start : start + n] = rng.choice([bytes(len(part)), rng.randbytes(len(part)), part[::-1]])


def cut(data: bytearray, rng: random.Random) -> None:
    start = rng.randrange(len(data))
    del data[start : start + rng.choice([1, 8, 512])]


def answers(predictor: Predictor) -> list[float]:
    return [predictor.predict(household).probability for household in EXAMPLES.values()]


@pytest.mark.parametrize(("damage", "n"), [(flipped, 250), (overwritten, 150), (cut, 50)])
def test_a_damaged_file_gives_the_same_answers_or_a_sentence(
    tmp_path: Path, damage: Callable[[bytearray, random.Random], None], n: int
) -> None:
    whole, path = Settings().model_path.read_bytes(), tmp_path / "latest_model.pth"
    rng, expected, counts = random.Random(7), answers(Predictor.load()), Counter[str]()
    for _ in range(n):
        data = bytearray(whole)
        damage(data, rng)
        path.write_bytes(data)
        with suppress(ModelFileError):  # and no other
            counts["loaded"] += 1
            assert answers(Predictor.load(path)) == expected
            counts["the same"] += 1
    assert counts["loaded"] == n
    assert counts["the same"] < 0.2 * n, "what does no harm lies outside of the model"


def zeroed(values: dict[str, Any]) -> None:
    for tensor in values["state_dict"].values():
        tensor.zero_()


def shuffled(values: dict[str, Any]) -> None:
    values["preprocessor"]["mean"].reverse()


@pytest.mark.parametrize(
    "spoil",
    [
        zeroed,
        shuffled,
        lambda v: v.update(alert_threshold=0.2),
        lambda v: v.update(high_threshold=0.6),
        lambda v: v["typical"].update(savings=90_000.0),
        lambda v: v["seen"].update(savings=[0.0, 1e9]),
        lambda v: v["versions"].update(torch="1"),
        lambda v: v["state_dict"]["output.bias"].add_(1e-6),
        lambda v: v.update(state_dict={n: t.half() for n, t in v["state_dict"].items()}),
        lambda v: v.update(model_id=""),
        lambda v: v.update(model_id=None),
        lambda v: v.update(model_id=["a"] * 10_000),
    ],
)
def test_contents_that_are_not_those_of_the_id_are_refused(
    built: Settings, tmp_path: Path, spoil: Callable[[dict[str, Any]], None]
) -> None:
    values = torch.load(built.model_path, weights_only=True)
    spoil(values)
    sentence = refusal(values, tmp_path)
    assert "is damaged: " in sentence
    assert "is not the id of its contents" in sentence
    assert len(sentence) < 400


STRANGE: tuple[Any, ...] = (
    10**400,
    1j,
    b"x",
    [[]],
    {1: 2},
    torch.ones(2),
    torch.ones(2, dtype=torch.cfloat),
    "\ud800",
)


@pytest.mark.parametrize("part", [*ModelFile.__dataclass_fields__, "schema", "feature_names"])
def test_a_part_of_a_strange_kind_is_refused(built: Settings, tmp_path: Path, part: str) -> None:
    name = "state_dict" if part == "model" else part
    for value in STRANGE:
        values = torch.load(built.model_path, weights_only=True)
        refusal(values | {name: value}, tmp_path)
        for inner in list(values[name])[:2] if isinstance(values[name], dict) else []:
            changed = dict(values[name]) | {inner: value}
            refusal(values | {name: changed}, tmp_path)


def test_the_same_numbers_in_another_precision_are_the_same_model(
    built: Settings, tmp_path: Path
) -> None:
    values = torch.load(built.model_path, weights_only=True)
    values["state_dict"] = {name: t.double() for name, t in values["state_dict"].items()}
    torch.save(values | {"a note": "of somebody"}, tmp_path / "latest_model.pth")
    loaded = Predictor.load(tmp_path / "latest_model.pth")
    assert answers(loaded) == answers(Predictor.load(built.model_path))


def test_a_small_file_that_unpacks_to_gigabytes_is_refused_before_it_does(
    built: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "latest_model.pth"
    with (
        zipfile.ZipFile(built.model_path) as whole,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for part in whole.infolist():
            filled = part.filename.endswith("/data/0")
            packed.writestr(part.filename, bytes(50 * 2**20) if filled else whole.read(part))
    assert path.stat().st_size < model_file.LARGEST
    with pytest.raises(ModelFileError, match="is damaged and cannot be read") as error:
        model_file.load_model(path)
    assert "unpacked it has" in str(error.value.__cause__)


def test_a_file_far_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "latest_model.pth"
    with path.open("wb") as file:
        file.truncate(10**10)  # no such space is taken
    with pytest.raises(ModelFileError, match="has more than 20,971,520 bytes, as none of ours has"):
        Predictor.load(path)


# --- figures ------------------------------------------------------------------------------------


def metrics_error(built: Settings, folder: Path, text: bytes) -> str:
    """What the faces are told of such a metrics.json; the model itself still predicts."""
    shutil.copy(built.model_path, folder)
    (folder / "metrics.json").write_bytes(text)
    predictor = Predictor.load(folder / "latest_model.pth")
    assert predictor.predict(EXAMPLES["Maria, on the edge"]).standing is None
    for ask in (lambda: predictor.metrics, lambda: predictor.thresholds(5)):
        with pytest.raises(ModelFileError) as error:
            ask()
    assert error.value.field == "metrics file"
    assert str(error.value).endswith("Run `python -m finrisk train` to build it again.")
    return str(error.value)


def spoilt(figures: Any, path: str, value: object) -> bytes:
    """The figures as JSON, with another value (or none, for `...`) at such a place."""
    place = figures
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps(figures).encode()


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("test", ..., "lacks test."),
        ("test.onset", ..., "lacks test.onset."),
        ("test.all.recall", ..., "lacks test.all.recall."),
        ("test.all.recall", "0.9", "has test.all.recall of '0.9' (input should be a valid number)"),
        ("test.all.recall", True, "has test.all.recall of True (input should be a valid number)"),
        ("test.all.recall", None, "has test.all.recall of None (input should be a valid number)"),
        ("test.all.recall", 1.5, "has test.all.recall of 1.5 (input should be less than or equal"),
        ("test.all.n_households", 0.5, "has test.all.n_households of 0.5 (input should be a val"),
        ("test_required_only.all.recall", ..., "lacks test_required_only.all.recall."),
        ("test_after_a_change", ..., "lacks test_after_a_change."),
        ("test_after_a_change.onset.recall", ..., "lacks test_after_a_change.onset.recall."),
        ("test_after_a_change.all.precision", 1.5, "has test_after_a_change.all.precision of 1.5"),
        ("pace", ..., "lacks pace."),
        ("pace.after_a_change", ..., "lacks pace.after_a_change."),
        ("pace.as_they_are", -0.1, "has pace.as_they_are of -0.1 (input should be greater than"),
        ("seed", 10**400, "has seed of 1000"),
        ("versions.finrisk", 1, "has versions.finrisk of 1 (input should be a valid string)"),
        ("thresholds.alert_reason", ..., "lacks thresholds.alert_reason."),
        ("classes.all.Low", ..., "lacks classes.all.Low."),
        ("classes.all.Worse", {}, "has classes.all.Worse of {} (extra inputs are not permitted)"),
        ("calibration.all.count", [1], "its columns must be equally long, got [1, "),
        ("calibration.all", [], "has calibration.all of [] (input should be a valid dictionary)"),
        ("threshold_table.nobody", {}, "has threshold_table.nobody of {} (extra inputs are not"),
        ("threshold_table.all.tp", ["a"] * 101, "has threshold_table.all.tp.0 of 'a' (input"),
        ("threshold_table.all.tp", [0] * 101, "each of its rows must count the same households"),
        ("threshold_table.all.threshold.3", 0.9, "its thresholds must rise"),
        ("score_quantiles", [], "has score_quantiles of [] (list should have at least 1 item"),
        ("score_quantiles.0.score", [1], "has score_quantiles.0.score of [1] (list should have"),
        ("score_quantiles.0.score.0", 101, "has score_quantiles.0.score.0 of 101 (input should"),
        ("score_quantiles.0.score.0", 100, "its scores must rise"),
        ("score_quantiles.0.monthly_income_from", 1_000, "from 0 upwards without a gap"),
        ("score_quantiles.2.monthly_income_to", None, "from 0 upwards without a gap"),
        ("score_quantiles.5.monthly_income_to", 1e6, "from 0 upwards without a gap"),
        ("score_quantiles.1", ..., "from 0 upwards without a gap"),
        ("truth.excess_mnat.network", ..., "excess_mnat must know the network"),
        ("truth.excess_mnat.other", {"all": 1, "onset": 1}, "must know the same models"),
        ("truth.true_risk.all.roc_auc", ..., "lacks truth.true_risk.all.roc_auc."),
        ("truth.excess_mnat.network.all", NAN, "holds what no JSON can"),
        ("world.in_band", float("inf"), "holds what no JSON can"),
        ("world.in_band", "\ud800", "holds what no JSON can"),
    ],
)
def test_figures_that_faces_cannot_show_are_refused(
    built: Settings, tmp_path: Path, path: str, value: object, words: str
) -> None:
    metrics = json.loads(built.metrics_path.read_text())
    sentence = metrics_error(built, tmp_path, spoilt(metrics, path, value))
    assert words in sentence
    assert len(sentence) < 500


def test_an_id_alone_is_no_metrics_file(built: Settings, tmp_path: Path) -> None:
    model_id = json.loads(built.metrics_path.read_text())["model_id"]
    found = metrics_error(built, tmp_path, json.dumps({"model_id": model_id}).encode())
    assert "lacks seed." in found


def test_classes_in_another_order_are_refused(built: Settings, tmp_path: Path) -> None:
    """The page reads where a class begins off its place among them."""
    metrics = json.loads(built.metrics_path.read_text())
    turned = dict(reversed(metrics["classes"]["all"].items()))
    words = "they must rise from Low to High"
    assert words in metrics_error(built, tmp_path, spoilt(metrics, "classes.all", turned))


@pytest.mark.parametrize(
    "text",
    [
        *(b"", b"\xff", '{"model_id": "ä"}'.encode("utf-16"), b"[" * 200_000),
        *(b'{"a": ' + b"9" * 5_000, b"[]", b"null", b'[["model_id", "x"]]'),
    ],
    ids=["empty", "bytes", "UTF-16", "deep", "long", "list", "nothing", "pairs"],
)
def test_metrics_that_are_no_json_are_refused(built: Settings, tmp_path: Path, text: bytes) -> None:
    assert "metrics.json is missing or damaged. Run" in metrics_error(built, tmp_path, text)


def test_a_folder_or_a_pipe_in_place_of_metrics_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "metrics.json"
    path.mkdir()
    with pytest.raises(ModelFileError, match="is missing or damaged"):
        model_file.load_metrics(path, "abc")
    if hasattr(os, "mkfifo"):
        path.rmdir()
        os.mkfifo(path)  # reading it would wait for ever
        with pytest.raises(ModelFileError, match="is missing or damaged"):
            model_file.load_metrics(path, "abc")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("layers", ..., "lacks layers. Run `make bench`."),
        ("layers.shortfall.all.mean", None, "has layers.shortfall.all.mean of None (input should"),
        ("layers.learners.mean of trees and network", ..., "must know the mean of trees and net"),
        ("speed", float("nan"), "holds what no JSON can"),
    ],
)
def test_benchmarks_that_a_lesson_cannot_show_are_refused(
    predictor: Predictor, tmp_path: Path, path: str, value: object, words: str
) -> None:
    bench = json.loads(json.dumps(predictor.benchmarks))
    (tmp_path / "benchmarks.json").write_bytes(spoilt(bench, path, value))
    with pytest.raises(ModelFileError) as error:
        model_file.load_benchmarks(tmp_path / "benchmarks.json", bench["model_id"])
    assert words in str(error.value)


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
    monkeypatch.setattr(build_module, "households_and_changes", no_work)
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
    monkeypatch.setattr(build_module, "households_and_changes", no_work)
    with pytest.raises(ModelFileError, match="must be writable, got 'No space left on device'"):
        build(SMALL, Settings(models_dir=tmp_path))


def no_work(*_: object) -> None:
    raise AssertionError("the work began")


@pytest.mark.parametrize("name", ["latest_model.pth", "metrics.json"])
def test_a_folder_where_a_file_belongs_is_noticed_before_the_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).mkdir()
    monkeypatch.setattr(build_module, "households_and_changes", no_work)
    with pytest.raises(ModelFileError, match=f"must be writable, got '{name}, which is a folder'"):
        build(SMALL, Settings(models_dir=tmp_path))


# --- plans --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"n_households": 50_000_000},
            r"n_households must .* got 50,000,000, .* about 54\.0 GB; ",
        ),
        ({"n_households": 10**9}, r"n_households must fit into memory, got 1,000,000,000, which"),
        ({"n_truth": 10**7}, r"n_truth must fit into memory, got 10,000,000, which needs about 3"),
        ({"n_reality": 10**7}, r"n_reality must fit into memory, got 10,000,000, which needs ab"),
    ],
)
def test_a_plan_that_does_not_fit_into_memory_is_refused_before_the_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    monkeypatch.setattr("finrisk.memory.machine_memory", lambda: 16.0)
    monkeypatch.setattr(build_module, "households_and_changes", no_work)
    settings = Settings(models_dir=tmp_path / "new")
    with pytest.raises(FinriskError, match=words) as error:
        build(BuildPlan(**change), settings)
    assert re.search(r"this machine has 16\.0 GB\. Give [\d,]+ at most\.$", str(error.value))
    assert not settings.models_dir.exists()
    with pytest.raises(AssertionError, match="the work began"):
        build(BuildPlan(), settings)


def test_where_the_system_does_not_say_its_memory_a_limit_holds_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("finrisk.memory.machine_memory", lambda: None)
    words = r"64 GB are the most that is tried where the system does not say\. Give 39,"
    for simulation in (simulate, labelled_households):
        with pytest.raises(FinriskError, match=r"n_households must fit into memory, got 1,000,0"):
            simulation(10**12, seed=1)
    with pytest.raises(FinriskError, match=words):
        simulate(10**9, seed=1)


@pytest.mark.parametrize(
    ("field", "value"),
    [("n_households", 10**12), ("n_lives", 10**9), ("n_truth", 10**9), ("n_futures", 10**9)],
)
def test_a_plan_that_never_ends_is_refused(field: str, value: int) -> None:
    with pytest.raises(FinriskError, match=f"{field} must be a whole number from 1.* to ") as error:
        BuildPlan(**{field: value})  # type: ignore[arg-type]
    assert error.value.field == field


@pytest.mark.parametrize("settings", [{}, 0, "models"])
def test_settings_of_another_kind_are_refused(settings: Any) -> None:
    with pytest.raises(FinriskError, match=r"settings must be made with Settings\(...\), got "):
        build(SMALL, settings)


@pytest.mark.parametrize(
    "recipe", [Recipe(learning_rate=1e-6, max_epochs=1), Recipe(learning_rate=1, max_epochs=3)]
)
def test_a_network_that_has_learned_nothing_replaces_no_model(
    built: Settings, tmp_path: Path, recipe: Recipe
) -> None:
    for path in (built.model_path, built.metrics_path):
        shutil.copy(path, tmp_path)
    before = contents_of(tmp_path)
    words = r"validation_loss must fall below 0\.6\d+, got .*learning_rate; nothing was written\."
    with pytest.raises(FinriskError, match=words):
        build(replace(SMALL, recipe=recipe), Settings(models_dir=tmp_path))
    assert contents_of(tmp_path) == before


def test_the_typical_household_of_any_build_can_live(built: Settings, tmp_path: Path) -> None:
    """Of an even number of households the median may lie between two counts of months."""
    jobless = Assumptions(kind_job_loss=(0.15,) * 4)
    rows = labelled_households(100, 4, jobless).households
    assert rows["negative_months"].median() == 6.5
    old = model_file.load_model(built.model_path)
    training = Training(old.model, (), Epoch(1, 0.3, 0.3, is_best=True))
    contents = build_module._contents(training, old.preprocessor, 0.1, rows)
    Household.from_mapping(contents.typical)
    save_in(tmp_path, contents, {})
    Predictor.load(tmp_path / "latest_model.pth")


def test_a_model_that_nobody_could_load_replaces_none(built: Settings, tmp_path: Path) -> None:
    contents = replace(model_file.load_model(built.model_path), alert_threshold=0.7, model_id="")
    with pytest.raises(
        ModelFileError, match=r"got one that has thresholds of 0\.7 and 0\.5, which"
    ):
        save_in(tmp_path, contents, {})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("group", "y", "words"),
    [
        ("test", [False] * 4, "stressed must hold for some test households of the group all and f"),
        ("test", [True] * 2 + [False] * 2, "stressed must hold for some test .* group onset and f"),
    ],
)
def test_a_group_without_the_stressed_is_told_before_a_figure_is_made_of_nobody(
    group: str, y: list[bool], words: str
) -> None:
    groups = {"all": np.full(4, True), "onset": np.array([False, False, True, True])}
    with pytest.raises(FinriskError, match=words + r".* nothing was written\.$"):
        metrics_json._check_groups(np.array(y), groups, group)


def test_scores_and_paces_after_changes_are_those_of_the_changed_lives() -> None:
    rows, changed = households_and_changes(2_000, 6)
    risks = changed.stressed_share.astype(float)  # who knows the future
    found = metrics_json.after_changes(rows, changed, risks, 0.5)
    onset = rows.households["savings"] >= rows.households["monthly_expenses"]
    for group, of_it in {"all": onset | True, "onset": onset}.items():
        scores = found["test_after_a_change"][group]
        assert scores["n_households"] == of_it.sum()
        assert scores["recall"] == scores["precision"] == 1
    payment = rows.households["debt_payment"].to_numpy()
    for name, change, y in (
        ("as_they_are", Change(), rows.stressed),
        ("after_a_change", changed.change, changed.stressed),
    ):
        pace = pace_of(rows.households, change, payment)
        red = np.array([(pace.cash_flow[:, n : n + 3] < 0).all(axis=1) for n in range(4)]).T
        late = (pace.savings < pace.bar[:, None])[:, 2:]  # months 3 to 6
        on_it = (late.any(axis=1) | red.any(axis=1)) & onset.to_numpy()
        assert found["pace"][name] == pytest.approx(y[on_it].mean())


def test_a_pace_of_nobody_is_told() -> None:
    rows = labelled_households(200, 6)
    rich = rows._replace(
        households=rows.households.assign(savings=40e6, monthly_expenses=500.0, debt_payment=0.0)
    )
    nothing = ChangedRows(
        pd.DataFrame([Change().to_dict()] * 200), rows.stressed, rows.stressed_share
    )
    with pytest.raises(FinriskError, match=r"pace must lead to stress .* nothing was written\.$"):
        metrics_json.after_changes(rich, nothing, rows.stressed_share, 0.5)


def test_a_risk_class_of_nobody_is_told() -> None:
    y, y_prob = np.array([True, False]), np.array([0.01, 0.9])
    with pytest.raises(FinriskError, match=r"Risk class Moderate must hold some test households"):
        metrics_json._classes(y, y_prob, 0.1)


def test_figures_that_nobody_could_read_are_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Such as the share of stressed among nobody."""
    monkeypatch.setattr(build_module, "_measured", lambda *_: {"test": {"all": {"recall": NAN}}})
    with pytest.raises(FinriskError, match=r"enough households, got .* no JSON can .* was written"):
        build(SMALL, Settings(models_dir=tmp_path))
    assert not list(tmp_path.iterdir())


def contents_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# --- killed -------------------------------------------------------------------------------------


def save_in(folder: Path, contents: ModelFile, metrics: dict[str, Any]) -> None:
    own = {name: value for name, value in metrics.items() if name != "model_id"}
    model_file.save(contents, own, folder / "latest_model.pth", folder / "metrics.json")


def another(contents: ModelFile) -> ModelFile:
    """The same but for one weight, so that any prediction tells the two apart."""
    model = RiskMLP(len(COLUMNS))
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


@pytest.mark.parametrize("error", [KeyboardInterrupt, PermissionError(13, "Access is denied")])
@pytest.mark.parametrize("had_metrics", [True, False])
def test_stopped_between_the_two_renames_it_puts_the_old_figures_back(
    built: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    had_metrics: bool,
) -> None:
    """By Ctrl+C, or by Windows, where nobody replaces a file that another program reads."""
    for path in (built.model_path, built.metrics_path)[: 1 + had_metrics]:
        shutil.copy(path, tmp_path)
    before, replace_file = contents_of(tmp_path), Path.replace

    def stopped(self: Path, target: Path) -> Path:
        if target.name == "latest_model.pth" and (tmp_path / "metrics.json").exists():
            monkeypatch.setattr(Path, "replace", replace_file)
            raise error
        return replace_file(self, target)

    monkeypatch.setattr(Path, "replace", stopped)
    contents = model_file.load_model(built.model_path)
    with pytest.raises((KeyboardInterrupt, ModelFileError)):
        save_in(tmp_path, another(contents), {"changed": True})
    assert contents_of(tmp_path) == before


def test_two_builds_at_once_leave_the_files_of_one(built: Settings, tmp_path: Path) -> None:
    for path in (built.model_path, built.metrics_path):
        shutil.copy(path, tmp_path)
    command = [sys.executable, __file__, str(tmp_path), "12"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [saving.communicate()[1] for saving in both]
    assert said == ["", ""]
    assert sorted(contents_of(tmp_path)) == ["latest_model.pth", "metrics.json"]
    assert Predictor.load(tmp_path / "latest_model.pth").metrics


def test_a_save_waits_for_another_and_says_so_at_last(
    built: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_file, "PATIENCE", 0.1)
    contents = model_file.load_model(built.model_path)
    with FileLock(tmp_path / ".lock"), pytest.raises(ModelFileError, match="another build"):
        save_in(tmp_path, contents, {})
    save_in(tmp_path, contents, {})


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


def save_in_turns(folder: Path, n: int) -> None:
    """Two models in turns, as if built; each time the folder must hold a whole one."""
    one = model_file.load_model(folder / "latest_model.pth")
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    for contents in [one, another(one)] * (n // 2):
        save_in(folder, contents, metrics)
        maria_in(folder)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        save_in_turns(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        sys.stdout.write(json.dumps(kill_everywhere(Path(sys.argv[1]))))

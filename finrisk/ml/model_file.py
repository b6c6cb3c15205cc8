"""The model on disk: one file for the machine, one for people.

`latest_model.pth` holds all that is needed to predict; `metrics.json` what is worth reading
about it. Both are written in full to temporary names before either is renamed, so a process
that is killed at any moment leaves a usable model, and both carry the same `model_id`. Loading
runs no code from the file (`weights_only=True`) and refuses anything of another shape with a
sentence.
"""

import hashlib
import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from finrisk.data.feature_engineering import FEATURE_NAMES, RATIOS
from finrisk.data.preprocessing import N_VALUES, Preprocessor
from finrisk.errors import InvalidHousehold, ModelFileError
from finrisk.household import Household
from finrisk.inputs import INPUTS
from finrisk.ml.model import RiskMLP
from finrisk.supported import PACKAGE

__all__ = [
    "SCHEMA",
    "ModelFile",
    "check_folder",
    "load_benchmarks",
    "load_metrics",
    "load_model",
    "save",
]

SCHEMA = 2  # raise it when the contents below change; older files are then refused
REBUILD = "Run `python -m finrisk train` to build it again."
MEASURE = "Run `make bench`."
ROOM = 2**20  # bytes that a models folder must have room for; both files take about 80,000


@dataclass(frozen=True)
class ModelFile:
    """Everything a prediction needs.

    Attributes:
        model: the network, in eval mode.
        preprocessor: filling and scaling values of its training households.
        alert_threshold, high_threshold: the class boundaries, from validation households.
        typical: INPUTS field -> median of the training households.
        seen: INPUTS field, or ratio "a / b" of two -> (low, high) between which 99.8 % of
            them lie.
        versions: of the libraries it was trained with.
        model_id: twelve hex digits that stand for all of the above: the same contents, the
            same id. It comes from the file, or is worked out for a model that is new.
    """

    model: RiskMLP
    preprocessor: Preprocessor
    alert_threshold: float
    high_threshold: float
    typical: dict[str, float]
    seen: dict[str, tuple[float, float]]
    versions: dict[str, str]
    model_id: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "model_id", self.model_id or self._fingerprint())

    def _fingerprint(self) -> str:
        """The start of the contents' SHA-256."""
        contents = self.to_dict()
        digest = hashlib.sha256()
        for name, tensor in sorted(contents.pop("state_dict").items()):
            digest.update(name.encode() + tensor.numpy().tobytes())
        digest.update(json.dumps(contents, sort_keys=True).encode())
        return digest.hexdigest()[:12]

    def to_dict(self) -> dict[str, Any]:
        """Tensors, numbers and text only, as `weights_only` loading demands."""
        return {
            "schema": SCHEMA,
            "model_id": self.model_id,
            "feature_names": list(FEATURE_NAMES),
            "state_dict": self.model.state_dict(),
            "preprocessor": self.preprocessor.to_dict(),
            "alert_threshold": self.alert_threshold,
            "high_threshold": self.high_threshold,
            "typical": self.typical,
            "seen": {name: list(pair) for name, pair in self.seen.items()},
            "versions": self.versions,
        }


def save(
    contents: ModelFile, metrics: dict[str, Any], model_path: Path, metrics_path: Path
) -> None:
    """Write both files, each complete or not at all.

    Raises:
        ModelFileError: if that is not possible, such as on a full disk; the old files stay.
    """
    check_folder(model_path.parent)
    buffer = io.BytesIO()
    torch.save(contents.to_dict(), buffer)
    text = json.dumps({"model_id": contents.model_id, **metrics}, indent=1)
    # The model is renamed last: up to that moment every prediction is the old model's. Killed
    # between the two renames, a build leaves figures that its id tells apart from the model's.
    try:
        _replace({metrics_path: f"{text}\n".encode(), model_path: buffer.getvalue()})
    except OSError as error:
        raise _unwritable(model_path.parent, error) from error


def check_folder(folder: Path) -> None:
    """Make the models folder if need be and write to it once, to know before a long build.

    Raises:
        ModelFileError: if it belongs to the installed package, or cannot take the files.
    """
    if folder.resolve().is_relative_to(PACKAGE):
        raise ModelFileError(
            f"models_dir must be a folder of your own, got {folder}. It belongs to the installed "
            "package, whose next update would take your model away. Name another one in "
            "FINRISK_MODELS_DIR (in the environment or in .env), such as my_models.",
            field="models_dir",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(ROOM))
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> ModelFileError:
    """What the system says of a folder that cannot be written to, and what to do."""
    return ModelFileError(
        f"The models folder {folder} must be writable, got {error.strerror or str(error)!r}. "
        "Give it room and the permission to write, or name another folder in "
        "FINRISK_MODELS_DIR.",
        field="models_dir",
    )


def _replace(contents: Mapping[Path, bytes]) -> None:
    """Write everything under temporary names, then rename, one right after the other."""
    for path in contents:
        for leftover in path.parent.glob(f".{path.name}.*"):  # of a build that was killed
            leftover.unlink(missing_ok=True)
    written: dict[Path, Path] = {}
    try:
        for path, data in contents.items():
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            written[path] = Path(name)
            _write(handle, data)
            written[path].chmod(0o644)
        for path, temporary in written.items():
            temporary.replace(path)
    finally:
        for temporary in written.values():
            temporary.unlink(missing_ok=True)


def _write(handle: int, data: bytes) -> None:
    """All of it, and on the disk itself: a rename must not arrive there before the contents."""
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def load_model(path: Path) -> ModelFile:
    """Read and check a model file.

    Raises:
        ModelFileError: missing, damaged, or written for other features, with what to run.
    """
    if not path.is_file():
        raise ModelFileError(f"There is no model file at {path}. {REBUILD}", field="model file")
    try:
        values = torch.load(io.BytesIO(path.read_bytes()), weights_only=True)
    except Exception as error:  # a damaged file makes the reader fail in any way there is
        raise _refusal(path, "is damaged and cannot be read") from error
    _check_schema(values, path)
    try:
        contents = _from_dict(values)
    except (KeyError, TypeError, RuntimeError, AttributeError, ValueError) as error:
        raise _refusal(path, "lacks a part or has one of the wrong shape") from error
    for found in _flaws(contents):
        raise _refusal(path, f"has {found}")
    return contents


def _refusal(path: Path, what: str) -> ModelFileError:
    return ModelFileError(f"The model file {path} {what}. {REBUILD}", field="model file")


def _check_schema(values: Any, path: Path) -> None:
    found = values.get("schema") if isinstance(values, dict) else None
    if found != SCHEMA:
        raise _refusal(path, f"has schema {found}, this code reads schema {SCHEMA}")
    if values.get("feature_names") != list(FEATURE_NAMES):
        raise _refusal(path, "was trained on other features than this code makes")


def _from_dict(values: dict[str, Any]) -> ModelFile:
    model = RiskMLP(len(FEATURE_NAMES))
    model.load_state_dict(values["state_dict"])
    return ModelFile(
        model=model.eval(),
        preprocessor=Preprocessor.from_dict(values["preprocessor"]),
        alert_threshold=float(values["alert_threshold"]),
        high_threshold=float(values["high_threshold"]),
        typical={name: float(value) for name, value in values["typical"].items()},
        seen={name: (float(low), float(high)) for name, (low, high) in values["seen"].items()},
        versions=dict(values["versions"]),
        model_id=str(values["model_id"]),
    )


def _flaws(c: ModelFile) -> Iterator[str]:
    """What no build writes, and what would give wrong predictions or blame the user."""
    if not all(np.isfinite(p.numpy()).all() for p in c.model.state_dict().values()):
        yield "weights that are not finite"
    if not 0 < c.alert_threshold < c.high_threshold < 1:
        low, high = c.alert_threshold, c.high_threshold
        yield f"thresholds of {low:g} and {high:g}, which must rise between 0 and 1"
    for name in ("median", "mean", "scale"):
        numbers = getattr(c.preprocessor, name)
        if numbers.shape != (N_VALUES,) or not np.isfinite(numbers).all():
            yield f"a {name} that is not {N_VALUES} finite numbers"
    if not (c.preprocessor.scale > 0).all():
        yield "a scale that is not above 0 everywhere"
    yield from _flaws_of_fields(c)


def _flaws_of_fields(c: ModelFile) -> Iterator[str]:
    ratios = {f"{a} / {b}" for a, b in RATIOS}
    for name, expected in (("typical", set(INPUTS)), ("seen", set(INPUTS) | ratios)):
        if set(getattr(c, name)) != expected:
            yield f"{name} values for other fields than this code knows"
    if not _is_household(c.typical):
        yield "typical values that no household can have"
    for name, (low, high) in c.seen.items():
        if not low <= high:
            yield f"a lowest {name} seen above the highest ({low:g} and {high:g})"


def _is_household(values: dict[str, float]) -> bool:
    """Whether every field is known and keeps its rule."""
    try:
        return None not in Household.from_mapping(values).to_dict().values()
    except InvalidHousehold:
        return False


def load_metrics(path: Path, model_id: str) -> dict[str, Any]:
    """Read metrics.json of the same build.

    Raises:
        ModelFileError: missing, unreadable, or from another build than the model.
    """
    metrics = _read_figures(path, "metrics file", REBUILD)
    if metrics.get("model_id") != model_id:
        message = (
            f"The metrics file {path} belongs to another model. If a build has just replaced "
            f"both files, start again what is running; if one was cut off: {REBUILD}"
        )
        raise ModelFileError(message, field="metrics file")
    return metrics


def load_benchmarks(path: Path, model_id: str) -> dict[str, Any]:
    """Read benchmarks.json: what `make bench` measured on this model.

    Raises:
        ModelFileError: missing, unreadable, or measured on another model.
    """
    bench = _read_figures(path, "benchmarks file", MEASURE)
    if bench.get("model_id") != model_id:
        message = f"The benchmarks file {path} belongs to another model. {MEASURE}"
        raise ModelFileError(message, field="benchmarks file")
    return bench


def _read_figures(path: Path, what: str, step: str) -> dict[str, Any]:
    try:
        figures = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"The {what} {path} is missing or damaged. {step}"
        raise ModelFileError(message, field=what) from error
    return figures if isinstance(figures, dict) else {}  # {}: nobody's figures

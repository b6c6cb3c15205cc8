"""The model on disk: one file for the machine, one for people.

`latest_model.pth` holds all that is needed to predict; `metrics.json` what is worth reading
about it. Both are written in full to temporary names before either is renamed, so a process
that is killed at any moment leaves a usable model, and both carry the same `model_id`. One
process saves at a time, so two builds in one folder leave the files of the one or of the other.
Loading runs no code from the file (`weights_only=True`) and refuses with a sentence anything of
another shape, and anything whose contents are not those that its id was worked out from.
"""

import hashlib
import io
import json
import os
import tempfile
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import FileLock, Timeout

from finrisk.data.feature_engineering import RATIOS
from finrisk.data.preprocessing import N_VALUES, Preprocessor
from finrisk.errors import InvalidHousehold, ModelFileError
from finrisk.household import Household
from finrisk.inputs import INPUTS
from finrisk.ml.figures import Benchmarks, Metrics, flaws_in
from finrisk.ml.model import RiskMLP
from finrisk.ml.tensors import COLUMNS
from finrisk.paths import Unusable, kind_of, read_file, show_path
from finrisk.received import show_value
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

SCHEMA = 3  # raise it when the contents below change; older files are then refused
REBUILD = "Run `python -m finrisk train` to build it again."
MEASURE = "Run `make bench`."
ROOM = 2**20  # bytes that a models folder must have room for; both files take about 80,000
LARGEST = 20 * ROOM  # bytes; a file beyond is none of ours, and is not read into memory
PATIENCE = 60.0  # seconds to wait for another process that saves; it needs a hundredth of one


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
            same id. Worked out from them where it is not given.
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
            "feature_names": list(COLUMNS),
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
        ModelFileError: if that is not possible, such as on a full disk, or if nobody could load
            the model again; the old files stay.
    """
    for found in _flaws(contents):
        raise ModelFileError(
            f"The model must be one that can be loaded again, got one that has {found}. Change the "
            "plan; nothing was written.",
            field="model file",
        )
    folder = model_path.parent
    check_folder(folder, (metrics_path.name, model_path.name))
    buffer = io.BytesIO()
    torch.save(contents.to_dict(), buffer)
    text = json.dumps({"model_id": contents.model_id, **metrics}, indent=1)
    # The model is renamed last: up to that moment every prediction is the old model's. Killed
    # between the two renames, a build leaves figures that its id tells apart from the model's.
    try:
        with _alone(folder):
            _replace({metrics_path: f"{text}\n".encode(), model_path: buffer.getvalue()})
    except Timeout as error:
        raise ModelFileError(
            f"The models folder {folder} must be free to write to, got another build that has been "
            f"saving there for {PATIENCE:g} seconds. Wait for it or stop it, and build again.",
            field="models_dir",
        ) from error
    except OSError as error:
        raise _unwritable(folder, error) from error


def check_folder(folder: Path, names: Iterable[str] = ()) -> None:
    """Make the models folder if need be and write to it once, to know before a long build.

    Args:
        folder: where the files will lie.
        names: of the files: what stands there already must be a file, too.

    Raises:
        ModelFileError: if it belongs to the installed package, or cannot take the files.
    """
    try:
        inside_package = folder.resolve().is_relative_to(PACKAGE)
    except (OSError, RuntimeError, ValueError) as error:  # such as links that lead in a circle
        raise _unwritable(folder, error) from error
    if inside_package:
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
        for name in names:
            kind = kind_of(folder / name)
            if kind not in ("", "a file"):
                raise Unusable(f"{name}, which is {kind}")
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: Exception) -> ModelFileError:
    """What the system says of a folder that cannot be written to, and what to do."""
    reason = getattr(error, "strerror", None) or str(error)
    return ModelFileError(
        f"The models folder {folder} must be writable, got {reason!r}. "
        "Give it room and the permission to write, or name another folder in "
        "FINRISK_MODELS_DIR.",
        field="models_dir",
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One save at a time in this folder; another one, of any process, waits for its turn."""
    lock = folder / ".lock"
    with FileLock(lock, timeout=PATIENCE, poll_interval=0.01):
        try:
            yield
        finally:
            with suppress(OSError):  # Windows lets nobody delete a file that is open
                lock.unlink()


def _replace(contents: Mapping[Path, bytes]) -> None:
    """Write everything under temporary names, then rename, one right after the other."""
    _sweep(contents)  # of a save that was killed: nobody else is saving
    try:
        new = {path: _temporary(path, data) for path, data in contents.items()}
        old = {path: path.read_bytes() for path in contents if path.exists()}
        try:
            for path, temporary in new.items():
                temporary.replace(path)
        except BaseException:  # Ctrl+C, or on Windows a file that another program reads
            _go_back(new, old)
            raise
    finally:
        _sweep(contents)


def _go_back(new: Mapping[Path, Path], old: Mapping[Path, bytes]) -> None:
    """After one rename without the other: its old file again, or none where there was none."""
    renamed = [path for path, temporary in new.items() if not temporary.exists()]
    if len(renamed) == len(new):
        return
    for path in renamed:
        if path in old:
            path.write_bytes(old[path])
        else:
            path.unlink()


def _sweep(paths: Iterable[Path]) -> None:
    """Remove all temporary files; under the lock none of them is another save's."""
    for path in paths:
        for leftover in path.parent.glob(f".{path.name}.*"):
            leftover.unlink(missing_ok=True)


def _temporary(path: Path, data: bytes) -> Path:
    """A file beside it, on the disk itself: a rename must not arrive there before the contents."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary = Path(name)
    temporary.chmod(0o644)
    return temporary


def load_model(path: Path) -> ModelFile:
    """Read and check a model file.

    Raises:
        ModelFileError: missing, damaged, or written for other features, with what to run.
    """
    try:
        if not kind_of(path):
            message = f"There is no model file at {show_path(path)}. {REBUILD}"
            raise ModelFileError(message, field="model file")
        data = read_file(path, LARGEST + 1)
    except Unusable as error:
        raise ModelFileError(
            f"The model file must be one to read, got {show_path(path)}, which {error}. Make it "
            "readable, or name another.",
            field="model file",
        ) from error
    if len(data) > LARGEST:
        raise _refusal(path, f"has more than {LARGEST:,} bytes, as none of ours has")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they speak to who writes such a file
        contents, stored = _take_apart(data, path)
    for found in _flaws(contents):
        raise _refusal(path, f"has {found}")
    if contents.model_id != stored:
        found = f"{show_value(stored)} is not the id of its contents, {contents.model_id} is"
        raise _refusal(path, f"is damaged: {found}")
    return contents


def _take_apart(data: bytes, path: Path) -> tuple[ModelFile, str]:
    """The contents, and the id that was stored with them.

    A damaged file makes its reader, and whoever takes it apart, fail in any way there is.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > LARGEST:  # a few bytes can stand for all the memory there is
            raise ValueError(f"unpacked it has {unpacked:,} bytes")
        values = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception as error:
        raise _refusal(path, "is damaged and cannot be read") from error
    try:
        _check_schema(values, path)
        return _from_dict(values), str(values["model_id"])
    except ModelFileError:
        raise
    except Exception as error:
        raise _refusal(path, "lacks a part or has one of the wrong shape") from error


def _refusal(path: Path, what: str) -> ModelFileError:
    message = f"The model file {show_path(path)} {what}. {REBUILD}"
    return ModelFileError(message, field="model file")


def _check_schema(values: Any, path: Path) -> None:
    found = values.get("schema") if isinstance(values, dict) else None
    if found != SCHEMA:
        schema = f"has schema {show_value(found)}, this code reads schema {SCHEMA}"
        raise _refusal(path, schema)
    if values.get("feature_names") != list(COLUMNS):
        raise _refusal(path, "was trained on other features than this code makes")


def _from_dict(values: dict[str, Any]) -> ModelFile:
    """The contents; their id is worked out anew, to be held against the one that was stored."""
    # Whatever device this session takes by default; and its next random numbers stay what they are.
    with torch.device("cpu"), torch.random.fork_rng(devices=[]):
        model = RiskMLP(len(COLUMNS))
    model.load_state_dict(values["state_dict"])
    return ModelFile(
        model=model.eval(),
        preprocessor=Preprocessor.from_dict(values["preprocessor"]),
        alert_threshold=float(values["alert_threshold"]),
        high_threshold=float(values["high_threshold"]),
        typical={name: float(value) for name, value in values["typical"].items()},
        seen={name: (float(low), float(high)) for name, (low, high) in values["seen"].items()},
        versions=dict(values["versions"]),
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
        ModelFileError: missing, unreadable, from another build than the model, or without a
            part that panel, page or lessons show.
    """
    metrics = _read_figures(path, "metrics file", REBUILD)
    if metrics.get("model_id") != model_id:
        message = (
            f"The metrics file {path} belongs to another model. If a build has just replaced "
            f"both files, start again what is running; if one was cut off: {REBUILD}"
        )
        raise ModelFileError(message, field="metrics file")
    for found in flaws_in(metrics, Metrics):
        message = f"The metrics file {path} {found}. {REBUILD}"
        raise ModelFileError(message, field="metrics file")
    return metrics


def load_benchmarks(path: Path, model_id: str) -> dict[str, Any]:
    """Read benchmarks.json: what `make bench` measured on this model.

    Raises:
        ModelFileError: missing, unreadable, measured on another model, or without a part that
            a lesson shows.
    """
    bench = _read_figures(path, "benchmarks file", MEASURE)
    if bench.get("model_id") != model_id:
        message = f"The benchmarks file {path} belongs to another model. {MEASURE}"
        raise ModelFileError(message, field="benchmarks file")
    for found in flaws_in(bench, Benchmarks):
        message = f"The benchmarks file {path} {found}. {MEASURE}"
        raise ModelFileError(message, field="benchmarks file")
    return bench


def _read_figures(path: Path, what: str, step: str) -> dict[str, Any]:
    try:
        data = read_file(path, LARGEST)  # cut off there, it is no JSON any more
        figures: dict[str, Any] = json.loads(data.decode("utf-8"))
        if not isinstance(figures, dict):
            raise TypeError(f"it holds a {type(figures).__name__}")
    except (OSError, ValueError, TypeError, RecursionError) as error:
        message = f"The {what} {path} is missing or damaged. {step}"
        raise ModelFileError(message, field=what) from error
    return figures

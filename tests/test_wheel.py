"""The installed package: what the build puts in, and that it predicts alone, from any folder.

The wheel is built from this checkout with nothing asked of a network, then installed into a
folder of its own, which a Python elsewhere finds before the checkout.
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from test_model_file import another, maria_in, save_in

from finrisk.household import EXAMPLES, Household
from finrisk.ml import model_file
from finrisk.ml.predictor import Predictor

ROOT = Path(__file__).parents[1]
CARRIED = ("latest_model.pth", "metrics.json", "benchmarks.json")
Run = subprocess.CompletedProcess[str]


def call(*words: str, cwd: Path = ROOT, **environment: str) -> Run:
    """Python with these words, as somebody who has set nothing of ours."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("FINRISK_")}
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env=own | {"PYTHONDONTWRITEBYTECODE": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def pip(*words: str) -> None:
    quiet = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-index")
    done = call("-m", "pip", words[0], *quiet, *words[1:])
    assert done.returncode == 0, done.stderr


def build_wheel(source: Path, folder: Path) -> Path:
    """From a project's folder or its archive."""
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(folder), str(source))
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-compile", "--target", str(folder), str(wheel))
    return folder


def contents_of(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def committed(folder: str) -> list[str]:
    """The files that git knows, or will once they are committed."""
    if shutil.which("git") is None:
        pytest.skip("no git")
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("this is no git checkout")
    return [name for name in done.stdout.splitlines() if (ROOT / name).exists()]


def test_the_wheel_holds_the_model_as_it_is_in_git(wheel: Path) -> None:
    contents = contents_of(wheel)
    for name in CARRIED:
        assert contents[f"finrisk/models/{name}"] == (ROOT / "models" / name).read_bytes()


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    contents = contents_of(wheel)
    ours = [name for name in committed("finrisk") if not name.startswith("finrisk/authors/")]
    package = {name: (ROOT / name).read_bytes() for name in ours}
    assert len(package) > 90
    assert {name: contents.get(name) for name in package} == package
    expected = {*package, *(f"finrisk/models/{name}" for name in CARRIED)}
    others = {name for name in set(contents) - expected if ".dist-info/" not in name}
    assert not others, "tests, lessons, authors' tools and whatever else there is stay at home"


def test_the_wheel_brings_the_command(wheel: Path) -> None:
    (entry,) = (
        text.decode() for name, text in contents_of(wheel).items() if "entry_points" in name
    )
    assert entry == "[console_scripts]\nfinrisk = finrisk.__main__:main\n"


def test_the_source_archive_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    done = call("-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path))
    assert done.returncode == 0, done.stderr
    (archive,) = tmp_path.glob("*.tar.gz")
    again = build_wheel(archive, tmp_path / "again")
    assert contents_of(again) == contents_of(wheel)


def test_the_editable_install_carries_no_model_and_needs_no_source_yet(tmp_path: Path) -> None:
    """It must not shadow `models/`, and the Dockerfile installs before it copies."""
    project, folder = tmp_path / "project", tmp_path / "wheel"
    (project / "finrisk").mkdir(parents=True)
    (project / "finrisk" / "__init__.py").touch()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, project)
    folder.mkdir()
    code = "from hatchling.build import build_editable; build_editable(__import__('sys').argv[1])"
    done = call("-c", code, str(folder), cwd=project)
    assert done.returncode == 0, done.stderr
    contents = contents_of(next(folder.glob("*.whl")))
    (path,) = (text.decode() for name, text in contents.items() if name.endswith(".pth"))
    assert Path(path.strip()) == project
    assert not [name for name in contents if name.startswith("finrisk/")]


# --- at work ------------------------------------------------------------------------------------


def run(installed: Path, cwd: Path, *words: str, **environment: str) -> Run:
    """The installed package, from another folder, in a Python that also knows the checkout."""
    path = os.pathsep.join(filter(None, [str(installed), os.environ.get("PYTHONPATH")]))
    return call(*words, cwd=cwd, PYTHONPATH=path, **environment)


ASK = """
import json, finrisk
predictor = finrisk.Predictor.load()
year = finrisk.__path__[0] + "/frontend/household_year.csv"
print(json.dumps({
    "from": finrisk.__path__[0],
    "probability": predictor.predict(json.loads(%r)).probability,
    "year": predictor.predict_csv(year).probability,
    "seed": predictor.metrics["seed"],
}))
"""


def test_it_predicts_the_same_number_from_any_folder(
    installed: Path, tmp_path: Path, predictor: Predictor
) -> None:
    maria = EXAMPLES["Maria, on the edge"]
    done = run(installed, tmp_path, "-c", ASK % json.dumps(maria.to_dict()))
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["from"] == str(installed / "finrisk")
    assert said["probability"] == pytest.approx(predictor.predict(maria).probability, abs=1e-6)
    year = predictor.predict_csv(ROOT / "finrisk" / "frontend" / "household_year.csv")
    assert said["year"] == pytest.approx(year.probability, abs=1e-6)
    assert said["seed"] == predictor.metrics["seed"]
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="there the command is no Python file")
def test_the_installed_command_predicts(
    installed: Path, tmp_path: Path, predictor: Predictor, maria: Household
) -> None:
    words = ["--monthly-income=4200", "--monthly-expenses=3900", "--savings=5200", "--debt=9000"]
    done = run(installed, tmp_path, str(installed / "bin" / "finrisk"), "predict", *words)
    assert (done.returncode, done.stdout) == (0, f"{predictor.predict(maria)}\n"), done.stderr


def test_a_models_folder_of_ones_own_wins(
    installed: Path, tmp_path: Path, predictor: Predictor
) -> None:
    """From the environment, and from the `.env` of the current folder."""
    shipped = model_file.load_model(ROOT / "models" / "latest_model.pth")
    save_in(tmp_path / "mine", another(shipped), predictor.metrics)
    expected = maria_in(tmp_path / "mine")
    maria = EXAMPLES["Maria, on the edge"]
    assert abs(expected - predictor.predict(maria).probability) > 0.01
    (tmp_path / ".env").write_text("FINRISK_MODELS_DIR=mine\n", encoding="utf-8")
    done = run(installed, tmp_path, "-c", ASK % json.dumps(maria.to_dict()))
    assert json.loads(done.stdout)["probability"] == pytest.approx(expected, abs=1e-6)


WHERE = "from finrisk.settings import Settings; print(Settings().models_dir)"


def where(installed: Path, cwd: Path, **environment: str) -> Path:
    done = run(installed, cwd, "-c", WHERE, **environment)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def test_where_the_model_is_looked_for(installed: Path, tmp_path: Path) -> None:
    assert where(installed, tmp_path) == installed / "finrisk" / "models"
    assert where(installed, tmp_path, FINRISK_MODELS_DIR="mine") == tmp_path / "mine"
    assert where(installed, tmp_path, FINRISK_MODELS_DIR=str(ROOT)) == ROOT
    (tmp_path / ".env").write_text("FINRISK_MODELS_DIR=from_file\n", encoding="utf-8")
    assert where(installed, tmp_path) == tmp_path / "from_file"
    assert where(installed, tmp_path, FINRISK_MODELS_DIR="mine") == tmp_path / "mine"
    if not (ROOT / ".env").exists():  # a learner's own says something else, and may
        assert where(ROOT, tmp_path) == ROOT / "models", "not the .env of the current folder"


def test_beside_the_pyproject_of_another_project_it_is_still_installed(
    installed: Path, tmp_path: Path
) -> None:
    """`pip install --target .` in somebody's project."""
    shutil.copytree(installed, tmp_path, dirs_exist_ok=True)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "mine"\n', encoding="utf-8")
    assert where(tmp_path, tmp_path) == tmp_path / "finrisk" / "models"
    assert run(tmp_path, tmp_path, "-m", "finrisk", "--help").returncode == 0


def test_training_never_writes_among_the_libraries(installed: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in installed.rglob("*")}
    done = run(installed, tmp_path, "-m", "finrisk", "train")
    assert (done.returncode, done.stdout) == (1, ""), "nothing was begun"
    folder = installed / "finrisk" / "models"
    words = f"models_dir must be a folder of your own, got {folder}. It belongs to the installed "
    assert done.stderr.startswith(words)
    assert "Name another one in FINRISK_MODELS_DIR (in the environment or in .env)" in done.stderr
    assert done.stderr.count("\n") == 1
    assert {path: path.stat().st_mtime_ns for path in installed.rglob("*")} == before


def test_the_tests_build_with_what_everybody_builds_with() -> None:
    """pip fetches the builder by itself; the tests have no network and need it installed."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (needed,) = tomllib.loads(text)["build-system"]["requires"]
    assert needed in tomllib.loads(text)["project"]["optional-dependencies"]["test"]

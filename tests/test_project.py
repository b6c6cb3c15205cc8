"""The project's own promises: README figures, bounds and lock, container, environment."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from itertools import chain
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml  # type: ignore[import-untyped]
from course_text import is_there
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version
from test_install import load
from traitlets.config.loader import PyFileConfigLoader

from finrisk import supported
from finrisk.authors import model_card
from finrisk.authors.front_page import README, update
from finrisk.authors.model_card import CARD
from finrisk.errors import ModelFileError
from finrisk.ml.model_file import load_benchmarks
from finrisk.ml.predictor import Predictor
from finrisk.settings import Settings

ROOT = README.parent
install = load(ROOT)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = dict(
    line.split("==")
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if "==" in line and not line.startswith("#")
)


def test_readme_says_what_the_code_says() -> None:
    page = README.read_text(encoding="utf-8")
    assert update(page, ROOT) == page, "Run `make readme`."
    assert page.count("<!-- end -->") == 7


def test_the_model_card_says_what_was_measured_on_this_model() -> None:
    predictor = Predictor.load()
    metrics, bench = predictor.metrics, predictor.benchmarks
    page = CARD.read_text(encoding="utf-8")
    assert model_card.update(page, metrics, bench) == page, "Run `make readme`."
    assert page.count("<!-- end -->") == 16
    assert not re.search(r"<!-- \w+ -->\n<!-- end -->", page), "no part may be empty"


def test_figures_of_another_model_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "benchmarks.json"
    with pytest.raises(ModelFileError, match=r"missing or damaged. Run `make bench`"):
        load_benchmarks(path, "abc")
    path.write_text('{"model_id": "other"}', encoding="utf-8")
    with pytest.raises(ModelFileError, match=r"belongs to another model. Run `make bench`"):
        load_benchmarks(path, "abc")


def test_the_card_draws_its_pictures(tmp_path: Path) -> None:
    predictor = Predictor.load()
    metrics, bench = predictor.metrics, predictor.benchmarks
    model_card.draw(tmp_path, metrics, bench)
    for name in ("calibration.png", "time_to_quality.png"):
        assert (CARD.parent / name).is_file()
        assert f"]({name})" in CARD.read_text(encoding="utf-8")
        assert (tmp_path / name).stat().st_size > 5_000


def test_readme_links_and_pictures_exist() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for alt, target in re.findall(r"(!?\[[^\]]*\])\(([^)#]+)\)", text):
            if not target.startswith("http"):
                assert is_there(ROOT / target), f"{name} links to {target}, which is not there."
            assert not alt.startswith("![") or len(alt) > 20, f"{target} needs an alt text."


def named_files(text: str) -> list[str]:
    """Files of Python that a text names, with the folders it gives."""
    return re.findall(r"(?<![\w/*])((?:[\w.]+/)*[A-Za-z_]\w*\.py)\b", text)


def test_a_file_that_is_named_is_there() -> None:
    """In docstrings, pages and lessons: what has moved must not be looked for in its old room."""
    rooms = [ROOT / name for name in ("finrisk", "tests", "notebooks")]
    code = [*ROOT.glob("*.py"), *chain.from_iterable(room.rglob("*.py") for room in rooms)]
    there = [f"/{path.relative_to(ROOT).as_posix()}" for path in code]
    pages = chain(ROOT.glob("*.md"), ROOT.glob("models/*.md"), ROOT.glob("notebooks/**/*.md"))
    lessons = ROOT.glob("notebooks/solutions/*.ipynb")
    texts = [*pages, *lessons, *(ROOT / "finrisk").rglob("*.py")]
    for path in texts:
        for named in named_files(path.read_text(encoding="utf-8")):
            name = re.sub("^[ab]/", "", named)  # as a diff names the old file and the new one
            found = name.endswith("lesson_NN.py") or any(p.endswith(f"/{name}") for p in there)
            assert found, f"{path.relative_to(ROOT)} names {name}, which is not there."


def test_names_of_files_are_seen() -> None:
    assert named_files("see `ml/x.py`, y.py; not z.pyc, a.python or b/*.py") == ["ml/x.py", "y.py"]


def test_every_dependency_has_a_bound_on_both_sides_and_a_locked_version() -> None:
    extras = PROJECT["optional-dependencies"]
    groups = [PROJECT["dependencies"], *extras.values()]
    for requirement in map(Requirement, (line for group in groups for line in group)):
        if requirement.name == PROJECT["name"]:  # one extra brings another
            assert requirement.extras <= set(extras)
            continue
        operators = {specifier.operator for specifier in requirement.specifier}
        two_sided = {"<", ">="} <= operators or operators == {"=="}
        assert two_sided, f"{requirement} needs a lower and an upper bound."
        locked = Version(LOCK[requirement.name])
        assert locked in requirement.specifier, f"{requirement} but the lock says {locked}."


def test_the_lock_is_for_everybody() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "+cpu" not in text
    assert not re.search(r"https?://|file:| @ |--index|--find", text)


def test_every_locked_version_runs_on_every_supported_python() -> None:
    """By what the installed ones say; `make lock` on a newer Python would take newer ones."""
    pythons = [f"{minor}.{patch}" for minor in supported._supported() for patch in range(10)]
    pythons = [python for python in pythons if python in SpecifierSet(PROJECT["requires-python"])]
    assert pythons[0] == "3.11.0"
    refusing = {
        d.name: python
        for d in distributions()
        for python in pythons
        if d.name in LOCK
        and python not in SpecifierSet(d.metadata.get_all("Requires-Python", [""])[0])
    }
    assert not refusing, f"These do not run everywhere: {refusing}. Lock versions that do."


def test_the_environment_is_the_locked_one() -> None:
    installed = {d.name.lower().replace("_", "-"): d.version.split("+")[0] for d in distributions()}
    differing = {
        name: (version, installed[key])
        for name, version in LOCK.items()
        if (key := name.lower().replace("_", "-")) in installed and installed[key] != version
    }
    assert not differing, f"locked and installed differ: {differing}. Run `make lock` or reinstall."


def test_conda_file_is_python_pip_and_this_project() -> None:
    env = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert (env["name"], env["channels"]) == ("finrisk", ["conda-forge"])
    python, pip, section = env["dependencies"]
    assert python == f"python{PROJECT['requires-python']}"
    assert pip == "pip"
    assert section["pip"] == ["-c requirements.txt", "-e ."]


def test_conda_warns_before_it_brings_gpu_libraries() -> None:
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    warning = text.partition("\nname:")[0]
    assert "GPU libraries" in warning
    assert f"PIP_EXTRA_INDEX_URL={install.CPU_INDEX} conda env create" in warning


def test_dockerfile_installs_before_source_and_runs_as_anybody() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    at = {
        word: next(i for i, line in enumerate(lines) if word in line)
        for word in (
            "FROM python:",
            f"ARG TORCH_INDEX={install.CPU_INDEX}",
            "pip install",
            "ENV HOME=",  # a user without a name has none
            "COPY --chown=learner . .",
            "chmod -R a+rwX /course",
            "USER 1000",
            "CMD",
        )
    }
    assert list(at.values()) == sorted(at.values())
    assert not any("apt-get" in line for line in lines)


def test_what_git_leaves_out_no_image_carries() -> None:
    left_out = {
        name: {
            line.strip("/").removeprefix("**/")
            for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
            if not line.startswith("#")
        }
        for name in (".gitignore", ".dockerignore")
    }
    assert left_out[".gitignore"] - {".env"} < left_out[".dockerignore"]
    assert {".env*", "!.env.example"} < left_out[".dockerignore"], "no secret, wherever it lies"
    assert ".git" in left_out[".dockerignore"]


def test_the_container_answers_on_the_ports_that_are_published() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    command = json.loads(dockerfile.split("\nCMD ")[1])
    assert "--ip=0.0.0.0" in command
    exposed = set(dockerfile.split("\nEXPOSE ")[1].split("\n")[0].split())
    run = re.findall(r"docker run .*-p \d+:(\d+)", README.read_text(encoding="utf-8"))
    ports = {word.split("=")[1] for word in command if word.startswith("--port=")}
    assert set(run) == exposed == ports | {str(Settings().port)}


def test_the_container_of_the_readme_keeps_what_a_learner_writes() -> None:
    (line,) = re.findall(r"docker run .*-p \d+:8888.*", README.read_text(encoding="utf-8"))
    workdir = re.findall(r"^WORKDIR (\S+)$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    volume = re.search(r"-v (\S+):(\S+)", line)
    assert volume, "a container forgets what is written into it"
    assert volume[2] == f"{workdir[0]}/notebooks"


@pytest.mark.parametrize("name", ["Makefile", "README.md", "Dockerfile", "environment.yml"])
def test_jupyterlab_is_started_with_the_settings_of_the_course(name: str) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    started = re.findall(r"(?:-m jupyterlab\b|jupyter\W+lab\b).*", page)
    assert started, f"{name} does not say how JupyterLab is started."
    for command in started:  # with a file as argument its folder would be all JupyterLab reaches
        assert "--config=jupyter_lab_config.py" in command, command


@pytest.mark.parametrize(("user", "as_root"), [(0, True), (1000, False)])
def test_jupyterlab_opens_the_first_lesson_and_lets_root_in_only_as_root(
    monkeypatch: pytest.MonkeyPatch, user: int, as_root: bool
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user, raising=False)
    loader = PyFileConfigLoader("jupyter_lab_config.py", path=str(ROOT))
    config = loader.load_config()
    lesson = config.LabApp.default_url.removeprefix("/lab/tree/")
    assert (ROOT / lesson).is_file()
    assert config.ServerApp.allow_root == as_root
    (looks,) = config.ServerApp.tornado_settings["static_custom_path"]
    assert Path(looks, "custom.css").is_file()


# --- other machines, and the Pythons they have -------------------------------------------------


def test_every_place_that_names_a_python_names_one_that_is_supported() -> None:
    texts = {
        name: (ROOT / name).read_text(encoding="utf-8")
        for name in ("README.md", "Dockerfile", ".binder/runtime.txt", "Makefile")
    }
    texts["devcontainer"] = devcontainer()["image"]
    bounds = SpecifierSet(PROJECT["requires-python"])
    named = {
        name: re.findall(r"(?:py -|python[:-]?)(3\.\d+)", text) for name, text in texts.items()
    }
    assert all(named.values()), f"no longer found: {named}"
    assert not [(name, v) for name, found in named.items() for v in found if v not in bounds]


def test_the_readme_lists_the_supported_pythons() -> None:
    listed = ", ".join(supported._supported()[:-1]) + f" or {supported._supported()[-1]}"
    assert f"Python {listed}" in README.read_text(encoding="utf-8")


def devcontainer() -> dict[str, Any]:
    path = ROOT / ".devcontainer" / "devcontainer.json"
    made: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return made


def test_a_codespace_installs_as_make_does() -> None:
    made = devcontainer()
    target = made["postCreateCommand"].removeprefix("make ")
    assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(made["forwardPorts"]) == {8888, Settings().port}


def test_binder_takes_the_locked_versions_and_pytorch_without_gpu_libraries() -> None:
    script = ROOT / ".binder" / "postBuild"
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    torch, everything = re.findall(r"pip install (.*)", text)
    assert f"--no-deps --index-url {install.CPU_INDEX} torch" in torch
    assert everything.endswith("-e .")
    assert "-c requirements.txt" in torch
    assert "-c requirements.txt" in everything
    if shutil.which("bash"):
        subprocess.run(["bash", "-n", script], check=True)
    if os.name == "posix":
        assert os.access(script, os.X_OK)


def test_ruff_judges_what_authors_write_and_leaves_a_learners_files_alone(tmp_path: Path) -> None:
    """In a folder without git, as a ZIP gives one."""
    for name in ("pyproject.toml", "notebooks/ruff.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    ours = ("finrisk/bad.py", "finrisk/ml/bad.py", "tests/bad.py", "conftest.py")
    theirs = (
        *("mine.py", "notebooks/mine.py", "notebooks/my_app/app.py", "notebooks/scratch/app.py"),
        *("notebooks/scratch/conftest.py", "scratch/a.py"),
    )
    lesson, untitled = "notebooks/03_model.ipynb", "notebooks/Untitled.ipynb"
    for name in (*ours, *theirs):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("import os,sys\n", encoding="utf-8")
    solution = tmp_path / "notebooks" / "solutions" / "03_model.ipynb"
    solution.parent.mkdir()
    for path in (tmp_path / lesson, tmp_path / untitled, solution):
        v4: Any = nbformat.v4  # the library has no types
        notebook = v4.new_notebook(cells=[v4.new_code_cell("import os,sys")])
        nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
    for command in (["check", "--output-format=concise"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--no-cache"]
        done = subprocess.run(ruff, cwd=tmp_path, capture_output=True, encoding="utf-8")
        said = done.stdout.replace("\\", "/")
        assert all(name in said for name in (*ours, "notebooks/solutions/03_model.ipynb")), said
        assert not [name for name in (*theirs, lesson, untitled) if re.search(rf"\b{name}", said)]


def test_the_files_the_installation_needs_are_copied_before_it() -> None:
    """README.md and LICENSE are only named there: a new text must not install all again."""
    before = (ROOT / "Dockerfile").read_text(encoding="utf-8").split("pip install")[0]
    copied = re.findall(r"^COPY (.+) \./$", before, re.MULTILINE)[0].split()
    assert copied == ["pyproject.toml", "requirements.txt"]
    named = re.findall(r"touch (.+) \\$", before, re.MULTILINE)[0].split()
    assert named == ["finrisk/__init__.py", PROJECT["readme"], *PROJECT["license-files"]]


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "README.md", "CLAUDE.md"])
def test_every_make_target_that_is_named_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)", (ROOT / name).read_text(encoding="utf-8")))
    assert named <= targets, f"{name} names {named - targets}, which the Makefile does not have."


def test_the_csv_of_the_readme_is_judged() -> None:
    p = Predictor.load().predict_csv(ROOT / "notebooks/data/household_year.csv")
    assert not set(p.assumed), "twelve months with payments tell every field"
    assert p.household.negative_months is not None


def test_settings_example_names_real_settings() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"FINRISK_([A-Z_]+)=", example)
    assert {name.lower() for name in named} == set(Settings.model_fields)
    assert Path(Settings().models_dir) == ROOT / "models"

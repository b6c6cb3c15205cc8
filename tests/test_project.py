"""The project's own promises: README figures, bounds and lock, container, environment."""

import json
import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from finrisk.course import model_card
from finrisk.course.front_page import README, update
from finrisk.course.model_card import CARD, load_benchmarks
from finrisk.household import ModelFileError
from finrisk.ml.predictor import Predictor
from finrisk.settings import Settings

ROOT = README.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = dict(
    line.split("==")
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if "==" in line and not line.startswith("#")
)


def test_readme_says_what_the_code_says() -> None:
    page = README.read_text(encoding="utf-8")
    assert update(page, ROOT) == page, "Run `make readme`."
    assert page.count("<!-- end -->") == 5


def test_the_model_card_says_what_was_measured_on_this_model() -> None:
    metrics = Predictor.load().metrics
    bench = load_benchmarks(Settings().benchmarks_path, metrics["model_id"])
    page = CARD.read_text(encoding="utf-8")
    assert model_card.update(page, metrics, bench) == page, "Run `make readme`."
    assert page.count("<!-- end -->") == 15
    assert not re.search(r"<!-- \w+ -->\n<!-- end -->", page), "no part may be empty"


def test_figures_of_another_model_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "benchmarks.json"
    with pytest.raises(ModelFileError, match=r"missing or damaged. Run `make bench`"):
        load_benchmarks(path, "abc")
    path.write_text('{"model_id": "other"}', encoding="utf-8")
    with pytest.raises(ModelFileError, match=r"belongs to another model. Run `make bench`"):
        load_benchmarks(path, "abc")


def test_the_card_draws_its_pictures(tmp_path: Path) -> None:
    metrics = Predictor.load().metrics
    bench = load_benchmarks(Settings().benchmarks_path, metrics["model_id"])
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
                assert (ROOT / target).exists(), f"{name} links to {target}, which is not there."
            assert not alt.startswith("![") or len(alt) > 20, f"{target} needs an alt text."


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


def test_dockerfile_installs_before_source_and_runs_as_a_learner() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    at = {
        word: next(i for i, line in enumerate(lines) if word in line)
        for word in (
            "FROM python:",
            "pip install",
            "chown -R learner",  # before the copy, which leaves existing folders to root
            "COPY --chown=learner . .",
            "USER 1000",
            "CMD",
        )
    }
    assert list(at.values()) == sorted(at.values())
    assert not any("apt-get" in line for line in lines)


def test_the_container_prints_the_address_of_a_lesson_on_a_port_that_is_published() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    command = json.loads(dockerfile.split("\nCMD ")[1])
    assert "--ip=0.0.0.0" in command
    (lesson,) = (word.split("=/lab/tree/")[1] for word in command if "default_url" in word)
    assert (ROOT / lesson).is_file()
    exposed = set(dockerfile.split("\nEXPOSE ")[1].split("\n")[0].split())
    published = set(re.findall(r"docker run -p \d+:(\d+)", README.read_text(encoding="utf-8")))
    ports = {word.split("=")[1] for word in command if word.startswith("--port=")}
    assert published == exposed == ports | {str(Settings().port)}


@pytest.mark.parametrize("name", ["Makefile", "README.md", "Dockerfile"])
def test_jupyterlab_starts_in_the_project_folder_with_the_first_lesson_open(name: str) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    started = re.findall(r"jupyter\W+lab\b.*", page)
    assert started, f"{name} does not say how JupyterLab is started."
    for command in started:  # with a file as argument its folder would be all JupyterLab reaches
        assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in command, command


def test_the_files_the_installation_needs_are_copied_before_it() -> None:
    before = (ROOT / "Dockerfile").read_text(encoding="utf-8").split("pip install")[0]
    copied = re.findall(r"^COPY (.+) \./$", before, re.MULTILINE)[0].split()
    assert {"pyproject.toml", PROJECT["readme"], *PROJECT["license-files"]} < set(copied)
    assert all((ROOT / name).is_file() for name in copied)


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

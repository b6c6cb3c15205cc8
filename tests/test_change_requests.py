"""The change requests of lesson 07: a test fails today, and tells right changes from wrong ones.

The changes are `tests/change_requests/*.diff`, made to a copy of the project. A wrong one works
as far as it goes, and puts a rule where none may be. A diff that no longer fits says where.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest
from browser import chromium_path
from by_path import module_at
from torch import nn

ROOT = Path(__file__).parents[1]
COPIED = (
    "finrisk",
    "models",
    "notebooks/change_requests",
    "pyproject.toml",
    "tests/browser.py",
    "tests/test_architecture.py",
)
MISSING = {  # what each test says is not there yet
    "new_field": "INPUTS has no recent_expenses yet",
    "new_suggestion": "The predictor does not offer 'Spend 15 % less from now on' yet",
    "new_chart": "A Prediction has no month_svg() yet",
}
BROKEN = {  # the rules each wrong change breaks, and what then does not work
    "new_field": [
        "api.routes is a face: it knows the vocabulary and ml.predictor, not data.history_csv.",
        "finrisk/api/routes.py names 'recent_expenses': a face shows what it is given.",
        "summarise says nan, by hand it is 1.14",
    ],
    "new_suggestion": [
        "finrisk/api/routes.py names 'Spend 15 % less from now on': a face shows what it is given.",
        "A rule about risk in api/routes.py: it belongs in ml/.",
        "The panel offers only ['Try it: Spend 10 % less",
    ],
    "new_chart": [
        "finrisk/frontend/answer.js names monthly_income: the page works nothing out.",
        "A Prediction has no month_svg() yet",
    ],
}
NEED_BROWSER = {  # the one test of each that is skipped where there is no Chromium
    "new_field": "test_the_form_has_it",
    "new_suggestion": "test_the_page_offers_it",
    "new_chart": "test_the_page_shows_it_and_follows_the_form",
}
WHICH = {  # tests run on a wrong change: those that find it, not those that a browser needs
    "new_field": "layers or twelve_months",
    "new_suggestion": "layers or panel or once",
    "new_chart": "layers or there",
}
# How training once hid values: in the order of FEATURES, while flags follow that of INPUTS.
BY_POSITION = """diff --git a/finrisk/ml/dataset.py b/finrisk/ml/dataset.py
+++ b/finrisk/ml/dataset.py
@@ in mask_optional
-    values = [FEATURE_NAMES.index(FEATURES[name][0]) for name in OPTIONAL]
+    values = [i for i, name in enumerate(FEATURES) if name in OPTIONAL]
"""
Run = subprocess.CompletedProcess[str]
each_request = pytest.mark.parametrize("request_", MISSING)


def apply(diff: str, folder: Path) -> None:
    """Make the change of a unified diff: what stood there, once, becomes what shall stand there."""
    for part in diff.split("\ndiff --git "):
        (name,) = re.findall(r"^\+\+\+ b/(.+)$", part, re.MULTILINE)
        path = folder / name
        text = path.read_text(encoding="utf-8")
        for hunk in re.split(r"^@@.*\n", part, flags=re.MULTILINE)[1:]:
            lines = hunk.splitlines(keepends=True)
            before = "".join(line[1:] for line in lines if line[0] in " -")
            after = "".join(line[1:] for line in lines if line[0] in " +")
            assert text.count(before) == 1, f"{path.name} has changed. It must hold once:\n{before}"
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")


def copy(folder: Path, change: str = "") -> Path:
    for name in COPIED:
        there = folder / name
        there.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, there, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, there)
    if change:
        diff = ROOT / "tests" / "change_requests" / f"{change}.diff"
        apply(diff.read_text(encoding="utf-8"), folder)
    return folder


def python(folder: Path, *arguments: str) -> Run:
    """Python in the copy, which must find the copy's package and not the installed one."""
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {"PYTHONPATH": path, "TQDM_DISABLE": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )


def run_tests(folder: Path, *requests: str, which: str = "") -> Run:
    files = [f"notebooks/change_requests/test_{name}.py" for name in requests]
    return python(folder, "-m", "pytest", "-q", "--tb=short", "-rA", "-k", which, *files)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """Every test on the project as it is, and on each change; two at a time."""

    def on(change: str, *requests: str, which: str = "") -> Run:
        return run_tests(copy(tmp_path_factory.mktemp("copy"), change), *requests, which=which)

    with ThreadPoolExecutor(2) as pool:
        # those of a browser would fail at their first line, as the others
        no_browser = " and ".join(f"not {name}" for name in NEED_BROWSER.values())
        waiting = {"today": pool.submit(on, "", *MISSING, which=no_browser)}
        for name in MISSING:
            waiting[f"{name}_right"] = pool.submit(on, f"{name}_right", name)
            waiting[f"{name}_wrong"] = pool.submit(on, f"{name}_wrong", name, which=WHICH[name])
        return {name: run.result() for name, run in waiting.items()}


def outcomes(run: Run, word: str) -> list[str]:
    """Names of the tests that passed (PASSED), failed (FAILED) ..."""
    return re.findall(rf"^{word} \S+/test_(\w+\.py::\w+)", run.stdout, re.MULTILINE)


def test_a_copy_runs_its_own_package(tmp_path: Path) -> None:
    run = python(copy(tmp_path), "-c", "import finrisk; print(finrisk.__file__)")
    assert Path(run.stdout.strip()) == tmp_path / "finrisk" / "__init__.py", run.stderr


@each_request
def test_it_fails_today_and_says_what_is_missing(runs: dict[str, Run], request_: str) -> None:
    run = runs["today"]
    passed = [name for name in outcomes(run, "PASSED") if name.startswith(request_)]
    assert passed == [f"{request_}.py::test_the_layers_hold"], run.stdout
    assert f"AssertionError: {MISSING[request_]}" in run.stdout
    assert not outcomes(run, "ERROR"), run.stdout


@each_request
def test_a_change_passes_that_keeps_the_layers(runs: dict[str, Run], request_: str) -> None:
    """All of it where there is a browser; without one, all but the one test that needs it."""
    run = runs[f"{request_}_right"]
    assert run.returncode == 0, run.stdout
    skipped = [] if has_browser() else [NEED_BROWSER[request_]]
    expected = [name for name in names_in(request_) if name not in skipped]
    assert outcomes(run, "PASSED") == [f"{request_}.py::{name}" for name in expected], run.stdout
    said = re.findall(r"^SKIPPED \[1\] .+: no Chromium", run.stdout, re.MULTILINE)
    assert len(said) == len(skipped), run.stdout


def names_in(request_: str) -> list[str]:
    """The tests of a request, in the order in which they stand there."""
    path = ROOT / "notebooks" / "change_requests" / f"test_{request_}.py"
    return re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)


def has_browser() -> bool:
    """False where the tests of a browser are skipped; fails where they must not be."""
    try:
        return bool(chromium_path())
    except pytest.skip.Exception:
        return False


def test_training_that_hides_another_field_is_seen(tmp_path: Path) -> None:
    """The rows of the right change stand in another order in FEATURES than in INPUTS."""
    folder = copy(tmp_path, "new_field_right")
    apply(BY_POSITION, folder)
    run = run_tests(folder, "new_field", which="training")
    assert "A row without recent_expenses looks otherwise in training" in run.stdout, run.stdout


@each_request
def test_the_rule_that_a_wrong_change_breaks_is_named(runs: dict[str, Run], request_: str) -> None:
    run = runs[f"{request_}_wrong"]
    assert f"{request_}.py::test_the_layers_hold" in outcomes(run, "FAILED"), run.stdout
    for sentence in BROKEN[request_]:
        assert sentence in run.stdout, run.stdout


@pytest.fixture
def rules() -> ModuleType:
    """`notebooks/change_requests/rules.py`, which stands in no package."""
    return module_at(ROOT / "notebooks" / "change_requests" / "rules.py")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('import * as d3 from "https://cdn.example.org/d3.js";', "asks cdn.example.org"),
        ("fetch('//cdn.example.org/d3.js')", "asks cdn.example.org"),
        ("const left = income - prediction.household.monthly_expenses;", "the page works nothing"),
        ('const word = "twelve";', "names 'twelve'"),
    ],
)
def test_what_a_face_may_not_hold_is_seen(rules: ModuleType, line: str, words: str) -> None:
    (sentence,) = rules._faces([(ROOT / "finrisk" / "frontend" / "new.js", line)], ["twelve"])
    assert sentence.startswith("finrisk/frontend/new.js ")
    assert words in sentence


def test_another_network_is_seen(rules: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(rules._network()) == []
    other = nn.Sequential(nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 1), nn.Sigmoid())
    monkeypatch.setattr(rules, "RiskMLP", lambda **_: other)
    assert "got Linear 64, ReLU, Linear 1, Sigmoid." in " ".join(rules._network())


def test_a_new_library_is_seen(
    rules: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(rules._libraries()) == []
    text = '[project]\ndependencies = ["torch==2.13.*", "plotly>=6,<7"]\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(rules, "ROOT", tmp_path)
    assert list(rules._libraries()) == [
        "pyproject.toml asks for plotly: a new library needs the owner's word."
    ]


def test_a_diff_that_no_longer_fits_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one\ntwo\n", encoding="utf-8")
    diff = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-three\n+four\n"
    with pytest.raises(AssertionError, match=r"a.py has changed. It must hold once:\n\s+three"):
        apply(diff, tmp_path)


def test_make_test_does_not_collect_the_tests_of_requests() -> None:
    """They fail today, and would fail every run of everything."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "change_requests" in project["tool"]["pytest"]["ini_options"]["norecursedirs"]

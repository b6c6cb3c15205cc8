"""What `setup()` gives a lesson: plots that say what they show, and one folder to write to.

And how a first answer starts: without the libraries that only plots and training need.
"""

import base64
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import nbformat
import pytest
from nbclient import NotebookClient
from PIL import Image

from finrisk.course import scratch, setup
from finrisk.errors import FinriskError
from finrisk.settings import Settings

v4: Any = nbformat.v4  # the library has no types


def test_scratch_is_beside_the_lesson_for_settings_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    world = Settings(models_dir=scratch() / "my_world").models_dir
    assert world == tmp_path.resolve() / "scratch" / "my_world"
    assert scratch().is_dir()


def test_scratch_may_be_a_link_to_another_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "lessons").mkdir()
    _link(tmp_path / "lessons" / "scratch", tmp_path / "disk")
    monkeypatch.chdir(tmp_path / "lessons")
    assert scratch() == (tmp_path / "disk").resolve()


def _link(link: Path, target: Path) -> None:
    try:
        link.symlink_to(target, target_is_directory=True)
    except OSError:
        pytest.skip("Windows lets only some people make links")


def _file(name: Path) -> None:
    name.write_text("mine", encoding="utf-8")


@pytest.mark.parametrize(
    ("take", "found"),
    [
        (_file, "File exists|exists"),
        (lambda name: _link(name, name.parent / "no" / "folder"), "No such file|cannot find"),
        (lambda name: _link(name, name), "a link that leads nowhere|Too many levels|File exists"),
    ],
    ids=["a file", "a link to nothing", "a link to itself"],
)
def test_a_scratch_that_is_no_folder_is_told_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, take: Callable[[Path], None], found: str
) -> None:
    take(tmp_path / "scratch")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FinriskError, match=rf"scratch must be a folder .*got .*({found}).*Rename"):
        scratch()


def test_a_scratch_that_cannot_be_written_to_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", refused)
        with pytest.raises(FinriskError, match=r"got Permission denied: .*a folder of your own"):
            scratch()
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(FinriskError, match=r"scratch .*got one that may only be read: "):
        scratch()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a folder somebody is in")
@pytest.mark.parametrize("tool", [scratch, setup])
def test_a_notebook_whose_folder_is_gone_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: Callable[[], object]
) -> None:
    (tmp_path / "lessons").mkdir()
    monkeypatch.chdir(tmp_path / "lessons")
    (tmp_path / "lessons").rmdir()
    with pytest.raises(FinriskError, match=r"must be there, and it was deleted or moved\. Close"):
        tool()


def test_setup_moves_a_solution_to_its_lesson_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "solutions").mkdir()
    monkeypatch.chdir(tmp_path / "solutions")
    with mpl.rc_context():
        setup()
        setup()
    assert Path.cwd() == tmp_path.resolve()


PLOT = """\
import matplotlib.pyplot as plt
from finrisk.course import setup

setup()
plt.plot([1, 2])
plt.title("Risk < 5")
plt.xlabel("months")
plt.show()"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a plot puts into a notebook."""
    notebook = v4.new_notebook(cells=[v4.new_code_cell(PLOT)])
    folder = {"metadata": {"path": str(tmp_path_factory.mktemp("lesson"))}}
    NotebookClient(notebook, kernel_name="python3", resources=folder).execute()
    (output,) = notebook.cells[0].outputs
    return output.data


def test_a_plot_says_its_title_and_its_axes_to_those_who_do_not_see_it(shown: Any) -> None:
    assert shown["text/html"].startswith('<img alt="Plot: Risk &lt; 5; months" width="')
    assert "image/png" not in shown, "a second image would have no alt text"


def test_a_plot_has_twice_the_pixels_of_its_size(shown: Any) -> None:
    png = base64.b64decode(shown["text/html"].partition("base64,")[2].partition('"')[0])
    assert f'width="{Image.open(io.BytesIO(png)).width // 2}"' in shown["text/html"]


# --- a first answer -----------------------------------------------------------------------------

FIRST_ANSWERS = {
    "a scratch file": """
import finrisk
household = {"monthly_income": 4200, "monthly_expenses": 3900, "savings": 5200, "debt": 9000}
answer = finrisk.Predictor.load().predict(household)
assert answer.drivers and answer.suggestions and answer.standing
""",
    "a what if": """
import finrisk
from finrisk.household import change_from
household = finrisk.Household(4200, 3900, 5200, 9000)
change = change_from(household, income_dollars=-1200, months=3)
answer = finrisk.Predictor.load().predict(household, change=change)
assert answer.drivers and answer.arithmetic and answer.before is not None and str(answer)
""",
    "many what ifs": """
import finrisk, pandas as pd
row = {"monthly_income": 4200, "monthly_expenses": 3900, "savings": 5200, "debt": 9000}
change = finrisk.Change(spending=0.9, one_off=-500)
finrisk.Predictor.load().predict_many(pd.DataFrame([row] * 3), change=change)
""",
    "many households": """
import finrisk, pandas as pd
row = {"monthly_income": 4200, "monthly_expenses": 3900, "savings": 5200, "debt": 9000}
finrisk.Predictor.load().predict_many(pd.DataFrame([row] * 3))
""",
    "finrisk predict FILE": """
import sys
from finrisk.__main__ import main
sys.argv = ["finrisk", "predict", {year!r}]
assert main() == 0
""",
    "finrisk predict FILE --what-if CHANGE": """
import sys
from finrisk.__main__ import main
sys.argv = ["finrisk", "predict", {year!r}, "--what-if", "income=0.7,months=3"]
assert main() == 0
""",
    "the page's server": """
from finrisk.api.main import app
from finrisk.ml.predictor import Predictor
Predictor.load().predict_csv({year!r})
""",
}
NOT_NEEDED = ("sklearn", "captum", "scipy", "matplotlib", "joblib", "IPython", "jupyterlab")


@pytest.mark.parametrize("way", FIRST_ANSWERS)
def test_a_first_answer_loads_nothing_that_only_plots_and_training_need(way: str) -> None:
    """They took longer to load than PyTorch itself."""
    year = str(Path(__file__).parents[1] / "notebooks" / "data" / "household_year.csv")
    code = FIRST_ANSWERS[way].replace("{year!r}", repr(year))
    code += f"import sys; print('loaded:', [m for m in {NOT_NEEDED} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.endswith("loaded: []\n"), done.stdout[-300:] + done.stderr

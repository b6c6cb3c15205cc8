"""What `setup()` gives a lesson: plots that say what they show, and one folder to write to."""

import base64
import io
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from PIL import Image

from finrisk.course import scratch
from finrisk.settings import Settings

v4: Any = nbformat.v4  # the library has no types


def test_scratch_is_beside_the_lesson_for_settings_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    world = Settings(models_dir=scratch() / "my_world").models_dir
    assert world == tmp_path.resolve() / "scratch" / "my_world"
    assert scratch().is_dir()


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

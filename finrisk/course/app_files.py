"""The files of the learner's own application, `my_app`, as the course itself has written them.

A lesson asks for one of them, file by file. Who has not written one yet gets the course's, from
the folder `my_app` beside this file. What a notebook does with them is in `app_cell.py`.
"""

import importlib
import re
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["FILES", "course_part", "course_text", "is_the_courses", "without_markers"]

# File -> the exercise that asks for it, and the names in it that are checked. In the order in
# which they build on each other; a file without an exercise is given whole.
FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "features.py": ("02.3", ("features",)),
    "model.py": ("03.4", ("RiskNet",)),
    "train.py": ("04.4", ("train",)),
    "evaluate.py": ("05.3", ("threshold_for", "calibration_curve")),
    "model_file.py": ("06.4", ("save", "load")),
    "predictor.py": ("06.5", ("Predictor",)),
    "build.py": ("", ()),
    "page.html": ("07.3", ("page_html",)),
    "app.py": ("07.4", ("app",)),
}
_COURSE = Path(__file__).parent / "my_app"
_MARKER = re.compile(r"^ *(?:# (?:your code|end)|<!-- (?:your code|end) -->)\n", re.MULTILINE)


def course_text(name: str) -> str:
    """The course's own version of a file of `my_app`."""
    return (_COURSE / name).read_text(encoding="utf-8")


def is_the_courses(path: Path) -> bool:
    """Whether a file of `my_app` is as the course has written it, and nobody's own."""
    return path.read_text(encoding="utf-8", errors="replace") == course_text(path.name)


def course_part(name: str) -> Any:
    """What the check of a file is called with, from the course's own version of it.

    Several names are a tuple. Python looks for modules in a copy of the course's folder
    afterwards, and there is a model of it for `app.py`.
    """
    folder = _copy_of_the_course()
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    if name == "app.py" and not (folder / "model.pth").exists():
        importlib.import_module("build").build()
    if name.endswith(".html"):
        return course_text(name)
    module = importlib.import_module(Path(name).stem)
    _, names = FILES[name]
    values = tuple(getattr(module, one) for one in names)
    return values[0] if len(values) == 1 else values


def without_markers(cell: str) -> str:
    """The text of a file, from a cell with `# your code` and `# end` around what is asked for."""
    return _MARKER.sub("", cell + "\n").strip() + "\n"


@cache
def _copy_of_the_course() -> Path:
    """Somewhere a model may be saved: nothing is ever written into the package."""
    return Path(shutil.copytree(_COURSE, Path(tempfile.mkdtemp()) / "my_app"))

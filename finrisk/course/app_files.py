"""`%%my_app NAME`, a cell that is a file of the learner's own application, and `parts`.

The application grows in `scratch/my_app`, file by file. A finished cell is saved there and
imported. One in which a `...` is left changes nothing, so a lesson opened anew never writes over
what its reader has made. `parts` stands where a lesson builds on earlier files: who has not
written one yet gets the course's, so each lesson runs alone.
"""

import ast
import importlib
import re
import shutil
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from IPython.core.getipython import get_ipython

from finrisk.course.calls import called_like
from finrisk.course.echoes import show_error
from finrisk.course.lessons import exercise_named
from finrisk.course.open_places import has_open_place
from finrisk.course.start import scratch
from finrisk.course.trial import tried
from finrisk.errors import FinriskError
from finrisk.received import show_value

__all__ = ["FILES", "course_text", "my_app_cell", "parts", "without_markers"]

# File -> the exercise that asks for it, and the name in it that is checked. In the order in
# which they build on each other; a file without an exercise is given whole.
FILES = {
    "features.py": ("02.5", "features"),
    "model.py": ("03.3", "RiskNet"),
    "train.py": ("04.3", "train"),
    "evaluate.py": ("05.4", "threshold_for"),
    "model_file.py": ("06.4", "load"),
    "predictor.py": ("06.5", "Predictor"),
    "build.py": ("", ""),
    "page.html": ("", ""),
    "app.py": ("07.5", "app"),
}
SECONDS = 60.0  # to import and check a file; the first import of a library takes some
_COURSE = Path(__file__).parent / "my_app"
_MARKER = re.compile(r"^ *(?:# (?:your code|end)|<!-- (?:your code|end) -->)\n", re.MULTILINE)


def my_app_cell(line: str, cell: str) -> None:
    """What `%%my_app NAME` does: save the cell as this file of `my_app`, and import it.

    Its names are then the notebook's, too. Where a `...` is left they are all `...`, which a
    check calls "not attempted yet".

    Args:
        line: what stands behind `%%my_app`.
        cell: the lines below it.

    Raises:
        FinriskError: for a name that is none of `FILES`, for text that is no Python, and for a
            file that stops when it is imported. What was saved before stays, as it is or as a
            copy.
    """
    name = _known(line.strip())
    text = without_markers(cell)
    names = _names_in(name, text)
    if _is_open(name, text):
        _notebook().update(dict.fromkeys(names, ...))
        print(f"{name} is not saved yet: replace each ... first.")
        return
    path = _folder() / name
    if path.exists() and path.read_text(encoding="utf-8") not in (text, course_text(name)):
        shutil.copy(path, path.with_name(f"earlier_{name}"))
    path.write_text(text, encoding="utf-8", newline="\n")
    if path.suffix == ".py":
        module = _imported(path)
        _notebook().update({key: getattr(module, key) for key in names})
    print(f"Saved: scratch/my_app/{name}")


@called_like('parts("features.py", "model.py")')
def parts(*names: str) -> None:
    """See that these files of `my_app` are there and right, and say whose each is.

    The notebook may import from them afterwards, as in `from model import RiskNet`.

    Raises:
        FinriskError: for a name that is none of `FILES`, and for a file of the learner's that
            is unfinished, cannot be imported or is wrong; it says where to mend it.
    """
    for name in map(_known, names):
        path = _folder() / name
        if not path.exists():
            path.write_text(course_text(name), encoding="utf-8", newline="\n")
        key, _ = FILES[name]
        if path.read_text(encoding="utf-8", errors="replace") == course_text(name):
            print(f"{name}: the course's" + (f" (exercise {key} makes it yours)" if key else ""))
        else:
            _check_own(path)
            print(f"{name}: yours")


def course_text(name: str) -> str:
    """The course's own version of a file of `my_app`."""
    return (_COURSE / name).read_text(encoding="utf-8")


def without_markers(cell: str) -> str:
    """The text of a file, from a cell with `# your code` and `# end` around what is asked for."""
    return _MARKER.sub("", cell + "\n").strip() + "\n"


def _notebook() -> dict[str, Any]:
    """The names of the notebook that the cell stands in."""
    shell = get_ipython()
    if shell is None:
        raise FinriskError("%%my_app works in a notebook only. Elsewhere, write the file itself.")
    names: dict[str, Any] = shell.user_ns
    return names


def _known(name: str) -> str:
    if name not in FILES:
        raise FinriskError(
            f"my_app is made of {', '.join(FILES)}, got {show_value(name)}. Write one of these "
            "names."
        )
    return name


def _folder() -> Path:
    """`scratch/my_app`, where Python now also looks for modules."""
    folder = scratch() / "my_app"
    folder.mkdir(exist_ok=True)
    if sys.path[0] != str(folder):
        sys.path.insert(0, str(folder))
    return folder


def _is_open(name: str, text: str) -> bool:
    return has_open_place(text) if name.endswith(".py") else "..." in text


def _names_in(name: str, text: str) -> list[str]:
    """The functions, classes and constants that a file defines."""
    if not name.endswith(".py"):
        return []
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise FinriskError(
            f"{name} must be Python, got line {error.lineno}, {(error.text or '').strip()!r} "
            f"({error.msg}). Mend the cell and run it again; nothing was saved."
        ) from None
    names = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return names


def _imported(path: Path) -> ModuleType:
    """The file as a module, freshly read, as everything else in its folder is from now on."""
    shutil.rmtree(path.parent / "__pycache__", ignore_errors=True)
    for name in FILES:
        sys.modules.pop(Path(name).stem, None)
    importlib.invalidate_caches()
    try:
        return importlib.import_module(path.stem)
    except Exception as error:
        lines = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
        where = f"line {lines[-1].lineno}, {lines[-1].line!r}" if lines else "it"
        raise FinriskError(
            f"{path.name} must be a file that Python can import, but {where} stops: "
            f"{show_error(error)}."
        ) from None


def _check_own(path: Path) -> None:
    """Refuse a file of the learner's that the lesson cannot build on."""
    key, _ = FILES[path.name]
    try:
        said = tried(lambda: _flaw_in(path), SECONDS)
    except TimeoutError as late:
        said = str(late)
    if said:
        raise FinriskError(
            f"{said} Mend its cell{f' (exercise {key})' if key else ''} and run it again. Or "
            f"delete the file scratch/my_app/{path.name}: the course's then takes its place."
        )


def _flaw_in(path: Path) -> str | None:
    """A sentence on what is wrong with a file, None if nothing is."""
    key, asked = FILES[path.name]
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        _names_in(path.name, text)
        if _is_open(path.name, text):
            return f"{path.name} must be finished, got one in which a ... is left."
        module = _imported(path) if path.suffix == ".py" else None
        if not key:
            return None
        if not hasattr(module, asked):
            return f"{path.name} must define {asked}."
        reason = exercise_named(key).checker(getattr(module, asked))
    except BaseException as error:
        return str(error) if isinstance(error, FinriskError) else f"{show_error(error)}."
    return reason and f"{path.name} must be right, but exercise {key} says: {reason}"

"""`%%my_app NAME`, a cell that is a file of the learner's own application, and `parts`.

The application grows in `scratch/my_app`, file by file. A finished cell is saved there and
imported. One in which a `...` is left changes nothing, so a lesson opened anew never writes over
what its reader has made. `parts` stands where a lesson builds on earlier files: who has not
written one yet gets the course's, so each lesson runs alone.
"""

import ast
import importlib
import os
import shutil
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from finrisk.course.app_files import FILES, course_text, is_the_courses, without_markers
from finrisk.course.calls import called_like
from finrisk.course.echoes import show_error
from finrisk.course.lessons import exercise_named
from finrisk.course.open_places import has_open_place
from finrisk.course.start import scratch
from finrisk.course.trial import tried
from finrisk.errors import FinriskError
from finrisk.received import show_value

__all__ = ["my_app_cell", "parts"]

SECONDS = 30.0  # to import and check a file; the first import of a library takes some


def my_app_cell(line: str, cell: str) -> None:
    """What `%%my_app NAME` does: save the cell as this file of `my_app`, and import it.

    Its names are then the notebook's, too; those of a page are one, the text `page_html`. Where
    a `...` is left they are all `...`, which a check calls "not attempted yet".

    Args:
        line: what stands behind `%%my_app`.
        cell: the lines below it.

    Raises:
        FinriskError: for a name that is none of `FILES`, for text that is no Python, and for a
            file that stops, or does not end, when it is imported. Nothing is saved then.
    """
    name = _known(line.strip())
    text, notebook, path = without_markers(cell), _notebook(), _folder() / name
    try:
        names = _names_in(name, text)
        if _is_open(name, text):
            notebook.update(dict.fromkeys(names, ...))
            print(f"{name} is not saved yet: replace each ... first.")
            return
        notebook.update(_saved(path, text, names))
    except FinriskError as error:
        unsaved = FinriskError(f"{error} Mend the cell and run it again; nothing was saved.")
        # The check below the cell says it, too, instead of judging what stood there before.
        notebook.update(dict.fromkeys(FILES[name][1], unsaved))
        raise unsaved from None
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
        key, _ = FILES[name]
        if not path.exists():
            _write(path, course_text(name))
        if is_the_courses(path):
            print(f"{name}: as the course has it" + (f" (exercise {key})" if key else ""))
        else:
            _check_own(path)
            print(f"{name}: yours")
    _forget_modules()


def _notebook() -> dict[str, Any]:
    """The names of the notebook that the cell stands in."""
    from IPython.core.getipython import get_ipython  # here: the doctor starts without it

    shell = get_ipython()
    if shell is None:
        raise FinriskError("%%my_app works in a notebook only. Elsewhere, write the file itself.")
    names: dict[str, Any] = shell.user_ns
    return names


def _saved(path: Path, text: str, names: list[str]) -> dict[str, Any]:
    """Save a file that can be imported, and a copy of what stood there if it was somebody's own.

    Returns:
        The names that it defines, and what they are.

    Raises:
        FinriskError: when it cannot be imported; the file is then as it was.
    """
    before = path.read_text(encoding="utf-8", errors="replace") if path.exists() else None
    _write(path, text)
    try:
        got = _in_time(lambda: _values(path, names), path)
    except FinriskError:
        if before is None:
            path.unlink()
        else:
            _write(path, before)
        raise
    if before not in (None, text, course_text(path.name)):
        _write(path.with_name(f"earlier_{path.name}"), str(before))
    return dict(zip(names, got, strict=True))


def _known(name: str) -> str:
    if name not in FILES:
        raise FinriskError(
            f"my_app is made of {', '.join(FILES)}, got {show_value(name)}. Write one of these "
            "names."
        )
    return name


def _folder() -> Path:
    """`scratch/my_app`, where Python now also looks for modules, before anywhere else."""
    folder = scratch() / "my_app"
    folder.mkdir(exist_ok=True)
    if sys.path[0] != str(folder):
        sys.path.insert(0, str(folder))
    return folder


def _write(path: Path, text: str) -> None:
    """In one step: another notebook that reads the file finds the old one or the new one."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(text, encoding="utf-8", newline="\n")
    new.replace(path)


def _is_open(name: str, text: str) -> bool:
    if name.endswith(".py"):
        return has_open_place(text)
    return any(line.strip() == "..." for line in text.splitlines())


def _names_in(name: str, text: str) -> list[str]:
    """The functions, classes and constants that a file defines."""
    if not name.endswith(".py"):
        return [name.replace(".", "_")]
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise FinriskError(
            f"{name} must be Python, got line {error.lineno or 1}, "
            f"{(error.text or '').strip()!r} ({error.msg})."
        ) from None
    names = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return names


def _values(path: Path, names: list[str]) -> list[Any] | str:
    """What a file defines under these names, or a sentence on why it cannot be imported."""
    if path.suffix != ".py":
        return [path.read_text(encoding="utf-8")]
    try:
        module = _imported(path)
    except FinriskError as error:
        return str(error)
    missing = [name for name in names if not hasattr(module, name)]
    if missing:
        return f"{path.name} must define {', '.join(missing)}."
    return [getattr(module, name) for name in names]


def _imported(path: Path) -> ModuleType:
    """The file as a module, freshly read, as everything else in its folder is from now on."""
    _forget_modules()
    shutil.rmtree(path.parent / "__pycache__", ignore_errors=True)
    try:
        return importlib.import_module(path.stem)
    except BaseException as error:  # sys.exit() in a file, too
        lines = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
        where = f"line {lines[-1].lineno}, {lines[-1].line!r}" if lines else "it"
        raise FinriskError(
            f"{path.name} must be a file that Python can import, but {where} stops: "
            f"{show_error(error)}."
        ) from None


def _forget_modules() -> None:
    for name in FILES:
        sys.modules.pop(Path(name).stem, None)
    importlib.invalidate_caches()


def _in_time(work: Any, path: Path, step: str = "") -> Any:
    """What `work` gives; what it says, or says too late, as an error with the next step."""
    try:
        said = tried(work, SECONDS, path.name)
    except TimeoutError as late:
        said = str(late)
    if isinstance(said, str):
        raise FinriskError(f"{said} {step}".strip())
    return said


def _check_own(path: Path) -> None:
    """Refuse a file of the learner's that the lesson cannot build on."""
    key, _ = FILES[path.name]
    _in_time(
        lambda: _flaw_in(path),
        path,
        f"Mend its cell{f' (exercise {key})' if key else ''} and run it again. Or delete the file "
        f"scratch/my_app/{path.name}: the course's then takes its place.",
    )


def _flaw_in(path: Path) -> str | None:
    """A sentence on what is wrong with a file, None if nothing is."""
    key, asked = FILES[path.name]
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        _names_in(path.name, text)
        if _is_open(path.name, text):
            return f"{path.name} must be finished, got one in which a ... is left."
        values = _values(path, list(asked))
        if isinstance(values, str) or not key:
            return values if isinstance(values, str) else None
        reason = exercise_named(key).checker(values[0] if len(values) == 1 else tuple(values))
    except BaseException as error:
        return str(error) if isinstance(error, FinriskError) else f"{show_error(error)}."
    return reason and f"{path.name} must be right, but exercise {key} says: {reason}"

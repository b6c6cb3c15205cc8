"""`python -m finrisk.authors.editions [03 04 ...]`: make the lessons from their solutions.

For each `notebooks/solutions/NN_*.ipynb`: run it, store its outputs (`outputs.py`), derive the
lesson (`lesson_edition.py`), run that too, and write both; then the pipeline pictures and the
table of contents (`contents.py`). A second run leaves git with nothing to say. A lesson that
holds somebody's answers is not replaced, unless `--replace` says so: it is kept as a copy then.
"""

import argparse
import logging
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

from finrisk.authors.contents import facts, readme, with_run_time
from finrisk.authors.lesson_edition import seal, state_of, to_lesson
from finrisk.authors.outputs import tidy
from finrisk.authors.pictures import STAGES, pipeline_svg
from finrisk.authors.study_time import with_study_time
from finrisk.errors import FinriskError

__all__ = ["NOTEBOOKS", "build", "main"]

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
_TIMEOUT = 300  # seconds for one cell
_log = logging.getLogger(__name__)


def build(notebooks: Path, numbers: Sequence[str] = (), *, replace: bool = False) -> None:
    """Rebuild the editions of the lessons with these numbers ("03"), or of all.

    Args:
        replace: also the lessons that hold answers; these are copied to `scratch` first.

    Raises:
        FinriskError: when a number has no solution, or a lesson holds answers, before anything
            is run; or when a cell fails, and nothing of that lesson is written then.
    """
    sources = _solutions(notebooks)
    known = [source.name[:2] for source in sources]
    for number in numbers:
        if number not in known:
            raise FinriskError(f"There is no solution {number!r}. Choose from {', '.join(known)}.")
    chosen = [source for source in sources if not numbers or source.name[:2] in numbers]
    if not replace:
        check_replaceable(notebooks, chosen)
    _write_pictures(notebooks / "images")
    for source in chosen:
        _build_one(source, notebooks, replace=replace)
    page = readme({source.name: facts(_read(source)) for source in sources})
    (notebooks / "README.md").write_text(page, encoding="utf-8", newline="\n")


def _solutions(notebooks: Path) -> list[Path]:
    return sorted((notebooks / "solutions").glob("[0-9][0-9]_*.ipynb"))


def check_replaceable(notebooks: Path, sources: Sequence[Path]) -> None:
    """Refuse to go on where a lesson made from one of these solutions holds somebody's work.

    Raises:
        FinriskError: naming the lessons, and how to keep what is in them.
    """
    answered = [s.name for s in sources if _is_answered(notebooks / s.name)]
    if answered:
        numbers = " ".join(name[:2] for name in answered)
        raise FinriskError(
            f"{', '.join(answered)} must be as made to be made again, but somebody's answers "
            "stand in there. `make notebooks REPLACE=1`, or `python -m finrisk.authors.editions "
            f"--replace {numbers}`, replaces them, and keeps each as a copy in notebooks/scratch."
        )


def _is_answered(lesson: Path) -> bool:
    return state_of(lesson) in ("answered", "unreadable")


def _keep(lesson: Path) -> None:
    """Copy a lesson with its answers to where nothing is ever replaced."""
    now = time.strftime("%Y-%m-%d_%H-%M-%S")
    copy = lesson.parent / "scratch" / f"{lesson.stem}_{now}.ipynb"
    copy.parent.mkdir(exist_ok=True)
    shutil.copy(lesson, copy)
    _log.info("The answers in %s are kept as notebooks/scratch/%s.", lesson.name, copy.name)


def _build_one(source: Path, notebooks: Path, *, replace: bool) -> None:
    solution = _read(source)
    start = time.perf_counter()
    _run(solution, source.name, notebooks)
    seconds = time.perf_counter() - start
    title = solution.cells[0]
    title.source = with_run_time(with_study_time(title.source, solution), seconds)
    lesson = to_lesson(solution)
    _run(lesson, source.name, notebooks)
    seal(solution)
    seal(lesson)
    place = notebooks / source.name
    if _is_answered(place):  # asked again, since somebody may have saved while all this ran
        if not replace:
            check_replaceable(notebooks, [source])
        _keep(place)
    _write(solution, source)
    _write(lesson, place)
    _log.info("%s: %.0f s", source.name, seconds)


def _run(notebook: Any, name: str, folder: Path) -> None:
    """Execute in place, in the lessons' folder whichever edition it is, then tidy."""
    client = NotebookClient(
        notebook,
        timeout=_TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError) as error:
        raise FinriskError(f"{name} does not run to its end. Mend this cell:\n{error}") from error
    tidy(notebook, client.widget_state)


def _write_pictures(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for stage in range(len(STAGES) + 1):
        picture = pipeline_svg(stage or None)
        (folder / f"pipeline_{stage:02d}.svg").write_text(picture, encoding="utf-8", newline="\n")


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def _write(notebook: Any, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        nbformat.write(notebook, file)  # type: ignore[no-untyped-call]


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line: the numbers of the lessons to rebuild, all of them by default."""
    parser = argparse.ArgumentParser(prog="python -m finrisk.authors.editions")
    parser.add_argument("numbers", nargs="*", help="lessons to rebuild, such as 03 04 (all)")
    parser.add_argument("--replace", action="store_true", help="also those that hold answers")
    parser.add_argument("--check", action="store_true", help="say only which hold answers")
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    _log.setLevel(logging.INFO)
    chosen = parser.parse_args(arguments)
    try:
        if chosen.check:
            check_replaceable(NOTEBOOKS, _solutions(NOTEBOOKS))
        else:
            build(NOTEBOOKS, chosen.numbers, replace=chosen.replace)
    except FinriskError as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()

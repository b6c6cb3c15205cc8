"""`python -m finrisk.course.editions [03 04 ...]`: make the lessons from their solutions.

For each `notebooks/solutions/NN_*.ipynb`: run it, store its outputs (`outputs.py`), derive the
lesson (`lesson_edition.py`), run that too, and write both; then the pipeline pictures and the
table of contents (`contents.py`). A second run leaves git with nothing to say.
"""

import argparse
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

from finrisk.course.contents import facts, readme, with_run_time
from finrisk.course.lesson_edition import to_lesson
from finrisk.course.outputs import tidy
from finrisk.course.pictures import STAGES, pipeline_svg
from finrisk.household import FinriskError

__all__ = ["NOTEBOOKS", "build", "main"]

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
_TIMEOUT = 300  # seconds for one cell
_log = logging.getLogger(__name__)


def build(notebooks: Path, numbers: Sequence[str] = ()) -> None:
    """Rebuild the editions of the lessons with these numbers ("03"), or of all.

    Raises:
        FinriskError: when a number has no solution, or a cell fails; nothing of that lesson
            is written then.
    """
    sources = sorted((notebooks / "solutions").glob("[0-9][0-9]_*.ipynb"))
    known = [source.name[:2] for source in sources]
    for number in numbers:
        if number not in known:
            raise FinriskError(f"There is no solution {number!r}. Choose from {', '.join(known)}.")
    _write_pictures(notebooks / "images")
    for source in sources:
        if not numbers or source.name[:2] in numbers:
            _build_one(source, notebooks)
    lessons = {path.name: facts(_read(path)) for path in notebooks.glob("[0-9][0-9]_*.ipynb")}
    (notebooks / "README.md").write_text(readme(lessons), encoding="utf-8")


def _build_one(source: Path, notebooks: Path) -> None:
    solution = _read(source)
    start = time.perf_counter()
    _run(solution, source.name, notebooks)
    seconds = time.perf_counter() - start
    title = solution.cells[0]
    title.source = with_run_time(title.source, seconds)
    lesson = to_lesson(solution)
    _run(lesson, source.name, notebooks)
    _write(solution, source)
    _write(lesson, notebooks / source.name)
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
        (folder / f"pipeline_{stage:02d}.svg").write_text(picture, encoding="utf-8")


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def _write(notebook: Any, path: Path) -> None:
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line: the numbers of the lessons to rebuild, all of them by default."""
    parser = argparse.ArgumentParser(prog="python -m finrisk.course.editions")
    parser.add_argument("numbers", nargs="*", help="lessons to rebuild, such as 03 04 (all)")
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    _log.setLevel(logging.INFO)
    try:
        build(NOTEBOOKS, parser.parse_args(arguments).numbers)
    except FinriskError as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()

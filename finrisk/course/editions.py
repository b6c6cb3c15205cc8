"""`python -m finrisk.course.editions [03 04 ...]`: make the lessons from their solutions.

For each `notebooks/solutions/NN_*.ipynb`: run it, store its outputs, derive the lesson
(`lesson_edition.py`), run that too, and write both; then the pipeline pictures and the table
of contents. What changes from run to run (timings, widget ids) is left out of the files, so a
second run leaves git with nothing to say.
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
from finrisk.course.pictures import STAGES, pipeline_svg
from finrisk.household import FinriskError

__all__ = ["NOTEBOOKS", "build", "main", "tidy"]

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
_WIDGET = "application/vnd.jupyter.widget-view+json"
_IN_PLACE_OF_CONTROLS = "Run this cell to use its controls."
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


def tidy(notebook: Any) -> Any:
    """Leave only what is the same in every run, and readable without a kernel. In place."""
    notebook.metadata = nbformat.from_dict(  # type: ignore[no-untyped-call]
        {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in map(_settled, cell.outputs) if output is not None]
    return notebook


def _settled(output: Any) -> Any:
    """An output without what needs a kernel; None for a progress bar."""
    data = output.get("data", {})
    if "%|" in data.get("text/plain", "") or "%|" in output.get("text", ""):
        return None
    if data.pop(_WIDGET, None) is not None and "text/html" not in data:
        data["text/plain"] = _IN_PLACE_OF_CONTROLS
    return output


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
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError) as error:
        raise FinriskError(f"{name} does not run to its end. Mend this cell:\n{error}") from error
    tidy(notebook)


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

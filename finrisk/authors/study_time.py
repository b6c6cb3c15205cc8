"""How long a lesson takes to study, by one formula, and where its break is.

The pace is that of a careful reader who is not a native speaker of English and new to the subject.
It is an estimate: trials of the first ten lessons took 14 to 18 hours, the formula says about 16.
"""

import re
from typing import Any

from finrisk.authors.lesson_edition import without_answers

__all__ = ["BREAK", "FORMULA", "OPEN", "sittings", "with_study_time", "without_open_exercise"]

WORDS_A_MINUTE = 120
SECONDS_A_LINE = 9  # of finished code; empty lines are not counted
EXERCISE, OPEN_EXERCISE, QUIZ = 12, 20, 5  # minutes
FORMULA = (
    f"{WORDS_A_MINUTE} words a minute, {SECONDS_A_LINE} seconds a line of finished code, "
    f"{EXERCISE} minutes a checked exercise, {OPEN_EXERCISE} the open one and {QUIZ} the quiz"
)
BREAK = "**Time for a break.**"  # how the cell between two sittings begins
# The line that an open exercise begins with: bold, or a heading
OPEN = re.compile(r"^(?:\*\*|##).*\bopen\b.*$", re.MULTILINE | re.IGNORECASE)

_CHECK = re.compile(r"^check\(", re.MULTILINE)
_QUIZ = re.compile(r"^quiz\(", re.MULTILINE)
_STUDY_TIME = re.compile(r"Study time \d+ minutes(?: in two sittings)?")


def sittings(notebook: Any) -> list[float]:
    """Minutes of each sitting: before the break, and after it if the lesson has one."""
    minutes = [0.0]
    for cell in notebook.cells:
        if cell.source.startswith(BREAK):
            minutes.append(0.0)
        minutes[-1] += _minutes(cell)
    return minutes


def without_open_exercise(notebook: Any) -> float:
    """Minutes of the whole lesson for somebody who leaves its open exercise out."""
    n_open = sum(_is_open_exercise(cell) for cell in notebook.cells)
    return sum(sittings(notebook)) - n_open * OPEN_EXERCISE


def with_study_time(text: str, notebook: Any) -> str:
    """The title cell's text with the study time of its lesson, to five minutes."""
    parts = sittings(notebook)
    minutes = 5 * round(sum(parts) / 5)
    taken = f"Study time {minutes} minutes" + (" in two sittings" if len(parts) > 1 else "")
    return _STUDY_TIME.sub(taken, text)


def _minutes(cell: Any) -> float:
    if cell.cell_type == "markdown":
        text = _STUDY_TIME.sub("", cell.source)  # so that writing it changes nothing
        reading = len(text.split()) / WORDS_A_MINUTE
        return reading + OPEN_EXERCISE * _is_open_exercise(cell)
    code = without_answers(cell.source)
    lines = [line for line in code.splitlines() if line.strip()]
    exercises, quizzes = len(_CHECK.findall(code)), len(_QUIZ.findall(code))
    return len(lines) * SECONDS_A_LINE / 60 + EXERCISE * exercises + QUIZ * quizzes


def _is_open_exercise(cell: Any) -> bool:
    return cell.cell_type == "markdown" and OPEN.search(cell.source) is not None

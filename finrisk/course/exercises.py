"""`check`, `hint` and `solution`: what a learner calls next to an exercise.

An answer is in one of three states: not attempted yet (the stub's `...` still stands in it),
not yet (with the misunderstanding and the next step), right (with one thing more to know).
Nothing a learner can hand in ends in a stack trace.
"""

import ast
import html
import inspect
import textwrap
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from finrisk.colours import BASELINE, RIGHT, WRONG
from finrisk.course.lessons import exercises, numbers
from finrisk.course.material import Exercise
from finrisk.errors import FinriskError

__all__ = ["Feedback", "check", "hint", "solution"]

_COLOURS = {"Right": RIGHT, "Not yet": WRONG}


@dataclass(frozen=True, repr=False)
class Feedback:
    """A sentence to the learner that shows itself as text and in a notebook.

    Attributes:
        state: "Not attempted yet", "Not yet", "Right", "Hint" or "Solution".
        text: the whole sentence, state included.
        code: code to show below it, "" for none.
    """

    state: str
    text: str
    code: str = ""

    def __repr__(self) -> str:
        return f"{self.text}\n{self.code}".strip()

    def _repr_html_(self) -> str:
        colour = _COLOURS.get(self.state, BASELINE)
        code = f"<pre>{html.escape(self.code)}</pre>" if self.code else ""
        return (
            # JupyterLab reads two dollar signs as a formula, unless told not to
            f'<div class="mathjax_ignore" style="border-left: 4px solid {colour}; '
            'padding: 4px 12px">'
            f"{html.escape(self.text)}{code}</div>"
        )


def check(key: str, answer: Any) -> Feedback:
    """Check the answer to exercise `key`.

    Raises:
        FinriskError: when there is no such exercise.

    >>> check("00.1", ...)
    Not attempted yet. Replace each ... in the cell above, run it, then run this one again.
    """
    exercise = _find(key)
    if _is_stub(answer):
        return Feedback(
            "Not attempted yet",
            "Not attempted yet. Replace each ... in the cell above, run it, then run this one "
            "again.",
        )
    reason = _verdict(exercise, answer)
    if reason is None:
        return Feedback("Right", f"Right, and {exercise.insight}")
    return Feedback("Not yet", f'Not yet: {reason} Stuck? Type hint("{key}").')


def hint(key: str, number: int = 1) -> Feedback:
    """The first hint of exercise `key`; `hint(key, 2)` gives the second, which says more."""
    hints = _find(key).hints
    if number not in range(1, len(hints) + 1):
        raise FinriskError(
            f"number must lie between 1 and {len(hints)}, got {number}. "
            f'After the last hint there is solution("{key}").'
        )
    after = f'hint("{key}", {number + 1})' if number < len(hints) else f'solution("{key}")'
    return Feedback("Hint", f"Hint {number}: {hints[number - 1]} (Next: {after}.)")


def solution(key: str) -> Feedback:
    """The code that solves exercise `key`, to compare with your own."""
    return Feedback("Solution", f"One way to solve {key}:", _find(key).solution)


def _find(key: str) -> Exercise:
    lesson = str(key)[:2]
    known = exercises(lesson) if lesson in numbers() else {}
    if key not in known:
        there_are = ", ".join(known) or "named by lesson and number, such as 00.1"
        raise FinriskError(f"There is no exercise {key!r}. Those of a lesson are {there_are}.")
    return known[key]


def _is_stub(answer: Any) -> bool:
    """Whether `...` still stands in the answer, or in the body of an answer function."""
    if isinstance(answer, FunctionType):
        return _has_open_place(answer)
    if isinstance(answer, list | tuple):
        return any(part is ... for part in answer)
    return answer is ...


def _has_open_place(function: FunctionType) -> bool:
    """Whether the function's text still has a `...` where a value belongs.

    The text is looked at, because each Python compiles it in a way of its own. In `y[...]`
    the dots are an index, and somebody's finished code.
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):  # no text at hand; or a lambda inside a line
        return False
    first = tree.body[0]
    bare = first.body if isinstance(first, ast.FunctionDef) else []  # deeper in, ... is a `pass`
    values_in = (ast.Return, ast.Assign, ast.AnnAssign, ast.AugAssign)
    for node in ast.walk(tree):
        if isinstance(node, values_in) or (isinstance(node, ast.Expr) and node in bare):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            if any(isinstance(v, ast.Constant) and v.value is ... for v in values):
                return True
    return False


def _verdict(exercise: Exercise, answer: Any) -> str | None:
    """The checker's verdict; whatever the answer makes it raise becomes a sentence."""
    try:
        return exercise.checker(answer)
    except Exception as error:
        kind = type(answer).__name__
        return (
            f"{exercise.expects} is asked for, and your answer (a {kind}) could not be used: "
            f"{type(error).__name__}, {error}."
        )

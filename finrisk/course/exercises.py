"""`check`, `hint` and `solution`: what a learner calls next to an exercise.

An answer is in one of three states: not attempted yet (the stub's `...` still stands in it),
not yet (with the misunderstanding and the next step), right (with one thing more to know).
Nothing a learner can hand in ends in a stack trace, in a lesson that hangs or in a dead kernel:
`trial.py` sees to that.
"""

import ast
import html
import inspect
import re
import textwrap
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from finrisk.checks import check_whole
from finrisk.colours import BASELINE, RIGHT, WRONG
from finrisk.course.calls import called_like
from finrisk.course.echoes import show_error, show_kind
from finrisk.course.lessons import exercise_named
from finrisk.course.material import Exercise
from finrisk.course.trial import tried
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


@called_like('check("02.1", streak), or check("04.2", (kept, last_run)) for two values')
def check(key: str, answer: Any) -> Feedback:
    """Check the answer to exercise `key`.

    Raises:
        FinriskError: when there is no such exercise, or it is called in another way.

    >>> check("00.1", ...)
    Not attempted yet. Replace each ... in the cell above, run it, then run this one again.
    """
    if _is_key(answer) and not _is_key(key):
        raise FinriskError(f'The exercise comes first, then your answer: check("{answer}", ...).')
    exercise = exercise_named(key)
    try:
        return tried(lambda: _judge(exercise, answer))
    except TimeoutError as late:
        return _not_yet(exercise, str(late))


@called_like('hint("02.1"), or hint("02.1", 2)')
def hint(key: str, number: int = 1) -> Feedback:
    """The first hint of exercise `key`; `hint(key, 2)` gives the second, which says more.

    Raises:
        FinriskError: when there is no such exercise or hint.

    >>> hint("00.1", 2)
    Hint 2: Divide the savings by the expenses of one month. (Next: solution("00.1").)
    """
    hints = exercise_named(key).hints
    try:
        number = check_whole("number", number, 1, len(hints))
    except FinriskError as error:
        raise FinriskError(f'{error} After the last hint: solution("{key}").') from None
    after = f'hint("{key}", {number + 1})' if number < len(hints) else f'solution("{key}")'
    return Feedback("Hint", f"Hint {number}: {hints[number - 1]} (Next: {after}.)")


@called_like('solution("02.1")')
def solution(key: str) -> Feedback:
    """The code that solves exercise `key`, to compare with your own.

    Raises:
        FinriskError: when there is no such exercise.

    >>> solution("00.1")
    One way to solve 00.1:
    months_covered = 2_500 / 3_900
    """
    exercise = exercise_named(key)
    return Feedback("Solution", f"One way to solve {exercise.key}:", exercise.solution)


def _is_key(value: object) -> bool:
    return type(value) is str and re.fullmatch(r"\d\d\.\d", value) is not None


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
    except Exception:  # no text at hand, or none that can be read: a lambda inside a line
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


def _judge(exercise: Exercise, answer: Any) -> Feedback:
    """What to say of an answer; whatever it raises when it is looked at becomes a sentence."""
    is_stub = False
    try:
        is_stub = _is_stub(answer)
        reason = exercise.checker(answer)
    except SystemExit:
        reason = "Your answer ends Python (exit, quit). Give a value back instead, with `return`."
    except BaseException as error:
        error.with_traceback(None)  # lets go of what the answer still holds, which may be large
        reason = (
            f"{exercise.expects} is asked for, and your answer (a {show_kind(answer)}) could not "
            f"be used: {show_error(error)}."
        )
    if reason is None:
        return Feedback("Right", f"Right, and {exercise.insight}")  # a ... may be left below it
    if is_stub:
        return Feedback(
            "Not attempted yet",
            "Not attempted yet. Replace each ... in the cell above, run it, then run this one "
            "again.",
        )
    return _not_yet(exercise, reason)


def _not_yet(exercise: Exercise, reason: str) -> Feedback:
    return Feedback("Not yet", f'Not yet: {reason} Stuck? Type hint("{exercise.key}").')

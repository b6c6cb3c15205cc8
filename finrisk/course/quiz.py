"""`quiz("02")`: three questions at the end of a lesson, answered by clicking.

With widgets each choice is explained at once. Where widgets do not render (a web viewer, a
notebook that has not been run yet) the same questions show as HTML with the explanations
folded away, and in a terminal as text.
"""

import html
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from finrisk.course.calls import called_like
from finrisk.course.lessons import questions
from finrisk.course.material import Question

__all__ = ["Quiz", "quiz"]

_LETTERS = "abcdef"


@called_like('quiz("02")')
def quiz(lesson: str) -> "Quiz":
    """The quiz of a lesson, "00" to "09".

    Raises:
        FinriskError: when there is no such lesson.
    """
    return Quiz(questions(lesson))


@dataclass(frozen=True, repr=False)
class Quiz:
    """Questions that show themselves: as widgets, as HTML, as text."""

    questions: tuple[Question, ...]

    @cached_property
    def widget(self) -> Any:
        """One block of radio buttons per question, with the explanation below the choice."""
        from ipywidgets import VBox

        return VBox([_block(i, question) for i, question in enumerate(self.questions, 1)])

    def __repr__(self) -> str:
        lines = []
        for i, question in enumerate(self.questions, 1):
            lines.append(f"{i}. {question.text}")
            lines += [f"   {_LETTERS[j]}) {text}" for j, (text, _) in enumerate(question.options)]
        lines.append("Answers:")
        for i, question in enumerate(self.questions, 1):
            lines.append(f"{i}{_LETTERS[question.right]}. {question.options[question.right][1]}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return "".join(_static(i, question) for i, question in enumerate(self.questions, 1))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = self.widget._repr_mimebundle_()
        return {**bundle, "text/html": self._repr_html_(), "text/plain": repr(self)}


def _verdict(question: Question, chosen: int) -> str:
    """What the learner is told about the option chosen."""
    start = "Right." if chosen == question.right else "Not this one."
    return f"{start} {question.options[chosen][1]}"


def _block(number: int, question: Question) -> Any:
    from ipywidgets import HTML, Layout, RadioButtons, VBox

    options = [(text, i) for i, (text, _) in enumerate(question.options)]
    buttons = RadioButtons(options=options, value=None, layout=Layout(width="auto"))
    answer = HTML()

    def explain(change: Any) -> None:
        answer.value = _shown(_verdict(question, change["new"]))

    buttons.observe(explain, "value")
    return VBox([HTML(f"<b>{_shown(f'{number}. {question.text}')}</b>"), buttons, answer])


def _shown(text: str) -> str:
    """As HTML; JupyterLab reads two dollar signs as a formula, unless told not to."""
    return f'<span class="mathjax_ignore">{html.escape(text)}</span>'


def _static(number: int, question: Question) -> str:
    options = "".join(
        f"<details><summary>{_shown(text)}</summary>{_shown(_verdict(question, i))}</details>"
        for i, (text, _) in enumerate(question.options)
    )
    return f"<p><b>{_shown(f'{number}. {question.text}')}</b></p>{options}"

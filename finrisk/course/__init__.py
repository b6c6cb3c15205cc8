"""Teaching aids: what a lesson's set-up cell imports, and nothing a lesson teaches.

    from finrisk.course import check, hint, quiz, scratch, setup, solution

`setup()` prepares a notebook, `check`, `hint` and `solution` go with the exercises, `quiz`
ends a lesson, `doctor` looks at the machine. The exercises and questions themselves stand in
`lessons/lesson_NN.py`, one file per lesson; what a lesson takes apart, in `labs/`. What makes the
notebooks themselves is in `finrisk/authors`, which no notebook imports.
"""

from finrisk.course.doctor import doctor
from finrisk.course.exercises import check, hint, solution
from finrisk.course.quiz import quiz
from finrisk.course.start import scratch, setup

__all__ = ["check", "doctor", "hint", "quiz", "scratch", "setup", "solution"]

"""What learners write with their own hands: exercises by kind, and the files of `my_app`."""

import ast
import textwrap

from finrisk.authors.pages import table
from finrisk.course.app_files import FILES, course_text
from finrisk.course.lessons import exercises, numbers
from finrisk.course.material import Exercise

__all__ = ["exercises_by_kind", "kind_of", "kinds_table", "tree"]

KINDS = ("a word or a number", "code", "a file of my_app")


def kind_of(exercise: Exercise) -> str:
    """One of `KINDS`. Sums of plain numbers are a number, as in `2 + 3`."""
    if exercise.key in {key for key, _ in FILES.values()}:
        return "a file of my_app"
    body = textwrap.indent(exercise.solution, "    ")  # a `return` stands in functions only
    nodes = ast.walk(ast.parse(f"def answer():\n{body}"))
    works = any(isinstance(node, ast.Call | ast.For | ast.Return) for node in nodes)
    return "code" if works else "a word or a number"


def exercises_by_kind() -> dict[str, list[str]]:
    """Kind -> the keys of its exercises, in order."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for number in numbers():
        for key, exercise in exercises(number).items():
            found[kind_of(exercise)].append(key)
    return found


def kinds_table() -> str:
    """How many exercises of each kind there are, and which."""
    found = exercises_by_kind()
    rows = [[kind, len(keys), ", ".join(sorted(keys))] for kind, keys in found.items()]
    return table(["what is asked for", "exercises", "which"], rows)


def tree() -> str:
    """The finished application, each file with its lines and the lesson that asks for it."""
    lines = {name: len(course_text(name).splitlines()) for name in FILES}
    rows = [f"my_app/              {sum(lines.values()):>4} lines"]
    for name, (key, _) in FILES.items():
        asked = f"exercise {key}" if key else "given"
        rows.append(f"    {name:<16} {lines[name]:>4}   {asked}")
    return "\n".join(rows)

"""From a solution notebook to the lesson a learner opens: `to_lesson`, and the seal it gets.

Two things change and nothing else. Code between `# your code` and `# end` becomes a stub
with the same names, so that the check below it still runs; and links, written as seen from
`solutions/`, lose one `../`. A lesson is where learners type, so it carries a seal, the
digests of what it was made of: whoever would replace or check it sees whose work it holds.
Left out: running notebooks and writing files (`editions.py`).
"""

import ast
import copy
import hashlib
import json
import re
import textwrap
from pathlib import Path
from typing import Any

import nbformat

from finrisk.errors import FinriskError

__all__ = ["regions", "seal", "state_of", "to_lesson", "without_answers"]

_REGION = re.compile(
    r"^(?P<indent>[ ]*)# your code\n(?P<body>.*?)^(?P=indent)# end$", re.MULTILINE | re.DOTALL
)
_LINK_UP = re.compile(r'(\]\(|(?:src|href)=")\.\./')


def to_lesson(notebook: Any) -> Any:
    """A copy of a solution notebook with its exercises undone and its outputs gone.

    Args:
        notebook: an nbformat notebook; it is not changed.

    Raises:
        FinriskError: when a `# your code` has no `# end`, or the reverse.
    """
    lesson = copy.deepcopy(notebook)
    for cell in lesson.cells:
        if cell.cell_type == "markdown":
            cell.source = _LINK_UP.sub(r"\1", cell.source)
        elif cell.cell_type == "code":
            _check_markers(cell.source)
            cell.source = _REGION.sub(_undo, cell.source)
            cell.outputs, cell.execution_count = [], None
    return lesson


def regions(source: str) -> list[str]:
    """The code between each pair of markers, without its indentation.

    >>> regions("# your code\\nx = 1\\n# end")
    ['x = 1']
    """
    return [textwrap.dedent(match["body"]).strip() for match in _REGION.finditer(source)]


def without_answers(source: str) -> str:
    """The code that a learner finds finished: what stands outside the markers.

    >>> without_answers("# your code\\nx = 1\\n# end\\nprint(2)")
    '\\nprint(2)'
    """
    return _REGION.sub("", source)


def seal(notebook: Any) -> None:
    """Write into a notebook's metadata what it holds now, once it is made and has been run."""
    notebook.metadata["finrisk"] = {"text": _text_of(notebook), "outputs": _outputs_of(notebook)}


def state_of(path: Path) -> str:
    """Whose work the file of a lesson or solution holds.

    Returns:
        "as made", "run" (somebody has run it and saved what it showed), "answered" (somebody
        has changed, added or removed a cell; or there is no seal, so it may hold anything),
        "unreadable" (it is no notebook, as after a merge that left its marks) or "missing".
    """
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except FileNotFoundError:
        return "missing"
    except Exception:  # of whatever kind: nbformat stumbles over each sort of file in its own way
        return "unreadable"
    sealed = notebook.metadata.get("finrisk", {})
    if sealed.get("text") != _text_of(notebook):
        return "answered"
    return "as made" if sealed.get("outputs") == _outputs_of(notebook) else "run"


def _text_of(lesson: Any) -> str:
    """Shift+Enter in the last cell adds an empty one, which is nobody's work."""
    return _digest([[c.cell_type, c.source] for c in lesson.cells if c.source.strip()])


def _outputs_of(lesson: Any) -> str:
    code = [cell for cell in lesson.cells if cell.cell_type == "code"]
    return _digest([[cell.execution_count, cell.outputs] for cell in code])


def _digest(content: list[Any]) -> str:
    written = json.dumps(content, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _check_markers(source: str) -> None:
    opened = len(re.findall(r"^ *# your code$", source, re.MULTILINE))
    closed = len(re.findall(r"^ *# end$", source, re.MULTILINE))
    if not opened == closed == len(regions(source)):
        raise FinriskError(
            f"Each '# your code' needs an '# end' below it at the same indentation, got {opened} "
            f"and {closed} in the cell that begins {source[:40]!r}. Put the markers in pairs."
        )


def _undo(match: re.Match[str]) -> str:
    indent = match["indent"]
    code = textwrap.dedent(match["body"])
    stub = textwrap.indent(_stub(code), indent)
    blank = code[len(code.rstrip()) :]  # the formatter wants empty lines between a def and `# end`
    return f"{indent}# your code\n{stub}{blank}{indent}# end"


def _stub(code: str) -> str:
    """The region with every answer replaced by `...` and every name kept.

    >>> print(_stub("a, b = 1, 2\\na = a + b\\nprint(a)"))
    a = ...
    b = ...
    """
    pieces: list[str] = []
    for node in ast.parse(code).body:
        pieces += [piece for piece in _undone(node, code) if piece not in pieces]
    joined = ""
    for before, piece in zip(["", *pieces], pieces, strict=False):
        defines = "def " in before + piece
        joined += ("\n\n\n" if defines else "\n") * bool(joined) + piece
    return joined or "..."


def _undone(node: ast.stmt, code: str) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return [_undone_function(node, code)]
    if isinstance(node, ast.Return):
        return ["return ..."]
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [n for target in targets for n in getattr(target, "elts", [target])]
        return [f"{name.id} = ..." for name in names if isinstance(name, ast.Name)]
    return []


def _undone_function(node: ast.FunctionDef, code: str) -> str:
    """Signature and docstring as written, then `return ...`."""
    last = node.body[0].end_lineno if ast.get_docstring(node) else node.body[0].lineno - 1
    return "\n".join([*code.splitlines()[node.lineno - 1 : last], "    return ..."])

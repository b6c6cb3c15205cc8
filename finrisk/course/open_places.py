"""Where a `...` still stands in somebody's code, in the place of what is asked for.

The text is looked at, because each Python compiles it in a way of its own. In `y[...]` the dots
are an index, and somebody's finished code.
"""

import ast

__all__ = ["has_open_place"]


def has_open_place(source: str) -> bool:
    """Whether a value, or the body of a function, of a method or of the file itself, is open.

    Raises:
        SyntaxError: for text that is no Python.

    >>> has_open_place("x = ..."), has_open_place("x = y[...]")
    (True, False)
    """
    tree = ast.parse(source)
    bodies = [tree.body, *_bodies(tree)]
    bare = {node for body in bodies for node in body if isinstance(node, ast.Expr)}
    values_in = (ast.Return, ast.Assign, ast.AnnAssign, ast.AugAssign)
    for node in ast.walk(tree):
        if isinstance(node, values_in) or node in bare:
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            if any(isinstance(v, ast.Constant) and v.value is ... for v in values):
                return True
    return False


def _bodies(owner: ast.Module | ast.ClassDef) -> list[list[ast.stmt]]:
    """Of functions and methods; deeper in, a lone `...` is a `pass`."""
    bodies = []
    for node in owner.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            bodies.append(node.body)
        elif isinstance(node, ast.ClassDef):
            bodies += _bodies(node)
    return bodies

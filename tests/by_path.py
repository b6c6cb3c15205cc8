"""Modules that stand in no package, such as a script of the project: loaded from their file."""

import importlib.util
from pathlib import Path
from types import ModuleType

__all__ = ["module_at"]


def module_at(path: Path) -> ModuleType:
    """The module in that file, made anew each time."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

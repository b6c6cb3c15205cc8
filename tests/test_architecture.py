"""Imports run from higher to lower rooms only; the front door stays small and light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import finrisk

PACKAGE = Path(finrisk.__file__).parent
FACES = ("panel", "api")
RANKS = {
    "household": 0,
    "prediction": 0,
    "settings": 0,
    "data": 1,
    "ml": 2,
    "ml.build": 3,
    "ml.predictor": 3,
    "plots": 4,
    "panel": 4,
    "api": 4,
    "course": 5,
    "__main__": 5,
    "": 5,  # finrisk/__init__.py, the front door, offers names from everywhere
}
FACE_MAY_IMPORT = ("household", "prediction", "settings", "ml.predictor")
MODULES = sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def room_of(module: str) -> str:
    """The longest entry of RANKS that the module lies in."""
    parts = module.split(".")
    names = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
    return next((name for name in names if name in RANKS), "")


def imports_of(source: str) -> list[str]:
    """finrisk modules that the source imports, anywhere in the file, without the prefix."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    inside = [name.removeprefix("finrisk.") for name in found if name.startswith("finrisk.")]
    return [name for name in inside if exists(name)]


def exists(module: str) -> bool:
    path = PACKAGE.joinpath(*module.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def broken_rules(module: str, source: str) -> list[str]:
    """One sentence per import that runs up or that a face may not have."""
    room, sentences = room_of(module), []
    for target in imports_of(source):
        same_room = module.split(".")[0] == target.split(".")[0]
        if RANKS[room_of(target)] > RANKS[room]:
            sentences.append(f"{module} (rank {RANKS[room]}) imports {target}, which is above it.")
        elif room in FACES and not same_room and target not in (*FACE_MAY_IMPORT, "ml"):
            sentences.append(f"{module} is a face and may ask ml.predictor only, not {target}.")
        elif RANKS[room_of(target)] == 4 and RANKS[room] == 4 and not same_room:
            sentences.append(f"{module} imports {target}: faces and plots stand alone.")
    return sentences


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_run_downwards(path: Path) -> None:
    broken = broken_rules(module_name(path), path.read_text(encoding="utf-8"))
    assert not broken, " ".join(broken)


@pytest.mark.parametrize(
    ("module", "line", "words"),
    [
        ("data.population", "from finrisk.ml.model import RiskMLP", "above it"),
        ("ml.train", "from finrisk.ml import predictor", "above it"),
        ("ml.train", "def f():\n    from finrisk.plots import feature", "above it"),
        ("api.routes", "from finrisk.data.population import simulate", "is a face"),
        ("panel.risk_panel", "from finrisk.api.main import app", "is a face"),
    ],
)
def test_the_guard_sees_each_kind_of_broken_rule(module: str, line: str, words: str) -> None:
    assert words in " ".join(broken_rules(module, line))


def test_no_circle_inside_data_and_ml() -> None:
    arrows = {
        module_name(path): {n for n in imports_of(path.read_text("utf-8")) if n in names}
        for names in [{module_name(p) for p in MODULES}]
        for path in MODULES
        if module_name(path).startswith(("data.", "ml."))
    }

    def reaches(start: str, goal: str, seen: frozenset[str] = frozenset()) -> bool:
        onward = arrows.get(start, set()) - seen
        return goal in onward or any(reaches(n, goal, seen | {n}) for n in onward)

    circles = [name for name in arrows if reaches(name, name)]
    assert not circles, f"These modules import each other in a circle: {circles}."


def test_there_is_no_utils() -> None:
    assert not [p for p in MODULES if p.stem in ("utils", "helpers", "common", "misc")]


def test_importing_the_front_door_is_light() -> None:
    heavy = ("ipywidgets", "fastapi", "matplotlib", "captum")
    code = f"import finrisk, sys; print([m for m in {heavy} if m in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


def test_the_front_door_has_at_most_twelve_names_and_all_open() -> None:
    assert len(finrisk.__all__) <= 12
    for name in finrisk.__all__:
        assert getattr(finrisk, name) is not None
    with pytest.raises(AttributeError, match="offers"):
        _ = finrisk.no_such_name

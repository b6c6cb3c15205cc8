"""Imports run from higher to lower rooms only; the front door stays small and light."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import finrisk

PACKAGE = Path(finrisk.__file__).parent
FACES = ("panel", "api")
RANKS = {
    "change": 0,
    "change_inputs": 0,
    "checks": 0,
    "colours": 0,
    "data.label": 0,
    "drawing": 0,
    "env_file": 0,
    "errors": 0,
    "form": 0,
    "household": 0,
    "inputs": 0,
    "memory": 0,
    "offers": 0,
    "paths": 0,
    "received": 0,
    "prediction": 0,
    "prediction_html": 0,
    "report": 0,
    "settings": 0,
    "supported": 0,
    "titles": 0,
    "typed": 0,
    "data": 1,
    "ml": 2,
    "ml.build": 3,
    "ml.predictor": 3,
    "plots": 4,
    "panel": 4,
    "api": 4,
    "course": 5,
    "command": 5,
    "__main__": 5,
    "": 5,  # finrisk/__init__.py, the front door, offers names from everywhere
    "authors": 6,  # nobody imports it: the wheel goes without
}
FACE_MAY_IMPORT = (*(name for name, rank in RANKS.items() if rank == 0), "ml.predictor")
MODULES = sorted(PACKAGE.rglob("*.py"))
LESSONS = sorted((PACKAGE.parent / "notebooks" / "solutions").glob("[0-9][0-9]_*.ipynb"))


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


READ_BY_LEARNERS = [p for p in MODULES if module_name(p).split(".")[0] not in ("authors", "course")]


def room_of(module: str) -> str:
    """The longest entry of RANKS that the module lies in."""
    parts = module.split(".")
    names = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
    return next((name for name in names if name in RANKS), "")


def imports_of(source: str, module: str) -> list[str]:
    """Modules of finrisk that the source imports, anywhere in the file, without the prefix.

    "" is the front door: `import finrisk`, or one of its names that is no module.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = origin(node, module)
            names = [f"{start}.{alias.name}" for alias in node.names]
            found += [name if exists(name) else start for name in names]
    inside = [name for name in found if name.split(".")[0] == "finrisk"]
    return [name.removeprefix("finrisk").removeprefix(".") for name in inside]


def origin(node: ast.ImportFrom, module: str) -> str:
    """What stands between `from` and `import`, with the dots of a relative import worked out."""
    if node.level == 0:
        return node.module or ""
    name = f"finrisk.{module}".rstrip(".")
    above = node.level - file_of(name).is_dir()  # a package's own dot is the package
    parts = name.split(".")
    return ".".join([*parts[: len(parts) - above], *filter(None, [node.module])])


def exists(name: str) -> bool:
    path = file_of(name)
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def file_of(name: str) -> Path:
    return PACKAGE.parent.joinpath(*name.split("."))


def broken_rules(module: str, source: str) -> list[str]:
    """One sentence per import that runs up or that a face may not have."""
    room, sentences = room_of(module), []
    for target in imports_of(source, module):
        same_room = module.split(".")[0] == target.split(".")[0]
        if RANKS[room_of(target)] > RANKS[room]:
            what = target or "the front door"
            sentences.append(f"{module} (rank {RANKS[room]}) imports {what}, which is above it.")
        elif room in FACES and not same_room and target not in FACE_MAY_IMPORT:
            sentences.append(
                f"{module} is a face: it knows the vocabulary and ml.predictor, not {target}."
            )
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
        ("panel.risk_panel", "import finrisk.api.main", "is a face"),
        # the front door, which leads everywhere
        ("data.population", "from finrisk import simulate", "the front door, which is above it"),
        ("ml.train", "import finrisk", "the front door, which is above it"),
        ("ml.train", "import finrisk as f, numpy", "the front door, which is above it"),
        ("data.population", "from finrisk import plots", "imports plots, which is above it"),
        ("ml.train", "from finrisk import *", "the front door, which is above it"),
        ("panel.risk_panel", "from finrisk import Predictor", "the front door, which is above it"),
        # relative
        ("data.population", "from ..ml.model import RiskMLP", "imports ml.model, which is above"),
        ("data.population", "from ..ml import model", "imports ml.model, which is above it"),
        ("data.population", "from .. import plots", "imports plots, which is above it"),
        ("data.population", "from .. import simulate", "the front door, which is above it"),
        ("ml.train", "from . import predictor", "imports ml.predictor, which is above it"),
        ("ml.train", "from .predictor import Predictor", "imports ml.predictor, which is above"),
        ("api", "from .routes import router\nfrom ..data import population", "is a face"),
        ("household", "from .data.population import simulate", "imports data.population, which"),
        # what writes lessons and pages
        ("course.quiz", "from finrisk.authors.contents import facts", "imports authors.contents"),
        ("command", "from finrisk.authors import editions", "imports authors.editions, which is"),
    ],
)
def test_the_guard_sees_each_kind_of_broken_rule(module: str, line: str, words: str) -> None:
    assert words in " ".join(broken_rules(module, line))


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("ml.train", "from .model import RiskMLP\nfrom ..data.preprocessing import Preprocessor"),
        ("panel.risk_panel", "from . import controls\nfrom ..prediction import Prediction"),
        ("panel", "from .risk_panel import RiskPanel"),
        ("course.start", "import finrisk\nfrom finrisk import simulate, plots"),
        ("data.population", "import finriskier\nfrom torch import nn"),
    ],
)
def test_the_guard_lets_pass_what_keeps_the_rules(module: str, line: str) -> None:
    assert broken_rules(module, line) == []


# --- authors: nobody imports them, no lesson either ------------------------------------------


def code_of(lesson: Path) -> str:
    """What a lesson's cells hold, less the lines that are for Jupyter alone."""
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return re.sub(r"^[%!].*$", "pass", "\n".join(code), flags=re.MULTILINE)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_no_lesson_imports_authors(lesson: Path) -> None:
    assert not authors_in(code_of(lesson))


def authors_in(source: str) -> list[str]:
    return [name for name in imports_of(source, "") if room_of(name) == "authors"]


def test_an_author_in_a_lesson_is_seen() -> None:
    assert authors_in("import finrisk\nfrom finrisk.authors.contents import facts")
    assert authors_in("def f():\n    import finrisk.authors.book")
    assert not authors_in("from finrisk.course import check")


# --- a learner reads these files: no comprehension inside another ----------------------------

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def nested_in(source: str) -> list[int]:
    """Lines where a comprehension stands in another, or loops twice."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, COMPREHENSIONS):
            inner = [n for n in ast.walk(node) if isinstance(n, COMPREHENSIONS) and n is not node]
            if inner or len(node.generators) > 1:
                found.append(node.lineno)
    return found


@pytest.mark.parametrize("path", READ_BY_LEARNERS, ids=module_name)
def test_no_comprehension_inside_another(path: Path) -> None:
    lines = nested_in(path.read_text(encoding="utf-8"))
    assert not lines, f"Unfold the comprehension in line {lines}: learners read this file."


@pytest.mark.parametrize(
    ("line", "n"),
    [
        ("[[cell for cell in row] for row in rows]", 1),
        ("[cell for row in rows for cell in row]", 1),
        ("{name: sum(x for x in row) for name, row in rows}", 1),
        ("[f(row) for row in rows] + [g(row) for row in rows]", 0),
    ],
)
def test_a_nested_comprehension_is_seen(line: str, n: int) -> None:
    assert len(nested_in(line)) == n


def at_run_time(source: str) -> str:
    """The source without what only a type checker reads."""
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if not is_for_types(node)]
    return ast.unparse(tree)


def is_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def circles_in(sources: dict[str, str]) -> list[str]:
    """Modules that import themselves, at last."""
    arrows = {
        name: set(imports_of(at_run_time(source), name)) & set(sources)
        for name, source in sources.items()
    }

    def reaches(start: str, goal: str, seen: frozenset[str] = frozenset()) -> bool:
        onward = arrows[start] - seen
        return goal in onward or any(reaches(n, goal, seen | {n}) for n in onward)

    return [name for name in arrows if reaches(name, name)]


def test_no_circle_below_the_faces() -> None:
    low = [path for path in MODULES if RANKS[room_of(module_name(path))] <= 3]
    circles = circles_in({module_name(path): path.read_text("utf-8") for path in low})
    assert not circles, f"These modules import each other in a circle: {circles}."


def test_a_circle_is_seen() -> None:
    there, back = "from finrisk import prediction_html", "from finrisk.prediction import Prediction"
    files = {"prediction": there, "prediction_html": f"def f():\n    {back}"}
    assert circles_in(files) == ["prediction", "prediction_html"]
    files["prediction_html"] = f"if TYPE_CHECKING:\n    {back}"
    assert circles_in(files) == []


def test_there_is_no_utils() -> None:
    assert not [p for p in MODULES if p.stem in ("utils", "helpers", "common", "misc")]


def test_importing_the_front_door_is_light() -> None:
    heavy = ("ipywidgets", "fastapi", "matplotlib", "captum", "torch", "sklearn", "pandas")
    code = f"import finrisk, sys; print([m for m in {heavy} if m in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


def test_the_front_door_has_at_most_twelve_names_and_all_open() -> None:
    assert len(finrisk.__all__) <= 12
    for name in finrisk.__all__:
        assert getattr(finrisk, name) is not None
    assert set(finrisk.__all__) <= set(dir(finrisk)), "what an editor completes"
    with pytest.raises(AttributeError, match="offers"):
        _ = finrisk.no_such_name

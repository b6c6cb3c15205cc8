"""What no change may break, whoever makes it: a sentence for each broken rule.

Which file may import which, `tests/test_architecture.py` says; the rest is here.
"""

import re
import tomllib
from pathlib import Path

import test_architecture as architecture
import torch

from finrisk.inputs import INPUTS
from finrisk.ml.model import RiskMLP

ROOT = Path(__file__).parents[2]
FACES = [
    path
    for face in ("api", "panel", "frontend")
    for path in sorted((ROOT / "finrisk" / face).iterdir())
    if path.suffix in (".py", ".js", ".html", ".css")
]
NETWORK = "Linear 128, ReLU, Dropout, Linear 64, ReLU, Dropout, Linear 1, Sigmoid"
LIBRARIES = """anywidget fastapi fastapi_offline filelock ipywidgets jupyterlab
    matplotlib numpy packaging pandas pydantic pydantic-settings python-dotenv
    python-multipart scikit-learn scipy torch tqdm uvicorn voila"""


def broken_rules(*new_words):
    """All that is broken.

    Args:
        new_words: what the change brings, and no face may name (a field, a suggestion).
    """
    files = [(path, path.read_text(encoding="utf-8")) for path in FACES]
    checks = (_imports(), _faces(files, new_words), _network(), _libraries())
    return [sentence for check in checks for sentence in check]


def _imports():
    for path in architecture.MODULES:
        name = architecture.module_name(path)
        yield from architecture.broken_rules(name, path.read_text(encoding="utf-8"))


def _faces(files, new_words):
    for path, text in files:
        name = path.relative_to(ROOT).as_posix()
        for word in new_words:
            if word in text:
                yield f"{name} names {word!r}: a face shows what it is given."
        if path.suffix == ".js":
            for field in INPUTS:
                if re.search(rf"\b{field}\b", text):
                    yield f"{name} names {field}: the page works nothing out."
        for host in re.findall(r"""["'(](?:https?:)?//([\w.-]+)""", text):
            if host != "www.w3.org":  # the name of SVG, which nobody asks
                yield f"{name} asks {host}: the page asks its own server only."


def _network():
    """A layer and, for a linear one, its outputs."""
    layers = [m for m in RiskMLP(n_features=3).modules() if not list(m.children())]
    names = [
        f"Linear {m.out_features}"
        if isinstance(m, torch.nn.Linear)
        else type(m).__name__
        for m in layers
    ]
    if ", ".join(names) != NETWORK:
        yield f"The network must stay {NETWORK}, got {', '.join(names)}."


def _libraries():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    found = {re.split(r"[<>=~!\[ ]", line)[0] for line in project["dependencies"]}
    for name in sorted(found - set(LIBRARIES.split())):
        yield f"pyproject.toml asks for {name}: a new library needs the owner's word."

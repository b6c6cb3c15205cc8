"""The judges of lesson 6's files: other right forms pass, each slip is named by what it does.

A form is the course's file with a part replaced, as a learner might have written it.
"""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from finrisk.course import check
from finrisk.course.app_files import FILES, course_part, course_text

KEYS = {name: key for name, (key, _) in FILES.items()}


@pytest.fixture(autouse=True)
def earlier_files() -> Iterator[None]:
    """The course's own, from which the judges make models."""
    course_part("predictor.py")
    yield
    for name in FILES:
        sys.modules.pop(Path(name).stem, None)
    importlib.invalidate_caches()


def handed_in(name: str, old: str, new: str) -> Any:
    """What the check is called with, from the file in another form."""
    text = course_text(name)
    assert old in text, "the form must change something"
    module = ModuleType(f"own_{Path(name).stem}")
    exec(text.replace(old, new), module.__dict__)
    values = tuple(getattr(module, one) for one in FILES[name][1])
    return values[0] if len(values) == 1 else values


LIMITS = 'if not 0 <= household[name] < float("inf"):'
MISSING = (
    course_text("predictor.py").partition("in NUMBERS:\n")[2].partition("            if not 0")[0]
)

RIGHT = [
    ("model_file.py", "torch.as_tensor(mean)", "torch.tensor(mean.tolist())"),
    ("model_file.py", "torch.as_tensor(std)", "torch.from_numpy(std).float()"),
    ("model_file.py", '"threshold": float', '"threshold": torch.tensor'),  # and taken out again
    ("model_file.py", "model.state_dict(),", "[p.detach() for p in model.parameters()],"),
    ("model_file.py", "torch.load(path, weights_only=True)", "torch.load(path)"),  # the default
    ("model_file.py", "{path} is no model", "The file {path.name} cannot be read"),
    ("predictor.py", "(X - self.mean) / self.std", "(X - self.mean) * (1 / self.std)"),
    ("predictor.py", "with torch.no_grad():", "if True:"),  # .item() needs no record
    ("predictor.py", "risk.item()", "float(risk)"),
    ("predictor.py", "self.model(scaled)", "torch.sigmoid(self.model.logits(scaled))"),
    ("predictor.py", LIMITS, "if not (np.isfinite(household[name]) and household[name] >= 0):"),
    ("predictor.py", "[household]", "[{name: household[name] for name in NUMBERS}]"),
]
MORE = {  # what else such a form changes
    '"threshold": float': (', contents["threshold"]', ', contents["threshold"].item()'),
    "model.state_dict(),": (
        'model.load_state_dict(contents["weights"])',
        "for mine, saved in zip(model.parameters(), contents['weights'], strict=True):\n"
        "            mine.data.copy_(saved)",
    ),
    LIMITS: ("import pandas as pd", "import numpy as np\nimport pandas as pd"),
}


@pytest.mark.parametrize(("name", "old", "new"), RIGHT)
def test_another_right_form_is_right(
    name: str, old: str, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = course_text(name)
    if old in MORE:
        text = text.replace(*MORE[old])
    monkeypatch.setattr("test_judges_06.course_text", lambda _: text)
    for _ in range(3):
        told = check(KEYS[name], handed_in(name, old, new))
        assert told.state == "Right", told


WRONG = [
    # model_file.py
    ("model_file.py", "model.state_dict(),", "model,", "holds the whole network"),
    ("model_file.py", "torch.as_tensor(mean)", "mean", "something of NumPy"),
    ("model_file.py", "float(threshold)", "threshold", "something of NumPy"),
    ("model_file.py", "float(threshold)", "torch.tensor(threshold)", "a plain number, got tensor"),
    ("model_file.py", "    torch.save(contents, path)", "", "wrote no file"),
    ("model_file.py", "weights_only=True", "weights_only=False", "ran code that stood in the file"),
    ("model_file.py", '        model.load_state_dict(contents["weights"])\n', "", "other weights"),
    ("model_file.py", "model.eval()", "model", "in training mode"),
    ("model_file.py", "model.eval()", 'contents["weights"]', "must be the network, got a"),
    ("model_file.py", "mean, std, threshold\n", "std, mean, threshold\n", "have changed places"),
    ("model_file.py", "torch.as_tensor(std)", "torch.as_tensor(mean)", "std was saved as"),
    ("model_file.py", "len(mean)", "4", "len(mean) says"),
    ("model_file.py", 'contents["mean"]', 'contents["mean"].tolist()', "as a tensor, got a list"),
    ("model_file.py", "model.eval(), mean, std, threshold", "model.eval()", "four things"),
    ("model_file.py", "return model.eval()", "print(model.eval())", "four things"),
    ("model_file.py", "{path} is", "This is", "must name the file"),
    ("model_file.py", "raise ValueError(message) from error", "return None", "said nothing"),
    ("model_file.py", "ValueError(", "RuntimeError(", "an error of its own (RuntimeError)"),
    ("model_file.py", "except Exception", "except KeyError", "an error of its own"),
    ("model_file.py", "except Exception", "except RuntimeError", "an error of its own"),
    # predictor.py
    ("predictor.py", "(X - self.mean) / self.std", "X", "not scaled"),
    (
        "predictor.py",
        "(X - self.mean) / self.std",
        "X / self.std - self.mean",
        "std is used before",
    ),
    (
        "predictor.py",
        "(X - self.mean) / self.std",
        "X - self.mean / self.std",
        "network in the file",
    ),
    ("predictor.py", "(X - self.mean) / self.std", "X - self.mean", "nothing is divided by std"),
    ("predictor.py", ").float()", ")", ".float() makes them so"),
    ("predictor.py", ".item()", "", "must return a plain number, got tensor"),
    ("predictor.py", ".item()", ".numpy()", "must return a plain number, got"),
    ("predictor.py", "self.model(scaled)", "self.model.logits(scaled)", "returns the logit"),
    ("predictor.py", "return risk.item()", "risk.item()", "got None"),
    ("predictor.py", MISSING, "", "Raise a ValueError that names"),
    ("predictor.py", LIMITS, "if household[name] < 0:", "but must raise a ValueError"),
    ("predictor.py", LIMITS, "if not household[name] >= 0:", "infinite number"),
    ("predictor.py", LIMITS, LIMITS.replace("<=", "<"), "may have zero"),
    ("predictor.py", "{name} must be", "It must be", "must name the field"),
    ("predictor.py", "{name} is missing. Tell {', '.join(NUMBERS)}", "?", "must name the"),
    ("predictor.py", 'raise ValueError(f"{name} must', 'return (f"{name} must', "must raise"),
    ("predictor.py", ">= self.threshold", "> self.threshold", "warns must be True"),
    ("predictor.py", "return self.risk(household) >=", "return self.threshold >=", "warns must be"),
    ("predictor.py", "def warns", "def warn", "no attribute 'warns'"),
]


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    WRONG,
    ids=[f"{n}-{w}-{i}" for i, (n, _, _, w) in enumerate(WRONG)],
)
def test_a_slip_is_told_what_it_does(name: str, old: str, new: str, words: str) -> None:
    answer = handed_in(name, old, new)
    for _ in range(3):
        told = check(KEYS[name], answer)
        assert told.state == "Not yet", told
        assert words in told.text, told

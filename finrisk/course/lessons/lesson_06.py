"""Exercises and quiz of lesson 06, the live risk panel."""

import copy
import math
import re
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np
import pandas as pd
import torch
from torch import nn

from finrisk.course.app_files import course_part, course_text
from finrisk.course.checkers import agrees_with
from finrisk.course.echoes import show_error, show_kind
from finrisk.course.material import Exercise, Question
from finrisk.received import show_value

__all__ = ["EXERCISES", "QUIZ"]

_ROUNDED = "Do not round: a price need not be a whole number."


def _price_of(threshold: float) -> float:
    return (1 - threshold) / threshold


# --- 06.4: a model file ------------------------------------------------------------------------


def _check_model_file(answer: Any) -> str | None:
    """Random models must come back as they were saved; other files must be refused."""
    save, load = answer
    rng = np.random.default_rng()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"saved_{rng.integers(1_000)}.pth"
        for n_inputs in (4, int(rng.integers(5, 9))):
            if said := _comes_back(save, load, path, n_inputs, rng):
                return said
        return _refuses(load, path)


def _comes_back(save: Any, load: Any, path: Path, n_inputs: int, rng: Any) -> str | None:
    """What is wrong with one model that was saved and loaded."""
    model = import_module("model").RiskNet(n_inputs)
    mean, std = rng.normal(9, 1, n_inputs), rng.uniform(0.5, 2, n_inputs)
    threshold = np.float32(rng.uniform(0.1, 0.4))
    weights = copy.deepcopy(model.state_dict())
    try:
        save(path, model, mean.copy(), std.copy(), threshold)
    except Exception as error:
        return f"save stops: {show_error(error)}."
    if said := _cannot_be_read(path):
        return said
    for weight in model.parameters():
        weight.data += 1  # the file must not care what becomes of the model
    try:
        loaded = load(path)
    except Exception as error:
        return (
            f"load refuses a file that save has just written, of a network with {n_inputs} "
            f"inputs: {show_error(error.__cause__ or error.__context__ or error)}. (How many "
            "inputs it has, len(mean) says.)"
        )
    if not (isinstance(loaded, tuple | list) and len(loaded) == 4):
        return (
            f"load must return four things, model, mean, std, threshold, got {show_value(loaded)}."
        )
    return _other_model(loaded[0], weights) or _other_numbers(loaded[1:], mean, std, threshold)


def _cannot_be_read(path: Path) -> str | None:
    """What stands in a file that weights_only=True cannot read."""
    if not path.exists():
        return "save wrote no file at the path it was given: torch.save(contents, path)."
    found = list(_parts_of(_contents(path)))
    if any(isinstance(part, nn.Module) for part in found):
        return (
            "The file holds the whole network, an object, and weights_only=True reads no objects. "
            "Save its weights, model.state_dict()."
        )
    if any(isinstance(part, np.ndarray | np.generic) for part in found):
        return (
            "The file holds something of NumPy, which weights_only=True does not read. Save "
            "torch.as_tensor(mean), the same of std, and float(threshold)."
        )
    return None


def _contents(path: Path) -> Any:
    """What the learner's own file holds, None for one that PyTorch cannot read."""
    try:
        return torch.load(path, weights_only=False)
    except Exception:
        return None


def _parts_of(contents: Any) -> Iterator[Any]:
    """Everything in nested dicts, lists and tuples."""
    yield contents
    inner = contents.values() if isinstance(contents, dict) else contents
    if isinstance(contents, dict | list | tuple):
        for part in inner:
            yield from _parts_of(part)


def _other_model(model: Any, weights: dict[str, Any]) -> str | None:
    if not isinstance(model, nn.Module):
        return (
            f"The first thing load returns must be the network, got a {show_kind(model)}. Make a "
            "new RiskNet, and give it the weights with load_state_dict."
        )
    given = model.state_dict()
    if list(given) != list(weights) or any(
        not torch.equal(given[name], weights[name]) for name in weights
    ):
        return (
            "The network that comes back has other weights than the one that was saved. A new "
            "RiskNet is random until model.load_state_dict(...)."
        )
    if model.training:
        return (
            "The network comes back in training mode, in which a Dropout would go on deleting "
            "at random. model.eval() makes it ready to predict."
        )
    return None


def _other_numbers(loaded: Any, mean: Any, std: Any, threshold: Any) -> str | None:
    """What is wrong with mean, std and threshold."""
    for name, given in zip(("mean", "std"), loaded, strict=False):
        if not isinstance(given, torch.Tensor):
            return f"{name} must come back as a tensor, got a {show_kind(given)}."
        if given.shape != mean.shape:
            return f"{name} has {len(mean)} numbers, and comes back as {show_value(given)}."
    mean_back, std_back, threshold_back = loaded
    if np.allclose(mean_back, std, atol=1e-5) and np.allclose(std_back, mean, atol=1e-5):
        return "mean and std have changed places between save and load."
    for name, given, saved in (("mean", mean_back, mean), ("std", std_back, std)):
        if not np.allclose(given, saved, atol=1e-5):
            return (
                f"{name} was saved as {saved.round(3).tolist()} and comes back as "
                f"{given.numpy().round(3).tolist()}."
            )
    if not isinstance(threshold_back, float | int):
        return (
            f"threshold must come back as a plain number, got {show_value(threshold_back)}. "
            "float(threshold) makes it one."
        )
    if abs(threshold_back - threshold) > 1e-6:
        return f"threshold was saved as {threshold:.4f} and comes back as {threshold_back:.4f}."
    return None


_ran: list[str] = []  # what code from a file has done


class _Trap:
    """When it is read from a file, Python is told to call a function."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return _note, ("the code in the file ran",)


def _note(words: str) -> None:
    _ran.append(words)


def _refuses(load: Any, path: Path) -> str | None:
    """What is wrong with the way load meets a file that is no model."""
    whole = path.read_bytes()
    contents = _contents(path)
    parts = contents if isinstance(contents, dict) else {"all": contents}
    torch.save({**parts, "more": _Trap()}, path)
    trapped = path.read_bytes()
    torch.save({"epoch": 3, "loss": 0.4}, path)
    files = {
        "a file with code in it": trapped,
        "an empty file": b"",
        "the first half of a model file": whole[: len(whole) // 2],
        "a file of text": b"month,income\n1,4200\n",
        "a file that another program wrote with torch.save": path.read_bytes(),
    }
    for what, data in files.items():
        path.write_bytes(data)
        _ran.clear()
        said = _no_refusal(load, path, what)
        if _ran:
            return (
                "load ran code that stood in the file. Somebody else's file could delete all you "
                "have: torch.load(path, weights_only=True) runs none."
            )
        if said:
            return said
    return None


def _no_refusal(load: Any, path: Path, what: str) -> str | None:
    try:
        load(path)
    except ValueError as error:
        if path.name in str(error):
            return None
        return (
            f"For {what} your ValueError must name the file, {path.name}, so that people know "
            f"which one to replace. It says: {show_error(error)}."
        )
    except Exception as error:
        return (
            f"For {what} load stops with an error of its own ({show_kind(error)}). Who starts "
            "the app needs a ValueError with a sentence: try what can fail, raise it in the except."
        )
    return f"load took {what} for a model, and said nothing."


def _save_whole(path: Path, *contents: Any) -> None:
    torch.save(contents, path)


def _load_anything(path: Path) -> Any:
    return torch.load(path, weights_only=False)


def _right_save(*arguments: Any) -> None:
    import_module("model_file").save(*arguments)


def _right_load(path: Path) -> Any:
    return import_module("model_file").load(path)


def _load_swapped(path: Path) -> Any:
    model, mean, std, threshold = _right_load(path)
    return model, std, mean, threshold


def _load_training(path: Path) -> Any:
    model, *numbers = _right_load(path)
    return (model.train(), *numbers)


def _load_unguarded(path: Path) -> Any:
    contents = torch.load(path, weights_only=True)
    model = import_module("model").RiskNet(len(contents["mean"]))
    model.load_state_dict(contents["weights"])
    return model.eval(), contents["mean"], contents["std"], contents["threshold"]


# --- 06.5: a predictor -------------------------------------------------------------------------

_NUMBERS = ("monthly_income", "monthly_expenses", "savings", "debt")


def _check_predictor(answer: Any) -> str | None:
    """Two random models, each asked about households and about what cannot be."""
    if not isinstance(answer, type):
        return f"Predictor must be a class, class Predictor: ..., got a {show_kind(answer)}."
    rng = np.random.default_rng()
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("first.pth", "second.pth")]
        references = [_random_model(path, rng) for path in paths]
        predictors = [answer(path) for path in paths]
        households = _households(rng)
        for predictor, reference in zip(predictors, references, strict=True):
            if said := _other_risk(predictor, reference, households):
                return said
        household = households[0]
        if said := _accepts(predictors[0], household, rng):
            return said
        return _other_warning(answer, predictors, paths, household)


def _households(rng: np.random.Generator) -> list[dict[str, float]]:
    """Six households, the last of which have a zero; their fields stand in any order."""
    made = []
    for zero in (None, None, None, "debt", "savings", "monthly_income"):
        household = {name: round(float(rng.uniform(900, 9_000)), 2) for name in _NUMBERS}
        if zero:
            household[zero] = 0
        made.append({name: household[name] for name in rng.permutation(_NUMBERS)})
    return made


class _Reference:
    """A random network, asked by hand."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.features = import_module("features").features
        X = self.features(pd.DataFrame([*_households(rng), *_households(rng)]))
        self.mean, self.std = X.mean(axis=0), X.std(axis=0) * rng.uniform(0.7, 1.4, X.shape[1])
        self.model = import_module("model").RiskNet(X.shape[1]).eval()
        for weight in self.model.parameters():
            weight.data *= 2  # so that risks lie far apart

    def ask(self, household: dict[str, float], scale: Callable[..., Any], logit: bool) -> float:
        X = self.features(pd.DataFrame([household]))
        rows = torch.tensor(scale(X, self.mean, self.std), dtype=torch.float32)
        with torch.no_grad():
            return float((self.model.logits if logit else self.model)(rows))


def _random_model(path: Path, rng: np.random.Generator) -> _Reference:
    made = _Reference(rng)
    threshold = rng.uniform(0.2, 0.8)
    import_module("model_file").save(path, made.model, made.mean, made.std, threshold)
    return made


# What is done with the features, and what to say of it
_SCALINGS: tuple[tuple[Callable[..., Any], str], ...] = (
    (
        lambda X, _mean, _std: X,
        "Your network reads features that were not scaled. It has learned from "
        "(features - mean) / std, with the two of the file.",
    ),
    (
        lambda X, mean, std: X / std - mean,
        "std is used before mean. First take the mean away, then divide: (X - mean) / std.",
    ),
    (lambda X, mean, _std: X - mean, "mean is taken away, but nothing is divided by std."),
    (lambda X, _mean, std: X / std, "All is divided by std, but mean is not taken away before."),
    (
        lambda X, mean, std: (X - std) / mean,
        "mean and std have changed places. load returns model, mean, std, threshold.",
    ),
)


def _right_scaling(X: Any, mean: Any, std: Any) -> Any:
    return (X - mean) / std


def _other_risk(predictor: Any, reference: Any, households: list[dict[str, float]]) -> str | None:
    """What is wrong with the risks of these households."""
    given = []
    for household in households:
        try:
            risk = predictor.risk(dict(household))
        except Exception as error:
            return f"For {_told(household)} risk stops: {show_error(error)}.{_advice(error)}"
        if not isinstance(risk, float | np.floating):
            return (
                f"risk must return a plain number, got {show_value(risk)}. From a tensor that "
                "holds one number, .item() takes it."
            )
        given.append(float(risk))

    def alike(scale: Callable[..., Any], logit: bool = False) -> bool:
        asked = [reference.ask(household, scale, logit) for household in households]
        return np.allclose(given, asked, atol=1e-5)

    if alike(_right_scaling):
        return None
    if alike(_right_scaling, logit=True):
        return "risk returns the logit. The probability is model(X), the Sigmoid of it."
    for scale, said in _SCALINGS:
        if alike(scale):
            return said
    asked = [reference.ask(household, _right_scaling, False) for household in households]
    worst = int(np.abs(np.subtract(given, asked)).argmax())
    return (
        f"For {_told(households[worst])} it gives {given[worst]:.4f}, but the network in the file "
        f"says {asked[worst]:.4f}."
    )


def _told(household: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in household.items())


def _advice(error: Exception) -> str:
    words = str(error)
    if "dtype" in words or "Double" in words:
        return " The features are float64, the network reads float32: .float() makes them so."
    if isinstance(error, ValueError) and any(name in words for name in _NUMBERS):
        return " A household may have zero of each: refuse below 0 only."
    return ""


def _accepts(predictor: Any, household: dict[str, float], rng: np.random.Generator) -> str | None:
    """What is taken for a household, and is none."""
    bad = {
        "a negative number": -float(rng.uniform(1, 900)),
        "nan": float("nan"),
        "an infinite number": float("inf"),
    }
    for name in rng.permutation(_NUMBERS):
        without = {other: value for other, value in household.items() if other != name}
        if said := _taken(predictor, without, name, f"Without {name}"):
            return said
        for what, value in bad.items():
            if said := _taken(predictor, household | {name: value}, name, f"With {what} as {name}"):
                return said
    return None


def _taken(predictor: Any, household: dict[str, float], name: str, when: str) -> str | None:
    try:
        risk = predictor.risk(household)
    except ValueError as error:
        if name in str(error):
            return None
        return f"{when} the ValueError must name the field {name}. It says: {show_error(error)}."
    except Exception as error:
        return f"{when} risk stops with {show_error(error)}. Raise a ValueError that names {name}."
    more = " (nan < 0 is False, as is each comparison with nan.)" if "nan" in when else ""
    return f"{when} risk answers {show_value(risk)}, but must raise a ValueError.{more}"


def _other_warning(
    kind: Any, predictors: list[Any], paths: list[Path], household: dict[str, float]
) -> str | None:
    """What is wrong with warns, just below, at and just above the threshold."""
    risk = float(predictors[0].risk(dict(household)))
    save, load = import_module("model_file").save, import_module("model_file").load
    for threshold, right in ((risk * 1.01, False), (risk, True), (risk * 0.99, True)):
        save(paths[1], *load(paths[0])[:3], threshold)
        told = kind(paths[1]).warns(dict(household))
        if told is None:
            return (
                f"For a risk of {risk:.6f} and a threshold of {threshold:.6f} warns gives None. "
                f"Let it return {right} there: both answers need a `return`."
            )
        if bool(told) is not right:
            return (
                f"For a risk of {risk:.6f} and a threshold of {threshold:.6f} warns must be "
                f"{right}, got {show_value(told)}. It warns from the threshold on: >=."
            )
    return None


def _guess(scale: Callable[..., Any], take: Callable[..., Any] = torch.Tensor.item) -> type:
    """A Predictor that refuses nothing, and scales in a way of its own."""

    class Guess:
        def __init__(self, path: Path) -> None:
            self.model, self.mean, self.std, _ = import_module("model_file").load(path)

        def risk(self, household: dict[str, float]) -> Any:
            X = torch.as_tensor(import_module("features").features(pd.DataFrame([household])))
            with torch.no_grad():
                return take(self.model(scale(X, self.mean, self.std).float()))

    return Guess


# --- 06.6: a slider that asks it ---------------------------------------------------------------

_SILENT = "nothing yet"
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")


class _MadeUp:
    """Something to ask that no answer can know: a random sum of the four numbers."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.weights = rng.uniform(0.2, 0.5, len(_NUMBERS)) * rng.choice([-1, 1], len(_NUMBERS))
        self.asked = 0  # how often

    def risk(self, household: dict[str, float]) -> float:
        self.asked += 1
        sizes = np.array([household[name] / 10_000 for name in _NUMBERS])
        return float(1 / (1 + np.exp(-self.weights @ sizes)))


def _check_connect(answer: Any) -> str | None:
    """Two sliders of the judge's own, which it moves; it reads what their labels say."""
    if not callable(answer):
        raise TypeError("it cannot be called")
    rng = np.random.default_rng()
    for _ in range(2):
        predictor, household = _MadeUp(rng), _households(rng)[0]
        slider = widgets.IntSlider(value=int(rng.integers(100, 9_000)), max=90_000)
        label = widgets.HTML(_SILENT)
        try:
            answer(slider, label, predictor, dict(household))
        except Exception as error:
            return f"connect stops: {show_error(error)}."
        said = _wrong_label(slider, label, predictor, household, rng)
        slider.unobserve_all()
        slider.close()
        label.close()
        if said:
            return said
    return None


def _wrong_label(
    slider: Any, label: Any, predictor: Any, household: dict[str, float], rng: np.random.Generator
) -> str | None:
    """What is wrong with the label at the start, after moves, and after another change."""

    def percent(savings: float) -> float:
        return float(100 * predictor.risk(household | {"savings": savings}))

    places, labels, asked_before = [slider.value], [label.value], predictor.asked
    for savings in rng.permutation([0, *rng.integers(10_000, 80_000, 4)]).tolist():
        try:
            slider.value = savings
        except Exception as error:
            call = " observe is given the handler itself: its name, without brackets."
            more = call if "not callable" in str(error) else ""
            return f"When the slider moves, your handler stops: {show_error(error)}.{more}"
        places.append(savings)
        labels.append(label.value)
    if len(set(labels)) == 1 and predictor.asked > asked_before:
        return (
            "Your handler runs and asks, but about the same savings each time: the label goes on "
            f"saying {show_value(labels[0])}. Read slider.value inside the handler, and let it "
            'win: household | {"savings": slider.value}, since of `a | b` the right one counts.'
        )
    if len(set(labels)) == 1:
        return (
            f"The slider moves, and the label goes on saying {show_value(labels[0])}. Nobody "
            'listens yet: slider.observe(your_handler, names="value").'
        )
    right = [percent(place) for place in places]
    if all(_tells(said, before) for said, before in zip(labels[1:], right, strict=False)):
        return (
            "After each move the label still tells the risk at the place where the slider was "
            'before. The new place is change["new"], or slider.value.'
        )
    for place, said, asked in zip(places, labels, right, strict=True):
        if not _tells(said, asked):
            return _told_wrong(place, said, asked)
    try:
        slider.min, slider.description = -99_000, "Savings"
    except Exception as error:
        return f"{_ANY_CHANGE} It stops: {show_error(error)}."
    same = label.value == labels[-1]
    return None if same else f"{_ANY_CHANGE} The label now says {show_value(label.value)}."


_ANY_CHANGE = (
    "The slider got a new min and a name, and your handler ran: it hears every change. "
    'names="value" makes it hear moves only.'
)


def _tells(label: str, percent: float) -> bool:
    """Whether a label tells this percentage, rounded at most to a whole one."""
    found = _PERCENT.search(label)
    return found is not None and abs(float(found[1]) - percent) <= 0.501


def _told_wrong(place: int, label: str, percent: float) -> str:
    """A sentence on a label that does not tell the risk at this place."""
    where = f"At savings of {place} the label says {show_value(label)}"
    if label == _SILENT:
        return "The label follows the moves, but tells nothing before the first: set it once, too."
    if _PERCENT.search(label) is None:
        return f'{where}. Let it be a percentage: f"{{risk:.0%}}" makes "{percent:.0f}%".'
    if _tells(label, percent / 100):
        return f"{where}, and {percent:.0f}% is right: multiply by 100, as .0% does."
    if abs(float(_PERCENT.findall(label)[0]) - 100 * percent) <= 51:
        return f"{where}, and {percent:.0f}% is right: .0% multiplies by 100 itself."
    return (
        f"{where}, but the predictor that connect is given says {percent:.0f}%. Does your handler "
        'ask it about household | {"savings": ...}?'
    )


_CONNECT = '''\
def connect(slider, label, own, household):
    """From now on the label tells the household's risk at the slider's savings."""

    def show(_change=None):
        now = household | {"savings": slider.value}
        label.value = f"{own.risk(now):.0%}"

    slider.observe(show, names="value")
    show()'''


def _same_savings(slider: Any, label: Any, own: Any, household: dict[str, float]) -> None:
    """The dictionaries change places, so the old savings win."""

    def show(_change: Any = None) -> None:
        label.value = f"{own.risk({'savings': slider.value} | household):.0%}"

    slider.observe(show, names="value")
    show()


def _connect_with(
    observes: bool = True,
    names: str | None = "value",
    reads: str = "",
    text: str = "{:.0%}",
    first: bool = True,
) -> Callable[..., None]:
    """The solution, or one that leaves something out or reads the place from the change."""

    def connect(slider: Any, label: Any, own: Any, household: dict[str, float]) -> None:
        def show(change: Any) -> None:
            place = change[reads] if reads else slider.value
            label.value = text.format(own.risk(household | {"savings": place}))

        if observes:
            slider.observe(show, *([names] if names else []))
        if first:
            show({"old": slider.value, "new": slider.value})

    return connect


EXERCISES = (
    Exercise(
        key="06.4",
        expects="a pair of functions, save and load,",
        hints=(
            "save makes a dict and hands it to torch.save. Which of its four things are of NumPy?",
            "In load, let everything that can fail stand in one try, from torch.load to "
            "load_state_dict, and raise the ValueError in its except.",
        ),
        solution=course_text("model_file.py").rstrip(),
        checker=_check_model_file,
        insight="your file holds tensors and numbers only, so whoever opens it runs nobody's code. "
        "Who shares a network shares such a file.",
        right=lambda: course_part("model_file.py"),
        wrong=(
            ((_save_whole, _load_anything), "holds the whole network"),
            ((_right_save, _load_swapped), "have changed places"),
            ((_right_save, _load_training), "in training mode"),
            ((_right_save, _load_unguarded), "error of its own (UnpicklingError)"),
            (4, "a pair of functions, save and load, is asked for"),
        ),
    ),
    Exercise(
        key="06.5",
        expects="a class",
        hints=(
            "Look at each of the NUMBERS before anything is computed: is it there, and is it "
            "0 or more and below infinity?",
            "X = features(pd.DataFrame([household])) is a row. Scale it with self.mean and "
            "self.std, make it float32, ask self.model, and take the number out with .item().",
        ),
        solution=course_text("predictor.py").rstrip(),
        checker=_check_predictor,
        insight="nobody needs to know about scaling or tensors from now on: a dict goes in, a "
        "number comes out. Panel, page and tests can all ask this one class.",
        right=lambda: course_part("predictor.py"),
        wrong=(
            (_guess(lambda X, _mean, _std: X), "not scaled"),
            (_guess(lambda X, mean, std: X / std - mean), "std is used before mean"),
            (_guess(lambda X, mean, std: (X - mean) / std, torch.Tensor.squeeze), ".item()"),
            (_guess(lambda X, mean, std: (X - mean) / std), "Raise a ValueError that names"),
            (len, "must be a class"),
        ),
    ),
    Exercise(
        key="06.6",
        expects="a function of slider, label, own and household",
        hints=(
            "Two steps: define a handler inside connect, and let the slider observe it. Then call "
            "the handler once, so that the label is right before the first move.",
            'In the handler: now = household | {"savings": slider.value}, and the label\'s value '
            'is f"{own.risk(now):.0%}".',
        ),
        solution=_CONNECT,
        checker=_check_connect,
        insight="connect knows nothing about what it asks: any object with a risk(household) will "
        "do. That is how this check could hand it a predictor of its own.",
        right=lambda: _connect_with(),
        wrong=(
            (_connect_with(observes=False), "Nobody listens yet"),
            (_connect_with(names=None, reads="new"), "hears every change"),
            (_connect_with(reads="old"), "where the slider was before"),
            (_connect_with(text="{:.2f}"), "Let it be a percentage"),
            (_connect_with(first=False), "nothing before the first"),
            (_same_savings, "about the same savings each time"),
            (4, "a function of slider, label, own and household is asked for"),
        ),
    ),
    Exercise(
        key="06.2",
        expects="a function of threshold",
        hints=(
            "Of households at exactly this risk, how many become false alarms if warned, and how "
            "many are missed if not?",
            "Warning costs 1 - threshold, silence threshold * price. Where are the two level?",
        ),
        solution=(
            "def price_of(threshold):\n"
            '    """How many false alarms one missed household must be worth."""\n'
            "    return (1 - threshold) / threshold"
        ),
        checker=agrees_with(
            _price_of,
            [(t,) for t in (0.5, 0.2, 0.1, 0.05, 0.13, 0.3, 0.8, 0.97, 0.02, 0.001)],
            [
                (
                    lambda t: 1 / (1 + t),
                    "That formula takes a price and gives a threshold. Solve "
                    "threshold = 1 / (1 + price) for the price.",
                ),
                (
                    lambda t: 1 / t,
                    "That counts every warned household as a false alarm. At this risk only "
                    "1 - threshold of them stay stable.",
                ),
                (
                    lambda t: t / (1 - t),
                    "Upside down: that is how many missed households a false alarm is worth.",
                ),
                (
                    lambda t: 1 - t,
                    "That is the cost of warning alone. Hold it against silence, which misses "
                    "threshold of them.",
                ),
                (
                    lambda t: (100 - t) / t,
                    "That takes a score from 0 to 100. The threshold is a risk from 0 to 1.",
                ),
                (lambda t: round(1 / t - 1), _ROUNDED),
                (lambda t: int(1 / t - 1), _ROUNDED),
                (lambda t: int((1 - t) / t), _ROUNDED),
                (lambda t: math.ceil((1 - t) / t), _ROUNDED),
            ],
            drawn=lambda rng: [(float(t),) for t in rng.uniform(0.01, 0.99, 20)],
            tolerance=0.00501,  # a price in cents is right
        ),
        insight="at the shipped threshold it gives predictor.miss_cost, the price at which warning "
        "from there is just right. The panel's price slider begins there, rounded.",
        right=lambda: lambda threshold: 1 / threshold - 1,
        wrong=(
            (lambda threshold: 1 / (1 + threshold), "takes a price and gives a threshold"),
            (lambda threshold: 1 / threshold, "every warned household as a false alarm"),
            (lambda threshold: threshold / (1 - threshold), "Upside down"),
            (lambda threshold: 1 - threshold, "the cost of warning alone"),
            (lambda threshold: (100 - threshold) / threshold, "a risk from 0 to 1"),
            (lambda threshold: int(1 / threshold - 1), "Do not round"),
            (lambda threshold: int((1 - threshold) / threshold), "Do not round"),
            (lambda threshold: round((1 - threshold) / threshold), "Do not round"),
            (lambda threshold: math.ceil((1 - threshold) / threshold), "Do not round"),
            (lambda threshold: max(1, 1 / threshold - 1), "For threshold = 0.8 it gives 1"),
            (lambda threshold: 7, "For threshold = 0.5 it gives 7"),  # noqa: ARG005
            (4, "a function of threshold is asked for"),
        ),
    ),
)

QUIZ = (
    Question(
        text="You drag a slider and nothing on the page changes. What do you look at first?",
        options=(
            (
                "The model: it must have learned nothing.",
                "A model that had learned nothing would still redraw the gauge.",
            ),
            (
                "The log console: the handler may have raised an error.",
                "Errors of a dragged slider go to View > Show Log Console, not to the cell.",
            ),
            (
                "The browser: widgets need a fast one.",
                "Slowness shows as stuttering, not as silence.",
            ),
        ),
        right=1,
    ),
    Question(
        text="A hand drags a slider through forty values; your handler runs seven times. What now?",
        options=(
            (
                "Nothing: the last value did arrive.",
                "The browser skips values already passed, never the newest, and the handler reads "
                "where the sliders are.",
            ),
            (
                "Ask again: moves were lost, so the gauge may be wrong.",
                "Only places the hand has already left are skipped; the gauge answers the last.",
            ),
            (
                "Count the moves in the handler and catch up.",
                "A handler that counts moves goes wrong as soon as one is skipped.",
            ),
        ),
        right=0,
    ),
    Question(
        text="Where does the rule 'Moderate begins at this risk' belong?",
        options=(
            (
                "In the panel, which draws the zones.",
                "Then the page and the notebook would need copies, and copies drift apart.",
            ),
            (
                "In each notebook that shows a class.",
                "Every copy is a chance to disagree.",
            ),
            (
                "With the model; panel, page and notebook ask the predictor.",
                "One threshold, in the model file, chosen on validation data.",
            ),
        ),
        right=2,
    ),
)

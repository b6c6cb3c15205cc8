"""The judge of train.py: right loops pass, each slip is told what it does."""

from collections.abc import Callable
from typing import Any

import pytest

from finrisk.course import check
from finrisk.course.app_files import course_text
from finrisk.course.lessons import exercise_named

RIGHT = course_text("train.py")
STEP = "            optimiser.step()\n"
ZERO = "            optimiser.zero_grad()\n"
BACK = "            loss.backward()\n"
LOSS = "            loss = bce(model.logits(X[rows]), y[rows])\n"
BATCHES = "        for rows in torch.randperm(len(X)).split(batch):\n"
MEASURE = (
    "        with torch.no_grad():\n"
    "            losses.append(bce(model.logits(X_val), y_val).item())\n"
)
LOAD = "    model.load_state_dict(best)\n"


def changed(*pairs: tuple[str, str], text: str = RIGHT) -> Callable[..., Any]:
    """`train` of a text in which each first is replaced by its second."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    names: dict[str, Any] = {}
    exec(text, names)
    function: Callable[..., Any] = names["train"]
    return function


BY_COUNTING = """
import copy
import numpy as np
import torch
from torch import nn

def train(model, X, y, X_val, y_val, epochs=50, patience=8, batch=512, rate=0.002):
    optimizer = torch.optim.Adam(model.parameters(), rate)
    criterion = nn.BCEWithLogitsLoss()
    best_loss, since_best, losses, epoch = np.inf, 0, [], 0
    while epoch < epochs and since_best < patience:
        model.train()
        order = np.random.default_rng(0).permutation(len(X))
        for start in range(0, len(X), batch):
            rows = order[start : start + batch]
            loss = criterion(model.logits(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        loss = validation_loss(model, X_val, y_val)
        losses.append(np.float32(loss))
        epoch += 1
        since_best += 1
        if loss < best_loss:
            best_loss, since_best = loss, 0
            kept = {name: weight.clone() for name, weight in model.state_dict().items()}
    model.load_state_dict(kept)
    return np.array(losses)

@torch.inference_mode()
def validation_loss(model, X, y):
    model.eval()
    total = 0
    for rows in torch.arange(len(X)).split(7):
        total += nn.functional.binary_cross_entropy(model(X[rows]), y[rows]) * len(rows)
    return total.item() / len(X)
"""

LOADER = (
    "        for rows, labels in torch.utils.data.DataLoader(\n"
    "            torch.utils.data.TensorDataset(X, y), batch_size=batch, shuffle=True\n"
    "        ):\n"
)

FORMS: dict[str, list[tuple[str, str]]] = {
    "zero_grad first": [(LOSS + ZERO, ZERO + LOSS)],
    "zero_grad last": [(ZERO, ""), (STEP, STEP + ZERO)],
    "zero_grad of the model": [("optimiser.zero_grad()", "model.zero_grad()")],
    "DataLoader": [
        (BATCHES, LOADER),
        (LOSS, LOSS.replace("X[rows]", "rows").replace("y[rows]", "labels")),
    ],
    "loss of probabilities": [
        (
            LOSS,
            "            p = model(X[rows])\n"
            "            loss = torch.nn.functional.binary_cross_entropy(p, y[rows])\n",
        )
    ],
    "float()": [
        ("bce(model.logits(X_val), y_val).item()", "float(bce(model.logits(X_val), y_val))")
    ],
    "tuple": [("return losses", "return tuple(losses)")],
    "one tensor": [("return losses", "return torch.tensor(losses)")],
    "a copy of the model": [
        ("copy.deepcopy(model.state_dict())", "copy.deepcopy(model)"),
        (LOAD, "    model.load_state_dict(best.state_dict())\n"),
    ],
    "it tells the training loss, too": [
        (MEASURE, MEASURE + "            print(bce(model.logits(X), y).item())\n")
    ],
}


@pytest.mark.parametrize("form", FORMS)
def test_another_form_of_a_right_loop_is_right(form: str) -> None:
    told = check("04.4", changed(*FORMS[form]))
    assert told.state == "Right", told


def test_a_loop_that_counts_and_slices_is_right() -> None:
    told = check("04.4", changed(text=BY_COUNTING))
    assert told.state == "Right", told


def test_right_stays_right_whatever_is_drawn() -> None:
    answer, exercise = exercise_named("04.4").right(), exercise_named("04.4")
    assert [exercise.checker(answer) for _ in range(8)] == [None] * 8


WRONG: list[tuple[str, list[tuple[str, str]]]] = [
    ("Slopes pile up", [(ZERO, "")]),
    ("Slopes pile up", [(ZERO, ""), (BATCHES, "        optimiser.zero_grad()\n" + BATCHES)]),
    ("never move", [(STEP, "")]),
    ("never move", [(BACK + STEP, STEP + BACK), (ZERO, ""), (LOSS, LOSS + ZERO)]),
    ("never move", [(ZERO, ""), (BACK, BACK + ZERO)]),
    ("backward() is never called", [(BACK, "")]),
    (
        "steps once an epoch",
        [
            (STEP, ""),
            ("        model.eval()", "        optimiser.step()\n        model.eval()"),
            (ZERO, "            optimiser.zero_grad()\n"),
        ],
    ),
    ("with slopes asked for", [("        with torch.no_grad():\n", "        if True:\n")]),
    (
        "with slopes asked for",
        [
            ("        with torch.no_grad():\n", "        if True:\n"),
            (".item()", ".detach().item()"),
        ],
    ),
    ("losses are tensors", [(", y_val).item()", ", y_val)")]),
    ("with dropout on", [("        model.eval()\n", "")]),
    ("in eval mode", [("        model.train()\n", "")]),
    (
        "in eval mode",
        [
            ("        model.train()\n", ""),
            ("    losses, best", "    model.train()\n    losses, best"),
        ],
    ),
    ("has one batch", [(BATCHES, "        for rows in [torch.randperm(len(X))[:batch]]:\n")]),
    ("rows, in", [("torch.randperm(len(X))", "torch.randint(len(X), (len(X),))")]),
    ("rows, in", [("torch.randperm(len(X))", "torch.randperm(len(X) // batch * batch)")]),
    ("a batch holds 50", [(".split(batch)", ".split(512)")]),
    ("meet its own label", [("y[rows])", "y[: len(rows)])")]),
    ("meet its own label", [("bce(model.logits(X[rows])", "bce(model(X[rows])")]),
    ("is a sum", [("y[rows])", "y[rows], reduction='sum')")]),
    ("with lr=rate", [("lr=rate", "lr=0.001")]),
    ("with lr=rate", [("optim.Adam", "optim.SGD")]),
    (
        "made anew",
        [
            (
                "        model.train()\n",
                "        model.train()\n"
                "        optimiser = torch.optim.Adam(model.parameters(), lr=rate)\n",
            )
        ],
    ),
    ("learns from X_val", [("X[rows]), y[rows]", "X_val), y_val")]),
    (
        "learns from X_val",
        [
            (
                MEASURE,
                "        loss = bce(model.logits(X_val), y_val)\n"
                "        loss.backward()\n"
                "        losses.append(loss.item())\n",
            )
        ],
    ),
    ("No row of X_val", [("model.logits(X_val), y_val", "model.logits(X), y")]),
    ("leaves out rows", [("X_val), y_val", "X_val[:9]), y_val[:9]")]),
    ("Count the epochs after the best", [("== patience:", "== patience + 1:")]),
    ("Count the epochs after the best", [("== patience:", "== patience - 1:")]),
    ("Nothing stops it", [("            break\n", "            pass\n")]),
    (
        "lower than the lowest loss so far",
        [
            (
                "losses.index(min(losses))",
                "max([i for i in range(1, len(losses)) if losses[i] < losses[i - 1]], default=0)",
            )
        ],
    ),
    (
        "starts the count anew",
        [
            ("    losses, best", "    worse, losses, best"),
            ("= [], None", "= 0, [], None"),
            ("epoch - best_epoch == patience", "(worse := worse + 1) == patience"),
        ],
    ),
    ("in the order of X", [("torch.randperm", "torch.arange")]),
    ("of the last", [(LOAD, "")]),
    ("of the last", [("copy.deepcopy(model.state_dict())", "model.state_dict()")]),
    ("of the last", [("copy.deepcopy(model.state_dict())", "model.state_dict().copy()")]),
    (
        "of the last",
        [
            ("            break\n", "            model.load_state_dict(best)\n            break\n"),
            (LOAD + "    return", "    return"),
        ],
    ),
    ("of the last", [("if epoch == best_epoch", "if True"), ("elif epoch", "if epoch")]),
    ("of epoch 1", [("if epoch == best_epoch", "if epoch == 0")]),
    ("gives nothing back", [("    return losses", "    print(losses)")]),
    ("It gives back a float", [("return losses", "return min(losses)")]),
    ("It gives back a", [("return losses", "return model")]),
    ("but the validation losses", [("return losses", "return losses[: best_epoch + 1]")]),
    (
        "inside torch.no_grad()",
        [("    optimiser = ", "    torch.set_grad_enabled(False)\n    optimiser = ")],
    ),
    ("Your train stops", [("load_state_dict(best)", "load_state_dict(None)")]),
]


@pytest.mark.parametrize(
    ("words", "pairs"), WRONG, ids=[f"{i}-{words}" for i, (words, _) in enumerate(WRONG)]
)
def test_a_slip_in_the_loop_is_told_what_it_does(words: str, pairs: list[tuple[str, str]]) -> None:
    told = check("04.4", changed(*pairs))
    assert told.state == "Not yet"
    assert words in told.text, told


def test_a_loop_that_hardly_learns_ends_too_far_from_the_packaged_one() -> None:
    def train(model: Any, X: Any, *rest: Any, **how: Any) -> Any:
        if len(X) > 100:  # with the rate of another network
            how |= {"rate": 1e-5}
        return changed()(model, X, *rest, **how)

    told = check("04.4", train)
    assert "They should end less than 0.03 apart." in told.text


def test_a_loop_without_end_is_stopped() -> None:
    told = check(
        "04.4",
        changed(("for epoch in range(epochs)", "while True"), ("epoch == best_epoch", "True")),
    )
    assert "still running" in told.text or "stops" in told.text

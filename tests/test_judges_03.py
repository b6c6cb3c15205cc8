"""The judge of `model.py`: networks as learners write them, right and wrong."""

from typing import Any

import pytest
import torch

from finrisk.course import check
from finrisk.course.app_files import course_text

RIGHT = course_text("model.py")
MAKES = """\
        super().__init__()
        self.first = nn.Linear(n_inputs, 128)
        self.second = nn.Linear(128, 64)
        self.output = nn.Linear(64, 1)
"""
GOES = """\
        hidden_1 = torch.relu(self.first(X))
        hidden_2 = torch.relu(self.second(hidden_1))
        return self.output(hidden_2).squeeze(dim=1)
"""
RISK = "        return torch.sigmoid(self.logits(X))\n"
LAYERS = "nn.Linear(n_inputs, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 1)"


def net(makes: str = MAKES, goes: str = GOES) -> str:
    """The course's file with other bodies."""
    return but(MAKES, makes).replace(GOES, goes)


def but(old: str, new: str) -> str:
    """The course's file with another text in it."""
    assert old in RIGHT, "the break must break something"
    return RIGHT.replace(old, new)


def written(text: str) -> Any:
    names: dict[str, Any] = {}
    exec(text, names)
    return names["RiskNet"]


def in_sequence(layers: str, goes: str = "self.layers(X).squeeze(dim=1)") -> str:
    makes = f"        super().__init__()\n        self.layers = {layers}\n"
    return net(makes, f"        return {goes}\n")


IN_A_LIST = """\
        for layer in self.layers[:-1]:
            X = torch.relu(layer(X))
        return self.layers[-1](X).squeeze(dim=1)
"""
THREE = "nn.Linear(n_inputs, 128), nn.Linear(128, 64), nn.Linear(64, 1)"
BY_HAND = """\
        hidden_1 = (X @ self.first.weight.T + self.first.bias).clamp(min=0)
        hidden_2 = (hidden_1 @ self.second.weight.T + self.second.bias).clamp(min=0)
        return (hidden_2 @ self.output.weight.T + self.output.bias)[:, 0]
"""
OTHER_FORMS = {
    "the course's": RIGHT,
    "in sequence": in_sequence(f"nn.Sequential({LAYERS})"),
    "with dropout": in_sequence(f"nn.Sequential({LAYERS})").replace(
        "nn.ReLU()", "nn.ReLU(), nn.Dropout(0.5)"
    ),
    "a list that PyTorch knows": net(
        f"        super().__init__()\n        self.layers = nn.ModuleList([{THREE}])\n", IN_A_LIST
    ),
    "matrix products": net(goes=BY_HAND),
    "first column": but(".squeeze(dim=1)", "[:, 0]"),
    "flat": but(".squeeze(dim=1)", ".flatten()"),
    "-1": but(".squeeze(dim=1)", ".squeeze(-1)"),
    "ReLU as a function": but("torch.relu", "nn.functional.relu"),
    "ReLU as a layer": but("torch.relu", "nn.ReLU()"),
    "Sigmoid as a layer": but("torch.sigmoid", "nn.Sigmoid()"),
    "older Python": but("super().__init__()", "super(RiskNet, self).__init__()"),
    "other names": but("self.first", "self.a").replace("self.output", "self.z"),
    "Sigmoid by hand": but("torch.sigmoid(self.logits(X))", "1 / (1 + torch.exp(-self.logits(X)))"),
    "changes its X": but("        hidden_1 =", "        X = X.clone()\n        hidden_1 ="),
}

WRONG = [
    (but("        super().__init__()\n", ""), "must be `super().__init__()`"),
    (but("super().__init__()", "super().__init__"), "with both pairs of brackets"),
    (
        net(f"        self.layers = [{THREE}]\n", IN_A_LIST),
        "must be `super().__init__()`",
    ),
    (but("super().__init__()", "super().__init__(n_inputs)"), "super().__init__() takes nothing"),
    (but("def __init__", "def _init_"), "two underscores on each side"),
    (
        net(f"        super().__init__()\n        self.layers = [{THREE}]\n", IN_A_LIST),
        "a plain list hides them",
    ),
    (
        net(
            "        super().__init__()\n        self.first = nn.Linear(n_inputs, 128)\n"
            "        self.layers = [nn.Linear(128, 64), nn.Linear(64, 1)]\n"
        ),
        "missing, or hidden in a plain list",
    ),
    (
        but("n_inputs, 128", "n_inputs, 64")
        .replace("128, 64)", "64, 128)")
        .replace("64, 1)", "128, 1)"),
        "First 128, then 64",
    ),
    (but("nn.Linear(n_inputs, 128)", "nn.Linear(32, 128)"), "whatever n_inputs is"),
    (but("nn.Linear(n_inputs, 128)", "nn.Linear(128, n_inputs)"), "comes first"),
    (but("nn.Linear(64, 1)", "nn.Linear(64, 2)"), "the shapes of its weights must be"),
    (but("nn.Linear(64, 1)", "nn.Linear(64)"), "RiskNet(32) stops: TypeError"),
    (but("nn.Linear(n_inputs", "nn.linear(n_inputs"), "RiskNet(32) stops: AttributeError"),
    (
        RIGHT.replace("1)\n", "1, bias=False)\n", 1)
        .replace("128)\n", "128, bias=False)\n")
        .replace("64)\n", "64, bias=False)\n"),
        "leave bias=False out",
    ),
    (
        but(
            MAKES,
            "        super().__init__()\n        self.output = nn.Linear(64, 1)\n"
            "        self.second = nn.Linear(128, 64)\n"
            "        self.first = nn.Linear(n_inputs, 128)\n",
        ),
        "made in another order",
    ),
    (
        but("torch.relu(self.first(X))", "self.first(X)").replace(
            "torch.relu(self.second(hidden_1))", "self.second(hidden_1)"
        ),
        "no ReLU between the layers",
    ),
    (but("torch.relu(self.first(X))", "self.first(X)"), "after the first layer is missing"),
    (
        but("torch.relu(self.second(hidden_1))", "self.second(hidden_1)"),
        "after the second layer is missing",
    ),
    (but("self.output(hidden_2)", "torch.relu(self.output(hidden_2))"), "no risk below 50 %"),
    (
        but("self.output(hidden_2)", "torch.sigmoid(self.output(hidden_2))"),
        "logits gives probabilities",
    ),
    (in_sequence(f"nn.Sequential({LAYERS}, nn.Sigmoid())"), "logits gives probabilities"),
    (but("torch.relu", "torch.sigmoid"), "where ReLU belongs"),
    (but("torch.relu", "torch.tanh"), "Follow my_logits, line by line"),
    (
        but("self.second(hidden_1)", "self.second(self.first(X))"),
        "after the first layer is missing",
    ),
    (but(".squeeze(dim=1)", ""), "gives the shape (50, 1), and (50,) is asked for"),
    (but(".squeeze(dim=1)", ".squeeze(dim=0)"), "gives the shape (50, 1)"),
    (but(".squeeze(dim=1)", ".squeeze()"), "even that of one household"),
    (but(".squeeze(dim=1)", ".mean()"), "gives the shape (), and (50,) is asked for"),
    (but("def logits", "def logit").replace("self.logits", "self.logit"), "def logits(self, X)"),
    (but("def forward", "def forwards"), "def forward(self, X)"),
    (but("return torch.sigmoid", "torch.sigmoid"), "forward gives nothing back"),
    (but("return self.output", "self.output"), "logits gives nothing back"),
    (but("torch.sigmoid(self.logits(X))", "self.logits(X)"), "forward gives the logits"),
    (but("torch.sigmoid(self.", "torch.sigmoid(-self."), "stay stable"),
    (but(RISK, f"        return torch.sigmoid({RISK.strip()[7:]})\n"), "Sigmoid twice"),
    (but("torch.sigmoid(self.logits(X))", "(self.logits(X) > 0).float()"), "cannot be trained"),
    (
        but("torch.sigmoid(self.logits(X))", "torch.sigmoid(self.logits(X)) / 2"),
        "forward must give the Sigmoid of the logits",
    ),
    (but("self.output(hidden_2)", "self.output(hidden_2).detach()"), "cannot be trained"),
    (but("(dim=1)", "(dim=1).tolist()"), "logits must give a tensor, but gives a list"),
    (but("self.output(hidden_2)", "self.output(X)"), "logits stops: RuntimeError, mat1 and mat2"),
    (but("torch.relu(self.first", "relu(self.first"), "logits stops: NameError"),
    (but("class RiskNet(nn.Module)", "class RiskNet"), "builds on nn.Module"),
    (f"{RIGHT}\nRiskNet = RiskNet(32)\n", "without brackets"),
    ("RiskNet = 128, 64, 1", "a value of type tuple"),
]


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_a_network_in_another_form_is_right(form: str) -> None:
    told = check("03.4", written(OTHER_FORMS[form]))
    assert told.state == "Right", told


@pytest.mark.parametrize(("text", "words"), WRONG, ids=[words for _, words in WRONG])
def test_a_wrong_network_is_told_what_it_does(text: str, words: str) -> None:
    told = check("03.4", written(text))
    assert told.state == "Not yet"
    assert words in told.text, told


def test_a_check_draws_the_number_of_inputs_and_leaves_the_random_state_alone() -> None:
    course, seen = written(RIGHT), []

    class Watched(course):  # type: ignore[misc, valid-type]
        def __init__(self, n_inputs: int) -> None:
            super().__init__(n_inputs)
            seen.append(n_inputs)

    for _ in range(20):
        state = torch.get_rng_state()
        assert check("03.4", Watched).state == "Right"
        assert torch.equal(state, torch.get_rng_state())
    assert seen[::2] == [32] * 20
    assert len(set(seen[1::2])) > 3

"""The judge of 08.5 plays machines: afterwards PyTorch must tell the truth again."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from finrisk.course import check
from finrisk.course.lessons import exercises
from finrisk.course.lessons.lesson_08 import _Machine, _Network, _Rows

SAID = ("is_available", "device_count")


def truth() -> list[object]:
    """What PyTorch says of this machine, and the functions that say it."""
    owners = (torch.cuda, torch.accelerator)
    functions = [getattr(owner, name) for owner in owners for name in SAID]
    functions += [torch.backends.mps.is_available, torch.backends.mps.is_built]
    return [*functions, *(f() for f in functions), torch.accelerator.current_accelerator()]


def endless(*_: Any) -> None:
    while torch.cuda.is_available() is not None:
        pass


def leaves(*_: Any) -> None:
    raise SystemExit


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (exercises("08")["08.5"].right(), "Right"),
        (lambda *_: 1 / 0, "Not yet"),
        (lambda model, _: model.to("cuda"), "Not yet"),
        (leaves, "Not yet"),
        (endless, "Not yet"),
    ],
)
def test_after_a_check_pytorch_says_what_it_said_before(
    answer: Callable[..., Any], state: str
) -> None:
    before = truth()
    assert check("08.5", answer).state == state
    assert truth() == before


def test_a_played_machine_says_what_it_has() -> None:
    with _Machine("mps").played():
        assert not torch.cuda.is_available()
        assert torch.backends.mps.is_available()
        assert torch.accelerator.current_accelerator() == torch.device("mps")
    with _Machine().played():
        assert not torch.accelerator.is_available()
        assert torch.accelerator.current_accelerator() is None


def test_played_rows_stay_where_they_are_and_pytorch_works_on_them() -> None:
    machine = _Machine("cuda")
    X = _Rows.on("cpu", machine, torch.ones(4, 3))
    there = X.to("cuda", dtype=torch.float64)
    assert (X.place, there.place, there.device.type) == ("cpu", "cuda", "cuda")
    assert [(2 * there).place, there.mean(dim=1).place, there[:2].place] == ["cuda"] * 3
    assert there.sum().item() == 12
    model = _Network(3, machine)
    with pytest.raises(RuntimeError, match="the model is on cpu, its rows on cuda"):
        model(there)
    assert model.to(torch.device("cuda"))(there).cpu().detach().numpy().shape == (4,)
    with pytest.raises(RuntimeError, match="there is no mps"):
        model.to("mps")

"""An answer has a few seconds, some memory and little to print, and ends no lesson."""

import contextlib
import io
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient

from finrisk.course import check, trial
from finrisk.course.labs import planted
from finrisk.course.labs.clinic import Clinic
from finrisk.course.labs.leakage import leakage_lab
from finrisk.course.lessons import exercises, lesson_02, numbers
from finrisk.data.population import Population
from finrisk.errors import FinriskError

v4: Any = nbformat.v4  # the library has no types
EXERCISES = [key for number in numbers() for key in exercises(number)]
YEARS = [list(year) for year in lesson_02._YEARS]  # what an answer to 02.1 is called with

# --- answers that do not end -----------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that gives up sooner."""
    monkeypatch.setattr(trial, "SECONDS", 0.2)


def for_ever(*_: object) -> Any:
    while True:
        pass


def past_errors(*_: object) -> Any:
    while True:
        try:
            raise ValueError
        except Exception:
            pass


def past_all(*_: object) -> Any:
    while True:
        try:  # noqa: SIM105  a learner writes it so
            int("9")
        except BaseException:
            pass


def says_for_ever(*_: object) -> Any:
    while True:
        sys.stdout.write("line\n")


def _ones() -> Iterator[int]:
    while True:
        yield 1


def _raising(error: BaseException) -> Callable[..., Any]:
    def answer(*_: object) -> Any:
        raise error

    return answer


def unspeakable(_: object) -> Any:
    raise type("Odd", (Exception,), {"__str__": for_ever})


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "answer",
    [for_ever, past_errors, past_all, says_for_ever, lambda _: sum(_ones()), unspeakable],
)
def test_an_answer_that_does_not_end_is_stopped(answer: Callable[..., Any]) -> None:
    _is_stopped("02.1", answer)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("key", "methods"),
    [
        ("09.3", {"__str__": for_ever}),
        ("09.3", {"__repr__": for_ever}),
        ("00.1", {"__array__": for_ever}),
        ("00.1", {"__float__": for_ever}),
        ("00.1", {"__len__": for_ever, "__getitem__": for_ever}),
        ("00.1", {"__class__": property(for_ever)}),
    ],
)
def test_an_object_that_does_not_end_is_stopped(key: str, methods: dict[str, Any]) -> None:
    _is_stopped(key, type("Odd", (), methods)())


@pytest.mark.usefixtures("impatient")
def test_a_list_that_does_not_end_is_stopped() -> None:
    _is_stopped("00.1", type("Odd", (list,), {"__iter__": for_ever})([1]))


def _is_stopped(key: str, answer: Any) -> None:
    before = set(threading.enumerate())
    told = check(key, answer)
    assert told.state == "Not yet"
    assert told.text.startswith("Not yet: Your answer was still running after 0.2 seconds: a loop")
    assert "could not be stopped" not in told.text
    _end(before)


def _end(before: set[threading.Thread]) -> None:
    """All threads that were not there before."""
    for thread in set(threading.enumerate()) - before:
        assert thread.daemon, "or Python would not end before it does"
        thread.join(5)
        assert not thread.is_alive()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "wait", [lambda _: time.sleep(1), lambda _: threading.Event().wait(1)], ids=["sleep", "lock"]
)
def test_an_answer_that_sleeps_is_left_behind_and_ends_when_it_wakes_up(
    wait: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "PATIENCE", 0.1)
    before = set(threading.enumerate())
    told = check("02.1", wait)
    assert "still running" in told.text
    assert "It could not be stopped: restart the kernel" in told.text
    _end(before)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no signal to one thread")
def test_who_stops_the_cell_stops_the_answer_too() -> None:
    def interrupted(_: object) -> None:
        time.sleep(0.1)
        signal.pthread_kill(main, signal.SIGINT)  # as the button of the notebook does
        for_ever()

    main = threading.main_thread().ident or 0
    before, streams = set(threading.enumerate()), (sys.stdin, sys.stdout)
    with pytest.raises(KeyboardInterrupt):
        check("02.1", interrupted)
    assert (sys.stdin, sys.stdout) == streams
    _end(before)


@pytest.mark.parametrize(
    "answer", [sys.exit, exit, lambda _: sys.exit("bye"), _raising(SystemExit(3))]
)
def test_an_answer_that_ends_python_does_not(answer: Any) -> None:
    assert "Your answer ends Python (exit, quit)" in check("02.1", answer).text
    assert not sys.stdin.closed


class Mine(BaseException):
    """No Exception."""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyboardInterrupt(), "could not be used: KeyboardInterrupt. Stuck"),
        (GeneratorExit(), "could not be used: GeneratorExit. Stuck"),
        (Mine("words"), "could not be used: Mine, words. Stuck"),
        (ExceptionGroup("two", [ValueError(), TypeError()]), "stops: ExceptionGroup, two (2 sub-"),
        (BaseExceptionGroup("one", [SystemExit()]), "used: BaseExceptionGroup, one (1 sub-"),
        (TimeoutError("mine"), "stops: TimeoutError, mine. A list"),
        (type("Odd", (Exception,), {"__str__": lambda _: 1 / 0})(), "stops: Odd. A list"),
        (type("Odd", (Exception,), {"__str__": lambda _: sys.exit()})(), "stops: Odd. A list"),
        (MemoryError(), "stops: MemoryError. A list"),
        (ValueError("two\nlines."), "stops: ValueError, two lines. A list"),
    ],
)
def test_whatever_an_answer_raises_becomes_a_sentence(error: BaseException, words: str) -> None:
    assert words in check("02.1", _raising(error)).text


def recursive(cash_flow: Any) -> Any:
    return recursive(cash_flow)


class Mute:
    """Breaks when it is asked for a text."""

    def __repr__(self) -> str:
        raise ValueError("no text")


LONG: tuple[Any, ...] = (
    *("a" * 10**5, b"a" * 10**5, [7] * 10**4, {"a" * 10**5: 1}, 10**5_000, -(10**5_000)),
    *(
        np.zeros(10**4),
        np.zeros((9, 9, 9)),
        type("A" * 10**4, (), {})(),
        Mute(),
        [[[[]] * 9] * 9],
    ),
)


@pytest.mark.parametrize("key", EXERCISES)
def test_no_answer_makes_a_long_sentence(key: str) -> None:
    answers = [*LONG, _raising(ValueError("a" * 10**5)), recursive]
    answers += [(lambda *_, given=given: given) for given in LONG]
    for answer in answers:
        told = check(key, answer)
        assert told.state == "Not yet"
        assert len(told.text) < 800, f"{key}: {told.text[:800]}"


def test_a_number_too_long_for_a_text_is_still_told_what_is_asked_for() -> None:
    told = check("01.2", 10**5_000).text
    assert "…" in told
    assert "is a number. The question is what happens to it" in told


def test_the_beginning_of_what_an_answer_prints_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def talks(cash_flow: Any) -> int:
        sys.stdout.write(f"looking at {cash_flow}\n")
        sys.stderr.write("careful\n")
        return 1

    check("02.1", talks)
    assert capsys.readouterr() == (
        "".join(f"looking at {year}\n" for year in YEARS),
        "careful\n" * len(YEARS),
    )

    def shouts(_: object) -> int:
        for line in range(10_000):
            sys.stdout.write(f"line {line}\n")
        return 1

    for answer in (shouts, lambda _: sys.stdout.write("line 0\nline 1\n" + "a" * 10**5)):
        check("02.1", answer)
        shown = capsys.readouterr().out
        assert shown.startswith("line 0\nline 1\n")
        assert shown.endswith("… (what your answer prints after this is not shown)\n")
        assert len(shown) < 2_100


def test_an_answer_leaves_the_process_as_it_was(tmp_path: Path) -> None:
    def state() -> tuple[object, ...]:
        streams = sys.stdin, sys.stdout, sys.stderr, sys.stdin.closed, sys.stdout.closed
        settings = np.geterr(), torch.is_grad_enabled(), input
        return *streams, *settings, list(warnings.filters), Path.cwd()

    def meddles(_: object) -> int:
        sys.stdout.close()
        sys.stdin = sys.stdout = sys.stderr = io.StringIO()
        np.seterr(all="raise")
        torch.set_grad_enabled(False)
        warnings.simplefilter("ignore")
        os.chdir(tmp_path)
        return 1

    before = state()
    assert "it gives 1, but" in check("02.1", meddles).text
    assert state() == before


def test_an_answer_knows_the_settings_of_its_cell() -> None:
    def divides(_: object) -> Any:
        return np.float64(1) / np.float64(0)

    with np.errstate(all="raise"):
        assert "FloatingPointError" in check("02.1", divides).text


def test_an_answer_is_tried_where_the_folder_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone() -> Path:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "cwd", gone)
    assert check("00.1", 0.641).state == "Right"


def test_nobody_answers_an_answer_that_asks() -> None:
    assert "nobody answers input() here" in check("02.1", lambda _: input("How many?")).text
    assert check("02.1", lambda _: sys.stdin.readline()).state == "Not yet"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limit")
def test_a_list_that_grows_for_ever_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    def grows(_: object) -> None:
        held: list[bytes] = []
        while True:
            held.append(bytes(10**7))

    monkeypatch.setattr(trial, "MEMORY", 5 * 10**7)
    before = resource.getrlimit(resource.RLIMIT_DATA)
    assert "your function stops: MemoryError" in check("02.1", grows).text
    # One call that grows in small steps may first use up what this process has to spare.
    told = check("02.1", lambda _: list(count())).text
    assert "your function stops: MemoryError" in told or "still running after 5 seconds" in told
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


KERNEL = """\
import time
from finrisk.course import check

def leaves(cash_flow):
    print("leaving")
    exit()

print(check("02.1", leaves))
print(check("02.1", quit))
print(check("02.1", lambda flows: get_ipython().ask_exit()))
print(check("02.1", lambda flows: input("?")))
time.sleep(0.5)  # a notebook's exit() lets the kernel go on for 0.1 seconds"""


def test_in_a_notebook_exit_does_not_end_the_kernel_and_prints_find_their_cell() -> None:
    cells = [v4.new_code_cell(KERNEL), v4.new_code_cell("print('still here')")]
    two_cells = v4.new_notebook(cells=cells)
    NotebookClient(two_cells, kernel_name="python3").execute()
    first, second = ("".join(o.text for o in cell.outputs) for cell in two_cells.cells)
    assert first.startswith("leaving\nNot yet: Your answer ends Python")
    assert first.count("Your answer ends Python") == 3
    assert "nobody answers input()" in first
    assert second == "still here\n"


def test_a_check_inside_its_own_answer_ends_at_once() -> None:
    def streak(_: object) -> object:
        return check("02.1", streak)

    before = threading.active_count()
    assert "check must stand below the answer" in str(check("02.1", streak))
    assert threading.active_count() <= before + 1


@pytest.mark.usefixtures("impatient")
def test_an_answer_left_behind_holds_back_no_later_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(trial, "PATIENCE", 0.1)
    before = set(threading.enumerate())

    def redirects(_: object) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            time.sleep(1)

    stream = sys.stdout
    check("02.1", redirects)
    _end(before)
    sys.stdout.write("a" * 10**5)
    sys.stdout = stream
    assert capsys.readouterr().out.count("a") == 10**5


def test_a_class_whose_name_breaks_is_told_what_is_asked_for() -> None:
    breaks = type("Odd", (type,), {"__name__": property(lambda _: 1 / 0)})
    told = check("00.1", breaks("Odd", (), {})())
    assert "still running" not in told.text


# --- labs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: Clinic.open(n_futures=0), "n_futures must be a whole number of at least 1, got 0"),
        (lambda: Clinic.open("9"), "n_households must be a whole number"),  # type: ignore[arg-type]
        (lambda: Clinic(1, 2, 3, 4), "train must be made with Population"),  # type: ignore[arg-type]
        (lambda: planted.fit(None), "data must be made with TrainingData"),  # type: ignore[arg-type]
        (lambda: planted.prepare(None), "A table of households is"),  # type: ignore[arg-type]
        (lambda: leakage_lab(2_000, 2**70), "seed must be a whole number from 0 to "),
        (lambda: leakage_lab(2_000, 2**40), "seed must be a whole number from 0 to 4,294,967,295"),
        (lambda: leakage_lab(2_000, "7"), "seed must be a whole number"),  # type: ignore[arg-type]
        (lambda: leakage_lab(1_999), "n_households must be a whole number of at least 2,000"),
    ],
)
def test_a_lab_refuses_what_it_cannot_use(call: Callable[[], object], rule: str) -> None:
    with pytest.raises(FinriskError, match=rule):
        call()


@pytest.mark.parametrize("seed", [-1, 2**70, "7", 1.5, None])
def test_a_lab_refuses_a_seed_and_a_twin_that_are_none(world: Population, seed: Any) -> None:
    clinic = Clinic(world, world, world, n_futures=1)
    with pytest.raises(FinriskError, match="seed must be a whole number"):
        planted.fit(clinic.data, seed=seed)
    with pytest.raises(FinriskError, match=r"twin must be a function .*give system\.risks"):
        clinic.price(seed)

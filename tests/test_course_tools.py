"""The course's machinery: editions, exercises, quiz, doctor, pictures."""

import base64
import contextlib
import io
import math
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import nbformat
import numpy as np
import pytest
from PIL import Image

from finrisk import supported
from finrisk.authors.contents import facts, readme, with_run_time
from finrisk.authors.editions import NOTEBOOKS, build, main
from finrisk.authors.lesson_edition import regions, seal, state_of, to_lesson
from finrisk.authors.outputs import tidy
from finrisk.authors.pictures import STAGES, pipeline_svg
from finrisk.course import check, doctor, hint, quiz, scratch, setup, solution
from finrisk.course.checkers import agrees_with, close_to, one_of
from finrisk.course.findings import Finding
from finrisk.course.lessons import exercises, numbers, questions
from finrisk.errors import FinriskError
from finrisk.household import Household
from finrisk.ml.predictor import Predictor
from finrisk.settings import Settings

v4: Any = nbformat.v4  # the library has no types
EXERCISES = {key: one for number in numbers() for key, one in exercises(number).items()}
QUIZZES = {number: questions(number) for number in numbers()}
doctor_module = import_module("finrisk.course.doctor")  # the package's name is the function
_look_at_the_model = doctor_module._model  # most tests below need no look at it


def notebook(*sources: str) -> Any:
    """A notebook of code cells, or markdown cells where the source begins with '#md '."""
    cells = [
        v4.new_markdown_cell(s.removeprefix("#md "), id=f"c{i}")
        if s.startswith("#md ")
        else v4.new_code_cell(s, id=f"c{i}")
        for i, s in enumerate(sources)
    ]
    return v4.new_notebook(cells=cells)


# --- exercises -------------------------------------------------------------------------------


@pytest.mark.parametrize("key", EXERCISES)
def test_exercise_answers_the_stub_the_solution_and_each_wrong_answer(key: str) -> None:
    exercise = EXERCISES[key]
    assert check(key, ...).state == "Not attempted yet"
    right = check(key, exercise.right())
    assert right.state == "Right", right
    assert right.text == f"Right, and {exercise.insight}"
    assert len(exercise.wrong) >= 2, f"{key} needs at least two plausible wrong answers"
    for answer, words in exercise.wrong:
        feedback = check(key, answer)
        assert feedback.state == "Not yet", f"{key} accepts {answer!r}"
        assert words in feedback.text, f"{key}, {answer!r}: {feedback.text}"


@pytest.mark.parametrize("key", EXERCISES)
def test_exercise_gives_two_hints_and_its_solution(key: str) -> None:
    assert hint(key).text.startswith("Hint 1: ")
    assert hint(key, 2).text.startswith("Hint 2: ")
    assert hint(key, 1).text != hint(key, 2).text
    assert EXERCISES[key].solution in repr(solution(key))
    compile(f"def region():\n{_indented(EXERCISES[key].solution)}", key, "exec")


def _indented(code: str) -> str:
    return "\n".join(f"    {line}" for line in code.splitlines())


def test_an_exercise_or_hint_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(FinriskError, match=r"no exercise '99\.9'.*00\.1"):
        check("99.9", 1)
    with pytest.raises(FinriskError, match=r"no exercise '02\.9'.* are 02\.1, 02\.2\."):
        check("02.9", 1)
    with pytest.raises(FinriskError, match=r'from 1 to 2, got 3.*last hint: solution\("00\.1"\)'):
        hint("00.1", 3)


@pytest.mark.parametrize(
    "key",
    [
        *("2.1", "02,1", " 02.1 ", "02.1\n", "O2.1", "exercise 02.1", "02-1", "02.01", "２.１"),
        *(2.1, np.float64(2.1), b"02.1", ["02.1"], {"02.1"}, ("02", "1")),
    ],
)
def test_a_name_that_is_nearly_right_is_told_how_to_write_it(key: Any) -> None:
    for tool in (hint, solution, lambda key: check(key, 1)):
        with pytest.raises(FinriskError, match=r'no exercise .*\. Write "02\.1", in quotes\.$'):
            tool(key)


class Mute:
    """Breaks when it is asked for a text."""

    def __repr__(self) -> str:
        raise ValueError("no text")


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("02", r"Those of lesson 02 are 02\.1, 02\.2\.$"),
        (2, r"Those of lesson 02 are 02\.1, 02\.2\.$"),
        *((key, r'such as "00\.1"\.$') for key in ("11.1", "", None, True, "<02.1>", check)),
        *((key, r'such as "00\.1"\.$') for key in ("a" * 10**6, Mute(), ..., math.nan, math.inf)),
    ],
)
def test_a_name_of_no_exercise_is_told_what_names_look_like(key: Any, rule: str) -> None:
    for tool in (hint, solution, lambda key: check(key, 1)):
        with pytest.raises(FinriskError, match=rule) as told:
            tool(key)
        assert len(str(told.value)) < 200


def test_an_answer_and_a_name_that_changed_places_are_told_so() -> None:
    with pytest.raises(FinriskError, match=r'comes first, then your answer: check\("02\.1", '):
        check(0.6, "02.1")  # type: ignore[arg-type]
    assert check("02.2", "02.1").state == "Not yet", "an answer may look like a name"


@pytest.mark.parametrize(
    "number", ["2", 0, -1, 3, 1.0, True, None, [1], 10**100, Mute(), np.timedelta64(1)]
)
def test_a_number_of_no_hint_is_refused(number: Any) -> None:
    with pytest.raises(FinriskError, match=r"number must be a whole number from 1 to 2, got "):
        hint("00.1", number)


def test_a_number_of_numpy_is_a_number() -> None:
    number: Any = np.int64(2)
    assert hint("00.1", number) == hint("00.1", 2)


@pytest.mark.parametrize(
    ("call", "example", "flaw"),
    [
        (lambda: check(), 'check("02.1", streak), or', "'key'"),  # type: ignore[call-arg]
        (lambda: check("02.1"), 'check("02.1", streak), or', "'answer'"),  # type: ignore[call-arg]
        (lambda: check("04.2", 7, 10), "(kept, last_run))", "too many"),  # type: ignore[call-arg]
        (lambda: hint(), 'hint("02.1"), or', "'key'"),  # type: ignore[call-arg]
        (lambda: hint("02.1", n=2), 'hint("02.1"), or', "'n'"),  # type: ignore[call-arg]
        (lambda: solution(), 'solution("02.1")', "'key'"),  # type: ignore[call-arg]
        (lambda: quiz(), 'quiz("02")', "'lesson'"),  # type: ignore[call-arg]
        (lambda: scratch("mine"), "scratch()", "too many"),  # type: ignore[call-arg]
        (lambda: setup(1), "setup()", "too many"),  # type: ignore[call-arg]
    ],
)
def test_a_wrong_call_ends_in_a_sentence_with_a_right_one(
    call: Callable[[], object], example: str, flaw: str
) -> None:
    with pytest.raises(FinriskError, match=rf"Call it like .*{re.escape(example)}.*{flaw}"):
        call()


def test_an_unfinished_function_or_pair_counts_as_not_attempted() -> None:
    def unfinished(a: Any) -> Any:
        b = ...
        return a + b

    def finished(a: np.ndarray) -> np.ndarray:
        return a[...]

    assert check("00.1", unfinished).state == "Not attempted yet"

    def filled(a: np.ndarray) -> np.ndarray:
        a[...] = 1
        return a

    assert check("00.1", finished).state == "Not yet", "[...] is no open place"
    assert check("00.1", filled).state == "Not yet", "nor on the left of ="
    assert check("00.1", (1, ...)).state == "Not attempted yet"


def test_a_right_answer_may_leave_the_stub_below_its_own_return() -> None:
    def streak(cash_flow: list[float]) -> Any:
        months = 0
        while months < len(cash_flow) and cash_flow[-1 - months] < 0:
            months += 1
        return months
        return ...

    assert check("02.1", streak).state == "Right"


@pytest.mark.parametrize(
    "body",
    [
        "return ...",
        "return ..., 1",
        "...",
        "b: float = ...\n    return a + b",
        "a += ...\n    return a",
        '"""Says what."""\n    return ...',
    ],
)
def test_each_form_of_stub_counts_as_not_attempted(body: str, tmp_path: Path) -> None:
    assert check("00.1", _written(f"def f(a):\n    {body}\n", tmp_path)).state == (
        "Not attempted yet"
    )


@pytest.mark.parametrize(
    "body",
    [
        "return a[...]",
        "a[..., 0] = 1\n    return a",
        "x: tuple[int, ...] = (1,)\n    return x",
        "try:\n        return a\n    except ValueError:\n        ...",
    ],
)
def test_dots_that_are_finished_code_are_judged(body: str, tmp_path: Path) -> None:
    assert check("00.1", _written(f"def f(a):\n    {body}\n", tmp_path)).state == "Not yet"


def _written(code: str, folder: Path) -> object:
    """The function f of this code, as a file on the disk defines it."""
    path = folder / "answer.py"
    path.write_text(code, encoding="utf-8")
    names: dict[str, object] = {}
    exec(compile(code, str(path), "exec"), names)
    return names["f"]


def test_a_function_without_a_text_is_judged_as_it_is() -> None:
    """Typed into `exec`, or a lambda inside a line: there is no text to read."""
    names: dict[str, object] = {}
    exec("def f(a):\n    return 1\n", names)
    assert check("00.1", names["f"]).state == "Not yet"
    answers = [lambda: 0, lambda: 1]
    assert check("00.1", answers[1]).state == "Not yet"


@pytest.mark.parametrize("answer", ["two", None, [1, 2], {"a": 1}, len, True])
def test_a_wrong_type_gets_a_sentence_that_names_it(answer: object) -> None:
    feedback = check("00.1", answer)
    assert feedback.state == "Not yet"
    assert type(answer).__name__ in feedback.text or "you gave 2" in feedback.text


def test_feedback_shows_itself_as_text_and_escaped_html() -> None:
    feedback = check("00.1", "<b>")
    assert repr(feedback) == feedback.text
    assert "&lt;b&gt;" in feedback._repr_html_()
    assert "<pre>months_covered" in solution("00.1")._repr_html_()


def words_of(verdict: str | None) -> str:
    """What a checker says of a wrong answer."""
    assert verdict is not None
    return verdict


def test_close_to_says_which_way_and_which_number() -> None:
    assert close_to(10)(11) == "11 is too high."
    assert close_to(10)(9) == "9 is too low."
    assert close_to(10, tolerance=0.5)(10.4) is None
    assert "Number 2" in words_of(close_to([1, 2, 3])([1, 2, 5]))
    assert close_to(10)(math.nan) == "That is nan, which stands for no number at all."
    few = "3 numbers are asked for, and you gave 2."
    assert close_to([1, 2, 3])([1, 2]) == few
    assert close_to([1, 2, 3])((1, 2)) == few, "there several numbers are asked for"
    assert close_to([1, 2])([[1], [2]]) is None


def test_close_to_names_the_comma_that_made_several_numbers_of_one() -> None:
    told = words_of(close_to(2_500)((2, 500)))
    assert told.startswith("One number is asked for, and you gave 2. A comma makes several")
    assert words_of(close_to(2_500)(np.array([2, 500]))).endswith("and you gave 2."), (
        "an array is no slip of the comma"
    )
    assert close_to(2_500)((2_500,)) is None, "a comma at the end does no harm"


def test_00_2_takes_a_dict_as_the_predictor_does_and_keeps_a_prediction_out_of_its_words() -> None:
    maria = Household(monthly_income=4_200, monthly_expenses=3_700, savings=5_200, debt=9_000)
    assert check("00.2", maria.to_dict()).state == "Right"
    told = check("00.2", Predictor.load().predict(maria))
    assert told.state == "Not yet"
    assert "hand in the household itself" in told.text
    assert "Risk score" not in told.text
    table = check("00.2", np.arange(3_000))
    assert "type ndarray" in table.text
    assert "[" not in table.text


def test_agrees_with_shows_the_first_case_that_differs() -> None:
    checker = agrees_with(lambda a, b: a - b, [(2, 2), (5, 2)])
    assert checker(lambda a, b: a - b) is None
    assert checker(lambda a, b: b - a) == "For a = 5, b = 2 it gives -3, but the answer is 3."
    assert words_of(agrees_with(lambda a: a, [(1 / 3,)])(lambda _: 0.333331)).endswith(
        "it gives 0.333331, but the answer is 0.333333."
    )
    assert words_of(agrees_with(lambda a: a, [(1e6,)])(lambda a: a + 0.01)).endswith(
        "it gives 1000000.01, but the answer is 1000000."
    ), "as many digits as it takes to tell them apart"


def test_an_answer_that_changes_what_it_is_given_spoils_no_later_check() -> None:
    given = np.array([3.0, 1.0, 2.0])
    checker = agrees_with(lambda a: a[0], [(given,)])

    def sorts_in_place(a: np.ndarray) -> object:
        a.sort()
        return a[0]

    assert words_of(checker(sorts_in_place)).endswith("it gives 1, but the answer is 3.")
    assert checker(lambda a: a[0]) is None
    assert given.tolist() == [3, 1, 2]


def test_a_function_that_gives_nothing_back_is_told_for_what() -> None:
    checker = agrees_with(lambda a: a, [(1,), (2,)])
    assert words_of(checker(lambda _: None)).startswith(
        "Your function gives nothing back (None), whatever it is given. Does it end with `return`"
    )
    assert words_of(checker(lambda a: 1 if a == 1 else None)).startswith(
        "For a = 2 your function gives nothing back (None), for others it does."
    )


def test_a_function_that_stops_is_told_where_and_why() -> None:
    checker = agrees_with(lambda a: a, [(1,), (0,)], advice=[("zero", "Nothing divides by 0.")])
    assert checker(lambda a: 1 / a) == (
        "For a = 0 your function stops: ZeroDivisionError, division by zero. Nothing divides by 0."
    )
    assert words_of(checker(lambda a: a + "1")).startswith("For a = 1 your function stops: TypeE")
    with pytest.raises(TypeError, match="not callable"):
        checker(1)


def test_agrees_with_draws_cases_once_the_examples_are_met() -> None:
    seen = []

    def drawn(rng: np.random.Generator) -> list[tuple[float]]:
        seen.append(rng.random())
        return [(seen[-1],)]

    slips: list[Any] = [(lambda a: -a, "Minus."), (round, "Rounded.")]
    checker = agrees_with(lambda a: a, [(1,)], slips, drawn=drawn)
    assert checker(lambda a: a) is None
    assert checker(round) == "Rounded."
    assert words_of(checker(lambda _: 2)).startswith("For a = 1 it gives 2")
    assert words_of(checker(lambda a: 2 - a)).startswith("For a = 0."), "no slip explains it"
    assert len({*seen}) == len(seen) == 3


def test_feedback_keeps_its_dollars_from_becoming_a_formula() -> None:
    assert '<div class="mathjax_ignore"' in hint("00.1")._repr_html_()


def test_one_of_lists_the_words() -> None:
    checker = one_of("falls", {"rises": "The other way."})
    assert checker(" Falls ") is None
    assert checker("falls.") is None
    assert checker("'It falls'") is None
    assert checker(["falls"]) == "['falls'] is not one of the words asked for: 'falls', 'rises'."
    assert one_of("falls", {"rises": "No."}, {"goes up": "rises"})("It goes up!") == "No."
    assert checker("maybe") == "'maybe' is not one of the words asked for: 'falls', 'rises'."


# --- quiz ------------------------------------------------------------------------------------


def test_a_check_loads_its_own_lesson_and_no_other() -> None:
    code = (
        "import sys; from finrisk.course import check; check('00.1', ...); "
        "print([m[-9:] for m in sys.modules if 'lessons.lesson_' in m], 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['lesson_00'] False"


@pytest.mark.parametrize("lesson", QUIZZES)
def test_quiz_explains_every_choice_when_it_is_clicked(lesson: str) -> None:
    shown = quiz(lesson)
    assert len(shown.questions) == 3
    for question, block in zip(shown.questions, shown.widget.children, strict=True):
        _, buttons, answer = block.children
        assert answer.value == ""
        for i, (_, explanation) in enumerate(question.options):
            buttons.value = i
            start = "Right. " if i == question.right else "Not this one. "
            assert answer.value.startswith(f'<span class="mathjax_ignore">{start}')
            assert len(explanation.split()) >= 4, f"{explanation!r} explains too little"


@pytest.mark.parametrize("lesson", QUIZZES)
def test_quiz_shows_its_questions_without_widgets(lesson: str) -> None:
    shown = quiz(lesson)
    bundle = shown._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    for question in shown.questions:
        assert question.text in repr(shown)
        assert question.options[question.right][1] in repr(shown)
    assert bundle["text/html"].count("<details>") == sum(len(q.options) for q in shown.questions)


def test_a_quiz_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(FinriskError, match=r"no lesson '99'. The lessons are 00, 01"):
        quiz("99")


@pytest.mark.parametrize("lesson", ["2", 2, 2.0, "02.1", " 02", b"02", ["02"]])
def test_a_lesson_that_is_nearly_right_is_told_how_to_write_it(lesson: Any) -> None:
    with pytest.raises(FinriskError, match=r'no lesson .*\. Write "02", in quotes\. The lessons'):
        quiz(lesson)


@pytest.mark.parametrize("lesson", [None, ..., Mute(), "a" * 10**6, quiz])
def test_what_names_no_lesson_is_told_which_there_are(lesson: Any) -> None:
    with pytest.raises(FinriskError, match=r"no lesson .*\. The lessons are 00, 01") as told:
        quiz(lesson)
    assert len(str(told.value)) < 200


# --- doctor: break one thing, see FAIL with its fix ------------------------------------------


def _check(name: str) -> Finding:
    return next(c for c in doctor().found if c.name == name)


@pytest.fixture(autouse=True)
def _quick_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model file is judged by its own test below; elsewhere it need not be loaded."""
    sound = doctor_module.Finding("Model file", "present and readable")
    monkeypatch.setattr(doctor_module, "_model", lambda: sound)


def test_doctor_finds_nothing_on_a_sound_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_module, "_free_memory", lambda: 8.0)
    report = doctor()
    assert report.ok, report
    assert repr(report).count("OK  ") == 9
    assert "FAIL" not in report._repr_html_()
    assert sys.prefix not in repr(report), "a sound report must read the same everywhere"


def test_doctor_sees_an_old_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    assert _check("Python").found == "3.9"
    assert "finrisk runs on Python 3.11, " in _check("Python").fix
    assert "FAIL  Python: 3.9\n      Fix: This is Python 3.9.1 (" in repr(doctor())


def test_doctor_sees_a_missing_and_a_wrong_package(monkeypatch: pytest.MonkeyPatch) -> None:
    real = doctor_module._installed
    versions = {"pandas": "1.5.3", "tqdm": None}
    monkeypatch.setattr(doctor_module, "_installed", lambda name: versions.get(name, real(name)))
    broken = _check("Packages")
    assert "pandas 1.5.3 (needed: " in broken.found
    assert "tqdm missing" in broken.found
    assert "-m pip install -c requirements.txt" in broken.fix


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The doctor in a project of its own, with a lock and without `.venv`."""
    (tmp_path / "requirements.txt").touch()
    monkeypatch.setattr(doctor_module, "PROJECT", tmp_path)
    monkeypatch.setattr(doctor_module, "_LOCK", tmp_path / "requirements.txt")
    return tmp_path


def test_doctor_names_the_command_that_mends_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_module, "_requirements", lambda: None)
    assert doctor_module._reinstall().startswith("In the project folder, run: make lab")
    monkeypatch.setattr(doctor_module, "_requirements", lambda: [])
    here = f"In the project folder, run: {sys.executable} -m pip install -c requirements.txt -e"
    assert doctor_module._reinstall().startswith(here)
    (project / ".venv").mkdir()
    own = f"use its own Python: {supported.OWN_PYTHON} -m finrisk doctor"
    assert own in doctor_module._reinstall()
    monkeypatch.setattr(sys, "prefix", str(project / ".venv"))
    assert doctor_module._reinstall().startswith(here)
    monkeypatch.setattr(doctor_module, "IN_CHECKOUT", False)
    assert "and the file or address that finrisk came from" in doctor_module._reinstall()


def test_doctor_starts_in_a_python_that_has_nothing(tmp_path: Path) -> None:
    """A bare interpreter, run in the project's folder as a learner would."""
    where = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", where], check=True)
    python = where / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [python, "-m", "finrisk", "doctor"],
        cwd=NOTEBOOKS.parent,
        capture_output=True,
        encoding="utf-8",
        env=env,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == ""
    assert "FAIL  Packages: not installed in " in done.stdout
    assert done.stdout.count("use its own Python") + done.stdout.count("run: make lab") == 1
    assert "In the project folder, " in done.stdout


def test_doctor_names_a_version_that_fits_but_was_not_tested(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lock = tmp_path / "requirements.txt"
    lines = "# exact\npandas==3.0.0  # not the one installed\ntorch==2.13.0\n"
    lock.write_text(lines, encoding="utf-8")
    monkeypatch.setattr(doctor_module, "_LOCK", lock)
    assert _check("Packages").ok
    assert "(tested: 3.0.0)" in _check("Packages").found
    assert "torch" not in _check("Packages").found, "2.13.0+cpu is the tested 2.13.0"


def test_doctor_sees_a_kernel_of_another_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", "/elsewhere")
    specs = "jupyter_client.kernelspec.KernelSpecManager.get_kernel_spec"
    spec = type("Spec", (), {"argv": [str(Path("/other/bin/python").absolute())]})
    monkeypatch.setattr(specs, lambda *_: spec)
    assert "not /elsewhere" in _check("Kernel").found
    assert "ipykernel install --sys-prefix" in _check("Kernel").fix


def test_doctor_sees_that_there_is_no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_client.kernelspec import NoSuchKernel

    def missing(*_: object) -> None:
        raise NoSuchKernel("python3")

    monkeypatch.setattr("jupyter_client.kernelspec.KernelSpecManager.get_kernel_spec", missing)
    assert "no kernel named python3" in _check("Kernel").found
    assert "ipykernel install" in _check("Kernel").fix


def test_doctor_sees_that_sliders_cannot_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert "pip install" in _check("Sliders").fix


def test_doctor_sees_a_folder_it_may_not_write_to(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.contextmanager
    def refused(**_: object) -> Iterator[None]:
        raise PermissionError(13, "Permission denied")
        yield

    monkeypatch.setattr("tempfile.TemporaryFile", refused)
    assert "Permission denied" in _check("Disk").found
    assert "home folder" in _check("Disk").fix


def test_doctor_sees_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=100_000_000))
    assert _check("Disk").found == "0.1 GB free, 0.5 GB needed."


def test_doctor_sees_too_little_memory_and_says_nothing_where_it_cannot_know(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor_module, "_free_memory", lambda: 0.4)
    assert _check("Memory").found == "0.4 GB free, 2 GB needed."
    assert "Close other programs" in _check("Memory").fix
    monkeypatch.setattr(doctor_module, "_free_memory", lambda: None)
    assert _check("Memory").ok


def test_free_memory_is_what_the_system_says_and_none_where_it_has_no_such_figure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free = {"SC_AVPHYS_PAGES": 1_000_000, "SC_PAGE_SIZE": 4_096, "SC_PHYS_PAGES": 2_000_000}
    monkeypatch.setattr("os.sysconf", free.__getitem__, raising=False)
    monkeypatch.setattr("finrisk.memory._LIMIT", tmp_path / "memory.max")
    monkeypatch.setattr(doctor_module, "_linux_available", lambda: 0.0)
    assert doctor_module._free_memory() == pytest.approx(4.096)
    monkeypatch.setattr(doctor_module, "_linux_available", lambda: 5e9)  # cache it can drop
    assert doctor_module._free_memory() == pytest.approx(5)
    (tmp_path / "memory.max").write_text("1000000000")  # a container has less
    assert doctor_module._free_memory() == pytest.approx(1)

    def unknown(name: str) -> int:
        raise ValueError(f"unrecognized configuration name {name}")

    monkeypatch.setattr("os.sysconf", unknown)  # macOS
    assert doctor_module._free_memory() is None
    monkeypatch.delattr("os.sysconf")  # Windows
    assert doctor_module._free_memory() is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps this table")
def test_linux_says_how_much_memory_it_would_give() -> None:
    assert doctor_module._linux_available() > 0


LOOKS = ("_python", "_packages", "_kernel", "_widgets", "_disk", "_cache", "_settings", "_model")


@pytest.mark.parametrize("look", [*LOOKS, "_memory"])
@pytest.mark.parametrize(
    "error", [OSError(5, "Input/output error"), IndexError(), FinriskError("x")]
)
def test_doctor_goes_on_whatever_one_look_runs_into(
    look: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Finding:
        raise error

    monkeypatch.setattr(doctor_module, "_free_memory", lambda: 8.0)
    monkeypatch.setattr(doctor_module, look, broken)
    report = doctor()
    assert [finding.ok for finding in report.found].count(False) == 1
    assert len(report.found) == 9
    assert f"FAIL  {report.found[[*LOOKS, '_memory'].index(look)].name}: cannot be " in repr(report)


@pytest.mark.parametrize("metadata", [["not a requirement ="], [], None])
def test_doctor_sees_that_its_own_package_is_damaged(
    metadata: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.requires", lambda _: metadata)
    assert "not installed in " in _check("Packages").found


@pytest.mark.parametrize("version", [None, "no version", ""])
def test_doctor_sees_a_package_that_is_half_deleted(
    version: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _: version)
    assert "pandas " in _check("Packages").found
    assert "-m pip install -c requirements.txt" in _check("Packages").fix


@pytest.mark.parametrize("content", ["pandas==3.0.0".encode("utf-16"), b"\xff\xfe"])
def test_doctor_sees_a_lock_that_is_no_text(project: Path, content: bytes) -> None:
    (project / "requirements.txt").write_bytes(content)
    fix = _check("Packages").fix
    assert fix.startswith(f"The file {project / 'requirements.txt'} must be a text in UTF-8, got")
    assert fix.endswith("git restore requirements.txt")


@pytest.mark.parametrize("argv", [[], [5], None])
def test_doctor_sees_a_kernel_that_starts_nothing(
    argv: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    specs = "jupyter_client.kernelspec.KernelSpecManager.get_kernel_spec"
    monkeypatch.setattr(specs, lambda *_: SimpleNamespace(argv=argv))
    assert "what python3 starts cannot be read (" in _check("Kernel").found
    assert "ipykernel install --sys-prefix" in _check("Kernel").fix


def test_doctor_sees_a_kernel_file_that_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kernels" / "python3").mkdir(parents=True)
    (tmp_path / "kernels" / "python3" / "kernel.json").write_text("{", encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    assert "what python3 starts cannot be read (" in _check("Kernel").found


def test_doctor_sees_that_the_folder_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> Path:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "cwd", gone)
    assert _check("Disk").found == "the folder you are in was deleted or moved."


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("FINRISK_PORT", "abc", "port should be a valid integer"),
        ("FINRISK_MODEL_DIR", "x", "Write FINRISK_MODELS_DIR if that is meant"),
        ("FINRISK_MODELS_DIR", "", "models_dir must name a folder"),
    ],
)
def test_doctor_sees_a_setting_that_cannot_be_used(
    name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert words in _check("Settings").fix


def test_doctor_sees_an_env_in_another_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("FINRISK_PORT=8001", encoding="utf-16")
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    assert "Set-Content -Encoding utf8 .env" in _check("Settings").fix


def test_doctor_sees_a_system_without_a_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    own = str(Path(tempfile.gettempdir()) / "matplotlib-1234")  # which it makes for one start
    monkeypatch.setattr("matplotlib.get_cachedir", lambda: own)
    assert "matplotlib makes one each time" in _check("Cache folder").found

    def none() -> str:
        raise OSError("Matplotlib requires access to a writable cache directory")

    monkeypatch.setattr("matplotlib.get_cachedir", none)
    assert "there is none, and plots need one" in _check("Cache folder").found
    assert "Set MPLCONFIGDIR" in _check("Cache folder").fix


@pytest.mark.parametrize(
    ("files", "found", "fix"),
    [
        ((), "cannot be used.", "There is no model file at "),
        (("latest_model.pth",), "can be used, but its figures cannot.", "The metrics file "),
        (("latest_model.pth", "metrics.json"), "present and readable", ""),
    ],
)
def test_doctor_sees_what_is_missing_of_the_model(
    files: tuple[str, ...], found: str, fix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = Settings().models_dir
    for name in files:
        (tmp_path / name).write_bytes((shipped / name).read_bytes())
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    finding = doctor_module._looked("Model file", _look_at_the_model)
    assert (finding.found, finding.fix[: len(fix)]) == (found, fix)


@pytest.mark.parametrize("table", ["", "MemAvailable: much\n", "MemAvailable:\n"])
def test_a_table_of_memory_that_cannot_be_read_is_none(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: table)
    assert doctor_module._linux_available() == 0


DOCTOR = """
import runpy, sys
sys.modules.update(dict.fromkeys({hidden}))  # importing these raises ModuleNotFoundError
sys.argv[1:] = ["doctor"]
runpy.run_module("finrisk", run_name="__main__")
"""
ALL_LIBRARIES = (
    *("torch", "numpy", "pandas", "scipy", "sklearn", "matplotlib", "ipywidgets", "tqdm"),
    *("fastapi", "uvicorn", "pydantic", "pydantic_settings", "jupyter_client"),
)


@pytest.mark.parametrize("hidden", [("torch",), ("sklearn",), ("scipy",), ALL_LIBRARIES])
def test_doctor_starts_where_libraries_are_missing(hidden: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DOCTOR.format(hidden=hidden)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    told = ["Packages: cannot be loaded"] if hidden != ("torch",) else []
    told += ["Model file: cannot be opened"] if "torch" in hidden else []
    for words in told:
        assert re.search(rf"FAIL  {words} \(.*\)\.\n +Fix: In the project folder", done.stdout), (
            done.stdout
        )
    assert ("FAIL  Kernel: cannot be looked up" in done.stdout) == ("jupyter_client" in hidden)
    assert "OK    Python" in done.stdout


# --- editions --------------------------------------------------------------------------------


def lesson_source(code: str) -> str:
    source: str = to_lesson(notebook(code)).cells[0].source
    return source


def test_a_lesson_keeps_the_names_and_loses_the_answers() -> None:
    source = "before = 1\n# your code\nx, y = 1, 2\nx = x + y  # why\nprint(x)\n# end\nafter = 2"
    assert lesson_source(source) == ("before = 1\n# your code\nx = ...\ny = ...\n# end\nafter = 2")


def test_a_lesson_keeps_signature_and_docstring_of_a_function() -> None:
    source = (
        "# your code\ndef f(a: str = 'x') -> int:\n"
        '    """One line."""\n    # secret\n    return len(a)\n\n\ny = f()\n# end'
    )
    assert lesson_source(source) == (
        "# your code\ndef f(a: str = 'x') -> int:\n"
        '    """One line."""\n    return ...\n\n\ny = ...\n# end'
    )


def test_empty_lines_before_the_end_stay_so_that_both_editions_are_formatted() -> None:
    assert lesson_source("# your code\ndef f():\n    return 1\n\n\n# end") == (
        "# your code\ndef f():\n    return ...\n\n\n# end"
    )


def test_a_region_inside_a_function_keeps_its_indentation() -> None:
    source = "def f(a):\n    # your code\n    b = a\n    # end\n    return b"
    assert lesson_source(source) == source.replace("b = a", "b = ...")
    assert regions(source) == ["b = a"]
    returned = "def f(a):\n    # your code\n    return a\n    # end"
    assert lesson_source(returned) == returned.replace("return a", "return ...")


@pytest.mark.parametrize("source", ["# your code\nx = 1", "x = 1\n# end", "# your code\n    # end"])
def test_a_marker_without_its_partner_is_refused(source: str) -> None:
    with pytest.raises(FinriskError, match="needs an '# end'"):
        to_lesson(notebook(source))


def test_links_lose_one_step_up_and_the_solution_is_not_touched() -> None:
    text = '#md ![a](../images/x.svg) [b](../../README.md) <img src="../images/y.png" alt="y">'
    solved = notebook(text, "# your code\nx = 1\n# end")
    before = solved.cells[0].source
    assert to_lesson(solved).cells[0].source == (
        '![a](images/x.svg) [b](../README.md) <img src="images/y.png" alt="y">'
    )
    assert solved.cells[0].source == before
    assert solved.cells[1].source == "# your code\nx = 1\n# end"


def test_tidy_drops_what_needs_a_kernel_and_keeps_what_reads_without_one() -> None:
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
    show = [
        v4.new_output("display_data", {**widget, "text/plain": "VBox(children=(...))"}),
        v4.new_output("display_data", {**widget, "text/plain": "q", "text/html": "<p>q</p>"}),
        v4.new_output("display_data", {**widget, "text/plain": "  0%|          | 0/3"}),
        v4.new_output("stream", name="stderr", text="100%|#####| 3/3 [00:01]"),
        v4.new_output("stream", name="stdout", text="kept"),
    ]
    shown = notebook("1")
    shown.cells[0].outputs = show
    shown.cells[0].metadata["execution"] = {"iopub.execute_input": "now"}
    cell = tidy(shown, {}).cells[0]
    assert [dict(o.get("data", {"text": o.get("text")})) for o in cell.outputs] == [
        {"text/plain": "Run this cell to use its controls."},
        {"text/plain": "q", "text/html": "<p>q</p>"},
        {"text": "kept"},
    ]
    assert cell.metadata == {}


def test_tidy_turns_inline_drawings_into_described_images() -> None:
    drawn = notebook("1")
    svg = '<svg xmlns="http://www.w3.org/2000/svg" aria-label="Risk &lt; 5">\n<text>5</text></svg>'
    data = {"text/html": f"<div>{svg}<p>kept</p></div>", "text/plain": "p"}
    drawn.cells[0].outputs = [v4.new_output("display_data", data)]
    shown = tidy(drawn, {}).cells[0].outputs[0].data["text/html"]
    assert shown.startswith('<div><img alt="Risk &lt; 5" style')
    assert shown.endswith('"><p>kept</p></div>')
    coded = shown.partition("base64,")[2].partition('"')[0]
    assert base64.b64decode(coded).decode() == svg


def test_tidy_packs_a_plot_without_changing_how_it_looks() -> None:
    pixels = np.zeros((40, 60, 3), dtype=np.uint8)
    pixels[10:30, 10:50] = (0, 114, 178)
    raw = io.BytesIO()
    Image.fromarray(pixels).save(raw, format="png")
    drawn = notebook("1")
    coded = base64.b64encode(raw.getvalue()).decode()
    data = {"text/html": f'<img alt="Plot: a" src="data:image/png;base64,{coded}">'}
    drawn.cells[0].outputs = [v4.new_output("display_data", data)]
    shown = tidy(drawn, {}).cells[0].outputs[0].data["text/html"]
    start, _, rest = shown.partition("base64,")
    packed = base64.b64decode(rest.removesuffix('">'))
    assert start == '<img alt="Plot: a" src="data:image/png;'
    assert len(packed) < len(raw.getvalue())
    assert (np.asarray(Image.open(io.BytesIO(packed)).convert("RGB")) == pixels).all()


def test_build_writes_both_editions_and_the_table_and_a_second_run_changes_nothing(
    tmp_path: Path,
) -> None:
    (tmp_path / "solutions").mkdir()
    title = "#md # 2. Sums\n\nWhat is a sum? Study time 5 minutes, runs in under 60 seconds."
    solved = notebook(
        title,
        "# your code\nx = 2_500 / 3_900\n# end",
        "from finrisk.course import check, quiz\ncheck('00.1', x)",
        "import os\nprint(os.path.basename(os.getcwd()))\nquiz('00')",
    )
    nbformat_write(solved, tmp_path / "solutions" / "02_sums.ipynb")
    build(tmp_path)
    first = _contents(tmp_path)
    lesson, solution_ = first["02_sums.ipynb"], first["solutions/02_sums.ipynb"]
    assert "Not attempted yet" in lesson
    assert "Right, and" in solution_
    assert tmp_path.name in lesson
    assert tmp_path.name in solution_, "both editions run in the lessons' folder"
    assert "widget-view" not in lesson
    row = first["README.md"]
    assert "| [2. Sums](02_sums.ipynb) | What is a sum? | 20 minutes | under " in row
    assert len([name for name in first if name.startswith("images/pipeline_")]) == 8
    build(tmp_path, ["02"])
    assert _contents(tmp_path) == first


def nbformat_write(nb: Any, path: Path) -> None:
    path.write_text(v4.writes(nb), encoding="utf-8")


def _contents(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


# --- whose work a lesson holds ---------------------------------------------------------------


Work = Callable[[Any], object]


@pytest.fixture
def sealed(tmp_path: Path) -> Callable[[Work], str]:
    """A lesson of two cells as made, and what `state_of` says once something is done to it."""
    made = notebook("#md Text", "x = ...")
    seal(made)

    def after(work: Work) -> str:
        work(made)
        nbformat_write(made, tmp_path / "lesson.ipynb")
        return state_of(tmp_path / "lesson.ipynb")

    return after


def test_a_lesson_as_made_holds_nobodys_work(sealed: Callable[[Work], str]) -> None:
    assert sealed(lambda _: None) == "as made"


@pytest.mark.parametrize(
    "work",
    [
        lambda nb: nb.cells[1].update(source="x = 2"),
        lambda nb: nb.cells[0].update(source="My own words"),
        lambda nb: nb.cells.append(v4.new_markdown_cell("A note")),
        lambda nb: nb.cells.pop(),
        lambda nb: nb.metadata.pop("finrisk"),  # made by nobody knows whom
    ],
)
def test_a_changed_cell_is_somebodys_work(sealed: Callable[[Work], str], work: Work) -> None:
    assert sealed(work) == "answered"


def test_a_run_is_no_answer_but_no_longer_as_made(sealed: Callable[[Work], str]) -> None:
    assert sealed(lambda nb: nb.cells[1].update(execution_count=7)) == "run"


def test_the_empty_cell_that_shift_enter_adds_is_nobodys_work(
    sealed: Callable[[Work], str],
) -> None:
    assert sealed(lambda nb: nb.cells.append(v4.new_code_cell(""))) != "answered"


@pytest.mark.parametrize("text", ["", "<<<<<<< HEAD\n{}", "[]", '{"cells": 3}', "\ufeff{"])
def test_a_file_that_is_no_notebook_is_told_apart_from_one_that_is_not_there(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "lesson.ipynb"
    assert state_of(path) == "missing"
    path.write_text(text, encoding="utf-8")
    assert state_of(path) == "unreadable"


@pytest.fixture
def one_exercise(tmp_path: Path) -> Path:
    """A course of one lesson whose exercise somebody has answered."""
    (tmp_path / "solutions").mkdir()
    title = "#md # 2. Sums\n\nWhat is a sum? Study time 5 minutes, runs in under 60 seconds."
    nbformat_write(notebook(title, "# your code\nx = 2\n# end"), tmp_path / "solutions/02_a.ipynb")
    build(tmp_path)
    lesson = v4.nbjson.reads((tmp_path / "02_a.ipynb").read_text("utf-8"))
    lesson.cells[1].source = "# your code\nx = 'mine'\n# end"
    nbformat_write(lesson, tmp_path / "02_a.ipynb")
    return tmp_path


def test_a_lesson_with_answers_is_not_replaced_and_the_sentence_says_how_to_keep_them(
    one_exercise: Path,
) -> None:
    before = _contents(one_exercise)
    with pytest.raises(FinriskError, match=r"02_a\.ipynb must .* answers .*REPLACE=1.*scratch"):
        build(one_exercise)
    assert _contents(one_exercise) == before


def test_a_learners_copy_beside_the_lessons_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "solutions").mkdir()
    nbformat_write(notebook("1"), tmp_path / "solutions" / "02_a.ipynb")
    nbformat_write(notebook("'mine'"), tmp_path / "02_a-Copy1.ipynb")
    monkeypatch.setattr("finrisk.authors.editions.NOTEBOOKS", tmp_path)
    main(["--check"])
    nbformat_write(notebook("'mine'"), tmp_path / "02_a.ipynb")
    with pytest.raises(SystemExit):
        main(["--check"])
    assert "02_a.ipynb must be as made" in capsys.readouterr().err


def test_an_answer_saved_while_the_lesson_is_made_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "solutions").mkdir()
    title = "#md # 2. Sums\n\nWhat is a sum? Study time 5 minutes, runs in under 60 seconds."
    nbformat_write(notebook(title, "# your code\nx = 2\n# end"), tmp_path / "solutions/02_a.ipynb")

    def saved_meanwhile(*_: object) -> None:
        nbformat_write(notebook(title, "x = 'mine'"), tmp_path / "02_a.ipynb")

    monkeypatch.setattr("finrisk.authors.editions._run", saved_meanwhile)
    with pytest.raises(FinriskError, match=r"02_a\.ipynb must be as made"):
        build(tmp_path)
    assert "x = 'mine'" in (tmp_path / "02_a.ipynb").read_text("utf-8")
    build(tmp_path, replace=True)
    (kept,) = (tmp_path / "scratch").glob("02_a_*.ipynb")
    assert "x = 'mine'" in kept.read_text("utf-8")


def test_answers_that_are_replaced_are_kept_as_a_copy(
    one_exercise: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="finrisk.authors.editions"):
        build(one_exercise, replace=True)
    (kept,) = (one_exercise / "scratch").glob("02_a_*.ipynb")
    assert "x = 'mine'" in kept.read_text("utf-8")
    assert "x = ..." in (one_exercise / "02_a.ipynb").read_text("utf-8")
    assert f"02_a.ipynb are kept as notebooks/scratch/{kept.name}" in caplog.text


def test_build_names_the_cell_that_fails_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    nbformat_write(notebook("#md # 2. Broken", "1 / 0"), tmp_path / "solutions" / "02_b.ipynb")
    with pytest.raises(FinriskError, match=r"02_b\.ipynb does not run[\s\S]*ZeroDivisionError"):
        build(tmp_path)
    assert not (tmp_path / "02_b.ipynb").exists()


def test_a_number_without_a_solution_ends_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FinriskError, match="no solution '77'"):
        build(tmp_path, ["77"])
    with pytest.raises(SystemExit):
        main(["77"])
    assert "no solution '77'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("seconds", "stated"), [(3, "10"), (9, "30"), (29, "30"), (31, "45"), (900, "300")]
)
def test_run_time_stays_while_it_is_true(seconds: float, stated: str) -> None:
    text = with_run_time("It runs in under 30 seconds.", seconds)
    assert text == f"It runs in under {stated} seconds."


def test_facts_come_from_the_first_cells() -> None:
    found = facts(one_lesson())
    assert (found.title, found.question, found.study_time) == ("1. A", "Why so?", "40 minutes")
    assert found.run_time == "under 20 seconds"
    assert found.objectives == ("add, and say why;", "count.")
    assert (found.exercises, found.cells, found.code_cells) == (2, 4, 2)
    assert found.words == 30


def test_a_lesson_is_optional_when_it_says_so_of_itself() -> None:
    text = "#md # 8. B\n\nWhy? This lesson\nis optional."
    assert facts(notebook(text)).title == "8. B (optional)"
    assert facts(notebook("#md # 7. A\n\nWhy? Next: 8. B, optional.")).title == "7. A"


def test_the_page_of_lessons_lists_and_adds_up() -> None:
    found = facts(one_lesson())
    page = readme({"y.ipynb": found, "x.ipynb": found})
    assert page.index("(x.ipynb)") < page.index("(y.ipynb)")
    assert "| [1. A](x.ipynb) | Why so? | 40 minutes | under 20 seconds | 2 |" in page
    assert "| all |  | 1 h 20 min | under 40 seconds | 4 |" in page
    assert "[1. A](x.ipynb)\n\n- add, and say why;\n- count.\n" in page
    assert "| [1. A](x.ipynb) | 4 | 2 | 30 | under 20 s | 2 |" in page
    assert "| all | 8 | 4 | 60 | under 40 s | 4 |" in page


def one_lesson() -> Any:
    return notebook(
        "#md # 1. A\n\nWhy so? Study time 40 minutes, runs in under 20 seconds.",
        "#md **After this you can**\n\n1. add, and\n   say why;\n2. count.\n\n**You need** a:\n- b",
        'check("1.1", 2)\ncheck("1.2", 2)\ncheck("1.2", 3)',
        "print(1)",
    )


# --- pictures --------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [None, *range(1, len(STAGES) + 1)])
def test_the_pipeline_lights_one_stage_or_all(stage: int | None) -> None:
    svg = pipeline_svg(stage)
    root = ET.fromstring(svg)
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert [text for text in texts if text in STAGES] == list(STAGES)
    lit = svg.count('rx="7" fill="#0072B2"')
    assert lit == (1 if stage else len(STAGES))
    assert (NOTEBOOKS / "images" / f"pipeline_{stage or 0:02d}.svg").read_text("utf-8") == svg

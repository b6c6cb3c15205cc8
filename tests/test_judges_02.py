"""The judge of a learner's own test (02.4), and that pytest itself judges as it does."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from finrisk.course import check
from finrisk.course.lessons import exercise_named
from finrisk.course.lessons.lesson_02 import _WRONG_STREAKS, _streak

RIGHT = {
    "in a loop": """
for flows, months in [([5, -1, -2], 2), ([-1, 3, -2], 1), ([-1, 0], 0), ([-3, -4], 2), ([], 0)]:
    assert streak(flows) == months, flows""",
    "compared in one line": """
results = [streak([-1, 3, -2]), streak([0]), streak([-1] * 9)]
assert results == [1, 0, 9]""",
    "without the word assert": """
for flows, months in [([-1, 3, -2], 1), ([-1, 0], 0), ([-3, -4], 2)]:
    if streak(flows) != months:
        raise AssertionError(f"{flows} gives {months}")""",
    "as numpy does it": """
import numpy as np
np.testing.assert_equal([streak([-1, 3, -2]), streak([-1, 0]), streak([-3])], [1, 0, 1])""",
    "by pytest.fail": """
import pytest
if (streak([-1, 3, -2]), streak([-1, 0]), streak([-3])) != (1, 0, 1):
    pytest.fail("wrong")""",
    "against a slow one of its own": """
import random
for n in range(200):
    flows = [random.choice([-1, 0, 1]) for _ in range(n % 5)]
    months = 0
    while months < len(flows) and flows[-1 - months] < 0:
        months += 1
    assert streak(flows) == months""",
    "of a tuple, by name": """
assert streak(cash_flow=(-1, 3, -2)) == 1 and streak((-2, 0)) == 0 and streak((-3,)) == 1""",
    "it says what it does": """
print("testing")
assert streak([-1, 3, -2]) == 1
assert streak([-1, 0]) == 0
assert streak([-3]) == 1""",
}

ALL = "assert streak([-1, 3, -2]) == 1; assert streak([-1, 0]) == 0; assert streak([-3]) == 1"
WRONG = {
    "one list": (
        "assert streak([5, -1, -2]) == 2",
        "so do 3 of 3 wrong ones, such as one that counts all",
    ),
    "no zero": (
        "assert streak([-1, 3, -2]) == 1; assert streak([-3]) == 1",
        "so does 1 of 3 wrong ones, such as one that takes a month of exactly 0",
    ),
    "no zero at the end": (
        "assert streak([-1, 3, -2]) == 1; assert streak([-3]) == 1; assert streak([0, 2, -1]) == 1",
        "a month of exactly 0",
    ),
    "no year in the red": (
        "assert streak([-1, 3, -2]) == 1; assert streak([-1, 0]) == 0",
        "gives 0 where no month is a good one",
    ),
    "counted wrong": ("assert streak([-1, 3, -2]) == 2", "streak([-1, 3, -2]) gives 1, and that"),
    "zero is bad, it thinks": (ALL + "; assert streak([0]) == 1", "streak([0]) gives 0, and that"),
    "longest run": ("assert streak([-1, -1, 3]) == 2", "refuses a right function"),
    "false": ("assert False", "fails for every function: it stops before it has called one"),
    "raises": ("raise ValueError('no')", "it stops before it has called one (ValueError, no)"),
    "misspelt": ("assert streek([-1]) == 1", "NameError, name 'streek' is not defined"),
    "misspelt below": (ALL + "; assert strek([]) == 0", "an error of its own"),
    "wrong kind of list": ("assert streak(-1) == 1", "The last call before: streak(-1) stops"),
    "it expects an error": (
        "import pytest\nwith pytest.raises(ValueError):\n    streak([])",
        "an error of its own, even for a right function: Failed",
    ),
    "no assert": ("streak([-1, 3, -2]) == 1", "has no assert that can fail"),
    "prints": ("print(streak([-1, 3, -2]) == 1)", "A print only shows"),
    "prints what is wrong": (
        "if streak([-1, 3, -2]) != 1: print('wrong')",
        "A print only shows",
    ),
    "returns": ("return streak([-1, 3, -2]) == 1", "gives back a bool"),
    "yields": ("yield streak([-1, 3, -2]) == 1", "gives back a generator"),
    "a number is true": ("assert streak([-3])", "passes every function"),
    "a text is true": ("assert 'streak([-3]) == 1'", "never calls the function"),
    "true anyway": ("assert streak([-3]) == 1 or True", "no assert that can fail"),
    "caught": (
        "try:\n    assert streak([-3]) == 7\nexcept AssertionError:\n    pass",
        "passes every function",
    ),
    "nothing": ("pass", "never calls the function"),
    "its own copy": ("def f(x): return 1\nassert f([-1]) == 1", "never calls the function"),
    "ends Python": ("exit()", "ends Python"),
    "at least": ("assert streak([-1, 3, -2]) <= 1", "passes every function"),
}


def typed(body: str, head: str = "def test_streak(streak):") -> Any:
    names: dict[str, Any] = {}
    exec(f"{head}\n{textwrap.indent(body.strip(), '    ')}", names)
    return names[head.split("(")[0].removeprefix("def ")]


@pytest.mark.parametrize("name", RIGHT)
def test_a_test_that_tells_them_apart_is_right(name: str) -> None:
    told = check("02.4", typed(RIGHT[name]))
    assert told.state == "Right", told


@pytest.mark.parametrize("name", WRONG)
def test_a_test_that_does_not_is_told_why(name: str) -> None:
    body, words = WRONG[name]
    told = check("02.4", typed(body))
    assert told.state == "Not yet"
    assert words in told.text, told


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("def test_streak():", "needs one argument here"),
        ("def test_streak(streak, expected):", "needs one argument here"),
        ("def streak_test(streak):", "begins with test_, and yours is called streak_test"),
        ("def test(streak):", "is called test"),
    ],
)
def test_a_function_that_pytest_would_not_run_so_is_told_so(head: str, words: str) -> None:
    assert words in check("02.4", typed(ALL, head)).text


@pytest.mark.parametrize("answer", [None, True, "assert streak([-1]) == 1", _streak([-1])])
def test_what_is_no_function_is_told_so(answer: Any) -> None:
    assert "a test function is asked for" in check("02.4", answer).text


def test_pytest_judges_as_the_check_does(tmp_path: Path) -> None:
    """The course's solution in a file, with the function that it tests as its fixture."""
    solution = textwrap.indent(exercise_named("02.4").solution, "    ")
    file = tmp_path / "test_streak.py"
    file.write_text(
        "import pytest\nfrom finrisk.course.lessons import lesson_02\n"
        "wrong = [function for function, _ in lesson_02._WRONG_STREAKS]\n"
        "@pytest.fixture(params=[lesson_02._streak, *wrong])\n"
        "def streak(request):\n    return request.param\n"
        f"def test_streak(streak):\n{solution}\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)]
    alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ran = subprocess.run(
        command, cwd=tmp_path, env=alone, capture_output=True, text=True, check=False
    )
    assert "3 failed, 1 passed" in ran.stdout, ran.stdout


def test_the_wrong_functions_are_wrong_each_in_its_own_way() -> None:
    lists = [[5, -1, -2], [-1, 3, -2], [-1, 0], [-3, -4]]
    results = [[f(flows) for flows in lists] for f in (_streak, *(w for w, _ in _WRONG_STREAKS))]
    assert results == [[2, 1, 0, 2], [2, 2, 1, 2], [2, 1, 2, 2], [2, 1, 0, 0]]

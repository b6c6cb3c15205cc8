"""Exercises and quiz of lesson 07, the web app."""

import json
from typing import Any

from finrisk.course.echoes import show_error
from finrisk.course.material import Exercise, Question
from finrisk.errors import InvalidHousehold
from finrisk.household import EXAMPLES, Household
from finrisk.received import show_value

__all__ = ["EXERCISES", "QUIZ"]

_KNOWN = {
    who: {name: value for name, value in household.to_dict().items() if value is not None}
    for who, household in EXAMPLES.items()
}
_LEES, _MARIA = _KNOWN["The Lees, in trouble"], _KNOWN["Maria, on the edge"]


def _check_body(answer: bytes) -> str | None:
    """Bytes, and JSON in them: an object."""
    if isinstance(answer, dict):
        return "A dictionary lives in Python only. json.dumps makes text of it, .encode() bytes."
    if isinstance(answer, str):
        return "That is text, and a request carries bytes. Put .encode() at its end."
    strange: list[str] = []  # Python's json reads and writes NaN and Infinity, no other does
    try:
        sent = json.loads(answer, parse_constant=strange.append)
    except ValueError as error:
        return (
            f"These bytes are not JSON ({show_error(error)}). In JSON each name stands in double "
            "quotes, a number has no _, and no comma follows the last value: json.dumps knows."
        )
    if strange:
        return f"JSON has no {strange[0]}. Each value is a number, and the Lees know all four."
    if isinstance(sent, str):
        return "The JSON is one text in quotes. Was json.dumps used twice?"
    if not isinstance(sent, dict):
        return "The JSON holds no dictionary. Hand json.dumps one: name, value."
    return _check_fields(sent)


def _check_fields(sent: dict[str, Any]) -> str | None:
    """Four fields, numbers that are numbers, and those of the Lees."""
    if set(sent) != set(_LEES):
        unknown = " Leave out what is None." if None in sent.values() else ""
        return f"The fields asked for are {', '.join(_LEES)}, nothing else.{unknown}"
    if any(isinstance(value, str) for value in sent.values()):
        return "Numbers in quotes are text, and the server refuses them. Leave the quotes away."
    try:
        household = Household.from_mapping(sent)
    except InvalidHousehold as error:
        return str(error)  # the sentence of the server's 422
    if household == Household.from_mapping(_MARIA):
        return "These are Maria's numbers, as in `body` above. The Lees are asked for."
    wrong = [name for name, value in _LEES.items() if getattr(household, name) != value]
    return f"These are not yet the Lees' numbers: look at {', '.join(wrong)}." if wrong else None


# What to say about each file of the diff in 07.2; None: send it back.
_DIFF = {
    "finrisk/ml/suggestions.py": "That is the one place for it: the predictor offers what stands "
    "there, and every face shows what the predictor says.",
    "finrisk/api/routes.py": None,
    "tests/test_predictor.py": "A test that failed before is what makes the change believable. "
    "Keep it.",
    "README.md": "Output in the text that was run again is honest. Keep it.",
}


def _check_path(answer: str) -> str | None:
    """A path of the table, or as much of its end as names the one file."""
    parts = _parts(str(answer).strip(" .'\"`\n"))
    for path, said in _DIFF.items():
        known = _parts(path)
        n = min(len(parts), len(known))
        if n and parts[-n:] == known[-n:]:
            return said
    return f"{show_value(answer)} is no path of the table. Copy one, in quotes."


def _parts(path: str) -> list[str]:
    """Folders and file of a path as any system writes it."""
    parts = path.lower().replace("\\", "/").split("/")
    return [part for part in parts if part not in ("", ".")]


_SOLUTION = """my_body = json.dumps(
    {
        "monthly_income": 3_100,
        "monthly_expenses": 3_050,
        "savings": 1_100,
        "debt": 7_500,
    }
).encode()"""

EXERCISES = (
    Exercise(
        key="07.1",
        expects="a body of bytes",
        hints=(
            "Two steps: from a dictionary to JSON text, from text to bytes.",
            'json.dumps({...}).encode(). EXAMPLES["The Lees, in trouble"] shows their numbers.',
        ),
        solution=_SOLUTION,
        checker=_check_body,
        insight="any program in any language can now ask this model: what travels is JSON, not "
        "Python.",
        right=lambda: json.dumps(_LEES).encode(),
        wrong=(
            (_LEES, "lives in Python only"),
            (json.dumps(_LEES), "carries bytes"),
            (str(_LEES).encode(), "not JSON"),
            (b"\xff\xfe\xfd", "not JSON"),
            (json.dumps(json.dumps(_LEES)).encode(), "used twice"),
            (json.dumps(list(_LEES.items())).encode(), "holds no dictionary"),
            (b'{"monthly_income": 3_100}', "a number has no _"),
            (json.dumps(_LEES | {"debt": float("nan")}).encode(), "JSON has no NaN"),
            (json.dumps({k: str(v) for k, v in _LEES.items()}).encode(), "in quotes are text"),
            (json.dumps({"income": 3_100}).encode(), "fields asked for"),
            (json.dumps(EXAMPLES["The Lees, in trouble"].to_dict()).encode(), "what is None"),
            (json.dumps(_LEES | {"monthly_income": -3_100}).encode(), "got -3,100. Check the"),
            (json.dumps(_LEES | {"debt": True}).encode(), "Not yet: debt must be a number"),
            (json.dumps(_LEES | {"savings": 110}).encode(), "look at savings."),
            (json.dumps(_MARIA).encode(), "Maria's numbers"),
            (3_100, "bytes is asked for"),
        ),
    ),
    Exercise(
        key="07.2",
        expects="the path of a file, in quotes",
        hints=(
            "Which of these files is a face, and what may a face never hold?",
            "If the API adds a suggestion by itself, what do notebook and panel show?",
        ),
        solution='send_back = "finrisk/api/routes.py"',
        checker=_check_path,
        insight="the API would now offer what the panel does not: a rule in a face works on the "
        "day it is written and drifts apart later.",
        right=lambda: "finrisk/api/routes.py",
        wrong=(
            ("finrisk/ml/suggestions.py", "the one place for it"),
            ("tests/test_predictor.py", "failed before"),
            ("README.md", "is honest"),
            ("readme.md", "is honest"),
            (".\\finrisk\\ml\\suggestions.py", "the one place for it"),
            ("routes", "no path of the table"),
            ("finrisk/api/", "no path of the table"),
            ("tests/test_api.py", "no path of the table"),
            (2, "no path of the table"),
            (["finrisk/api/routes.py"], "no path of the table"),
        ),
    ),
)

QUIZ = (
    Question(
        text="A household is sent with negative savings. What should the API answer?",
        options=(
            (
                "200, with the savings set to zero.",
                "A silent default answers a question nobody asked.",
            ),
            (
                "500, because something went wrong.",
                "500 says that the server is broken. Here the question is.",
            ),
            (
                "422, with the field and a sentence.",
                "The asker learns which number to mend, and a page can mark the box.",
            ),
        ),
        right=2,
    ),
    Question(
        text="A program sends <script>…</script> as the savings, and the refusal quotes it. Why "
        "does it not run in our page?",
        options=(
            (
                "The page shows every text as text, and its policy runs no script typed into it.",
                "Two locks: textContent never makes HTML of a text, and should somebody forget "
                "it, a policy without 'unsafe-inline' still holds.",
            ),
            (
                "The server takes the < out of what it is sent.",
                "It came back as it went. What is harmless depends on where a text is shown, and "
                "only the one who shows it knows.",
            ),
            (
                "The status is 422, and a browser runs nothing from an error.",
                "A status says how it went. An error page of HTML can run scripts like any other.",
            ),
        ),
        right=0,
    ),
    Question(
        text="An assistant says: 'Done, all tests pass.' What do you look at first?",
        options=(
            (
                "Nothing: the tests pass.",
                "They also pass when a test was loosened, or when none judges the change.",
            ),
            (
                "The diff: which files, and did the new test fail before?",
                "The diff is what you get. The summary is only what is said about it.",
            ),
            (
                "How long the summary is.",
                "A long summary of a wrong diff is still a wrong diff.",
            ),
        ),
        right=1,
    ),
)

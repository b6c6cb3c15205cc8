"""Exercises and quiz of lesson 07, the web app."""

import json

from finrisk.course.judges import one_of
from finrisk.course.material import Exercise, Question
from finrisk.household import Household

__all__ = ["EXERCISES", "QUIZ"]

_MARIA = {"monthly_income": 4_200, "monthly_expenses": 3_900, "savings": 5_200, "debt": 9_000}


def _judge_body(answer: bytes) -> str | None:
    """Bytes, JSON, numbers that are numbers, and Maria's four fields."""
    if isinstance(answer, dict):
        return "A dictionary lives in Python only. json.dumps makes text of it, .encode() bytes."
    if isinstance(answer, str):
        return "That is text, and a request carries bytes. Put .encode() at its end."
    try:
        sent = json.loads(answer)
    except json.JSONDecodeError:
        return "These bytes are not JSON. str() writes Python's own notation; use json.dumps."
    if not isinstance(sent, dict):
        return "The JSON must be one object. Was json.dumps used twice?"
    if any(isinstance(value, str) for value in sent.values()):
        return "Numbers in quotes are text, and the server refuses them. Leave the quotes away."
    if set(sent) != set(_MARIA):
        return f"The fields asked for are {', '.join(_MARIA)}."
    if Household.from_mapping(sent) != Household.from_mapping(_MARIA):
        return "The fields are right, but these are not Maria's numbers."
    return None


_SOLUTION = """my_body = json.dumps(
    {
        "monthly_income": 4_200,
        "monthly_expenses": 3_900,
        "savings": 5_200,
        "debt": 9_000,
    }
).encode()"""

EXERCISES = (
    Exercise(
        key="07.1",
        task="Make the request body for Maria: bytes that hold JSON.",
        expects="bytes",
        hints=(
            "Two steps: from a dictionary to JSON text, from text to bytes.",
            "json.dumps({...}).encode(), with the four fields of Maria in the dictionary.",
        ),
        solution=_SOLUTION,
        judge=_judge_body,
        insight="any program in any language can now ask this model: what travels is JSON, not "
        "Python.",
        right=lambda: json.dumps(_MARIA).encode(),
        wrong=(
            (_MARIA, "lives in Python only"),
            (json.dumps(_MARIA), "carries bytes"),
            (str(_MARIA).encode(), "not JSON"),
            (json.dumps(json.dumps(_MARIA)).encode(), "used twice"),
            (json.dumps({k: str(v) for k, v in _MARIA.items()}).encode(), "in quotes are text"),
            (json.dumps({"income": 4_200}).encode(), "fields asked for"),
            (json.dumps(_MARIA | {"savings": 520}).encode(), "not Maria's numbers"),
            (4_200, "bytes is asked for"),
        ),
    ),
    Exercise(
        key="07.2",
        task="Which file of the diff do you send back?",
        expects="the path of a file, in quotes",
        hints=(
            "Which of these files is a face, and what may a face never hold?",
            "If the API adds a suggestion by itself, what do notebook and panel show?",
        ),
        solution='send_back = "finrisk/api/routes.py"',
        judge=one_of(
            "finrisk/api/routes.py",
            {
                "finrisk/ml/moves.py": "That is the one place for it: the predictor offers what "
                "stands there, and every face shows what the predictor says.",
                "tests/test_predictor.py": "A test that failed before is what makes the change "
                "believable. Keep it.",
                "readme.md": "Output in the text that was run again is honest. Keep it.",
            },
        ),
        insight="the API would now offer what the panel does not: a rule in a face works on the "
        "day it is written and drifts apart later.",
        right=lambda: "finrisk/api/routes.py",
        wrong=(
            ("finrisk/ml/moves.py", "the one place for it"),
            ("tests/test_predictor.py", "failed before"),
            ("README.md", "is honest"),
            ("routes", "not one of the words"),
            (2, "not one of the words"),
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
        text="Somebody types <script>…</script> as their savings, and the refusal quotes it. Why "
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

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


# The diff of 07.2 is tests/change_requests/new_suggestion_wrong.diff. What to say about a path;
# None: send it back.
_PATHS = {
    "finrisk/api/routes.py": None,
    "finrisk/ml/suggestions.py": "There the change belongs. But which file does this diff change?",
    "tests/change_requests/new_suggestion_wrong.diff": "That file holds the diff. Which file does "
    "the diff change?",
}
# Lines that it puts in, and in which the route does the predictor's work.
_FAULTS = (
    "if prediction.probability > 0.5:",
    "less = Change(spending=0.85)",
    "risk = predictor.predict(fields, change=less).probability",
    'more = Suggestion("Spend 15 % less from now on", less, risk, prediction.probability)',
    "prediction = replace(prediction, suggestions=(more, *prediction.suggestions))",
)
_IMPORT = "An import decides nothing yet. Which line uses it?"
_TAKEN_OUT = "That line is taken out. Copy one that begins with +."
_SOUND = {  # all other lines that it changes, and what to say about each
    "from dataclasses import replace": _IMPORT,
    "from finrisk.prediction import Suggestion": _IMPORT,
    "prediction = predictor.predict(fields, change=change)": "There the route only asks the "
    "predictor, as before. Look further down.",
    "return PredictionOut.of(prediction)": "There the route only hands an answer on. Look further "
    "up.",
    "return PredictionOut.of(predictor.predict(fields, change=change))": _TAKEN_OUT,
}
_SHORTEST = 3  # letters of a line that still say which line is meant, as 0.5 does


def _check_verdict(answer: tuple[Any, Any]) -> str | None:
    """The file to send back, and a line of its fault."""
    if not isinstance(answer, list | tuple) or len(answer) != 2:
        return 'A path and a line are asked for: check("07.2", (send_back, fault)).'
    path, lines = answer
    return _check_path(path) or _check_lines(lines)


def _check_path(answer: object) -> str | None:
    """The path of the diff, or as much of its end as names the one file."""
    parts = _parts(str(answer).strip(" .'\"`\n"))
    for path, said in _PATHS.items():
        known = _parts(path)
        n = min(len(parts), len(known))
        if n and parts[-n:] == known[-n:]:
            return said
    return f"{show_value(answer)} is no path of the diff. Copy the one behind +++ b/, in quotes."


def _parts(path: str) -> list[str]:
    """Folders and file of a path as any system writes it, or of a module as Python does."""
    path = path.lower().replace("\\", "/")
    if "." in path and "/" not in path and not path.endswith((".py", ".diff")):
        path = path.replace(".", "/") + ".py"
    return [part for part in path.split("/") if part not in ("", ".")]


def _check_lines(answer: object) -> str | None:
    """A line of the fault, or a part that no other line has; several only if all are."""
    lines = answer if isinstance(answer, list | tuple) else str(answer).splitlines()
    said = [_said_of(line) for line in lines if str(line).strip()]
    return next(filter(None, said), None) if said else _said_of(answer)


def _said_of(line: object) -> str | None:
    wanted = _squeezed(line)
    known = {text: _squeezed(text) for text in (*_FAULTS, *_SOUND)}
    meant = [text for text, short in known.items() if wanted == short]
    meant = meant or [text for text, short in known.items() if wanted in short or short in wanted]
    if not meant or len(wanted) < _SHORTEST:
        return f"{show_value(line)} is no line that the diff puts in. Copy one, in quotes."
    sound = [text for text in meant if text in _SOUND]
    if len(sound) < len(meant):
        return "That fits several lines. Copy a whole one." if sound else None
    return _SOUND[sound[0]]


def _squeezed(line: object) -> str:
    """A line without its sign, and without what typing may change: spaces, quotes, capitals."""
    text = "".join(str(line).split()).lower().translate(_QUOTES)
    return text.lstrip('+-"').rstrip(':."')


_QUOTES = str.maketrans(dict.fromkeys("'`‘’“”", '"'))


_SOLUTION = """my_body = json.dumps(
    {
        "monthly_income": 3_100,
        "monthly_expenses": 3_050,
        "savings": 1_100,
        "debt": 7_500,
    }
).encode()"""
_VERDICT = 'send_back = "finrisk/api/routes.py"\nfault = "if prediction.probability > 0.5:"'

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
        expects="a path and a line, both in quotes",
        hints=(
            "Which folder of this path is a face, and what may a face never hold?",
            "A thin route held no number and no `if` (section 3). Which new line has one?",
        ),
        solution=_VERDICT,
        checker=_check_verdict,
        insight="the API would now offer what the panel does not. It even forgets a pay cut that "
        "was asked about. One line in finrisk/ml/suggestions.py would reach every face.",
        right=lambda: ("finrisk/api/routes.py", "if prediction.probability > 0.5:"),
        wrong=(
            ("finrisk/api/routes.py", "A path and a line"),
            (("finrisk/ml/suggestions.py", _FAULTS[0]), "There the change belongs"),
            ((".\\finrisk\\ml\\suggestions.py", _FAULTS[0]), "There the change belongs"),
            (("new_suggestion_wrong.diff", _FAULTS[0]), "holds the diff"),
            (("README.md", _FAULTS[0]), "no path of the diff"),
            (("routes", _FAULTS[0]), "no path of the diff"),
            (("finrisk/api/", _FAULTS[0]), "no path of the diff"),
            ((2, _FAULTS[0]), "no path of the diff"),
            *((("finrisk/api/routes.py", line), said) for line, said in _SOUND.items()),
            (("finrisk/api/routes.py", "with _turn:"), "no line that the diff puts in"),
            (("finrisk/api/routes.py", "prediction"), "fits several lines"),
            (("finrisk/api/routes.py", ""), "no line that the diff puts in"),
            (("finrisk/api/routes.py", 65), "no line that the diff puts in"),
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

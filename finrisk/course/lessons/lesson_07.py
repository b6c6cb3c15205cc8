"""Exercises and quiz of lesson 07, the web app."""

import html
import json
import re
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from html.parser import HTMLParser
from http.client import HTTPException
from importlib import import_module
from pathlib import Path
from queue import Empty, SimpleQueue
from string import Template
from threading import Thread
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import numpy as np
from fastapi import FastAPI
from uvicorn import Config, Server

from finrisk.course.app_files import course_part, course_text
from finrisk.course.echoes import show_error, show_kind
from finrisk.course.material import Exercise, Question
from finrisk.errors import InvalidHousehold
from finrisk.household import EXAMPLES, Household
from finrisk.received import show_value

__all__ = ["EXERCISES", "QUIZ"]

# --- 07.1, a question in JSON ----------------------------------------------------------------

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


# --- 07.2, a diff ----------------------------------------------------------------------------

# Its diff is tests/change_requests/new_suggestion_wrong.diff. What to say about a path;
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


# --- 07.3, page.html -------------------------------------------------------------------------

_NUMBERS = ("monthly_income", "monthly_expenses", "savings", "debt")
_NO_WORDS = {"script", "style", "title"}  # what a page shows no text of


class _Page(HTMLParser):
    """What a browser makes of a page: its words, its first form, boxes, labels and buttons."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []  # in the order in which they begin
        self.form: dict[str, str | None] | None = None
        self.boxes: dict[str, dict[str, str | None]] = {}  # of the form, by name
        self.outside: list[str] = []  # names of boxes that stand outside of it
        self.labelled: set[str] = set()  # names of boxes inside a label that has words
        self.label_for: set[str | None] = set()
        self.has_button = False
        self._in_form = False
        self._label: list[str] | None = None  # words and boxes of the label that is open
        self._silent = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        self.tags.append(tag)
        self._silent += tag in _NO_WORDS
        if tag == "form" and self.form is None:
            self.form, self._in_form = has, True
        elif tag == "label":
            self._label = []
            self.label_for.add(has.get("for"))
        elif tag == "button" or (tag == "input" and has.get("type") in ("submit", "image")):
            self.has_button |= self._in_form and has.get("type") != "button"
        elif tag == "input":
            self._box(has)

    def _box(self, has: dict[str, str | None]) -> None:
        name = has.get("name") or ""
        if self._in_form:
            self.boxes[name] = has
        else:
            self.outside.append(name)
        if self._label is not None:
            self._label.append(f"<{name}")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _NO_WORDS
        if tag == "form":
            self._in_form = False
        elif tag == "label" and self._label is not None:
            if any(not part.startswith("<") for part in self._label):
                self.labelled |= {part[1:] for part in self._label if part.startswith("<")}
            self._label = None

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words and not self._silent:
            self.words.append(words)
            if self._label is not None:
                self._label.append(words)


def _check_page(answer: Any) -> str | None:
    """A form that posts, four boxes that keep what was typed, labels, a button, the answer."""
    if not isinstance(answer, str):
        return f"page_html is the text of the page, got {show_kind(answer)}. Run its cell again."
    page = _Page(answer)
    if page.form is None:
        return 'There is no form. Begin it with <form method="post"> and end it with </form>.'
    if (page.form.get("method") or "").lower() != "post":
        return (
            'The form has no method="post". Without it a browser asks by GET, and writes the '
            "household's figures into the address."
        )
    return _wrong_names(page) or _wrong_boxes(page, answer) or _wrong_places(page, answer)


def _wrong_names(page: _Page) -> str | None:
    """Each of NUMBERS has a box in the form, and no box has another name."""
    for name in _NUMBERS:
        if name in page.boxes:
            continue
        if name in page.outside:
            return f"The box {name} stands outside the form, and is not sent. Move </form> down."
        others = [other for other in page.boxes if other not in _NUMBERS]
        if near := get_close_matches(name, others, 1, 0.5):
            return f'A box is called "{near[0]}", and the app asks for "{name}". Write that name.'
        if "" in others:
            return f'A box has no name, and what has no name is not sent. Give it name="{name}".'
        return f'No box of the form has the name "{name}": <input name="{name}" ...>.'
    if strange := [other for other in page.boxes if other not in _NUMBERS]:
        return f'The box "{strange[0]}" is none of the four that the app asks for: leave it out.'
    return None


def _wrong_boxes(page: _Page, text: str) -> str | None:
    """Each box keeps its own value and has a label."""
    for name, has in page.boxes.items():
        value = has.get("value")
        if value is None and f"${name}" in (has.get("placeholder") or ""):
            return f'placeholder= is a grey hint that is never sent. Write value="${name}".'
        if value is None:
            return f'The box {name} forgets what was typed into it. Give it value="${name}".'
        if value not in (f"${name}", f"${{{name}}}"):
            return (
                f"The box {name} has the value {show_value(value)}. It keeps what was typed with "
                f'value="${name}".'
            )
        if re.search(rf"value\s*=\s*\$\{{?{name}\b", text, re.IGNORECASE):
            return (
                f"value=${name} has no quotes, so of `a lot` only `a` would come back. Write "
                f'value="${name}".'
            )
        told = name in page.labelled or (has.get("id") and has["id"] in page.label_for)
        if not told and not has.get("aria-label"):
            return (
                f"The box {name} has no label, so nobody knows what to type, and a screen reader "
                f'says nothing. Write <label>Words <input name="{name}" ...></label>.'
            )
    return None


def _wrong_places(page: _Page, text: str) -> str | None:
    """A button, the answer where it is seen, and no place that nobody fills."""
    if not page.has_button:
        return (
            "No button stands inside the form, so nothing is ever sent. Put <button>Ask</button> "
            "before </form>."
        )
    shown = " ".join(page.words)
    if "$answer" not in shown and "${answer}" not in shown:
        return "The answer has no place: write $answer where the page shows text, as in <output>."
    for name in Template(text).get_identifiers():
        if name not in (*_NUMBERS, "answer"):
            return f"The app fills no place called ${name}, so the page would show it as it is."
    return None


# --- 07.4, app.py ----------------------------------------------------------------------------

PATIENCE = 2.0  # seconds for an answer; a right app needs some milliseconds
_A_TAG = '"><b>x</b>'  # ends a value, and begins what a browser would draw


class _Reply(NamedTuple):
    status: int
    kind: str
    text: str

    @property
    def page(self) -> _Page:
        return _Page(self.text)


class _Served:
    """An app on a free port of this machine, that can be asked, and what it last stopped with."""

    def __init__(self, app: Any) -> None:
        self.app, self.address = app, ""
        self._errors: SimpleQueue[str] = SimpleQueue()  # sentences: an error keeps what it holds

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            self._errors.put(_sentence(error))
            raise

    def ask(self, form: dict[str, str] | None = None) -> _Reply:
        """GET without a form, POST with one, past any proxy."""
        body = None if form is None else urlencode(form).encode()
        try:
            reply = build_opener(ProxyHandler({})).open(self.address, body, timeout=PATIENCE)
        except HTTPError as refusal:
            reply = refusal
        with reply:
            return _Reply(reply.status, reply.headers.get_content_type(), reply.read().decode())

    def why(self) -> str:
        """What it stopped with; the answer 500 may come a moment before this is known."""
        try:
            return self._errors.get(timeout=PATIENCE)
        except Empty:
            return "it does not say why"


def _sentence(error: Exception) -> str:
    """What an app stopped with, and the line of the learner's where that was."""
    calls = traceback.extract_tb(error.__traceback__)
    own = [call for call in calls if Path(call.filename).name == "app.py" and call.line]
    own = [call for call in own if "site-packages" not in Path(call.filename).parts]
    where = f", at the line `{own[-1].line}`" if own else ""
    step = ". A ValueError is to be caught" if isinstance(error, ValueError) else ""
    return f"{show_error(error)}{where}{step}"


def _check_app(answer: Any) -> str | None:
    """Over HTTP: the page, answers that are the predictor's, and refusals in a sentence."""
    if not callable(answer):
        return f"app must be what FastAPI() made, got {show_kind(answer)}."
    folder = Path(import_module("model_file").__file__ or "").parent
    predictor = import_module("predictor").Predictor(folder / "model.pth")
    served = _Served(answer)
    try:
        with _serving(served):
            return _wrong_page(served) or _wrong_answers(served, predictor)
    except TimeoutError:
        return (
            f"The app gave no answer within {PATIENCE:g} seconds. Does a loop in it not end? "
            "Restart the kernel before you mend it."
        )
    except (OSError, HTTPException) as error:
        return f"The app broke off instead of answering ({show_error(error)})."


@contextmanager
def _serving(app: _Served) -> Iterator[None]:
    server = Server(Config(app, port=0, ws="none", lifespan="off", log_level="critical"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(0.01)
    app.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(1)


def _wrong_page(served: _Served) -> str | None:
    """A sentence on what GET / gives, None if it is the page."""
    empty = served.ask()
    if empty.status in (404, 405):
        return f'GET / answers {empty.status}: there is no route for it. @app.get("/") makes one.'
    if empty.status >= 400:
        return f"GET / crashes (status {empty.status}): {served.why()}."
    if empty.kind != "text/html":
        return _NO_HTML
    page = empty.page
    if page.form is None:
        return "GET / answers without the form. Let it return what page(...) gives."
    left = [f"${name}" for name in (*_NUMBERS, "answer") if f"${name}" in empty.text]
    if left:
        return f"The page still shows {left[0]}: hand the page a text for it, an empty one too."
    return None


def _wrong_answers(served: _Served, predictor: Any) -> str | None:
    empty = served.ask().page
    for household in _draw_two(predictor):
        typed = {name: f"{value:.0f}" for name, value in household.items()}
        if said := _wrong_answer(served, typed, predictor.risk(household), empty):
            return said
    return _wrong_forms(served, household, predictor.risk(household), empty) or _wrong_refusals(
        served, typed, empty
    )


def _wrong_forms(
    served: _Served, household: dict[str, float], risk: float, empty: _Page
) -> str | None:
    """The same numbers as people write them: with commas, with cents."""
    for form, step in (
        (",.0f", 'number() takes the commas out: text.replace(",", "").'),
        (".2f", "float() reads cents, int() does not."),
    ):
        typed = {name: format(value, form) for name, value in household.items()}
        if said := _wrong_answer(served, typed, risk, empty):
            return f"{said} {step}"
    return None


def _draw_two(predictor: Any) -> list[dict[str, float]]:
    """Two households whose risks are far apart, so that one answer for all is found out.

    So are that of the second and of itself with its commas read as points.
    """
    rng = np.random.default_rng()
    while True:
        drawn = (rng.uniform((1_500, 1_500, 0, 0), (9_000, 9_000, 30_000, 20_000), (2, 4))).round()
        two = [dict(zip(_NUMBERS, map(float, row), strict=True)) for row in drawn]
        misread = {
            name: value / 1_000 if value >= 1_000 else value for name, value in two[1].items()
        }
        risks = [predictor.risk(household) for household in (*two, misread)]
        if abs(risks[0] - risks[1]) > 0.3 and abs(risks[1] - risks[2]) > 0.1:
            return two


def _wrong_answer(served: _Served, typed: dict[str, str], risk: float, empty: _Page) -> str | None:
    """A sentence on the answer to a household that is in order."""
    reply = served.ask(typed)
    told = ", ".join(f"{name} {text}" for name, text in typed.items())
    if reply.status in (404, 405):
        return f'POST / answers {reply.status}: no route takes the form. @app.post("/") makes one.'
    if reply.status == 500:
        return f"The app crashes (status 500) when it is asked about {told}: {served.why()}."
    if reply.status != 200:
        return f"For {told} the status is {reply.status}; a household in order gets 200."
    if reply.kind != "text/html":
        return _NO_HTML
    shares = re.findall(r"(\d+(?:\.\d+)?)\s*%", _new_words(reply.page, empty))
    if not shares:
        return f'The page must show the risk in percent, as f"{{risk:.0%}}" writes it: {risk:.0%}.'
    if all(abs(float(share) / 100 - risk) > 0.0051 for share in shares):
        return f"For {told} the page says {shares[0]} %, and your predictor says {risk:.0%}."
    return _lost(reply, typed)


def _wrong_refusals(served: _Served, good: dict[str, str], empty: _Page) -> str | None:
    """A sentence on what the app does with what is no household, None if it refuses well."""
    name = str(np.random.default_rng().choice(_NUMBERS))
    for text in ("a lot", "", "-1", _A_TAG):
        typed = good | {name: text}
        reply, what = served.ask(typed), f"{text!r} as {name}"
        if reply.status == 500:
            return f"The app crashes (status 500) for {what}: {served.why()}."
        if reply.status == 200:
            return f"{what} gets the status 200, which means fine. 422 is page()'s third argument."
        if reply.status != 422:
            return f"{what} gets the status {reply.status}, and 422 is asked for."
        if reply.kind != "text/html":
            return _NO_HTML
        said = _new_words(reply.page, empty)
        tags = reply.page.tags
        if tags.count("b") > empty.tags.count("b"):
            where = "its box" if tags[tags.index("b") - 1] == "input" else "the sentence"
            return f"{text} was typed, and in {where} it became HTML. html.escape makes text of it."
        if name not in said.lower().replace(" ", "_") or len(said.split()) < _WORDS:
            said = show_value(said)
            return (
                f"For {what} the page must say in a sentence what {name} must be; it says {said}."
            )
        if lost := _lost(reply, typed):
            return lost
    missing = {other: text for other, text in good.items() if other != name}
    if served.ask(missing).status == 500:
        return f'The app crashes when a form brings no {name}: form.get("{name}", "") does not.'
    return None


_WORDS = 3  # of a sentence, at least
_NO_HTML = (
    "The answer is not HTML, so a browser shows it as a text in quotes. Return what page(...) "
    "gives, an HTMLResponse."
)


def _new_words(page: _Page, empty: _Page) -> str:
    """What stands in a page beyond what stands in the empty one."""
    return " ".join(words for words in page.words if words not in empty.words)


def _lost(reply: _Reply, typed: dict[str, str]) -> str | None:
    """A sentence on the first box that does not hold what was typed."""
    boxes = reply.page.boxes
    for name, text in typed.items():
        now = (boxes.get(name) or {}).get("value") or ""
        if now != text:
            step = "Hand page() what was typed"
            step = (
                "It was escaped twice: page() does it once" if html.unescape(now) == text else step
            )
            return (
                f"{text!r} was typed as {name}, and in the answer (status {reply.status}) the box "
                f"holds {now!r}. {step}."
            )
    return None


# --- all of them -----------------------------------------------------------------------------

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
        key="07.3",
        expects="the text of a page",
        hints=(
            "Take the page of the greeting, and give it four boxes in place of one.",
            '<label>Savings, dollars <input name="savings" value="$savings"></label> is one box. '
            'Three more like it and a button stand inside <form method="post"> ... </form>.',
        ),
        solution=course_text("page.html").rstrip(),
        checker=_check_page,
        insight="it needs no JavaScript: a form is the oldest way to ask a server, and works in "
        "every browser.",
        right=lambda: course_part("page.html"),
        wrong=(
            (course_text("page.html").replace(' method="post"', ""), "by GET"),
            (course_text("page.html").replace('name="savings"', 'name="saving"'), '"saving"'),
            (course_text("page.html").replace(' value="$debt"', ""), "debt forgets"),
            (re.sub("</?label>", "", course_text("page.html")), "has no label"),
            (course_text("page.html").replace("$answer", ""), "answer has no place"),
            (course_text("page.html").replace("<button>Ask</button>", ""), "no button"),
            (course_text("page.html").replace("$answer", "$answer $risk"), "called $risk"),
            (course_text("page.html").replace('"$debt"', '"$savings"'), "debt has the value"),
        ),
    ),
    Exercise(
        key="07.4",
        expects="the app that FastAPI() makes",
        hints=(
            "answer() begins as greet() did: await the form, then take each of NUMBERS out of it. "
            "Whatever raises a ValueError stands inside a `try`.",
            "try: household = {name: number(name, text) for name, text in typed.items()}, and the "
            "predictor's risk of it. except ValueError as problem: return page(str(problem), "
            "typed, 422).",
        ),
        solution=course_text("app.py").rstrip(),
        checker=_check_app,
        insight="app.py knows no rule about risk: what a household must be is said by the "
        "predictor, and handed on.",
        right=lambda: course_part("app.py"),
        wrong=((FastAPI(), "no route for it"), ("app", "got str"), (lambda: None, "GET / crashes")),
    ),
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
        text="Somebody types <script>…</script> as the savings, and your page's refusal quotes it. "
        "Why does it not run?",
        options=(
            (
                "page() escapes each text, so a browser shows a < and sees no program.",
                "What is harmless depends on where a text is shown: who puts it into HTML makes it "
                "text first.",
            ),
            (
                "number() takes the < out of what was typed.",
                "It refuses the text, and the sentence quotes it as it came.",
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

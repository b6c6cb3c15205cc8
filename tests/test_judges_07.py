"""The judges of page.html and app.py: right files in other forms, and files learners write.

Each case changes the course's own file in one or two places; a page is checked as a text, an app
is served and asked.
"""

import types
from pathlib import Path
from typing import Any

import pytest

from finrisk.course import check
from finrisk.course.app_files import course_part, course_text

PAGE, APP = course_text("page.html"), course_text("app.py")
Changes = tuple[tuple[str, str], ...]


def changed(text: str, changes: Changes) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def app_of(changes: Changes) -> Any:
    """The app of a changed app.py, beside the course's other files."""
    course_part("app.py")  # puts the folder on the path, and a model into it
    import predictor  # type: ignore[import-not-found]

    module = types.ModuleType("changed_app")
    module.__file__ = str(Path(predictor.__file__).with_name("app.py"))
    exec(compile(changed(APP, changes), "app.py", "exec"), module.__dict__)
    return module.app


# --- page.html -------------------------------------------------------------------------------

RIGHT_PAGES: dict[str, Changes] = {
    "capitals": (("<form method", "<FORM METHOD"), ("<button>", "<BUTTON>"), ('"post"', '"POST"')),
    "single quotes": (('"$debt"', "'$debt'"), ('"debt"', "'debt'")),
    "braces": (('"$savings"', '"${savings}"'), ("$answer", "${answer}")),
    "a label beside its box": (
        ("<label>Debt, dollars <input", '<label for="d">Debt</label> <input id="d"'),
        ('"$debt"></label>', '"$debt">'),
    ),
    "a submit": (("<button>Ask</button>", '<input type="submit" value="Ask">'),),
    "another order": (("Savings, dollars", "What could you reach?"), ("<output>", "<p><output>")),
    "dollars in words": (("Debt, dollars", "Debt, $ owed"), ("<h1>", "<h1>$4,200? ")),
    "types and hints": (('name="debt"', 'type="text" required placeholder="9000" name="debt"'),),
    "no given parts": (("<style>", "<style>p { color: #222 }\n"),),
}
WRONG_PAGES: list[tuple[Changes, str]] = [
    (((' method="post"', ""),), "by GET"),
    ((('method="post"', 'method="get"'),), "by GET"),
    ((('<form method="post">', ""), ("</form>", "")), "There is no form"),
    ((('name="monthly_income"', 'name="income"'),), '"income", and the app asks'),
    ((('name="monthly_expenses"', 'name="monthly expenses"'),), '"monthly expenses"'),
    ((('name="debt" ', ""),), "has no name"),
    ((('name="debt"', 'id="debt"'),), "has no name"),
    ((('  <label>Debt, dollars <input name="debt" value="$debt"></label>\n', ""),), "No box"),
    ((("  <button>", '  <label>Age <input name="age" value="$age"></label>\n  <button>'),), "none"),
    ((("  <label>Debt", "</form>\n<label>Debt"), ("</button>\n</form>", "</button>")), "outside"),
    (((' value="$debt"', ""),), "forgets"),
    ((('value="$debt"', 'placeholder="$debt"'),), "grey hint"),
    ((('value="$debt"', 'value="debt"'),), "has the value 'debt'"),
    ((('value="$debt"', 'value="{debt}"'),), "has the value '{debt}'"),
    ((('value="$debt"', "value=$debt"),), "no quotes"),
    (
        (("<label>Debt, dollars <input", "Debt, dollars <input"), ('"$debt"></l', '"$debt"></')),
        "no label",
    ),
    ((("Debt, dollars <input", "<input"),), "no label"),
    ((("<button>Ask</button>", ""),), "No button"),
    ((("  <button>Ask</button>\n", ""), ("</form>", "</form>\n<button>Ask</button>")), "No button"),
    ((("<button>", '<button type="button">'),), "No button"),
    ((("$answer", ""),), "answer has no place"),
    ((("$answer", "answer"),), "answer has no place"),
    ((("$answer", "{answer}"),), "answer has no place"),
    ((("<output>$answer</output>", "<!-- $answer -->"),), "answer has no place"),
    ((("$answer", "$answer, $name"),), "called $name"),
]


@pytest.mark.parametrize("form", RIGHT_PAGES)
def test_a_right_page_in_another_form_is_right(form: str) -> None:
    told = check("07.3", changed(PAGE, RIGHT_PAGES[form]))
    assert told.state == "Right", told


@pytest.mark.parametrize(("changes", "words"), WRONG_PAGES)
def test_a_wrong_page_is_told_what_it_lacks(changes: Changes, words: str) -> None:
    told = check("07.3", changed(PAGE, changes))
    assert told.state == "Not yet"
    assert words in told.text, told


@pytest.mark.parametrize("answer", [None, 3, b"<form>", ["<form>"], "", "<", "<form", "a < b"])
def test_what_is_no_page_is_a_sentence(answer: Any) -> None:
    assert check("07.3", answer).state == "Not yet"


# --- app.py ----------------------------------------------------------------------------------

ANSWER = APP[APP.index("    form = await") : APP.index('\n\nif __name__ == "__main__"')]
ESCAPED = next(line for line in APP.splitlines(keepends=True) if "html.escape" in line)
LOOP = """    form = await request.form()
    typed, household, status = {}, {}, 200
    for name in NUMBERS:
        typed[name] = str(form[name]) if name in form else ""
    try:
        for name in NUMBERS:
            household[name] = number(name, typed[name])
        words = "Risk: " + str(round(100 * predictor.risk(household), 1)) + " %"
    except ValueError as error:
        words, status = str(error), 422
    return page(words, typed, status)
"""
RIGHT_APPS: dict[str, Changes] = {
    "loops": ((ANSWER, LOOP),),
    "escaped one by one": (
        (
            ESCAPED,
            '    words = {"answer": html.escape(answer)}\n'
            "    for name in typed:\n        words[name] = html.escape(typed[name])\n",
        ),
    ),
    "a sentence of its own": (("{name} must be a number like 4200", "Write {name} in digits"),),
    "with a space": (("text.replace(", "text.strip().replace("),),
}
WRONG_APPS: list[tuple[Changes, str]] = [
    ((('@app.get("/")\n', ""),), "GET / answers 405"),
    ((('@app.get("/")', '@app.get("/page")'),), "GET / answers 405"),
    ((('@app.post("/")\n', ""),), "POST / answers 405"),
    ((('@app.post("/")', '@app.post("/answer")'),), "POST / answers 405"),
    (
        (('return page("Tell four numbers.", dict.fromkeys(NUMBERS, ""))', 'return "Hello"'),),
        "not HTML",
    ),
    (
        (('page("Tell four numbers.", dict.fromkeys(NUMBERS, ""))', 'HTMLResponse("Hello")'),),
        "without the form",
    ),
    ((('dict.fromkeys(NUMBERS, "")', "{}"),), "still shows $monthly_income"),
    ((('dict.fromkeys(NUMBERS, "")', "None"),), "GET / crashes"),
    (
        (
            (
                "return HTMLResponse(PAGE.safe_substitute(words), status)",
                "return PAGE.safe_substitute(words)",
            ),
        ),
        "not HTML",
    ),
    ((("safe_substitute(words), status", "safe_substitute(words)"),), "gets the status 200"),
    (((", typed, 422)", ", typed)"),), "gets the status 200"),
    (((", typed, 422)", ", typed, 400)"),), "gets the status 400, and 422"),
    (
        (
            (
                "page(str(problem), typed, 422)",
                'page(str(problem), dict.fromkeys(NUMBERS, ""), 422)',
            ),
        ),
        "the box holds ''",
    ),
    (
        (
            (
                'in three to six months", typed)',
                'in three to six months", dict.fromkeys(NUMBERS, ""))',
            ),
        ),
        "the box holds ''",
    ),
    ((("html.escape(text)", "text"),), "in the sentence it became HTML"),
    (
        (("html.escape(text) for", 'html.escape(text) if name == "answer" else text for'),),
        "in its box it became HTML",
    ),
    (
        (("html.escape(text) for", 'text if name == "answer" else html.escape(text) for'),),
        "in the sentence",
    ),
    ((('str(form.get(name, "")) for', 'html.escape(form.get(name, "")) for'),), "escaped twice"),
    ((("{risk:.0%}", "{1 - risk:.0%}"),), "and your predictor says"),
    ((("{risk:.0%}", "{risk:.2f}"),), "in percent"),
    ((("{risk:.0%}", "{risk}%"),), "and your predictor says"),
    (
        (("predictor.risk(household)", "predictor.risk(dict.fromkeys(NUMBERS, 3_000.0))"),),
        "your predictor says",
    ),
    ((("except ValueError as problem", "except KeyError as problem"),), "(status 500) for"),
    (
        (
            ("        risk = predictor.risk(household)\n", ""),
            ("    return page(f", "    risk = predictor.risk(household)\n    return page(f"),
        ),
        "A ValueError is to be caught",
    ),
    ((('.replace(",", "")', ""),), "takes the commas out"),
    ((('.replace(",", "")', '.replace(",", ".")'),), "takes the commas out"),
    ((('text.replace(",", "")', 'text.split(",")[0]'),), "takes the commas out"),
    ((("float(text", "int(text"),), "int() does not"),
    ((("page(str(problem), typed, 422)", "page(problem, typed, 422)"),), "AttributeError"),
    ((("await request.form()", "request.form()"),), "at the line `typed ="),
    ((("page(str(problem), typed, 422)", 'page("Wrong!", typed, 422)'),), "in a sentence"),
    (
        (("page(str(problem), typed, 422)", 'page("Something went wrong here.", typed, 422)'),),
        "in a sentence",
    ),
    ((('form.get(name, "")', "form[name]"),), "brings no"),
    ((("await request.form()", "request.form()"),), "(status 500)"),
    (
        (("    form = await", '    __import__("time").sleep(4)\n    form = await'),),
        "within 2 seconds",
    ),
]


@pytest.mark.parametrize("form", RIGHT_APPS)
def test_a_right_app_in_another_form_is_right(form: str) -> None:
    told = check("07.4", app_of(RIGHT_APPS[form]))
    assert told.state == "Right", told


@pytest.mark.filterwarnings("ignore:.*never awaited:RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("changes", "words"), WRONG_APPS)
def test_a_wrong_app_is_told_what_it_does(changes: Changes, words: str) -> None:
    told = check("07.4", app_of(changes))
    assert told.state == "Not yet"
    assert words in told.text, told


def test_a_right_app_stays_right_and_an_unlucky_one_wrong_in_ten_draws() -> None:
    right, wrong = course_part("app.py"), app_of((("{risk:.0%}", "{risk / 2:.0%}"),))
    for _ in range(10):
        assert check("07.4", right).state == "Right"
        assert check("07.4", wrong).state == "Not yet"

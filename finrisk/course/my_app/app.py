"""The web application: a page with a form, and an answer."""

import html
from pathlib import Path
from string import Template
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Form
from fastapi.responses import HTMLResponse

from features import NUMBERS
from predictor import Predictor

HERE = Path(__file__).parent
PAGE = Template((HERE / "page.html").read_text(encoding="utf-8"))

predictor = Predictor(HERE / "model.pth")
app = FastAPI()


def page(answer, typed, status=200):
    """The page with an answer, and with what was typed still in its boxes."""
    words = {name: html.escape(text) for name, text in {"answer": answer, **typed}.items()}
    return HTMLResponse(PAGE.substitute(words), status)


def number(name, text):
    """What was typed, as a number."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        raise ValueError(f"{name} must be a number such as 4200, got {text!r}.") from None


@app.get("/")
def empty_page():
    return page("Tell four numbers.", dict.fromkeys(NUMBERS, ""))


@app.post("/")
def answer(
    monthly_income: Annotated[str, Form()] = "",
    monthly_expenses: Annotated[str, Form()] = "",
    savings: Annotated[str, Form()] = "",
    debt: Annotated[str, Form()] = "",
):
    typed = dict(zip(NUMBERS, [monthly_income, monthly_expenses, savings, debt], strict=True))
    try:
        household = {name: number(name, text) for name, text in typed.items()}
        risk = predictor.risk(household)
    except ValueError as problem:
        return page(str(problem), typed, 422)
    return page(f"{risk:.0%} in three to six months", typed)


if __name__ == "__main__":
    uvicorn.run(app, port=8001)

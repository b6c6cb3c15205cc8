"""The web application: a page with a form, and an answer."""

import html
import socket
import sys
from pathlib import Path
from string import Template

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from features import NUMBERS
from predictor import Predictor

HERE = Path(__file__).parent
PORT = 8001
BUSY = f"Port {PORT} must be free, but a program uses it. End it, or change PORT."
PAGE = Template((HERE / "page.html").read_text(encoding="utf-8"))

predictor = Predictor(HERE / "model.pth")
app = FastAPI()


def page(answer, typed, status=200):
    """The page with an answer, and with what was typed still in its boxes."""
    texts = {"answer": answer, **typed}
    words = {name: html.escape(text) for name, text in texts.items()}
    return HTMLResponse(PAGE.safe_substitute(words), status)


def number(name, text):
    """What was typed, as a number."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        raise ValueError(f"{name} must be a number like 4200, got {text!r}.") from None


@app.get("/")
def empty_page():
    return page("Tell four numbers.", dict.fromkeys(NUMBERS, ""))


@app.post("/")
async def answer(request: Request):
    form = await request.form()  # await: until all of it has arrived
    typed = {name: str(form.get(name, "")) for name in NUMBERS}  # a sent file, too
    try:
        household = {name: number(name, text) for name, text in typed.items()}
        risk = predictor.risk(household)
    except ValueError as problem:
        return page(str(problem), typed, 422)
    return page(f"{risk:.0%} in three to six months", typed)


if __name__ == "__main__":
    with socket.socket() as door:
        if door.connect_ex(("127.0.0.1", PORT)) == 0:  # somebody answers there
            sys.exit(BUSY)
    uvicorn.run(app, port=PORT)

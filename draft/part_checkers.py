"""DRAFT of the judges of `my_app`'s files; each belongs into its lesson's file (see the note)."""

import copy
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import torch
import uvicorn

from finrisk.course.echoes import show_error
from finrisk.data.feature_engineering import engineer_features
from finrisk.ml.predictor import Predictor

COLUMNS = ["log_income", "log_buffer", "log_expense_ratio", "log_debt_ratio"]


def _table(rng: np.random.Generator, n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "monthly_income": rng.uniform(500, 9_000, n),
            "monthly_expenses": rng.uniform(400, 9_000, n),
            "savings": rng.choice([0.0, 1.0], n) * rng.uniform(0, 30_000, n),
            "debt": rng.choice([0.0, 1.0], n) * rng.uniform(0, 30_000, n),
        }
    )


def check_features(answer: Any) -> str | None:
    rng = np.random.default_rng()
    for n in (3, 1, 40):
        table = _table(rng, n)
        table.iloc[0, :2] = 0.0  # no income, no expenses
        right = engineer_features(table)[COLUMNS].to_numpy()
        given = np.asarray(answer(table.copy()), dtype=float)
        if given.shape != right.shape:
            return f"For {n} households the shape must be {right.shape}, got {given.shape}."
        if not np.isfinite(given).all():
            return "A household without income or savings gives inf or nan: see the two limits."
        for j, name in enumerate(COLUMNS):
            if not np.allclose(given[:, j], right[:, j], atol=1e-9):
                i = int(np.abs(given[:, j] - right[:, j]).argmax())
                return (
                    f"Column {j} ({name}): {given[i, j]:.6g} for {dict(table.iloc[i].round(2))}, "
                    f"but it is {right[i, j]:.6g}."
                )
    return None


def check_net(answer: Any) -> str | None:
    if not (isinstance(answer, type) and issubclass(answer, torch.nn.Module)):
        return "RiskNet must be a class that begins `class RiskNet(nn.Module):`."
    shipped = Predictor.load()._contents.model  # the packaged twin
    net = answer(32)
    shapes = [tuple(p.shape) for p in net.parameters()]
    wanted = [tuple(p.shape) for p in shipped.parameters()]
    if not shapes:
        return "It has no weights that PyTorch knows of. A list hides layers; use nn.Sequential."
    if shapes != wanted:
        return f"Its weights have the shapes {shapes}, and 32 -> 128 -> 64 -> 1 has {wanted}."
    with torch.no_grad():
        for mine, theirs in zip(net.parameters(), shipped.parameters(), strict=True):
            mine.copy_(theirs)
    X = torch.randn(50, 32)
    with torch.no_grad():
        right, given = shipped.logits(X), net.eval().logits(X)
        if given.shape != right.shape:
            return f"logits of 50 households must have the shape (50,), got {tuple(given.shape)}."
        if not torch.allclose(given, right, atol=1e-6):
            return "With the shipped weights it gives other logits: is there a ReLU between layers?"
        if not torch.allclose(net(X), shipped(X), atol=1e-6):
            return "model(X) must be the Sigmoid of the logits."
    if net(X).requires_grad is False:
        return "The result no longer follows its slopes: no_grad belongs to who predicts."
    return None


def check_train(answer: Any) -> str | None:
    """Learns, stops early, gives back the best weights, leaves validation alone."""
    torch.manual_seed(0)
    X = torch.randn(1_200, 4)
    y = (torch.rand(1_200) < torch.sigmoid(2 * X[:, 0] - X[:, 1])).float()
    model = torch.nn.Module()
    model.net = torch.nn.Linear(4, 1)
    model.logits = lambda rows: model.net(rows).squeeze(dim=1)  # type: ignore[assignment]
    losses = answer(model, X[:800], y[:800], X[800:], y[800:], epochs=30, patience=3)
    with torch.no_grad():
        now = torch.nn.functional.binary_cross_entropy_with_logits(
            model.logits(X[800:]), y[800:]
        ).item()
    if not losses or abs(losses[0] - losses[-1]) < 1e-4:
        return "The loss does not fall. Are backward() and step() called, in this order?"
    if abs(now - min(losses)) > 1e-5:
        return f"The best epoch had {min(losses):.4f}, the model it leaves has {now:.4f}."
    return None


def served(app: Any) -> tuple[str, Any, threading.Thread]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    return f"http://127.0.0.1:{port}", server, thread


def check_app(answer: Any, predictor: Any) -> str | None:
    """Over HTTP: the page, an answer that is the predictor's, a sentence for what is no number."""
    address, server, thread = served(answer)
    try:
        with httpx.Client(base_url=address, timeout=2.0) as client:
            page = client.get("/")
            if page.status_code != 200 or "<form" not in page.text:
                return "GET / must answer 200 and a page with a form."
            told = {"monthly_income": "4200", "monthly_expenses": "3900", "savings": "5200"}
            told["debt"] = "9000"
            answered = client.post("/", data=told)
            risk = predictor.risk({name: float(text) for name, text in told.items()})
            if f"{risk:.0%}" not in answered.text:
                return f"POST / must answer {risk:.0%}, as your predictor does."
            bad = client.post("/", data={**told, "savings": "<b>a lot</b>"})
            if bad.status_code not in (400, 422):
                return f"Savings of '<b>a lot</b>' must be refused with 422, got {bad.status_code}."
            if "<b>a lot" in bad.text:
                return "What was typed stands in the page as HTML. html.escape makes it text."
    except httpx.HTTPError as error:
        return f"The app did not answer: {show_error(error)}."
    finally:
        server.should_exit = True
        thread.join(3)
    return None


def check_model_file(save: Any, load: Any) -> str | None:
    from model import RiskNet

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.pth"
        model = RiskNet(4)
        before = copy.deepcopy(model.state_dict())
        save(path, model, np.ones(4), 2 * np.ones(4), 0.2)
        again, mean, std, threshold = load(path)
        if any(not torch.equal(before[name], again.state_dict()[name]) for name in before):
            return "The weights that come back are others."
        if again.training:
            return "The model comes back in training mode; .eval() makes it ready to predict."
        if not (np.allclose(mean, 1) and np.allclose(std, 2) and abs(threshold - 0.2) < 1e-9):
            return "mean, std and threshold must come back as they were saved, in this order."
        whole = path.read_bytes()
        for damaged in (b"", whole[: len(whole) // 2], b"no model at all"):
            path.write_bytes(damaged)
            try:
                load(path)
            except ValueError as error:
                if str(path.name) not in str(error):
                    return "The ValueError must name the file, so that a person can act on it."
            except Exception as error:
                return f"A damaged file must end in a ValueError, got {show_error(error)}."
            else:
                return "A damaged file was loaded without a word."
    return None

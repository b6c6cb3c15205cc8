"""Every answer that is right passes, every wrong one fails, and what is said of it is true.

Answers stand here as a learner types them: the body of a lesson's cell, or one expression.
"""

import contextlib
import io
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from finrisk.course import check
from finrisk.course.lessons import exercises, lesson_05, lesson_07, lesson_08, numbers
from finrisk.course.material import Exercise

EXERCISES = {key: one for number in numbers() for key, one in exercises(number).items()}
FUNCTIONS = [key for key, one in EXERCISES.items() if one.expects.startswith("a function")]
ROUNDS = 50


def typed(code: str) -> Any:
    """What a learner hands in: the function `f` of a cell, or the value of an expression."""
    names: dict[str, Any] = {"np": np, "pd": pd, "torch": torch, "math": math, "Fraction": Fraction}
    if "def f(" not in code:
        return eval(code, names)
    exec(code, names)
    return names["f"]


# --- right answers in other forms ------------------------------------------------------------

RIGHT: dict[str, dict[str, str]] = {
    "00.1": {
        "two digits": "0.64",
        "numpy": "np.float64(2_500) / 3_900",
        "0-d": "np.array(2_500 / 3_900)",
        "torch": "torch.tensor(2_500 / 3_900, requires_grad=True)",
        "list": "[2_500 / 3_900]",
        "tuple, by a comma at the end": "2_500 / 3_900,",
        "pandas": "pd.Series([2_500 / 3_900])",
        "fraction": "Fraction(25, 39)",
    },
    "01.1": {"float": "4690.0", "numpy": "np.int64(4690)", "torch": "torch.tensor(4690)"},
    "01.2": {
        word: repr(word)
        for word in (
            *("it stays the same", "It stays the same.", "the number stays the same"),
            *("same", "The same", "'stays the same'", '"Stays the same"', "stays_the_same"),
            *("stay the same", "It will stay the same", "unchanged", "it remains the same"),
            *("no change", "it does not change", "It doesn't change!", " stays  the same "),
            *("It stays.", "not changed", "it is not changed", "The same number", "equal"),
        )
    },
    "02.1": {
        "loop": """
def f(cash_flow):
    n = 0
    for flow in cash_flow[::-1]:
        if flow >= 0:
            break
        n += 1
    return n""",
        "while": """
def f(cash_flow):
    n = 0
    while n < len(cash_flow) and cash_flow[-1 - n] < 0:
        n += 1
    return n""",
        "while, emptying the list": """
def f(cash_flow):
    n = 0
    while cash_flow and cash_flow.pop() < 0:
        n += 1
    return n""",
        "reset at each good month": """
def f(cash_flow):
    n = 0
    for flow in cash_flow:
        n = n + 1 if flow < 0 else 0
    return n""",
        "itself": """
def f(cash_flow):
    return 1 + f(cash_flow[:-1]) if cash_flow and cash_flow[-1] < 0 else 0""",
        "list": """
def f(cash_flow):
    good = [i for i, flow in enumerate(cash_flow) if not flow < 0]
    return len(cash_flow) - 1 - good[-1] if good else len(cash_flow)""",
        "numpy": "lambda cf: np.cumprod(np.array(cf)[::-1] < 0).sum()",
        "torch": "lambda cf: torch.cumprod((torch.tensor(cf).flip(0) < 0).long(), 0).sum()",
        "0-d": "lambda cf: np.array(float(np.cumprod(np.array(cf)[::-1] < 0).sum()))",
        "pandas": "lambda cf: (pd.Series(cf[::-1], dtype=float) < 0).cummin().sum()",
        "its own return above the one left over": """
def f(cash_flow):
    n = 0
    for flow in cash_flow:
        n = n + 1 if flow < 0 else 0
    return n
    return ...""",
    },
    "02.2": {
        word: repr(word)
        for word in (
            *("the past", "Past.", "past world", "The past world", "'past'", "other_past"),
            *("the world with the past run backwards", "the one with the past", "in the past"),
        )
    },
    "03.1": {
        "numpy": "np.int64(8_385)",
        "torch": "torch.tensor(8_385)",
        "0-d": "np.array(8_385.0)",
    },
    "03.2": {
        "loop": """
def f(y, y_prob):
    total = 0
    for happened, risk in zip(y, y_prob):
        if happened == 1:
            total -= math.log(risk)
        else:
            total -= math.log(1 - risk)
    return total / len(y)""",
        "loop over the formula": """
def f(y, y_prob):
    total = 0
    for i in range(len(y)):
        total += y[i] * math.log(y_prob[i]) + (1 - y[i]) * math.log(1 - y_prob[i])
    return -total / len(y)""",
        "numpy": "lambda y, p: -np.log(np.where(y == 1, p, 1 - p)).mean()",
        "guarded": "lambda y, p: -(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9)).mean()",
        "clipped like scikit-learn": """
def f(y, y_prob):
    q = np.clip(y_prob, 1e-7, 1 - 1e-7)
    return -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))""",
        "torch": """
def f(y, y_prob):
    y, y_prob = torch.from_numpy(y), torch.tensor(y_prob, requires_grad=True)
    return torch.nn.functional.binary_cross_entropy(y_prob, y)""",
        "torch, single precision": """
def f(y, y_prob):
    y, y_prob = torch.tensor(y).float(), torch.tensor(y_prob).float()
    return torch.nn.BCELoss()(y_prob, y)""",
        "list": """
def f(y, y_prob):
    losses = [-np.log(q) if yes else -np.log(1 - q) for yes, q in zip(y, y_prob)]
    return [sum(losses) / len(losses)]""",
        "0-d": "lambda y, p: np.array(-np.log(np.abs(1 - y - p)).mean())",
        "pandas": "lambda y, p: -np.log(pd.Series(p).where(y == 1, 1 - p)).mean()",
    },
    "04.1": {
        "loop": """
def f(w, b, x, y):
    along_w = along_b = 0
    for i in range(len(x)):
        error = 1 / (1 + math.exp(-w * x[i] - b)) - y[i]
        along_w += error * x[i] / len(x)
        along_b += error / len(x)
    return along_w, along_b""",
        "numpy": """
def f(w, b, x, y):
    error = 1 / (1 + np.exp(-(w * x + b))) - y
    return np.array([error @ x, error.sum()]) / len(x)""",
        "torch": """
def f(w, b, x, y):
    w, b = (torch.tensor(v, dtype=torch.double, requires_grad=True) for v in (w, b))
    p = torch.sigmoid(w * torch.tensor(x) + b)
    torch.nn.functional.binary_cross_entropy(p, torch.tensor(y)).backward()
    return w.grad, b.grad""",
        "torch, single precision": """
def f(w, b, x, y):
    w, b = torch.tensor(w, requires_grad=True), torch.tensor(b, requires_grad=True)
    x, y = torch.tensor(x).float(), torch.tensor(y).float()
    torch.nn.BCEWithLogitsLoss()(w * x + b, y).backward()
    return [w.grad, b.grad]""",
        "list": """
def f(w, b, x, y):
    error = 1 / (1 + np.exp(-(w * x + b))) - y
    return [np.mean(error * x), np.mean(error)]""",
        "0-d": """
def f(w, b, x, y):
    error = 1 / (1 + np.exp(-(w * x + b))) - y
    return np.array((error * x).mean()), np.array(error.mean())""",
        **{
            f"nudged by {h}, {sides} sides": f"""
def f(w, b, x, y, h={h}):
    def loss(w, b):
        p = 1 / (1 + np.exp(-(w * x + b)))
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    if {sides} == 1:
        return (loss(w + h, b) - loss(w, b)) / h, (loss(w, b + h) - loss(w, b)) / h
    along_w = (loss(w + h, b) - loss(w - h, b)) / (2 * h)
    return along_w, (loss(w, b + h) - loss(w, b - h)) / (2 * h)"""
            for h, sides in ((0.1, 2), (0.01, 2), (1e-4, 2), (1e-7, 2), (0.01, 1), (1e-6, 1))
        },
        "two decimals": """
def f(w, b, x, y):
    error = 1 / (1 + np.exp(-(w * x + b))) - y
    return round(np.mean(error * x), 2), round(np.mean(error), 2)""",
    },
    "04.2": {
        "list": "[7, 10]",
        "numpy": "np.array([7, 10])",
        "torch": "torch.tensor([7, 10])",
        "0-d": "(np.array(7), torch.tensor(10.0))",
    },
    "05.1": {
        "loop": """
def f(y, y_prob, n_groups):
    households = sorted(zip(y_prob.tolist(), y.tolist()))
    size, more = divmod(len(households), n_groups)
    predicted, observed, start = [], [], 0
    for group in range(n_groups):
        end = start + size + (group < more)
        predicted.append(sum(risk for risk, _ in households[start:end]) / (end - start))
        observed.append(sum(fell for _, fell in households[start:end]) / (end - start))
        start = end
    return predicted, observed""",
        "numpy": """
def f(y, y_prob, n_groups):
    order = y_prob.argsort()
    pieces = [np.array_split(values[order], n_groups) for values in (y_prob, y)]
    return np.array([[piece.mean() for piece in row] for row in pieces])""",
        "torch": """
def f(y, y_prob, n_groups):
    risks, order = torch.tensor(y_prob).sort()
    fell = torch.tensor(y)[order].double()
    return [[part.mean() for part in v.tensor_split(n_groups)] for v in (risks, fell)]""",
        "pandas": """
def f(y, y_prob, n_groups):
    table = pd.DataFrame({"p": y_prob, "y": y}).groupby(pd.qcut(y_prob, n_groups, labels=False))
    return table["p"].mean(), table["y"].mean()""",
        "0-d": """
def f(y, y_prob, n_groups):
    groups = np.array_split(np.argsort(y_prob), n_groups)
    return tuple([np.array(v[rows].mean()) for rows in groups] for v in (y_prob, y))""",
    },
    "05.2": {
        "loop": """
def f(y, y_prob, miss_price):
    best, lowest = None, float("inf")
    for threshold in sorted(y_prob):
        cost = 0
        for fell, risk in zip(y, y_prob):
            if risk >= threshold and not fell:
                cost += 1
            if risk < threshold and fell:
                cost += miss_price
        if cost < lowest:
            best, lowest = threshold, cost
    return best""",
        "numpy": """
def f(y, y_prob, miss_price):
    order = np.argsort(-y_prob)
    gained = np.cumsum(np.where(y[order], miss_price, -1))
    return y_prob[order][np.argmax(gained)]""",
        "means of all households": """
def f(y, y_prob, miss_price):
    costs = [np.mean((y_prob >= t) & ~y) + miss_price * np.mean((y_prob < t) & y) for t in y_prob]
    return y_prob[np.argmin(costs)]""",
        "torch": """
def f(y, y_prob, miss_price):
    y, risks = torch.tensor(y), torch.tensor(y_prob).float()
    warned = risks >= risks[:, None]
    costs = (warned & ~y).sum(1) + miss_price * (~warned & y).sum(1)
    return risks[costs.argmin()]""",
        "list": """
def f(y, y_prob, miss_price):
    def cost(t):
        return sum((p >= t and not fell) + miss_price * (p < t and fell)
                   for fell, p in zip(y.tolist(), y_prob.tolist()))
    return [min(y_prob.tolist(), key=cost)]""",
        "array of the cheapest": """
def f(y, y_prob, miss_price):
    costs = np.array([((y_prob >= t) & ~y).sum() + miss_price * ((y_prob < t) & y).sum()
                      for t in y_prob])
    return y_prob[costs == costs.min()]""",
        "0-d": """
def f(y, y_prob, miss_price):
    costs = [((y_prob >= t) & ~y).sum() + miss_price * ((y_prob < t) & y).sum() for t in y_prob]
    return np.array(y_prob[np.argmin(costs)])""",
        "pandas": """
def f(y, y_prob, miss_price):
    costs = {t: ((y_prob >= t) & ~y).sum() + miss_price * ((y_prob < t) & y).sum() for t in y_prob}
    return pd.Series(costs).idxmin()""",
    },
    "06.1": {"numpy": "np.int64(2)", "float": "2.0"},
    "06.2": {
        "in cents": "lambda t: round((1 - t) / t, 2)",
        "numpy": "lambda t: np.divide(1 - t, t)",
        "torch, single precision": "lambda t: 1 / torch.tensor(t) - 1",
        "0-d": "lambda t: np.array(1 / t - 1)",
        "list": "lambda t: [1 / t - 1]",
        "fraction": "lambda t: 1 / Fraction(t) - 1",
        "loop": """
def f(threshold):
    price, step = 0.0, 1024.0
    while step > 1e-6:
        if 1 / (1 + price + step) >= threshold:
            price += step
        step /= 2
    return price""",
    },
    "07.1": {
        "by hand": '''b"""{"debt": 7500, "savings": 1100.0,
            "monthly_income": 3.1e3, "monthly_expenses": 3050}"""''',
        "with spaces": """__import__("json").dumps({"monthly_income": 3100, "savings": 1100,
            "monthly_expenses": 3050, "debt": 7500}, indent=2).encode("utf-8")""",
        "bytearray": """bytearray(b'{"debt": 7500, "savings": 1100, "monthly_income": 3100,'
            b'"monthly_expenses": 3050}')""",
    },
    "07.2": {
        **{
            path: repr((path, "if prediction.probability > 0.5:"))
            for path in (
                *("routes.py", "api/routes.py", "./finrisk/api/routes.py"),
                *("finrisk\\api\\routes.py", ".\\api\\routes.py", "`finrisk/api/routes.py`"),
                *("Finrisk/API/routes.py", "'finrisk/api/routes.py'", "finrisk//api/routes.py."),
                *("+++ b/finrisk/api/routes.py", "/finrisk/api/routes.py", "finrisk.api.routes"),
                "b/finrisk/api/routes.py",
            )
        },
        **{
            line: repr(("finrisk/api/routes.py", line))
            for line in (
                *lesson_07._FAULTS,
                *("if prediction.probability > 0.5", "+        if prediction.probability > 0.5:"),
                *("prediction.probability>0.5 :", "prediction.probability > 0.5", "0.5", ">0.5"),
                *("`if prediction.probability > 0.5:`", "If prediction.probability > 0.5:\n"),
                *("if prediction.probability > 0.5: is a rule", "+ less = Change(spending=0.85)"),
                *("Change(spending=0.85)", "more = Suggestion('Spend 15 % less from now on', less"),
                *("Spend 15 % less from now on", "suggestions=(more, *prediction.suggestions)"),
                "if prediction.probability > 0.5:\n    less = Change(spending=0.85)\n",
            )
        },
        "list": "['finrisk/api/routes.py', 'if prediction.probability > 0.5:']",
        "list of lines": "('routes.py', ['less = Change(spending=0.85)'])",
    },
    "08.1": {
        "loop": """
def f(X, y):
    if len(X) != len(y):
        return False
    for i in range(len(X)):
        if X.index[i] != y.index[i]:
            return False
    return True""",
        "numpy": "lambda X, y: np.array_equal(X.index, y.index)",
        "numpy bool": "lambda X, y: np.bool_(X.index.equals(y.index))",
        "torch": """
def f(X, y):
    a, b = torch.tensor(X.index.tolist()), torch.tensor(y.index.tolist())
    return (a == b).all() if len(a) == len(b) else torch.tensor(False)""",
        "list": "lambda X, y: list(X.index) == list(y.index)",
        "0-d": "lambda X, y: np.array(X.index.equals(y.index))",
        "pandas": "lambda X, y: len(X) == len(y) and (X.index == y.index).all()",
        "reset in place": """
def f(X, y):
    y = y.rename("label").to_frame()
    X.reset_index(inplace=True)
    y.reset_index(inplace=True)
    return X["index"].equals(y["index"])""",
    },
    "08.2": {
        "loop": """
def f(y, q):
    total = 0
    for came, told in zip(y, q):
        total += (told - came) ** 2
    return total / len(y)""",
        "numpy": "lambda y, q: np.square(y - q).mean()",
        "torch": "lambda y, q: torch.nn.functional.mse_loss(torch.tensor(q), torch.tensor(y))",
        "torch, single precision": """
def f(y, q):
    y, q = torch.tensor(y).float(), torch.tensor(q).float().requires_grad_()
    return ((y - q) ** 2).mean()""",
        "list": "lambda y, q: [sum((b - a) ** 2 for a, b in zip(y, q)) / len(y)]",
        "0-d": "lambda y, q: np.array(np.mean((q - y) ** 2))",
        "pandas": "lambda y, q: ((pd.Series(y) - q) ** 2).mean()",
        "scikit-learn": "__import__('sklearn.metrics').metrics.brier_score_loss",
    },
    "08.3": {
        word: repr(word)
        for word in ("Balanced weights", "the balanced weights", "'balanced weights'.")
    },
    "09.1": {
        "loop": """
def f(past, now):
    total = 0
    for a, b in zip(past, now):
        total += (b - a) * math.log(b / a)
    return total""",
        "numpy": "lambda past, now: (now - past) @ (np.log(now) - np.log(past))",
        "guarded": "lambda past, now: np.sum((now - past) * np.log((now + 1e-6) / (past + 1e-6)))",
        "torch": """
def f(past, now):
    past, now = torch.tensor(past).float(), torch.tensor(now).float()
    return ((now - past) * torch.log(now / past)).sum()""",
        "list": "lambda past, now: [sum((b - a) * math.log(b / a) for a, b in zip(past, now))]",
        "0-d": "lambda past, now: np.array(np.sum((past - now) * np.log(past / now)))",
        "pandas": """
def f(past, now):
    table = pd.DataFrame({"past": past, "now": now})
    return ((table["now"] - table["past"]) * np.log(table["now"] / table["past"])).sum()""",
        "scipy": """
def f(past, now):
    from scipy.stats import entropy
    return entropy(past, now) + entropy(now, past)""",
    },
    "09.2": {
        "loop": """
def f(gap, q):
    variance = 0
    for risk in q:
        variance += risk * (1 - risk) / len(q)
    return (1.96 / gap) ** 2 * variance""",
        "all digits of 1.96": """
def f(gap, q):
    from scipy.stats import norm
    return norm.ppf(0.975) ** 2 * np.mean(q * (1 - q)) / gap**2""",
        "the standard library's 1.96": """
def f(gap, q):
    from statistics import NormalDist
    return NormalDist().inv_cdf(0.975) ** 2 * np.mean(q * (1 - q)) / gap**2""",
        "torch": """
def f(gap, q):
    q = torch.tensor(q).float()
    return 1.96**2 * (q * (1 - q)).mean() / gap**2""",
        "list": "lambda gap, q: [1.96**2 * sum(p * (1 - p) for p in q) / len(q) / gap**2]",
        "0-d": "lambda gap, q: np.array(1.96**2 * np.mean(q - q**2) / gap**2)",
        "numpy": "lambda gap, q: np.square(1.96 * np.sqrt(np.mean(q * (1 - q))) / gap)",
        "pandas": "lambda gap, q: (pd.Series(q) * (1 - q)).mean() * (1.96 / gap) ** 2",
    },
    "09.3": {word: repr(word) for word in ("The features", "feature", '"features"', "Features.")},
}


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # pandas 3.1 begins to say good-bye
@pytest.mark.parametrize(
    ("key", "form"), [(key, form) for key, forms in RIGHT.items() for form in forms]
)
def test_a_right_answer_in_another_form_is_right(key: str, form: str) -> None:
    told = check(key, typed(RIGHT[key][form]))
    assert told.state == "Right", told


# --- wrong answers, and what is said of them -------------------------------------------------

_CHEAPEST = """
def f(y, y_prob, miss_price):
    costs = []
    for t in y_prob:
        warned = y_prob >= t
        needless, missed = (warned & ~y).sum(), (~warned & y).sum()
        costs.append({cost})
    return y_prob[np.argmin(costs)]"""

WRONG: dict[str, list[tuple[str, str]]] = {
    "00.1": [
        ("5_200 / 3_900", "before the bad spring"),
        ("float('nan')", "no number at all"),
        ("np.bool_(True)", "True_ is not a number"),
        ("b'0.641'", "is not a number"),
        ("['0.641']", "is not a number"),
        ("[]", "you gave 0"),
    ],
    "01.1": [
        ("4_690.5", "too high"),
        ("'4690'", "is a text, and a number is asked for"),
        ("'4,690 dollars'", "Leave out quotation marks"),
        ("5_530", "take off all 4,650"),
        ("(4, 690)", "not 2,500"),
    ],
    "01.2": [
        ("'It goes up'", "A bill costs money"),
        ("'decreases'", "use up the luck"),
        ("'more'", "A bill costs money"),
        ("'less'", "use up the luck"),
        ("'it does not stay the same'", "not one of the words"),
        ("'rises or stays the same'", "not one of the words"),
        ("np.int64(1_509)", "is a number. The question is"),
        ("['stays the same']", "not one of the words"),
    ],
    "02.1": [
        (
            """
def f(cash_flow):
    for months, flow in enumerate(reversed(cash_flow[-6:])):
        if flow >= 0:
            return months
    return len(cash_flow)""",
            "it gives 10, but the answer is 8",
        ),
        (
            """
def f(cash_flow):
    for months, flow in enumerate(reversed(cash_flow)):
        if flow > -1:
            return months
    return len(cash_flow)""",
            "A month at -0.4 is in the red",
        ),
        (
            """
def f(cash_flow):
    for months, flow in enumerate(reversed(cash_flow)):
        if int(flow) >= 0:
            return months
    return len(cash_flow)""",
            "A month at -0.4 is in the red",
        ),
        (
            """
def f(cash_flow):
    for months, flow in enumerate(reversed(cash_flow)):
        if round(flow) >= 0:
            return months
    return len(cash_flow)""",
            "-0.4",
        ),
        (
            """
def f(cash_flow):
    n = 0
    for flow in reversed(cash_flow[-12:]):
        if flow >= 0:
            return n
        n += 1
    return n""",
            "it gives 12, but the answer is",
        ),
        (
            """
def f(cash_flow):
    n = 0
    for flow in reversed(cash_flow[-120:]):
        if flow >= 0:
            return n
        n += 1
    return n""",
            "it gives 120, but the answer is",
        ),
        (
            """
def f(cash_flow):
    for months, flow in enumerate(reversed(cash_flow)):
        if flow >= 0:
            return months""",
            "For cash_flow = [-3, -4] your function gives nothing back (None), for others it does.",
        ),
        (
            """
def f(cash_flow):
    n = 0
    for flow in reversed(cash_flow):
        if flow < 0:
            n += 1
        return n""",
            "For cash_flow = [] your function gives nothing back (None), for others it does.",
        ),
        (
            """
def f(cash_flow):
    n = 0
    for flow in reversed(cash_flow):
        if flow >= 0:
            break
        n += 1
    return print(n)""",
            "gives nothing back (None), whatever it is given",
        ),
        ("lambda cf: sum(flow < 0 for flow in cf)", "counts all months in the red"),
        ("lambda cf: [1, 2]", "it gives [1, 2], but the answer is 2"),
        ("lambda cf, months: 2", "your function stops: TypeError"),
        ("lambda cf: cf[-1] < 0", "For cash_flow = [] your function stops: IndexError"),
        ("lambda cf: bool(cf) and cf[-1] < 0", "True is not a number"),
        ("lambda cf: str(len(cf))", "'3' is not a number"),
    ],
    "02.2": [
        ("'not the past'", "not one of the words"),
        ("'past and future'", "not one of the words"),
        ("'the future'", "It is not caught there"),
        ("'Both worlds'", "One of the two it passes"),
    ],
    "03.1": [
        ("8_224", "counts the weights only"),
        ("8_386", "too high"),
        ("32 * 128 + 1 + 128 * 32 + 1 + 32 * 1 + 1", "not one per layer"),
        ("32 * 128 + 128 * 32 + 32 + 1", "each neuron of the two hidden layers"),
        ("(32 * 128 + 128) + (128 * 32 + 32) + (64 * 1 + 1)", "32 answers, not 64"),
        ("(32 * 128 + 128) + (128 * 32 + 32)", "the output neuron has 32 weights and a bias"),
        ("(32 + 1) * 128 + (128 + 1) * 32 + 32", "the output neuron has a bias too"),
        ("(32 * 128 + 32) + (128 * 32 + 128) + (32 * 1 + 32)", "not per input"),
        ("(128 * 32 + 32) + (32 * 1 + 1)", "leaves out the first layer"),
        ("(32 * 64 + 64) + (64 * 64 + 64) + (64 * 1 + 1)", "halves the first hidden layer"),
        ("(32 * 64 + 64) + (64 * 32 + 32) + (32 * 1 + 1)", "halves both hidden layers"),
        ("(20 * 128 + 128) + (128 * 32 + 32) + (32 * 1 + 1)", "takes 32 inputs"),
        ("12_545 / 2", "not the whole network"),
        ("12_545 // 2", "not the whole network"),
        ("12_545 - 8_385", "How many are left?"),
        ("32 * 128 * 32 * 1", "Count each layer, then add"),
    ],
    "03.2": [
        (
            "lambda y, p: -np.mean(p * np.log(y) + (1 - p) * np.log(1 - y))",
            "changed places",
        ),
        ("lambda p, y: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))", "changed places"),
        (
            """
def f(y, y_prob):
    y, y_prob = torch.from_numpy(y), torch.from_numpy(y_prob)
    return torch.nn.functional.binary_cross_entropy(y, y_prob)""",
            "takes the probabilities first",
        ),
        (
            """
def f(y, y_prob):
    y, y_prob = torch.from_numpy(y), torch.from_numpy(y_prob)
    return torch.nn.functional.binary_cross_entropy_with_logits(y_prob, y)""",
            "one Sigmoid too many",
        ),
        ("lambda y, p: np.mean(-y * np.log(p) + (1 - y) * np.log(1 - p))", "one minus belongs"),
        ("lambda y, p: -np.mean(y * np.log(p) - (1 - y) * np.log(1 - p))", "one minus belongs"),
        ("lambda y, p: np.mean(y * np.log(p) - (1 - y) * np.log(1 - p))", "one minus belongs"),
        ("lambda y, p: np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))", "and that is the sum"),
        ("lambda y, p: y * np.log(p) + (1 - y) * np.log(1 - p)", "their mean is asked for"),
        ("lambda y, p: -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))", "That is the sum."),
        ("lambda y, p: -np.mean(y * np.log10(p) + (1 - y) * np.log10(1 - p))", "to base 10"),
        ("lambda y, p: -np.mean(y * np.log2(p) + (1 - y) * np.log2(1 - p))", "in bits"),
        ("lambda y, p: -np.mean((1 - y) * np.log(1 - p))", "Stressed households count too"),
        ("lambda y, p: -np.mean(y * np.log(p) + np.log(1 - p))", "for stressed households, too"),
        ("lambda y, p: -np.mean(np.log(1 - p))", "every household as stable"),
        ("lambda y, p: -np.mean(y * np.log(p) + 1 - y * np.log(1 - p))", "Without brackets"),
        ("lambda y, p: -np.mean(y * np.log(p) + (1 - y) * (1 - np.log(p)))", "first subtract"),
        ("lambda y, p: np.mean(y * p + (1 - y) * (1 - p))", "The logarithm is missing"),
        ("lambda y, p: -np.mean(y * p + (1 - y) * (1 - p))", "The logarithm is missing"),
        ("lambda y, p: np.mean(abs(y - p))", "The logarithm is missing"),
        ("lambda y, p: -np.log(np.mean(np.where(y == 1, p, 1 - p)))", "the log of a mean"),
        ("lambda y, p: -np.log(p[0] if y[0] else 1 - p[0])", "the first household only"),
        (
            "lambda y, p: -np.mean(y * math.log(p) + (1 - y) * math.log(1 - p))",
            "np.log a whole array",
        ),
        (
            "lambda y, p: -(y * np.log(p + 1e-3) + (1 - y) * np.log(1 - p + 1e-3)).mean()",
            "What you add against log(0)",
        ),
        ("lambda y, p: round(-np.log(np.where(y == 1, p, 1 - p)).mean(), 2)", "That is rounded"),
        ("lambda y, p: -np.mean(y * np.log(y) + (1 - y) * np.log(1 - y))", "take a log of 0?"),
        (
            "lambda y, p: -np.log(np.where(y == 1, p.round(), 1 - p.round())).mean()",
            "take a log of 0?",
        ),
        (
            """
def f(y, y_prob):
    q = np.clip(y_prob, 0.05, 0.95)
    return -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))""",
            "it gives 1.81611, but the answer is 2.17289",
        ),
        (
            """
def f(y, y_prob):
    q = np.clip(y_prob, 0.01, 0.99)
    return -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))""",
            "y_prob = [1e-06, 0.999999, 0.999999, 1e-06] it gives 2.30761, but the answer is 6.9",
        ),
        (
            "lambda y, p: -np.nanmean(y * np.log(p) + (1 - y) * np.log(1 - p))",
            "y_prob = [0.5, 0, 1] it gives 0.693, but the answer is 0.231",
        ),
        ("lambda y, p: np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))", "The sign is missing"),
        ("lambda y, p: -np.mean(np.log(p))", "treats every household as stressed"),
        ("lambda y, p: -np.median(np.log(np.where(y == 1, p, 1 - p)))", "the answer is"),
        ("lambda y, p: -np.log(np.where(p > 0.5, p, 1 - p)).mean()", "the answer is"),
        ("lambda y, p: -np.log(p) if y == 1 else -np.log(1 - p)", "Use np.where"),
        ("lambda y, p: -np.log(p) if y.all() and p.any() else math.log(1 - p)", "stops: TypeError"),
        ("lambda y, p: -torch.log(p).mean()", "PyTorch works on tensors"),
        ("lambda y, p: -(y * torch.log(torch.tensor(p))).mean()", "PyTorch works on tensors"),
        ("torch.nn.BCELoss()", "PyTorch works on tensors"),
        ("lambda y, p: torch.nn.functional.binary_cross_entropy(p, y)", "works on tensors"),
        ("lambda y, p: 'low'", "'low' is not a number"),
        ("lambda y, p: {'loss': 1}", "{'loss': 1} is not a number"),
        ("lambda y, p: (loss for loss in y)", "is not a number"),
    ],
    "04.1": [
        (
            """
def f(w, b, x, y):
    error = 1 / (1 + np.exp(-w * x + b)) - y
    return np.mean(error * x), np.mean(error)""",
            "with brackets",
        ),
        (
            """
def f(w, b, x, y):
    error = 1 / (1 + np.exp(w * x + b)) - y
    return np.mean(error * x), np.mean(error)""",
            "minus is missing",
        ),
        (
            """
def f(w, b, x, y):
    error = 1 / (1 + np.exp(-(w * x + b))) - y
    return np.mean(error * x), np.mean(error * b)""",
            "its input is 1",
        ),
        (
            """
def f(w, b, x, y):
    error = 1 / (1 + math.exp(-(w * x + b))) - y
    return np.mean(error * x), np.mean(error)""",
            "np.exp takes them",
        ),
        (
            """
def f(w, b, x, y):
    error = y - 1 / (1 + np.exp(-(w * x + b)))
    return np.mean(error * x), np.mean(error)""",
            "sign is turned",
        ),
        (
            """
def f(w, b, x, y):
    error = 1 / (1 + np.exp(-(w * x + b))) - y
    return np.sum(error * x), np.sum(error)""",
            "That is the sum",
        ),
        (
            """
def f(w, b, x, y, h=0.01):
    def loss(w, b):
        p = 1 / (1 + np.exp(-(w * x + b)))
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return loss(w + h, b) - loss(w - h, b), loss(w, b + h) - loss(w, b - h)""",
            "but the answer is",
        ),
        (
            """
def f(w, b, x, y, h=0.01):
    def loss(w, b):
        p = 1 / (1 + np.exp(-(w * x + b)))
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return (loss(w + h, b) - loss(w - h, b)) / h, (loss(w, b + h) - loss(w, b - h)) / h""",
            "but the answer is",
        ),
        (
            """
def f(w, b, x, y, h=1):
    def loss(w, b):
        p = 1 / (1 + np.exp(-(w * x + b)))
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return (loss(w + h, b) - loss(w, b)) / h, (loss(w, b + h) - loss(w, b)) / h""",
            "but the answer is",
        ),
        (
            """
def f(w, b, x, y):
    error = (1 / (1 + np.exp(-(w * x + b))) > 0.5) - y
    return np.mean(error * x), np.mean(error)""",
            "but the answer is",
        ),
        (
            """
def f(w, b, x, y):
    error = 1 / (1 + np.exp(-(w * x + b))) - y
    return round(np.mean(error * x), 1), round(np.mean(error), 1)""",
            "but the answer is",
        ),
    ],
    "04.2": [
        ("('7', '10')", "'7' is not a number"),
        ("({'kept': 7}, 10)", "such as kept = 2 and last_run = 5, is asked for"),
        ("(7, 10, 11)", "2 numbers are asked for, and you gave 3"),
        ("(float('nan'), 10)", "`kept` is nan"),
    ],
    "05.1": [
        (
            """
def f(y, y_prob, n_groups):
    order, size = np.argsort(y_prob), len(y) // n_groups
    groups = [order[i * size : (i + 1) * size] for i in range(n_groups)]
    return [y_prob[g].mean() for g in groups], [y[g].mean() for g in groups]""",
            "It leaves the highest risks out",
        ),
        (
            """
def f(y, y_prob, n_groups):
    groups = np.array_split(np.argsort(y_prob), 2)
    return [y_prob[g].mean() for g in groups], [y[g].mean() for g in groups]""",
            "n_groups = 3 it gives [[",
        ),
        (
            """
def f(y, y_prob, n_groups):
    groups = np.array_split(np.argsort(y_prob), n_groups)
    return [np.median(y_prob[g]) for g in groups], [y[g].mean() for g in groups]""",
            "but the answer is",
        ),
        (
            """
def f(y, y_prob, n_groups):
    groups = np.array_split(np.argsort(y_prob), n_groups)
    return [round(y_prob[g].mean(), 2) for g in groups], [y[g].mean() for g in groups]""",
            "but the answer is",
        ),
        (
            """
def f(y, y_prob, n_groups):
    groups = np.array_split(np.argsort(y_prob), n_groups)
    return [y_prob[g].mean() for g in groups], [y[g].sum() for g in groups]""",
            "counts those who became stressed",
        ),
        ("lambda y, y_prob, n_groups: ([0.1], [0, 1])", "its parts are not equally long"),
        ("lambda y, y_prob, n_groups: (map(float, y_prob), [0])", "is not a number"),
    ],
    "05.2": [
        *(
            (_CHEAPEST.format(cost=f"needless + {price} * missed"), "at every miss_price")
            for price in (4, 5, 9)
        ),
        (_CHEAPEST.format(cost="needless + 7.5 * missed"), "miss_price"),
        (_CHEAPEST.format(cost="needless + 100 * missed"), "miss_price"),
        (_CHEAPEST.format(cost="needless + missed"), "accuracy"),
        (_CHEAPEST.format(cost="needless + miss_price**2 * missed"), "miss_price squared"),
        (_CHEAPEST.format(cost="needless + int(miss_price) * missed"), "the answer is"),
        (_CHEAPEST.format(cost="needless + round(miss_price) * missed"), "the answer is"),
        (_CHEAPEST.format(cost="needless + max(miss_price, 1) * missed"), "the answer is"),
        (_CHEAPEST.format(cost="warned.sum() + miss_price * missed"), "every warning cost 1"),
        (_CHEAPEST.format(cost="miss_price * needless + missed"), "prices are swapped"),
        (
            _CHEAPEST.format(cost="needless / (~y).sum() + miss_price * missed / y.sum()"),
            "acts as if shares were added",
        ),
        (
            _CHEAPEST.format(cost="needless + miss_price * missed").replace(">=", ">"),
            "threshold were not warned",
        ),
        (
            # has its >= and steps one household too far down
            """
def f(y, y_prob, miss_price):
    risks = np.sort(y_prob)
    costs = [((y_prob >= t) & ~y).sum() + miss_price * ((y_prob < t) & y).sum() for t in risks]
    return risks[np.argmin(costs) - 1]""",
            "but the answer is",
        ),
        ("lambda y, y_prob, miss_price: 1 / (1 + miss_price)", "many calibrated risks lead"),
        ("lambda y, y_prob, miss_price: y_prob.min()", "warns everybody"),
        ("lambda y, y_prob, miss_price: 'low'", "'low' is not a number"),
    ],
    "06.1": [("'2'", "'2' is not a number"), ("4", "lines of code")],
    "06.2": [
        ("lambda t: round((1 - t) / t, 1)", "but the answer is"),
        ("lambda t: max(1, 1 / t - 1)", "For threshold = 0.8 it gives 1, but the answer is 0.25"),
        ("lambda t: min(20, 1 / t - 1)", "For threshold = 0.02 it gives 20, but the answer is 49"),
        ("lambda t: t / (1 - t)", "Upside down"),
    ],
    "07.1": [
        (
            'b\'{"monthly_income": 3_100, "monthly_expenses": 3_050}\'',
            "not JSON (JSONDecodeError, Expecting ',' delimiter: line 1 column 21 (char 20))",
        ),
        ("b'{\"debt\": 7500,}'", "no comma follows the last value"),
        ("str({'debt': 7500}).encode()", "each name stands in double quotes"),
        (
            """b'{"monthly_income": NaN, "monthly_expenses": 3050, "savings": 1100, "debt": 0}'""",
            "JSON has no NaN. Each value is a number",
        ),
        ("b'{\"debt\": Infinity}'", "JSON has no Infinity"),
        ("b'null'", "holds no dictionary"),
        ("b''", "not JSON"),
    ],
    "07.2": [
        ("'if prediction.probability > 0.5:'", "A path and a line"),
        ("('routes', '0.5')", "no path of the diff"),
        ("('tests/routes.py', '0.5')", "no path of the diff"),
        ("('api', '0.5')", "no path of the diff"),
        ("('.', '0.5')", "no path of the diff"),
        ("(['routes.py'], '0.5')", "no path of the diff"),
        ("('suggestions.py', '0.5')", "There the change belongs"),
        ("('routes.py', 'replace')", "fits several lines"),
        ("('routes.py', '5')", "no line that the diff puts in"),
        ("('routes.py', ['', ' '])", "no line that the diff puts in"),
        ("('routes.py', 'if risk > 0.3:')", "no line that the diff puts in"),
        ("('routes.py', '+from finrisk.prediction import Suggestion')", "An import decides"),
        ("('routes.py', '-        return PredictionOut.of(predictor.predict(')", "is taken out"),
        (
            "('routes.py', 'less = Change(spending=0.85)\\nreturn PredictionOut.of(prediction)')",
            "only hands an answer on",
        ),
    ],
    "08.1": [
        (
            "lambda X, y: len(X) == len(y) and (X.index[::2] == y.index[::2]).all()",
            "row 1 (counting from 0) and its label do not match",
        ),
        (
            """
def f(X, y):
    n = len(X)
    same = n == len(y) and X.index[-1] == y.index[-1]
    return same and all(X.index[i] == y.index[i] for i in range(n) if i < 4)""",
            "(counting from 0) and its label do not match",
        ),
        (
            """
def f(X, y):
    X.sort_index(inplace=True)
    y.sort_index(inplace=True)
    return X.index.equals(y.index)""",
            "in another order",
        ),
        (
            """
def f(X, y):
    X, y = X.reset_index(drop=True), y.reset_index(drop=True)
    return X.index.equals(y.index)""",
            "The length alone tells nothing",
        ),
        ("lambda X, y: X.index[0] == y.index[0]", "It acts as if only the first row were"),
        (
            """
def f(X, y):
    for a, b in zip(X.index, y.index):
        if a != b:
            return False
        return True""",
            "It acts as if only the first row were",
        ),
        ("lambda X, y: (X.index == y.index).all()", "False there, not stop"),
        ("lambda X, y: X.index == y.index", "Ask about all rows at once"),
        ("lambda X, y: sorted(X.index) == sorted(y.index)", "in another order"),
        ("lambda X, y: X.idx.equals(y.index)", "For 3 rows and 3 labels it raises AttributeError"),
        ("lambda X, y: 'yes'", "True or False is asked for, got 'yes'. Stuck?"),
        ("lambda X, y: 1 if X.index.equals(y.index) else 0", "asked for, got 1. Stuck?"),
    ],
    "08.2": [
        ("lambda y, q: np.mean((np.clip(q, 0.05, 0.95) - y) ** 2)", "it gives 0.4525"),
        ("lambda y, q: np.mean((np.clip(q, 0.001, 0.999) - y) ** 2)", "but the answer is 0.4999"),
        ("lambda y, q: np.mean((q.round(1) - y) ** 2)", "but the answer is"),
        ("lambda y, q: np.mean(abs(q - y))", "not squared"),
        ("lambda y, q: np.sqrt(np.mean((q - y) ** 2))", "That is the root"),
        ("lambda y, q: np.mean(q - y) ** 2", "First square"),
        ("lambda y, q: 2 * np.mean((q - y) ** 2)", "but the answer is"),
    ],
    "08.3": [("'sigmoid_twice'", "to 0 and 1"), ("'unbalanced weights'", "not one of the words")],
    "09.1": [
        *(
            (
                f"""
def f(past, now):
    past, now = np.clip(past, {least}, 1), np.clip(now, {least}, 1)
    return np.sum((now - past) * np.log(now / past))""",
                "past = [0.97, 0.029, 0.001], now = [0.3, 0.5, 0.2] it gives",
            )
            for least in (0.05, 0.01, 0.003)
        ),
        ("lambda past, now: np.sum((now - past) ** 2 / past)", "but the answer is"),
        ("lambda past, now: np.sum((now - past) * np.log2(now / past))", "but the answer is"),
        ("lambda past, now: np.sum(now * np.log(now / past))", "not now alone"),
        ("lambda past, now: (now - past) * np.log(now / past)", "one value a bin"),
        ("lambda past, now: np.mean((now - past) * np.log(now / past))", "Add the bins up"),
    ],
    "09.2": [
        ("lambda gap, q: 4 * np.mean(q * (1 - q)) / gap**2", "but the answer is"),
        ("lambda gap, q: 1.645**2 * np.mean(q * (1 - q)) / gap**2", "but the answer is"),
        (
            "lambda gap, q: 1.96**2 * np.mean(np.clip(q, 0.05, 0.95) * 0.5) / gap**2",
            "but the answer is",
        ),
        ("lambda gap, q: 1.96**2 * np.mean(q) * (1 - np.mean(q)) / gap**2", "each household first"),
        ("lambda gap, q: math.ceil(1.96**2 * np.mean(q * (1 - q)) / gap**2)", "rounded up"),
        ("lambda gap, q: round(1.96**2 * np.mean(q * (1 - q)) / gap**2)", "That is rounded."),
    ],
    "09.3": [("'neither of them'", "not one of the words"), ("'label'", "Silent features")],
}


@pytest.mark.filterwarnings("ignore:The inplace keyword")
@pytest.mark.parametrize(
    ("key", "code", "words"),
    [(key, code, words) for key, cases in WRONG.items() for code, words in cases],
    ids=[f"{key}-{words}" for key, cases in WRONG.items() for _, words in cases],
)
def test_a_wrong_answer_is_told_what_it_does(key: str, code: str, words: str) -> None:
    told = check(key, typed(code))
    assert told.state == "Not yet"
    assert words in told.text, told


# --- cases that are new each time ------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:The inplace keyword")
@pytest.mark.parametrize("key", FUNCTIONS)
def test_right_stays_right_and_wrong_stays_wrong_in_fifty_draws(key: str) -> None:
    exercise = EXERCISES[key]
    forms = cycle([exercise.right(), *map(typed, RIGHT[key].values())])
    wrong = cycle([*exercise.wrong, *((typed(code), words) for code, words in WRONG[key])])
    with contextlib.redirect_stdout(io.StringIO()):
        for _ in range(ROUNDS):
            assert exercise.checker(next(forms)) is None
        for _ in range(ROUNDS):
            answer, words = next(wrong)
            assert _verdict(exercise, answer) != "Right", words


# Wrong answers that agree with every example: only drawn cases can tell.
SLY = {
    "02.1": "lambda cf: sum(np.cumprod(np.array(cf[-60:])[::-1] < 0))",
    "03.2": """
def f(y, y_prob):
    return -np.log(np.where(y == 1, y_prob, 1 - y_prob))[:10].mean()""",
    "04.1": """
def f(w, b, x, y):
    error = 1 / (1 + np.exp(-np.clip(w * x + b, -9, 1.7))) - y
    return np.mean(error * x), np.mean(error)""",
    "05.1": """
def f(y, y_prob, n_groups):
    groups = np.array_split(np.argsort(y_prob), n_groups)[:5]
    return [y_prob[g].mean() for g in groups], [y[g].mean() for g in groups]""",
    "05.2": _CHEAPEST.format(cost="needless + min(2.4, miss_price) * missed"),
    "06.2": "lambda t: (1 - t) / t if t == round(t, 3) else int(1 / t)",
    "08.1": "lambda X, y: list(X.index[:5]) == list(y.index[:5]) and len(X) == len(y)",
    "08.2": "lambda y, q: np.mean(((q - y) ** 2)[:4])",
    "09.1": "lambda past, now: np.sum((now - past)[:9] * np.log(now / past)[:9])",
    "09.2": "lambda gap, q: 1.96**2 * np.mean((q * (1 - q))[:9]) / max(0.01, gap) ** 2",
}


@pytest.mark.parametrize("key", FUNCTIONS)
def test_an_answer_that_knows_the_examples_is_caught_each_time(key: str) -> None:
    answer, exercise = typed(SLY[key]), EXERCISES[key]
    for _ in range(ROUNDS):
        assert _verdict(exercise, answer) == "Not yet"


def _verdict(exercise: Exercise, answer: Any) -> str:
    """As `check` finds it, without the thread."""
    try:
        return "Right" if exercise.checker(answer) is None else "Not yet"
    except Exception:
        return "could not be used"


# --- answers that spoil what they are given --------------------------------------------------


def spoil(*arguments: Any) -> Any:
    """Sorts, empties, overwrites and resets whatever it gets hold of."""
    for given in arguments:
        if isinstance(given, list):
            given.sort()
            given.clear()
        elif isinstance(given, np.ndarray):
            given.sort()
            given[:] = given[::-1].copy()
            given[0] = 0
        elif isinstance(given, pd.DataFrame | pd.Series):
            given.sort_index(inplace=True)
            given.reset_index(inplace=True, drop=True)
            given.index = given.index[::-1]
            given.iloc[0] = -1
            given.drop(index=given.index[:1], inplace=True)
    return arguments[0]


@pytest.mark.filterwarnings("ignore:The inplace keyword")
@pytest.mark.parametrize("key", FUNCTIONS)
def test_a_try_that_spoils_its_inputs_spoils_no_later_check(key: str) -> None:
    right = EXERCISES[key].right()
    wrong, words = EXERCISES[key].wrong[0]

    def spoils_and_is_right(*arguments: Any) -> Any:
        result = right(*arguments)
        spoil(*arguments)
        return result

    for _ in range(3):
        assert check(key, spoil).state == "Not yet"
        assert check(key, spoils_and_is_right).state == "Right"
        assert check(key, right).state == "Right"
        assert words in check(key, wrong).text


# --- the cases themselves --------------------------------------------------------------------


def test_each_case_of_05_2_has_one_cheapest_threshold() -> None:
    for cases in _draws(lesson_05._draw_prices):
        for y, y_prob, miss_price in cases:
            costs = np.sort(lesson_05._costs(y, y_prob, y_prob, miss_price))
            assert costs[1] - costs[0] > 1e-9
            assert np.diff(np.sort(y_prob)).min() > 1e-4, "far apart for single precision"
            assert 0 < y.sum() < len(y)
    assert {0, 1} == {int(c[2] > 1) for cases in _draws(lesson_05._draw_prices) for c in cases}


def test_05_1_compares_with_what_the_package_says() -> None:
    for cases in _draws(lesson_05._draw_groups):
        for case in cases:
            np.testing.assert_allclose(lesson_05._in_groups(*case), lesson_05._table(*case))


def test_07_2_knows_each_line_that_the_diff_changes() -> None:
    diff = Path(__file__).parent / "change_requests" / "new_suggestion_wrong.diff"
    changed = [
        line[1:].strip()
        for line in diff.read_text(encoding="utf-8").splitlines()
        if line[:1] in "+-" and line[:3] not in ("+++", "---") and line[1:].strip()
    ]
    assert sorted(changed) == sorted((*lesson_07._FAULTS, *lesson_07._SOUND))


def test_08_1_draws_sound_pairs_and_a_flaw_in_each_row() -> None:
    for pairs in _draws(lesson_08._draw_pairs):
        assert [rows == labels for rows, labels, _ in pairs].count(True) == 3
        other = [(a, b) for a, b, _ in pairs if len(a) == len(b) and len({*a} ^ {*b}) == 2]
        assert [[x == y for x, y in zip(*pair, strict=True)].index(False) for pair in other] == [
            *range(7)
        ]


def _draws(draw: Callable[[np.random.Generator], Any]) -> Iterator[Any]:
    return (draw(np.random.default_rng(seed)) for seed in range(ROUNDS))

"""The examples in `/openapi.json`: what an answer looks like, and what a refusal says.

A reader learns a format from one true case faster than from a schema. `tests/test_openapi.py`
sends each of them and finds what is promised here. Left out: the examples of a request, which
are made of `INPUTS` (`schemas.py`).
"""

from dataclasses import replace
from typing import Any

from finrisk.api.refusals import (
    STATUS_BAD_VALUE,
    STATUS_FROM_ELSEWHERE,
    STATUS_NOT_READY,
    STATUS_TOO_LARGE,
    STATUS_TOO_SLOW,
    STATUS_WRONG_HOST,
    TOO_LARGE,
    TOO_SLOW,
    Refusal,
    other_host,
    other_site,
)
from finrisk.api.schemas import PredictionOut
from finrisk.change import Change
from finrisk.data.label import N_PAST
from finrisk.household import EXAMPLES
from finrisk.inputs import INPUTS
from finrisk.prediction import Driver, Prediction, Suggestion

__all__ = [
    "ANSWER",
    "BAD_CSV",
    "BAD_FORM",
    "BAD_HOUSEHOLD",
    "CSV",
    "EVERYWHERE",
    "FORM",
    "WITHOUT_MODEL",
    "documented",
]

# Maria with her pattern, all but the debt payment: a new field is one more of these.
_PATTERN: dict[str, Any] = {
    name: field.default for name, field in INPUTS.items() if not field.required
}
_MARIA = replace(EXAMPLES["Maria, on the edge"], **_PATTERN | {"debt_payment": None})
_LESS_PAY = Change(income=0.75)
# Rounded from the shipped model's answer about Maria with a quarter less pay. Made as an answer
# is made, so that its shape cannot grow stale; it needs no model file.
_ANSWER = PredictionOut.of(
    Prediction(
        household=_MARIA,
        probability=0.96,
        risk_class="High",
        alert_threshold=0.15,
        high_threshold=0.5,
        typical_probability=0.27,
        change=_LESS_PAY,
        before=0.4,
        drivers=(
            Driver("What changes", 56.0, "25 % less income from now on"),
            Driver("Savings cushion", 15.0, "savings cover 1.3 months of expenses"),
            Driver("Ups and downs", -1.5, "ups and downs of income 14.0 %; ..."),
            Driver("Spending against income", -0.5, "expenses are 93 % of income"),
            Driver("Debt load", 0.0, "debt is 2.1 months of income"),
            Driver("Recent months", 0.0, "change of savings $0; ..."),
        ),
        suggestions=(
            Suggestion("Spend 10 % less from now on", replace(_LESS_PAY, spending=0.9), 0.73, 0.96),
        ),
        assumed={"debt_payment": 134.0},
    )
)
_PICTURES = [name for name in PredictionOut.model_fields if name.endswith("_svg")]
_SHORT = dict.fromkeys(_PICTURES, "<svg ...>...</svg>")
ANSWER = _ANSWER.model_dump(mode="json") | _SHORT

CSV = "month,income,expenses,debt_payment,savings,debt\n" + "".join(
    f"2025-{month:02d},4200,3900,210,{4000 + 100 * month},{9000 - 150 * month}\n"
    for month in range(1, 13)
)

BAD_HOUSEHOLD = Refusal.of(
    "debt must lie between $0 and $5,000,000, got -1. Check the number. It stands for: cards, car, "
    "student and other loans owed today, not the mortgage.",
    "debt",
)
FORM: dict[str, Any] = {
    "prediction": None,
    "echoes": {"savings": "read as $5,200"},
    "errors": {"debt": "Debt must be a number, got 'much'. Write it like 9000."},
    "usual": [],
    "offer": None,
    "curve": None,
    "model_id": "0123456789ab",
}
BAD_FORM = Refusal.of(
    "fields must be an object with the text of each box, got 7. Send "
    '{"fields": {"monthly_income": "4,200", ...}}.',
    "fields",
)
BAD_CSV = Refusal.of(
    f"The file must hold at least {N_PAST} months, got {N_PAST - 1}. Export a longer time, one "
    "row for each month."
)
NO_MODEL = Refusal.of(
    "There is no model file at 'models/latest_model.pth'. Run `python -m finrisk train` to build "
    "it again.",
    "model file",
)

Documented = dict[int | str, dict[str, Any]]  # status -> what OpenAPI says about it


def _refusal(what: str, example: Refusal) -> dict[str, Any]:
    return {"model": Refusal, "description": what, **_example(example.model_dump())}


def _example(body: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"example": body}}}


EVERYWHERE: Documented = {
    STATUS_WRONG_HOST: _refusal("It was asked for as another host.", other_host("'a.example'"))
}
WITHOUT_MODEL: Documented = {STATUS_NOT_READY: _refusal("There is no usable model file.", NO_MODEL)}


def documented(bad_value: Refusal, answer: Any) -> Documented:
    """How a route that predicts may answer, with an example of a refusal and of an answer.

    Args:
        bad_value: what it says to a value that breaks a rule.
        answer: what it answers with as JSON; None if it is another kind of text.
    """
    site = other_site("'null'")  # what a browser says of a page that it keeps apart
    return WITHOUT_MODEL | {
        200: {} if answer is None else _example(answer),
        STATUS_FROM_ELSEWHERE: _refusal("A page of another site has sent it.", site),
        STATUS_TOO_SLOW: _refusal("The request did not arrive in time.", TOO_SLOW),
        STATUS_TOO_LARGE: _refusal("The request is larger than 1 MiB.", TOO_LARGE),
        STATUS_BAD_VALUE: _refusal("A value breaks a rule; the sentence says which.", bad_value),
    }

"""The routes: each takes a checked request, asks the predictor, hands the answer back.

No route decides anything. A bad value raises where it is checked and `main.py` turns it into
an answer; the model is loaded on the first request that needs it, so importing the app needs
no model file. Nothing is stored.
"""

from functools import cache
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, UploadFile
from fastapi.responses import HTMLResponse

from finrisk.api.bodies import FIELDS_ONCE, ONE_FILE
from finrisk.api.examples import (
    ANSWER,
    BAD_CSV,
    BAD_FORM,
    BAD_HOUSEHOLD,
    CSV,
    FORM,
    WITHOUT_MODEL,
    documented,
)
from finrisk.api.forms import FormIn, FormOut, answer
from finrisk.api.schemas import Health, HouseholdIn, PredictionOut
from finrisk.change import Change
from finrisk.change_inputs import CHANGE_INPUTS, ChangeInput
from finrisk.household import EXAMPLES, Household, change_from
from finrisk.inputs import INPUTS, Input
from finrisk.ml.predictor import Predictor

__all__ = ["get_predictor", "router"]

_YEAR = File(
    description=(
        "A CSV with a row for each month: month, income, expenses, savings, debt and, if known, "
        "debt_payment. The latest twelve months are used."
    ),
    examples=[CSV],
)

router = APIRouter()
_turn = Lock()  # one prediction at a time: forty threads at once get half as many done


@cache
def get_predictor() -> Predictor:
    """The shipped model, loaded once; a failed load is tried again at the next request."""
    return Predictor.load()


Model = Annotated[Predictor, Depends(get_predictor)]


@router.post(
    "/api/predict", responses=documented(BAD_HOUSEHOLD, ANSWER), dependencies=[FIELDS_ONCE]
)
def predict(household: HouseholdIn, predictor: Model) -> PredictionOut:
    """The risk of one household, as it is or after a change, with drivers and suggestions."""
    fields, change = _asked(household)
    with _turn:
        return PredictionOut.of(predictor.predict(fields, change=change))


@router.post("/api/form", responses=documented(BAD_FORM, FORM), dependencies=[FIELDS_ONCE])
def form(typed: FormIn, predictor: Model) -> FormOut:
    """The same for the boxes of a form, as they were typed, with what is wrong with which box."""
    with _turn:
        return answer(typed, predictor)


@router.post(
    "/api/report",
    response_class=HTMLResponse,
    responses=documented(BAD_HOUSEHOLD, None),
    dependencies=[FIELDS_ONCE],
)
def report(household: HouseholdIn, predictor: Model) -> str:
    """The answer of `/api/predict` as one HTML page, to keep or to print."""
    fields, change = _asked(household)
    with _turn:
        return predictor.report(fields, change=change)


@router.post("/api/predict/csv", responses=documented(BAD_CSV, ANSWER), dependencies=[ONE_FILE])
def predict_csv(file: Annotated[UploadFile, _YEAR], predictor: Model) -> PredictionOut:
    """The same from twelve months of one household in a CSV file."""
    with _turn:
        return PredictionOut.of(predictor.predict_csv(file.file.read()))


@router.get("/api/inputs")
def inputs() -> list[Input]:
    """Every field of a household: label, unit, range, step, default and help."""
    return list(INPUTS.values())


@router.get("/api/change-inputs")
def change_inputs() -> list[ChangeInput]:
    """Every part of a change: label, unit, range, step, default and help."""
    return list(CHANGE_INPUTS.values())


@router.get("/api/examples")
def examples() -> dict[str, Household]:
    """Three households to start from, by name."""
    return EXAMPLES


@router.get("/api/metrics", responses=WITHOUT_MODEL)
def metrics(predictor: Model) -> dict[str, Any]:
    """How good the model is on households it has never seen."""
    return predictor.metrics


@router.get("/health")
def health() -> Health:
    """Whether the server runs and finds its model."""
    return Health(model=_has_model())


def _asked(sent: HouseholdIn) -> tuple[Household, Change | None]:
    """What was sent as a household and what it changes, in factors or in dollars."""
    fields = sent.model_dump()
    asked = fields.pop("change")
    household = Household.from_mapping(fields)
    return household, None if asked is None else change_from(household, **asked)


def _has_model() -> bool:
    try:
        get_predictor()
    except Exception:  # whatever it is, it would meet every prediction too
        return False
    return True

"""What a form sends, as it was typed, and what it gets back: one answer for all of a page.

A program sends numbers to `/api/predict`; a form sends the texts of its boxes, and the one reader
of forms (`form.py`) makes a household and a change of them. What cannot be read is no error
of the request: the answer says what is wrong with which box.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from finrisk.api.schemas import PredictionOut
from finrisk.change_inputs import usual_changes
from finrisk.form import read_form
from finrisk.household import Household
from finrisk.inputs import INPUTS
from finrisk.ml.predictor import Predictor
from finrisk.offers import offer
from finrisk.prediction import Curve

__all__ = ["FormIn", "FormOut", "answer"]

_TYPED: dict[str, Any] = {
    name: f"{field.default:,.0f}" for name, field in INPUTS.items() if field.required
}
_EXAMPLE: dict[str, Any] = {"fields": _TYPED, "change": {"income": "-20 %"}}


class FormIn(BaseModel):
    """The boxes of a form, and the household that stood in it before."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        json_schema_extra={"examples": [_EXAMPLE]},
    )

    # In a box stands a text as typed, a number that a face has filled in, or nothing.
    fields: dict[str, Any] = Field(description="Name of a field -> what was typed.")
    change: dict[str, Any] = Field({}, description="Part of a change -> what was typed.")
    since: dict[str, Any] | None = Field(
        None, description="The household as it was: is a what-if meant instead of a new one?"
    )
    in_hand: str = Field(
        "savings", description='What the curve is drawn for: a field, or "change.income".'
    )


class UsualOut(BaseModel):
    """A what-if that many ask, and what to type for it: part of a change -> text."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    typed: dict[str, str]


class OfferOut(BaseModel):
    """A what-if that may have been meant: of which household, and what to type for it."""

    sentence: str
    household: Household
    typed: dict[str, str]


class FormOut(BaseModel):
    """What was read of each box, and the answer if all of them could be."""

    prediction: PredictionOut | None = None
    echoes: dict[str, str]
    errors: dict[str, str]
    usual: tuple[UsualOut, ...] = ()
    offer: OfferOut | None = None
    curve: Curve | None = None
    model_id: str


def answer(form: FormIn, predictor: Predictor) -> FormOut:
    """Read the boxes, and ask the predictor if all of them could be read."""
    read = read_form(form.fields, form.change)
    told: dict[str, Any] = {"echoes": read.echoes, "errors": read.errors}
    told["model_id"] = predictor.model_id
    if read.household is None or read.errors:
        return FormOut(**told)
    prediction = predictor.predict(read.household, change=read.change)
    curve = predictor.curve(prediction, form.in_hand)
    usual = tuple(UsualOut.model_validate(usual) for usual in usual_changes(read.household))
    return FormOut(
        **told,
        prediction=PredictionOut.of(prediction),
        usual=usual,
        offer=_offer(form.since, read.household),
        curve=curve,
    )


def _offer(since: dict[str, Any] | None, now: Household) -> OfferOut | None:
    found = None if since is None else offer(Household.from_mapping(since), now)
    if found is None:
        return None
    typed = {found.part: found.typed}
    return OfferOut(sentence=found.sentence, household=found.household, typed=typed)

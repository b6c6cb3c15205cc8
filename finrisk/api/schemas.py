"""What goes in and out of the API, and what a refusal says.

The request schema is built from `INPUTS`, so label, range, unit and help in `/openapi.json`
are those of the sliders and the form. Pydantic checks only what JSON itself decides: which
names are there and that each value is a finite number. Ranges and cross rules are checked
once, by `Household`. Left out: the routes (`routes.py`).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, create_model
from pydantic import Field as Described

from finrisk.household import INPUTS, Field, Household
from finrisk.prediction import Driver, Prediction, Suggestion

__all__ = ["Health", "HouseholdIn", "PredictionOut", "Refusal", "explain"]

_NOT_JSON = (
    "The body must be JSON, and this text breaks off or is misspelt. "
    'Send an object such as {"monthly_income": 4500, "monthly_expenses": 3900, ...}.'
)
_NO_OBJECT = (
    "The body must be one JSON object holding the fields of a household. Send it with "
    "Content-Type: application/json; /openapi.json has an example."
)
_NO_FILE = (
    "file must be an uploaded CSV file, got none. Send it as multipart/form-data in a part "
    "named file."
)
_REQUIRED_ONLY = {name: field.default for name, field in INPUTS.items() if field.required}
_EVERYTHING = {name: field.default for name, field in INPUTS.items()}


def _unit(field: Field) -> str:
    """What is sent; people see a share in percent."""
    return f"Unit: {field.unit}." if field.scale == 1 else f"A share: 0.9 is 90 {field.unit}."


def _described(field: Field) -> Any:
    """One row of `INPUTS` as (type, description) for `create_model`."""
    limits: dict[str, Any] = {"minimum": field.minimum, "maximum": field.maximum}
    if field.whole:
        limits["multipleOf"] = 1
    described = Described(
        title=field.label,
        description=f"{field.help} {_unit(field)}",
        examples=[field.default],
        json_schema_extra=limits,
    )
    if field.required:
        return Annotated[float, described], ...
    return Annotated[float | None, described], None


if TYPE_CHECKING:  # a type checker cannot look inside `create_model`
    HouseholdIn = BaseModel
else:
    HouseholdIn = create_model(
        "HouseholdIn",
        __config__=ConfigDict(
            extra="forbid",
            strict=True,  # "4200" and true are not numbers
            allow_inf_nan=False,
            json_schema_extra={"examples": [_REQUIRED_ONLY, _EVERYTHING]},
        ),
        __doc__="A household; leave an optional field out, or null, when it is not known.",
        **{name: _described(field) for name, field in INPUTS.items()},
    )


class PredictionOut(BaseModel):
    """A `Prediction` with everything a page needs to show it, pictures included."""

    probability: float
    score: int
    risk_class: str
    meaning: str
    standing: str
    alert_threshold: float
    high_threshold: float
    typical_probability: float
    drivers: tuple[Driver, ...]
    suggestions: tuple[Suggestion, ...]
    assumed: dict[str, float]
    notes: list[str]
    household: Household
    gauge_svg: str
    waterfall_svg: str

    @classmethod
    def of(cls, prediction: Prediction) -> "PredictionOut":
        """The prediction with its properties worked out and its pictures drawn."""
        place = prediction.standing
        drawn: dict[str, Any] = {
            "standing": place.sentence if place else "",
            "notes": prediction.notes(),
            "gauge_svg": prediction.gauge_svg(),
            "waterfall_svg": prediction.waterfall_svg(),
        }
        plain = {name: getattr(prediction, name) for name in cls.model_fields if name not in drawn}
        return cls(**plain, **drawn)


class Health(BaseModel):
    """Whether the server runs, and whether a usable model file is there."""

    status: str = "ok"
    model: bool


class Complaint(BaseModel):
    """What is wrong: the field ("" when it is about the whole) and a sentence."""

    field: str
    message: str


class Refusal(BaseModel):
    """The one shape of every error of this API."""

    detail: Complaint

    @classmethod
    def of(cls, message: str, field: str = "") -> "Refusal":
        """A refusal that can always be sent: JSON may hold half characters, UTF-8 may not."""
        field, message = (t.encode("utf-8", "replace").decode() for t in (field, message))
        return cls(detail=Complaint(field=field, message=message))


def explain(error: Mapping[str, Any]) -> Refusal:
    """Turn one error of pydantic into field, rule, value received and next step.

    >>> explain({"type": "missing", "loc": ("body", "debt"), "input": {}}).detail.message
    'debt is required, got nothing. Give a number in $.'
    """
    field, value = _shortened(error["loc"][-1]), error["input"]
    if error["type"] == "json_invalid":
        return Refusal.of(_NOT_JSON)
    if error["type"] == "extra_forbidden":
        known = ", ".join(INPUTS)
        return Refusal.of(f"{field} is not a field of a household. Use {known}.", field)
    if field in INPUTS:
        missing = error["type"] == "missing" or value is None
        wrong = f"must be a number, got {_shortened(repr(value))}"
        rule = "is required, got nothing" if missing else wrong
        return Refusal.of(f"{field} {rule}. {INPUTS[field].advice}", field)
    return Refusal.of(_NO_FILE, field) if field == "file" else Refusal.of(_NO_OBJECT)


def _shortened(value: Any) -> str:
    return text if len(text := str(value)) <= 60 else f"{text[:57]}…"

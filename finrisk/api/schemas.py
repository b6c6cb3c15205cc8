"""What goes into the API and what comes out of it.

The request schema is built from `INPUTS`, so label, range, unit and help in `/openapi.json`
are those of the sliders and the form. Pydantic checks only what JSON itself decides: which
names are there and that each value is a finite number. Ranges and cross rules are checked
once, by `Household`. Left out: what a refusal says (`refusals.py`).
"""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from finrisk.change import Change
from finrisk.data.label import Rule
from finrisk.household import Household
from finrisk.inputs import INPUTS, Input
from finrisk.prediction import RISK_CLASSES, Driver, Prediction

__all__ = ["ChangeIn", "Health", "HouseholdIn", "PredictionOut", "SuggestionOut"]

_REQUIRED_ONLY = {name: field.default for name, field in INPUTS.items() if field.required}
_EVERYTHING = {name: field.default for name, field in INPUTS.items()}


def _unit(field: Input) -> str:
    """What is sent; people see a share in percent."""
    return f"Unit: {field.unit}." if field.scale == 1 else f"A share: 0.9 is 90 {field.unit}."


def _described(field: Input) -> Any:
    """One row of `INPUTS` as (type, description) for `create_model`."""
    limits: dict[str, Any] = {"minimum": field.minimum, "maximum": field.maximum}
    if field.whole:
        limits["multipleOf"] = 1
    described = Field(
        title=field.label,
        description=f"{field.help} {_unit(field)}",
        examples=[field.default],
        json_schema_extra=limits,
    )
    if field.required:
        return Annotated[float, described], ...
    return Annotated[float | None, described], None


class ChangeIn(BaseModel):
    """What the household changes from next month on; leave out what stays as it is."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    income: float = Field(1, description="Factor on the income; 0 is no pay.")
    spending: float = Field(1, description="Factor on the expenses without debt payments.")
    income_dollars: float = Field(0, description="Instead of the factor: $ a month more or less.")
    spending_dollars: float = Field(0, description="Instead of the factor: $ a month more or less.")
    one_off: float = Field(0, description="$ next month: above 0 they come in, below 0 they go.")
    debt: float = Field(0, description="$ more (below 0: less) owed from now on.")
    months: float | None = Field(
        None, description="How many months income and spending stay changed; null for good."
    )


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
        change=(ChangeIn | None, Field(None, description="What if it changes this?")),
    )


class SuggestionOut(BaseModel):
    """A `Suggestion` with the scores it leads from and to, and as it is typed into a form."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    change: Change
    probability: float
    before: float
    leads: str
    typed: dict[str, str]


class PredictionOut(BaseModel):
    """A `Prediction` with everything a page needs to show it, pictures included."""

    probability: float = Field(ge=0, le=1)
    score: int = Field(ge=0, le=100)
    risk_class: str = Field(json_schema_extra={"enum": list(RISK_CLASSES)})
    score_before: int | None
    meaning: str
    definition: str
    standing: str
    alert_threshold: float
    high_threshold: float
    typical_probability: float
    change: Change | None
    change_words: str
    before: float | None
    difference: float | None
    drivers: tuple[Driver, ...]
    bar: float
    rules: tuple[Rule, ...]
    suggestions: tuple[SuggestionOut, ...]
    assumed: dict[str, float]
    assumption: str
    warnings: tuple[str, ...]
    arithmetic: tuple[str, ...]
    household: Household
    gauge_svg: str
    figures_svg: str
    waterfall_svg: str

    @classmethod
    def of(cls, prediction: Prediction) -> "PredictionOut":
        """The prediction with its properties worked out and its pictures drawn."""
        place = prediction.standing
        drawn: dict[str, Any] = {
            "standing": place.sentence if place else "",
            "gauge_svg": prediction.gauge_svg(),
            "figures_svg": prediction.figures_svg(),
            "waterfall_svg": prediction.waterfall_svg(),
            "suggestions": [SuggestionOut.model_validate(s) for s in prediction.suggestions],
        }
        plain = {name: getattr(prediction, name) for name in cls.model_fields if name not in drawn}
        return cls(**plain, **drawn)


class Health(BaseModel):
    """Whether the server runs, and whether a usable model file is there."""

    status: str = "ok"
    model: bool

"""The curve of the slider in hand: the risk along all of it, and the points of now and before.

While one slider is dragged everything else stays, and so does its curve: it is looked up once and
only the points on it move. Left out: the picture (`drawing.py`) and the risk (`Predictor`).
"""

from typing import Any

import ipywidgets as widgets
import numpy as np
import pandas as pd

from finrisk.change import Change
from finrisk.change_inputs import ChangeInput
from finrisk.inputs import INPUTS, Input
from finrisk.ml.predictor import Predictor
from finrisk.prediction import Prediction
from finrisk.titles import ONE_FIELD, ONE_PART

__all__ = ["CurveBox"]

_FIRST = INPUTS["savings"]  # shown until a slider has been moved


class CurveBox:
    """Shows one curve at a time.

    Args:
        predictor: the one to ask.

    Attributes:
        in_hand: the row of `INPUTS` or `CHANGE_INPUTS` whose slider was moved last.
        picture: the curve under its title, as HTML.
    """

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._others: Any = None  # all that the curve depends on; None is what moves along it
        self._curve = pd.DataFrame()
        self.in_hand: Input = _FIRST
        self.picture = widgets.HTML()

    def html(self, prediction: Prediction) -> str:
        """The curve through this prediction."""
        field = self.in_hand
        if isinstance(field, ChangeInput):
            change = prediction.change or Change()
            curve = self._along_change(prediction, field.name, change)
            title = f"{ONE_PART}: {field.label.lower()}"
            return _titled(title, prediction.change_curve_svg(field.name, curve))
        if getattr(prediction.household, field.name) is None:
            field = _FIRST
        curve = self._along_field(prediction, field.name)
        title = f"{ONE_FIELD}: {field.label.lower()}"
        return _titled(title, prediction.curve_svg(field.name, curve))

    def _along_change(self, prediction: Prediction, part: str, change: Change) -> pd.DataFrame:
        own = getattr(change, part)
        others = prediction.household, change.to_dict() | {part: None}
        if not self._is_there(others, own):
            self._curve = self._predictor.what_if_changed(prediction.household, part, change=change)
            self._others = others
        return _with_point(self._curve, own, prediction.probability)

    def _along_field(self, prediction: Prediction, name: str) -> pd.DataFrame:
        household, before = prediction.household, prediction.before
        own, others = getattr(household, name), household.to_dict() | {name: None}
        if not self._is_there(others, own):
            self._curve = self._predictor.what_if(household, name)
            self._others = others
        now = prediction.probability if before is None else before
        return _with_point(self._curve, own, now)

    def _is_there(self, others: Any, own: float) -> bool:
        """Whether the curve is the one of these others, and reaches as far as the own value."""
        if others != self._others:
            return False
        places = self._curve["value"]
        return bool(places.iloc[0] <= own <= places.iloc[-1])


def _with_point(curve: pd.DataFrame, value: float, probability: float) -> pd.DataFrame:
    """The curve with one more place, so that its line leads through the point shown."""
    places, risks = curve["value"].to_numpy(), curve["probability"].to_numpy()
    at = int(np.searchsorted(places, value))
    return pd.DataFrame(
        {"value": np.insert(places, at, value), "probability": np.insert(risks, at, probability)}
    )


def _titled(title: str, picture: str) -> str:
    return f"<h3>{title}</h3>{picture}"

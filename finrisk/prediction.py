"""What a prediction is, and how it shows itself: in a terminal, a notebook, a panel, a page.

`Prediction` is a plain result: the predictor fills it, nothing here computes risk. Notebook,
panel and page show the same sentences and the same two pictures (`drawing.py`).
"""

from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING

from finrisk import drawing, prediction_html
from finrisk.change import Change
from finrisk.data.label import FIRST_MONTH, LAST_MONTH
from finrisk.household import Household
from finrisk.inputs import INPUTS
from finrisk.titles import HELP, NO_ADVICE, NOTHING_HELPS, WHY

if TYPE_CHECKING:  # this file stays light
    import pandas as pd

__all__ = [
    "RISK_CLASSES",
    "Driver",
    "Prediction",
    "Standing",
    "Suggestion",
]

RISK_CLASSES = ("Low", "Moderate", "High")


@dataclass(frozen=True)
class Driver:
    """One idea's share in the difference between this household and the typical one.

    `points` are percentage points of risk; positive raises it. `reading` says in words what
    the household's own numbers are.
    """

    idea: str
    points: float
    reading: str


@dataclass(frozen=True)
class Suggestion:
    """A change within reach and the risk the same predictor gives after it.

    `change` is all that changes: what was asked about, if anything, and this.
    """

    text: str
    change: Change
    probability: float

    @property
    def line(self) -> str:
        """The change and the risk it leads to."""
        return f"{self.text}: risk {100 * self.probability:.1f} %"


@dataclass(frozen=True)
class Standing:
    """Where a risk stands among simulated households with an income like this one's.

    `lower` of 100 have a lower risk. The incomes are take-home, $ a month; `income_to` None
    means no upper end.
    """

    lower: int
    income_from: float
    income_to: float | None

    @property
    def sentence(self) -> str:
        """The same in words."""
        low, high = (
            INPUTS["monthly_income"].show(x or 0) for x in (self.income_from, self.income_to)
        )
        band = f"{low} or more" if self.income_to is None else f"{low} to {high}"
        return (
            f"Of 100 simulated households with a monthly income of {band}, "
            f"about {self.lower} have a lower risk."
        )


@dataclass(frozen=True, repr=False)
class Prediction:
    """The risk of one household, with everything needed to explain it.

    Attributes:
        household: whose risk it is.
        probability: of financial stress in months 3 to 6 from now, between 0 and 1; after the
            change, if there is one.
        risk_class: one of `RISK_CLASSES`; `ml/thresholds.py` says which.
        alert_threshold, high_threshold: where Moderate and where High begin.
        typical_probability: risk of the typical household, where the drivers start from.
        change: what the household changes from next month on; None for nothing.
        before: the probability without the change; None if there is none.
        drivers: largest first; their points add up to probability - typical_probability. A
            change is a driver of its own, whose points are `difference`.
        suggestions: changes that lower the risk, largest effect first.
        assumed: optional fields that were not known, and the value used instead: the median
            of the training households, of the column that the field becomes.
        warnings: sentences about values that the model has not seen, or that cannot be together.
        arithmetic: sentences about where the household's own pace leads; no model speaks there.
        standing: among households with a like income, without the change; None if metrics.json
            is not there.
    """

    household: Household
    probability: float
    risk_class: str
    alert_threshold: float
    high_threshold: float
    typical_probability: float
    change: Change | None = None
    before: float | None = None
    drivers: tuple[Driver, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    assumed: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    arithmetic: tuple[str, ...] = ()
    standing: Standing | None = None

    @property
    def score(self) -> int:
        """Risk score: 100 x probability, rounded to a whole number from 0 to 100."""
        return round(100 * self.probability)

    @property
    def difference(self) -> float | None:
        """What the change does: probability - before; None without one."""
        return None if self.before is None else self.probability - self.before

    @property
    def meaning(self) -> str:
        """What the number means, in plain words."""
        who = "Of 100 simulated households like this one"
        when = f"at some time in the months {FIRST_MONTH} to {LAST_MONTH} from now"
        if self.change is None or self.before is None:
            return f"{who}, about {self.score} are in financial stress {when}."
        return (
            f"{who} that make the same change ({self.change.words}), about {self.score} are in "
            f"financial stress {when}; without it, about {round(100 * self.before)}."
        )

    @property
    def steps(self) -> list[tuple[str, float]]:
        """(idea, points) to one decimal, rounded so that what is shown adds up to the total."""
        points = [100 * self.typical_probability, *(driver.points for driver in self.drivers)]
        levels = [round(level, 1) for level in accumulate(points)]
        ideas = (driver.idea for driver in self.drivers)
        return [
            (idea, after - before)
            for idea, (before, after) in zip(ideas, pairwise(levels), strict=True)
        ]

    def __str__(self) -> str:
        pieces = (self._risk_lines, self._driver_lines, self._help_lines, self._note_lines)
        return "\n".join(chain.from_iterable(piece() for piece in pieces))

    def _risk_lines(self) -> list[str]:
        title = f"Risk score {self.score} of 100: {self.risk_class}"
        place = [self.standing.sentence] if self.standing else []
        alarms = [f"Warning: {warning}" for warning in self.warnings]
        first = f"{title} (probability {self.probability:.3f})."
        return [first, self.meaning, *self.arithmetic, *alarms, *place]

    def _driver_lines(self) -> list[str]:
        if not self.drivers:
            return []
        title = f"{WHY} at {100 * self.typical_probability:.1f} %:"
        readings = (driver.reading for driver in self.drivers)
        lines = [
            f"  {drawing.signed(points):>6} points  {idea}: {reading}"
            for (idea, points), reading in zip(self.steps, readings, strict=True)
        ]
        return [title, *lines]

    def _help_lines(self) -> list[str]:
        lines = [f"  {suggestion.line}" for suggestion in self.suggestions]
        return [f"{HELP}:", *lines] if lines else [NOTHING_HELPS]

    def _note_lines(self) -> list[str]:
        assumption = [f"Note: {self.assumption}"] if self.assumption else []
        return [*assumption, NO_ADVICE]

    __repr__ = __str__  # what a notebook or a prompt shows where HTML cannot be

    @property
    def assumption(self) -> str:
        """What was assumed of the fields not given, in a sentence; "" when all were given."""
        values = (
            f"{INPUTS[name].label.lower()} {INPUTS[name].show(v)}"
            for name, v in self.assumed.items()
        )
        return (
            f"Not given, so a middle value is assumed: {'; '.join(values)}." if self.assumed else ""
        )

    def _repr_html_(self) -> str:
        return prediction_html.as_html(self)

    @property
    def zones(self) -> list[drawing.Zone]:
        """The risk classes from left to right, each with where it begins and ends."""
        edges = (0.0, self.alert_threshold, self.high_threshold, 1.0)
        return list(zip(RISK_CLASSES, edges[:-1], edges[1:], strict=True))

    def gauge_svg(self) -> str:
        """A 0-100 bar with the three zones at the model's own thresholds."""
        return drawing.gauge(self.probability, self.risk_class, self.zones)

    def waterfall_svg(self) -> str:
        """Drivers as steps from the typical household's risk to this one's."""
        return drawing.waterfall(self.typical_probability, self.steps, self.probability)

    def curve_svg(self, field: str, curve: "pd.DataFrame") -> str:
        """Risk against one field, everything else as it is, with this household's own point.

        Args:
            field: a name in INPUTS that this household knows.
            curve: value and probability in rising order, from `Predictor.what_if`.
        """
        points = list(zip(curve["value"], curve["probability"], strict=True))
        spec, own = INPUTS[field], getattr(self.household, field)
        now = self.probability if self.before is None else self.before
        return drawing.curve(
            points,
            (own, now),
            (spec.show(points[0][0]), spec.show(points[-1][0])),
            f"Risk if only {spec.label.lower()} were different; "
            f"now {spec.show(own)}, {100 * now:.1f} %",
            zones=self.zones,
        )

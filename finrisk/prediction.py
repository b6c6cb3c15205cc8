"""What a prediction is, and how it shows itself: in a terminal, a notebook, a panel, a page.

`Prediction` is a plain result: the predictor fills it, nothing here computes risk. Notebook,
panel and page show the same sentences and the same pictures (`drawing.py`).

A risk is told in one way: as a score, of 100 households. What adds up to it are points of the
score; percent are shares of anything else, of an income or of the households of a kind.
"""

from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING

from finrisk import drawing, prediction_html
from finrisk.change import Change
from finrisk.change_inputs import CHANGE_INPUTS, as_typed
from finrisk.data.label import FIRST_MONTH, LAST_MONTH, Rule, bar_of
from finrisk.household import Household
from finrisk.inputs import INPUTS
from finrisk.titles import HELP, NO_ADVICE, NOTHING_HELPS, WHY

if TYPE_CHECKING:  # this file stays light
    import pandas as pd

__all__ = [
    "RISK_CLASSES",
    "Curve",
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

    `change` is all that changes: what was asked about, if anything, and this. `before` is the
    risk that it starts from: after what was asked about.
    """

    text: str
    change: Change
    probability: float
    before: float

    @property
    def leads(self) -> str:
        """The score before and after it."""
        return f"{_score(self.before)} → {_score(self.probability)}"

    @property
    def typed(self) -> dict[str, str]:
        """The change as a person types it, part by part."""
        return as_typed(self.change)

    @property
    def line(self) -> str:
        """The change, and the score before and after it."""
        return f"{self.text}: {self.leads} of 100"


@dataclass(frozen=True)
class Curve:
    """How the risk moves with what somebody has in hand, as a picture under a title."""

    title: str
    svg: str


@dataclass(frozen=True)
class Standing:
    """Where a risk stands among simulated households with an income like this one's.

    `lower` percent of them have a lower risk. The incomes are take-home, $ a month; `income_to`
    None means no upper end.
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
            f"About {self.lower} % of simulated households with a monthly income of {band} have a "
            "lower risk."
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
        bar: what savings must reach not to be short, $; after the change, if there is one.
        rules: by which of the two rules the household's own pace leads to stress.
        drivers: largest first; their points add up to probability - typical_probability. A
            change is a driver of its own, whose points are `difference`.
        suggestions: changes that lower the risk, largest effect first.
        assumed: optional fields that were not known, and the value used instead: the median
            of the training households, of the column that the field becomes.
        warnings: sentences about values that the model has not seen, or that cannot be together.
        arithmetic: sentences about where the household's own pace leads; no model speaks there.
        standing: among households with a like income; None after a change, or if metrics.json
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
    bar: float = 0.0
    rules: tuple[Rule, ...] = ()
    drivers: tuple[Driver, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    assumed: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    arithmetic: tuple[str, ...] = ()
    standing: Standing | None = None

    @property
    def score(self) -> int:
        """Risk score: 100 x probability, rounded to a whole number from 0 to 100."""
        return _score(self.probability)

    @property
    def score_before(self) -> int | None:
        """The score without the change; None without one."""
        return None if self.before is None else _score(self.before)

    @property
    def difference(self) -> float | None:
        """What the change does: probability - before; None without one."""
        return None if self.before is None else self.probability - self.before

    @property
    def meaning(self) -> str:
        """What the number means, in plain words; after a change always both numbers."""
        who = "of 100 simulated households like this one"
        if self.change is None or self.score_before is None:
            return f"The model expects financial stress for about {self.score} {who}."
        more = self.score - self.score_before
        told = f"{abs(more)} {'more' if more > 0 else 'fewer'}" if more else "as many"
        return f"{self.score_before} → {self.score}: {told} {who}, with {self.change.words}."

    @property
    def change_words(self) -> str:
        """What is changed, as people say it; "" for nothing."""
        return "" if self.change is None else self.change.words

    @property
    def definition(self) -> str:
        """What the number counts: who is stressed, by which rules, and when."""
        before = bar_of(self.household.monthly_expenses)
        bars = [INPUTS["savings"].show(bar) for bar in (before, self.bar)]
        told = bars[0] if bars[0] == bars[1] else f"{bars[0]} before, {bars[1]} after"
        counts = {
            (): "",
            ("savings",): " At this pace the first counts.",
            ("red",): " At this pace the second counts.",
            ("savings", "red"): " At this pace both count.",
        }
        return (
            f"Stressed: savings below one month of expenses ({told}), or a third month in a row "
            f"in the red, in months {FIRST_MONTH} to {LAST_MONTH} from now.{counts[self.rules]}"
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
        pieces = (self._risk_lines, self._help_lines, self._driver_lines, self._note_lines)
        return "\n".join(chain.from_iterable(piece() for piece in pieces))

    def _risk_lines(self) -> list[str]:
        place = [self.standing.sentence] if self.standing else []
        alarms = [f"Warning: {warning}" for warning in self.warnings]
        first = f"Risk score {self.score} of 100: {self.risk_class}."
        return [first, self.meaning, self.definition, *self.arithmetic, *alarms, *place]

    def _driver_lines(self) -> list[str]:
        if not self.drivers:
            return []
        title = f"{WHY} at {100 * self.typical_probability:.1f}:"
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
        return drawing.gauge(self.probability, self.risk_class, self.zones, self.before)

    def figures_svg(self) -> str:
        """A hundred small figures, as many of them filled as the score counts."""
        return drawing.figures(self.score, self.risk_class, self.score_before)

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
        after = None if self.before is None else (own, self.probability)
        return drawing.curve(
            points,
            (own, now) if after is None else after,
            (spec.show(points[0][0]), spec.show(points[-1][0])),
            f"Risk score if only {spec.label.lower()} were different; "
            f"now {spec.show(own)}, {_score(now)}",
            before=None if after is None else (own, now),
            zones=self.zones,
        )

    def change_curve_svg(self, part: str, curve: "pd.DataFrame") -> str:
        """Risk against one part of the change, the others as they are, with both points.

        Args:
            part: a name in CHANGE_INPUTS.
            curve: value and probability in rising order, from `Predictor.what_if_changed`.
        """
        points = list(zip(curve["value"], curve["probability"], strict=True))
        spec = CHANGE_INPUTS[part]
        asked = Change() if self.change is None else self.change
        value, nothing = getattr(asked, part), spec.default
        before = self.probability if self.before is None else self.before
        return drawing.curve(
            points,
            (value, self.probability),
            (spec.show(points[0][0]), spec.show(points[-1][0])),
            f"Risk score as the change of {spec.label.lower()} moves; {_score(before)} with "
            f"nothing changed, {_score(self.probability)} at {spec.show(value)}",
            before=None if self.before is None else (nothing, before),
            zones=self.zones,
        )


def _score(probability: float) -> int:
    return round(100 * probability)

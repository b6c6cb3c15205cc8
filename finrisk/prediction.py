"""What a prediction is, and how it shows itself: in a terminal, a notebook, a panel, a page.

`Prediction` is a plain result: the predictor fills it, nothing here computes risk. Its two
pictures are SVG strings, so notebook, panel and page draw the same gauge and the same
waterfall, and a redraw costs a tenth of a millisecond. Text takes the colour of the page
around it (`currentColor`), so both pictures work in light and in dark.
"""

import html
from dataclasses import dataclass, field

from finrisk.household import INPUTS, Change, Household

__all__ = ["CLASS_COLOURS", "RISK_CLASSES", "Driver", "Prediction", "Suggestion", "risk_class"]

RISK_CLASSES = ("Low", "Moderate", "High")
CLASS_COLOURS = {"Low": "#0072B2", "Moderate": "#E69F00", "High": "#D55E00"}  # Okabe-Ito
_RAISES, _LOWERS, _NEUTRAL = "#D55E00", "#0072B2", "#767676"
_FONT = 'font-family="system-ui, sans-serif" fill="currentColor"'


def risk_class(probability: float, alert_threshold: float, high_threshold: float) -> str:
    """Low below the alert threshold, High from the high threshold on, else Moderate.

    The one place that decides; everybody else asks here.

    >>> [risk_class(p, 0.13, 0.5) for p in (0.12, 0.13, 0.5)]
    ['Low', 'Moderate', 'High']
    """
    return RISK_CLASSES[sum(probability >= edge for edge in (alert_threshold, high_threshold))]


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
    """A change within reach and the risk the same predictor gives after it."""

    text: str
    change: Change
    household: Household
    probability: float


@dataclass(frozen=True, repr=False)
class Prediction:
    """The risk of one household, with everything needed to explain it.

    Attributes:
        household: what was judged.
        probability: of financial stress in months 3 to 6 from now, between 0 and 1.
        alert_threshold, high_threshold: where Moderate and where High begin.
        typical_probability: risk of the typical household, where the drivers start from.
        drivers: largest first; their points add up to probability - typical_probability.
        suggestions: changes that lower the risk, largest effect first.
        assumed: optional fields that were not known, and the typical value used instead.
        warnings: sentences about values outside what the model has seen.
    """

    household: Household
    probability: float
    alert_threshold: float
    high_threshold: float
    typical_probability: float
    drivers: tuple[Driver, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    assumed: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def score(self) -> int:
        """Risk score: 100 x probability, rounded to a whole number from 0 to 100."""
        return round(100 * self.probability)

    @property
    def risk_class(self) -> str:
        """Low, Moderate or High."""
        return risk_class(self.probability, self.alert_threshold, self.high_threshold)

    @property
    def meaning(self) -> str:
        """What the number means, in one plain sentence."""
        return (
            f"Of 100 households like this one, about {self.score} are in financial stress "
            "at some time in the months 3 to 6 from now."
        )

    def __str__(self) -> str:
        lines = [
            f"Risk score {self.score} of 100: {self.risk_class} "
            f"(probability {self.probability:.3f}).",
            self.meaning,
            f"Why, against the typical household at {100 * self.typical_probability:.1f} %:",
            *(f"  {d.points:+6.1f} points  {d.idea}: {d.reading}" for d in self.drivers),
        ]
        if self.suggestions:
            lines += [
                "What would help households like yours:",
                *(f"  {line}" for line in self.suggestion_lines()),
            ]
        lines += [f"Note: {note}" for note in self.notes()]
        return "\n".join(lines)

    __repr__ = __str__  # what a notebook or a prompt shows where HTML cannot be

    def suggestion_lines(self) -> list[str]:
        """One line for each suggestion, with the risk it leads to."""
        return [f"{s.text}: risk {100 * s.probability:.1f} %" for s in self.suggestions]

    def notes(self) -> list[str]:
        """The warnings, then what was assumed, as sentences."""
        if not self.assumed:
            return list(self.warnings)
        values = (
            f"{INPUTS[name].label.lower()} {INPUTS[name].show(v)}"
            for name, v in self.assumed.items()
        )
        return [*self.warnings, f"Not given, so taken as typical: {'; '.join(values)}."]

    def _repr_html_(self) -> str:
        drivers = self.waterfall_svg() if self.drivers else ""
        helps = "".join(f"<li>{html.escape(line)}</li>" for line in self.suggestion_lines())
        notes = "".join(f"<p><small>{html.escape(note)}</small></p>" for note in self.notes())
        return (
            f'<div class="finrisk-prediction">{self.gauge_svg()}<p>{self.meaning}</p>{drivers}'
            + (f"<p>What would help households like yours:</p><ul>{helps}</ul>" if helps else "")
            + f"{notes}</div>"
        )

    def gauge_svg(self) -> str:
        """A 0-100 bar with the three zones at the model's own thresholds, 420 x 96 px."""
        edges = (0.0, self.alert_threshold, self.high_threshold, 1.0)
        zones = []
        for name, low, high in zip(RISK_CLASSES, edges[:-1], edges[1:], strict=True):
            x, width = 10 + 400 * low, 400 * (high - low)
            faint = "1" if name == self.risk_class else "0.35"
            zones.append(
                f'<rect x="{x:.1f}" y="44" width="{width:.1f}" height="18" '
                f'fill="{CLASS_COLOURS[name]}" fill-opacity="{faint}"/>'
                f'<text x="{x + width / 2:.1f}" y="80" font-size="12" text-anchor="middle" '
                f"{_FONT}>{name}</text>"
            )
        at = 10 + 400 * self.probability
        label = f"Risk score {self.score} of 100, {self.risk_class}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 96" width="420" '
            f'role="img" aria-label="{label}"><text x="10" y="26" font-size="24" '
            f'font-weight="700" {_FONT}>{self.score}</text><text x="52" y="26" font-size="15" '
            f"{_FONT}>of 100: {self.risk_class} risk</text>{''.join(zones)}"
            f'<path d="M{at:.1f} 46 l-7 -11 h14 z" fill="currentColor"/>'
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="40" y2="66" stroke="currentColor" '
            f'stroke-width="2"/></svg>'
        )

    def waterfall_svg(self) -> str:
        """Drivers as steps from the typical household's risk to this one's."""
        steps = [("Typical household", 0.0, self.typical_probability, _NEUTRAL)]
        level = self.typical_probability
        for driver in self.drivers:
            after = level + driver.points / 100
            steps.append((driver.idea, level, after, _RAISES if after > level else _LOWERS))
            level = after
        steps.append(("This household", 0.0, self.probability, _NEUTRAL))
        low = min(0.0, *(min(a, b) for _, a, b, _ in steps))
        high = max(*(max(a, b) for _, a, b, _ in steps), 0.1)
        rows = "".join(
            _waterfall_row(i, step, low, high, total=i in (0, len(steps) - 1))
            for i, step in enumerate(steps)
        )
        height = 26 * len(steps) + 8
        words = "; ".join(f"{d.idea} {d.points:+.1f} points" for d in self.drivers)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 {height}" width="420" '
            f'role="img" aria-label="Drivers: {html.escape(words)}">{rows}</svg>'
        )


def _waterfall_row(
    i: int, step: tuple[str, float, float, str], low: float, high: float, *, total: bool
) -> str:
    """One labelled bar of the waterfall; totals show a level, steps a signed difference."""
    label, start, end, colour = step
    scale = 190 / (high - low)
    x = 178 + scale * (min(start, end) - low)
    width = max(scale * abs(end - start), 1)
    number = f"{100 * end:.1f} %" if total else f"{100 * (end - start):+.1f}"
    y = 26 * i + 6
    weight = ' font-weight="700"' if total else ""
    return (
        f'<text x="170" y="{y + 14}" font-size="12" text-anchor="end"{weight} {_FONT}>'
        f"{html.escape(label)}</text>"
        f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="18" fill="{colour}"/>'
        f'<text x="418" y="{y + 14}" font-size="12" text-anchor="end"{weight} {_FONT}>'
        f"{number}</text>"
    )

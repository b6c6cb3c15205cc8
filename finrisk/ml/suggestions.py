"""What would help: changes within a person's reach, with every dollar accounted for.

What each does to the risk, the model says (`Predictor.suggest`).
"""

from collections.abc import Sequence

from finrisk.change import Change
from finrisk.errors import InvalidHousehold
from finrisk.household import Household
from finrisk.prediction import Suggestion

__all__ = ["SMALLEST_HELP", "WITHIN_REACH", "helpful", "within_reach"]

SMALLEST_HELP = 0.01  # a suggestion lowers the risk by at least a point

# From the easiest on.
WITHIN_REACH = (
    ("Spend 10 % less for 3 months and save the difference", Change(spending=0.9, months=3)),
    ("Spend 5 % less from now on", Change(spending=0.95)),
    ("Spend 10 % less from now on", Change(spending=0.9)),
    ("Earn 5 % more from now on", Change(income=1.05)),
)


def within_reach(household: Household) -> list[tuple[str, Change, Household]]:
    """Text, change and the household after it; only what leaves it within the legal ranges."""
    options = ((text, change, _after(household, change)) for text, change in WITHIN_REACH)
    return [(text, change, after) for text, change, after in options if after]


def helpful(
    options: Sequence[tuple[str, Change, Household]], risks: Sequence[float], now: float
) -> tuple[Suggestion, ...]:
    """The changes that lower the risk noticeably, the largest effect first."""
    found = [Suggestion(*option, risk) for option, risk in zip(options, risks, strict=True)]
    enough = [s for s in found if s.probability <= now - SMALLEST_HELP]
    return tuple(sorted(enough, key=lambda s: s.probability))


def _after(household: Household, change: Change) -> Household | None:
    """The household after the change, None where the change is not possible for it."""
    try:
        return household.after(change)
    except InvalidHousehold:
        return None

"""What would help: changes within a person's reach, judged as changes.

What each does to the risk, the model says (`Predictor.suggest`). Where the question is "what if",
what would help comes on top of that change.
"""

from collections.abc import Sequence

from finrisk.change import Change
from finrisk.change_inputs import ROUND_SUM
from finrisk.household import Household
from finrisk.inputs import INPUTS
from finrisk.prediction import Suggestion

__all__ = ["SMALLEST_HELP", "WITHIN_REACH", "debt_from_savings", "helpful", "within_reach"]

SMALLEST_HELP = 0.01  # a suggestion lowers the risk by at least a point
MONTHS_KEPT = 3  # of expenses that stay saved when debt is paid from savings

# From the easiest on.
WITHIN_REACH = (
    ("Spend 10 % less for 3 months and save the difference", Change(spending=0.9, months=3)),
    ("Spend 5 % less from now on", Change(spending=0.95)),
    ("Spend 10 % less from now on", Change(spending=0.9)),
    ("Earn 5 % more from now on", Change(income=1.05)),
)


def within_reach(household: Household, change: Change) -> list[tuple[str, Change]]:
    """Text and change of what this household can do, on top of what changes anyway."""
    owed, left = household.debt + change.debt, household.savings + change.one_off
    more = max(change.spending - 1, 0) * household.spending
    bar = household.monthly_expenses + more  # never less than now
    options = [*WITHIN_REACH, *debt_from_savings(owed, left, bar)]
    together = [(text, _both(_replaced(change, option), option)) for text, option in options]
    return [(text, both) for text, both in together if both is not None]


def debt_from_savings(owed: float, left: float, expenses: float) -> list[tuple[str, Change]]:
    """As much debt paid as leaves three months of expenses, if it is worth a step at all."""
    sum_paid = ROUND_SUM * (min(owed, left - MONTHS_KEPT * expenses) // ROUND_SUM)
    if sum_paid <= 0:
        return []
    shown = INPUTS["debt"].show(sum_paid)
    return [(f"Pay {shown} of debt from savings", Change(debt=-sum_paid, one_off=-sum_paid))]


def _replaced(change: Change, option: Change) -> Change:
    """The change without what the option does instead: who spends 5 % less may spend 10 % less."""
    parts = change.to_dict()
    for name in ("income", "spending"):
        if (parts[name] - 1) * (getattr(option, name) - 1) > 0:
            parts[name] = 1.0
    return Change(**parts)


def _both(first: Change, then: Change) -> Change | None:
    """Both at once; None where no single `Change` can say it, for they last differently."""
    sums = {"one_off": first.one_off + then.one_off, "debt": first.debt + then.debt}
    if _is_money_only(then):
        return Change(**first.to_dict() | sums)
    factors = {"income": first.income * then.income, "spending": first.spending * then.spending}
    if not _is_money_only(first) and first.months != then.months:
        return None
    return Change(**factors, **sums, months=then.months)


def _is_money_only(change: Change) -> bool:
    return change.income == change.spending == 1


def helpful(
    options: Sequence[tuple[str, Change]], risks: Sequence[float], now: float
) -> tuple[Suggestion, ...]:
    """The changes that lower the risk noticeably, the largest effect first."""
    found = [Suggestion(*option, risk, now) for option, risk in zip(options, risks, strict=True)]
    enough = [s for s in found if s.probability <= now - SMALLEST_HELP]
    return tuple(sorted(enough, key=lambda s: s.probability))

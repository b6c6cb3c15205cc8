"""Sentences of arithmetic beside the model's risk: where a household's own pace leads.

A risk of 40 % is no explanation to somebody who can count: at $200 a month less than nothing is
left, savings of $900 end in the fifth month. Such sentences say so, and why the risk may be lower
all the same. No model speaks here. Left out: the pace itself (`data/pace.py`).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from finrisk.change import Change
from finrisk.data.label import (
    N_FUTURE,
    RULES,
    RUN_IN_THE_RED,
    Rule,
    is_short,
    is_stressed,
)
from finrisk.data.pace import CENTS, Pace, pace_of
from finrisk.household import Household
from finrisk.inputs import INPUTS

__all__ = ["Arithmetic", "arithmetic", "leads_to_stress"]

Bools = NDArray[np.bool_]


class Arithmetic(NamedTuple):
    """What can be said of one household without a model.

    Attributes:
        bar: what savings must reach not to be short, $; after the change, if there is one.
        rules: by which of the two rules the pace leads to stress.
        sentences: when savings run short and which months are in the red; none if the pace leads
            nowhere and nothing changes.
    """

    bar: float
    rules: tuple[Rule, ...]
    sentences: tuple[str, ...]


def leads_to_stress(pace: Pace, rule: Rule | None = None) -> Bools:
    """Whether a pace, lived to the dollar, would end in stress; shape (n_households,)."""
    return np.asarray(is_stressed(pace.savings.T, pace.cash_flow.T, pace.bar.round(CENTS), rule))


def arithmetic(
    household: Household,
    change: Change | None,
    risk: float,
    recover: Mapping[str, float] | None,
) -> Arithmetic:
    """What can be said without a model: the bar, the rules, and where the pace leads.

    Args:
        household: as it is now.
        change: what it changes; None for nothing.
        risk: what the model says, after the change; where it is lower than arithmetic makes one
            think, the last sentence says why.
        recover: of households that are not short now, on a pace that leads to stress, the share
            that become stressed, "as_they_are" and "after_a_change", from the build; None if
            there is no such figure.
    """
    fields = {name: np.array([value], np.float64) for name, value in household.to_dict().items()}
    asked = Change() if change is None else change
    pace = pace_of(fields, asked, fields["debt_payment"])  # NaN where it is not known
    savings, bar = pace.savings[0], float(pace.bar[0].round(CENTS))
    start = "At this pace" if change is None else "After this change, at this pace,"
    told = [*_savings(household, savings, bar, start, changed=change is not None)]
    told += _red(pace.cash_flow[0], "Month" if told else f"{start} month")
    short = is_short(household.savings, household.monthly_expenses)
    if told and recover is not None and leads_to_stress(pace)[0] and not short:
        share = round(100 * recover["as_they_are" if change is None else "after_a_change"])
        if round(100 * risk) < share:
            told.append(
                f"Of 100 simulated households that are not short now and on such a pace, about "
                f"{share} become stressed: the others recover in time."
            )
    rules = tuple(rule for rule in RULES if leads_to_stress(pace, rule)[0])
    return Arithmetic(bar, rules, tuple(told))


def _savings(
    household: Household, savings: Any, bar: float, start: str, *, changed: bool
) -> list[str]:
    """When they fall below the bar and when they are used up; after a change also if not."""
    show = INPUTS["savings"].show
    if is_short(household.savings, household.monthly_expenses):
        return []
    months = np.arange(1, N_FUTURE + 1)
    short, gone = months[np.asarray(is_short(savings, bar))], months[savings <= 0]
    if len(short):
        falls = (
            f"{start} savings fall below one month of expenses ({show(bar)}) in month {short[0]}"
        )
        then = [f"are used up in month {gone[0]}"] if len(gone) else []
        if short[-1] < N_FUTURE:  # for good, as far as one looks ahead
            then.append(f"reach it again in month {short[-1] + 1}")
        return [" and ".join([", ".join([falls, *then[:-1]]), *then[-1:]]) + "."]
    if changed:
        return [
            f"{start} savings stand at {show(savings[-1])} after six months; one month of expenses "
            f"is then {show(bar)}."
        ]
    return []


def _red(cash_flow: Any, start: str) -> list[str]:
    """The months in the red, if three in a row are."""
    red = cash_flow < 0
    run = next(
        (n for n in range(len(red) - RUN_IN_THE_RED + 1) if red[n : n + RUN_IN_THE_RED].all()), None
    )
    if run is None:
        return []
    last = run + RUN_IN_THE_RED
    return [
        f"{start} {last} is the third in a row with more expenses than income, which "
        "counts as stress however much is saved."
    ]

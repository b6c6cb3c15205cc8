"""The same world for one household, in plain Python: floats in, floats out, no arrays.

The brute-force twin of `step_month`: `test_world.py` holds the two against each other, and
`benchmarks/bench_world.py` races them.
"""

import math
from typing import Any

from finrisk.data.assumptions import Assumptions
from finrisk.data.synthetic_generator import HIGHEST_LEVEL, HIGHEST_SURPRISE, SMALLEST_PAYBACK


def scalar_month(
    state: Any, luck: Any, t: Any, a: Assumptions, moves: tuple[float, float, float] = (1, 1, 0)
) -> tuple[Any, tuple[float, ...]]:
    """One month of one household; state, luck and traits are NamedTuples of numbers.

    `moves`: factors on income and spending, and dollars that come or go once.
    """
    earning, spending, one_off = moves
    jobless = luck.job > a.job_found if state.jobless else luck.job < t.job_loss
    surprise = t.volatility * luck.income * abs(luck.income) / math.sqrt(3)
    surprise = max(-HIGHEST_SURPRISE, min(HIGHEST_SURPRISE, surprise))
    step = a.step_spread * luck.step if luck.job > 1 - t.step_chance else 0.0
    level = (1 - a.step_fade) * state.income_level + step
    level = max(-HIGHEST_LEVEL, min(HIGHEST_LEVEL, level))
    passing = math.exp(surprise) * (1 - t.income_lost * jobless) * earning
    income = t.usual_income * math.exp(level) * passing + max(one_off, 0)
    felt = passing * math.exp(level - state.used_to)
    cash = state.savings + income
    plan = spending * math.exp(a.lasting_response * state.used_to)
    bill = a.bill_median * math.exp(a.bill_spread * luck.bill_size)
    bill = spending * bill if luck.event < a.bill_chance else 0.0
    bill += max(-one_off, 0)
    beyond = max(state.debt - t.usual_debt, 0)
    payback = min(beyond, max(a.payback * beyond, SMALLEST_PAYBACK))
    payment = min(t.usual_payment + payback, cash)
    due = t.essentials * plan * math.exp(a.essentials_noise * luck.essentials) + bill + payment
    extras = t.extras * plan * (1 + a.extras_response * (felt - 1))
    wanted = due + min(extras, a.extras_cap * max(cash - due, 0))
    debt = state.debt - payment + t.usual_payment
    borrowed = min(max(wanted - cash, 0), max(t.credit_limit - debt, 0))
    expenses = min(wanted, cash + borrowed)
    left = cash + borrowed - expenses
    invested = a.invest_rate * max(left - t.target_savings, 0)
    purchase = max(luck.event - (1 - a.purchase_chance), 0) / a.purchase_chance
    invested += purchase * (left - invested)
    used_to = state.used_to + a.spending_speed * (level - state.used_to)
    after = type(state)(jobless, level, used_to, left - invested, debt + borrowed)
    return after, (income, expenses, payment, bill, borrowed, invested)


def scalar_start(state: Any, t: Any, change: dict[Any, float], a: Assumptions) -> tuple[Any, Any]:
    """State and traits of one household once a change is made, from the words of `Change`."""
    debt, usual = change["debt"], t.usual_debt
    if debt < 0:  # what was borrowed beyond goes first
        debt = min(debt + max(state.debt - usual, 0), 0)
    rate = t.usual_payment / usual if usual > 0 else a.payment_rate
    payment = max(t.usual_payment + rate * debt, 0)
    state = state._replace(debt=max(state.debt + change["debt"], 0))
    t = t._replace(usual_debt=max(usual + debt, 0), usual_payment=payment)
    if not change["months"] < 6:  # for good: pay is another one, plans start where they were
        felt = max(change["income"], 0.05)
        plans = felt**a.lasting_response
        t = t._replace(usual_income=t.usual_income * change["income"])
        t = t._replace(essentials=t.essentials * plans, extras=t.extras * plans)
        state = state._replace(used_to=state.used_to - math.log(felt))
    return state, t


def scalar_moves(change: dict[Any, float], month: int) -> tuple[float, float, float]:
    """What a change does in a month of the future, counted from 0."""
    on, passes = not change["months"] <= month, change["months"] < 6
    income = change["income"] if on and passes else 1
    return income, change["spending"] if on else 1, change["one_off"] if month == 0 else 0

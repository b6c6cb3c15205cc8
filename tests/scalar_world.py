"""The same world for one household, in plain Python: floats in, floats out, no arrays.

The brute-force twin of `step_month`: `test_world.py` holds the two against each other, and
`benchmarks/bench_world.py` races them.
"""

import math
from typing import Any

from finrisk.data.assumptions import Assumptions
from finrisk.data.synthetic_generator import HIGHEST_SURPRISE, SMALLEST_PAYBACK


def scalar_month(state: Any, luck: Any, t: Any, a: Assumptions) -> tuple[Any, tuple[float, ...]]:
    """One month of one household; state, luck and traits are NamedTuples of numbers."""
    jobless = luck.job > a.job_found if state.jobless else luck.job < t.job_loss
    surprise = t.volatility * luck.income * abs(luck.income) / math.sqrt(3)
    surprise = max(-HIGHEST_SURPRISE, min(HIGHEST_SURPRISE, surprise))
    step = a.step_spread * luck.step if luck.job > 1 - t.step_chance else 0.0
    level = (1 - a.step_fade) * state.income_level + step
    passing = math.exp(surprise) * (1 - t.income_lost * jobless)
    income = t.usual_income * math.exp(level) * passing
    felt = passing * math.exp(level - state.used_to)
    cash = state.savings + income
    plan = math.exp(a.lasting_response * state.used_to)
    bill = a.bill_median * math.exp(a.bill_spread * luck.bill_size)
    bill = bill if luck.event < a.bill_chance else 0.0
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

"""The simulated world: one household, one month, every dollar accounted for.

Draw first, then step. A household gets lasting `Traits` once and six random numbers a month
(`Shocks`); `step_month` is a pure function of state, luck and traits. Each kind of luck comes
from a random stream of its own, named after it, so a new kind leaves the others as they were.

One month, in words:
1. Job. A working household may lose its job, a jobless one may find work. Now and then pay takes
   a lasting step, up or down: a new job, fewer hours, a raise.
2. Income = usual take-home x exp(level + surprise), cut while jobless. Steps stay in the level
   and fade over years; a surprise passes.
3. Bills first: essentials (noisy), a surprise bill, the debt payment.
4. Then the planned extras: more in a good month, less in a bad one, and never more than
   `extras_cap` of the money left. Plans follow lasting income slowly: rent and habits do not
   shrink in a month. Good and bad is what income is against the one that spending is used to.
5. A shortfall is borrowed while debt is below the credit limit; what nobody lends stays unpaid.
   Nearly everybody has such a limit, whether they owe anything or not.
6. A part of savings above target is invested, and now and then a large purchase is paid out
   of savings. Both leave savings without being an expense.
7. New purchases on credit keep debt at its usual size; what was borrowed beyond is paid back.

Left out: a second earner, taxes, refunds and every calendar effect, illness, windfalls, home
ownership, age, the business cycle. What the numbers are, and where from, is in
`assumptions.py`; what months add up to (histories, labels, true risk) in `population.py`.
"""

import zlib
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from finrisk.data.assumptions import KINDS, Assumptions

__all__ = [
    "NOTHING_MOVES",
    "Flows",
    "Moves",
    "Shocks",
    "State",
    "Traits",
    "draw_shocks",
    "draw_traits",
    "first_state",
    "step_month",
    "stream",
]

Floats = NDArray[np.float64]

GROSS_INCOME_RANGE = (20_000.0, 200_000.0)  # $ a year before tax
REFERENCE_INCOME = 65_000.0  # $ a year: where shares of income hold as written
FIXED_INCOME = KINDS.index("fixed income")  # who does not work has no steps of income
HIGHEST_SURPRISE = float(np.log(2))  # log points: no month more than doubles or halves income
HIGHEST_LEVEL = float(np.log(4))  # log points: no steps make income more than 4 times the usual
HIGHEST_TARGET = 60.0  # months of usual income: five years
SMALLEST_PAYBACK = 50.0  # $ a month on what was borrowed beyond usual debt, so that it ends
HIGHEST_PAYMENT_SHARE = 0.5  # of usual take-home: nobody plans to live on less than the rest


class Traits(NamedTuple):
    """What stays the same for each household; every array has shape (n_households,)."""

    kind: NDArray[Any]  # index into KINDS
    gross_income: Floats  # $ a year at income level 0
    usual_income: Floats  # take-home $ a month at income level 0
    volatility: Floats  # scale of income surprises, log points a month
    job_loss: Floats  # chance a month
    step_chance: Floats  # of a lasting step of income, a month, with or without a job
    income_lost: Floats  # share while jobless
    essentials: Floats  # $ a month
    extras: Floats  # $ a month
    target_savings: Floats  # $
    usual_debt: Floats  # $
    usual_payment: Floats  # on usual debt, $ a month
    credit_limit: Floats  # $: debt from which on nobody lends for a shortfall


class State(NamedTuple):
    """What a month hands over to the next; shape (n_households,)."""

    jobless: NDArray[Any]  # bool
    income_level: Floats  # all lasting steps of income so far, log points
    used_to: Floats  # the income level that spending is used to, log points
    savings: Floats  # $, never negative
    debt: Floats  # $, never negative


class Shocks(NamedTuple):
    """The luck of one month, shape (n_households,), or of many, (n_months, n_households)."""

    job: Floats  # uniform; near 0 a job lost or found, near 1 a lasting step of income
    step: Floats  # normal
    income: Floats  # normal
    essentials: Floats  # normal
    event: Floats  # uniform; near 0 a surprise bill, near 1 a large purchase
    bill_size: Floats  # normal


class Moves(NamedTuple):
    """What somebody changes in one month, numbers or shape (n_households,); see `Change`."""

    income: Floats | float  # factor on what is earned
    spending: Floats | float  # factor on all expenses but debt payments
    one_off: Floats | float  # $, an income above 0, an expense below


NOTHING_MOVES = Moves(income=1.0, spending=1.0, one_off=0.0)


class Flows(NamedTuple):
    """The money that moves in one month, $; shape (n_households,)."""

    income: Floats
    expenses: Floats
    debt_payment: Floats  # part of expenses
    bill: Floats  # part of expenses
    borrowed: Floats
    invested: Floats


def stream(seed: int, name: str, *keys: int) -> np.random.Generator:
    """The random stream called `name`: same seed, name and keys, same numbers."""
    key = (zlib.crc32(name.encode()), *keys)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def draw_traits(seed: int, block: int, size: int, a: Assumptions) -> Traits:
    """Lasting traits of one block of households, each trait from its own stream."""

    def normal(name: str) -> Floats:
        return stream(seed, name, block).standard_normal(size)

    def uniform(name: str) -> Floats:
        return stream(seed, name, block).random(size)

    kind = stream(seed, "kind", block).choice(len(KINDS), size, p=a.kind_share)
    gross = _gross_income(uniform("gross_income"), np.array(a.kind_income)[kind], a)
    usual, relative = a.take_home * gross / 12, gross / REFERENCE_INCOME
    debtor = uniform("debtor") < np.array(a.kind_debtor)[kind]
    debt = stream(seed, "debt", block).standard_exponential(size)
    usual_debt = np.minimum(_usual_debt(debt, relative, a), gross) * debtor
    has_credit = debtor | (uniform("credit") < a.could_borrow)
    payment = usual_debt * _spread(a.payment_rate, a.payment_spread, normal("payment_rate"))
    payment = np.minimum(payment, HIGHEST_PAYMENT_SHARE * usual)
    spending = _spread(usual - payment, a.thrift_spread, normal("thrift"))
    spending = spending * relative**a.spending_slope
    months = a.target_months * np.where(debtor, 1, a.target_cash)
    months = _spread(months, a.target_spread, normal("target"))
    return Traits(
        kind=kind,
        gross_income=gross,
        usual_income=usual,
        volatility=np.array(a.kind_volatility)[kind],
        job_loss=np.array(a.kind_job_loss)[kind],
        step_chance=a.step_chance * (kind != FIXED_INCOME),
        income_lost=np.interp(uniform("income_lost"), (0, 1), a.income_lost),
        essentials=a.essentials * spending,
        extras=a.extras * spending,
        target_savings=np.minimum(months, HIGHEST_TARGET) * usual,
        usual_debt=usual_debt,
        usual_payment=payment,
        credit_limit=(usual_debt + a.credit_room * gross) * has_credit,
    )


def _spread(median: Floats | float, spread: float, normal: Floats) -> Floats:
    """Lognormal values around a median: median x exp(spread x normal)."""
    return median * np.exp(spread * normal)


def _gross_income(uniform: Floats, median: Floats, a: Assumptions) -> Floats:
    """Lognormal incomes cut to GROSS_INCOME_RANGE, one uniform number each (inverse CDF)."""
    # Slow to import, and a prediction reads only this file's types
    from scipy.special import ndtr, ndtri

    low, high = (ndtr(np.log(edge / median) / a.income_spread) for edge in GROSS_INCOME_RANGE)
    gross = _spread(median, a.income_spread, ndtri(low + uniform * (high - low)))
    return np.clip(gross, *GROSS_INCOME_RANGE)  # rounding only: the inverse CDF stays inside


def _usual_debt(exponential: Floats, relative: Floats, a: Assumptions) -> Floats:
    """Many small debts and few large ones, further apart among lower incomes.

    median x (exponential number / its median)^spread
    """
    median = a.debt_share * REFERENCE_INCOME * relative**a.debt_slope
    spread = a.debt_spread * relative**a.debt_spread_slope
    return np.asarray(median * (exponential / np.log(2)) ** spread)


def first_state(traits: Traits) -> State:
    """Before the burn-in: at the savings target if the plan leaves 5 % of income, else at zero."""
    nothing = np.zeros_like(traits.usual_income)
    planned = traits.essentials + traits.extras + traits.usual_payment
    has_surplus = traits.usual_income - planned > 0.05 * traits.usual_income
    return State(
        nothing > 0, nothing, nothing, traits.target_savings * has_surplus, traits.usual_debt
    )


def draw_shocks(seed: int, phase: str, keys: tuple[int, ...], shape: tuple[int, int]) -> Shocks:
    """All luck of a stretch of time up front.

    Args:
        phase: its name ("life", "again"): each has streams of its own.
        keys: block of households, and number of the future for re-lived ones.
        shape: (n_months, n_households); drawn month by month, so that the first months get
            the same luck however many follow.

    Returns:
        Shocks of that shape.
    """

    def draw(name: str) -> Floats:
        rng = stream(seed, f"{phase}/{name}", *keys)
        return rng.random(shape) if name in ("job", "event") else rng.standard_normal(shape)

    return Shocks(*map(draw, Shocks._fields))


def step_month(
    state: State, luck: Shocks, traits: Traits, a: Assumptions, moves: Moves = NOTHING_MOVES
) -> tuple[State, Flows]:
    """One month: savings[t] = savings[t-1] + income - expenses + borrowed - invested.

    Pure: the same state and luck give the same month. All arrays (n_households,).
    """
    jobless, level, earned, felt = _earn(state, luck, traits, a, moves)
    income = earned + np.maximum(moves.one_off, 0)
    cash = state.savings + income
    # Bills first, then the planned extras, as far as the money left allows
    bill = _spread(a.bill_median, a.bill_spread, luck.bill_size) * (luck.event < a.bill_chance)
    bill = moves.spending * bill + np.maximum(-np.asarray(moves.one_off), 0)
    beyond = np.maximum(state.debt - traits.usual_debt, 0)
    payback = np.minimum(beyond, np.maximum(a.payback * beyond, SMALLEST_PAYBACK))
    payment = np.minimum(traits.usual_payment + payback, cash)
    plan = moves.spending * np.exp(a.lasting_response * state.used_to)
    due = _spread(traits.essentials * plan, a.essentials_noise, luck.essentials) + bill + payment
    extras = traits.extras * plan * (1 + a.extras_response * (felt - 1))
    wanted = due + np.minimum(extras, a.extras_cap * np.maximum(cash - due, 0))
    # Credit covers a shortfall up to the limit; what nobody lends stays unpaid. New purchases
    # on credit go on, so a missed payment lets debt grow.
    debt = state.debt - payment + traits.usual_payment
    borrowed = np.minimum(np.maximum(wanted - cash, 0), np.maximum(traits.credit_limit - debt, 0))
    expenses = np.minimum(wanted, cash + borrowed)
    invested = _invest(cash + borrowed - expenses, luck, traits, a)
    savings = cash + borrowed - expenses - invested
    used_to = state.used_to + a.spending_speed * (level - state.used_to)
    after = State(jobless, level, used_to, savings, debt + borrowed)
    return after, Flows(income, expenses, payment, bill, borrowed, invested)


def _earn(
    state: State, luck: Shocks, traits: Traits, a: Assumptions, moves: Moves
) -> tuple[NDArray[np.bool_], Floats, Floats, Floats]:
    """Jobless or not, the lasting income level, what is earned, and how that feels.

    Income feels as it is against the income that spending is used to: 1 is as usual.

    z |z| / sqrt(3) has mean 0 and standard deviation 1, as z has, but more numbers near 0 and
    more far off: most months bring a small surprise, some a large one. None more than doubles
    or halves the income, which brings a volatility of 0.33 down to a standard deviation of 0.26.
    """
    jobless = np.where(state.jobless, luck.job > a.job_found, luck.job < traits.job_loss)
    step = a.step_spread * luck.step * (luck.job > 1 - traits.step_chance)
    level = np.clip((1 - a.step_fade) * state.income_level + step, -HIGHEST_LEVEL, HIGHEST_LEVEL)
    surprise = traits.volatility / np.sqrt(3) * luck.income * np.abs(luck.income)
    surprise = np.clip(surprise, -HIGHEST_SURPRISE, HIGHEST_SURPRISE)
    passing = np.exp(surprise) * (1 - traits.income_lost * jobless) * moves.income
    earned = traits.usual_income * np.exp(level) * passing
    return jobless, level, earned, passing * np.exp(level - state.used_to)


def _invest(left: Floats, luck: Shocks, traits: Traits, a: Assumptions) -> Floats:
    """A share of savings above target, and now and then a large purchase out of the rest."""
    moved = a.invest_rate * np.maximum(left - traits.target_savings, 0)
    share = np.maximum(luck.event - (1 - a.purchase_chance), 0) / max(a.purchase_chance, 1e-12)
    return moved + share * (left - moved)

"""The simulated world: one household, one month, every dollar accounted for.

Draw first, then step. A household gets lasting `Traits` once and five random numbers a
month (`Shocks`); `step_month` is a pure function of state, shocks and traits. Each kind of
luck comes from a random stream of its own, named after it, so a new kind of shock leaves
the others bit for bit as they were.

One month, in words:
1. Job. A working household may lose its job, a jobless one may find work.
2. Income = usual take-home x exp(lasting level + surprise), cut while jobless; a part of the
   surprise stays in the level.
3. Bills first: essentials (noisy), a surprise bill, the debt payment.
4. Then the planned extras, never more than `extras_cap` of the money left.
5. A shortfall is borrowed up to the credit limit; what nobody lends stays unpaid.
6. What is left is partly invested: a habit, a share of savings above target, and now and
   then a large purchase out of savings. Both leave savings without being an expense.

Left out: a second earner, taxes, refunds and every calendar effect, illness, windfalls,
home ownership, age, the business cycle. What simulated months add up to (histories, labels,
true risk) is in `population.py`; how they compare with published facts in `reality_check.py`.

Sources: F = published facts (surveys of consumer finances, labour statistics, bank data),
SCF19 = Survey of Consumer Finances 2019, incomes of $20k-$200k. "tuned" = no direct source,
set so that simulated statistics fall inside the published bands.
"""

import zlib
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

__all__ = [
    "KINDS",
    "Assumptions",
    "Flows",
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
PerKind = tuple[float, float, float, float]

KINDS = ("salaried", "hourly", "self-employed", "fixed income")
GROSS_INCOME_RANGE = (20_000.0, 200_000.0)  # $ a year before tax
REFERENCE_INCOME = 65_000.0  # $ a year: where target_months and spending shares hold as written
REFERENCE_DEBT = 15_000.0  # $: where payment_rate holds as written
HIGHEST_PAYMENT_RATE = 0.10  # share of debt a month
HIGHEST_PAYMENT_SHARE = 0.5  # of usual take-home: nobody plans to live on less than the rest


@dataclass(frozen=True)
class Assumptions:
    """Everything the world assumes. Change one with `dataclasses.replace`.

    >>> Assumptions(job_found=0.11).job_found
    0.11
    """

    # One value per kind of household, in the order of KINDS
    kind_share: PerKind = (0.28, 0.36, 0.11, 0.25)  # share of households; F55, F29
    kind_income: PerKind = (92e3, 60e3, 64e3, 46e3)  # median gross $ a year; fitted to F1, F2
    kind_volatility: PerKind = (0.135, 0.15, 0.28, 0.11)  # log points a month; tuned to F27, F30
    kind_job_loss: PerKind = (0.008, 0.017, 0.016, 0.0)  # chance a month; F32 x 1.3 earners
    kind_debtor: PerKind = (0.82, 0.79, 0.76, 0.48)  # share that uses credit; SCF19
    # Income
    income_spread: float = 0.64  # log points between households of one kind; F2
    volatility_spread: float = 0.48  # log points between households of one kind; F29, F30
    take_home: float = 0.83  # share of gross income; F46
    surprise_kept: float = 0.12  # share of an income surprise that lasts; tuned to F31
    level_memory: float = 0.98  # share of the income level kept a month; assumption
    job_found: float = 0.22  # chance a month while jobless; F34
    income_lost: tuple[float, float] = (0.20, 0.80)  # share lost while jobless, from/to; F35
    # Expenses
    essentials: float = 0.61  # share of take-home less usual debt payments; tuned
    extras: float = 0.27  # the same, as far as money allows; tuned to F47
    extras_cap: float = 0.45  # share of the money left after bills; tuned to F37
    spending_slope: float = -0.05  # log per log income; tuned to SCF savings by income
    thrift_spread: float = 0.13  # lasting differences between households, log points; tuned
    essentials_noise: float = 0.19  # month to month, log points; tuned (F42: 0.28)
    bill_chance: float = 0.09  # surprise bill, chance a month; F39
    bill_median: float = 1_100.0  # $; F40, F41
    bill_spread: float = 0.9  # log points; F41, F43
    # Savings and debt
    target_months: float = 1.25  # months of usual income at the reference income; SCF
    target_floor: float = 1.5  # months everybody wants before investing; assumption
    target_spread: float = 1.7  # between households, log points; F6
    target_cash: float = 3.0  # target of those who use no credit, relative; SCF19
    invest_habit: float = 0.028  # share of usual income a month; tuned to F21, F22
    invest_rate: float = 0.16  # share of savings above target a month; tuned
    purchase_chance: float = 0.014  # large purchase, chance a month; tuned to F17, F18
    debt_share: float = 0.17  # median usual debt, share of gross income a year; SCF19
    debt_spread: float = 1.40  # between households, log points; SCF19
    payment_rate: float = 0.024  # share of debt a month at the reference debt; SCF19
    payment_slope: float = -0.25  # log per log debt; SCF19
    payment_spread: float = 0.60  # between households, log points; SCF19
    interest: float = 0.25  # share of a normal payment; F52


class Traits(NamedTuple):
    """What stays the same for each household; every array has shape (n_households,)."""

    kind: NDArray[Any]  # index into KINDS
    gross_income: Floats  # $ a year at income level 0
    usual_income: Floats  # take-home $ a month at income level 0
    volatility: Floats  # log points a month
    job_loss: Floats  # chance a month
    income_lost: Floats  # share while jobless
    essentials: Floats  # $ a month
    extras: Floats  # $ a month
    habit: Floats  # invested $ a month
    target_savings: Floats  # $
    usual_debt: Floats  # $
    payment_rate: Floats  # share of debt a month
    credit_limit: Floats  # $


class State(NamedTuple):
    """What a month hands over to the next; shape (n_households,)."""

    jobless: NDArray[Any]  # bool
    income_level: Floats  # lasting change of income, log points
    savings: Floats  # $, never negative
    debt: Floats  # $, never negative


class Shocks(NamedTuple):
    """The luck of one month, shape (n_households,), or of many, (n_months, n_households)."""

    job: Floats  # uniform
    income: Floats  # normal
    essentials: Floats  # normal
    event: Floats  # uniform; near 0 a surprise bill, near 1 a large purchase
    bill_size: Floats  # normal


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
    usual = a.take_home * gross / 12
    credit_limit = gross * (uniform("debtor") < np.array(a.kind_debtor)[kind])
    usual_debt = np.minimum(
        _spread(a.debt_share * gross, a.debt_spread, normal("debt")), credit_limit
    )
    rate = _payment_rate(usual_debt, usual, normal("payment_rate"), a)
    budget = (usual - rate * usual_debt) * (gross / REFERENCE_INCOME) ** a.spending_slope
    spending = _spread(budget, a.thrift_spread, normal("thrift"))
    months = (
        a.target_months * gross / REFERENCE_INCOME * np.where(credit_limit > 0, 1, a.target_cash)
    )
    months = np.maximum(_spread(months, a.target_spread, normal("target")), a.target_floor)
    return Traits(
        kind=kind,
        gross_income=gross,
        usual_income=usual,
        volatility=_spread(
            np.array(a.kind_volatility)[kind], a.volatility_spread, normal("volatility")
        ),
        job_loss=np.array(a.kind_job_loss)[kind],
        income_lost=np.interp(uniform("income_lost"), (0, 1), a.income_lost),
        essentials=a.essentials * spending,
        extras=a.extras * spending,
        habit=a.invest_habit * usual,
        target_savings=months * usual,
        usual_debt=usual_debt,
        payment_rate=rate,
        credit_limit=credit_limit,
    )


def _spread(median: Floats | float, spread: float, normal: Floats) -> Floats:
    """Lognormal values around a median: median x exp(spread x normal)."""
    return median * np.exp(spread * normal)


def _gross_income(uniform: Floats, median: Floats, a: Assumptions) -> Floats:
    """Lognormal incomes cut to GROSS_INCOME_RANGE, one uniform number each (inverse CDF)."""
    low, high = (ndtr(np.log(edge / median) / a.income_spread) for edge in GROSS_INCOME_RANGE)
    gross = _spread(median, a.income_spread, ndtri(low + uniform * (high - low)))
    return np.clip(gross, *GROSS_INCOME_RANGE)  # rounding only: the inverse CDF stays inside


def _payment_rate(
    usual_debt: Floats, usual_income: Floats, normal: Floats, a: Assumptions
) -> Floats:
    """Share of the debt paid a month: lower for large debts, different between households."""
    debt = np.maximum(usual_debt, 1.0)  # $1: a rate for those without debt
    median = a.payment_rate * (debt / REFERENCE_DEBT) ** a.payment_slope
    affordable = HIGHEST_PAYMENT_SHARE * usual_income / debt
    rate = _spread(median, a.payment_spread, normal)
    return np.minimum(rate, np.minimum(HIGHEST_PAYMENT_RATE, affordable))


def first_state(traits: Traits) -> State:
    """Before the burn-in: at the savings target if the plan leaves a surplus, else at zero."""
    nothing = np.zeros_like(traits.usual_income)
    planned = traits.essentials + traits.extras + traits.payment_rate * traits.usual_debt
    has_surplus = traits.usual_income - planned > 0.05 * traits.usual_income
    return State(nothing > 0, nothing, traits.target_savings * has_surplus, traits.usual_debt)


def draw_shocks(seed: int, phase: str, keys: tuple[int, ...], shape: tuple[int, int]) -> Shocks:
    """All luck of a phase up front.

    Args:
        phase: which stretch of time ("past", "future", "again"): each has its own streams.
        keys: block of households, and number of the future for re-simulated ones.
        shape: (n_households, n_months); drawn household by household, so that the first
            households get the same luck however many follow.

    Returns:
        Shocks of shape (n_months, n_households).
    """

    def draw(name: str) -> Floats:
        rng = stream(seed, f"{phase}/{name}", *keys)
        numbers = rng.random(shape) if name in ("job", "event") else rng.standard_normal(shape)
        return np.ascontiguousarray(numbers.T)

    return Shocks(*(draw(name) for name in Shocks._fields))


def step_month(state: State, luck: Shocks, traits: Traits, a: Assumptions) -> tuple[State, Flows]:
    """One month: savings[t] = savings[t-1] + income - expenses + borrowed - invested.

    Pure: the same state and luck give the same month. All arrays (n_households,).
    """
    income, jobless, level = _earn(state, luck, traits, a)
    cash = state.savings + income
    payment = np.minimum(traits.payment_rate * state.debt, cash)
    bill = np.where(
        luck.event < a.bill_chance, _spread(a.bill_median, a.bill_spread, luck.bill_size), 0
    )
    due = _spread(traits.essentials, a.essentials_noise, luck.essentials) + bill + payment
    wanted = due + np.minimum(traits.extras, a.extras_cap * np.maximum(cash - due, 0))
    debt = _carry_debt(state.debt, payment, traits, a)
    borrowed = np.minimum(np.maximum(wanted - cash, 0), np.maximum(traits.credit_limit - debt, 0))
    expenses = np.minimum(wanted, cash + borrowed)
    left = cash + borrowed - expenses
    invested = _invest(left, luck, traits, a)
    after = State(jobless, level, left - invested, debt + borrowed)
    return after, Flows(income, expenses, payment, bill, borrowed, invested)


def _earn(
    state: State, luck: Shocks, traits: Traits, a: Assumptions
) -> tuple[Floats, NDArray[np.bool_], Floats]:
    """Income of the month, whether jobless in it, and the income level for the next."""
    jobless = np.where(state.jobless, luck.job > a.job_found, luck.job < traits.job_loss)
    surprise = traits.volatility * luck.income
    usual = traits.usual_income * np.exp(state.income_level + surprise)
    level = a.level_memory * state.income_level + a.surprise_kept * surprise
    return usual * (1 - traits.income_lost * jobless), jobless, level


def _carry_debt(debt: Floats, payment: Floats, traits: Traits, a: Assumptions) -> Floats:
    """Debt after the payment, interest and renewal (the new car loan) towards its usual level."""
    renewed = traits.payment_rate * (traits.usual_debt + a.interest * (debt - traits.usual_debt))
    return debt - payment + renewed


def _invest(left: Floats, luck: Shocks, traits: Traits, a: Assumptions) -> Floats:
    """A habit, a share of savings above target, and now and then a large purchase."""
    above = np.maximum(left - traits.target_savings, 0)
    moved = np.minimum(traits.habit, left) + a.invest_rate * above
    share = np.maximum(luck.event - (1 - a.purchase_chance), 0) / max(a.purchase_chance, 1e-12)
    return moved + share * (left - moved)

"""Everything the simulated world assumes: each number with its unit and its source.

Sources: F = published facts (surveys of consumer finances, labour statistics, bank data),
SCF = Survey of Consumer Finances, incomes of $20k-$200k. "tuned" = no direct source, set so
that simulated statistics fall inside the published bands (`reality_check.py`); "tuned to F2"
= set with that fact in view, not read off it. What the tuned numbers were tuned to, and the command
that found them, is `finrisk/authors/tune_world.py`; it looks at no model. Left out: what is
done with the numbers (`synthetic_generator.py`).
"""

from dataclasses import dataclass, replace
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from finrisk.checks import check_one_of
from finrisk.errors import FinriskError
from finrisk.received import as_float, show_value

__all__ = ["KINDS", "SCENARIOS", "Assumptions", "times"]

KINDS = ("salaried", "hourly", "self-employed", "fixed income")

# What a number may be: (lowest, highest, the rule in words).
Share = Annotated[float, (0.0, 1.0, "is a share or a chance, between 0 and 1")]
Part = Annotated[float, (0.05, 1.0, "is a share, between 0.05 and 1")]
Gap = Annotated[float, (0.05, 1.0, "is a spread in log points, between 0.05 and 1")]
Factor = Annotated[float, (0.0, 50.0, "is a factor, between 0 and 50")]
Slope = Annotated[float, (-1.0, 1.0, "is log per log, between -1 and 1")]
Spread = Annotated[float, (0.0, 3.0, "is a spread in log points, between 0 and 3")]
Income = Annotated[float, (20e3, 200e3, "is $ a year before tax, between 20,000 and 200,000")]
Dollars = Annotated[float, (0.0, 1e6, "is in $, between 0 and 1,000,000")]
Months = Annotated[float, (0.0, 60.0, "is in months, between 0 and 60")]
Shares = tuple[Share, Share, Share, Share]  # one for each of KINDS, in that order
Spreads = tuple[Spread, Spread, Spread, Spread]
Incomes = tuple[Income, Income, Income, Income]

# What a scenario multiplies; anything else stays as it is.
SCENARIOS: dict[str, dict[str, float]] = {
    "baseline": {},
    "recession": {"kind_job_loss": 2.0, "job_found": 0.5},
    "inflation": {"essentials": 1.08},
}


@dataclass(frozen=True)
class Assumptions:
    """The world's numbers. Change any with `dataclasses.replace`, or ask for a scenario.

    Raises:
        FinriskError: for a number outside its range, naming field, rule, value and next step.

    >>> Assumptions(job_found=0.11).job_found
    0.11
    """

    # One value for each of KINDS
    kind_share: Shares = (0.28, 0.36, 0.11, 0.25)  # share of households; assumption, near F29
    kind_income: Incomes = (92.2e3, 61.8e3, 64.7e3, 47.1e3)  # median gross $ a year; F1, F2, tuned
    kind_volatility: Spreads = (0.167, 0.197, 0.325, 0.128)  # log points a month; tuned to F27-F30
    kind_job_loss: Shares = (0.008, 0.017, 0.016, 0.0)  # chance a month; F32 x 1.3 earners
    kind_debtor: Shares = (0.84, 0.72, 0.729, 0.461)  # share that uses credit; tuned to SCF 2019
    # Income
    income_spread: Gap = 0.61  # log points between households of one kind; tuned to F2
    take_home: Part = 0.83  # share of gross income; F46
    step_chance: Share = 0.03  # lasting step of income, chance a month; tuned near F75
    step_spread: Spread = 0.404  # size of a lasting step, log points; tuned to F62-F65
    job_found: Share = 0.22  # chance a month while jobless; F34
    income_lost: tuple[Share, Share] = (0.20, 0.80)  # share lost while jobless, from/to; F35
    step_fade: Share = 0.0208  # share of all steps that is gone after a month; tuned to F62-F65
    # Expenses
    essentials: Factor = 0.615  # share of take-home less usual debt payments; tuned
    extras: Factor = 0.282  # the same, as far as money allows; tuned to F47
    extras_response: Share = 0.398  # of extras to this month's income, relative; tuned
    extras_cap: Share = 0.437  # share of the money left after bills; tuned
    lasting_response: Share = 0.583  # of plans to lasting income, log per log; tuned to F78-F80
    spending_speed: Share = 0.0257  # of plans towards it, share of the way a month; tuned to F80
    spending_slope: Slope = -0.0729  # of spending shares, log per log income; tuned to SCF savings
    thrift_spread: Spread = 0.0929  # lasting differences between households, log points; tuned
    essentials_noise: Spread = 0.192  # month to month, log points; tuned (F42: 0.28)
    bill_chance: Share = 0.0742  # surprise bill, chance a month; tuned to F39
    bill_median: Dollars = 1_110.0  # $; tuned to F40, F41
    bill_spread: Spread = 0.9  # log points; tuned to F41, F43
    # Savings and debt
    target_months: Months = 3.88  # median target, months of usual income; tuned to SCF 2022
    target_spread: Spread = 1.4  # between households, log points; tuned to F6
    target_cash: Factor = 2.86  # target of those who use no credit, relative; tuned to SCF 2019
    invest_rate: Share = 0.291  # share of savings above target a month; tuned
    purchase_chance: Share = 0.0305  # large purchase, chance a month; tuned to F17, F18
    debt_share: Factor = 0.243  # median usual debt at $65,000, share of income; tuned to SCF 2019
    debt_slope: Slope = 0.7  # of that median, log per log income; tuned to SCF 2019
    debt_spread: Spread = 1.28  # power of an exponential number; tuned to SCF 2019
    debt_spread_slope: Slope = -0.298  # of that power, log per log income; tuned to SCF 2019
    payment_rate: Share = 0.0174  # median payment, share of usual debt a month; tuned to SCF 2019
    payment_spread: Spread = 0.316  # between households, log points; tuned to SCF 2019
    could_borrow: Share = 0.424  # share of those who use no credit that could; tuned to F120-F122
    credit_room: Share = 0.212  # limit above usual debt, share of income; tuned
    payback: Share = 0.143  # share of debt beyond its usual size paid back a month; tuned

    def __post_init__(self) -> None:
        for name, kind in get_type_hints(type(self), include_extras=True).items():
            object.__setattr__(self, name, _checked(name, getattr(self, name), kind))
        if abs(sum(self.kind_share) - 1) > 1e-9:
            raise _error("kind_share", "must add up to 1", sum(self.kind_share))
        if self.bill_chance + self.purchase_chance > 1:
            both = self.bill_chance + self.purchase_chance
            raise _error("bill_chance", "and purchase_chance share one month, at most 1", both)
        if self.job_found + self.step_chance > 1:
            both = self.job_found + self.step_chance
            raise _error("job_found", "and step_chance share one month, at most 1", both)

    @classmethod
    def scenario(cls, name: str) -> "Assumptions":
        """The baseline world with what `SCENARIOS[name]` multiplies.

        >>> Assumptions.scenario("recession").job_found
        0.11
        """
        step = "Choose one, or change single numbers: Assumptions(job_found=0.11)."
        check_one_of("scenario", name, SCENARIOS, step)
        world = cls()
        return replace(
            world, **{f: times(getattr(world, f), x) for f, x in SCENARIOS[name].items()}
        )


def times(value: Any, factor: float) -> Any:
    """A number of the world, or one for each of KINDS, times a factor.

    >>> times((1.0, 2.0), 3)
    (3.0, 6.0)
    """
    return tuple(factor * v for v in value) if isinstance(value, tuple) else factor * value


def _checked(name: str, value: Any, kind: Any) -> Any:
    """The value as its annotation says: a float, whatever library it came from, or a tuple."""
    if get_origin(kind) is tuple:
        parts = get_args(kind)
        if not isinstance(value, tuple) or len(value) != len(parts):
            raise _error(name, f"must be a tuple of {len(parts)} numbers", value)
        return tuple(_checked(name, one, part) for one, part in zip(value, parts, strict=True))
    low, high, rule = kind.__metadata__[0]
    number = as_float(value)
    if number is None or not low <= number <= high:  # NaN lies nowhere
        raise _error(name, rule, value)
    return number


def _error(name: str, rule: str, value: Any) -> FinriskError:
    return FinriskError(
        f"{name} {rule}, got {show_value(value)}. The baseline has {getattr(Assumptions, name)!r}.",
        field=name,
    )

"""What metrics.json and benchmarks.json must hold for those who show it: panel, page, lessons.

A file can be sound as JSON and still lack a table, or have a word where a share belongs; it is
then told once, when it is read, and not by each face in its own way. The shapes stand here as
classes that pydantic holds the file against. Left out: what only authors read (recipe, epochs,
world), and who measures (`metrics_json.py`, `make bench`).
"""

import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails  # comes with pydantic

from finrisk.received import show_name, show_value

__all__ = ["Benchmarks", "Metrics", "flaws_in"]

N_QUANTILES = N_THRESHOLDS = 101  # 0 %, 1 %, ... 100 %

Share = Annotated[float, Field(ge=0, le=1)]
Score = Annotated[float, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0, le=10**12)]
Nats = Annotated[float, Field(ge=-1e6, le=1e6)]  # losses and distances, also in thousandths
Shares = Annotated[list[Share], Field(min_length=1)]
Counts = Annotated[list[Count], Field(min_length=1)]
T = TypeVar("T")


class _Part(BaseModel):
    """Kinds as written: "0.5" is no number, and neither are true and NaN."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False, extra="ignore")


class Both(_Part, Generic[T]):
    """The same for all households and for onset, and for no other group."""

    model_config = ConfigDict(extra="forbid")
    all: T
    onset: T


class Scores(_Part):
    """How good one model is."""

    recall: Share
    f1: Share
    precision: Share
    accuracy: Share
    roc_auc: Share
    log_loss: Nats
    ece: Share
    n_households: Count
    stressed_share: Share


class Versions(_Part):
    """Of the libraries; faces show the package's own."""

    finrisk: str


class Thresholds(_Part):
    """Where the risk classes begin, and why there."""

    alert: Share
    alert_reason: str
    high: Share
    high_reason: str


class RiskClass(_Part):
    """How many households are in it, and how many of them become stressed."""

    share: Share
    stressed_share: Share


class Classes(_Part):
    """The three of `prediction.RISK_CLASSES`, from low to high: faces count on the order."""

    model_config = ConfigDict(extra="forbid")
    Low: RiskClass
    Moderate: RiskClass
    High: RiskClass

    @model_validator(mode="before")
    @classmethod
    def _in_order(cls, classes: Any) -> Any:
        if isinstance(classes, dict) and set(classes) == set(cls.model_fields):
            _must(list(classes) == list(cls.model_fields), "they must rise from Low to High")
        return classes


class _Columns(_Part):
    """A table, column by column."""

    @model_validator(mode="after")
    def _equally_long(self) -> Self:
        lengths = {len(column) for column in dict(self).values()}
        _must(len(lengths) == 1, f"its columns must be equally long, got {sorted(lengths)}")
        return self


class Calibration(_Columns):
    """Groups of households: what was predicted, what happened."""

    predicted: Shares
    observed: Shares
    count: Counts


class ThresholdTable(_Columns):
    """What warning from each threshold on would do."""

    threshold: Annotated[Shares, Field(min_length=N_THRESHOLDS, max_length=N_THRESHOLDS)]
    tp: Counts
    fp: Counts
    fn: Counts
    tn: Counts

    @model_validator(mode="after")
    def _same_households(self) -> Self:
        _must(_rises(self.threshold), "its thresholds must rise")
        stressed = {tp + fn for tp, fn in zip(self.tp, self.fn, strict=True)}
        stable = {fp + tn for fp, tn in zip(self.fp, self.tn, strict=True)}
        same = len(stressed) == len(stable) == 1 and 0 not in stressed
        _must(same, "each of its rows must count the same households, some of them stressed")
        return self


class Band(_Part):
    """The scores of households with a like income."""

    monthly_income_from: Annotated[float, Field(ge=0)]
    monthly_income_to: float | None
    score: Annotated[list[Score], Field(min_length=N_QUANTILES, max_length=N_QUANTILES)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        _must(_rises(self.score), "its scores must rise")
        return self


def _side_by_side(bands: list[Band]) -> list[Band]:
    """Each income has its band: they begin at 0, and each ends where the next begins."""
    begins = [band.monthly_income_from for band in bands]
    ends = [band.monthly_income_to for band in bands]
    meet = begins == [0, *ends[:-1]] and ends[-1] is None and _rises(begins)
    _must(meet, "its bands must reach from 0 upwards without a gap")
    return bands


class BestPossible(_Part):
    """What a forecast that knew every true risk would reach."""

    roc_auc: Share
    log_loss: Nats


class Truth(_Part):
    """How far each model is from the best possible forecast."""

    true_risk: Both[BestPossible]
    excess_mnat: dict[str, Both[Nats]]
    excess_standard_error: dict[str, Both[Nats]]

    @model_validator(mode="after")
    def _same_models(self) -> Self:
        _must("network" in self.excess_mnat, "excess_mnat must know the network")
        same = set(self.excess_mnat) == set(self.excess_standard_error)
        _must(same, "excess_mnat and excess_standard_error must know the same models")
        return self


class OnAPace(_Part):
    """Of households not short now, on a pace that leads to stress: the share that get there."""

    as_they_are: Share
    after_a_change: Share


class Metrics(_Part):
    """metrics.json."""

    model_id: str
    seed: Count
    n_households: Count
    n_lives: Count
    versions: Versions
    thresholds: Thresholds
    test: Both[Scores]
    test_at_high: Both[Scores]
    test_required_only: Both[Scores]
    test_after_a_change: Both[Scores]
    rivals: dict[str, Both[Scores]]
    classes: Both[Classes]
    calibration: Both[Calibration]
    threshold_table: Both[ThresholdTable]
    pace: OnAPace
    score_quantiles: Annotated[list[Band], Field(min_length=1), AfterValidator(_side_by_side)]
    truth: Truth


class Excess(_Part):
    """How far a learner is from the best possible forecast, in thousandths of a nat."""

    excess: Nats
    standard_error: Nats


class Mean(_Part):
    """A mean, in thousandths of a nat."""

    mean: Nats
    standard_error: Nats


class Layers(_Part):
    """What luck, the features and the model have in the loss (lesson 05)."""

    learners: dict[str, Both[Excess]]
    shortfall: Both[Mean]
    floor_nats: Both[Nats]

    @model_validator(mode="after")
    def _limit(self) -> Self:
        limit = "mean of trees and network"
        _must(limit in self.learners, f"learners must know the {limit}")
        return self


class Benchmarks(_Part):
    """benchmarks.json."""

    model_id: str
    layers: Layers


def _rises(numbers: list[float]) -> bool:
    return all(low <= high for low, high in pairwise(numbers))


def _must(kept: bool, rule: str) -> None:
    """A ValueError, which pydantic gathers."""
    if not kept:
        raise ValueError(rule)


def flaws_in(figures: Mapping[str, Any], shape: type[BaseModel]) -> Iterator[str]:
    """What is wrong with them, in words that follow "it"; nothing for sound ones.

    >>> list(flaws_in({"model_id": "abc"}, Benchmarks))
    ['lacks layers']
    """
    try:
        json.dumps(figures, ensure_ascii=False, allow_nan=False).encode()  # as the API sends it
        shape.model_validate(figures)
    except ValidationError as error:
        for flaw in error.errors(include_url=False):
            yield _told(flaw)
    except (ValueError, RecursionError) as error:
        yield f"holds what no JSON can ({str(error)[:80]})"


def _told(flaw: ErrorDetails) -> str:
    """One thing that pydantic found, in a few words."""
    place = show_name(".".join(map(str, flaw["loc"])))
    if flaw["type"] == "missing":
        return f"lacks {place}"
    if flaw["type"] == "value_error":  # one of ours
        return f"has {place} that cannot be used: {flaw['msg'].partition(', ')[2]}"
    rule = flaw["msg"].partition(" or instance")[0]
    return f"has {place} of {show_value(flaw['input'])} ({rule[0].lower()}{rule[1:]})"

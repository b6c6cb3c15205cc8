"""The bug clinic of lesson 08: what each planted mistake costs, measured against the truth.

A sound system and its broken twins (`planted.py`) forecast the same fresh households, whose
true risks are known. What a mistake adds to the excess loss, household by household, is its
price: exact, because the luck of the labels plays no part in it. Left out: the luck of training.
It has a yardstick instead, a twin without a mistake, trained with another seed.
"""

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Self

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from finrisk.checks import check_kind, check_whole
from finrisk.course.labs import planted
from finrisk.data.population import Population, simulate
from finrisk.data.preprocessing import Preprocessor
from finrisk.errors import FinriskError
from finrisk.household import EXAMPLES
from finrisk.ml.dataset import TrainingData
from finrisk.ml.distance import excess_losses
from finrisk.ml.forecaster import Forecaster
from finrisk.ml.thresholds import choose_threshold
from finrisk.received import show_value

__all__ = ["FAMILIES", "Clinic"]

Floats = NDArray[np.float64]
FAMILIES = pd.DataFrame([asdict(h) for h in EXAMPLES.values()], list(EXAMPLES), dtype=float)


@dataclass(frozen=True)
class Clinic:
    """A sound system, its broken twins, and fresh households whose true risks are known."""

    train: Population
    validation: Population
    fresh: Population
    n_futures: int

    def __post_init__(self) -> None:
        for name in ("train", "validation", "fresh"):
            step = "Write Clinic.open() for the clinic of the lesson."
            check_kind(name, getattr(self, name), Population, step)

    @classmethod
    def open(cls, n_households: int = 20_000, n_futures: int = 200) -> Self:
        """Simulate as many households to train on, to validate with and to compare on.

        Raises:
            FinriskError: for a number of households or futures that is none.
        """
        check_whole("n_futures", n_futures, least=1)  # before the households, which take seconds
        train, validation, fresh = (simulate(n_households, seed) for seed in (8, 9, 7))
        return cls(train, validation, fresh, n_futures)

    @cached_property
    def true_risk(self) -> Floats:
        """Of the fresh households."""
        return self.fresh.true_risk(self.n_futures)

    @cached_property
    def data(self) -> TrainingData:
        """The training households as they should be."""
        return self._data(self.train.households, planted.prepare(self.train.households))

    @cached_property
    def sound(self) -> planted.System:
        """The system without a mistake."""
        return planted.fit(self.data)

    @cached_property
    def threshold(self) -> float:
        """Where warning begins: the promises of lesson 05, on validation households."""
        world = self.validation
        return choose_threshold(world.stressed, self.sound.risks(world.households), world.onset)

    @cached_property
    def twins(self) -> dict[str, Forecaster]:
        """Name of the mistake -> its twin; "none" is the sound system."""
        trained = {name: system.risks for name, system in self._trained().items()}
        return {name: _seeded(twin) for name, twin in (trained | self._served()).items()}

    def price(self, twin: Forecaster) -> tuple[float, float]:
        """What a twin adds to the sound system's excess loss, and half its 95 % interval.

        Both in milli-nats per household, from the difference of each fresh household.

        Raises:
            FinriskError: for a twin that cannot be asked about households.
        """
        if not callable(twin):
            raise FinriskError(
                f"twin must be a function of households, got {show_value(twin)}. Of a system, "
                "give system.risks."
            )
        rows = self.fresh.households
        mine, theirs = (
            excess_losses(asked(rows), self.true_risk, self.n_futures)
            for asked in (self.sound.risks, twin)
        )
        gaps = theirs - mine
        return float(gaps.mean()), float(1.96 * gaps.std() / np.sqrt(len(gaps)))

    def prices(self) -> pd.DataFrame:
        """One row per mistake: what it costs, what it shows, what the three families hear.

        Returns:
            DataFrame with price and margin (milli-nats), recall and mean risk of the fresh
            onset households (shares), and the risk of each of `FAMILIES`.
        """
        return pd.DataFrame({name: self._row(name) for name in self.twins}).T

    def _trained(self) -> dict[str, planted.System]:
        """Mistakes that sit in the network when it is shipped; 20,000 households take a second."""
        world = self.train
        tables = {
            "column from the future": planted.later_savings(world),
            "rows moved, labels not": planted.one_file_sorted(world),
        }
        leaky = self._data(world.households, planted.scaled_on_all(world, self.fresh))
        return {
            "none": self.sound,
            "none, another seed": planted.fit(self.data, seed=1),
            **{n: planted.fit(self._data(t, planted.prepare(t))) for n, t in tables.items()},
            "scaled on all households": planted.fit(leaky),
            "Sigmoid twice": planted.fit(self.data, loss=planted.bce_twice),
            "layers in a list": planted.fit(self.data, network=planted.ListMLP),
            "balanced weights": planted.fit(self.data, weight=planted.balanced(world)),
        }

    def _served(self) -> dict[str, Forecaster]:
        """Mistakes made with the sound network, after training."""
        sound = self.sound
        return {
            "eval() forgotten": lambda rows: planted.in_training_mode(sound, rows),
            "accuracy as target": sound.risks,
            "columns in another order": lambda rows: planted.other_order(sound, rows),
            "income before tax": lambda rows: sound.risks(planted.before_tax(rows)),
        }

    def _row(self, name: str) -> dict[str, float]:
        twin, world = self.twins[name], self.fresh
        price, margin = self.price(twin)
        q, threshold = twin(world.households)[world.onset], self.threshold
        if name == "accuracy as target":
            known = self.validation
            threshold = planted.most_right_answers(known.stressed, twin(known.households))
        recall = float((q >= threshold)[world.stressed[world.onset]].mean())
        scores = {"price": price, "margin": margin, "recall": recall, "mean risk": float(q.mean())}
        return scores | dict(zip(FAMILIES.index, twin(FAMILIES).tolist(), strict=True))

    def _data(self, households: pd.DataFrame, preprocessor: Preprocessor) -> TrainingData:
        return TrainingData.make(households, self.train.stressed, preprocessor)


def _seeded(twin: Forecaster) -> Forecaster:
    """Dropout left on is luck; the same luck in every call, so that a price can be repeated."""

    def with_luck(households: pd.DataFrame) -> Floats:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return twin(households)

    return with_luck

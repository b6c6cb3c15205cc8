"""The predictor: build, load, predict, explain, ask what if, suggest.

Every face (notebook, panel, API, page) asks this one class, so the same household gets the
same number everywhere. What it brings together lives in rooms of its own: the steps of a
build in `build.py`, the file in `model_file.py`, the reasons in `explain.py`.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from finrisk.data.feature_engineering import (
    FEATURES,
    OPTIONAL,
    engineer_features,
    summarise,
    value_of_feature,
)
from finrisk.data.history_csv import read_history
from finrisk.household import (
    CROSS_RULES,
    INPUTS,
    Change,
    FinriskError,
    Household,
    InvalidHousehold,
    as_float,
    settle,
)
from finrisk.ml.explain import attribute, drivers
from finrisk.ml.model_file import ModelFile, check_folder, load_metrics, load_model
from finrisk.prediction import Driver, Prediction, Suggestion, risk_class
from finrisk.settings import Settings

if TYPE_CHECKING:
    from finrisk.ml.build import BuildPlan

__all__ = ["Predictor"]

Floats = NDArray[np.float64]
_LOOKS_LIKE = 0.85  # how alike a column and a missing field are, of 1, to be a slip of the pen
LARGEST_SEED = 2**32 - 1  # the split takes no larger one
SMALLEST_HELP = 0.005  # a suggestion lowers the risk by at least half a point

# Changes within reach of most people, from the easiest on.
WITHIN_REACH = (
    ("Spend 10 % less for 3 months and save the difference", Change(spending=0.9, months=3)),
    ("Spend 5 % less from now on", Change(spending=0.95)),
    ("Spend 10 % less from now on", Change(spending=0.9)),
    ("Earn 5 % more from now on", Change(income=1.05)),
)


class Predictor:
    """Predicts, explains and suggests with one loaded model.

    >>> predictor = Predictor.load()
    >>> household = Household(monthly_income=4200, monthly_expenses=3900, savings=2500, debt=8000)
    >>> predictor.predict(household).risk_class
    'High'
    """

    def __init__(self, contents: ModelFile, metrics_path: Path) -> None:
        self._contents = contents
        self._metrics_path = metrics_path
        self.alert_threshold = contents.alert_threshold
        self.high_threshold = contents.high_threshold
        self.typical = Household.from_mapping(contents.typical)
        self._typical_row = self._rows(_table([self.typical.to_dict()]))
        self._typical_probability = self._probability(self.typical)

    @classmethod
    def load(cls, path: Path | None = None) -> "Predictor":
        """The shipped model, or the one at `path` (metrics.json stands beside it).

        Raises:
            ModelFileError: missing, damaged or of another schema, with the command to run.
        """
        path = Path(path) if path else Settings().model_path
        return cls(load_model(path), path.with_name("metrics.json"))

    @classmethod
    def build(
        cls, plan: "BuildPlan | None" = None, on_stage: Callable[[str], None] | None = None
    ) -> "Predictor":
        """Simulate, train, judge, write `models/`, and load the result.

        Args:
            plan: how many households, which seed, recipe and world; the shipped one if None.
            on_stage: told in words what is being done.

        Raises:
            FinriskError: if the plan cannot be carried out, said before any work; or if the
                result would be refused; the old files then stay.
        """
        from finrisk.ml.build import BuildPlan, build  # loads the rivals, needed only here

        plan, settings = plan or BuildPlan(), Settings()
        _check_seed(plan.seed)
        check_folder(settings.models_dir)
        build(plan, settings, on_stage)
        return cls.load()

    @property
    def metrics(self) -> dict[str, Any]:
        """What the build measured (models/metrics.json), for showing.

        Raises:
            ModelFileError: if the file is missing or belongs to another model.
        """
        return load_metrics(self._metrics_path, self._contents.model_id)

    def predict(self, household: Household | Mapping[str, Any]) -> Prediction:
        """Judge one household: probability, class, drivers, suggestions, notes.

        Raises:
            InvalidHousehold: if a mapping breaks a rule of INPUTS.
        """
        household = _as_household(household)
        return Prediction(
            household=household,
            probability=self._probability(household),
            alert_threshold=self.alert_threshold,
            high_threshold=self.high_threshold,
            typical_probability=self._typical_probability,
            drivers=self.explain(household),
            suggestions=self.suggest(household),
            assumed=self._assumed(household),
            warnings=tuple(self._warnings(household)),
        )

    def predict_csv(self, source: str | Path | bytes) -> Prediction:
        """Judge the latest twelve months of one household's CSV (a path, or its bytes).

        Raises:
            InvalidHistory: when the file cannot be read as twelve months.
            InvalidHousehold: when what it adds up to is outside the legal ranges.
        """
        return self.predict(self.read_csv(source))

    def read_csv(self, source: str | Path | bytes) -> Household:
        """The household that a CSV's latest twelve months are summarised into."""
        row = summarise(read_history(source)).iloc[0]
        return Household.from_mapping({str(name): value for name, value in row.items()})

    def predict_many(self, households: pd.DataFrame) -> pd.DataFrame:
        """Judge a table of households at once.

        Args:
            households: columns of INPUTS, the optional ones may be missing or NaN; other
                columns are left alone, unless one looks like a missing field misspelt.

        Returns:
            DataFrame with probability, score and risk_class; index and order are kept.

        Raises:
            InvalidHousehold: naming the first row, its field, rule and value.
        """
        risks = self._probabilities(_checked_table(households)).tolist()
        columns = {
            "probability": risks,
            "score": [round(100 * p) for p in risks],
            "risk_class": [risk_class(p, self.alert_threshold, self.high_threshold) for p in risks],
        }
        return pd.DataFrame(columns, index=households.index)

    def explain(self, household: Household | Mapping[str, Any]) -> tuple[Driver, ...]:
        """The drivers: they add up to the difference from the typical household."""
        household = _as_household(household)
        row = self._rows(_table([household.to_dict()]))
        return drivers(attribute(self._contents.model, row, self._typical_row), household)

    def what_if(
        self,
        household: Household | Mapping[str, Any],
        field: str,
        values: Sequence[float] | None = None,
    ) -> pd.DataFrame:
        """The risk as one field moves and the others stay (but for the cross rules).

        Args:
            field: a name in INPUTS.
            values: where to look; by default along the whole slider.

        Returns:
            DataFrame with value and probability.

        Raises:
            InvalidHousehold: for a field that does not exist or a value it may not have.
        """
        if field not in INPUTS:
            names = ", ".join(INPUTS)
            raise InvalidHousehold(f"{field} is not a field. Use one of {names}.", field=field)
        if values is None:
            values = INPUTS[field].stops(INPUTS[field].slider_minimum, INPUTS[field].slider_maximum)
        now = _as_household(household).to_dict()
        moved = [settle(now | {field: INPUTS[field].check(v)}, field)[0] for v in values]
        return pd.DataFrame({"value": values, "probability": self._probabilities(_table(moved))})

    def suggest(self, household: Household | Mapping[str, Any]) -> tuple[Suggestion, ...]:
        """Changes within reach that lower the risk, the largest effect first."""
        household = _as_household(household)
        options = [(text, c, h) for text, c in WITHIN_REACH if (h := _after(household, c))]
        now, *risks = self._probabilities(
            _table([household.to_dict()] + [h.to_dict() for _, _, h in options])
        )
        found = [
            Suggestion(*option, float(risk)) for option, risk in zip(options, risks, strict=True)
        ]
        helpful = [s for s in found if s.probability <= now - SMALLEST_HELP]
        return tuple(sorted(helpful, key=lambda s: s.probability))

    def _probability(self, household: Household) -> float:
        return float(self._probabilities(_table([household.to_dict()]))[0])

    def _probabilities(self, households: pd.DataFrame) -> Floats:
        with torch.no_grad():
            y_prob = self._contents.model(self._rows(households)).numpy()
        return np.asarray(y_prob, dtype=np.float64)

    def _rows(self, households: pd.DataFrame) -> torch.Tensor:
        """Households -> filled and scaled X, as the network takes it."""
        X = engineer_features(households)
        return torch.from_numpy(self._contents.preprocessor.transform(X))

    def _assumed(self, household: Household) -> dict[str, float]:
        """Field -> the typical value used because it was not given, in the field's unit."""
        columns = list(FEATURES)
        return {
            name: value_of_feature(
                name, float(self._contents.preprocessor.median[columns.index(name)]), household
            )
            for name in OPTIONAL
            if getattr(household, name) is None
        }

    def _warnings(self, household: Household) -> Iterable[str]:
        """One sentence for each value outside what nearly all training households had."""
        for name, (low, high) in self._contents.seen.items():
            value, field = getattr(household, name), INPUTS[name]
            if value is not None and not low <= value <= high:
                yield (
                    f"{field.label} of {field.show(value)} lies outside what the model has seen "
                    f"({field.show(low)} to {field.show(high)}): read the risk with care."
                )


def _check_seed(seed: Any) -> None:
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise FinriskError(
            f"seed must be a whole number from 0 to {LARGEST_SEED}, got {seed!r}. "
            "Any other will do, such as 2026.",
            field="seed",
        )


def _as_household(household: Household | Mapping[str, Any]) -> Household:
    if isinstance(household, Household):
        return household
    if not isinstance(household, Mapping):
        kind = type(household).__name__
        raise InvalidHousehold(f"A household must be a Household or a dict of fields, got {kind}.")
    return Household.from_mapping(household)


def _after(household: Household, change: Change) -> Household | None:
    """The household after the change, None where the change is not possible for it."""
    try:
        return household.after(change)
    except InvalidHousehold:
        return None


def _table(rows: Sequence[Mapping[str, float | None]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(INPUTS), dtype=np.float64)


def _checked_table(households: pd.DataFrame) -> pd.DataFrame:
    """The INPUTS columns as numbers, after `Household`'s own rules; the first bad row raises."""
    _check_shape(households)
    given = households.reindex(columns=list(INPUTS))
    table = pd.DataFrame({name: _as_floats(given[name]) for name in INPUTS}, index=given.index)
    bad = pd.Series(False, index=given.index)
    for name, field in INPUTS.items():
        values = table[name]
        bad |= (values < field.minimum) | (values > field.maximum)
        bad |= values.isna() if field.required else False
        bad |= (values != values.round()) & values.notna() if field.whole else False
    for small, large in CROSS_RULES:
        bad |= table[small] > table[large] + 1e-9
    if bad.any():
        _raise_for(given, int(np.flatnonzero(bad.to_numpy())[0]))
    return table


def _as_floats(column: "pd.Series[Any]") -> "pd.Series[float]":
    """The numbers of a column; inf, which no rule allows, where a cell is none."""
    if column.dtype.kind in "iuf":
        return column.astype(np.float64)
    numbers = (as_float(value) for value in column)
    floats = [math.inf if number is None else number for number in numbers]
    return pd.Series(floats, index=column.index, dtype=np.float64)


def _check_shape(households: Any) -> None:
    """A DataFrame in which no field stands twice, and none under a misspelt name."""
    if not isinstance(households, pd.DataFrame):
        kind = type(households).__name__
        raise InvalidHousehold(f"predict_many takes a DataFrame, one row a household, got {kind}.")
    twice = [n for n in INPUTS if list(households.columns).count(n) > 1]
    if twice:
        raise InvalidHousehold(f"Column {twice[0]} stands twice. Keep one.", field=twice[0])
    missing = [name for name in INPUTS if name not in households]
    for column in map(str, households.columns.difference(list(INPUTS), sort=False)):
        for name in get_close_matches(column.lower().replace(" ", "_"), missing, 1, _LOOKS_LIKE):
            raise InvalidHousehold(
                f"Column {column} is not a field of a household, but looks like {name}. "
                "Rename it or leave it out.",
                field=column,
            )


def _raise_for(households: pd.DataFrame, position: int) -> None:
    cells = {name: households[name].iloc[position] for name in INPUTS}
    try:
        Household.from_mapping(cells)
    except InvalidHousehold as error:
        message = f"Row {households.index[position]}: {error}"
        raise InvalidHousehold(message, field=error.field) from None

"""The predictor: build, load, predict, explain, ask what if, suggest.

Every face (notebook, panel, API, page) asks this one class, so the same household gets the
same number everywhere. What it brings together lives in rooms of its own: the steps of a
build in `build.py`, the file in `model_file.py`, the reasons in `explain.py`.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from finrisk.change import Change
from finrisk.change_inputs import CHANGE_INPUTS
from finrisk.checks import check_kind
from finrisk.data.changes import changes_of
from finrisk.data.feature_engineering import summarise
from finrisk.data.history_csv import Source, read_history
from finrisk.data.household_table import bad_rows, numbers_of, problems, refusal
from finrisk.errors import FinriskError, InvalidChange, ModelFileError
from finrisk.household import Household
from finrisk.inputs import INPUTS, not_a_field
from finrisk.ml.arithmetic import arithmetic
from finrisk.ml.explain import attribute, drivers, with_change
from finrisk.ml.inference import inference
from finrisk.ml.model_file import ModelFile, load_benchmarks, load_metrics, load_model
from finrisk.ml.notes import assumed, impossible, unusual
from finrisk.ml.standing import standing
from finrisk.ml.suggestions import helpful, within_reach
from finrisk.ml.tensors import to_tensor
from finrisk.ml.thresholds import priced, risk_classes
from finrisk.ml.what_if import changed, moved, places, stops, stops_of_change
from finrisk.paths import Unusable, find_path, show_path
from finrisk.prediction import Curve, Driver, Prediction, Standing, Suggestion
from finrisk.received import as_float, show_value
from finrisk.report import report_html
from finrisk.settings import Settings
from finrisk.titles import ONE_FIELD, ONE_PART

if TYPE_CHECKING:
    from finrisk.ml.build import BuildPlan
    from finrisk.ml.family_report import FamilyFigures

__all__ = ["Predictor"]

Floats = NDArray[np.float64]


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
        self._typical_probability = float(self._risks(self._typical_row)[0])

    @classmethod
    def load(cls, path: str | Path | None = None) -> "Predictor":
        """The model of `Settings`, or the one at `path` (metrics.json stands beside it).

        Raises:
            ModelFileError: missing, damaged or of another schema, with the command to run.
            FinriskError: if the settings, which say where it lies, cannot be read.
        """
        try:
            path = Settings().model_path if path is None else find_path(path)
        except Unusable as error:
            raise ModelFileError(
                f"path must lead to a model file, got {show_path(path)}, which {error}. Give its "
                "path, or nothing for the usual one.",
                field="path",
            ) from error
        return cls(load_model(path), path.with_name("metrics.json"))

    @classmethod
    def build(
        cls, plan: "BuildPlan | None" = None, on_stage: Callable[[str], None] | None = None
    ) -> "Predictor":
        """Simulate, train, score, write `models/`, and load the result.

        Args:
            plan: how many households, which seed, recipe and world; the shipped one if None.
            on_stage: told in words what is being done.

        Raises:
            FinriskError: for a plan that is none or a models folder that cannot be written to,
                said before any work; or if the result would be refused; the old files then stay.
        """
        from finrisk.ml.build import BuildPlan, build  # loads the rivals, needed only here

        build(BuildPlan() if plan is None else plan, Settings(), on_stage)
        return cls.load()

    @property
    def model_id(self) -> str:
        """Names the network: another one has another."""
        return self._contents.model_id

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """What the build measured (models/metrics.json), for showing; read once.

        Raises:
            ModelFileError: if the file is missing, belongs to another model, or lacks a part that
                faces show.
        """
        return load_metrics(self._metrics_path, self._contents.model_id)

    @cached_property
    def benchmarks(self) -> dict[str, Any]:
        """What `make bench` measured on this model (models/benchmarks.json); read once.

        Raises:
            ModelFileError: if the file is missing, damaged, belongs to another model, or lacks a
                part that lessons show.
        """
        path = self._metrics_path.with_name("benchmarks.json")
        return load_benchmarks(path, self._contents.model_id)

    def predict(
        self, household: Household | Mapping[str, Any], *, change: Change | None = None
    ) -> Prediction:
        """The risk of one household: probability, class, drivers, suggestions, notes.

        Args:
            household: as it is, in the means of its last twelve months.
            change: what if it changes this, from next month on? The probability is then the one
                after it, and `before` the one without.

        Raises:
            InvalidHousehold: if a mapping breaks a rule of INPUTS, or if the change pays off more
                debt than there is.
            FinriskError: for a change that is none.
        """
        household, change = _as_household(household), _as_change(change)
        asked = Change() if change is None else change
        household.check_possible(asked)
        options = within_reach(household, asked)
        changes = [Change(), asked, *(option for _, option in options)]
        rows = self._rows(
            _table([household.to_dict()] * len(changes)),
            pd.DataFrame([moved.to_dict() for moved in changes]),
        )
        before, probability, *risks = self._risks(rows).tolist()
        shares = attribute(self._contents.model, rows[:1], self._typical_row)
        reasons = drivers(shares, household)
        if change is not None:
            reasons = with_change(reasons, change, probability - before)
        counted = arithmetic(household, change, probability, self._measured("pace"))
        return Prediction(
            household=household,
            probability=probability,
            risk_class=str(self._classes(np.array([probability]))[0]),
            alert_threshold=self.alert_threshold,
            high_threshold=self.high_threshold,
            typical_probability=self._typical_probability,
            change=change,
            before=None if change is None else before,
            bar=counted.bar,
            rules=counted.rules,
            drivers=reasons,
            suggestions=helpful(options, risks, probability),
            assumed=assumed(household, self._contents.preprocessor),
            warnings=(*unusual(household, self._contents.seen), *impossible(household)),
            arithmetic=counted.sentences,
            standing=self._standing(household, before) if change is None else None,
        )

    def predict_csv(self, source: Source, *, change: Change | None = None) -> Prediction:
        """The same for the latest twelve months of one household's CSV.

        Args:
            source: its path, its content as bytes, or the file itself, opened.
            change: as in `predict`.

        Raises:
            InvalidHistory: when the file cannot be read as twelve months.
            InvalidHousehold: when what it adds up to is outside the legal ranges.
        """
        return self.predict(self.read_csv(source), change=change)

    def read_csv(self, source: Source) -> Household:
        """The household that a CSV's latest twelve months are summarised into."""
        row = summarise(read_history(source)).iloc[0]
        return Household.from_mapping({str(name): value for name, value in row.items()})

    def predict_many(
        self,
        households: pd.DataFrame,
        *,
        change: Change | pd.DataFrame | None = None,
        keep_good: bool = False,
    ) -> pd.DataFrame:
        """The risks of a table of households.

        Args:
            households: columns of INPUTS, the optional ones may be missing or NaN; other
                columns are left alone, unless one looks like a missing field misspelt.
            change: what they change: one for all, or a table of its fields, one row a household
                in their order. A column that is missing changes nothing; NaN in months is for
                good.
            keep_good: predict the good rows even if others break a rule.

        Returns:
            DataFrame with probability, score and risk_class; index and order are kept. With a
            change also probability_before, the one without it. With `keep_good` also problem:
            what is wrong with a row without a risk, else "".

        Raises:
            InvalidHousehold: naming the rows that break a rule, and for the first its field,
                rule and value; with `keep_good` only if the table itself cannot be read.
            FinriskError: for a change that is none, or that a household cannot make.
        """
        table = numbers_of(households)
        bad = bad_rows(table)
        if bad.any() and not keep_good:
            raise refusal(households, bad)
        before = np.full(len(table), np.nan)
        before[~bad] = self._probabilities(table[~bad])
        risks = before
        if change is not None:
            owed = np.where(bad, np.inf, table["debt"])  # of a bad row only what is wrong is told
            changes = pd.DataFrame(changes_of(change, owed)._asdict())
            risks = before.copy()
            risks[~bad] = self._risks(self._rows(table[~bad], changes[~bad]))
        answers = self._answers(risks, households.index)
        if change is not None:
            answers["probability_before"] = before
        if not keep_good:
            return answers
        sentences = np.full(len(table), "", dtype=object)
        sentences[bad] = [str(problem) for problem in problems(households, bad)]
        return answers.assign(problem=sentences)

    def families(
        self, source: str | Path, on_stage: Callable[[str], None] | None = None
    ) -> "FamilyFigures":
        """How real families fared by their risk: a file of the Survey of Consumer Finances.

        Args:
            source: path of the summary extract, a CSV as it is or packed (.gz, .zip).
            on_stage: told in words what is being done.

        Raises:
            FinriskError: for what is no such file, naming column, rule, value and next step.
        """
        from finrisk.data.families import read_families  # both needed only here
        from finrisk.ml.family_figures import measure

        return measure(read_families(source), self.predict_many, on_stage)

    def _answers(self, risks: Floats, index: pd.Index) -> pd.DataFrame:
        """Probability, score and class of each row; all three missing where the risk is NaN."""
        scores = (100 * pd.Series(risks)).round()
        columns = {
            "probability": risks,
            "score": scores.astype("Int64" if scores.hasnans else "int64").array,
            "risk_class": pd.array(self._classes(risks), dtype="str"),
        }
        return pd.DataFrame(columns, index=index)

    def explain(
        self, household: Household | Mapping[str, Any], *, change: Change | None = None
    ) -> tuple[Driver, ...]:
        """The drivers of `predict`: they add up to the difference from the typical household."""
        return self.predict(household, change=change).drivers

    def what_if(
        self,
        household: Household | Mapping[str, Any],
        field: str,
        values: Iterable[float] | None = None,
    ) -> pd.DataFrame:
        """The risk as one field moves and the others stay (but for the cross rules).

        Args:
            field: a name in INPUTS.
            values: where to look; by default along the whole slider and at the household's
                own value.

        Returns:
            DataFrame with value and probability.

        Raises:
            InvalidHousehold: for a field that does not exist or a value it may not have.
        """
        household = _as_household(household)
        where = places(household, field, values)
        risks = self._probabilities(_table(moved(household, field, where)))
        return pd.DataFrame({"value": np.array(where), "probability": risks})

    def what_if_changed(
        self,
        household: Household | Mapping[str, Any],
        part: str,
        *,
        change: Change | None = None,
    ) -> pd.DataFrame:
        """The risk as one part of a change moves and the others stay.

        Args:
            part: income, spending, one_off or debt.
            change: what is changed besides; None for nothing.

        Returns:
            DataFrame with value, along the slider of `CHANGE_INPUTS`, and probability.

        Raises:
            FinriskError: for another part, and as `predict`.
        """
        household, asked = _as_household(household), _as_change(change) or Change()
        if part not in CHANGE_INPUTS:
            raise InvalidChange(
                f"part must be one of {', '.join(CHANGE_INPUTS)}, got {show_value(part)}. Write "
                "income for what is earned.",
                field="part",
            )
        household.check_possible(asked)
        values = stops_of_change(household, asked, part)
        rows = self._rows(
            _table([household.to_dict()] * len(values)),
            pd.DataFrame(changed(asked, part, values)),
        )
        return pd.DataFrame({"value": values, "probability": self._risks(rows)})

    def curve(self, prediction: Prediction, in_hand: str) -> Curve:
        """How the risk moves with what somebody has in hand, from where this prediction stands.

        Args:
            in_hand: a name in INPUTS, or a part of a change, such as "change.income". A field that
                is not known has no place on a curve: it is drawn for the savings then.

        Raises:
            FinriskError: for another name.
        """
        household, part = prediction.household, in_hand.removeprefix("change.")
        if part != in_hand:
            along = self.what_if_changed(household, part, change=prediction.change)
            title = f"{ONE_PART}: {CHANGE_INPUTS[part].label.lower()}"
            return Curve(title, prediction.change_curve_svg(part, along))
        if in_hand not in INPUTS:
            raise not_a_field(in_hand)
        field = in_hand if getattr(household, in_hand) is not None else "savings"
        title = f"{ONE_FIELD}: {INPUTS[field].label.lower()}"
        return Curve(title, prediction.curve_svg(field, self.what_if(household, field)))

    def what_if_all(self, household: Household | Mapping[str, Any]) -> dict[str, pd.DataFrame]:
        """Every field's `what_if` along its slider, in one go: field -> value and probability."""
        household = _as_household(household)
        places = {field: stops(household, field) for field in INPUTS}
        rows: list[dict[str, float | None]] = []
        for field, values in places.items():
            rows += moved(household, field, values)
        edges = np.cumsum([len(values) for values in places.values()])[:-1]
        curves = np.split(self._probabilities(_table(rows)), edges)
        return {
            field: pd.DataFrame({"value": values, "probability": curve})
            for (field, values), curve in zip(places.items(), curves, strict=True)
        }

    def suggest(
        self, household: Household | Mapping[str, Any], *, change: Change | None = None
    ) -> tuple[Suggestion, ...]:
        """The suggestions of `predict`: changes within reach that lower the risk noticeably."""
        return self.predict(household, change=change).suggestions

    @property
    def miss_cost(self) -> float:
        """How many false alarms a missed household is worth to who warns from the alert threshold.

        At a risk of t, warning costs 1 - t false alarms and silence t missed households: both
        weigh the same where a missed one is worth (1 - t) / t.
        """
        return (1 - self.alert_threshold) / self.alert_threshold

    def thresholds(self, miss_cost: float) -> dict[str, pd.DataFrame]:
        """What warning from each threshold on would do, on the test households of the build.

        To look at, not to choose by: thresholds are chosen on validation households.

        Args:
            miss_cost: how many false alarms one missed household is worth.

        Returns:
            for "all" and "onset" 101 rows of threshold, tp, fp, fn, tn, recall, precision, and
            cost (false alarms and their worth for each household).

        Raises:
            FinriskError: for a cost that is no number above 0.
            ModelFileError: if metrics.json is missing or belongs to another model.
        """
        cost = as_float(miss_cost)
        if cost is None or not 0 < cost < math.inf:
            raise FinriskError(
                f"miss_cost must be a number above 0, got {show_value(miss_cost)}. Give 5 if a "
                "missed household is as bad as five false alarms.",
                field="miss_cost",
            )
        tables = self.metrics["threshold_table"].items()
        return {group: priced(pd.DataFrame(table), cost) for group, table in tables}

    def report(
        self, household: Household | Mapping[str, Any], *, change: Change | None = None
    ) -> str:
        """One household's answer as a self-contained HTML page, to keep or to send.

        Raises:
            FinriskError: as `predict`.
        """
        prediction = self.predict(household, change=change)
        curves = self.what_if_all(prediction.household)
        asked = Change() if prediction.change is None else prediction.change
        moved_parts = [
            part for part, spec in CHANGE_INPUTS.items() if getattr(asked, part) != spec.default
        ]
        of_change = [self.curve(prediction, f"change.{part}") for part in moved_parts]
        return report_html(prediction, curves, of_change, self.model_id, date.today())

    def _standing(self, household: Household, probability: float) -> Standing | None:
        bands = self._measured("score_quantiles")
        return bands and standing(household.monthly_income, probability, bands)

    def _measured(self, name: str) -> Any:
        """A part of metrics.json, None for a model without it: the risk itself needs none."""
        try:
            return self.metrics[name]
        except ModelFileError:
            return None

    def _probabilities(self, households: pd.DataFrame) -> Floats:
        return self._risks(self._rows(households))

    def _risks(self, rows: torch.Tensor) -> Floats:
        with inference():
            y_prob = self._contents.model(rows).numpy()
        return np.asarray(y_prob, dtype=np.float64)

    def _classes(self, risks: Floats) -> list[str | None]:
        return risk_classes(risks, self.alert_threshold, self.high_threshold)

    def _rows(self, households: pd.DataFrame, change: pd.DataFrame | None = None) -> torch.Tensor:
        return to_tensor(households, self._contents.preprocessor, change)


def _as_household(household: Household | Mapping[str, Any]) -> Household:
    return household if isinstance(household, Household) else Household.from_mapping(household)


def _as_change(change: Change | None) -> Change | None:
    """None for what changes nothing."""
    if change is None:
        return None
    check_kind("change", change, Change, "Write Change(income=0.7) for 30 % less income.")
    return None if change == Change() else change


def _table(rows: Sequence[Mapping[str, float | None]]) -> pd.DataFrame:
    cells = np.array([list(map(row.get, INPUTS)) for row in rows], np.float64)  # None becomes NaN
    return pd.DataFrame(cells.reshape(-1, len(INPUTS)), columns=list(INPUTS))

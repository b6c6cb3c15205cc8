"""Many households in one table: checked as strictly as one `Household`, a million at once.

What a person gets wrong in a table is mended row by row, so every bad row is found, not the
first one alone, and each gets the sentence that `Household` itself would say. Left out: the
rules, which are written once, in `inputs.py`.
"""

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.errors import FinriskError, InvalidHousehold
from finrisk.household import Household
from finrisk.inputs import CROSS_RULES, INPUTS, check_columns
from finrisk.received import as_float, show_kind, show_name, show_value

__all__ = ["amounts_of", "bad_rows", "check_shape", "numbers_of", "problems", "refusal"]

_NAMED = 5  # bad rows that a sentence names
_TO_PANDAS = ("to_pandas", "compute", "toPandas")  # of polars and others, of dask, of Spark
_LARGEST = 1e15  # beyond it no amount is one, and ratios overflow


def numbers_of(households: pd.DataFrame) -> pd.DataFrame:
    """The columns of INPUTS as float64, same index; NaN where unknown, inf where no number.

    Raises:
        InvalidHousehold: for what is no table, a column that stands twice, or one whose name
            looks like that of a missing field.
    """
    check_shape(households)
    given = _given(households)
    return pd.DataFrame({name: _floats_of(given[name]) for name in INPUTS}, index=given.index)


def bad_rows(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows of `numbers_of` break a rule, shape (n_households,)."""
    bad = pd.Series(False, index=table.index)
    for name, field in INPUTS.items():
        values = table[name]
        bad |= (values < field.minimum) | (values > field.maximum)
        bad |= values.isna() if field.required else False
        bad |= (values != values.round()) & values.notna() if field.whole else False
    for small, large in CROSS_RULES:
        bad |= table[small] > table[large] + 1e-9
    return bad.to_numpy()


def problems(households: pd.DataFrame, bad: NDArray[np.bool_]) -> list[InvalidHousehold]:
    """What is wrong with each bad row: the field, its rule, the value and the next step."""
    given = _given(households)
    return [_problem(given, at) for at in np.flatnonzero(bad).tolist()]


def refusal(households: pd.DataFrame, bad: NDArray[np.bool_]) -> InvalidHousehold:
    """One sentence for all bad rows: their numbers, and what is wrong with the first."""
    at = np.flatnonzero(bad)
    first = problems(households, bad & (np.arange(len(bad)) == at[0]))[0]
    message = f"Row {show_name(households.index[at[0]])}: {first}"
    if len(at) > 1:
        named = ", ".join(show_name(households.index[i]) for i in at[:_NAMED])
        more = ", ..." if len(at) > _NAMED else ""
        message += (
            f" In all {len(at):,} of {len(bad):,} rows break a rule (rows {named}{more}); "
            "keep_good=True predicts the others and says for each of these what is wrong."
        )
    return InvalidHousehold(message, field=first.field)


def _given(households: pd.DataFrame) -> pd.DataFrame:
    """The columns of INPUTS; NaN where one is missing. What other columns are called is free."""
    known = [name for name in INPUTS if name in households]
    return households[known].reindex(columns=list(INPUTS))


def _problem(given: pd.DataFrame, at: int) -> InvalidHousehold:
    cells = {name: given[name].iloc[at] for name in INPUTS}
    try:
        Household.from_mapping(cells)
    except InvalidHousehold as error:
        return error
    raise AssertionError(f"Row {at} keeps the rules of a household.")


def amounts_of(
    column: "pd.Series[Any]", step: str, error: type[FinriskError] = InvalidHousehold
) -> NDArray[np.float64]:
    """A column as float64, NaN where a cell is not known; any number that is one will do.

    Raises:
        FinriskError: of the kind `error`, for a cell that is no number or beyond all amounts,
            naming column, rule, cell and row, with the next step.
    """
    values = _floats_of(column)
    strange = np.flatnonzero(np.abs(values) > _LARGEST)
    if len(strange):
        cell, row = column.iloc[strange[0]], column.index[strange[0]]
        size = f"lie between {-_LARGEST:g} and {_LARGEST:g}"
        raise error(
            f"{column.name} must {'hold numbers' if as_float(cell) is None else size}, got "
            f"{show_value(cell)} in row {show_name(row)}. {step}",
            field=str(column.name),
        )
    return values


def _floats_of(column: "pd.Series[Any]") -> NDArray[np.float64]:
    """The numbers of a column; inf, which no rule allows, where a cell is none."""
    if column.dtype.kind in "iuf":
        return column.to_numpy(np.float64, na_value=np.nan)
    numbers = (as_float(value) for value in column)
    return np.array([math.inf if number is None else number for number in numbers], np.float64)


def check_shape(households: Any) -> None:
    """A DataFrame in which no field stands twice, and none under a misspelt name."""
    if not isinstance(households, pd.DataFrame):
        step = "Make one with pd.DataFrame, or ask predict about a single household."
        for name in _TO_PANDAS:
            if hasattr(type(households), name):
                step = f"Give it as one of pandas: households.{name}()."
                break
        raise InvalidHousehold(
            "A table of households is a DataFrame, one row a household, got "
            f"{show_kind(households)}. {step}"
        )
    if households.columns.nlevels > 1:
        raise InvalidHousehold(
            "Columns must have one level of names, got a MultiIndex. Flatten it."
        )
    check_columns(households.columns)

"""As a library in somebody's program: forked, in PyTorch's modes, with what other libraries hold.

What they hand over is read as what it is, or refused with a sentence that says what to write.
"""

import io
import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from finrisk.data.feature_engineering import engineer_features, summarise
from finrisk.data.history_csv import read_history
from finrisk.data.population import Population
from finrisk.errors import FinriskError, InvalidHistory, InvalidHousehold
from finrisk.household import Household
from finrisk.inputs import INPUTS
from finrisk.ml.predictor import Predictor

YEAR = Path(__file__).parents[1] / "notebooks" / "data" / "household_year.csv"

# --- a forked pool ------------------------------------------------------------------------------

FORKED = """
import multiprocessing, sys
import pandas as pd, torch
import finrisk

torch.set_num_threads(2)  # also on a machine with one core
if sys.argv[1] == "with a gpu":  # PyTorch starts a thread for it, though it can do nothing
    from torch.utils import backend_registration
    torch.utils.rename_privateuse1_backend("stand_in")
    backend_registration._setup_privateuseone_for_python_backend("stand_in")
    weight = torch.ones(1, requires_grad=True)
    torch.autograd.grad(weight * 2, weight)

predictor = finrisk.Predictor.load()
household = finrisk.Household(monthly_income=4200, monthly_expenses=3900, savings=5200, debt=9000)
table = pd.concat([pd.DataFrame([household.to_dict()])] * 20_000)

def answer(_):
    one, many = predictor.predict(household), predictor.predict_many(table)
    risks = [one.probability, *(suggestion.probability for suggestion in one.suggestions)]
    points = [driver.points for driver in finrisk.Predictor.load().explain(household)]
    # One thread adds in another order than two: equal to six places is the same answer
    numbers = [round(float(number), 6) for number in [*risks, many["probability"].mean(), *points]]
    return numbers, torch.get_num_threads()

here = answer(0)
with multiprocessing.get_context("fork").Pool(2) as pool:
    there = pool.map_async(answer, range(4)).get(timeout=60)  # and then the pool is ended
assert there == [here] * 4, (here, there)
print("the same")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="programs fork their pools on Linux")
@pytest.mark.parametrize("machine", ["without a gpu", "with a gpu"])
def test_after_a_prediction_a_forked_pool_answers(machine: str) -> None:
    """With the same numbers, and with as many threads left to whoever asked as before."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKED, machine],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "the same\n", done.stderr


# --- PyTorch's modes ----------------------------------------------------------------------------


@contextmanager
def meta_device() -> Iterator[None]:
    """All that is made has no numbers, unless it is said where it lies."""
    torch.set_default_device("meta")
    try:
        yield
    finally:
        torch.set_default_device(None)


MODES: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "inference_mode": torch.inference_mode,
    "no_grad": torch.no_grad,
    "autocast": lambda: torch.autocast("cpu", dtype=torch.bfloat16),
    "device": lambda: torch.device("meta"),
    "set_default_device": meta_device,
}


@pytest.mark.parametrize("mode", MODES)
def test_a_mode_of_the_session_changes_no_number(
    predictor: Predictor, maria: Household, world: Population, mode: str
) -> None:
    rows = world.households[:50]
    one, many = predictor.predict(maria), predictor.predict_many(rows)
    with MODES[mode]():
        assert predictor.predict(maria) == one
        pd.testing.assert_frame_equal(predictor.predict_many(rows), many)
        loaded = Predictor.load()
        assert loaded.predict(maria) == one
    assert loaded.predict(maria) == one, "what was loaded within serves outside, too"


def test_loading_and_asking_draw_no_random_number(maria: Household) -> None:
    before = torch.get_rng_state()
    Predictor.load().predict(maria)
    assert torch.equal(torch.get_rng_state(), before)


# --- a row of a table ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [float, object, "Float64"])
def test_a_row_of_a_table_is_a_household(
    predictor: Predictor, world: Population, kind: Any
) -> None:
    table = world.households[:3].assign(debt_payment=[np.nan, 100, 200]).astype(kind)
    expected = predictor.predict_many(table)["probability"]
    for i in range(3):
        asked: tuple[Any, ...] = (
            table.iloc[i],
            table.loc[i].to_dict(),
            dict(table.iloc[i]),
            table.iloc[i][::-1],
        )
        for row in asked:
            assert predictor.predict(row).probability == pytest.approx(expected[i], abs=1e-6)
    assert "debt_payment" in predictor.predict(table.iloc[0]).assumed  # type: ignore[arg-type]


def test_numbers_of_any_library_make_a_household(predictor: Predictor, maria: Household) -> None:
    numbers = {name: value for name, value in maria.to_dict().items() if value is not None}
    for kind in (int, np.int64, np.float32, Decimal, lambda x: pd.Series([x])[0]):
        row = {name: kind(value) for name, value in numbers.items()}
        assert predictor.predict(row | {"debt_payment": pd.NA}) == predictor.predict(maria)


def test_other_columns_of_a_row_are_left_alone_as_in_a_table(
    predictor: Predictor, world: Population
) -> None:
    """A column of words makes every cell of the row an object."""
    table = world.households[:2].assign(name=["Ann", "Bo"], when=pd.Timestamp("2025-01-01"))
    row: Any = table.iloc[1]
    expected = predictor.predict_many(table)["probability"][1]
    assert predictor.predict(row).probability == pytest.approx(expected, abs=1e-6)
    slip: Any = table.rename(columns={"debt_payment": "debt_paymnt"}).iloc[1]
    with pytest.raises(
        InvalidHousehold, match=r"debt_paymnt is not .* but looks like debt_payment"
    ):
        predictor.predict(slip)
    beside: Any = table.assign(debt_paymnt=1).iloc[1]
    assert predictor.predict(beside).probability == pytest.approx(expected, abs=1e-6)
    with pytest.raises(InvalidHousehold, match="name is not a field of a household"):
        predictor.predict(row.to_dict())


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([0, 1, 2, 3], "got a Series labelled 0, 1, 2, .... Write households.iloc[0]."),
        (["a", "b", "c"], "got a Series labelled a, b, c. Write households.iloc[0]."),
        ([], "got a Series labelled nothing. Write households.iloc[0]."),
        ([("a", "savings")], "got a Series labelled ('a', 'savings'). Write households.iloc[0]."),
        (["savings", "debt", "debt"], "Column debt stands twice. Keep one."),
        (["savings", "debt"], "monthly_income is required, got nothing. Give a number in $."),
    ],
    ids=["a column", "other labels", "empty", "two levels", "twice", "half a row"],
)
def test_a_series_that_is_no_household_is_told_why(
    predictor: Predictor, labels: list[Any], words: str
) -> None:
    series: Any = pd.Series(1_000.0, index=pd.Index(labels, tupleize_cols=True), dtype=float)
    with pytest.raises(InvalidHousehold) as error:
        predictor.predict(series)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("take", "kind"),
    [
        (lambda table: table.iloc[[0]], "DataFrame"),
        (lambda table: next(table.itertuples()), "Pandas"),
        (lambda table: next(table.iterrows()), "tuple"),
        (lambda table: table.to_numpy()[0], "ndarray"),
        (lambda table: table.to_dict("records"), "list"),
        (lambda table: polars(table).row, "Series of polars"),
    ],
    ids=["one row", "itertuples", "iterrows", "numpy", "records", "polars"],
)
def test_what_is_near_a_row_is_told_how_to_take_one(
    predictor: Predictor, world: Population, take: Callable[[Any], Any], kind: str
) -> None:
    with pytest.raises(InvalidHousehold) as error:
        predictor.predict(take(world.households))
    words = f'got {kind}. Write {{"monthly_income": 4200, ...}}, or households.iloc[0] for a row'
    assert words in str(error.value)
    assert "many is for predict_many" in str(error.value)


# --- a table of another library -----------------------------------------------------------------


def frame_of(library: str, way: str, name: str = "DataFrame") -> Any:
    """An object that looks, to us, like a table of a library that need not be installed."""
    kind = type(name, (), {way: lambda _: None, "__module__": f"{library}.frame"})
    return kind()


def polars(_: Any) -> Any:
    frame = frame_of("polars", "to_pandas")
    frame.row = frame_of("polars", "to_pandas", "Series")
    return frame


TABLES = {
    "polars": (polars(None), "got DataFrame of polars. Give it as one of pandas: households.to_p"),
    "arrow": (frame_of("pyarrow", "to_pandas", "Table"), "got Table. Give it as one of pandas: "),
    "dask": (frame_of("dask", "compute"), "got DataFrame of dask. Give it as one of pandas: hous"),
    "spark": (
        frame_of("pyspark", "toPandas"),
        "got DataFrame of pyspark. Give it as one of pandas",
    ),
    "of its own": (frame_of("mine", "rows"), "got DataFrame of mine. Make one with pd.DataFrame,"),
    "records": ([{"debt": 1}], "got list. Make one with pd.DataFrame, or ask predict about a sin"),
    "columns": ({"debt": [1]}, "got dict. Make one with pd.DataFrame, or ask predict about a sin"),
    "numpy": (np.ones((2, 12)), "got ndarray. Make one with pd.DataFrame, or ask predict about a"),
    "a row": (pd.Series({"debt": 1.0}), "got Series. Make one with pd.DataFrame, or ask predict "),
}


@pytest.mark.parametrize("library", TABLES)
def test_a_table_of_another_library_is_told_how_to_become_one_of_pandas(
    predictor: Predictor, library: str
) -> None:
    table, words = TABLES[library]
    for ask in (predictor.predict_many, engineer_features):
        with pytest.raises(InvalidHousehold) as error:
            ask(table)
        assert f"is a DataFrame, one row a household, {words}" in str(error.value)


def test_other_places_name_the_library_too(predictor: Predictor) -> None:
    table = polars(None)
    for ask in (summarise, predictor._contents.preprocessor.transform):
        with pytest.raises(FinriskError, match="got DataFrame of polars"):
            ask(table)
    with pytest.raises(InvalidHistory, match="got a DataFrame of polars"):
        read_history(table)


# --- a file, wherever it comes from -------------------------------------------------------------

CONTENT = YEAR.read_bytes()
SOURCES: dict[str, Callable[[], Any]] = {
    "bytes": lambda: CONTENT,
    "bytearray": lambda: bytearray(CONTENT),
    "memoryview": lambda: memoryview(CONTENT),
    "a part of a memoryview": lambda: memoryview(b"\n" + CONTENT)[1:],
    "BytesIO": lambda: io.BytesIO(CONTENT),
    "StringIO": lambda: io.StringIO(CONTENT.decode("utf-8-sig")),
    "str": lambda: str(YEAR),
    "Path": lambda: YEAR,
}


@pytest.mark.parametrize("kind", SOURCES)
def test_a_file_is_read_whatever_holds_it(predictor: Predictor, kind: str) -> None:
    assert predictor.read_csv(SOURCES[kind]()) == predictor.read_csv(YEAR)


def test_an_open_file_is_read_and_left_open() -> None:
    expected = read_history(YEAR)
    with YEAR.open("rb") as file:
        assert read_history(file).equals(expected)
        assert not file.closed
    with YEAR.open(encoding="utf-8") as text:
        assert read_history(text).equals(expected)


def closed_file() -> Any:
    file = io.BytesIO(CONTENT)
    file.close()
    return file


class Upload:
    """What a web framework hands over: it must be awaited, here it gives something else."""

    def read(self, *_: int) -> Any:
        return 5


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (closed_file(), "must be open and readable, got a BytesIO that cannot be read (I/O op"),
        (Upload(), "must read as bytes or text, got a int. Give the content itself, as bytes."),
        (io.BytesIO(), "must hold 12 months, got an empty file. Export the months again."),
        (io.BytesIO(b"0" * 2**21), "must not be larger than 1 MiB, got a larger one. Keep 12"),
        (
            memoryview(np.arange(9.0).tobytes()),
            "must be a CSV text, got bytes that are not text. Save or",
        ),
        (io.StringIO("\udcff"), "must be among the columns, got only '?'."),
        (np.frombuffer(CONTENT, np.uint8), "must be a path or bytes, got a ndarray. Give the"),
        (None, "must be a path or bytes, got a NoneType. Give the path of a CSV file, or its"),
    ],
    ids=["closed", "odd", "empty", "large", "numbers", "no letter", "array", "none"],
)
def test_what_cannot_be_read_is_a_sentence(source: Any, words: str) -> None:
    with pytest.raises(InvalidHistory) as error:
        read_history(source)
    assert words in str(error.value)


def test_a_file_for_writing_only_is_a_sentence(tmp_path: Path) -> None:
    with (
        (tmp_path / "year.csv").open("wb") as file,
        pytest.raises(InvalidHistory, match=r"that cannot be read \(.*Give its path: it is opened"),
    ):
        read_history(file)


def test_a_tilde_is_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, predictor: Predictor, maria: Household
) -> None:
    for name in ("HOME", "USERPROFILE"):  # on Linux and macOS; on Windows
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / "x.csv").write_bytes(CONTENT)
    for name in ("latest_model.pth", "metrics.json"):
        (tmp_path / name).write_bytes(predictor._metrics_path.with_name(name).read_bytes())
    asked: tuple[Any, ...] = ("~/x.csv", Path("~/x.csv"))
    for source in asked:
        assert predictor.predict_csv(source) == predictor.predict_csv(YEAR)
    for path in ("~/latest_model.pth", Path("~/latest_model.pth")):
        assert Predictor.load(path).predict(maria) == predictor.predict(maria)
    with pytest.raises(InvalidHistory, match=r"got '~[/\\]+no.csv', which was not found|no.csv"):
        predictor.read_csv("~/no.csv")


def test_every_field_can_come_in_a_row(predictor: Predictor) -> None:
    """None, NaN and pd.NA all mean that it is not known."""
    full = predictor.typical.to_dict()
    for name, field in INPUTS.items():
        for nothing in (None, math.nan, pd.NA):
            row: Any = pd.Series(full | {name: nothing}, dtype=object)
            if field.required:
                with pytest.raises(InvalidHousehold, match=f"{name} is required, got nothing"):
                    predictor.predict(row)
            else:
                assert name in predictor.predict(row).assumed

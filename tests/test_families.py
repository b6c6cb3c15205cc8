"""Real families: read, mapped, counted and scored, on a made-up file with the survey's columns."""

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from by_path import module_at
from sklearn.metrics import roc_auc_score

from finrisk import __main__ as command
from finrisk.data.families import Families, families_of, read_families
from finrisk.data.survey_csv import COLUMNS, read_survey
from finrisk.errors import FinriskError
from finrisk.ml.family_figures import fitted_risk, folds, measure
from finrisk.ml.family_report import AHEAD, FITTED, OURS, OWED, SAVED
from finrisk.ml.implicates import Implicates, combine, weighted_auc, weighted_share
from finrisk.ml.predictor import Predictor
from finrisk.prediction import RISK_CLASSES

N = 300  # families that are made up
REPORTING = Path(__file__).parent / "benchmarks" / "reporting.py"


@pytest.fixture
def survey() -> pd.DataFrame:
    """Families that never were: the fewer months saved and the more owed, the oftener late."""
    return made_up()


def made_up(n: int = N) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    family = np.repeat(np.arange(1, n + 1), 5)
    income = np.repeat(np.exp(rng.normal(11, 0.4, n)).clip(21_000, 199_000), 5)
    income *= rng.uniform(0.99, 1.005, 5 * n)  # what was filled in differs a little
    savings = (income / 12 * np.repeat(np.exp(rng.normal(0.2, 1.3, n)), 5)).round()
    debt = (income * np.repeat(rng.exponential(0.3, n) * (rng.random(n) < 0.7), 5)).round()
    danger = 1 / (1 + savings / income * 12) + 0.3 * (debt > 0)
    luck = np.repeat(rng.random((n, 4)), 5, axis=0)
    late, late60, payday, refused = ((luck < danger[:, None] * [0.5, 0.3, 0.2, 0.4]).T).astype(int)
    return pd.DataFrame(
        {
            "YY1": family,
            "Y1": 10 * family + np.tile(np.arange(1, 6), n),
            "WGT": np.repeat(rng.uniform(1_000, 9_000, n), 5),
            "AGE": 50,
            "INCOME": income,
            "LIQ": savings,
            "CCBAL": (0.1 * debt).round(),
            "INSTALL": (0.6 * debt).round(),
            "OTHLOC": (0.2 * debt).round(),
            "ODEBT": (0.1 * debt).round(),
            "CONSPAY": (0.015 * debt).round(2),
            "REVPAY": (0.003 * debt).round(2),
            "WSAVED": np.repeat(rng.integers(1, 4, n), 5),
            **{"LATE": late, "LATE60": late60, "HPAYDAY": payday, "TURNDOWN": refused},
        }
    )


# --- the mapping: answers -> fields, worked by hand ----------------------------------------------


def test_a_familys_answers_become_its_fields(survey: pd.DataFrame) -> None:
    """Take-home pay .83 x 60,000 / 12 = 4,150; spending more than that, 1.1 times as much."""
    answers = {"INCOME": 60_000, "LIQ": 2_500, "WSAVED": 1, "CCBAL": 1_000, "INSTALL": 8_000}
    answers |= {"OTHLOC": 300, "ODEBT": 20, "CONSPAY": 250, "REVPAY": 25}
    survey[list(answers)] = survey[list(answers)].astype(float)
    survey.loc[0, list(answers)] = list(answers.values())
    survey.loc[1, list(answers)] = list((answers | {"WSAVED": 2}).values())
    survey.loc[2, list(answers)] = list((answers | {"WSAVED": 3, "CONSPAY": 9_000}).values())
    found = families_of(survey).households
    assert found.loc[0].to_dict() == pytest.approx(
        {
            "monthly_income": 4_150,
            "monthly_expenses": 4_565,
            "savings": 2_500,
            "debt": 9_320,
            "debt_payment": 275,
        }
    )
    assert found.loc[1, "monthly_expenses"] == pytest.approx(4_150)
    assert found.loc[2, "monthly_expenses"] == pytest.approx(3_527.5)
    assert found.loc[2, "debt_payment"] == pytest.approx(3_527.5), "never more than is spent"


def test_only_incomes_of_the_world_are_used_and_the_others_counted(survey: pd.DataFrame) -> None:
    """Four families at the edges, an implicate of a fifth, and one that no household may be."""
    edges = np.repeat([19_999.99, 20_000, 200_000, 200_000.01], 5)
    survey.loc[:19, "INCOME"] = edges
    survey.loc[20, "INCOME"] = 0.0
    survey.loc[25:29, "LIQ"] = 6e7
    found = families_of(survey)
    out = np.r_[0:5, 15:21, 25:30]
    assert len(found) == 5 * N - len(out)
    assert found.family[0] == 2
    assert (found.implicate[10:14] == [2, 3, 4, 5]).all(), "of the fifth family"
    assert found.counts["families"].tolist() == [N - 3.2, 1.2, 1, 1]
    weight = survey["WGT"].to_numpy()
    shares = [weight[rows].sum() / weight.sum() for rows in (np.r_[0:5, 20], np.r_[15:20])]
    assert found.counts["share"].iloc[1:3].tolist() == pytest.approx(shares)
    assert found.counts["share"].sum() == pytest.approx(1)


def test_what_happened_enters_no_field(survey: pd.DataFrame) -> None:
    turned = survey.assign(**{name: 1 - survey[name] for name in ("LATE", "LATE60", "TURNDOWN")})
    before, after = families_of(survey), families_of(turned)
    pd.testing.assert_frame_equal(before.households, after.households)
    assert (before.outcomes["late"] != after.outcomes["late"]).all()
    assert (before.outcomes["60 days late"] == (survey["LATE60"] == 1)).all()
    assert (before.outcomes["payday loan"] == (survey["HPAYDAY"] == 1)).all()
    assert (before.outcomes["refused credit"] == (survey["TURNDOWN"] == 1)).all()


def test_onset_are_those_with_a_month_of_expenses(survey: pd.DataFrame) -> None:
    survey.loc[0:1, ["INCOME", "WSAVED"]] = 60_000, 2  # a month is 4,150
    survey.loc[0:1, "LIQ"] = 4_149, 4_150
    assert families_of(survey).onset[:2].tolist() == [False, True]


# --- the file ------------------------------------------------------------------------------------


def write(survey: pd.DataFrame, path: Path) -> Path:
    survey.to_csv(path, index=False)
    return path


def test_a_file_is_read_however_it_is_packed(survey: pd.DataFrame, tmp_path: Path) -> None:
    plain = write(survey, tmp_path / "SCFP2019.csv")
    (tmp_path / "SCFP2019.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    (tmp_path / "misnamed.csv").write_bytes(gzip.compress(plain.read_bytes()))
    with zipfile.ZipFile(tmp_path / "SCFP2019excel.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.write(plain, "SCFP2019.csv")
    small = survey.rename(columns=str.lower).iloc[:, ::-1]  # capitals and order are free
    write(small, tmp_path / "small.csv")
    for path in tmp_path.iterdir():
        found = read_survey(path)
        expected = survey[list(COLUMNS)].astype(float)
        pd.testing.assert_frame_equal(found, expected, obj=path.name)


def test_a_column_that_stands_twice_under_one_name_is_told(
    survey: pd.DataFrame, tmp_path: Path
) -> None:
    """The library would call the second one INCOME.1 and leave it out without a word."""
    path = write(pd.concat([survey, survey[["INCOME"]] * 2], axis=1), tmp_path / "twice.csv")
    with pytest.raises(FinriskError, match="which holds INCOME 2 times") as refused:
        read_survey(path)
    assert refused.value.field == "INCOME"


Spoil = Callable[[pd.DataFrame], pd.DataFrame]


def put(row: int, name: str, value: Any) -> Spoil:
    """A spoiler that writes one cell."""

    def spoil(survey: pd.DataFrame) -> pd.DataFrame:
        spoilt = survey.astype({name: object})
        spoilt.loc[row, name] = value
        return spoilt

    return spoil


BAD: list[tuple[Spoil, str, str]] = [
    (lambda s: s.drop(columns=["LIQ", "WGT"]), "WGT", "which lacks WGT, LIQ of the 16 columns"),
    (lambda s: s.iloc[:0], "survey file", "which holds a header and no family"),
    (put(3, "LIQ", "some"), "LIQ", "must hold a number in each row, got 'some' in row 5."),
    (put(3, "INCOME", None), "INCOME", "must hold a number in each row, got nothing in row 5."),
    (put(0, "CCBAL", -5), "CCBAL", "must not be negative, got -5 in row 2."),
    (put(9, "WSAVED", 5), "WSAVED", "must be one of 1, 2, 3, got 5 in row 11."),
    (put(9, "LATE60", 2), "LATE60", "must be one of 0, 1, got 2 in row 11."),
    (put(1, "WGT", 0), "WGT", "must be above 0, got 0 in row 3."),
    (put(1, "WGT", "inf"), "WGT", "must hold a number in each row, got inf in row 3."),
    (put(1, "Y1", 11), "Y1", "must be 10 x YY1 + 1 to 5, each once, for every family, got 11"),
    (put(0, "Y1", 16), "Y1", "must be 10 x YY1 + 1 to 5, each once, for every family, got 16"),
    (lambda s: s.assign(liq=1.0), "LIQ", "which holds LIQ 2 times."),
    (put(3, "WGT", 1e308), "WGT", "must be at most 1,000,000,000,000, got 1"),
    (put(3, "ODEBT", "1e300"), "ODEBT", "must be at most 1,000,000,000,000, got 1e+300 in row 5."),
    (lambda s: s.assign(YY1=s.YY1 + 0.5, Y1=s.Y1 + 5), "Y1", "for every family, got 16 in row 2."),
    (lambda s: s.drop(index=7), "Y1", "for every family, got 21 in row 7."),
    (lambda s: s.assign(INCOME=9.0), "INCOME", "for at least 100 families, got 0. Give the whole"),
    (lambda s: s[:495], "INCOME", "for at least 100 families, got 99. Give the whole"),
]


@pytest.mark.parametrize(("spoil", "field", "words"), BAD)
def test_a_table_that_is_not_the_surveys_is_a_sentence(
    survey: pd.DataFrame, tmp_path: Path, spoil: Spoil, field: str, words: str
) -> None:
    path = write(spoil(survey), tmp_path / "survey.csv")
    with pytest.raises(FinriskError) as refused:
        read_families(path)
    assert refused.value.field == field
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def damaged(survey: pd.DataFrame, folder: Path) -> dict[str, bytes]:
    """Name of a file that is no survey -> its bytes."""
    packed = gzip.compress(survey.to_csv(index=False).encode())
    with zipfile.ZipFile(folder / "two", "w") as file:
        file.writestr("a.csv", "a")
        file.writestr("b.csv", "b")
    return {
        "empty.csv": b"",
        "blank.csv": b"\n\n",
        "cut.csv.gz": packed[: len(packed) // 2],
        "turned.csv.gz": packed[:200] + bytes(200) + packed[400:],
        "no.zip": b"PK\x03\x04 and no more",
        "two.zip": (folder / "two").read_bytes(),
        "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)),
        "letters.csv": "YY1,Y1\n\xe9,1".encode("latin-1"),
        "ragged.csv": b"YY1,Y1\n1,2,3\n1,2,3,4,5\n",
    }


def test_a_file_that_is_none_is_a_sentence_of_the_command(
    survey: pd.DataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, content in damaged(survey, tmp_path).items():
        (tmp_path / name).write_bytes(content)
    shown = [*damaged(survey, tmp_path), "missing.csv", "."]
    for name in shown:
        monkeypatch.setattr("sys.argv", ["finrisk", "families", str(tmp_path / name)])
        assert command.main() == 1
        said, error = capsys.readouterr()
        assert said == ""
        rule = "The survey file must be a summary extract of the Survey of Consumer Finances, got "
        assert error.startswith(rule), name
        assert error.endswith("Summary Extract Public Data, CSV.\n")
        assert error.count("\n") == 1
        assert error.removesuffix("\n").isprintable()


# --- shares, AUCs and their standard errors ------------------------------------------------------


def test_a_share_counts_by_weight() -> None:
    weights = np.array([[1.0, 2.0, 5.0], [1.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
    found = weighted_share(weights, np.array([True, True, False]))
    np.testing.assert_allclose(found, [3 / 8, 1 / 2, np.nan])


@pytest.mark.parametrize("n_values", [3, 1_000])  # many ties, and hardly any
def test_auc_is_that_of_scikit_learn(n_values: int) -> None:
    rng = np.random.default_rng(2)
    y, score = rng.random(200) < 0.3, rng.integers(n_values, size=200).astype(float)
    weights = rng.exponential(size=(5, 200))
    expected = [roc_auc_score(y, score, sample_weight=w) for w in weights]
    np.testing.assert_allclose(weighted_auc(weights, y, score), expected)
    assert np.isnan(weighted_auc(weights, np.full(200, True), score)).all()
    assert np.isnan(weighted_auc(weights[:, :0], y[:0], score[:0])).all()


def test_a_family_is_drawn_with_all_its_implicates() -> None:
    family = np.repeat([7, 3, 9], 5)[:-1]  # the last implicate of 9 is out of the range
    implicate = np.tile(np.arange(1, 6), 3)[:-1]
    weight = np.arange(1.0, 15.0)
    drawn = Implicates.draw(weight, family, implicate, n_draws=50, seed=0)
    first = drawn.weights[0] / weight[drawn.rows[0]]
    assert (first[0] == 1).all(), "the survey's own weights"
    assert (first.sum(axis=1) == 3).all(), "as many families as there are"
    assert len(np.unique(first, axis=0)) > 5
    for weights, rows in zip(drawn.weights, drawn.rows, strict=True):
        times = weights / weight[rows]
        np.testing.assert_allclose(times, first[:, : len(rows)])
    assert len(drawn.rows[4]) == 2


def share_of(y: np.ndarray, drawn: Implicates) -> tuple[float, float]:
    return combine(drawn.measure(lambda weights, rows: weighted_share(weights, y[rows])))


def test_the_standard_error_of_a_share_is_the_textbooks() -> None:
    """Nothing filled in: families as clusters, by the linearised variance of a weighted share."""
    rng = np.random.default_rng(3)
    n = 800
    weight, y = rng.exponential(size=n), rng.random(n) < 0.2
    drawn = Implicates.draw(
        np.repeat(weight, 5), np.repeat(np.arange(n), 5), np.tile(np.arange(5), n),
        n_draws=4_000, seed=1,
    )  # fmt: skip
    value, error = share_of(np.repeat(y, 5), drawn)
    assert value == pytest.approx(np.average(y, weights=weight))
    textbook = np.sqrt(((weight * (y - value)) ** 2).sum()) / weight.sum()
    assert error == pytest.approx(textbook, rel=0.05)


def test_what_was_filled_in_adds_to_the_standard_error() -> None:
    """All late in two implicates, nobody in three: no draw differs, the implicates do.

    Their variance is .3, so the standard error is the root of (1 + 1/5) x .3.
    """
    implicate = np.tile(np.arange(1, 6), 40)
    drawn = Implicates.draw(
        np.ones(200), np.repeat(np.arange(40), 5), implicate, n_draws=20, seed=1
    )
    assert share_of(implicate <= 2, drawn) == pytest.approx((0.4, 0.6))


# --- the regression that learns from the families ------------------------------------------------


def test_no_family_stands_on_both_sides_of_a_fold(survey: pd.DataFrame) -> None:
    families = families_of(survey)
    judged = []
    for learn, judge in folds(families.family):
        assert not set(families.family[learn]) & set(families.family[judge])
        judged += judge.tolist()
    assert sorted(judged) == list(range(len(families)))


def test_the_regression_never_saw_the_answers_it_is_judged_on(survey: pd.DataFrame) -> None:
    families = families_of(survey)
    y = families.outcomes["late"].to_numpy()
    before = fitted_risk(families, y)
    assert weighted_auc(families.weight[None], y, before)[0] > 0.6
    _, judge = next(folds(families.family))
    turned = y.copy()
    turned[judge] = ~turned[judge]
    after = fitted_risk(families, turned)
    np.testing.assert_array_equal(after[judge], before[judge])
    assert (after != before).mean() > 0.7, "the other folds learned from them"
    nobody = np.full(len(y), False)
    assert (fitted_risk(families, nobody) == 0).all()


# --- all of it -----------------------------------------------------------------------------------


def judged(households: pd.DataFrame) -> pd.DataFrame:
    """A made-up model: the more owed, the higher the risk; a class for each third."""
    risk = (households["debt"] / 300_000).clip(0, 1)
    name = np.array(RISK_CLASSES)[np.digitize(households["savings"], [8_000, 2_000])]
    return pd.DataFrame({"probability": risk, "risk_class": name})


@pytest.fixture(scope="module")
def families() -> Families:
    return families_of(made_up())


def by_implicate(families: Families, figure: Callable[[np.ndarray], float]) -> float:
    """The mean of the five."""
    return float(np.mean([figure(families.implicate == k) for k in range(1, 6)]))


def test_the_figures_are_those_that_a_plain_count_gives(families: Families) -> None:
    told: list[str] = []
    found = measure(families, judged, told.append, n_draws=20)
    assert told[0] == f"Asking the model about {len(families):,} rows"
    y, weight = families.outcomes["60 days late"].to_numpy(), families.weight
    names = judged(families.households)["risk_class"].to_numpy()
    for name in RISK_CLASSES:
        inside = names == name

        def share(k: np.ndarray, i: np.ndarray = inside) -> float:
            return float(np.average(y[k & i], weights=weight[k & i]))

        def size(k: np.ndarray, i: np.ndarray = inside) -> float:
            return float(np.average(i[k], weights=weight[k]))

        row = found.classes[name]
        assert row["60 days late"].value == pytest.approx(by_implicate(families, share))
        assert row["families"].value == pytest.approx(by_implicate(families, size))
    h = families.households
    scores = {
        OURS: judged(h)["probability"].to_numpy(),
        SAVED: -(h["savings"] / h["monthly_expenses"]).to_numpy(),
        OWED: (h["debt"] / h["monthly_income"]).to_numpy(),
        FITTED: fitted_risk(families, y),
    }
    short = (h["savings"] < h["monthly_expenses"]).to_numpy()
    members = {"all": short | True, "onset": ~short, "in debt": (h["debt"] > 0).to_numpy()}
    for group, inside in members.items():
        row = found.auc[group]["60 days late"]
        for name, score in scores.items():

            def auc(k: np.ndarray, s: np.ndarray = score, i: np.ndarray = inside) -> float:
                return float(roc_auc_score(y[k & i], s[k & i], sample_weight=weight[k & i]))

            assert row[name].value == pytest.approx(by_implicate(families, auc)), (group, name)
            assert 0 < row[name].standard_error < 0.2
        assert row[AHEAD].value == pytest.approx(row[OURS].value - row[SAVED].value)


def test_a_score_that_is_ahead_in_every_draw_is_ahead_with_certainty(families: Families) -> None:
    """The difference is taken within the draws: a score against itself differs by nothing."""

    def saved(households: pd.DataFrame) -> pd.DataFrame:
        months = households["savings"] / households["monthly_expenses"]
        return judged(households).assign(probability=-months)

    row = measure(families, saved, n_draws=20).auc["all"]["late"]
    assert row[AHEAD] == (0, 0)
    assert row[OURS].standard_error > 0

    def oracle(households: pd.DataFrame) -> pd.DataFrame:
        return judged(households).assign(probability=families.outcomes["late"].astype(float))

    row = measure(families, oracle, n_draws=20).auc["all"]["late"]
    assert row[OURS] == pytest.approx((1, 0))
    assert row[AHEAD].value > 2 * row[AHEAD].standard_error


def test_a_class_that_nobody_is_in_is_no_number_and_no_error(families: Families) -> None:
    def all_high(households: pd.DataFrame) -> pd.DataFrame:
        return judged(households).assign(risk_class="High")

    found = measure(families, all_high, n_draws=5)
    plain = found.to_dict()
    json.dumps(plain, allow_nan=False)
    assert plain["classes"]["Low"]["late"] == {"value": None, "standard_error": None}
    assert plain["classes"]["Low"]["families"] == {"value": 0, "standard_error": 0}
    assert "? of 100 in Low" in str(found)


def test_the_same_file_gives_the_same_figures(families: Families) -> None:
    assert str(measure(families, judged, n_draws=5)) == str(measure(families, judged, n_draws=5))


def test_the_command_prints_tables_and_what_they_do_not_show(
    survey: pd.DataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = write(survey, tmp_path / "SCFP2019.csv")
    monkeypatch.setattr("sys.argv", ["finrisk", "families", str(path)])
    assert command.main() == 0
    said, progress = capsys.readouterr()
    assert progress.splitlines()[-1] == "Fitting and scoring: refused credit"
    assert said == f"{Predictor.load().families(path)}\n", "the same call from a notebook"
    assert all(len(line) <= 100 for line in said.splitlines())
    flat = " ".join(said.split())
    assert f"{N} real families in the file" in flat
    for words in (
        *("Low", "Moderate", "High", "late", "60 days late", "payday loan", "refused credit"),
        *("our risk", "months saved", "debt / income", "regression", "onset: not short of money"),
        "were tuned to this survey, so it is no stranger to the model; its late payments, payday",
        "nothing is forecast here",
        "replicate weights, which know how they were chosen, are not in this file.",
    ):
        assert words in flat, words


# --- the bench -----------------------------------------------------------------------------------


def test_a_bench_without_the_file_keeps_the_families(tmp_path: Path) -> None:
    """Of this model or of another: they say themselves which."""
    path, kept = tmp_path / "benchmarks.json", module_at(REPORTING).kept
    assert kept(path, "new") == {}
    old = {"model_id": "old", "speed": {"seconds": 1}, "families": {"model_id": "old"}}
    path.write_text(json.dumps(old), encoding="utf-8")
    assert kept(path, "old") == old
    assert kept(path, "new") == {"families": {"model_id": "old"}}

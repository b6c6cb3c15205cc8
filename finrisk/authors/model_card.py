"""`python -m finrisk.authors.model_card`: the computed parts and pictures of the model card.

The figures come from two files of one model: `metrics.json` (the build) and `benchmarks.json`
(`make bench`, one to two hours of measuring). Figures of another model are refused. The prose is
written by hand in `models/MODEL_CARD.md`.
"""

from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from finrisk import plots
from finrisk.authors import card_behaviour as behaviour
from finrisk.authors import card_scores as scores
from finrisk.authors.card_families import families
from finrisk.authors.card_scores import Figures
from finrisk.authors.pages import fill, table
from finrisk.data.aims import stressed_of_overspent
from finrisk.data.reality_check import facts, facts_by_income, lived_years
from finrisk.data.training_rows import labelled_households
from finrisk.errors import ModelFileError
from finrisk.ml.predictor import Predictor

__all__ = ["CARD", "SECTIONS", "draw", "update"]

CARD = Path(__file__).resolve().parents[2] / "models" / "MODEL_CARD.md"
SECTIONS = (
    "rebuild",
    "speed",
    "outside",
    "reasons",
    "suggestions",
    "what_if",
    "costs",
    "wrong_moves",
    "worth_of_fields",
    "boundaries",
    "calibrated",
    "layers",
    "time_to_quality",
    "peers",
    "speed_race",
)  # of benchmarks.json
MISFITS = (
    "income_volatility_median",
    "years_in_the_red",
    "still_3_months_a_year_later",
    "spending_response",
    "income_falls",
    "spending_after_a_fall",
    "top_fifth_again",
)  # statistics that lie off what was published, in their bands or at an edge


def update(page: str, metrics: Figures, bench: Figures) -> str:
    """The card with every computed part made anew.

    Raises:
        ModelFileError: when the benchmarks lack a section.
    """
    missing = [name for name in (*SECTIONS, "families") if name not in bench]
    if missing:
        message = f"The benchmarks file lacks {', '.join(missing)}. Run `make bench`."
        raise ModelFileError(message, field="benchmarks file")
    parts: dict[str, Callable[[], str]] = {
        "model": lambda: _model(metrics, bench),
        "tested": lambda: scores.tested(metrics),
        "layers": lambda: scores.layers(bench["layers"]),
        "quality": lambda: scores.quality(bench["time_to_quality"]),
        "peers": lambda: scores.peers(bench["peers"], bench["speed_race"]),
        "calibration": lambda: scores.calibration(bench["calibrated"]),
        "classes": lambda: scores.classes(bench["boundaries"]["classes"]),
        "boundaries": lambda: scores.boundaries(bench["boundaries"]),
        "fields": lambda: behaviour.fields(bench["worth_of_fields"]),
        "wrong": lambda: behaviour.wrong(bench["wrong_moves"], bench["costs"]),
        "moves": lambda: behaviour.moves(bench["what_if"], bench["costs"]),
        "suggestions": lambda: behaviour.suggestions(bench["suggestions"]),
        "reasons": lambda: behaviour.reasons(bench["reasons"]),
        "families": lambda: families(bench["families"]),
        "speed": lambda: behaviour.speed(bench),
        "misfits": lambda: _misfits(metrics["world"]),
    }
    return fill(page, parts)


def _model(metrics: Figures, bench: Figures) -> str:
    recipe, epochs, rebuild = metrics["recipe"], metrics["epochs"], bench["rebuild"]
    bits = "the same bits"
    if not rebuild["same_bits"]:
        mean, most = (100 * rebuild[f"{which}_difference"] for which in ("mean", "largest"))
        bits = f"not {bits} (another processor rounds otherwise), "
        bits += f"risks apart by {mean:.1f} points on average and {most:.1f} at most"
    return (
        f"Model `{metrics['model_id']}`, seed {metrics['seed']}: {metrics['n_households']:,} "
        f"households, of which 70 % to learn from ({metrics['n_lives']} lives each), 15 % to "
        f"choose on, 15 % to report. Best epoch {metrics['best_epoch']} of {len(epochs)}; "
        f"batches of {recipe['batch_size']:,}, Adam from {recipe['learning_rate']:g} along half "
        f"a cosine, dropout {recipe['dropout']:g} in the first {recipe['dropout_epochs']} epochs, "
        f"monotone weight {recipe['monotone_weight']:,g} on {recipe['n_pairs']:,} wrong-way "
        f"moves a step. "
        f"Rebuilt from nothing in {rebuild['seconds'] / 60:.1f} minutes and "
        f"{rebuild['peak_mb'] / 1024:.1f} GB, {bits}.\n\n"
        f"Measured on: {bench['machine']}"
    )


def _misfits(world: Figures) -> str:
    """How well the world fits, and where it fits worst, measured again."""
    years = lived_years(world["n_households"], world["seed"])
    statistics, cells = facts(years), facts_by_income(years)
    worst = cells.sort_values("off_by").iloc[-1]
    rows = [
        [fact["label"], f"{fact['simulated']:.2f}", f"{fact['published']:.2f}"]
        for fact in statistics.loc[list(MISFITS)].to_dict("records")
    ]
    held_out = world["parts"]["held_out"]
    return (
        f"{world['in_band']} of {world['statistics']} statistics lie in their bands "
        f"({held_out['in_band']} of the {held_out['statistics']} held out of the tuning) and "
        f"{world['within_1.5']} of {world['quantiles_by_income']} quantiles by income within 1.5 "
        f"times the published figure ({world['within_1.25']} within 1.25). The worst is off by a "
        f"factor of {worst['off_by']:.2f}: {worst['label'].lower()}, at incomes of "
        f"{worst['income_from']:,.0f} to {worst['income_to']:,.0f} dollars. Known misfits:\n\n"
        f"{table(['statistic', 'simulated', 'published'], rows)}\n\n{_overspent(world['seed'])}"
    )


def _overspent(seed: int) -> str:
    """The aim of our own that has a figure."""
    rows = labelled_households(300_000, seed, n_lives=8)
    found = stressed_of_overspent(rows.households, rows.stressed_share)
    return (
        f"Of 300,000 households {found.n:,} are not short now and would be in three months at the "
        f"pace of the last twelve; {found.share:.3f} of them (standard error "
        f"{found.standard_error:.3f}) become stressed."
    )


def draw(folder: Path, metrics: Figures, bench: Figures) -> None:
    """The pictures of the card, as PNG files beside it."""
    figure, ax = plt.subplots(figsize=(5.2, 4.2))
    tables = {group: pd.DataFrame(t) for group, t in metrics["calibration"].items()}
    plots.calibration(tables, ax=ax)
    _save(figure, folder / "calibration.png")
    figure, ax = plt.subplots(figsize=(7.2, 4.2))
    runs = {
        f"{run['households']:,} households, {_lives(run['lives'])} each": run["curve"]
        for run in bench["time_to_quality"]
    }
    plots.time_to_quality(runs, ax=ax)
    _save(figure, folder / "time_to_quality.png")


def _lives(n: int) -> str:
    return "1 life" if n == 1 else f"{n} lives"


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=110, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)


def main() -> None:
    """Rewrite the card and draw its pictures."""
    predictor = Predictor.load()
    metrics, bench = predictor.metrics, predictor.benchmarks
    page = update(CARD.read_text(encoding="utf-8"), metrics, bench)
    CARD.write_text(page, encoding="utf-8", newline="\n")
    draw(CARD.parent, metrics, bench)


if __name__ == "__main__":
    main()

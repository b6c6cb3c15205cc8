"""`python -m finrisk.authors.front_page`: the parts of README.md that are computed.

The output of the README's own example, the figures of models/metrics.json, the lessons. A
test runs the same functions and fails when the page says anything else.
"""

import contextlib
import io
import re
from collections.abc import Callable
from pathlib import Path

from finrisk.authors import card_scores
from finrisk.authors.card_families import family_classes
from finrisk.authors.contents import contents_list
from finrisk.authors.pages import fill, table
from finrisk.ml.predictor import Predictor

__all__ = ["README", "update"]

SHOWN_MOVES = (
    "income x 0.7",
    "income x 0.9",
    "income x 1.1",
    "spending x 0.9",
    "spending x 1.3",
    "half the income for 1 month",
    "half the income for 3 months",
    "a bill of $2,000",
    "half the debt paid from savings",
)
README = Path(__file__).resolve().parents[2] / "README.md"
_EXAMPLE = re.compile(r"```python\n(.+?)```", re.DOTALL)


def update(page: str, folder: Path) -> str:
    """The page with every computed part made anew.

    Args:
        page: text of README.md.
        folder: the project's folder, from which the example's paths are seen.
    """
    example = _EXAMPLE.search(page)
    parts: dict[str, Callable[[], str]] = {
        "output": lambda: f"```\n{_run(example[1] if example else '', folder)}```",
        "world": _world,
        "figures": _figures,
        "limit": _limit,
        "what if": _what_if,
        "families": lambda: family_classes(Predictor.load().benchmarks["families"]),
        "lessons": lambda: contents_list(folder / "notebooks"),
    }
    return fill(page, parts)


def _run(code: str, folder: Path) -> str:
    """What the example prints, run from the project's folder."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.chdir(folder):
        exec(compile(code, "README.md", "exec"), {})
    return printed.getvalue()


def _world() -> str:
    """How the world compares with published facts, and the best anybody could forecast in it."""
    m = Predictor.load().metrics
    world, best = m["world"], m["truth"]["true_risk"]
    levels, changes, held_out = (world["parts"][n] for n in ("levels", "changes", "held_out"))
    return (
        f"{world['statistics']} statistics, {world['with_a_published_value']} of them with a "
        f"published value to compare with. In a run of {world['n_households']:,} households "
        f"{levels['in_band']} of {levels['statistics']} on levels (savings, debt, spending) and "
        f"{changes['in_band']} of {changes['statistics']} on change (how income falls, "
        "how spending follows) lie in their bands; for "
        f"{world['edges_set_with_a_model_in_view']} an edge of the band was set with our results "
        "in view. Six were drawn by lot and held out of the "
        f"tuning: {held_out['in_band']} of {held_out['statistics']} of them hold. Savings, debt "
        f"and payments by income, {world['quantiles_by_income']} quantiles: "
        f"{world['within_1.25']} are within a factor of 1.25 of the published figure, "
        f"{world['within_1.5']} within 1.5.\n\n"
        "| the best possible forecast | stressed | ROC-AUC | log loss, nats |\n|---|---|---|---|\n"
        + "\n".join(
            f"| {group} | {b['stressed_share']:.3f} | {b['roc_auc']:.3f} | {b['log_loss']:.3f} |"
            for group, b in best.items()
        )
    )


def _figures() -> str:
    """The table of test figures, and the distances to the true risk."""
    m = Predictor.load().metrics
    excess, errors = m["truth"]["excess_mnat"], m["truth"]["excess_standard_error"]
    rows = {
        "the network": m["test"],
        "the network, four required fields only": m["test_required_only"],
        **m["rivals"],
    }
    lines = []
    for group in card_scores.GROUPS:
        for name, scores in rows.items():
            key = "network" if name == "the network" else name
            distance = (
                f"{excess[key][group]:.1f} ± {errors[key][group]:.1f}" if key in excess else ""
            )
            figures = [f"{scores[group][f]:.3f}" for f in card_scores.SCORES]
            lines.append([f"{group}: {name}", *figures, distance])
    header = ["test households", *card_scores.SCORE_NAMES, "excess loss, mnat"]
    n_train = m["n_households"] - 2 * m["test"]["all"]["n_households"]  # validation is as large
    return (
        f"{table(header, lines)}\n\nAll models learned from the same {n_train:,} households and "
        f"labels ({m['n_lives']} lives of each), the network also from each of them with a change."
    )


def _limit() -> str:
    """What luck, the features and the model itself have in the loss."""
    return card_scores.layers_table(Predictor.load().benchmarks["layers"])


def _what_if() -> str:
    """Some of the moves that the card holds against the truth."""
    found = Predictor.load().benchmarks["what_if"]["moves"]
    rows = []
    for name in SHOWN_MOVES:
        known, few = (found[state][name] for state in ("all known", "required only"))
        rows.append(
            [
                name,
                f"{known['true_effect']:+.1f}",
                *(f"{m['told']:+.1f}" for m in (known, few)),
                f"{known['error']:.1f} ({known['floor']:.1f})",
            ]
        )
    header = ["what if", "truth", "the network", "four required fields only", "error (floor)"]
    return table(header, rows)


def main() -> None:
    """Rewrite README.md."""
    page = README.read_text(encoding="utf-8")
    README.write_text(update(page, README.parent), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

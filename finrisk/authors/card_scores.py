"""How good the model is: the tables of scores, layers of loss, peers and calibration."""

from collections.abc import Mapping
from typing import Any

from finrisk.authors.pages import table
from finrisk.ml.audit import KNOWLEDGE

__all__ = [
    "GROUPS",
    "SCORES",
    "SCORE_NAMES",
    "Figures",
    "boundaries",
    "calibration",
    "classes",
    "layers",
    "layers_table",
    "peers",
    "quality",
    "tested",
]

GROUPS = ("all", "onset")
SCORES = ("recall", "f1", "precision", "accuracy", "roc_auc")
SCORE_NAMES = ("recall", "F1", "precision", "accuracy", "ROC-AUC")
Figures = dict[str, Any]


def tested(metrics: Figures) -> str:
    """The build's figures on its test households."""
    rows = {
        "at the alert threshold": metrics["test"],
        "at the High threshold": metrics["test_at_high"],
        "at the alert threshold, four required fields only": metrics["test_required_only"],
    }
    header = ["test households", *SCORE_NAMES, "log loss", "ECE", "households"]
    return table(
        header,
        [
            [f"{group}, {name}", *_scores(scores[group]), f"{scores[group]['n_households']:,}"]
            for name, scores in rows.items()
            for group in GROUPS
        ],
    )


def _scores(scores: Mapping[str, float]) -> list[str]:
    return [f"{scores[name]:.3f}" for name in (*SCORES, "log_loss", "ece")]


def layers_table(found: Figures) -> str:
    """Floor, what the features cannot see, and the model's own shortfall."""
    rows = []
    for group in GROUPS:
        limit = found["learners"]["mean of trees and network"][group]
        ours, short = found["shipped"][group], found["shortfall"][group]
        rows.append(
            [
                group,
                f"{1000 * found['floor_nats'][group]:.1f}",
                _with_error(limit["excess"], limit["standard_error"]),
                _with_error(short["mean"], short["standard_error"]),
                _with_error(ours["excess"], ours["standard_error"]),
            ]
        )
    header = ["mnat", "floor: luck", "features cannot see", "our shortfall", "excess in all"]
    return table(header, rows)


def layers(found: Figures) -> str:
    """The layers, and how the feature limit was searched."""
    learners = [
        [name, *(_with_error(by[g]["excess"], by[g]["standard_error"]) for g in GROUPS)]
        for name, by in found["learners"].items()
    ]
    return (
        f"{layers_table(found)}\n\n({found['n_households']:,} fresh households x "
        f"{found['n_futures']} futures.) The limit was searched with learners that were shown the "
        f"true risk itself, counted in {found['learners_from']['lives']} lives of "
        f"{found['learners_from']['households']:,} households:\n\n"
        f"{table(['learner', 'excess, all', 'excess, onset'], learners)}"
    )


def _with_error(mean: float, error: float) -> str:
    return f"{mean:.2f} ± {error:.2f}"


def quality(runs: list[Figures]) -> str:
    """What more households and more lives buy, and what they cost."""
    return table(
        ["households to learn from", "lives each", "epochs", "training, s", "excess, all", "onset"],
        [
            [
                f"{run['households']:,}",
                run["lives"],
                len(run["curve"]),
                f"{run['seconds']:.0f}",
                *(f"{run['excess'][g]['excess']:.2f}" for g in GROUPS),
            ]
            for run in runs
        ],
    )


def peers(found: Figures, race: list[Figures]) -> str:
    """All models on the same rows: scores for all, for onset, times, and the race."""
    by_name = found["models"] | {"the shipped model (more households and lives)": found["shipped"]}
    models = sorted(by_name.items(), key=lambda item: item[1]["excess"]["all"]["excess"])
    tables = [_peer_scores(group, models) for group in GROUPS]
    header = ["model", "fit, s", "one row, ms", "100,000 rows, s"]
    timed = [(name, m) for name, m in models if "fit_seconds" in m]
    times = [
        [name, f"{m['fit_seconds']:.1f}", f"{m['one_row_ms']:.1f}", f"{m['bulk_seconds']:.2f}"]
        for name, m in timed
    ]
    crowd = (
        f"{found['n_train']:,} training, {found['n_validation']:,} validation and "
        f"{found['n_judged']:,} fresh households."
    )
    seeds = _seeds(found["our_seeds"])
    asked = ", ".join(
        f"{name} {excess['all']['excess']:.1f} / {excess['onset']['excess']:.1f}"
        for name, excess in found["after_a_change"].items()
    )
    what_if = (
        "Three are also asked what if, with changes as drawn in training; excess in mnat, all / "
        f"onset: {asked}."
    )
    return "\n\n".join([crowd, *tables, what_if, seeds, table(header, times), _race(race)])


def _peer_scores(group: str, models: list[tuple[str, Figures]]) -> str:
    names = [*SCORE_NAMES, "log loss", "ECE", "excess, mnat", "behind ours, 95 % interval"]
    rows = [
        [
            name,
            *_scores(m["scores"][group]),
            f"{m['excess'][group]['excess']:.2f}",
            _interval(m["behind_ours"][group]),
        ]
        for name, m in models
    ]
    return table([group, *names], rows)


def _seeds(runs: list[Figures]) -> str:
    by_group = {g: ", ".join(f"{run[g]['excess']:.2f}" for run in runs) for g in GROUPS}
    spread = "; ".join(f"{group} {values}" for group, values in by_group.items())
    return f"Our network from three first draws of weights, excess in mnat: {spread}."


def _interval(behind: Figures) -> str:
    low, high = behind["excess_interval"]
    return "" if low == high == 0 else f"{behind['excess']:+.2f} ({low:+.2f} to {high:+.2f})"


def _race(rounds: list[Figures]) -> str:
    header = [
        "seed",
        "MLPClassifier: best loss",
        "after, s",
        "ours as low after, s: shipped recipe",
    ]
    rows = [
        [
            seed,
            f"{r['goal']:.5f}",
            f"{r['mlp_classifier_seconds']:.1f}",
            _times(r, "shipped"),
            _times(r, "short"),
        ]
        for seed, r in enumerate(rounds)
    ]
    return table([*header, "short, without penalty"], rows)


def _times(r: Figures, recipe: str) -> str:
    """Seconds, and how many times as fast; or that it never got there."""
    took = r[f"{recipe}_seconds"]
    if took is None:
        return f"not reached ({r[f'{recipe}_best']:.5f})"
    return f"{took:.1f} ({r['mlp_classifier_seconds'] / took:.1f} x)"


def calibration(calibrated: Figures) -> str:
    """ECE by group, beside what luck alone would show."""
    rows = [
        [
            # JupyterLab would make formulas of the dollars
            (name if known == "all known" else f"{known}, {name}").replace("$", ""),
            f"{c['n_households']:,}",
            f"{c['predicted']:.3f}",
            f"{c['observed']:.3f}",
            f"{c['ece']:.4f}",
            f"{c['floor']:.4f}",
        ]
        for known in KNOWLEDGE
        for name, c in calibrated[known].items()
    ]
    header = ["households (incomes in dollars a month)", "number", "predicted", "observed"]
    header += ["ECE", "luck alone"]
    return f"{table(header, rows)}\n\n{_worst_subset(calibrated)}"


def _worst_subset(calibrated: Figures) -> str:
    others = [
        (c["ece"], c["floor"], known, group)
        for known, groups in calibrated.items()
        if known not in KNOWLEDGE
        for group, c in groups.items()
    ]
    ece, floor, known, group = max(others)
    return (
        f"With one optional field alone, or one missing ({len(others) // len(GROUPS)} subsets), "
        f"the largest ECE is {ece:.4f} ({known}, {group}; luck alone {floor:.4f})."
    )


def classes(by_group: Figures) -> str:
    """How many become stressed in each risk class."""
    return table(
        ["risk class", "share of households", "become stressed", "true risk, mean"],
        [
            [f"{name}, {group}", *(f"{c[f]:.3f}" for f in ("share", "stressed_share", "true_risk"))]
            for group in GROUPS
            for name, c in by_group[group].items()
        ],
    )


def boundaries(found: Figures) -> str:
    """Recall and precision where a class begins."""
    names = {
        "alert": "from Moderate on (alert)",
        "high": "from High on",
        "alert, required only": "from Moderate on, four required fields only",
    }
    figures = ("recall", "f1", "precision")
    return table(
        ["boundary", "recall", "F1", "precision"],
        [
            [
                f"{label}, {group}",
                *(f"{found[key][group][f]:.3f}" for f in figures),
            ]
            for key, label in names.items()
            for group in GROUPS
        ],
    )

"""Real families held against our risk: the part of card and README that no simulation gives."""

from finrisk.authors.card_scores import Figures
from finrisk.authors.pages import table
from finrisk.ml.family_report import AHEAD, FITTED, GROUPS, OURS, OWED, SAVED
from finrisk.prediction import RISK_CLASSES

__all__ = ["families", "family_classes"]


def family_classes(found: Figures) -> str:
    """How many families of each risk class it happened to, and how well our risk tells who."""
    names = [name for name in found["classes"]["all"] if name != "families"]
    rows = [
        [name, *(_percent(found["classes"][name][column]) for column in ("families", *names))]
        for name in (*RISK_CLASSES, "all")
    ]
    return table(["risk class", "families", *names], rows)


def families(found: Figures) -> str:
    """Both tables: by class, and ROC-AUCs beside those of single figures and of a regression."""
    columns = (OURS, SAVED, OWED, FITTED, AHEAD)
    rows = [
        [group, outcome, *(_auc(row[name]) for name in columns)]
        for group in GROUPS
        for outcome, row in found["auc"][group].items()
    ]
    used, represented = found["families"]["used"], found["represented"] / 1e6
    return (
        f"{used:,.0f} families, {found['share_of_families']['used']:.0%} of the {represented:.0f} "
        "million that the file stands for; % ± standard error, by family over the five implicates:"
        f"\n\n{family_classes(found)}\n\nROC-AUC ± standard error:\n\n"
        f"{table(['group', 'in a year', *columns], rows)}"
    )


def _percent(figure: Figures) -> str:
    return f"{100 * figure['value']:.1f} ± {100 * figure['standard_error']:.1f}"


def _auc(figure: Figures) -> str:
    if figure["value"] is None:
        return "?"
    return f"{figure['value']:.3f} ± {figure['standard_error']:.3f}"

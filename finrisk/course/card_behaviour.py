"""How the model behaves: partial knowledge, moves, suggestions, reasons, speed."""

from typing import Any

from finrisk.course.pages import table
from finrisk.household import INPUTS

__all__ = ["fields", "moves", "reasons", "speed", "suggestions", "wrong"]

GROUPS = ("all", "onset")
Figures = dict[str, Any]


def fields(worth: Figures) -> str:
    """What is lost with fewer fields, and what each of them is worth, mnat."""
    states = [
        [known, *(f"{worth[known][g]['excess']:.1f}" for g in GROUPS)]
        for known in ("all known", "random subset", "required only")
    ]
    fields = [
        [INPUTS[name].label, *(f"{by[what][g]['mean']:.2f}" for what in by for g in GROUPS)]
        for name, by in worth["fields"].items()
    ]
    header = ["field", "lost without it, all", "onset", "won by it alone, all", "onset"]
    return f"{table(['known', 'excess, all', 'onset'], states)}\n\n{table(header, fields)}"


def wrong(found: list[Figures]) -> str:
    """Share of households (in %) whose risk rises by over half a point, and the largest rise."""
    columns = list(dict.fromkeys((m["households"], m["known"]) for m in found))
    cells = {(m["field"], m["factor"], m["households"], m["known"]): m for m in found}
    rows = []
    for field, factor in dict.fromkeys((m["field"], m["factor"]) for m in found):
        found = [cells[(field, factor, *column)] for column in columns]
        marks = [f"{100 * m['wrong']:.2f} / {m['worst']:+.1f}" for m in found]
        rows.append([f"{INPUTS[field].label} x {factor:g}", *marks])
    return table(["move", *(f"{crowd}, {known}" for crowd, known in columns)], rows)


def moves(found: Figures) -> str:
    """How far changes move the risk, by the model and in truth."""
    rows = [
        [
            name,
            f"{m['promised']:.1f}",
            f"{found['required_only'][name]['promised']:.1f}",
            f"{m['true_effect']:.1f}",
            f"{m['true_effect_bar_moved']:.1f}",
        ]
        for name, m in found["changes"].items()
    ]
    header = ["change", "model", "model, required only", "truth", "truth, bar moved along"]
    return table([f"points, mean of {found['n_households']:,} households", *header[1:]], rows)


def suggestions(s: Figures) -> str:
    """What suggestions promise, and what they do."""
    rows = [
        [text, f"{m['offered']:.0f}", f"{m['promised']:.1f}", f"{m['true_effect']:.1f}"]
        for text, m in s["by_text"].items()
    ]
    return (
        f"{table(['suggestion', 'offered', 'promised, points', 'true effect, points'], rows)}\n\n"
        f"{s['n_suggestions']:,} suggestions to {s['n_households']:,} households: the true effect "
        f"has the same sign in {s['same_sign']:.1%}; mean difference {s['mean_difference']:+.1f} "
        f"points, mean absolute difference {s['mean_absolute_difference']:.1f}."
    )


def reasons(r: Figures) -> str:
    """Whether drivers add up and stand their test."""
    return (
        f"On {r['n_households']:,} predictions the drivers miss the difference from the typical "
        f"household by at most {r['largest_gap_points']:.3f} points, and "
        f"{r['share_confirmed']:.2%} of {r['drivers_checked']:,} have the sign that bringing "
        f"their idea alone to typical values confirms ({r['share_set_to_zero']:.0%} of all ideas "
        "were set to zero because the two disagreed)."
    )


def speed(bench: Figures) -> str:
    """Milliseconds and seconds, and how smoothly the risk moves far outside training."""
    s, o = bench["speed"], bench["outside"]
    many = ", ".join(f"{n} in {t:.2f} s" for n, t in s["predict_many_seconds"].items())
    steps = ", ".join(
        f"{INPUTS[n].label.lower()} {v:.1f}" for n, v in o["largest_step_points"].items()
    )
    return (
        f"One prediction with its reasons: {s['predict_ms_p95']:.1f} ms (95th percentile); the "
        f"what-if curves of all fields: {s['what_if_all_ms_p95']:.1f} ms; households in a table: "
        f"{many}, at most {s['predict_many_1m_peak_mb'] / 1024:.1f} GB in all.\n\n"
        f"From the smallest legal value to the largest, in steps of 4 % or less, the risk never "
        f"moves by more than (points): {steps}."
    )

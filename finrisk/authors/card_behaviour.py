"""How the model behaves: partial knowledge, moves, suggestions, reasons, speed."""

from finrisk.authors.card_scores import GROUPS, Figures
from finrisk.authors.pages import table
from finrisk.inputs import INPUTS

__all__ = ["fields", "moves", "reasons", "speed", "suggestions", "wrong"]


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
        row = [cells[(field, factor, *column)] for column in columns]
        marks = [f"{100 * m['wrong']:.2f} / {round(m['worst'], 1) + 0:+.1f}" for m in row]
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
            f"{m['true_effect_bar_kept']:.1f}",
        ]
        for name, m in found["changes"].items()
    ]
    header = ["change", "model", "model, required only", "truth", "truth, bar kept"]
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
    """Whether drivers add up, and what was changed in them."""
    return (
        f"On {r['n_households']:,} predictions the drivers miss the difference from the typical "
        f"household by at most {r['largest_gap_points']:.3f} points. For "
        f"{r['share_taken_back']:.0%} of the ideas the integrated gradient pointed against the "
        "move of that idea alone and was taken back; after it, by construction, "
        f"{r['share_confirmed']:.1%} agree. The drivers shown differ from plain integrated "
        f"gradients by {r['from_plain_mean']:.1f} points on average, at most "
        f"{r['from_plain_largest']:.0f}."
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
        f"From 1 dollar, or the smallest legal value, to the largest, by {o['step']}, the risk "
        f"never moves by more than (points): {steps}."
    )

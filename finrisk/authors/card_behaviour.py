"""How the model behaves: partial knowledge, moves, suggestions, reasons, speed."""

import re

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


def wrong(found: list[Figures], costs: Figures) -> str:
    """Share of households (in %) whose risk rises by over half a point, and the largest rise.

    And what it costs to hold them down.
    """
    columns = list(dict.fromkeys((m["households"], m["known"]) for m in found))
    cells = {(m["field"], m["factor"], m["households"], m["known"]): m for m in found}
    rows = []
    for field, factor in dict.fromkeys((m["field"], m["factor"]) for m in found):
        row = [cells[(field, factor, *column)] for column in columns]
        marks = [f"{100 * m['wrong']:.2f} / {round(m['worst'], 1) + 0:+.1f}" for m in row]
        rows.append([f"{INPUTS[field].label} x {factor:g}", *marks])
    shown = table(["move", *(f"{crowd}, {known}" for crowd, known in columns)], rows)
    more, seconds = _cost_of("penalty", costs)
    return (
        f"{shown}\n\nThe penalty costs {seconds / 60:.1f} minutes of the build, and "
        f"{more['all']:+.2f} mnat (all) and {more['onset']:+.2f} (onset): most of the network's "
        "own shortfall above."
    )


def moves(found: Figures, costs: Figures) -> str:
    """What-ifs held against the truth and the floor, and what the rows that teach them cost."""
    by_known = found["moves"]
    lines = []
    for name, known in by_known["all known"].items():
        few = by_known["required only"][name]
        # Two dollar signs in a paragraph make a formula
        words = re.sub(r"\$([\d,]+)", r"\1 dollars", name)
        lines.append([words, f"{known['true_effect']:+.1f}", *_told(known), *_told(few)])
    header = ["what if", "truth", "model", "error", "floor", "bias", "model", "error", "floor"]
    states = ", ".join(
        f"{known} {state['ece']:.4f} (bias by kind of household "
        f"{min(state['bias_by_kind'].values()):+.1f} to {max(state['bias_by_kind'].values()):+.1f})"
        for known, state in found["drawn"]["states"].items()
    )
    more, seconds = _cost_of("changed rows", costs)
    minutes = (costs["simulated_seconds"] + seconds) / 60
    return (
        f"{table([*header, 'bias'], lines)}\n\n"
        f"Points of risk, means over the {found['n_onset']:,} of {found['n_households']:,} fresh "
        "households that are not short before the move; the first four columns after the truth "
        "with all fields known, the last four with the required ones only. Error: mean distance "
        "of each household's effect from its true one; floor: that of boosted trees fitted for "
        f"the one move on the true effects of {found['floor_from']['households']:,} other "
        f"households.\n\n"
        f"Changes as drawn in training, calibration error: {states}.\n\n"
        f"The rows that teach what-ifs cost {minutes:.1f} minutes of the build, and the first "
        f"question {more['all']:+.2f} mnat (all) and {more['onset']:+.2f} (onset)."
    )


def _cost_of(what: str, costs: Figures) -> tuple[dict[str, float], float]:
    """What one part of the recipe adds: mnat by group, and seconds of training."""
    with_, without = costs["with both"], costs[f"without {what}"]
    more = {
        g: with_["from_truth"][g]["excess"] - without["from_truth"][g]["excess"] for g in GROUPS
    }
    return more, with_["seconds"] - without["seconds"]


def _told(m: Figures) -> list[str]:
    return [f"{m['told']:+.1f}", f"{m['error']:.1f}", f"{m['floor']:.1f}", f"{m['bias']:+.1f}"]


def suggestions(s: Figures) -> str:
    """What suggestions tell, and what they do."""
    names = ("told", "true_effect", "error", "floor")
    rows = [
        [text, f"{m['offered']:.0f}", *(f"{m[name]:.1f}" for name in names)]
        for text, m in s["by_text"].items()
    ]
    header = ["suggestion", "offered", "told, points", "true effect", "error", "floor"]
    return (
        f"{table(header, rows)}\n\n"
        f"{s['n_suggestions']:,} suggestions to {s['n_households']:,} households: bias "
        f"{s['bias']:+.1f} points, error {s['error']:.1f} (floor {s['floor']:.1f}). Where the "
        f"true effect exceeds three standard errors ({s['sure']:.0%}), its sign is the same in "
        f"{s['same_sign']:.1%}."
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

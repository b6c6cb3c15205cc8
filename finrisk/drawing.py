"""Pictures as short SVG texts: gauge, figures, waterfall, curve. What every face shows.

A text costs a tenth of a millisecond where a matplotlib redraw costs a hundred, so these can
follow a hand on a slider. Ink is `currentColor`, the colour of the text around the picture:
each works in light and in dark. All are 360 wide with letters of 13, which stay readable on a
phone. Left out: what the numbers mean (`prediction.py`) and pictures to be studied (`plots/`).
"""

import html
from collections.abc import Sequence

from finrisk.colours import BASELINE, CLASS_COLOURS, LOWERS, MODEL, RAISES

__all__ = ["curve", "figures", "gauge", "signed", "waterfall"]

_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 360, 48, 284, 10, 118  # of a curve's axes

Zone = tuple[str, float, float]  # name of a risk class, where it begins, where it ends


def gauge(
    probability: float,
    risk_class: str,
    zones: Sequence[Zone],
    before: float | None = None,
) -> str:
    """A 0-100 bar with its zones, the household's own one in full colour.

    Args:
        probability: where the pointer stands, 0 to 1.
        risk_class: the zone it stands in.
        zones: the risk classes from left to right.
        before: where it stood before a change, as a hollow pointer; None without one.
    """
    score = str(round(100 * probability))
    bars = "".join(_zone(*zone, faint=zone[0] != risk_class) for zone in zones)
    ghost, words = "", f"Risk score {score} of 100, {risk_class}"
    if before is not None:
        earlier = round(100 * before)
        ghost = _pointer(before, 'fill="none" stroke="currentColor" stroke-width="1.5"')
        words += f"; before the change {earlier}"
        score = f"{earlier} → {score}"
    pointer = _pointer(probability, 'fill="currentColor" stroke="currentColor" stroke-width="1.5"')
    title = _text(4, 26, score, size=24, bold=True)
    title += _text(16 + 14 * len(score), 26, f"of 100: {risk_class} risk", size=15)
    return _svg(92, words, title + bars + ghost + pointer)


def _pointer(probability: float, ink: str) -> str:
    x = 4 + 352 * probability
    return f'<path d="M{x:.1f} 46 l-7 -11 h14 z M{x:.1f} 46 v20" {ink}/>'


def figures(score: int, risk_class: str, before: int | None = None) -> str:
    """A hundred small figures, as many of them in the colour of the class as the score counts.

    With a change, those whom it adds stand in the colour, those that were so before are darker,
    and those whom it spares are outlined.

    Args:
        score: 0 to 100.
        risk_class: whose colour is taken.
        before: the score before a change; None without one.
    """
    stay = score if before is None else min(score, before)
    most = score if before is None else max(score, before)
    colour = CLASS_COLOURS[risk_class]
    people = _people(0, 100, "currentColor", 0.2)
    label = f"{score} of 100 figures"
    if before is None or before == score:
        return _svg(104, f"{label} are filled", people + _people(0, score, colour, 1))
    people += _people(0, stay, "currentColor" if score > before else colour, 1)
    if score > before:
        people += _people(stay, most, colour, 1)
        label += f" are filled, {most - stay} of them only after the change"
    else:
        people += _people(stay, most, "currentColor", 0.55)
        label += f" are filled, {most - stay} fewer than before the change"
    return _svg(104, label, people)


def _people(start: int, end: int, colour: str, opacity: float) -> str:
    """Figures start to end, twenty in a row: a line of dots for heads, one of dashes below."""
    heads, bodies = [], []
    for row in range(5):
        first, last = max(start - 20 * row, 0), min(end - 20 * row, 20)
        if first < last:
            left, right, y = 4 + 18 * first, 4 + 18 * last, 20 * row
            heads.append(f"M{left + 5} {y + 5}H{right - 10}")
            bodies.append(f"M{left} {y + 14}H{right - 4}")
    ink = f'fill="none" stroke="{colour}" stroke-opacity="{opacity}"'
    return (
        f'<path d="{"".join(heads)}" {ink} stroke-width="6" stroke-linecap="round" '
        'stroke-dasharray="0 18"/>'
        f'<path d="{"".join(bodies)}" {ink} stroke-width="9" stroke-dasharray="10 8"/>'
        if heads
        else ""
    )


def _zone(name: str, low: float, high: float, *, faint: bool) -> str:
    x, width = 4 + 352 * low, 352 * (high - low)
    return (
        f'<rect x="{x:.1f}" y="44" width="{width:.1f}" height="18" '
        f'fill="{CLASS_COLOURS[name]}" fill-opacity="{0.35 if faint else 1}"/>'
        + _text(x + width / 2, 82, name, "middle")
    )


def waterfall(start: float, steps: Sequence[tuple[str, float]], end: float) -> str:
    """Steps from the typical household's score to this one's.

    Args:
        start, end: the two risks, 0 to 1.
        steps: (idea, points of the score), in the order they are taken.
    """
    rows, level = [("Typical household", 0.0, start, BASELINE)], start
    for idea, points in steps:
        after = level + points / 100
        rows.append((idea, level, after, _colour_of(points)))
        level = after
    rows.append(("This household", 0.0, end, BASELINE))
    low = min(0.0, *(min(a, b) for _, a, b, _ in rows))
    high = max(*(max(a, b) for _, a, b, _ in rows), 0.1)
    bars = "".join(
        _bar(i, row, low, high, total=i in (0, len(rows) - 1)) for i, row in enumerate(rows)
    )
    words = "; ".join(f"{idea} {signed(points)} points" for idea, points in steps)
    ends = f"Typical household {100 * start:.1f}; {words}; this household {100 * end:.1f}"
    return _svg(26 * len(rows) + 8, ends, bars)


def signed(points: float) -> str:
    """Points with their sign, to one decimal; what is shown as nothing has no sign.

    >>> signed(14.36), signed(-0.04)
    ('+14.4', '0.0')
    """
    shown = round(points, 1)
    return f"{shown:+.1f}" if shown else "0.0"


def _colour_of(points: float) -> str:
    """Of a step; one that is shown as 0.0 neither raises nor lowers the risk."""
    shown = round(points, 1)
    if shown == 0:
        return BASELINE
    return RAISES if shown > 0 else LOWERS


def _bar(
    i: int, row: tuple[str, float, float, str], low: float, high: float, *, total: bool
) -> str:
    """One labelled bar; totals show a level, steps a signed difference."""
    label, start, end, colour = row
    scale, y = 88 / (high - low), 26 * i + 6
    x, width = 202 + scale * (min(start, end) - low), max(scale * abs(end - start), 1)
    number = f"{100 * end:.1f}" if total else signed(100 * (end - start))
    bar = f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="18" fill="{colour}"/>'
    return (
        _text(195, y + 14, label, "end", bold=total)
        + bar
        + _text(358, y + 14, number, "end", bold=total)
    )


def curve(
    points: Sequence[tuple[float, float]],
    here: tuple[float, float],
    ends: tuple[str, str],
    label: str,
    *,
    before: tuple[float, float] | None = None,
    zones: Sequence[Zone] = (),
    top: tuple[float, str] = (1.0, "100"),
) -> str:
    """A line with the point where things stand now, and the one before a change.

    Args:
        points: (x, y) in rising order of x; y between 0 and the top.
        here: the point.
        before: the point before a change, hollow; None without one.
        ends: what stands under the two ends of the x axis.
        label: what the picture shows, for those who cannot see it.
        zones: risk classes; a dashed line where each but the lowest begins.
        top: where the y axis ends, and how that is written.
    """
    low, high = points[0][0], points[-1][0]

    def at(x: float, y: float) -> str:
        across = (x - low) / (high - low) if high > low else 0.5
        down = _TOP + (_BOTTOM - _TOP) * (1 - y / top[0])
        return f"{_LEFT + (_RIGHT - _LEFT) * across:.1f},{down:.1f}"

    x, y = at(*here).split(",")
    dashes = "".join(_border(name, start) for name, start, _ in zones[1:])
    line = f'<polyline points="{" ".join(at(*point) for point in points)}" fill="none" '
    line += f'stroke="{MODEL}" stroke-width="2.5"/>'
    point = f'<circle cx="{x}" cy="{y}" r="5.5" fill="currentColor"/>'
    if before is not None:
        x, y = at(*before).split(",")
        ring = 'fill="none" stroke="currentColor" stroke-width="2"'
        point = f'<circle cx="{x}" cy="{y}" r="5" {ring}/>{point}'
    return _svg(142, label, _axes(top[1], *ends) + dashes + line + point)


def _axes(top: str, low: str, high: str) -> str:
    lines = f'<path d="M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}" fill="none" stroke="currentColor" '
    lines += 'stroke-opacity="0.4"/>'
    upright = _text(_LEFT - 4, _TOP + 6, top, "end") + _text(_LEFT - 4, _BOTTOM + 2, "0", "end")
    return lines + upright + _text(_LEFT, 137, low) + _text(_RIGHT, 137, high, "end")


def _border(name: str, start: float) -> str:
    """A dashed line where a risk class begins, with its name beside it."""
    y = _TOP + (_BOTTOM - _TOP) * (1 - start)
    dashes = f'stroke="{CLASS_COLOURS[name]}" stroke-width="1.5" stroke-dasharray="4 4"'
    return f'<path d="M{_LEFT} {y:.1f}H{_RIGHT}" {dashes}/>' + _text(_RIGHT + 4, y + 4, name)


def _svg(height: int, label: str, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        # wider letters, where somebody asks their browser for them, are not cut
        f'width="{_WIDTH}" overflow="visible" role="img" aria-label="{html.escape(label)}">'
        f"{inside}</svg>"
    )


def _text(
    x: float, y: float, words: str, anchor: str = "start", *, size: int = 13, bold: bool = False
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"{weight} '
        f'font-family="system-ui, sans-serif" fill="currentColor">{html.escape(words)}</text>'
    )

"""Pictures as short SVG texts: gauge, waterfall, curve. What notebook, panel, page and report show.

A text costs a tenth of a millisecond where a matplotlib redraw costs a hundred, so these can
follow a hand on a slider. Ink is `currentColor`, the colour of the text around the picture:
each works in light and in dark. All are 360 wide with letters of 13, which stay readable on a
phone. Left out: what the numbers mean (`prediction.py`) and pictures to be studied (`plots/`).
"""

import html
from collections.abc import Sequence

from finrisk.colours import BASELINE, CLASS_COLOURS, LOWERS, MODEL, RAISES

__all__ = ["curve", "gauge", "signed", "waterfall"]

_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 360, 48, 284, 10, 118  # of a curve's axes

Zone = tuple[str, float, float]  # name of a risk class, where it begins, where it ends


def gauge(probability: float, risk_class: str, zones: Sequence[Zone]) -> str:
    """A 0-100 bar with its zones, the household's own one in full colour.

    Args:
        probability: where the pointer stands, 0 to 1.
        risk_class: the zone it stands in.
        zones: the risk classes from left to right.
    """
    score = round(100 * probability)
    bars = "".join(_zone(*zone, faint=zone[0] != risk_class) for zone in zones)
    x = 4 + 352 * probability
    pointer = (
        f'<path d="M{x:.1f} 46 l-7 -11 h14 z" fill="currentColor"/>'
        f'<path d="M{x:.1f} 40 v26" stroke="currentColor" stroke-width="2"/>'
    )
    words = _text(4, 26, str(score), size=24, bold=True)
    words += _text(46, 26, f"of 100: {risk_class} risk", size=15)
    return _svg(92, f"Risk score {score} of 100, {risk_class}", words + bars + pointer)


def _zone(name: str, low: float, high: float, *, faint: bool) -> str:
    x, width = 4 + 352 * low, 352 * (high - low)
    return (
        f'<rect x="{x:.1f}" y="44" width="{width:.1f}" height="18" '
        f'fill="{CLASS_COLOURS[name]}" fill-opacity="{0.35 if faint else 1}"/>'
        + _text(x + width / 2, 82, name, "middle")
    )


def waterfall(start: float, steps: Sequence[tuple[str, float]], end: float) -> str:
    """Steps from the typical household's risk to this one's.

    Args:
        start, end: the two risks, 0 to 1.
        steps: (idea, points) in percentage points, in the order they are taken.
    """
    rows, level = [("Typical household", 0.0, start, BASELINE)], start
    for idea, points in steps:
        after = level + points / 100
        rows.append((idea, level, after, RAISES if after > level else LOWERS))
        level = after
    rows.append(("This household", 0.0, end, BASELINE))
    low = min(0.0, *(min(a, b) for _, a, b, _ in rows))
    high = max(*(max(a, b) for _, a, b, _ in rows), 0.1)
    bars = "".join(
        _bar(i, row, low, high, total=i in (0, len(rows) - 1)) for i, row in enumerate(rows)
    )
    words = "; ".join(f"{idea} {signed(points)} points" for idea, points in steps)
    return _svg(26 * len(rows) + 8, f"Drivers: {words}", bars)


def signed(points: float) -> str:
    """Points with their sign, to one decimal; nothing is +0.0, never -0.0.

    >>> signed(14.36), signed(-0.04)
    ('+14.4', '+0.0')
    """
    return f"{round(points, 1) + 0.0:+.1f}"


def _bar(
    i: int, row: tuple[str, float, float, str], low: float, high: float, *, total: bool
) -> str:
    """One labelled bar; totals show a level, steps a signed difference."""
    label, start, end, colour = row
    scale, y = 110 / (high - low), 26 * i + 6
    x, width = 180 + scale * (min(start, end) - low), max(scale * abs(end - start), 1)
    number = f"{100 * end:.1f} %" if total else signed(100 * (end - start))
    bar = f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="18" fill="{colour}"/>'
    return (
        _text(173, y + 14, label, "end", bold=total)
        + bar
        + _text(358, y + 14, number, "end", bold=total)
    )


def curve(
    points: Sequence[tuple[float, float]],
    here: tuple[float, float],
    ends: tuple[str, str],
    label: str,
    *,
    zones: Sequence[Zone] = (),
    top: tuple[float, str] = (1.0, "100 %"),
) -> str:
    """A line with the one point on it where things stand now.

    Args:
        points: (x, y) in rising order of x; y between 0 and the top.
        here: the point.
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
        f'width="{_WIDTH}" role="img" aria-label="{html.escape(label)}">{inside}</svg>'
    )


def _text(
    x: float, y: float, words: str, anchor: str = "start", *, size: int = 13, bold: bool = False
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"{weight} '
        f'font-family="system-ui, sans-serif" fill="currentColor">{html.escape(words)}</text>'
    )

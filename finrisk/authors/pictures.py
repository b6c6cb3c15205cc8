"""The pipeline figure every lesson opens with: the same seven stages, the current one lit.

A string of SVG, drawn by hand. It is shown as an image on a page that may be dark, so it
brings its own white ground.
"""

from finrisk.colours import INK, LINE, MODEL

__all__ = ["STAGES", "pipeline_svg"]

STAGES = ("Households", "Features", "Model", "Training", "Evaluation", "Panel", "Web app")

_UNLIT = "#E8F1F7"
_BOX, _GAP, _HEIGHT = 94, 15, 44


def pipeline_svg(stage: int | None = None) -> str:
    """The pipeline as an SVG, 780 px wide.

    Args:
        stage: 1 (Households) to 7 (Web app), the stage to light; None lights all.
    """
    boxes = "".join(
        _stage(number, name, lit=stage in (None, number)) for number, name in enumerate(STAGES, 1)
    )
    named = f"stage {stage}, {STAGES[stage - 1]}, lit" if stage else "all stages lit"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 92" width="780" height="92" '
        f'role="img" font-family="system-ui, -apple-system, Segoe UI, sans-serif">\n'
        f"<title>From households to a web app: {named}</title>\n"
        '<rect x="0.5" y="0.5" width="779" height="91" rx="10" fill="#FFFFFF" '
        f'stroke="{LINE}"/>\n{boxes}</svg>\n'
    )


def _stage(number: int, name: str, *, lit: bool) -> str:
    """One numbered box and the arrow to the next."""
    x = 16 + (number - 1) * (_BOX + _GAP)
    fill, ink, weight = (MODEL, "#FFFFFF", 700) if lit else (_UNLIT, INK, 400)
    middle = x + _BOX / 2
    arrow = "" if number == len(STAGES) else _arrow(x + _BOX)
    return (
        f'<rect x="{x}" y="34" width="{_BOX}" height="{_HEIGHT}" rx="7" fill="{fill}"/>'
        f'<text x="{middle:g}" y="61" font-size="13" font-weight="{weight}" fill="{ink}" '
        f'text-anchor="middle">{name}</text>'
        f'<text x="{middle:g}" y="24" font-size="12" font-weight="{weight}" '
        f'fill="{MODEL if lit else INK}" text-anchor="middle">{number:02d}</text>{arrow}\n'
    )


def _arrow(x: float) -> str:
    return (
        f'<path d="M{x + 2} 56 h9 m-4 -4 l4.5 4 l-4.5 4" fill="none" stroke="{INK}" '
        'stroke-width="1.6"/>'
    )

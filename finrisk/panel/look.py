"""How the panel looks, and where its parts stand on a wide, a usual and a narrow screen.

Wide (from 1,300 pixels on): money, what-if and pattern, answer, side by side. Usual: controls on
the left, answer on the right. Narrow: the answer first, then all others below each other. What is
said never comes above a slider, which would jump away under a hand. Left out: what stands in the
parts.
"""

from collections.abc import Sequence

import ipywidgets as widgets

from finrisk.colours import ALARM, CALM
from finrisk.panel.handle_names import HandleNames

__all__ = ["area", "frame", "row", "unseen"]

_STYLE = (
    f"<style>.finrisk-panel {{ --calm: {CALM}; --alarm: {ALARM}; }}"
    + """
.finrisk-panel { width: 100%; max-width: 1500px; padding: 4px 8px; overflow: hidden;
  container-type: inline-size; --jp-widgets-slider-handle-size: 24px; }
.finrisk-areas { display: grid; column-gap: 28px; grid-template: auto auto auto auto 1fr auto /
  minmax(0, 6fr) minmax(0, 5fr); grid-template-areas: "bar bar" "money right" "what-if right"
  "curve right" "pattern right" "more more"; }
.finrisk-bar { grid-area: bar; } .finrisk-money { grid-area: money; }
.finrisk-what-if { grid-area: what-if; } .finrisk-curve { grid-area: curve; }
.finrisk-pattern { grid-area: pattern; } .finrisk-right { grid-area: right; }
.finrisk-more { grid-area: more; margin-top: 10px; }
@container (min-width: 1300px) { .finrisk-areas { grid-template: auto auto auto auto 1fr /
  repeat(3, minmax(0, 1fr)); grid-template-areas: "bar bar bar" "money what-if right"
  "curve what-if right" "curve pattern right" "more pattern right"; } }
@container (max-width: 820px) { .finrisk-areas { display: flex; flex-direction: column; }
  .finrisk-right { display: contents; }
  .finrisk-answer { order: 1; } .finrisk-money { order: 2; } .finrisk-what-if { order: 3; }
  .finrisk-said { order: 4; min-height: 44px; } .finrisk-curve { order: 5; }
  .finrisk-help { order: 6; } .finrisk-pattern { order: 7; } .finrisk-why { order: 8; }
  .finrisk-more { order: 9; } }
@container (max-width: 560px) {
  .finrisk-panel .widget-hslider { flex: 1 1 0 !important; flex-wrap: wrap; height: auto;
    min-width: 0; }
  .finrisk-panel .widget-hslider > label { width: 100% !important; height: auto; text-align: left;
    white-space: normal; line-height: 1.3; margin: 4px 0 6px; }
  .finrisk-panel .slider-container { min-width: 80px; padding: 10px 0; } }
.finrisk-panel svg { width: 100%; max-width: 420px; height: auto; }
.finrisk-panel .widget-html-content { line-height: 1.45; }
.finrisk-panel :is(h3, h4) { margin: 10px 0 2px; font-size: 14px; }
.finrisk-panel p { margin: 4px 0; }
.finrisk-bar > *, .finrisk-usual { flex-wrap: wrap; }
.finrisk-panel .noUi-handle { border-color: color-mix(in srgb, currentColor 60%, transparent); }
.finrisk-message { padding: 4px 10px; border-left: 4px solid var(--calm); }
.finrisk-message[role=alert] { border-left-color: var(--alarm); font-weight: 600; }
.finrisk-message a { color: inherit; text-decoration: underline; }
.finrisk-stale > .finrisk-now { opacity: 0.65; filter: grayscale(1); }
.finrisk-rows { display: grid; grid-template-columns: auto 1fr; grid-auto-flow: dense;
  align-items: center; }
.finrisk-lines, .finrisk-lines > .widget-html-content { display: contents; }
.finrisk-lines p { grid-column: 2; padding-left: 4px; } .finrisk-rows button { grid-column: 1; }
.finrisk-warnings { display: flex; flex-wrap: wrap; gap: 8px 32px; }
.finrisk-warnings > div { flex: 1 1 300px; max-width: 420px; }
.finrisk-warnings table { border-collapse: collapse; width: 100%; margin: 4px 0; }
.finrisk-warnings th { font-weight: 400; text-align: left; padding: 2px 6px 2px 0; }
.finrisk-warnings td { width: 36%; padding: 4px 8px; border: 1px solid
  color-mix(in srgb, currentColor 35%, transparent); font-variant-numeric: tabular-nums; }
.finrisk-warnings td:empty { border: none; }
.finrisk-panel small { opacity: 0.85; }
.finrisk-unseen, .finrisk-bare > label { position: absolute; width: 1px; height: 1px;
  overflow: hidden; clip-path: inset(50%); }
.finrisk-entry input { text-align: right; }
</style>"""
)


def unseen(words: str) -> str:
    """Words that are read out and not shown."""
    return f'<span class="finrisk-unseen">{words}</span>'


def row(*parts: widgets.Widget) -> widgets.HBox:
    """Parts side by side. Each row has a layout of its own, or hiding one would hide all."""
    return widgets.HBox(parts, layout=widgets.Layout(align_items="center"))


def area(name: str, parts: Sequence[widgets.Widget]) -> widgets.VBox:
    """A part of the panel with a place of its own in the style above."""
    box = widgets.VBox(parts)
    box.add_class(f"finrisk-{name}")
    return box


def frame(*areas: widgets.Widget) -> widgets.VBox:
    """The whole panel; its width decides where the areas stand."""
    inside = widgets.Box(areas)
    inside.add_class("finrisk-areas")
    box = widgets.VBox([widgets.HTML(_STYLE), HandleNames(), inside])
    box.add_class("finrisk-panel")
    return box

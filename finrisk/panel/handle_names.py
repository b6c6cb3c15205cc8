"""Names for the handles of sliders, which ipywidgets writes beside them and for the eye alone.

Without one a screen reader says "slider" to each of twenty. This is the panel's only JavaScript;
anywidget brings it to wherever the panel is shown.
"""

import anywidget

__all__ = ["HandleNames"]

_NAME_HANDLES = """
function render({ el }) {
  el.style.display = "none"; // there is nothing to see
  let watch, gone = false;
  const name = (panel) => {
    for (const slider of panel.querySelectorAll(".widget-hslider")) {
      const written = slider.querySelector("label")?.textContent ?? "";
      const label = slider.closest(".finrisk-what-if") ? `What if: ${written}` : written;
      for (const handle of slider.querySelectorAll(".noUi-handle")) {
        if (handle.getAttribute("aria-label") !== label) handle.setAttribute("aria-label", label);
      }
    }
  };
  const begin = () => {
    if (gone) return;
    const panel = el.closest(".finrisk-panel");
    if (!panel) return requestAnimationFrame(begin); // it is put into the panel after this
    watch = new MutationObserver(() => name(panel)); // sliders come later, and can come anew
    watch.observe(panel, { childList: true, subtree: true });
    name(panel);
  };
  begin();
  return () => {
    gone = true;
    watch?.disconnect();
  };
}
export default { render };
"""


class HandleNames(anywidget.AnyWidget):
    """Gives each handle of the panel it stands in the label of its slider."""

    _esm = _NAME_HANDLES

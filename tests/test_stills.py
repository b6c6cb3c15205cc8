"""Still pictures of widgets, drawn from the state a real run collects."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import ipywidgets as widgets
import nbformat
import pytest

from finrisk.authors.outputs import tidy
from finrisk.authors.stills import still

v4: Any = nbformat.v4  # the library has no types


def states_of(*shown: widgets.Widget) -> dict[str, dict[str, Any]]:
    """The states as a front end receives them: references for the widgets inside others."""
    return {
        one.model_id: one.get_state()
        for top in shown
        for one in [top, *getattr(top, "children", [])]
    }


def drawing(widget: widgets.Widget) -> ET.Element:
    return ET.fromstring(still(widget.model_id, states_of(widget)))


def handle(widget: widgets.Widget) -> float:
    """Where the handle stands on its track, 0 (left end) to 1."""
    (track,) = drawing(widget).iter("{http://www.w3.org/2000/svg}rect")
    (circle,) = drawing(widget).iter("{http://www.w3.org/2000/svg}circle")
    start, length = float(track.attrib["x"]), float(track.attrib["width"])
    return (float(circle.attrib["cx"]) - start) / length


def test_a_slider_stands_where_its_value_is_and_says_so() -> None:
    slider = widgets.FloatSlider(
        5_000, min=0, max=20_000, description="Savings", readout_format=",.0f"
    )
    assert handle(slider) == pytest.approx(0.25)
    assert drawing(slider).get("aria-label") == "Savings: 5,000"
    slider.value = 20_000
    assert handle(slider) == pytest.approx(1)
    assert "".join(drawing(slider).itertext()) == "Savings20,000"


def test_a_range_that_does_not_begin_at_zero_is_measured_from_its_beginning() -> None:
    assert handle(widgets.IntSlider(3, min=2, max=4)) == pytest.approx(0.5)


def test_a_menu_shows_the_choice_that_is_open() -> None:
    menu = widgets.Dropdown(options=["The Parks", "Maria & Co"], index=1, description="Who")
    assert "".join(drawing(menu).itertext()) == "WhoMaria & Co"


def test_a_box_holds_its_parts_in_order_and_their_html_as_it_is() -> None:
    box = widgets.VBox([widgets.IntSlider(7), widgets.HTML("<b>risk</b>"), widgets.Label("a < b")])
    shown = still(f"IPY_MODEL_{box.model_id}", states_of(box))
    assert re.sub(r"<svg.*?</svg>", "slider", shown) == (
        "<div>slider</div><div><b>risk</b></div><div>a &lt; b</div>"
    )


def test_a_widget_that_cannot_be_drawn_gives_nothing() -> None:
    assert still("unknown", {}) == ""
    assert still(*(lambda w: (w.model_id, states_of(w)))(widgets.ColorPicker())) == ""


def test_a_stored_notebook_shows_the_picture_and_says_how_to_use_the_control() -> None:
    slider = widgets.IntSlider(40, description="Savings")
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": slider.model_id}}
    cell = v4.new_code_cell("slider")
    cell.outputs = [v4.new_output("display_data", {**view, "text/plain": "IntSlider(value=40)"})]
    tidied = tidy(v4.new_notebook(cells=[cell]), states_of(slider)).cells[0].outputs[0].data
    assert tidied["text/plain"] == "Run this cell to use its controls."
    assert tidied["text/html"].startswith("<p>Run this cell to use its controls.</p><img ")
    assert 'alt="Savings: 40"' in tidied["text/html"], "as an image: JupyterLab drops inline SVG"

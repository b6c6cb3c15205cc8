"""What of a cell's output is kept in the file: what is the same in every run, and reads anywhere.

A notebook that was only opened has no kernel behind its widgets, and JupyterLab takes inline
SVG out of HTML that it did not see being made. So widgets give way to their HTML or to a still
picture (`stills.py`), and drawings become images. Timings and progress bars go.
"""

import base64
import html
import io
import re
from typing import Any

import nbformat
from PIL import Image

from finrisk.authors.stills import States, still

__all__ = ["tidy"]

_WIDGET = "application/vnd.jupyter.widget-view+json"
_IN_PLACE_OF_CONTROLS = "Run this cell to use its controls."
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_PLOT = re.compile(r"(?<=src=\"data:image/png;base64,)[^\"]+")
_LABEL = re.compile(r'aria-label="([^"]*)"')
_METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


def tidy(notebook: Any, widgets: States) -> Any:
    """Settle metadata and outputs of an executed notebook, in place, and return it.

    Args:
        widgets: the state of each widget after the run, by its id.
    """
    notebook.metadata = nbformat.from_dict(_METADATA)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            settled = [_settled(output, widgets) for output in cell.outputs]
            cell.outputs = [output for output in settled if output is not None]
    return notebook


def _settled(output: Any, widgets: States) -> Any:
    """The output as it is to be kept; None for a progress bar."""
    data = output.get("data", {})
    if "%|" in data.get("text/plain", "") or "%|" in output.get("text", ""):
        return None
    view = data.pop(_WIDGET, None)
    if view is not None and "text/html" not in data:
        data["text/plain"] = _IN_PLACE_OF_CONTROLS
        picture = still(view["model_id"], widgets)
        if picture:
            data["text/html"] = f"<p>{_IN_PLACE_OF_CONTROLS}</p>{picture}"
    if "text/html" in data:
        data["text/html"] = _PLOT.sub(_small, _DRAWING.sub(_as_image, data["text/html"]))
    return output


def _as_image(drawing: re.Match[str]) -> str:
    """An inline SVG as an image on white ground, since its ink no longer follows the page."""
    label = _LABEL.search(drawing[0])
    coded = base64.b64encode(drawing[0].encode()).decode("ascii")
    return (
        f'<img alt="{html.escape(html.unescape(label[1])) if label else "drawing"}" '
        f'style="background-color: white" src="data:image/svg+xml;base64,{coded}">'
    )


def _small(png: re.Match[str]) -> str:
    """A plot's base64 PNG with 32 colours: looks the same, a quarter of the size."""
    image = Image.open(io.BytesIO(base64.b64decode(png[0]))).convert("RGB")
    packed = io.BytesIO()
    image.quantize(32, dither=Image.Dither.NONE).save(packed, format="png", optimize=True)
    return base64.b64encode(packed.getvalue()).decode("ascii")

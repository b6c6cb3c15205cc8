"""A plot for eyes and for screen readers: in a notebook, an image with a text in its place."""

import html
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["alt_text", "show_alt_texts"]


def alt_text(figure: Figure) -> str:
    """What a plot says to those who do not see it: its titles and its axes.

    >>> figure = Figure()
    >>> _ = figure.add_subplot(title="Risk falls", xlabel="savings")
    >>> alt_text(figure)
    'Plot: Risk falls; savings'
    """
    words: list[str] = []
    for ax in figure.axes:
        words += _words(ax)
    return "Plot: " + "; ".join(filter(None, words))


def show_alt_texts() -> None:
    """From now on, the notebook shows each plot as one image with its alt text."""
    from IPython.core.getipython import get_ipython
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    shell: Any = get_ipython()
    if shell is not None:
        set_matplotlib_formats()  # type: ignore[no-untyped-call]  # none but the one below
        shell.display_formatter.formatters["text/html"].for_type(Figure, _as_image)


def _as_image(figure: Figure) -> str | None:
    """With twice the pixels of the size it is shown at; None for one that is empty."""
    from IPython.core.pylabtools import retina_figure

    image = retina_figure(figure, base64=True)  # type: ignore[no-untyped-call]
    if image is None:
        return None
    png, size = image
    return (
        f'<img alt="{html.escape(alt_text(figure))}" width="{size["width"]}" '
        f'src="data:image/png;base64,{png.strip()}">'
    )


def _words(ax: Axes) -> list[str]:
    titles = [ax.get_title(loc="left"), ax.get_title(loc="center"), ax.get_title(loc="right")]
    return [*titles, ax.get_xlabel(), ax.get_ylabel()]

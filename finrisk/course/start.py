"""The first line of every lesson, `setup()`, and the one folder a lesson writes to.

Left out on purpose: imports (a lesson shows its own) and anything that changes a result.
"""

import html
import os
from pathlib import Path
from typing import Any

__all__ = ["scratch", "setup"]

_OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#767676")


def setup() -> None:
    """Give every plot the course's style, PyTorch one thread, and the lesson its folder.

    One thread makes small models train faster and gives the same numbers on every machine. A
    solution is moved to the folder of its lesson, so `data/...` means the same in both.
    """
    import torch

    torch.set_num_threads(1)
    if Path.cwd().name == "solutions":
        os.chdir(Path.cwd().parent)
    _style()


def scratch() -> Path:
    """The folder `scratch` beside the lessons, made if need be; git ignores it.

    Its whole path, because `Settings` sees a relative one from the project.
    """
    folder = Path("scratch").resolve()
    folder.mkdir(exist_ok=True)
    return folder


def _style() -> None:
    import matplotlib as mpl
    from cycler import cycler
    from IPython.core.getipython import get_ipython
    from matplotlib.figure import Figure
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    mpl.rcParams.update(
        {
            "figure.figsize": (7, 3.8),
            "figure.dpi": 90,
            "figure.constrained_layout.use": True,
            "axes.prop_cycle": cycler(color=_OKABE_ITO),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlelocation": "left",
            "axes.titleweight": "bold",
            "legend.frameon": False,
        }
    )
    shell: Any = get_ipython()
    if shell is not None:
        set_matplotlib_formats()  # type: ignore[no-untyped-call]  # none but the one below
        shell.display_formatter.formatters["text/html"].for_type(Figure, _as_image)


def _as_image(figure: Any) -> str:
    """A plot for eyes and for screen readers: its alt text is its title and its axes.

    It has twice the pixels of the size it is shown at.
    """
    from IPython.core.pylabtools import retina_figure

    png, size = retina_figure(figure, base64=True)  # type: ignore[no-untyped-call]
    words = [text for ax in figure.axes for text in _words(ax) if text]
    return (
        f'<img alt="{html.escape("Plot: " + "; ".join(words))}" width="{size["width"]}" '
        f'src="data:image/png;base64,{png.strip()}">'
    )


def _words(ax: Any) -> list[str]:
    titles = [ax.get_title(loc=place) for place in ("left", "center", "right")]
    return [*titles, ax.get_xlabel(), ax.get_ylabel()]

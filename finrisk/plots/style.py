"""How plots look, and how numbers are written on their axes. Colours: `colours.py`."""

import matplotlib as mpl
from cycler import cycler
from matplotlib.ticker import FuncFormatter, PercentFormatter

from finrisk.colours import BASELINE, PALETTE, STRESSED

__all__ = ["DOLLARS", "PERCENT", "use_style"]

DOLLARS = FuncFormatter(lambda value, _: f"{'-' if value < 0 else ''}${abs(value):,.0f}")
PERCENT = PercentFormatter(1, decimals=0)


def use_style() -> None:
    """Give every plot that follows the course's size, colours and frame."""
    blue, orange, green, pink, sky = PALETTE
    mpl.rcParams.update(
        {
            "figure.figsize": (7, 3.8),
            "figure.dpi": 90,
            "figure.constrained_layout.use": True,
            "axes.prop_cycle": cycler(color=[blue, orange, green, STRESSED, pink, sky, BASELINE]),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlelocation": "left",
            "axes.titleweight": "bold",
            "legend.frameon": False,
        }
    )

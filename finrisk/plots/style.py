"""What the pictures share: colours with a fixed meaning, and how numbers are written.

Okabe-Ito, safe for colour-blind readers: truth black, model blue, baseline grey, stressed
vermilion, everywhere.
"""

from matplotlib.ticker import FuncFormatter, PercentFormatter

__all__ = ["BASELINE", "DOLLARS", "MODEL", "MORE", "PERCENT", "STRESSED", "TRUTH"]

TRUTH, MODEL, BASELINE, STRESSED = "black", "#0072B2", "#767676", "#D55E00"
MORE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9")
DOLLARS = FuncFormatter(lambda value, _: f"{'-' if value < 0 else ''}${abs(value):,.0f}")
PERCENT = PercentFormatter(1, decimals=0)

"""Where a household stands among others: the scores of test households by income, and a place.

"Is 42 much?" is answered by households with a like income. The build keeps the 101 quantiles
of their scores (`metrics.json`); the place of one household is then read off without them.
Left out: the words it is told in (`prediction.Standing`).
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.prediction import Standing

__all__ = ["INCOME_BANDS", "score_quantiles", "standing"]

INCOME_BANDS = (0, 2_000, 3_000, 4_500, 6_500, 9_000, np.inf)  # take-home $ a month


def score_quantiles(households: pd.DataFrame, y_prob: NDArray[np.float64]) -> list[dict[str, Any]]:
    """The 101 quantiles of the score in each income band, for metrics.json.

    A band in which nobody lives, as in a world of the rich, is joined to the one below, and the
    lowest ones to the first in which somebody does.
    """
    income = households["monthly_income"].to_numpy()
    lived_in = [
        low for low, high in pairwise(INCOME_BANDS) if ((income >= low) & (income < high)).any()
    ]
    bands = []
    for low, high in pairwise([INCOME_BANDS[0], *lived_in[1:], np.inf]):
        inside = y_prob[(income >= low) & (income < high)]
        bands.append(
            {
                "monthly_income_from": low,
                "monthly_income_to": None if np.isinf(high) else high,
                "score": (100 * np.quantile(inside, np.linspace(0, 1, 101))).round(2).tolist(),
            }
        )
    return bands


def standing(
    monthly_income: float, probability: float, bands: Sequence[Mapping[str, Any]]
) -> Standing:
    """The place of one risk in its income band.

    Args:
        monthly_income: $ a month, which names the band.
        probability: 0 to 1.
        bands: from `score_quantiles`.

    >>> bands = [{"monthly_income_from": 0, "monthly_income_to": None, "score": range(101)}]
    >>> standing(4_200, 0.42, bands).lower
    42
    """
    band = [b for b in bands if monthly_income >= b["monthly_income_from"]][-1]
    lower = int(np.searchsorted(band["score"], round(100 * probability, 2)))
    return Standing(min(lower, 100), band["monthly_income_from"], band["monthly_income_to"])

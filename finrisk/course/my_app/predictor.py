"""One household in, one probability out."""

import pandas as pd
import torch

from features import NUMBERS, features
from model_file import load


class Predictor:
    def __init__(self, path):
        self.model, self.mean, self.std, self.threshold = load(path)

    def risk(self, household):
        """The probability of stress, for a dict with the four NUMBERS.

        ValueError for a number that is missing, below 0, nan or infinite.
        """
        for name in NUMBERS:
            if name not in household:
                raise ValueError(f"{name} is missing. Tell {', '.join(NUMBERS)}.")
            if not 0 <= household[name] < float("inf"):
                raise ValueError(f"{name} must be zero or more, got {household[name]}.")
        X = torch.as_tensor(features(pd.DataFrame([household])))
        scaled = ((X - self.mean) / self.std).float()
        with torch.no_grad():
            risk = self.model(scaled)
        return risk.item()

    def warns(self, household):
        """Whether the risk has reached the threshold."""
        return self.risk(household) >= self.threshold

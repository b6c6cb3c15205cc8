"""One household in, one probability out."""

import pandas as pd
import torch

from features import NUMBERS, features
from model_file import load


class Predictor:
    def __init__(self, path):
        self.model, self.mean, self.std, self.threshold = load(path)

    def risk(self, household):
        """The probability of stress for a dict of NUMBERS; ValueError for one that cannot be."""
        for name in NUMBERS:
            if name not in household:
                raise ValueError(f"{name} is missing. Tell all of {', '.join(NUMBERS)}.")
            if not 0 <= household[name] < float("inf"):
                raise ValueError(f"{name} must be zero or more, got {household[name]}.")
        X = torch.as_tensor(features(pd.DataFrame([household])))
        scaled = ((X - self.mean) / self.std).float()
        with torch.no_grad():
            return self.model(scaled).item()

    def warns(self, household):
        return self.risk(household) >= self.threshold

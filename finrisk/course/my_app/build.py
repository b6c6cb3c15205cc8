"""From nothing to model.pth: simulate, learn, choose the threshold, save. And what a column costs."""

from pathlib import Path

import numpy as np
import torch

import finrisk
from evaluate import threshold_for
from features import features
from finrisk.ml.distance import excess_loss
from model import RiskNet
from model_file import save
from train import train

N_HOUSEHOLDS, N_TRAIN = 20_000, 14_000


def learned(X, y, seed=0):
    """A function that tells risks, from N_TRAIN rows to learn from and the rest to stop by."""
    mean, std = X[:N_TRAIN].mean(axis=0), X[:N_TRAIN].std(axis=0)

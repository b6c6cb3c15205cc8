"""From nothing to model.pth; and what another feature would be worth."""

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
FILE = Path(__file__).with_name("model.pth")


def learn(X, y, X_new, seed=0):
    """Model, mean, std, and the risks of new rows. N_TRAIN rows train it, the rest stop it."""
    mean, std = X[:N_TRAIN].mean(axis=0), X[:N_TRAIN].std(axis=0)
    rows, new = (torch.tensor((x - mean) / std, dtype=torch.float32) for x in (X, X_new))
    labels = torch.tensor(y, dtype=torch.float32)
    torch.manual_seed(seed)
    model = RiskNet(X.shape[1])
    train(model, rows[:N_TRAIN], labels[:N_TRAIN], rows[N_TRAIN:], labels[N_TRAIN:])
    with torch.no_grad():
        return model, mean, std, model(new).numpy()


def build(path=FILE):
    world = finrisk.simulate(N_HOUSEHOLDS, seed=2026)
    X, y = features(world.households), world.stressed
    model, mean, std, risk = learn(X, y, X[N_TRAIN:])
    new = path.with_suffix(".new")
    save(new, model, mean, std, threshold_for(0.9, y[N_TRAIN:], risk))
    new.replace(path)  # in one step: whoever reads it finds the old file or the new one


def price(with_it, n_seeds=3):
    """Milli-nats above the true risk, a row per seed: with `features`, and with the other ones."""
    new, above = finrisk.simulate(10_000, seed=1), []
    truth = new.true_risk(n_futures=100)
    for seed in range(n_seeds):
        world = finrisk.simulate(N_HOUSEHOLDS, seed=3_000 + seed)
        for f in (features, with_it):
            *_, risk = learn(f(world.households), world.stressed, f(new.households), seed)
            above.append(excess_loss(risk, truth, 100))
    return np.reshape(above, (n_seeds, 2))


if __name__ == "__main__":
    build()

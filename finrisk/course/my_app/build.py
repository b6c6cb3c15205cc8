"""From nothing to model.pth: simulate, learn, choose the threshold, save."""

from pathlib import Path

import torch

import finrisk
from evaluate import threshold_for
from features import features
from model import RiskNet
from model_file import save
from train import train

N_HOUSEHOLDS, N_TRAIN = 20_000, 14_000


def build(path=Path(__file__).with_name("model.pth")):
    world = finrisk.simulate(N_HOUSEHOLDS, seed=2026)
    X, y = features(world.households), world.stressed
    mean, std = X[:N_TRAIN].mean(axis=0), X[:N_TRAIN].std(axis=0)
    rows = torch.tensor((X - mean) / std, dtype=torch.float32)
    labels = torch.tensor(y, dtype=torch.float32)
    torch.manual_seed(0)
    model = RiskNet(X.shape[1])
    train(model, rows[:N_TRAIN], labels[:N_TRAIN], rows[N_TRAIN:], labels[N_TRAIN:])
    with torch.no_grad():
        risk = model(rows[N_TRAIN:]).numpy()
    save(path, model, mean, std, threshold_for(0.9, y[N_TRAIN:], risk))


if __name__ == "__main__":
    build()

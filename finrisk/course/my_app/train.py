"""The training loop, with early stopping."""

import copy

import torch
from torch.nn.functional import binary_cross_entropy_with_logits as bce


def train(model, X, y, X_val, y_val, epochs=50, patience=8, batch=512, rate=0.002):
    """Train the model; it ends with the weights of its best epoch. Returns validation losses."""
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    losses, best = [], None
    for _ in range(epochs):
        model.train()
        for rows in torch.randperm(len(X)).split(batch):
            loss = bce(model.logits(X[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(bce(model.logits(X_val), y_val).item())
        if losses[-1] == min(losses):
            best, best_epoch = copy.deepcopy(model.state_dict()), len(losses)
        elif len(losses) - best_epoch == patience:
            break
    model.load_state_dict(best)
    return losses

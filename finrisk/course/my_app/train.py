"""The training loop, with early stopping."""

import copy

import torch
from torch.nn.functional import binary_cross_entropy_with_logits as bce


def train(model, X, y, X_val, y_val, epochs=50, patience=8, batch=512, rate=0.002):
    """Train the model, and leave it its best weights. Returns its validation losses."""
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    losses, best = [], None
    for epoch in range(epochs):
        model.train()
        for rows in torch.randperm(len(X)).split(batch):
            loss = bce(model.logits(X[rows]), y[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        model.eval()
        with torch.no_grad():
            losses.append(bce(model.logits(X_val), y_val).item())
        best_epoch = losses.index(min(losses))
        if epoch == best_epoch:
            best = copy.deepcopy(model.state_dict())
        elif epoch - best_epoch == patience:
            break
    model.load_state_dict(best)
    return losses

"""The network: some numbers in, one probability out."""

import torch
from torch import nn


class RiskNet(nn.Module):
    """input -> 128 -> 64 -> 1, with a ReLU after each hidden layer."""

    def __init__(self, n_inputs):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(n_inputs, 128),
            nn.ReLU(),
            nn.Linear(128, 64),
            nn.ReLU(),
            nn.Linear(64, 1),
        )

    def logits(self, X):
        """The log odds, shape (n_households,)."""
        return self.layers(X).squeeze(dim=1)

    def forward(self, X):
        """The probability, shape (n_households,)."""
        return torch.sigmoid(self.logits(X))

"""The network: some numbers in, one probability out."""

import torch
from torch import nn


class RiskNet(nn.Module):
    """n_inputs -> 128 -> 64 -> 1, with a ReLU after each hidden layer."""

    def __init__(self, n_inputs):
        super().__init__()
        self.first = nn.Linear(n_inputs, 128)
        self.second = nn.Linear(128, 64)
        self.output = nn.Linear(64, 1)

    def logits(self, X):
        """The log odds, shape (n_households,)."""
        hidden_1 = torch.relu(self.first(X))
        hidden_2 = torch.relu(self.second(hidden_1))
        return self.output(hidden_2).squeeze(dim=1)

    def forward(self, X):
        """The probability, shape (n_households,)."""
        return torch.sigmoid(self.logits(X))

"""The network: 32 numbers in, one probability out.

input -> 128 -> 64 -> 1, ReLU and Dropout after each hidden layer, Sigmoid at the end.
Training works on `logits` (before the Sigmoid) because the loss is more exact there;
`forward` is the probability. Left out: training (`train.py`) and files (`model_file.py`).
"""

import torch
from torch import nn

__all__ = ["RiskMLP"]


class RiskMLP(nn.Module):
    """Multi-layer perceptron for the risk of financial stress.

    Shape:
        X: (n_households, n_features) float32, filled and scaled.
        logits(X): (n_households,); forward(X) = Sigmoid(logits(X)), in (0, 1).

    >>> model = RiskMLP(n_features=32)
    >>> model(torch.zeros(5, 32)).shape, sum(p.numel() for p in model.parameters())
    (torch.Size([5]), 12545)
    """

    def __init__(self, n_features: int, dropout: float = 0.05) -> None:
        super().__init__()
        numbers = torch.float32  # whatever this session's default is
        self.hidden = nn.Sequential(
            nn.Linear(n_features, 128, dtype=numbers),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(128, 64, dtype=numbers),
            nn.ReLU(),
            nn.Dropout(dropout),
        )
        self.output = nn.Linear(64, 1, dtype=numbers)
        self.sigmoid = nn.Sigmoid()

    def logits(self, X: torch.Tensor) -> torch.Tensor:
        """Log odds of stress, shape (n_households,); any real number."""
        return torch.squeeze(self.output(self.hidden(X)), dim=1)

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Probability of stress, shape (n_households,)."""
        probability: torch.Tensor = self.sigmoid(self.logits(X))
        return probability

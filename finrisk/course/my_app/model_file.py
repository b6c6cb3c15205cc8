"""The model on disk: weights, and what they are worth nothing without."""

import torch

from model import RiskNet


def save(path, model, mean, std, threshold):
    """Write all that a prediction needs into one file."""
    contents = {
        "weights": model.state_dict(),
        "mean": torch.as_tensor(mean),
        "std": torch.as_tensor(std),
        "threshold": float(threshold),
    }
    torch.save(contents, path)


def load(path):
    """The model in eval mode, mean and std as tensors, and the threshold as a number.

    ValueError for a file that is none of ours.
    """
    try:
        contents = torch.load(path, weights_only=True)
        mean, std, threshold = contents["mean"], contents["std"], contents["threshold"]
        model = RiskNet(len(mean))
        model.load_state_dict(contents["weights"])
    except Exception as error:  # a damaged file can fail in many ways
        message = f"{path} is no model that can be used. Train and save it again."
        raise ValueError(message) from error
    return model.eval(), mean, std, threshold

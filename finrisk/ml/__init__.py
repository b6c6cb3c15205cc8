"""The model: network, training, scores, reasons, suggestions, file; and the predictor over all."""

from finrisk.paths import check_here

check_here()  # before PyTorch, which nearly every file here imports

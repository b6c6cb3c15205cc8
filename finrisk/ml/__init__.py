"""The model: network, training, scores, reasons, suggestions, file; and the predictor over all."""

"""The model: network, training, evaluation, explanation, file, and the predictor over all."""

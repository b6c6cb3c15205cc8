"""The web API: thin routes over the predictor."""

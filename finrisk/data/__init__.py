"""Data: the simulated world, the features made of it, and the reading of real files."""

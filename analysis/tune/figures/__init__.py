"""Figures of `vqlab tune`."""

from analysis.tune.tuning import found_in, read  # noqa: F401  for plot.py

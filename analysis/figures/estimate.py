"""Means and 95 % intervals of derived quantities. A half-width of NaN means: no interval is known."""

from __future__ import annotations

import math

import numpy as np

NORMAL_95 = 1.959964  # two-sided 95 % quantile of the normal distribution


def interval_of(quantity: str) -> str:
    """Name of the column that holds a quantity's half-width."""
    return quantity + "_ci95"


def over_seeds(values: np.ndarray, half_widths: np.ndarray) -> tuple[float, float]:
    """Mean of independent runs and its half-width.

    The runs' own intervals give sqrt(sum h^2) / n. If the runs differ by more than these intervals explain, the result
    is widened by the square root of chi-square per degree of freedom, so that too narrow intervals do not look sure.
    """
    count = len(values)
    mean = float(np.mean(values))
    if np.isnan(half_widths).any():
        return mean, math.nan
    combined = float(np.sqrt(np.sum(half_widths**2))) / count
    if count > 1 and (half_widths > 0).all():
        deviations = (values - mean) / (half_widths / NORMAL_95)
        combined *= max(1.0, math.sqrt(float(np.sum(deviations**2)) / (count - 1)))
    return mean, combined


def ratio(above: float, above_half: float, below: float, below_half: float) -> tuple[float, float]:
    """Ratio of two independent estimates; relative half-widths add in quadrature."""
    if not below > 0 or not above > 0:
        return math.nan, math.nan
    value = above / below
    return value, value * math.hypot(above_half / above, below_half / below)

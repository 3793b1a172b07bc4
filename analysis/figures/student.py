"""Student's t, without a library: what few runs say of a mean. Degrees of freedom are whole numbers from 1 on."""

from __future__ import annotations

import functools
import math


def p_value(t: float, freedom: int) -> float:
    """Probability that Student's t is at least as far from 0 as `t`, to either side."""
    return max(0.0, 1 - _share_within(abs(t), freedom))


@functools.cache
def quantile_975(freedom: int) -> float:
    """What t exceeds in 2.5 % of all cases: half of the width of a 95 % interval, in standard errors."""
    low, high = 0.0, 13.0  # that of one degree of freedom is 12.706
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _share_within(middle, freedom) < 0.95 else (low, middle)
    return high


def mean_interval(values: list[float]) -> tuple[float, float]:
    """Mean of independent runs and the half-width of its 95 % interval; NaN for a single run."""
    count = len(values)
    mean = sum(values) / count
    if count < 2:
        return mean, math.nan
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / (count - 1))
    return mean, quantile_975(count - 1) * deviation / math.sqrt(count)


def _share_within(t: float, freedom: int) -> float:
    """The finite sums of Abramowitz and Stegun, 26.7.3 and 26.7.4."""
    angle = math.atan(t / math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term, total = (cosine if odd else 1.0), 0.0
    for i in range(1 + odd, freedom, 2):  # the next factor is i / (i + 1)
        total += term
        term *= cosine**2 * i / (i + 1)
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


def holm(p: list[float]) -> list[float]:
    """Holm's adjusted p-values (1979) of a family of tests, in its order; NaN stays, and does not count."""
    order = sorted((i for i, value in enumerate(p) if not math.isnan(value)), key=lambda i: p[i])
    adjusted, largest = [math.nan] * len(p), 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * p[i]))
        adjusted[i] = largest
    return adjusted

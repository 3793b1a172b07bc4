"""Colours of gains in %, and their bar: the same in every figure of a comparison."""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, SymLogNorm
from matplotlib.ticker import FixedLocator, NullLocator

from analysis.figures import page

# Worse is brown, better violet: both darken away from 0, not so far that lines and hatches on them could not be seen.
COLOURS = LinearSegmentedColormap.from_list("gains", matplotlib.colormaps["PuOr"](np.linspace(0.1, 0.9, 256)))


def norm_of(gains: pd.Series) -> SymLogNorm:
    """Linear up to 1 %, or up to 10 % if most gains are larger, and logarithmic beyond.

    A policy that loses half must not hide those that differ by some percent.
    """
    linear = 10.0 if gains.abs().median() > 10 else 1.0
    most = max(gains.abs().max(), linear)
    return SymLogNorm(linear, linscale=0.5, vmin=-most, vmax=most, base=10)


def draw_bar(sheet: page.Page, image, norm: SymLogNorm, gains: pd.Series, label: str) -> None:
    """Of the side of 0 that has gains, or of both."""
    bar = sheet.figure.colorbar(image, ax=sheet.panels, label=label, aspect=16 * sheet.layout.rows)
    bar.outline.set_visible(False)
    low, high = norm.vmin, norm.vmax
    if (gains != 0).any():
        low, high = (norm.vmin if (gains < 0).any() else 0), (norm.vmax if (gains > 0).any() else 0)
        bar.ax.set_ylim(low, high)
    bar.ax.yaxis.set_major_locator(FixedLocator(_ticks(norm, low, high)))
    bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value:+.0f}" if value else "0")


def _ticks(norm: SymLogNorm, low: float, high: float) -> list[float]:
    """Round gains, and both ends of the bar, which are the largest ones that there are."""
    rounds = [sign * tick for tick in (1, 3, 10, 30, 100, 300, 1000) for sign in (-1, 1)]
    inner = [0.0, *(tick for tick in rounds if norm.linthresh <= abs(tick) and low < tick < high)]
    room = 0.06 * float(norm(high) - norm(low))
    ends = [end for end in dict.fromkeys((low, high)) if end != 0]
    return sorted([*ends, *(tick for tick in inner if all(abs(float(norm(tick) - norm(end))) > room for end in ends))])

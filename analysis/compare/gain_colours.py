"""Colours of gains in %, and their bar: the same in every figure of a comparison."""

from __future__ import annotations

import matplotlib
import pandas as pd
from matplotlib.colors import SymLogNorm
from matplotlib.ticker import FixedLocator, NullLocator

from analysis.figures import page

COLOURS = matplotlib.colormaps["PuOr"]  # worse is brown, better violet: both darken away from 0
_LINEAR_PERCENT = 1.0  # logarithmic beyond: a policy that loses half must not hide those that differ by some percent


def norm_of(gains: pd.Series) -> SymLogNorm:
    most = max(gains.abs().max(), _LINEAR_PERCENT)
    return SymLogNorm(_LINEAR_PERCENT, linscale=0.5, vmin=-most, vmax=most, base=10)


def draw_bar(sheet: page.Page, image, norm: SymLogNorm, label: str) -> None:
    bar = sheet.figure.colorbar(image, ax=sheet.panels, label=label, aspect=16 * sheet.layout.rows)
    bar.outline.set_visible(False)
    ticks = [sign * tick for tick in (1, 10, 100, 1000) for sign in (-1, 1) if tick <= norm.vmax]
    bar.ax.yaxis.set_major_locator(FixedLocator([0, *ticks]))
    bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value:+.0f}" if value else "0")

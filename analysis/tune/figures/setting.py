"""Gain over each parameter, with the interval of each setting; the usual and the best one; and what bounds say."""

from __future__ import annotations

import math
from typing import Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from analysis.figures import page, style, words
from analysis.figures.page import Drawing
from analysis.tune.tuning import GAIN, GAIN_HIGH, GAIN_LOW, Tuning

_KEPT, _BROKEN, _BEST = style.of_curve(2).colour, style.SOFT, style.of_curve(3).colour


def draw(tuning: Tuning) -> Iterator[Drawing]:
    columns = len(tuning.parameters)
    rows = 1 + len(tuning.bounds)
    sheet = page.Page(page.Layout(columns * rows, max(3.2, 7.4 / columns), 2.6, columns), share_y=False)
    panels = iter(sheet.panels)
    for column, low, high, what, limit in _quantities(tuning):
        for i, parameter in enumerate(tuning.parameters):
            axes = next(panels)
            _panel(axes, tuning, parameter, (column, low, high), limit)
            axes.set_xlabel(parameter)
            if i == 0:
                axes.set_ylabel(page.wrap(what, style.TEXT_PT, 1.9))
    yield Drawing("setting", sheet.finish(_title(tuning), _subtitle(tuning), _handles(tuning), _notes(tuning)),
                  tuning.settings)


def _quantities(tuning: Tuning):
    yield GAIN, GAIN_LOW, GAIN_HIGH, f"gain in {tuning.record['objective']} (%)", 0.0
    for bound in tuning.bounds:
        yield bound.column, f"{bound.column}_low", f"{bound.column}_high", f"ratio of {bound.words}", bound.ratio


def _panel(axes: Axes, tuning: Tuning, parameter: str, names: tuple[str, str, str], limit: float) -> None:
    column, low, high = names
    if tuning.is_logarithmic(parameter):
        positive = tuning.settings[parameter][tuning.settings[parameter] > 0]
        if (tuning.settings[parameter] == 0).any() and not positive.empty:
            axes.set_xscale("symlog", linthresh=positive.min(), linscale=0.4)
        else:
            axes.set_xscale("log")
        axes.xaxis.set_major_locator(FixedLocator(_ticks(tuning.settings[parameter])))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(lambda value, _: words.number(value))
    axes.axhline(limit, color=style.SOFT, linewidth=1.0, zorder=1)
    for keeps, colour, filled in ((False, _BROKEN, "white"), (True, _KEPT, _KEPT)):
        rows = tuning.settings[tuning.settings["keeps"] == keeps]
        if rows.empty:
            continue
        value = rows[column]
        axes.errorbar(rows[parameter], value, yerr=[value - rows[low], rows[high] - value], fmt="o", color=colour,
                      markerfacecolor=filled, markersize=4, linewidth=0.8, capsize=2, zorder=2)
    for which, marker, colour in (("usual", "s", style.INK), ("best", "D", _BEST)):
        rows = tuning.settings[tuning.settings[which]]
        axes.plot(rows[parameter], rows[column], linestyle="none", marker=marker, markersize=7, color=colour, zorder=3)


def _ticks(values: pd.Series) -> list[float]:
    """Round values of a logarithmic axis, and 0 if it has it."""
    positive = values[values > 0]
    if positive.empty:
        return [0]
    decades = range(math.floor(math.log10(positive.min())), math.ceil(math.log10(positive.max())) + 1)
    rounds = [float(f"{step}e{decade}") for decade in decades for step in (1, 2, 5)]
    inside = [one for one in rounds if positive.min() <= one <= positive.max()] or sorted(set(positive))
    whole = [one for one in inside if one in (float(f"1e{decade}") for decade in decades)]
    return [*([0] if (values == 0).any() else []), *page.spread(inside if len(inside) <= 6 else whole, 5)]


def _handles(tuning: Tuning) -> list[Line2D]:
    def mark(label: str, marker: str, colour: str, filled: str | None = None) -> Line2D:
        return Line2D([], [], linestyle="none", marker=marker, color=colour, markerfacecolor=filled or colour,
                      label=label)
    handles = [mark("setting", "o", _KEPT)]
    if not tuning.settings["keeps"].all():
        handles.append(mark("breaks a bound", "o", _BROKEN, "white"))
    handles.append(mark("usual", "s", style.INK))
    if tuning.settings["best"].any():
        handles.append(mark("best", "D", _BEST))
    return handles


def _title(tuning: Tuning) -> str:
    record = tuning.record
    if record["best"] is None:
        return f"No setting of {record['policy']} keeps the bounds"
    if not record["distinguishable"]:
        return f"No setting of {record['policy']} is better than the usual one by more than chance"
    where = "where it was not chosen" if record["judged_on_other_points"] else "at the points that chose it"
    return f"{record['best']}: {record['held_out']['gain_percent']:.1f} % better {where}"


def _subtitle(tuning: Tuning) -> str:
    record = tuning.record
    points = record["training_places"]
    return (f"{record['policy']} by {record['objective']}, {record['tried']} settings at "
            f"{points} {'point' if points == 1 else 'points'}")


def _notes(tuning: Tuning) -> list[str]:
    notes = ["On the points that choose; bars: 95 % by drawing studies, points and seeds anew. Positive is better."]
    if len(tuning.parameters) > 1:
        notes.append("The other parameters differ from setting to setting as well.")
    return notes

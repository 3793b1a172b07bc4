"""Latency against throughput: the mean on the left, p99 on the right; along a curve the first swept axis rises."""

from __future__ import annotations

from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from analysis.figures import curves, estimate, marks, metrics, page, style, words
from analysis.figures.load import Study
from analysis.figures.metrics import IOPS, MEAN, P99, Metric
from analysis.figures.page import Drawing

_MOST_ROWS = 3
_FEWEST_POINTS = 3  # along an axis; fewer are no curve
_FIRST = {"linestyle": "none", "marker": "o", "markersize": 10, "markerfacecolor": "none", "markeredgewidth": 0.9}


def draw(study: Study) -> Iterator[Drawing]:
    if study.rows is None or not study.axes:
        return
    known = metrics.available(study)
    latencies = [name for name in (MEAN, P99) if name in known]
    values = study.values(study.x_axis)
    if IOPS not in known or not latencies or curves.is_categorical(values) or len(values) < _FEWEST_POINTS:
        return
    keys = ["series", *study.configuration]
    table = metrics.averaged(study, IOPS)[[*keys, "seeds", IOPS, estimate.interval_of(IOPS), marks.STATE]]
    for name in latencies:
        table = table.merge(metrics.averaged(study, name)[[*keys, name, estimate.interval_of(name)]], on=keys)
    if not table.empty:
        yield Drawing("throughput_latency", _figure(study, table, latencies), table)


def _figure(study: Study, table: pd.DataFrame, latencies: list[str]) -> Figure:
    x, thousands = study.x_axis, table[IOPS].max() >= 10000
    settings = [s for s in curves.panels_of(study, x) if not curves.selection(table, s).empty]
    shown = page.spread(settings, _MOST_ROWS)
    columns = len(latencies)
    sheet = page.Page(page.Layout(columns * len(shown), 9.6 / columns, 3.2 if len(shown) == 1 else 2.5, columns),
                      share_y=False)
    for row, setting in enumerate(shown):
        part = curves.selection(table, setting)
        for column, name in enumerate(latencies):
            axes = sheet.panels[row * columns + column]
            for curve in study.curves:
                _curve(axes, study.of(curve, part).sort_values(x), name, style.of_curve(curve.index), thousands)
            if setting:
                text = ", ".join(words.at(axis, value) for axis, value in setting.items())
                axes.set_title(page.wrap(text, style.TEXT_PT, sheet.layout.width - 0.8))
            axes.set_ylabel(Metric(name).label)
            axes.set_xlim(0, 1.06 * table[IOPS].max() / (1000 if thousands else 1))
            axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    for column, name in enumerate(latencies):
        of_column = sheet.panels[column::columns]
        curves.y_scale(of_column, table[name].min(), table[name].max(), logarithmic=True)
    for axes in sheet.panels[-columns:]:
        axes.set_xlabel("thousand IOPS" if thousands else "IOPS")
    values = study.values(x)
    handles = [curves.handle(style.of_curve(curve.index), curve.label) for curve in study.curves]
    handles.append(Line2D([], [], color=style.SOFT, label=f"ring: {words.at(x, values[0])}", **_FIRST))
    if table[estimate.interval_of(latencies[0])].notna().any():
        handles.append(Patch(color=style.SOFT, alpha=0.25, linewidth=0, label="bars: 95 % intervals"))
    notes = [f"Along each curve, from its ring on, {words.short_name(x)}: "
             + ", ".join(words.number(value) for value in values) + "."]
    if len(shown) < len(settings):
        notes.append(f"{len(shown)} of {len(settings)} settings are shown; the CSV has all.")
    return sheet.finish(_title(study, table, latencies[0]), study.title, handles,
                        [*marks.notes(table), *notes, *study.notes])


def _curve(axes: Axes, rows: pd.DataFrame, name: str, look: style.CurveStyle, thousands: bool) -> None:
    if rows.empty:
        return
    scale = 1000 if thousands else 1
    at, values = rows[IOPS].to_numpy() / scale, rows[name].to_numpy()
    axes.plot(at, values, linestyle=look.line, marker=look.marker, color=look.colour, zorder=3)
    across, up = (rows[estimate.interval_of(column)].to_numpy() for column in (IOPS, name))
    known = np.isfinite(across) & np.isfinite(up)
    axes.errorbar(at[known], values[known], xerr=across[known] / scale, yerr=up[known], fmt="none", ecolor=look.colour,
                  elinewidth=0.8, capsize=2, zorder=2)
    axes.plot(at[:1], values[:1], color=look.colour, zorder=4, **_FIRST)
    marks.draw(axes, at, values, rows[marks.STATE])


def _title(study: Study, table: pd.DataFrame, latency: str) -> str:
    """What the curve that gains most IOPS pays for them."""
    x, rest = study.x_axis, [axis for axis in study.axes if axis != study.x_axis]
    ends = []
    for _, rows in table.groupby(["series", *rest] if rest else "series", sort=False):
        first, last = rows.loc[rows[x].idxmin()], rows.loc[rows[IOPS].idxmax()]
        ends.append((last[IOPS] / first[IOPS], first, last))
    times, first, last = max(ends, key=lambda end: end[0])
    label = next(curve.label for curve in study.curves if curve.name == last["series"])
    if times < 1.05:
        return f"IOPS do not grow with {words.short_name(x)}"
    return (f"From {words.at(x, first[x])} to {words.number(last[x])} ({label}): {times:.2g} times the IOPS at "
            f"{last[latency] / first[latency]:.2g} times the {Metric(latency).noun}")

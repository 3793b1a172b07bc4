"""How far simulated values are from measured ones: a dot for each point, metric by metric."""

from __future__ import annotations

from typing import Iterator

import numpy as np
from matplotlib.ticker import MaxNLocator

from analysis.figures import curves, marks, page, style
from analysis.figures.metrics import Metric
from analysis.figures.page import Drawing
from analysis.overlay.comparison import ERROR
from analysis.overlay.overlaid import Overlaid


def draw(overlaid: Overlaid) -> Iterator[Drawing]:
    table = overlaid.table[overlaid.table[ERROR].notna()].reset_index(drop=True)
    names = list(dict.fromkeys(table["metric"]))
    if len(table) < 2:
        return
    study = overlaid.study
    shown = [curve for curve in study.curves if curve.name in set(table["series"])]
    sheet = page.Page(page.Layout.of(1))
    axes = sheet.panels[0]
    axes.axhline(0, color=style.SOFT, linewidth=1.0, zorder=1)
    for i, curve in enumerate(shown):
        rows, look = study.of(curve, table), style.of_curve(curve.index)
        at = np.array([names.index(name) for name in rows["metric"]]) + 0.6 * ((i + 0.5) / len(shown) - 0.5)
        axes.plot(at, rows[ERROR].to_numpy(), linestyle="none", marker=look.marker, color=look.colour, zorder=3)
        marks.draw(axes, at, rows[ERROR].to_numpy(), rows[marks.STATE], marks.BESIDE)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.set_xticks(range(len(names)), [Metric(name).noun.replace(" ", "\n", 1) for name in names])
    axes.grid(axis="x", visible=False)
    low, high = min(table[ERROR].min(), 0), max(table[ERROR].max(), 0)
    room = 0.08 * (high - low) or 1
    axes.set_ylim(low - room, high + room)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    sheet.label("", "simulated against measured (%)")
    handles = [curves.handle(style.CurveStyle(look.colour, "none", look.marker), curve.label)
               for curve in shown for look in [style.of_curve(curve.index)]]
    means = {name: table.loc[table["metric"] == name, ERROR].abs().mean() for name in names}
    title = (f"Mean absolute errors from {min(means.values()):.1f} to {max(means.values()):.1f} %"
             if len(names) > 1 else f"Mean absolute error {means[names[0]]:.1f} %")
    figure = sheet.finish(title, study.title, handles, [*marks.notes(table), "Above 0: simulated too high. A dot for "
                                                        "each measured point."])
    yield Drawing("overlay_errors", figure, table)

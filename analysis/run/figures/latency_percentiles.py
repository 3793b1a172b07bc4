"""Percentiles of the latency over the first swept axis: a panel for each curve."""

from __future__ import annotations

from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.figures import curves, estimate, marks, metrics, page, style, words
from analysis.figures.load import Study
from analysis.figures.metrics import MEAN, Metric
from analysis.figures.page import Drawing

_MEAN_LOOK = {"color": style.SOFT, "linestyle": (0, (1, 1.2)), "marker": ""}
# From light to dark, each with a line and a marker of its own.
_LOOKS = (("#7ab8e8", "-", "o"), ("#2f6db5", (0, (5, 2)), "s"), ("#c25b4e", (0, (7, 2, 1.2, 2)), "^"),
          ("#3a0f1f", (0, (3, 1, 1, 1)), "D"))


def draw(study: Study) -> Iterator[Drawing]:
    if study.rows is None:
        return
    known = [name for name in metrics.PERCENTILES.values() if name in metrics.available(study)]
    if len(known) < 2:
        return
    table = _table(study, known)
    shown = [MEAN, *known] if MEAN in table else known
    yield Drawing("latency_percentiles", _figure(study, table, shown), table)


def _table(study: Study, known: list[str]) -> pd.DataFrame:
    keys = ["series", *study.configuration]
    table = study.points[[*keys, "seeds", marks.STATE]]
    for name in (MEAN, *known):
        if name in metrics.available(study):
            columns = [*keys, name, estimate.interval_of(name)]
            table = table.merge(metrics.averaged(study, name)[columns], on=keys, how="left")
    return table[table[known].notna().any(axis=1)].reset_index(drop=True)


def _figure(study: Study, table: pd.DataFrame, shown: list[str]) -> Figure:
    x = study.x_axis
    every = [(curve, setting) for setting in curves.panels_of(study, x) for curve in study.curves
             if not curves.selection(study.of(curve, table), setting).empty]
    panels = page.spread(every, curves.MAX_PANELS)
    sheet = page.Page(page.Layout.of(len(panels)))
    ticks = [value for value in study.values(x) if value in set(table[x])]
    for axes, (curve, setting) in zip(sheet.panels, panels):
        part = curves.selection(study.of(curve, table), setting).sort_values(x)
        curves.x_axis(axes, x, ticks)
        at = curves.position(part[x], ticks)
        joined = len(at) > 1 and not curves.is_categorical(ticks)
        for name in shown:
            look = _look(name)
            values, half = part[name].to_numpy(), part[estimate.interval_of(name)].to_numpy()
            line = look["linestyle"] if joined else "none"
            marker = look["marker"] or ("" if joined else "_")
            axes.plot(at, values, **{**look, "linestyle": line, "marker": marker}, zorder=3)
            if name != MEAN:
                curves.intervals(axes, at, values, half, ecolor=look["color"], capsize=2, elinewidth=0.8)
        marks.draw(axes, at, part[shown].max(axis=1).to_numpy(), part[marks.STATE])
        heading = ", ".join([curve.label, *(words.at(axis, value) for axis, value in setting.items())])
        if len(panels) > 1:
            axes.set_title(page.wrap(heading, style.TEXT_PT, sheet.layout.width - 0.8))
    low, high = table[shown].min().min(), table[shown].max().max()
    curves.y_scale(sheet.panels, low, high, logarithmic=True)
    sheet.label(words.axis_name(x), "latency (us)")
    handles = [Line2D([], [], label=Metric(name).noun.replace(" latency", ""), **_look(name)) for name in shown]
    if table[[estimate.interval_of(name) for name in shown]].notna().any().any():
        handles.append(Patch(color=style.SOFT, alpha=0.25, linewidth=0, label="bars: 95 % interval"))
    notes = ["p99: 99 % of the requests take at most so long."]
    if len(panels) < len(every):
        notes.append(f"{len(every) - len(panels)} further panels are not shown; the CSV has all.")
    return sheet.finish(_title(table, shown), study.title, handles, [*marks.notes(table), *notes, *study.notes])


def _look(name: str) -> dict:
    if name == MEAN:
        return _MEAN_LOOK
    colour, line, marker = _LOOKS[list(metrics.PERCENTILES.values()).index(name)]
    return {"color": colour, "linestyle": line, "marker": marker}


def _title(table: pd.DataFrame, shown: list[str]) -> str:
    median, tail = (next((name for name in names if name in shown), None)
                    for names in (["latency_p50_us"], ["latency_p99_us", "latency_p99_9_us"]))
    if median is None or tail is None:
        return "Percentiles of the latency"
    ratio = (table[tail] / table[median]).dropna()
    ends = [f"{ratio.min():.3g}", f"{ratio.max():.3g}"]
    times = ends[0] if ends[0] == ends[1] else " to ".join(ends)
    return f"{Metric(tail).noun} is {times} times the median"

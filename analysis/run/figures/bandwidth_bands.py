"""Bandwidth with the interval of chance and the band of the model, never mixed: one panel for each curve."""

from __future__ import annotations

from typing import Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.figures import curves, estimate, marks, page, style, words
from analysis.figures.load import BANDWIDTH, MODEL_HIGH, MODEL_LOW, PUBLISHED, Curve, Study
from analysis.figures.page import Drawing

_MODEL, _CHANCE = 0.16, 0.55  # shares of the curve's colour on white
_OUTSIDE = "#c1121f"


def draw(study: Study) -> Iterator[Drawing]:
    if MODEL_LOW not in study.points or study.points[MODEL_LOW].isna().all():
        return
    columns = ["series", *study.configuration, "seeds", BANDWIDTH, estimate.interval_of(BANDWIDTH), MODEL_LOW,
               MODEL_HIGH, marks.STATE]
    table = study.points[columns + ([PUBLISHED] if study.has_published else [])]
    yield Drawing("bandwidth_bands", _figure(study, table), table)


def _figure(study: Study, table: pd.DataFrame) -> Figure:
    x = study.x_axis
    panels = [(curve, setting) for setting in curves.panels_of(study, x) for curve in study.curves
              if not _rows(study, table, curve, setting).empty]
    shown = page.spread(panels, curves.MAX_PANELS)
    sheet = page.Page(page.Layout.of(len(shown)))
    ticks = [value for value in study.values(x) if value in set(table[x])]
    for axes, (curve, setting) in zip(sheet.panels, shown):
        curves.x_axis(axes, x, ticks)
        _panel(axes, _rows(study, table, curve, setting).sort_values(x), x, ticks, style.of_curve(curve.index))
        heading = ", ".join([curve.label, *(words.at(axis, value) for axis, value in setting.items())])
        axes.set_title(page.wrap(heading, style.TEXT_PT, sheet.layout.width - 0.8))
    highest = [table[column].max() for column in (BANDWIDTH, MODEL_HIGH, PUBLISHED) if column in table]
    sheet.panels[0].set_ylim(0, 1.06 * max(highest))
    sheet.label(words.axis_name(x), "overall bandwidth (MiB/s)")
    notes = [curves.MIB_NOTE, "Chance: how far the mean on the study's machine may be off. Model: where the middle "
             "90 % of plausible machines lie, without chance."]
    if len(shown) < len(panels):
        notes.append(f"{len(panels) - len(shown)} further curves are not shown; the CSV has all.")
    source = [f"Published values: {study.source.rstrip('.')}."] if study.has_published and study.source else []
    return sheet.finish(_title(table), study.title, _handles(table),
                        [*marks.notes(table), *notes, *study.notes, *source])


def _rows(study: Study, table: pd.DataFrame, curve: Curve, setting: dict) -> pd.DataFrame:
    return curves.selection(study.of(curve, table), setting)


def _panel(axes: Axes, rows: pd.DataFrame, x: str, ticks: list, look: style.CurveStyle) -> None:
    at, values = curves.position(rows[x], ticks), rows[BANDWIDTH].to_numpy()
    half = rows[estimate.interval_of(BANDWIDTH)].to_numpy()
    low, high = rows[MODEL_LOW].to_numpy(), rows[MODEL_HIGH].to_numpy()
    joined = len(at) > 1 and not curves.is_categorical(ticks)
    if joined:
        axes.fill_between(at, low, high, color=style.pale(look.colour, _MODEL), linewidth=0, zorder=1.5)
        axes.fill_between(at, values - half, values + half, color=style.pale(look.colour, _CHANCE), linewidth=0,
                          zorder=2)
    else:
        axes.vlines(at, low, high, color=style.pale(look.colour, _MODEL), linewidth=9, zorder=1.5)
        axes.errorbar(at, values, yerr=half, fmt="none", ecolor=look.colour, capsize=3, zorder=2)
    axes.plot(at, values, linestyle=look.line if joined else "none", marker=look.marker, color=look.colour, zorder=3)
    marks.draw(axes, at, values, rows[marks.STATE])
    if PUBLISHED in rows:
        published, outside = rows[PUBLISHED].to_numpy(), _outside(rows).to_numpy()
        axes.plot(at, published, linestyle="none", marker=look.marker, markersize=8.5, markerfacecolor="none",
                  markeredgecolor=look.colour, markeredgewidth=1.2, zorder=4)
        axes.plot(at[outside], published[outside], linestyle="none", marker="x", markersize=9,
                  markeredgecolor=_OUTSIDE, markeredgewidth=1.6, zorder=5)


def _outside(table: pd.DataFrame) -> pd.Series:
    return (table[PUBLISHED] < table[MODEL_LOW]) | (table[PUBLISHED] > table[MODEL_HIGH])


def _title(table: pd.DataFrame) -> str:
    width = (100 * (table[MODEL_HIGH] - table[MODEL_LOW]) / table[BANDWIDTH]).median()
    if PUBLISHED not in table:
        return f"The model knows the bandwidth within a band of {width:.0f} % (median of {len(table)} points)"
    published = table[table[PUBLISHED].notna()]
    inside = int((~_outside(published)).sum())
    return f"{inside} of {len(published)} published values lie inside the 90 % model band"


def _handles(table: pd.DataFrame) -> list:
    handles = [Patch(color=style.pale(style.SOFT, 0.7), linewidth=0, label="chance, 95 %"),
               Patch(color=style.pale(style.SOFT, 0.25), linewidth=0, label="model, 90 %")]
    if PUBLISHED in table:
        handles.append(Line2D([], [], linestyle="none", marker="o", markersize=8.5, markerfacecolor="none",
                              markeredgecolor=style.SOFT, label="published (open markers)"))
        if _outside(table).any():
            handles.append(Line2D([], [], linestyle="none", marker="x", markersize=9, markeredgecolor=_OUTSIDE,
                                  markeredgewidth=1.6, label="outside the model band"))
    return handles

"""Measured over simulated, a figure for each metric: one panel for each curve."""

from __future__ import annotations

from typing import Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.figures import curves, marks, page, style, words
from analysis.figures.load import MODEL_HIGH, MODEL_LOW, Study
from analysis.figures.metrics import Metric
from analysis.figures.page import Drawing
from analysis.overlay.comparison import ERROR, MEASURED, SIMULATED, is_off
from analysis.overlay.overlaid import Overlaid

_MODEL, _CHANCE = 0.16, 0.45  # shares of the curve's colour on white
_MEASURED = {"fmt": "D", "markersize": 5.5, "markerfacecolor": "white", "markeredgecolor": style.INK,
             "markeredgewidth": 1.3, "ecolor": style.INK, "elinewidth": 1.1, "capsize": 3, "zorder": 5}


def draw(overlaid: Overlaid) -> Iterator[Drawing]:
    for name, rows in overlaid.table.groupby("metric", sort=False):
        rows = rows.reset_index(drop=True)
        if rows[MEASURED].notna().any():
            yield Drawing(f"overlay_{name}", _figure(overlaid, rows, Metric(name)), rows)


def _figure(overlaid: Overlaid, table: pd.DataFrame, metric: Metric) -> Figure:
    study, x = overlaid.study, overlaid.study.x_axis
    every = [(curve, setting) for setting in curves.panels_of(study, x) for curve in study.curves
             if curves.selection(study.of(curve, table), setting)[MEASURED].notna().any()]
    panels = page.spread(every, curves.MAX_PANELS)
    sheet = page.Page(page.Layout.of(len(panels)))
    ticks = [value for value in study.values(x) if value in set(table[x])]
    for axes, (curve, setting) in zip(sheet.panels, panels):
        curves.x_axis(axes, x, ticks)
        rows = curves.selection(study.of(curve, table), setting).sort_values(x)
        _panel(axes, rows, x, ticks, style.of_curve(curve.index))
        heading = ", ".join([curve.label, *(words.at(axis, value) for axis, value in setting.items())])
        axes.set_title(page.wrap(heading, style.TEXT_PT, sheet.layout.width - 0.8))
    ends = table[[SIMULATED, MEASURED, MODEL_LOW, MODEL_HIGH]]
    high = max(ends.max().max(), *((table[name] + table[f"{name}_ci95"]).max() for name in (SIMULATED, MEASURED)))
    curves.y_scale(sheet.panels, ends.min().min(), high, metric.spans_decades)
    sheet.label(words.axis_name(x), metric.label)
    return sheet.finish(_title(study, table, metric), study.title, _handles(table),
                        _notes(overlaid, table, len(every) - len(panels)))


def _panel(axes: Axes, rows: pd.DataFrame, x: str, ticks: list, look: style.CurveStyle) -> None:
    at, values = curves.position(rows[x], ticks), rows[SIMULATED].to_numpy()
    half = rows["simulated_ci95"].to_numpy()
    low, high = rows[MODEL_LOW].to_numpy(), rows[MODEL_HIGH].to_numpy()
    joined = len(at) > 1 and not curves.is_categorical(ticks)
    if joined:
        axes.fill_between(at, low, high, color=style.pale(look.colour, _MODEL), linewidth=0, zorder=1.5)
        axes.fill_between(at, values - half, values + half, color=style.pale(look.colour, _CHANCE), linewidth=0,
                          zorder=2)
    else:
        banded = rows[MODEL_LOW].notna().to_numpy()
        axes.vlines(at[banded], low[banded], high[banded], color=style.pale(look.colour, _MODEL), linewidth=12,
                    zorder=1.5)
        curves.intervals(axes, at, values, half, ecolor=look.colour, capsize=6)
    axes.plot(at, values, linestyle=look.line if joined else "none", marker=look.marker, color=look.colour, zorder=3)
    known = rows[MEASURED].notna().to_numpy()
    axes.errorbar(at[known], rows[MEASURED].to_numpy()[known], yerr=rows["measured_ci95"].fillna(0).to_numpy()[known],
                  **_MEASURED)
    off = is_off(rows).to_numpy()
    axes.plot(at[off], rows[MEASURED].to_numpy()[off], **curves.OUTSIDE)
    marks.draw(axes, at, values, rows[marks.STATE])


def _title(study: Study, table: pd.DataFrame, metric: Metric) -> str:
    known = table[table[ERROR].notna()]
    noun = metric.heading
    if len(known) == 1:
        return f"{noun}: simulated {known[ERROR].iloc[0]:+.1f} % from measured"
    if known.empty:
        return f"{noun}: measured 0"
    low, high = f"{known[ERROR].min():+.1f}", f"{known[ERROR].max():+.1f}"
    span = f"{low} %" if low == high else f"{low} to {high} %"
    return (f"{noun}: simulated {span} from measured at {len(known)} points, {known[ERROR].abs().mean():.1f} % on "
            "average")


def _handles(table: pd.DataFrame) -> list:
    handles = [Line2D([], [], color=style.SOFT, marker="o", label="simulated"),
               Line2D([], [], linestyle="none", marker="D", markersize=5.5, markerfacecolor="white",
                      markeredgecolor=style.INK, label="measured")]
    if table["simulated_ci95"].notna().any():
        handles.append(Patch(color=style.pale(style.SOFT, 0.6), linewidth=0, label="95 % interval of the simulation"))
    if table["measured_ci95"].notna().any():
        handles.append(Line2D([], [], linestyle="none", marker="$\\mathrm{I}$", markersize=9, color=style.INK,
                              label="95 % interval of measured runs"))
    if table[MODEL_LOW].notna().any():
        handles.append(Patch(color=style.pale(style.SOFT, 0.25), linewidth=0, label="model, 90 %"))
    if is_off(table).any():
        handles.append(Line2D([], [], label="the model is off", **curves.OUTSIDE))
    return handles


def _notes(overlaid: Overlaid, table: pd.DataFrame, hidden: int) -> list[str]:
    notes = ["Off: outside the model's band if there is one; else the intervals do not meet."]
    if table.loc[table[MEASURED].notna(), "measured_ci95"].isna().any():
        notes.append("A single measured run has no interval.")
    if hidden:
        notes.append(f"{hidden} further panels are not shown; the CSV has all.")
    if overlaid.not_compared:
        one = overlaid.not_compared == 1
        notes.append("1 measurement belongs to no point." if one else
                     f"{overlaid.not_compared} measurements belong to no point.")
    return [*marks.notes(table), *notes]

"""Published values that are no bandwidth, beside the interval of chance and the band of the model: a row for each."""

from __future__ import annotations

from typing import Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from analysis.figures import curves, marks, page, style, words
from analysis.figures.load import BANDWIDTH, Study
from analysis.figures.page import Drawing

_MODEL, _CHANCE = "#d3d9df", "#8f98a3"
_DOT = "#1f78b4"
_ROW = 0.2  # inches
_LABEL_PT = 8.0


def draw(study: Study) -> Iterator[Drawing]:
    table = study.published_bands
    if table is not None and set(table["metric"]) != {BANDWIDTH}:
        yield Drawing("published_bands", _figure(study, table), table)


def _figure(study: Study, table: pd.DataFrame) -> Figure:
    sheet = page.Page(page.Layout(1, 7.4, max(0.7 + _ROW * len(table), 1.8), 1))
    axes = sheet.panels[0]
    labels = {curve.name: curve.label for curve in study.curves}
    for at, row in enumerate(table.to_dict("records")):
        _row(axes, -at, row)
    axes.set_yticks([-at for at in range(len(table))],
                    [page.literal(_name(study, labels, row)) for row in table.to_dict("records")], size=_LABEL_PT)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(0.3 - len(table), 0.7)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    metric = table["metric"].iloc[0]
    sheet.label(metric, "")
    inside = int((table["inside"] == "true").sum())
    title = f"{inside} of {len(table)} published values lie inside the 90 % model band"
    notes = ["Chance: how far the mean on the study's machine may be off. Model: where the middle 90 % of plausible "
             "machines lie, without chance.", f"Published values: {study.source.rstrip('.')}."]
    return sheet.finish(title, study.title, _handles(table), [*marks.notes(table), *notes])


def _row(axes: Axes, at: float, row: dict) -> None:
    axes.barh(at, row["model_p95"] - row["model_p5"], left=row["model_p5"], height=0.62, color=_MODEL, zorder=2)
    axes.barh(at, row["chance_high"] - row["chance_low"], left=row["chance_low"], height=0.3, color=_CHANCE, zorder=3)
    axes.plot([row["nominal"]], [at], marker="o", markersize=4.5, color=_DOT, zorder=4)
    axes.plot([row["published"]], [at], marker="|", markersize=10, markeredgewidth=1.6, color=style.INK, zorder=5)
    if row["inside"] == "false":
        axes.plot([row["published"]], [at], **{**curves.OUTSIDE, "markersize": 7, "zorder": 6})
    marks.draw(axes, [row["nominal"]], [at], [row[marks.STATE]])


def _name(study: Study, labels: dict[str, str], row: dict) -> str:
    return ", ".join([labels[row["series"]], *(words.at(axis, row[axis]) for axis in study.axes)])


def _handles(table: pd.DataFrame) -> list:
    handles = [Line2D([], [], linestyle="none", marker="o", markersize=4.5, color=_DOT, label="the study's machine"),
               Patch(color=_CHANCE, linewidth=0, label="chance, 95 %"),
               Patch(color=_MODEL, linewidth=0, label="model, 90 %"),
               Line2D([], [], linestyle="none", marker="|", markersize=10, markeredgewidth=1.6, color=style.INK,
                      label="published")]
    if (table["inside"] == "false").any():
        handles.append(curves.outside_handle())
    return handles

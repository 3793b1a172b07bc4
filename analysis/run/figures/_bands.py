"""A quantity with the interval of chance and the band of the model, never mixed: one panel for each curve."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.figures import curves, estimate, marks, page, style, words
from analysis.figures.load import Curve, Study

_MODEL, _CHANCE = 0.16, 0.55  # shares of the curve's colour on white
_JUDGING = {"elinewidth": 0.8, "capsize": 4, "capthick": 0.8, "zorder": 2.5}


@dataclass
class Quantity:
    """Columns of the table, of which those of published values may be missing, and how the quantity is called."""

    value: str
    low: str
    high: str
    published: str
    outside: str
    label: str
    noun: str  # in titles
    level: float | None  # a line that the quantity is read against
    notes: list[str]
    judging: tuple[str, str] = ()  # ends of the band that published values are held against, if it is another one


def draw(study: Study, table: pd.DataFrame, of: Quantity) -> Figure:
    x = study.x_axis
    panels = [(curve, setting) for setting in curves.panels_of(study, x) for curve in study.curves
              if not _rows(study, table, curve, setting).empty]
    shown = page.spread(panels, curves.MAX_PANELS)
    sheet = page.Page(page.Layout.of(len(shown)))
    ticks = [value for value in study.values(x) if value in set(table[x])]
    for axes, (curve, setting) in zip(sheet.panels, shown):
        curves.x_axis(axes, x, ticks)
        if of.level is not None:
            axes.axhline(of.level, color=style.SOFT, linewidth=1.0, zorder=1)
        _panel(axes, _rows(study, table, curve, setting).sort_values(x), x, ticks, style.of_curve(curve.index), of)
        heading = ", ".join([curve.label, *(words.at(axis, value) for axis, value in setting.items())])
        axes.set_title(page.wrap(heading, style.TEXT_PT, sheet.layout.width - 0.8))
    highest = [table[column].max() for column in (of.value, of.high, of.published, *of.judging[1:]) if column in table]
    sheet.panels[0].set_ylim(0, 1.06 * max(highest))
    sheet.label(words.axis_name(x), of.label)
    notes = [*of.notes, "Chance: how far the mean on the study's machine may be off. Model: where the middle 90 % of "
             "plausible machines lie, without chance."]
    if len(shown) < len(panels):
        notes.append(f"{len(panels) - len(shown)} further panels are not shown; the CSV has all.")
    source = [f"Published values: {study.source.rstrip('.')}."] if of.published in table and study.source else []
    return sheet.finish(_title(table, of), study.title, _handles(table, of),
                        [*marks.notes(table), *notes, *study.notes, *source])


def _rows(study: Study, table: pd.DataFrame, curve: Curve, setting: dict) -> pd.DataFrame:
    return curves.selection(study.of(curve, table), setting)


def _panel(axes: Axes, rows: pd.DataFrame, x: str, ticks: list, look: style.CurveStyle, of: Quantity) -> None:
    at, values = curves.position(rows[x], ticks), rows[of.value].to_numpy()
    half = rows[estimate.interval_of(of.value)].to_numpy()
    low, high = rows[of.low].to_numpy(), rows[of.high].to_numpy()
    joined = len(at) > 1 and not curves.is_categorical(ticks)
    if joined:
        axes.fill_between(at, low, high, color=style.pale(look.colour, _MODEL), linewidth=0, zorder=1.5)
        axes.fill_between(at, values - half, values + half, color=style.pale(look.colour, _CHANCE), linewidth=0,
                          zorder=2)
    else:
        axes.vlines(at, low, high, color=style.pale(look.colour, _MODEL), linewidth=9, zorder=1.5)
        curves.intervals(axes, at, values, half, ecolor=look.colour, capsize=3)
    axes.plot(at, values, linestyle=look.line if joined else "none", marker=look.marker, color=look.colour, zorder=3)
    marks.draw(axes, at, values, rows[marks.STATE])
    judged = rows[rows[of.judging[0]].notna()] if of.judging else rows[:0]
    if not judged.empty:
        below, above = (judged[end].to_numpy() for end in of.judging)
        axes.errorbar(curves.position(judged[x], ticks), (below + above) / 2, yerr=(above - below) / 2, fmt="none",
                      ecolor=look.colour, **_JUDGING)
    if of.published in rows:
        published, outside = rows[of.published].to_numpy(), (rows[of.outside] == True).to_numpy()  # noqa: E712
        axes.plot(at, published, linestyle="none", marker=look.marker, markersize=8.5, markerfacecolor="none",
                  markeredgecolor=look.colour, markeredgewidth=1.2, zorder=4)
        axes.plot(at[outside], published[outside], **curves.OUTSIDE)


def _title(table: pd.DataFrame, of: Quantity) -> str:
    if of.published not in table or table[of.published].isna().all():
        width = (100 * (table[of.high] - table[of.low]) / table[of.value]).median()
        return f"The model knows the {of.noun} within a band of {width:.0f} % (median of {len(table)} points)"
    judged = table[table[of.published].notna()]
    inside = int((judged[of.outside] == False).sum())  # noqa: E712: blank is neither
    return f"{inside} of {len(judged)} published values lie inside the 90 % model band"


def _handles(table: pd.DataFrame, of: Quantity) -> list:
    handles = [Patch(color=style.pale(style.SOFT, 0.7), linewidth=0, label="chance, 95 %"),
               Patch(color=style.pale(style.SOFT, 0.25), linewidth=0, label="model, 90 %")]
    if of.published in table:
        handles.append(Line2D([], [], linestyle="none", marker="o", markersize=8.5, markerfacecolor="none",
                              markeredgecolor=style.SOFT, label="published (open markers)"))
        if of.judging and table[of.judging[0]].notna().any():
            handles.append(Line2D([], [], linestyle="none", marker="$\\mathrm{I}$", markersize=9, color=style.SOFT,
                                  label="band that it is held against, 90 %"))
        if (table[of.outside] == True).any():  # noqa: E712
            handles.append(curves.outside_handle())
    return handles

"""Curves of a quantity over one axis, in one panel per setting of the other swept axes."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, ScalarFormatter

from analysis.figures import estimate, marks, page, style, words
from analysis.figures.load import Curve, Study

MAX_PANELS = 6
_BOUND = {"linestyle": (0, (1, 2)), "linewidth": 1.0}
_BOUND_OF_NAMES = {"linestyle": "none", "marker": "_", "markersize": 12}  # where no line joins the points
_NEAR = 1.25  # of the highest value
MIB_NOTE = "1 MiB/s is 2²⁰ bytes per second."


def panels_of(study: Study, x: str) -> list[dict]:
    """Settings of the swept axes other than x that get a panel: all, or an even pick if they are many."""
    others = [axis for axis in study.axes if axis != x]
    shown = {axis: study.values(axis) for axis in others}
    while np.prod([len(values) for values in shown.values()]) > MAX_PANELS:
        longest = max(shown, key=lambda axis: len(shown[axis]))
        fewer = len(shown[longest]) - 1
        if len(shown) == 1:
            fewer = MAX_PANELS
        shown[longest] = page.spread(study.values(longest), fewer)
    return [dict(zip(others, values)) for values in itertools.product(*shown.values())]


def selection(frame: pd.DataFrame, setting: dict) -> pd.DataFrame:
    for axis, value in setting.items():
        frame = frame[frame[axis] == value]
    return frame


def draw(study: Study, table: pd.DataFrame, quantity: str, *, x: str, y_label: str, title: str, drawn: list[Curve],
         notes: list[str], published: str = "", outside: str = "", bound: str = "", level: float | None = None,
         level_label: str = "", log_y: bool = False) -> Figure:
    """The whole figure. published, outside (of the model band) and bound: columns that the table may have.

    level: a horizontal line that the curves are read against; the legend names it.
    """
    settings = [s for s in panels_of(study, x) if not selection(table, s).empty]
    sheet = page.Page(page.Layout.of(len(settings)))
    ticks = [value for value in study.values(x) if value in set(table[x])]
    has_published = published in table and table[published].notna().any()
    has_bound = bound in table and table[bound].notna().any()
    for axes, setting in zip(sheet.panels, settings):
        part = selection(table, setting)
        x_axis(axes, x, ticks)
        for one in drawn:
            _curve(axes, study.of(one, part).sort_values(x), x, ticks, quantity, style.of_curve(one.index),
                   published if has_published else "", bound if has_bound else "")
        if has_published and outside in part:
            _draw_outside(axes, part, x, ticks, published, outside)
        if level is not None:
            axes.axhline(level, color=style.SOFT, linewidth=1.0, zorder=1)
        if setting:
            text = ", ".join(words.at(axis, value) for axis, value in setting.items())
            axes.set_title(page.wrap(text, style.TEXT_PT, sheet.layout.width - 0.8))
    _y_axis(sheet.panels, table, quantity, published if has_published else "", bound if has_bound else "", level, log_y)
    sheet.label(words.axis_name(x), y_label)
    has_bound = has_bound and (table[bound] <= sheet.panels[0].get_ylim()[1]).any()  # else nobody sees one
    skipped = _skipped(study, x, settings)
    handles = _handles(drawn, table, quantity, has_published, has_bound)
    if has_published and outside in table and (table[outside] == True).any():  # noqa: E712: blank is neither
        handles.append(outside_handle())
    if level is not None:
        handles.insert(0, Line2D([], [], color=style.SOFT, linewidth=1.0, label=_legend_text(level_label)))
    source = [_source(study)] if has_published else []
    return sheet.finish(title, study.title, handles,
                        [*marks.notes(table), *notes, *skipped, *study.notes, *source])


def _source(study: Study) -> str:
    return f"Published values: {study.source.rstrip('.')}." if study.source else ""


def _skipped(study: Study, x: str, settings: list[dict]) -> list[str]:
    notes = []
    for axis in (axis for axis in study.axes if axis != x):
        all_of, shown = len(study.values(axis)), len({setting[axis] for setting in settings})
        if shown < all_of:
            notes.append(f"{shown} of {all_of} values of {words.short_name(axis)} are shown; the CSV has all.")
    return notes


def is_categorical(ticks: list) -> bool:
    return any(isinstance(value, (str, bool, np.bool_)) for value in ticks)


def position(values, ticks: list) -> np.ndarray:
    if is_categorical(ticks):
        return np.array([ticks.index(value) for value in values], dtype=float)
    return np.array(values, dtype=float)


def x_axis(axes: Axes, x: str, ticks: list) -> None:
    positions = position(ticks, ticks)
    numeric = not is_categorical(ticks)
    if numeric and positions[0] > 0 and (x in ("targets", "vcpus") or positions[-1] >= 4 * positions[0]):
        axes.set_xscale("log", base=2)
        margin = max(0.04 * np.log2(positions[-1] / positions[0]), 0.1)
        axes.set_xlim(positions[0] * 2**-margin, positions[-1] * 2**margin)
    else:
        margin = max(0.04 * (positions[-1] - positions[0]), 0.1)
        axes.set_xlim(positions[0] - margin, positions[-1] + margin)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(positions, [page.literal(text) for text in words.distinct(ticks)])


def intervals(axes: Axes, at: np.ndarray, values: np.ndarray, half: np.ndarray, **look) -> None:
    """Bars where they are known."""
    known = np.isfinite(half)
    axes.errorbar(at[known], values[known], yerr=half[known], fmt="none", zorder=2, **look)


def _curve(axes: Axes, rows: pd.DataFrame, x: str, ticks: list, quantity: str, look: style.CurveStyle,
           published: str, bound: str) -> None:
    if rows.empty:
        return
    at, values = position(rows[x], ticks), rows[quantity].to_numpy()
    half = rows[estimate.interval_of(quantity)].to_numpy()
    line = "" if is_categorical(ticks) else look.line
    axes.plot(at, values, linestyle=line or "none", marker=look.marker, color=look.colour, zorder=3)
    if line and len(at) > 1:
        axes.fill_between(at, values - half, values + half, color=look.colour, alpha=0.22, linewidth=0, zorder=2)
    else:
        intervals(axes, at, values, half, ecolor=look.colour, capsize=3)
    if marks.STATE in rows:
        marks.draw(axes, at, values, rows[marks.STATE])
    if published:
        axes.plot(at, rows[published].to_numpy(), linestyle="none", marker=look.marker, markersize=8.5,
                  markerfacecolor="none", markeredgecolor=look.colour, markeredgewidth=1.2, zorder=4)
    if bound:
        axes.plot(at, rows[bound].to_numpy(), color=look.colour, zorder=1.5, **(_BOUND if line else _BOUND_OF_NAMES))


def _draw_outside(axes: Axes, part: pd.DataFrame, x: str, ticks: list, published: str, outside: str) -> None:
    rows = part[part[outside] == True]  # noqa: E712: blank is neither
    axes.plot(position(rows[x], ticks), rows[published].to_numpy(), **OUTSIDE)


# A published value that the model band does not hold.
OUTSIDE = {"linestyle": "none", "marker": "x", "markersize": 9, "markeredgecolor": "#c1121f", "markeredgewidth": 1.6,
           "zorder": 5}


def outside_handle() -> Line2D:
    return Line2D([], [], label="outside the model band", **OUTSIDE)


def y_scale(panels: list[Axes], smallest: float, high: float, logarithmic: bool) -> None:
    """From 0 on; or logarithmic, if it may be and the values span more than a factor of 8."""
    for axes in panels:
        if logarithmic and smallest > 0 and high > 8 * smallest:
            axes.set_yscale("log")
            axes.set_ylim(smallest / 1.25, high * 1.25)
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 3000 * smallest else (1,)))
            axes.yaxis.set_major_formatter(ScalarFormatter())
            axes.yaxis.set_minor_locator(NullLocator())
        else:
            # Not matplotlib's automatic locator: its ticks depend on the panel's height, which depends on the ticks.
            axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
            axes.set_ylim(0, 1.06 * high if high > 0 else 1)


def _y_axis(panels: list[Axes], table: pd.DataFrame, quantity: str, published: str, bound: str, level: float | None,
            log_y: bool) -> None:
    half = table[estimate.interval_of(quantity)].fillna(0)
    low, high = (table[quantity] - half).min(), (table[quantity] + half).max()
    if published:
        low, high = min(low, table[published].min()), max(high, table[published].max())
    # A bound may leave the frame, since the curves are what is read; one that is near is shown whole.
    most = table[bound].max() if bound else 0
    top = most if high < most <= _NEAR * high and level is None else high
    smallest = min(table[quantity].min(), table[published].min() if published else np.inf)
    y_scale(panels if log_y else panels[:1], smallest, high if log_y else top, log_y)  # panels share their scale
    if level is not None:
        low, high = min(low, level), max(high, level)
        margin = 0.06 * (high - low) or 0.1
        panels[0].set_ylim(low - margin, high + margin)


def _legend_text(label: str) -> str:
    return page.wrap(label, style.TEXT_PT, 3.4)


def handle(look: style.CurveStyle, label: str) -> Line2D:
    """Of a curve, for a legend."""
    return Line2D([], [], color=look.colour, linestyle=look.line, marker=look.marker, label=_legend_text(label))


def _handles(drawn: list[Curve], table: pd.DataFrame, quantity: str, has_published: bool, has_bound: bool) -> list:
    handles = [handle(style.of_curve(one.index), one.label) for one in drawn]
    if table[estimate.interval_of(quantity)].notna().any():
        handles.append(Patch(color=style.SOFT, alpha=0.25, linewidth=0, label="95 % interval"))
    if has_published:
        handles.append(Line2D([], [], linestyle="none", marker="o", markersize=8.5, markerfacecolor="none",
                              markeredgecolor=style.SOFT, label="published (open markers)"))
    if has_bound:
        handles.append(Line2D([], [], color=style.SOFT, label="bound: no run can be above", **_BOUND))
    return handles

"""Each policy's gain over the baseline with the interval of chance and the band of the model, never mixed."""

from __future__ import annotations

from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.compare.comparison import GAIN, Comparison
from analysis.figures import curves, gain_map, marks, page, style, words
from analysis.figures.load import BANDWIDTH, Study
from analysis.figures.page import Drawing

_MODEL = 0.16  # share of the curve's colour on white
_MOST_PANELS = 12
_METRICS = ((BANDWIDTH, "bandwidth", "more bandwidth"), ("latency_p99_us", "p99 latency", "a lower p99 latency"))


def draw(comparison: Comparison) -> Iterator[Drawing]:
    if gain_map.LOW not in comparison.points:
        return
    for metric, noun, better in _METRICS:
        study = comparison.of(metric)
        table = study.points[study.points[gain_map.LOW].notna()]
        if not table.empty:
            columns = ["series", *study.configuration, "seeds", GAIN, "difference_percent_ci95", "machines",
                       "machines_ahead", "machines_behind", gain_map.LOW, gain_map.HIGH, marks.STATE]
            yield Drawing("gain_bands_" + noun.replace(" ", "_"), _figure(comparison, study, table, noun, better),
                          table[columns])


def _figure(comparison: Comparison, study: Study, table: pd.DataFrame, noun: str, better: str) -> Figure:
    x = study.x_axis
    policies = [policy for policy in comparison.others() if policy.name in set(table["series"])]
    shown = page.spread(policies, _MOST_PANELS)
    sheet = page.Page(page.Layout.of(len(shown)), share_y=False)
    ticks = [value for value in study.values(x) if value in set(table[x])]
    others = [axis for axis in study.axes if axis != x]
    lines = list(table[others].drop_duplicates().itertuples(index=False, name=None)) if others else [()]
    for axes, policy in zip(sheet.panels, shown):
        curves.x_axis(axes, x, ticks)
        axes.axhline(0, color=style.SOFT, linewidth=1.0, zorder=1)
        for i, line in enumerate(lines):
            rows = study.of(policy, table)
            for axis, value in zip(others, line):
                rows = rows[rows[axis] == value]
            _line(axes, rows.sort_values(x), x, ticks, style.of_curve(i))
        axes.set_title(page.literal(policy.label))
    sheet.label(words.axis_name(x), f"gain in {noun} (%)")
    handles = [Line2D([], [], linestyle="none", marker="$\\mathrm{I}$", markersize=9, color=style.SOFT,
                      label="chance, 95 %"),
               Patch(color=style.pale(style.SOFT, 0.25), linewidth=0, label="model, 90 %")]
    for i, line in enumerate(lines if others else []):
        label = ", ".join(words.at(axis, value) for axis, value in zip(others, line))
        handles.append(curves.handle(style.of_curve(i), label))
    notes = [f"Gain over {comparison.baseline.label}: positive is {better}. Model: the middle 90 % of plausible "
             "machines, without chance. Each panel has its own scale."]
    if len(shown) < len(policies):
        notes.append(f"{len(policies) - len(shown)} further policies are not shown; the CSV has all.")
    return sheet.finish(_title(study, table, noun), study.title, handles,
                        [*marks.notes(table), *notes, *study.notes])


def _line(axes, rows: pd.DataFrame, x: str, ticks: list, look: style.CurveStyle) -> None:
    if rows.empty:
        return
    at, gain = curves.position(rows[x], ticks), rows[GAIN].to_numpy()
    half = rows["difference_percent_ci95"].to_numpy()
    low, high = rows[gain_map.LOW].to_numpy(), rows[gain_map.HIGH].to_numpy()
    if len(at) > 1 and not curves.is_categorical(ticks):
        axes.fill_between(at, low, high, color=style.pale(look.colour, _MODEL), alpha=0.7, linewidth=0, zorder=1.5)
        axes.plot(at, gain, linestyle=look.line, color=look.colour, zorder=3)
    else:
        axes.vlines(at, low, high, color=style.pale(look.colour, _MODEL), linewidth=9, zorder=1.5)
    # As bars: a band of chance would cover that of the model, which is often narrower.
    axes.errorbar(at, gain, yerr=half, fmt=look.marker, color=look.colour, capsize=3, zorder=3)
    marks.draw(axes, at, gain, rows[marks.STATE])


def _title(study: Study, table: pd.DataFrame, noun: str) -> str:
    sure = table[table["machines_ahead"] >= 0.95 * table["machines"]]
    if sure.empty:
        return f"No policy gains {noun} on 95 % of the plausible machines at any point"
    best = sure.loc[sure[gain_map.LOW].idxmax()]
    where = words.listed([words.at(axis, best[axis]) for axis in study.axes or ["targets"]])
    return (f"{best['series']} gains {noun} in {best['machines_ahead']:.0f} of {best['machines']:.0f} plausible "
            f"machines with {where}")

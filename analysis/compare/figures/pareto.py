"""What policies trade: the gain in bandwidth against that in each other metric; what no other beats is filled."""

from __future__ import annotations

import math
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from analysis.compare.comparison import DOMINATED_BY, GAIN, NAMES, Comparison
from analysis.figures import label_places, marks, page, style, words
from analysis.figures.load import BANDWIDTH
from analysis.figures.page import Drawing

_INTERVAL = "difference_percent_ci95"
_LINEAR_PERCENT = 1.0  # logarithmic beyond, as the maps are
_LABEL_PT = 7.5
_MOST_NAMES = 4  # more policies have numbers
_ACROSS, _UP = "bandwidth_gain_percent", "gain_percent"


def draw(comparison: Comparison) -> Iterator[Drawing]:
    if comparison.trade_offs is None:
        return
    tables = [(metric, _table(comparison, metric)) for metric in NAMES if metric != BANDWIDTH]
    tables = [(metric, table) for metric, table in tables if not table.empty]
    if tables:
        whole = pd.concat(table.assign(metric=metric) for metric, table in tables)
        yield Drawing("pareto", _figure(comparison, tables), whole[["metric", "policy", _ACROSS, "bandwidth_ci95", _UP,
                                                                    "ci95", DOMINATED_BY, marks.STATE]])


def _table(comparison: Comparison, metric: str) -> pd.DataFrame:
    """One row for each policy whose two gains are known; the baseline gains nothing."""
    rows = comparison.overall.set_index(["metric", "policy"])
    trade_offs = comparison.trade_offs[comparison.trade_offs["metric"] == metric].set_index("policy")
    found = []
    for policy in comparison.policies:
        if policy.name not in trade_offs.index or (metric, policy.name) not in rows.index:
            continue
        across, up = rows.loc[(BANDWIDTH, policy.name)], rows.loc[(metric, policy.name)]
        if policy == comparison.baseline:
            gains = (0.0, 0.0, 0.0, 0.0)
        else:
            gains = (across[GAIN], across[_INTERVAL], up[GAIN], up[_INTERVAL])
        by = trade_offs.loc[policy.name, DOMINATED_BY]
        state = marks.worst([across[marks.STATE], up[marks.STATE]])
        found.append((policy.name, policy == comparison.baseline, *gains, by, state))
    table = pd.DataFrame(found, columns=["policy", "is_baseline", _ACROSS, "bandwidth_ci95", _UP, "ci95", DOMINATED_BY,
                                         marks.STATE])
    return table[table[_ACROSS].notna() & table[_UP].notna()]


def _figure(comparison: Comparison, tables: list) -> Figure:
    layout = page.Layout.of(len(tables))
    layout.height = max(layout.height, 3.0)
    sheet = page.Page(layout, share_y=False)
    everything = pd.concat(table for _, table in tables)
    for axes, (metric, table) in zip(sheet.panels, tables):
        _panel(axes, everything, table)
        axes.set_title(page.literal(f"gain in {NAMES[metric]} (%)"))
    sheet.label("gain in bandwidth (%)", "")
    labels = _labels(comparison, tables)
    better = ("Better: significantly in bandwidth or in the metric, and in the other not significantly worse, after "
              "Holm's correction over all pairs.")
    notes = [f"Gains over {comparison.baseline.label}, over all points: further right and further up is better. "
             f"Crosses: 95 % intervals. Linear up to {_LINEAR_PERCENT:.0f} %, logarithmic beyond. {better}"]
    figure = sheet.finish(_title(comparison, tables), comparison.title, _legend(comparison, tables, labels),
                          [*marks.notes(everything), *notes, *comparison.notes])
    for axes, (_, table) in zip(sheet.panels, tables):
        _name(axes, labels, table)
    return figure


def _by_bandwidth(tables: list) -> list[str]:
    first = tables[0][1]
    return list(first.sort_values(_ACROSS, ascending=False, kind="stable")["policy"])


def _labels(comparison: Comparison, tables: list) -> dict[str, str]:
    """What stands beside a point: the policy's name, or its number if there are many."""
    if len(comparison.policies) > _MOST_NAMES:
        return {name: str(i + 1) for i, name in enumerate(_by_bandwidth(tables))}
    return {policy.name: policy.label for policy in comparison.policies}


def _legend(comparison: Comparison, tables: list, labels: dict[str, str]) -> list:
    shapes = [Line2D([], [], linestyle="none", marker="o", color=style.INK, label="no other policy is better"),
              Line2D([], [], linestyle="none", marker="o", markerfacecolor="white", color=style.SOFT,
                     label="another policy is better"),
              Line2D([], [], linestyle="none", marker="D", color=style.INK, label="baseline")]
    if len(comparison.policies) <= _MOST_NAMES:
        return shapes
    names = [Line2D([], [], linestyle="none", label=f"{labels[name]} {page.literal(name)}")
             for name in _by_bandwidth(tables)]
    size = math.ceil(len(names) / 3)
    columns = [names[i:i + size] for i in range(0, len(names), size)]
    return [[page.heading("marks"), *shapes],
            *[[page.heading("policies, by bandwidth" if i == 0 else " "), *column] for i, column in enumerate(columns)]]


def _panel(axes, everything: pd.DataFrame, table: pd.DataFrame) -> None:
    axes.axhline(0, color=style.SOFT, linewidth=0.8, zorder=1)
    axes.axvline(0, color=style.SOFT, linewidth=0.8, zorder=1)
    _scale(axes.set_xscale, axes.set_xlim, axes.xaxis, everything[_ACROSS], everything["bandwidth_ci95"])
    _scale(axes.set_yscale, axes.set_ylim, axes.yaxis, table[_UP], table["ci95"])
    for _, row in table.iterrows():
        best = row[DOMINATED_BY] == ""
        colour = style.INK if best else style.SOFT
        axes.errorbar([row[_ACROSS]], [row[_UP]], xerr=[row["bandwidth_ci95"]], yerr=[row["ci95"]], fmt="none",
                      color=style.pale(colour, 0.6), linewidth=0.9, zorder=2)
        axes.plot([row[_ACROSS]], [row[_UP]], linestyle="none", marker="D" if row["is_baseline"] else "o",
                  markersize=5, color=colour, markerfacecolor=colour if best else "white", zorder=4 if best else 3)


def _scale(set_scale, set_limits, axis, gains: pd.Series, half_widths: pd.Series) -> None:
    """Whole intervals, but for those that are much wider than the gains differ."""
    set_scale("symlog", linthresh=_LINEAR_PERCENT, linscale=0.7)
    most = 2 * gains.abs().max() + 0.5
    low = max((gains - half_widths.fillna(0)).min(), -most, 3 * min(gains.min(), 0) - 0.5)
    high = min((gains + half_widths.fillna(0)).max(), most, 3 * max(gains.max(), 0) + 0.5)
    limits = 1.2 * min(low, 0) - 0.2, 1.2 * max(high, 0) + 0.2
    set_limits(*limits)
    small = limits[1] - limits[0] < 6
    steps = (0.2, 0.5, 1, 2, 5) if small else (1, 3, 10, 30, 100, 300, 1000)
    ticks = [sign * tick for tick in steps for sign in (-1, 1)]
    axis.set_major_locator(FixedLocator([0, *[tick for tick in ticks if limits[0] <= tick <= limits[1]]]))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(lambda value, _: f"{value:+g}" if value else "0")


def _name(axes, labels: dict[str, str], table: pd.DataFrame) -> None:
    """Beside the points, those first that no other beats."""
    rows = table.assign(best=table[DOMINATED_BY] == "").sort_values("best", ascending=False, kind="stable")
    texts = [labels[name] + marks.of(state) for name, state in zip(rows["policy"], rows[marks.STATE])]
    colours = np.where(rows["best"], style.INK, style.SOFT)
    label_places.place(axes, rows[[_ACROSS, _UP]].to_numpy(), texts, colours, _LABEL_PT)


def _title(comparison: Comparison, tables: list) -> str:
    metric, table = tables[0]
    unbeaten = list(table[table[DOMINATED_BY] == ""]["policy"])
    together = f"in bandwidth and {NAMES[metric]} together"
    if len(unbeaten) <= 3:
        return f"No other policy is better than {words.listed(unbeaten)} {together}"
    return f"{len(unbeaten)} of {len(comparison.policies)} policies are beaten by no other {together}"

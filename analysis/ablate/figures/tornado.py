"""Tornado of sensitivities: for each curve bars of the changes, the largest on top; its mean and some points."""

from __future__ import annotations

import re
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from analysis.ablate import ablation
from analysis.figures import marks, page, style, words
from analysis.ablate.ablation import CHANGE, INTERVAL, Ablation
from analysis.figures.load import Curve
from analysis.figures.page import Drawing

_COLOURS = {"resource": "#1f78b4", "mechanism": "#e39a1f", "cost": "#5a5a5a"}
_WORDS = {"resource": "resource, its demand halved", "mechanism": "mechanism, switched off", "cost": "cost, halved"}
_MOST_BARS = {"resource": 10, "mechanism": 9, "cost": 13}
_MOST_POINTS = 3
_ROW = 0.17  # inches
_LABEL_PT = 7.5


def draw(ablated: Ablation) -> Iterator[Drawing]:
    for curve in ablated.curves:
        averages = ablated.averages[ablated.averages["series"] == curve.name]
        points = ablated.points[ablated.points["series"] == curve.name]
        columns = ["scope", "series", *ablated.configuration, "kind", "name", "seeds", CHANGE, INTERVAL, "sure",
                   marks.STATE]
        table = pd.concat([averages, points])[columns]
        stem = re.sub("[^A-Za-z0-9_.-]", "_", curve.name) or "series"
        yield Drawing(f"tornado_{stem}", _figure(ablated, curve, averages, points), table)


def _figure(ablated: Ablation, curve: Curve, averages: pd.DataFrame, points: pd.DataFrame) -> Figure:
    bars, hidden = _bars(averages)
    panels = _panels(ablated, averages, points)
    layout = page.Layout(len(panels), 9.6 / len(panels) if len(panels) > 2 else 7.4 / len(panels), 0.0, len(panels))
    layout.height = max(0.7 + _ROW * (len(bars) + bars["kind"].nunique()), 1.8)
    sheet = page.Page(layout)
    at = _positions(bars)
    limits = _limits([part for _, part in panels], bars)
    for axes, (heading, part) in zip(sheet.panels, panels):
        _panel(axes, bars, at, part, limits, ablated.words)
        axes.set_title(page.wrap(heading, style.TEXT_PT, layout.width - 0.6))
    for axes in sheet.panels[1:]:
        axes.tick_params(axis="y", labelleft=False)
    sheet.label("change of bandwidth (%)", "")
    kinds = [kind for kind in ablation.KINDS if (bars["kind"] == kind).any()]
    handles = [Patch(color=_COLOURS[kind], linewidth=0, label=_WORDS[kind]) for kind in kinds]
    notes = ["Bars: change of the bandwidth with its 95 % interval; pale where the interval contains 0."]
    if hidden:
        notes.append(f"{hidden} with a smaller effect are not shown; the CSV has all.")
    notes = [*marks.notes(pd.concat([part for _, part in panels])), *notes, *ablated.notes]
    return sheet.finish(_title(curve, averages, ablated.words), ablated.title, handles, notes)


def _bars(averages: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The variants that are shown: kind by kind, the largest first; and how many are not."""
    parts = []
    for kind in ablation.KINDS:
        part = averages[averages["kind"] == kind]
        part = part.reindex(part[CHANGE].abs().sort_values(ascending=False, kind="stable").index)
        parts.append(part.head(_MOST_BARS[kind]))
    bars = pd.concat(parts).reset_index(drop=True)
    return bars, len(averages) - len(bars)


def _positions(bars: pd.DataFrame) -> np.ndarray:
    """From the top downwards, with a gap between kinds."""
    gaps = (bars["kind"] != bars["kind"].shift()).cumsum() - 1
    return -(np.arange(len(bars)) + gaps.to_numpy(dtype=float))


def _panels(ablated: Ablation, averages: pd.DataFrame, points: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The mean, and the first, the middle and the last point, each with its heading."""
    places = list(points[ablated.configuration].drop_duplicates().itertuples(index=False, name=None))
    panels = [(f"mean of {len(places)} points", averages)] if len(places) > 1 else []
    varying = [axis for axis in ablated.configuration if points[axis].nunique() > 1] or ["targets"]
    for place in page.spread(places, _MOST_POINTS):
        setting = dict(zip(ablated.configuration, place))
        part = points
        for axis, value in setting.items():
            part = part[(part[axis] == value) | (part[axis].isna() & pd.isna(value))]
        panels.append((", ".join(words.at(axis, setting[axis]) for axis in varying), part))
    return panels


def _limits(parts: list[pd.DataFrame], bars: pd.DataFrame) -> tuple[float, float]:
    """One scale for all panels, so that their bars can be compared."""
    shown = pd.concat(parts)
    shown = shown[shown["name"].isin(bars["name"])]
    half = shown[INTERVAL].fillna(0)
    low, high = min((shown[CHANGE] - half).min(), 0), max((shown[CHANGE] + half).max(), 0)
    margin = 0.05 * (high - low) or 1
    return low - margin, high + margin


def _panel(axes: Axes, bars: pd.DataFrame, at: np.ndarray, part: pd.DataFrame, limits: tuple[float, float],
           resources: dict[str, str]) -> None:
    rows = part.set_index("name").reindex(bars["name"])
    change = rows[CHANGE].to_numpy(dtype=float)
    half = rows[INTERVAL].to_numpy(dtype=float)
    colours = [(_COLOURS[kind], 1.0 if sure is True or sure == 1 else 0.35)
               for kind, sure in zip(bars["kind"], rows["sure"].fillna(False))]
    axes.barh(at, np.nan_to_num(change), height=0.72, color=[style.pale(*colour) for colour in colours], zorder=2)
    axes.errorbar(change, at, xerr=half, fmt="none", ecolor=style.INK, elinewidth=0.8, capsize=1.5, zorder=3)
    axes.axvline(0, color=style.SOFT, linewidth=0.8, zorder=4)
    marks.draw(axes, np.maximum(change + np.nan_to_num(half), 0), at, rows[marks.STATE].where(rows[CHANGE].notna()),
               marks.BESIDE)
    axes.set_yticks(at, [page.literal(_label(name, resources)) for name in bars["name"]], size=_LABEL_PT)
    axes.set_ylim(at[-1] - 0.7, at[0] + 0.7)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)
    axes.set_xlim(limits)
    ticks = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(*limits)
    axes.set_xticks([tick for tick in ticks if limits[0] <= tick <= limits[1]])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:+g}" if value else "0")


def _label(name: str, resources: dict[str, str]) -> str:
    """Costs of guest and host may have one name; what section a mechanism stands in says nothing."""
    label = resources.get(name, name).removeprefix("mechanisms.")
    return label.replace("guest_costs.", "guest ").replace("host_costs.", "host ")


def _title(curve: Curve, averages: pd.DataFrame, names: dict[str, str]) -> str:
    resources = averages[averages["kind"] == "resource"]
    shown = resources if not resources.empty else averages
    shown = shown[shown["sure"]]
    if shown.empty:
        return f"{curve.label}: no change of the bandwidth is more than chance on average"
    top = shown.loc[shown[CHANGE].abs().idxmax()]
    what = {"resource": "half the demand on", "mechanism": "switching off", "cost": "halving"}[top["kind"]]
    what += " " + _label(top["name"], names)
    return f"{curve.label}: {what} changes the bandwidth by {top[CHANGE]:+.1f} % on average"

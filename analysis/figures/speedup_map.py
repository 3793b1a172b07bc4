"""Heat map of the speed-up over the x axis and each further swept axis (targets and vCPUs of a scaling study)."""

from __future__ import annotations

import re
from typing import Iterator

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import curves, page, style, words
from analysis.load import Study
from analysis.page import Drawing
from analysis.speedup_table import SPEEDUP, speedups

_COLOURS = matplotlib.colormaps["cividis"]  # lightness rises evenly, so it reads in grey


def draw(study: Study) -> Iterator[Drawing]:
    if study.no_baseline_because or len(study.axes) < 2:
        return
    table = speedups(study)
    if table.empty or table[SPEEDUP].isna().all():
        return
    for axis in study.axes[1:]:
        name = "speedup_map_" + re.sub(r"\W+", "_", axis)
        yield Drawing(name, _figure(study, table, study.x_axis, axis), table)


def _figure(study: Study, table: pd.DataFrame, x: str, y: str) -> Figure:
    parts = _parts(study, table, x, y)
    sheet = page.Page(_layout(len(parts), len(study.values(x)), len(study.values(y))))
    norm = matplotlib.colors.Normalize(table[SPEEDUP].min(), max(table[SPEEDUP].max(), table[SPEEDUP].min() + 1e-9))
    for axes, (text, part) in zip(sheet.panels, parts):
        image = _map(axes, part, x, y, study.values(x), study.values(y), norm, sheet.layout)
        if len(parts) > 1:
            axes.set_title(page.wrap(text, style.TEXT_PT, sheet.layout.width - 0.8))
    sheet.figure.colorbar(image, ax=sheet.panels, label="speed-up (ratio)", shrink=0.9, aspect=25).outline.set_visible(
        False)
    sheet.label(words.axis_name(x), words.axis_name(y))
    best = table.loc[table[SPEEDUP].idxmax()]
    where = words.listed([words.at(axis, best[axis]) for axis in study.axes])
    label = next(series.label for series in study.series if series.name == best["series"])
    title = f"The largest speed-up is {best[SPEEDUP]:.2f} with {where} ({label})"
    notes = [f"Cells: bandwidth divided by that of {study.baseline.label} at the same point; above 1 is faster."]
    hidden = _all_parts(study, table, x, y) - len(parts)
    if hidden:
        notes.append(f"{hidden} further maps are not shown; the CSV has all.")
    return sheet.finish(title, study.title, [], [*notes, *study.notes])


def _layout(panels: int, columns: int, rows: int) -> page.Layout:
    layout = page.Layout.of(panels)
    layout.height = max(layout.height if panels > 1 else 2.0, 0.8 + 0.4 * rows)
    return layout


def _others(study: Study, x: str, y: str) -> list[str]:
    return [axis for axis in study.axes if axis not in (x, y)]


def _all_parts(study: Study, table: pd.DataFrame, x: str, y: str) -> int:
    return len(table[["series", *_others(study, x, y)]].drop_duplicates())


def _parts(study: Study, table: pd.DataFrame, x: str, y: str) -> list[tuple[str, pd.DataFrame]]:
    """One map per series and setting of the axes that are neither x nor y, with its heading."""
    labels = {series.name: series.label for series in study.series}
    others = _others(study, x, y)
    keys = list(table[["series", *others]].drop_duplicates().itertuples(index=False, name=None))
    parts = []
    for key in page.spread(keys, curves.MAX_PANELS):
        setting = dict(zip(others, key[1:]))
        part = curves.selection(table[table["series"] == key[0]], setting)
        parts.append((", ".join([labels[key[0]], *(words.at(a, v) for a, v in setting.items())]), part))
    return parts


def _map(axes: Axes, part: pd.DataFrame, x: str, y: str, xs: list, ys: list, norm, layout: page.Layout):
    cells = np.full((len(ys), len(xs)), np.nan)
    for _, row in part.iterrows():
        cells[ys.index(row[y]), xs.index(row[x])] = row[SPEEDUP]
    edges = [np.arange(count + 1) - 0.5 for count in (len(xs), len(ys))]
    axes.set_facecolor(style.GRID)  # what a point that is missing shows
    image = axes.pcolormesh(*edges, np.ma.masked_invalid(cells), cmap=_COLOURS, norm=norm, edgecolors="white")
    axes.set_xticks(range(len(xs)), [page.literal(words.number(value)) for value in xs])
    axes.set_yticks(range(len(ys)), [page.literal(words.number(value)) for value in ys])
    axes.tick_params(length=0)
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    size = min(style.TEXT_PT, _font_size(layout, len(xs)))
    if size >= 5:  # smaller would not be read; the table has the numbers
        for (row, column), value in np.ndenumerate(cells):
            if not np.isnan(value):
                light = style.lightness(matplotlib.colors.to_hex(_COLOURS(norm(value)))) > 55
                axes.text(column, row, f"{value:.2f}", ha="center", va="center", size=size,
                          color=style.INK if light else "white")
    return image


def _font_size(layout: page.Layout, columns: int) -> float:
    """Largest size at which `88.88` fits a cell; about a quarter of the page goes to axis and colour bar."""
    cell = 0.75 * layout.width / columns
    return style.TEXT_PT * 0.85 * cell / page.text_width("88.88", style.TEXT_PT)

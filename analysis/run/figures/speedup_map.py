"""Heat map of the speed-up over the x axis and each further swept axis (targets and vCPUs of a scaling study)."""

from __future__ import annotations

import re
from typing import Iterator

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from analysis.figures import cell_map, curves, headline, marks, page, words
from analysis.figures.load import Study
from analysis.figures.page import Drawing
from analysis.run.speedup_table import SPEEDUP, speedups

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
    xs, ys = study.values(x), study.values(y)
    parts = cell_map.parts(study, table, [axis for axis in study.axes if axis not in (x, y)])
    shown = page.spread(parts, curves.MAX_PANELS)
    sheet = page.Page(_layout(len(shown), len(ys)))
    norm = matplotlib.colors.Normalize(table[SPEEDUP].min(), max(table[SPEEDUP].max(), table[SPEEDUP].min() + 1e-9))
    maps = []
    for heading, part in shown:
        ratios = cell_map.cells(part, x, y, xs, ys, SPEEDUP)
        texts = cell_map.marked(cell_map.texts_of(ratios, "{:.2f}".format), part, x, y, xs, ys)
        maps.append(cell_map.Map(heading if len(shown) > 1 else "", ratios, texts))
    image = cell_map.draw(sheet, maps, xs, ys, _COLOURS, norm)
    sheet.figure.colorbar(image, ax=sheet.panels, label="speed-up (ratio)", shrink=0.9, aspect=25).outline.set_visible(
        False)
    sheet.label(words.axis_name(x), words.axis_name(y))
    best, rivals = headline.top(table, SPEEDUP)
    where = words.listed([words.at(axis, best[axis]) for axis in study.axes])
    label = next(curve.label for curve in study.curves if curve.name == best["series"])
    title = headline.speedup_text(len(table), best[SPEEDUP], rivals, where, label)
    notes = [f"Cells: bandwidth divided by that of {study.baseline.label} at the same point; above 1 is faster."]
    if len(shown) < len(parts):
        notes.append(f"{len(parts) - len(shown)} further maps are not shown; the CSV has all.")
    return sheet.finish(title, study.title, [], [*marks.notes(table), *notes, *study.notes])


def _layout(panels: int, rows: int) -> page.Layout:
    layout = page.Layout.of(panels)
    layout.height = max(layout.height if panels > 1 else 2.0, 0.8 + 0.4 * rows)
    return layout

"""Heat maps of each policy's gain over the baseline: targets across, vCPUs up, one panel per policy."""

from __future__ import annotations

from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

from analysis.compare import gain_colours
from analysis.figures import cell_map, estimate, headline, marks, page, words
from analysis.compare.comparison import GAIN, METRICS, Comparison, gain_text
from analysis.figures.load import Study
from analysis.figures.page import Drawing

_MOST_PANELS = 12
_INTERVAL = "difference_percent_ci95"


def draw(comparison: Comparison) -> Iterator[Drawing]:
    for metric, noun, better in METRICS:
        study = comparison.of(metric)
        table = study.points[study.points[GAIN].notna()]
        if not table.empty:
            columns = ["series", *study.configuration, "seeds", GAIN, _INTERVAL, "p_holm", "verdict",
                       marks.STATE]
            name = "gain_map_" + noun.replace(" ", "_")
            yield Drawing(name, _figure(comparison, study, table, noun, better), table[columns])


def _figure(comparison: Comparison, study: Study, table: pd.DataFrame, noun: str, better: str) -> Figure:
    x, y = _axes(study)
    xs, ys = study.values(x), study.values(y)
    parts = cell_map.parts(study, table, [axis for axis in study.axes if axis not in (x, y)])
    shown = page.spread(parts, _MOST_PANELS)
    sheet = page.Page(_layout(len(shown), len(ys)))
    norm = gain_colours.norm_of(table[GAIN])
    maps = []
    for heading, part in shown:
        gains = cell_map.cells(part, x, y, xs, ys, GAIN)
        sure = cell_map.cells(part, x, y, xs, ys, "significant") == 1
        texts = cell_map.marked(cell_map.texts_of(gains, gain_text), part, x, y, xs, ys)
        maps.append(cell_map.Map(heading, gains, texts, plain=~sure))
    image = cell_map.draw(sheet, maps, xs, ys, gain_colours.COLOURS, norm)
    gain_colours.draw_bar(sheet, image, norm, f"gain in {noun} (%)")
    sheet.label(words.axis_name(x), words.axis_name(y))
    notes = [f"Gain over {comparison.baseline.label}: positive is {better}. Differences are paired by seed, and "
             "significant at 5 % after Holm's correction over all policies and points."]
    if len(shown) < len(parts):
        notes.append(f"{len(parts) - len(shown)} further maps are not shown; the CSV has all.")
    handles = [] if table["significant"].all() else [cell_map.plain_handle("not significant")]
    return sheet.finish(_title(study, table, noun), study.title, handles, [*marks.notes(table), *notes, *study.notes])


def _title(study: Study, table: pd.DataFrame, noun: str) -> str:
    certain = table[table["significant"] & (table[GAIN] > 0)]
    if certain.empty:
        return f"No policy gains {noun} significantly at any point"
    best, rivals = headline.top(certain.rename(columns={_INTERVAL: estimate.interval_of(GAIN)}), GAIN)
    where = words.listed([words.at(axis, best[axis]) for axis in study.axes or ["targets"]])
    what = f"A significant gain in {noun} reaches" if rivals else f"The largest significant gain in {noun} is"
    return f"{what} {best[GAIN]:.1f} %: {best['series']} with {where}{headline.rivals_text(rivals)}"


def _axes(study: Study) -> tuple[str, str]:
    """Targets and vCPUs, unless other axes are swept in their place."""
    x = study.x_axis
    rest = sorted((axis for axis in study.axes if axis != x), key=lambda axis: axis != "vcpus")
    return x, rest[0] if rest else "vcpus" if x != "vcpus" else "targets"


def _layout(panels: int, rows: int) -> page.Layout:
    layout = page.Layout.of(panels)
    layout.height = 0.8 + max(0.36 * rows, 1.1)
    return layout

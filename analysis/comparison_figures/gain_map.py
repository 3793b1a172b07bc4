"""Heat maps of each policy's gain over the baseline: targets across, vCPUs up, one panel per policy."""

from __future__ import annotations

from typing import Iterator

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import SymLogNorm, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FixedLocator, NullLocator

from analysis import curves, page, style, words
from analysis.comparison import GAIN, Comparison
from analysis.load import BANDWIDTH, Study
from analysis.page import Drawing

_COLOURS = matplotlib.colormaps["PuOr"]  # worse is brown, better violet: both darken away from 0
_UNSURE = "#bdbdbd"  # frame of a cell that is not significant
_LINEAR_PERCENT = 1.0  # logarithmic beyond: a policy that loses half must not hide those that differ by some percent
_MOST_PANELS = 12
_METRICS = ((BANDWIDTH, "bandwidth", "more bandwidth"), ("latency_p99_us", "p99 latency", "a lower p99 latency"))


def draw(comparison: Comparison) -> Iterator[Drawing]:
    for metric, noun, better in _METRICS:
        study = comparison.of(metric)
        table = study.points[study.points[GAIN].notna()]
        if not table.empty:
            columns = ["series", *study.configuration, "seeds", GAIN, "difference_percent_ci95", "p_holm", "verdict"]
            name = "gain_map_" + noun.replace(" ", "_")
            yield Drawing(name, _figure(comparison, study, table, noun, better), table[columns])


def _figure(comparison: Comparison, study: Study, table: pd.DataFrame, noun: str, better: str) -> Figure:
    x, y = _axes(study)
    parts = _parts(study, table, [axis for axis in study.axes if axis not in (x, y)])
    shown = [parts[i] for i in page.spread(list(range(len(parts))), _MOST_PANELS)]
    sheet = page.Page(_layout(len(shown), len(study.values(y))))
    norm = _norm(table)
    for axes, (heading, part) in zip(sheet.panels, shown):
        image = _map(axes, part, x, y, study.values(x), study.values(y), norm, sheet.layout)
        axes.set_title(page.wrap(heading, style.TEXT_PT, sheet.layout.width - 0.8))
    bar = sheet.figure.colorbar(image, ax=sheet.panels, label=f"gain in {noun} (%)", aspect=16 * sheet.layout.rows)
    bar.outline.set_visible(False)
    ticks = [sign * tick for tick in (1, 10, 100, 1000) for sign in (-1, 1) if tick <= norm.vmax]
    bar.ax.yaxis.set_major_locator(FixedLocator([0, *ticks]))
    bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value:+.0f}" if value else "0")
    sheet.label(words.axis_name(x), words.axis_name(y))
    notes = [f"Gain over {comparison.baseline.label}: positive is {better}. Differences are paired by seed, and "
             "significant at 5 % after Holm's correction over all policies and points."]
    if len(shown) < len(parts):
        notes.append(f"{len(parts) - len(shown)} further maps are not shown; the CSV has all.")
    handles = [] if table["significant"].all() else [
        Patch(facecolor="white", edgecolor=_UNSURE, linewidth=0.8, label="not significant")]
    return sheet.finish(_title(study, table, noun), study.title, handles, [*notes, *study.notes])


def _norm(table: pd.DataFrame) -> SymLogNorm:
    most = max(table[GAIN].abs().max(), _LINEAR_PERCENT)
    return SymLogNorm(_LINEAR_PERCENT, linscale=0.5, vmin=-most, vmax=most, base=10)


def _title(study: Study, table: pd.DataFrame, noun: str) -> str:
    certain = table[table["significant"] & (table[GAIN] > 0)]
    if certain.empty:
        return f"No policy gains {noun} significantly at any point"
    best = certain.loc[certain[GAIN].idxmax()]
    where = words.listed([words.at(axis, best[axis]) for axis in study.axes or ["targets"]])
    return f"The largest significant gain in {noun} is {best[GAIN]:.1f} %: {best['series']} with {where}"


def _axes(study: Study) -> tuple[str, str]:
    """Targets and vCPUs, unless other axes are swept in their place."""
    x = study.x_axis
    rest = sorted((axis for axis in study.axes if axis != x), key=lambda axis: axis != "vcpus")
    return x, rest[0] if rest else "vcpus" if x != "vcpus" else "targets"


def _parts(study: Study, table: pd.DataFrame, others: list[str]) -> list[tuple[str, pd.DataFrame]]:
    """One map per policy and setting of the axes that are neither x nor y, with its heading."""
    parts = []
    for key in table[["series", *others]].drop_duplicates().itertuples(index=False, name=None):
        setting = dict(zip(others, key[1:]))
        part = curves.selection(table[table["series"] == key[0]], setting)
        parts.append((", ".join([key[0], *(words.at(axis, value) for axis, value in setting.items())]), part))
    return parts


def _layout(panels: int, rows: int) -> page.Layout:
    layout = page.Layout.of(panels)
    layout.height = 0.8 + max(0.36 * rows, 1.1)
    return layout


def _map(axes: Axes, part: pd.DataFrame, x: str, y: str, xs: list, ys: list, norm, layout: page.Layout):
    cells = np.full((len(ys), len(xs)), np.nan)
    sure = np.zeros(cells.shape, dtype=bool)
    for _, row in part.iterrows():
        at = ys.index(row[y]), xs.index(row[x])
        cells[at], sure[at] = row[GAIN], row["significant"]
    edges = [np.arange(count + 1) - 0.5 for count in (len(xs), len(ys))]
    axes.set_facecolor(style.GRID)  # what a point that is missing shows
    image = axes.pcolormesh(*edges, np.ma.masked_where(~sure, cells), cmap=_COLOURS, norm=norm, edgecolors="white")
    for row, column in zip(*np.nonzero(~np.isnan(cells) & ~sure)):
        axes.add_patch(Rectangle((column - 0.46, row - 0.46), 0.92, 0.92, facecolor="white", edgecolor=_UNSURE,
                                 linewidth=0.6))
    axes.set_xticks(range(len(xs)), [page.literal(words.number(value)) for value in xs])
    axes.set_yticks(range(len(ys)), [page.literal(words.number(value)) for value in ys])
    axes.tick_params(length=0)
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    texts = {(row, column): _text(value) for (row, column), value in np.ndenumerate(cells) if not np.isnan(value)}
    size = min(style.TEXT_PT, _font_size(layout, len(xs)))
    if size >= 5:  # smaller would not be read; the table has the numbers
        for (row, column), text in texts.items():
            light = style.lightness(to_hex(_COLOURS(norm(cells[row, column])))) > 55
            colour = style.SOFT if not sure[row, column] else style.INK if light else "white"
            axes.text(column, row, text, ha="center", va="center", size=size, color=colour)
    return image


def _text(value: float) -> str:
    text = f"{value:+.1f}" if abs(value) < 99.95 else f"{value:+.0f}"
    return "0.0" if float(text) == 0 else text


def _font_size(layout: page.Layout, columns: int) -> float:
    """Largest size at which `+88.8` fits a cell; about a quarter of the page goes to axis and colour bar."""
    cell = 0.75 * layout.width / columns
    return style.TEXT_PT * 0.85 * cell / page.text_width("+88.8", style.TEXT_PT)

"""Maps of cells over two axes: a colour and a text for each point, grey where there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Patch, Rectangle

from analysis.figures import curves, marks, page, style, words
from analysis.figures.load import Study

_SMALLEST_PT = 5  # smaller would not be read; the table has the numbers
_PLAIN = "#bdbdbd"  # frame of a cell without a colour


@dataclass
class Map:
    heading: str
    values: np.ndarray  # rows from the bottom upwards; NaN where there is no point
    texts: dict[tuple[int, int], str]  # by row and column
    plain: np.ndarray | None = None  # cells that get a frame in place of a colour


def parts(study: Study, table: pd.DataFrame, others: list[str]) -> list[tuple[str, pd.DataFrame]]:
    """The rows of one map for each curve and setting of the axes that are neither across nor up, with its heading."""
    labels = {curve.name: curve.label for curve in study.curves}
    found = []
    for key in table[["series", *others]].drop_duplicates().itertuples(index=False, name=None):
        setting = dict(zip(others, key[1:]))
        part = curves.selection(table[table["series"] == key[0]], setting)
        found.append((", ".join([labels[key[0]], *(words.at(axis, value) for axis, value in setting.items())]), part))
    return found


def cells(part: pd.DataFrame, x: str, y: str, xs: list, ys: list, column: str) -> np.ndarray:
    """The column's value of each point, NaN where there is none."""
    values = np.full((len(ys), len(xs)), np.nan)
    for _, row in part.iterrows():
        values[ys.index(row[y]), xs.index(row[x])] = row[column]
    return values


def draw(sheet: page.Page, maps: list[Map], xs: list, ys: list, colours, norm):
    """Draws each map into its panel, with texts in the cells if they can be read; what a colour bar is drawn from."""
    size = _font_size([one.texts for one in maps], sheet.layout, len(xs), len(ys))
    for axes, one in zip(sheet.panels, maps):
        image = _draw(axes, one, xs, ys, colours, norm, size)
        if one.heading:
            axes.set_title(page.wrap(one.heading, style.TEXT_PT, sheet.layout.width - 0.8))
    return image


def _draw(axes: Axes, one: Map, xs: list, ys: list, colours, norm, size: float):
    known = ~np.isnan(one.values)
    plain = known & (one.plain if one.plain is not None else False)
    edges = [np.arange(count + 1) - 0.5 for count in (len(xs), len(ys))]
    axes.set_facecolor(style.GRID)  # what a point that is missing shows
    image = axes.pcolormesh(*edges, np.ma.masked_where(~known | plain, one.values), cmap=colours, norm=norm,
                            edgecolors="white")
    for row, column in zip(*np.nonzero(plain)):
        axes.add_patch(Rectangle((column - 0.46, row - 0.46), 0.92, 0.92, facecolor="white", edgecolor=_PLAIN,
                                 linewidth=0.6))
    axes.set_xticks(range(len(xs)), [page.literal(text) for text in words.distinct(xs)])
    axes.set_yticks(range(len(ys)), [page.literal(text) for text in words.distinct(ys)])
    axes.tick_params(length=0)
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for (row, column), text in one.texts.items() if size >= _SMALLEST_PT else ():
        cell = "white" if plain[row, column] else to_hex(colours(norm(one.values[row, column])))
        colour = style.SOFT if plain[row, column] else style.INK if style.lightness(cell) > 55 else "white"
        axes.text(column, row, text, ha="center", va="center", size=size, linespacing=1.1, color=colour, zorder=4,
                  bbox={"facecolor": cell, "edgecolor": "none", "pad": 0.8})  # lines of a map pass behind it
    return image


def texts_of(values: np.ndarray, text) -> dict[tuple[int, int], str]:
    """text(value) for each cell that has a value."""
    return {at: text(value) for at, value in np.ndenumerate(values) if not np.isnan(value)}


def marked(texts: dict[tuple[int, int], str], part: pd.DataFrame, x: str, y: str, xs: list,
           ys: list) -> dict[tuple[int, int], str]:
    """The texts, each with the mark of its point's state."""
    at = {(ys.index(row[y]), xs.index(row[x])): marks.of(row[marks.STATE]) for _, row in part.iterrows()}
    return {cell: text + at.get(cell, "") for cell, text in texts.items()}


def plain_handle(label: str) -> Patch:
    """What the legend says of cells with a frame in place of a colour."""
    return Patch(facecolor="white", edgecolor=_PLAIN, linewidth=0.8, label=label)


def largest_that_fits(variants: list[list[dict]], layout: page.Layout, columns: int, rows: int,
                      smallest: float) -> list[dict]:
    """The first variant of the maps' texts that can be written at least so large; the last one if none can."""
    fits = (maps for maps in variants if _font_size(maps, layout, columns, rows) >= smallest)
    return next(fits, variants[-1])


def _font_size(maps: list[dict], layout: page.Layout, columns: int, rows: int) -> float:
    """Largest size at which all texts fit; about a quarter of the page goes to axis and colour bar."""
    texts = [text for one in maps for text in one.values()]
    if not texts:
        return 0.0
    lines = {line for text in texts for line in text.split("\n")}
    widest = max(page.text_width(line, style.TEXT_PT) for line in lines)
    tallest = max(text.count("\n") + 1 for text in texts) * 1.25 * style.TEXT_PT / 72
    width, height = 0.75 * layout.width / columns, (layout.height - 0.8) / rows
    return style.TEXT_PT * min(1.0, 0.88 * width / widest, 0.95 * height / tallest)

"""Maps of gains over a baseline: two axes, a cell for each point, and the line where the gain passes a level.

The table has GAIN and SURE; and, if plausible machines ran, LOW to BEHIND; and where something is published, PUBLISHED
and, if plausible machines ran, INSIDE.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from analysis.figures import cell_map, contours, gain_colours, marks, page, style, words
from analysis.figures.load import MODEL_GAIN, Study

GAIN = "gain_percent"  # positive: better than the baseline
SURE = "significant"  # more than chance
LOW, HIGH, MACHINES, AHEAD, BEHIND, INSIDE = MODEL_GAIN  # LOW and HIGH: of the 90 % model band
PUBLISHED = "published_gain_percent"

_LINE = {"colors": style.INK, "linewidths": 2.0, "linestyles": "solid"}  # else a negative level is dashed
_EDGE = {"colors": style.INK, "linewidths": 0.9, "linestyles": [(0, (4, 2))]}
_HATCH = "///"
_PUBLISHED, _OUTSIDE = "\u25cb", "\u2297"
_COMFORTABLE_PT = 6.5


@dataclass
class Texts:
    title: str
    noun: str  # what is gained
    over: str  # the baseline
    better: str  # what a positive gain is
    chance: str  # when a cell is more than chance


@dataclass
class _Part:
    heading: str
    rows: pd.DataFrame
    gains: np.ndarray
    sure: np.ndarray
    low: np.ndarray | None
    high: np.ndarray | None


def axes_of(study: Study) -> tuple[str, str]:
    """Across and up: targets and vCPUs, unless other axes are swept in their place."""
    x = study.x_axis
    rest = sorted((axis for axis in study.axes if axis != x), key=lambda axis: axis != "vcpus")
    return x, rest[0] if rest else "vcpus" if x != "vcpus" else "targets"


def gain_text(percent: float) -> str:
    """With its sign and one decimal, from 100 % on with none."""
    text = f"{percent:+.1f}" if abs(percent) < 99.95 else f"{percent:+.0f}"
    return "0.0" if float(text) == 0 else text


def draw(study: Study, table: pd.DataFrame, x: str, y: str, texts: Texts,
         most_panels: int) -> tuple[Figure, pd.DataFrame]:
    """The figure, and the points of its lines."""
    xs, ys = study.values(x), study.values(y)
    parts = [_part(heading, rows, x, y, xs, ys) for heading, rows in
             cell_map.parts(study, table, [axis for axis in study.axes if axis not in (x, y)])]
    shown = page.spread(parts, most_panels)
    numeric = not any(isinstance(value, str) for value in [*xs, *ys])
    level = contours.level_of([part.gains for part in parts], [part.sure for part in parts]) if numeric else None
    sheet = page.Page(_layout(len(shown), len(ys), table))
    norm = gain_colours.norm_of(table[GAIN])
    variants = [[_cell_texts(part, x, y, xs, ys, lines) for part in shown] for lines in (3, 2, 1)]
    cells = cell_map.largest_that_fits(variants, sheet.layout, len(xs), len(ys), _COMFORTABLE_PT)
    maps = [cell_map.Map(part.heading if len(shown) > 1 else "", part.gains, texts_of, plain=~part.sure)
            for part, texts_of in zip(shown, cells)]
    image = cell_map.draw(sheet, maps, xs, ys, gain_colours.COLOURS, norm)
    for axes, part in zip(sheet.panels, shown):
        _draw_lines(axes, part, level)
    gain_colours.draw_bar(sheet, image, norm, table[GAIN], f"gain in {texts.noun} (%)")
    sheet.label(words.axis_name(x), words.axis_name(y))
    notes = _notes(table, texts, level, cells is variants[0])
    if len(shown) < len(parts):
        notes.append(f"{len(parts) - len(shown)} further maps are not shown; the CSV has all.")
    figure = sheet.finish(texts.title, study.title, _handles(table, parts, level),
                          [*marks.notes(table), *notes, *study.notes])
    return figure, _points(parts, level, x, y, xs, ys)


def _part(heading: str, rows: pd.DataFrame, x: str, y: str, xs: list, ys: list) -> _Part:
    def cells(column: str) -> np.ndarray:
        return cell_map.cells(rows, x, y, xs, ys, column)

    has_band = LOW in rows and rows[LOW].notna().any()
    return _Part(heading, rows, cells(GAIN), cells(SURE) == 1, cells(LOW) if has_band else None,
                 cells(HIGH) if has_band else None)


def _cell_texts(part: _Part, x: str, y: str, xs: list, ys: list, lines: int) -> dict[tuple[int, int], str]:
    """lines 1: the gain; 2: also on how many machines, unless all agree, and what is published; 3: also its band."""
    texts = {}
    for _, row in part.rows.iterrows():
        parts = [gain_text(row[GAIN]) + marks.of(row[marks.STATE])]
        if lines > 2 and part.low is not None and not np.isnan(row[LOW]):
            parts.append(f"{_whole(row[LOW])} to {_whole(row[HIGH])}")
        if lines > 1 and MACHINES in row and row[MACHINES] > max(row[AHEAD], row[BEHIND]):
            parts.append(f"{row[AHEAD]:.0f}/{row[MACHINES]:.0f}")
        if lines > 1 and PUBLISHED in row and not np.isnan(row[PUBLISHED]):
            parts.append(f"{_OUTSIDE if _is_outside(row) else _PUBLISHED} {row[PUBLISHED]:+.0f}")
        texts[ys.index(row[y]), xs.index(row[x])] = "\n".join(parts)
    return texts


def _whole(percent: float) -> str:
    return f"{percent:.0f}".replace("-0", "0") if abs(percent) < 0.5 else f"{percent:.0f}"


def _is_outside(row: pd.Series) -> bool:
    return INSIDE in row and row[INSIDE] is False


def _draw_lines(axes: Axes, part: _Part, level: float | None) -> None:
    if not contours.divides(level, part.gains, part.sure):
        return
    rows, columns = part.gains.shape
    if part.low is not None:
        inside = contours.between(_continued(part.low), _continued(part.high), level)
        at = [_beyond(count) for count in (columns, rows)]
        finer = [np.linspace(0, len(one) - 1, inside.shape[1 - i]) for i, one in enumerate(at)]
        grid = [np.interp(fine, range(len(one)), one) for fine, one in zip(finer, at)]
        axes.contourf(*grid, inside, levels=[0.5, 2], colors="none", hatches=[_HATCH], zorder=2.5)
        for field in (part.low, part.high):
            _line(axes, field, level, _EDGE)
    _line(axes, part.gains, level, _LINE)


def _line(axes: Axes, field: np.ndarray, level: float, look: dict) -> None:
    values = _continued(field)
    if not (np.nanmin(values) <= level < np.nanmax(values)):
        return
    lines = axes.contour(_beyond(field.shape[1]), _beyond(field.shape[0]), np.ma.masked_invalid(values),
                         levels=[level], zorder=3, **look)
    halo = [withStroke(linewidth=look["linewidths"] + 2.0, foreground="white")]
    for collection in getattr(lines, "collections", [lines]):  # one object from matplotlib 3.8 on
        collection.set_path_effects(halo)


def _continued(field: np.ndarray) -> np.ndarray:
    """With the outermost cells once more, so that a line goes on to the edge of the map."""
    return np.pad(field, 1, mode="edge")


def _beyond(count: int) -> np.ndarray:
    return np.array([-0.5, *range(count), count - 0.5])


def _points(parts: list[_Part], level: float | None, x: str, y: str, xs: list, ys: list) -> pd.DataFrame:
    tables = []
    for part in (part for part in parts if contours.divides(level, part.gains, part.sure)):
        lines = {"gain": part.gains}
        if part.low is not None:
            lines.update({"model_p5": part.low, "model_p95": part.high})
        tables.append(contours.table(lines, level, x, y, xs, ys).assign(map=part.heading))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(
        columns=["line", "level_percent", x, y, "map"])


def _layout(panels: int, rows: int, table: pd.DataFrame) -> page.Layout:
    layout = page.Layout.of(panels)
    lines = 1 + (LOW in table) + (PUBLISHED in table) if panels == 1 else 1
    layout.height = 0.8 + max((0.22 + 0.14 * lines) * rows, 1.1)
    return layout


def _handles(table: pd.DataFrame, parts: list[_Part], level: float | None) -> list:
    handles = []
    if level is not None:
        handles.append(Line2D([], [], color=style.INK, linewidth=2.0, label=_level_name(level)))
        if any(part.low is not None for part in parts):
            handles.append(Patch(facecolor="none", edgecolor=style.INK, hatch=_HATCH, linestyle=(0, (4, 2)),
                                 linewidth=0.9, label="the same line on plausible machines, 90 %"))
    if not table[SURE].all():
        handles.append(cell_map.plain_handle("not more than chance"))
    if PUBLISHED in table and table[PUBLISHED].notna().any():
        look = {"linestyle": "none", "markersize": 7, "color": style.INK, "markeredgewidth": 0.8}
        handles.append(Line2D([], [], marker="o", markerfacecolor="none", label="published gain", **look))
        if table.apply(_is_outside, axis=1).any():
            handles.append(Line2D([], [], marker=r"$\otimes$", label="published, outside its model band",
                                  **{**look, "markersize": 8, "markeredgewidth": 0.1}))
    return handles


def _level_name(level: float) -> str:
    return "break-even" if level == 0 else f"gain of {level:+.0f} %"


def _notes(table: pd.DataFrame, texts: Texts, level: float | None, with_bands: bool) -> list[str]:
    notes = [f"Gain over {texts.over} in %: positive is {texts.better}. {texts.chance}"]
    certain = table[table[SURE]]
    if not certain.empty and level != 0:
        what = ("No cell is behind" if (certain[GAIN] > 0).all() else "No cell is ahead" if (certain[GAIN] < 0).all()
                else "No map has cells ahead and others behind")
        notes.append(f"{what} by more than chance, so that there is no break-even here.")
    if level is not None:
        notes.append("The line is linear between cells; a map has one if cells on both sides are more than chance.")
    if LOW in table and table[LOW].notna().any():
        band = "Below the gain, its range on the middle 90 % of them. " if with_bands else ""
        most = int(table[MACHINES].max())
        notes.append(f"{most} plausible machines ran as well. {band}n/{most}: ahead on so many; without it, all say "
                     "the same.")
    return notes

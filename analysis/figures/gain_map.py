"""Maps of gains over a baseline: two axes, a cell for each point, and the line where the gain passes a level.

The table has GAIN and SURE; and, if plausible machines ran, LOW to BEHIND; and where something is published, PUBLISHED
and, if plausible machines ran, INSIDE.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from analysis.figures import cell_map, contours, gain_colours, marks, page, style, words
from analysis.figures.load import GAIN, MODEL_GAIN, Study

SURE = "significant"  # more than chance
LOW, HIGH, MACHINES, AHEAD, BEHIND, _, _, INSIDE = MODEL_GAIN  # LOW and HIGH: of the 90 % model band
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
    block = contours.joined(ys), contours.joined(xs)  # what a line may pass through
    lined = [_within(part, block) for part in parts]
    level = contours.level_of([part.gains for part in lined], [part.sure for part in lined])
    sheet = page.Page(_layout(len(shown), len(ys), table))
    norm = gain_colours.norm_of(table[GAIN])
    variants = [[_cell_texts(part, x, y, xs, ys, lines) for part in shown] for lines in (3, 2, 1)]
    cells = cell_map.largest_that_fits(variants, sheet.layout, len(xs), len(ys), _COMFORTABLE_PT)
    maps = [cell_map.Map(part.heading if len(shown) > 1 else "", part.gains, texts_of, plain=~part.sure)
            for part, texts_of in zip(shown, cells)]
    image = cell_map.draw(sheet, maps, xs, ys, gain_colours.COLOURS, norm)
    for axes, part in zip(sheet.panels, shown):
        _draw_lines(axes, _within(part, block), level, (block[0].start, block[1].start))
    gain_colours.draw_bar(sheet, image, norm, table[GAIN], f"gain in {texts.noun} (%)")
    sheet.label(words.axis_name(x), words.axis_name(y))
    apart = [words.axis_name(axis) for axis, values, one in ((y, ys, block[0]), (x, xs, block[1]))
             if len(values) > len(values[one])]
    notes = _notes(table, texts, level, 3 - variants.index(cells), apart)
    if len(shown) < len(parts):
        notes.append(f"{len(parts) - len(shown)} further maps are not shown; the CSV has all.")
    figure = sheet.finish(texts.title, study.title, _handles(table, parts, level),
                          [*marks.notes(table), *notes, *study.notes])
    return figure, _points(lined, level, x, y, xs[block[1]], ys[block[0]])


def _part(heading: str, rows: pd.DataFrame, x: str, y: str, xs: list, ys: list) -> _Part:
    def cells(column: str) -> np.ndarray:
        return cell_map.cells(rows, x, y, xs, ys, column)

    has_band = LOW in rows and rows[LOW].notna().any()
    return _Part(heading, rows, cells(GAIN), cells(SURE) == 1, cells(LOW) if has_band else None,
                 cells(HIGH) if has_band else None)


def _within(part: _Part, block: tuple[slice, slice]) -> _Part:
    """The part without the rows and columns that no line may pass through; its table stays whole."""
    low, high = (None if field is None else field[block] for field in (part.low, part.high))
    return replace(part, gains=part.gains[block], sure=part.sure[block], low=low, high=high)


def _cell_texts(part: _Part, x: str, y: str, xs: list, ys: list, lines: int) -> dict[tuple[int, int], str]:
    """lines 1: the gain; 2: also what machines say, unless all say the same as the cell, and what is published; 3:
    also their band.
    """
    texts = {}
    for _, row in part.rows.iterrows():
        parts = [gain_text(row[GAIN]) + marks.of(row[marks.STATE])]
        if lines > 2 and part.low is not None and not np.isnan(row[LOW]):
            parts.append(band_text(row[LOW], row[HIGH]))
        if lines > 1 and MACHINES in row:
            parts.extend(_verdict(row))
        if lines > 1 and PUBLISHED in row and not np.isnan(row[PUBLISHED]):
            parts.append(f"{_OUTSIDE if _is_outside(row) else _PUBLISHED} {row[PUBLISHED]:+.0f}")
        texts[ys.index(row[y]), xs.index(row[x])] = "\n".join(parts)
    return texts


def band_text(low: float, high: float) -> str:
    """As precise as the gain above it is written, if both ends are below 10; else in whole numbers."""
    decimals = 1 if max(abs(low), abs(high)) < 9.95 else 0
    return " to ".join(_rounded(end, decimals) for end in (low, high))


def _rounded(percent: float, decimals: int) -> str:
    text = f"{percent:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text


def _verdict(row: pd.Series) -> list[str]:
    """What most machines say; nothing if all say what the cell does, or if none ran."""
    if np.isnan(row[MACHINES]) or row[SURE] and row[MACHINES] == row[AHEAD if row[GAIN] > 0 else BEHIND]:
        return []
    level = row[MACHINES] - row[AHEAD] - row[BEHIND]
    count, word = max((row[AHEAD], "ahead"), (row[BEHIND], "behind"), (level, "level"), key=lambda one: one[0])
    return [f"{count:.0f} {word}"]


def _is_outside(row: pd.Series) -> bool:
    return INSIDE in row and row[INSIDE] is False


def _draw_lines(axes: Axes, part: _Part, level: float | None, start: tuple[int, int]) -> None:
    """start: row and column of the part's first cell in the map."""
    if not contours.divides(level, part.gains, part.sure):
        return
    at = [_beyond(first, count) for first, count in zip(start[::-1], part.gains.shape[::-1])]
    if part.low is not None:
        inside = contours.between(_continued(part.low), _continued(part.high), level)
        finer = [np.linspace(0, len(one) - 1, inside.shape[1 - i]) for i, one in enumerate(at)]
        grid = [np.interp(fine, range(len(one)), one) for fine, one in zip(finer, at)]
        axes.contourf(*grid, inside, levels=[0.5, 2], colors="none", hatches=[_HATCH], zorder=2.5)
        for field in (part.low, part.high):
            _line(axes, at, field, level, _EDGE)
    _line(axes, at, part.gains, level, _LINE)


def _line(axes: Axes, at: list[np.ndarray], field: np.ndarray, level: float, look: dict) -> None:
    values = _continued(field)
    if not (np.nanmin(values) <= level < np.nanmax(values)):
        return
    lines = axes.contour(*at, np.ma.masked_invalid(values), levels=[level], zorder=3, **look)
    halo = [withStroke(linewidth=look["linewidths"] + 2.0, foreground="white")]
    for collection in getattr(lines, "collections", [lines]):  # one object from matplotlib 3.8 on
        collection.set_path_effects(halo)


def _continued(field: np.ndarray) -> np.ndarray:
    """With the outermost cells once more, so that a line goes on to the edge of the map."""
    return np.pad(field, 1, mode="edge")


def _beyond(first: int, count: int) -> np.ndarray:
    return first + np.array([-0.5, *range(count), count - 0.5])


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


def _notes(table: pd.DataFrame, texts: Texts, level: float | None, lines: int, apart: list[str]) -> list[str]:
    """lines: see _cell_texts. apart: axes with values that no line passes through."""
    notes = [f"Gain over {texts.over} in %: positive is {texts.better}. {texts.chance}"]
    certain = table[table[SURE]]
    if certain.empty:
        pass
    elif (certain[GAIN] > 0).all() or (certain[GAIN] < 0).all():
        side = "behind" if (certain[GAIN] > 0).all() else "ahead"
        notes.append(f"No cell is {side} by more than chance, so that there is no break-even here.")
    elif level != 0 and not apart:
        notes.append("No map has cells ahead and others behind by more than chance, so that there is no break-even "
                     "here.")
    if level is not None:
        notes.append("The line is linear between cells; a map has one if cells on both sides are more than chance.")
    if apart:
        notes.append(f"No line passes through values of {words.listed(apart)} that are no numbers above 0: they may "
                     "have a meaning of their own.")
    return [*notes, *_machine_notes(table, lines)]


def _machine_notes(table: pd.DataFrame, lines: int) -> list[str]:
    if LOW not in table or table[LOW].isna().all():
        return []
    notes = [f"{table[MACHINES].max():.0f} plausible machines ran as well."]
    if lines > 2:
        notes.append("Below the gain, its range on the middle 90 % of them.")
    verdicts = [text for _, row in table.iterrows() for text in _verdict(row)]
    if not verdicts:
        notes.append("In each cell all of them are on the cell's side by more than chance.")
    elif lines > 1:
        notes.append(f"\"{verdicts[0]}\": so many of them; where nothing is said, all are on the cell's side by more "
                     "than chance.")
    else:
        notes.append("The CSV says how many of them are ahead and behind.")
    if table[LOW].isna().any():
        notes.append(f"None ran for {table[LOW].isna().sum()} of {len(table)} cells.")
    return [" ".join(notes)]

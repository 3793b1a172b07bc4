"""A page: title and subtitle on top, legend under them, panels, notes at the foot. Nothing may overlap.

Heights are worked out in inches from the measured texts, so that a longer title makes a taller page, not a crowded one.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.ticker import NullFormatter

from analysis.figures import style

_EDGE = 0.15  # inches left free around the page
_GAP = 0.12  # inches between its parts
_SPACING = 1.3  # line height in font sizes


@dataclass
class Drawing:
    name: str  # stem of the files
    figure: Figure
    table: pd.DataFrame  # the numbers behind it
    further: dict[str, pd.DataFrame] = field(default_factory=dict)  # more of them, by what their file's name ends in


@dataclass
class Layout:
    """Size of one panel and how many stand side by side."""

    panels: int
    width: float
    height: float
    columns: int

    @staticmethod
    def of(panels: int) -> "Layout":
        if panels == 1:
            return Layout(1, 7.4, 4.0, 1)
        columns = 2 if panels in (2, 4) else 3
        return Layout(panels, 9.6 / columns, 2.6, columns)

    @property
    def rows(self) -> int:
        return math.ceil(self.panels / self.columns)


class Page:
    def __init__(self, layout: Layout, share_y: bool = True):
        self.layout = layout
        width = layout.width * layout.columns + 2 * _EDGE
        self.figure = Figure(figsize=(width, layout.height * layout.rows + 3.0))
        FigureCanvasAgg(self.figure)
        self.figure.set_layout_engine("constrained")
        grid = self.figure.add_gridspec(layout.rows, layout.columns)
        self.panels: list[Axes] = []
        for i in range(layout.panels):
            shared = self.panels[0] if self.panels and share_y else None
            self.panels.append(self.figure.add_subplot(grid[i // layout.columns, i % layout.columns], sharey=shared))

    def label(self, x: str, y: str) -> None:
        """Names the axes once per column and row of panels."""
        for i, axes in enumerate(self.panels):
            if i + self.layout.columns >= self.layout.panels:
                axes.set_xlabel(x)
            if i % self.layout.columns == 0:
                axes.set_ylabel(wrap(y, style.TEXT_PT, self.layout.height - 0.8))

    def finish(self, title: str, subtitle: str, handles: list, notes: list[str]) -> Figure:
        """Adds the texts around the panels and settles the page's height.

        handles: of the legend, row by row; or lists of them, each a column under the heading that comes first.
        """
        figure = self.figure
        inside = figure.get_figwidth() - 2 * _EDGE
        head = [(wrap_evenly(title, style.TITLE_PT, inside, bold=True), style.TITLE_PT, style.INK, "bold")]
        head.append((wrap(subtitle, style.TEXT_PT, inside), style.TEXT_PT, style.SOFT, "normal"))
        foot = wrap(" ".join(notes), style.NOTE_PT, inside)
        legend_height = self._legend(handles, inside, (0, 1)) if handles else 0.0

        head_height = sum(_height(text, size) for text, size, _, _ in head) + _GAP
        above = _EDGE + head_height + (legend_height + _GAP if handles else 0.0)
        below = (_height(foot, style.NOTE_PT) + _GAP if foot else 0.0) + _EDGE
        total = above + self.layout.height * self.layout.rows + below
        figure.set_figheight(total)

        left, y = _EDGE / figure.get_figwidth(), total - _EDGE
        for text, size, colour, weight in head:
            figure.text(left, y / total, text, size=size, color=colour, weight=weight, va="top", linespacing=_SPACING)
            y -= _height(text, size) + _GAP / 2
        if handles:
            for legend in list(figure.legends):
                legend.remove()
            self._legend(handles, inside, (left, y / total))
        if foot:
            figure.text(left, _EDGE / total, foot, size=style.NOTE_PT, color=style.SOFT, va="bottom",
                        linespacing=_SPACING)
        figure.get_layout_engine().set(rect=(left, below / total, 1 - 2 * left, (total - above - below) / total))
        figure.draw_without_rendering()
        for axes in self.panels:
            fit_tick_labels(axes)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # settled: PNG and SVG, of another resolution, get the same layout
        return figure

    def _legend(self, handles: list, inside: float, anchor: tuple[float, float]) -> float:
        """Places the legend with as many columns as fit; its height in inches."""
        if isinstance(handles[0], list):
            return self._legend_of_columns(handles, anchor)
        for columns in range(min(len(handles), 5), 0, -1):
            row_by_row = [handle for column in range(columns) for handle in handles[column::columns]]
            legend = self.figure.legend(handles=row_by_row, loc="upper left", bbox_to_anchor=anchor, ncol=columns,
                                        borderpad=0, borderaxespad=0, handlelength=3.2, columnspacing=1.8)
            legend.set_in_layout(False)
            box = legend.get_window_extent(self.figure.canvas.get_renderer())
            if box.width / self.figure.dpi <= inside or columns == 1:
                return box.height / self.figure.dpi
            legend.remove()
        return 0.0


    def _legend_of_columns(self, columns: list[list], anchor: tuple[float, float]) -> float:
        blank = Line2D([], [], linestyle="none", label=" ")
        rows = max(len(column) for column in columns)
        handles = [handle for column in columns for handle in [*column, *[blank] * (rows - len(column))]]
        legend = self.figure.legend(handles=handles, loc="upper left", bbox_to_anchor=anchor, ncol=len(columns),
                                    borderpad=0, borderaxespad=0, handlelength=1.2, columnspacing=1.6)
        legend.set_in_layout(False)
        for text in legend.get_texts()[::rows]:
            text.set_weight("bold")
        return legend.get_window_extent(self.figure.canvas.get_renderer()).height / self.figure.dpi


def heading(text: str) -> Line2D:
    """The first handle of a column of a legend."""
    return Line2D([], [], linestyle="none", label=text)


def _height(text: str, size: float) -> float:
    return (text.count("\n") + 1) * size * _SPACING / 72 if text else 0.0


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of one line in inches."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    width, _, _ = _MEASURE.get_renderer().get_text_width_height_descent(text.replace("$", r"\$"), font, False)
    return width / _MEASURE.figure.dpi


_MEASURE = FigureCanvasAgg(Figure(dpi=300))


def wrap(text: str, size: float, width: float, bold: bool = False) -> str:
    """Breaks a text into lines of at most a width in inches; a single longer word is broken, too."""
    lines = [""]
    for word in re.split("[ \t\r\n]+", text.strip(" \t\r\n")):
        while text_width(word, size, bold) > width and len(word) > 1:
            fits = max(n for n in range(1, len(word) + 1) if n == 1 or text_width(word[:n], size, bold) <= width)
            lines.append(word[:fits])
            word = word[fits:]
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return literal("\n".join(line for line in lines if line))


def wrap_evenly(text: str, size: float, width: float, bold: bool = False) -> str:
    """Like wrap, with lines of about the same length: no last line of one word."""
    best = wrap(text, size, width, bold)
    for percent in range(97, 40, -3):
        narrower = wrap(text, size, width * percent / 100, bold)
        if narrower.count("\n") > best.count("\n"):
            break
        best = narrower
    return best


def literal(text: str) -> str:
    """Text that matplotlib does not take for a formula."""
    return text.replace("$", r"\$")


def fit_tick_labels(axes: Axes) -> None:
    """Where labels of the x axis would touch, some numbers give way to a small tick, and names are broken.

    The ends have the first claim, then powers of two.
    """
    labels = [tick.label1 for tick in axes.xaxis.get_major_ticks()]
    texts = [label.get_text() for label in labels]
    renderer = axes.figure.canvas.get_renderer()
    boxes = [label.get_window_extent(renderer) for label in labels]
    if all(_number(text) is not None for text in texts if text):
        pad = 0.03 * axes.figure.dpi
        kept: list[int] = []
        for i in sorted(range(len(labels)), key=lambda i: _claim(i, texts)):
            if all(boxes[i].x1 + pad < boxes[k].x0 or boxes[k].x1 + pad < boxes[i].x0 for k in kept):
                kept.append(i)
        at = axes.get_xticks()
        axes.set_xticks([at[i] for i in sorted(kept)], [texts[i] for i in sorted(kept)])
        axes.set_xticks([at[i] for i in range(len(at)) if i not in kept], minor=True)
        axes.xaxis.set_minor_formatter(NullFormatter())
    elif any(a.x1 > b.x0 for a, b in zip(boxes, boxes[1:])):
        room = 0.85 * axes.get_window_extent(renderer).width / axes.figure.dpi / len(labels)
        size = labels[0].get_size()
        if max(text_width(part, size) for text in texts for part in text.split("_")) < room:
            axes.set_xticks(axes.get_xticks(), [_break_name(text, size, room) for text in texts])
        else:
            axes.tick_params(axis="x", labelrotation=90)


def _break_name(name: str, size: float, room: float) -> str:
    lines = [""]
    for part in re.findall("[^_]*_?", name):
        if text_width(lines[-1] + part, size) > room and lines[-1]:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _claim(i: int, texts: list[str]) -> tuple:
    value = _number(texts[i]) or 0.0
    power_of_two = value > 0 and math.log2(value) % 1 == 0
    return (i not in (0, len(texts) - 1), not power_of_two, i)


def spread(values: list, at_most: int) -> list:
    """At most so many of the values, evenly picked, first and last among them."""
    if len(values) <= at_most:
        return list(values)
    picked = np.unique(np.round(np.linspace(0, len(values) - 1, at_most)).astype(int))
    return [values[i] for i in picked]

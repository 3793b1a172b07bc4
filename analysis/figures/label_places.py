"""Names beside points, where there is room for them."""

from __future__ import annotations

from typing import Sequence

from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from analysis.figures import page, style

_DISTANCES = (5.5, 10, 16, 24, 35, 50)  # typographic points
_DIRECTIONS = ((0.75, 0.75), (0.75, -0.75), (-0.75, 0.75), (-0.75, -0.75), (1, 0), (-1, 0), (0, 1), (0, -1))
_LEADER_FROM = 10  # a name that stands further away has a line to its point
_PAD_PT = 1.0


def place(axes: Axes, at: Sequence, texts: Sequence[str], colours: Sequence[str], size: float) -> list[str]:
    """Writes each text near its point, the first one first; those for which there is no room come back.

    To be called when the figure's layout is settled.
    """
    figure = axes.figure
    renderer = figure.canvas.get_renderer()
    pixel = figure.dpi / 72
    inside = axes.get_window_extent(renderer)
    points = [axes.transData.transform(point) for point in at]
    taken = [Bbox.from_extents(x - 3 * pixel, y - 3 * pixel, x + 3 * pixel, y + 3 * pixel) for x, y in points]
    left_out = []
    for point, (x, y), text, colour in zip(at, points, texts, colours):
        shown = axes.annotate(page.literal(text), point, xytext=(0, 0), textcoords="offset points", size=size,
                              color=colour, zorder=6, annotation_clip=False)
        box = shown.get_window_extent(renderer)
        shown.remove()
        found = _free(x, y, box.width, box.height, inside, taken, pixel)
        if found is None:
            left_out.append(text)
            continue
        (left, bottom), distance = found
        taken.append(Bbox.from_bounds(left, bottom, box.width, box.height))
        arrow = {"arrowstyle": "-", "color": style.SOFT, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 3}
        axes.annotate(page.literal(text), point, xytext=((left - x) / pixel, (bottom - y) / pixel),
                      textcoords="offset points", size=size, color=colour, zorder=6, annotation_clip=False,
                      arrowprops=arrow if distance >= _LEADER_FROM else None)
    return left_out


def _free(x, y, width, height, inside, taken, pixel):
    pad = _PAD_PT * pixel
    for distance in _DISTANCES:
        for across, up in _DIRECTIONS:
            left = x + across * distance * pixel - (width if across < 0 else width / 2 if across == 0 else 0)
            bottom = y + up * distance * pixel - (height if up < 0 else height / 2 if up == 0 else 0)
            box = Bbox.from_extents(left - pad, bottom - pad, left + width + pad, bottom + height + pad)
            if box.x0 < inside.x0 or box.x1 > inside.x1 or box.y0 < inside.y0 or box.y1 > inside.y1:
                continue
            if not any(box.overlaps(other) for other in taken):
                return (left, bottom), distance
    return None

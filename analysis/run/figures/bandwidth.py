"""Overall bandwidth over targets (or the first swept axis, if targets are not swept): one line for each curve."""

from __future__ import annotations

from typing import Iterator

from analysis.figures import curves, estimate, headline, marks, words
from analysis.figures.load import BANDWIDTH, BOUND, OUTSIDE, PUBLISHED, Study
from analysis.figures.page import Drawing


def draw(study: Study) -> Iterator[Drawing]:
    yield over(study, study.x_axis, "bandwidth")


def over(study: Study, x: str, name: str) -> Drawing:
    columns = ["series", *study.configuration, "seeds", BANDWIDTH, estimate.interval_of(BANDWIDTH), marks.STATE]
    table = study.points[columns + [column for column in (PUBLISHED, OUTSIDE, BOUND) if column in study.points]]
    figure = curves.draw(study, table, BANDWIDTH, x=x, y_label="overall bandwidth (MiB/s)", title=_title(study, x),
                         drawn=study.curves, notes=[curves.MIB_NOTE], published=PUBLISHED, outside=OUTSIDE, bound=BOUND)
    return Drawing(name, figure, table)


def _title(study: Study, x: str) -> str:
    best, rivals = headline.top(study.points, BANDWIDTH)
    label = next(curve.label for curve in study.curves if curve.name == best["series"])
    axes = study.axes or ["targets"]
    where = words.listed([words.at(axis, best[axis]) for axis in sorted(axes, key=lambda axis: axis != x)])
    verb = "is" if len(study.points) == 1 else "reaches" if rivals else "peaks at"
    return (f"Overall bandwidth {verb} {best[BANDWIDTH]:.0f} MiB/s with {where} ({label})"
            + headline.rivals_text(rivals))

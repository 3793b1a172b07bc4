"""Bandwidth over targets (or the first swept axis): one curve per policy."""

from __future__ import annotations

from typing import Iterator

from analysis.figures import curves, estimate, headline, marks, words
from analysis.compare.comparison import Comparison
from analysis.figures.load import BANDWIDTH
from analysis.figures.page import Drawing


def draw(comparison: Comparison) -> Iterator[Drawing]:
    study = comparison.of(BANDWIDTH)
    if study.points.empty:
        return
    table = study.points[["series", *study.configuration, "seeds", BANDWIDTH, estimate.interval_of(BANDWIDTH),
                          marks.STATE]]
    best, rivals = headline.top(table, BANDWIDTH)
    where = words.listed([words.at(axis, best[axis]) for axis in study.axes or ["targets"]])
    title = f"{best['series']} reaches {best[BANDWIDTH]:.0f} MiB/s with {where}{headline.rivals_text(rivals)}"
    figure = curves.draw(study, table, BANDWIDTH, x=study.x_axis, y_label="overall bandwidth (MiB/s)", title=title,
                         drawn=study.curves, notes=[curves.MIB_NOTE])
    yield Drawing("policy_bandwidth", figure, table)

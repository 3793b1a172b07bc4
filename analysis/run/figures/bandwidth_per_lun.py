"""Average bandwidth per LUN: overall bandwidth divided by targets times LUNs per target."""

from __future__ import annotations

from typing import Iterator

import pandas as pd

from analysis.figures import curves, estimate, marks, words
from analysis.figures.load import BANDWIDTH, BOUND, PUBLISHED, Study
from analysis.figures.page import Drawing

PER_LUN = "bandwidth_per_lun_mib_per_s"


def draw(study: Study) -> Iterator[Drawing]:
    points = study.points
    table = points[["series", *study.configuration, "luns", "seeds", marks.STATE]].copy()
    table[PER_LUN] = points[BANDWIDTH] / points["luns"]
    table[estimate.interval_of(PER_LUN)] = points[estimate.interval_of(BANDWIDTH)] / points["luns"]
    if study.has_published:
        table["published_" + PER_LUN] = points[PUBLISHED] / points["luns"]
    if study.has_bound:
        table["bound_" + PER_LUN] = points[BOUND] / points["luns"]
    figure = curves.draw(study, table, PER_LUN, x=study.x_axis, y_label="average bandwidth per LUN (MiB/s)",
                         title=_title(study, table), drawn=study.curves,
                         notes=["Average: overall bandwidth divided by the number of LUNs.", curves.MIB_NOTE],
                         published="published_" + PER_LUN, bound="bound_" + PER_LUN, log_y=True)
    yield Drawing("bandwidth_per_lun", figure, table)


def _title(study: Study, table: pd.DataFrame) -> str:
    values = study.values(study.x_axis)
    ends = [values[0], values[-1]] if len(values) > 1 else values
    parts = []
    for value in ends:
        of = table[table[study.x_axis] == value][PER_LUN]
        low, high = f"{of.min():.3g}", f"{of.max():.3g}"
        parts.append(f"{low if low == high else f'{low} to {high}'} MiB/s with {words.at(study.x_axis, value)}")
    return "A LUN gets on average " + ", ".join(parts)

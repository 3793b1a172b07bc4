"""Bandwidth with the interval of chance and the band of the model."""

from __future__ import annotations

from typing import Iterator

from analysis.figures import curves, estimate, marks
from analysis.figures.load import BANDWIDTH, MODEL_HIGH, MODEL_LOW, OUTSIDE, PUBLISHED, Study
from analysis.figures.page import Drawing
from analysis.run.figures import _bands

_QUANTITY = _bands.Quantity(BANDWIDTH, MODEL_LOW, MODEL_HIGH, PUBLISHED, OUTSIDE, "overall bandwidth (MiB/s)",
                            "bandwidth", None, [curves.MIB_NOTE])


def draw(study: Study) -> Iterator[Drawing]:
    if MODEL_LOW not in study.points or study.points[MODEL_LOW].isna().all():
        return
    columns = ["series", *study.configuration, "seeds", BANDWIDTH, estimate.interval_of(BANDWIDTH), MODEL_LOW,
               MODEL_HIGH, marks.STATE]
    table = study.points[columns + ([PUBLISHED, OUTSIDE] if study.has_published else [])]
    yield Drawing("bandwidth_bands", _bands.draw(study, table, _QUANTITY), table)

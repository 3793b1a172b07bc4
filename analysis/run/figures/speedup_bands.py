"""Speed-up over the baseline with the interval of chance and the band of the model."""

from __future__ import annotations

from typing import Iterator

from analysis.figures.load import MODEL_GAIN, Study
from analysis.figures.page import Drawing
from analysis.run.figures import _bands
from analysis.run.speedup_table import OUTSIDE_SPEEDUP, PUBLISHED_SPEEDUP, SPEEDUP, speedups

_LOW, _HIGH = "speedup_ratio_p5", "speedup_ratio_p95"
_QUANTITY = _bands.Quantity(
    SPEEDUP, _LOW, _HIGH, PUBLISHED_SPEEDUP, OUTSIDE_SPEEDUP, "speed-up over the baseline (ratio)", "speed-up", 1.0,
    ["A published ratio is held against a band that is wider by what the calibration leaves of two values."],
    ("published_ratio_p5", "published_ratio_p95"))


def draw(study: Study) -> Iterator[Drawing]:
    if study.no_baseline_because or MODEL_GAIN[0] not in study.points:
        return
    table = speedups(study)
    if table.empty or table[MODEL_GAIN[0]].isna().all():
        return
    for name, gain in zip((_LOW, _HIGH, *_QUANTITY.judging), (*MODEL_GAIN[:2], *MODEL_GAIN[5:7])):
        table[name] = 1 + table[gain] / 100
    yield Drawing("speedup_bands", _bands.draw(study, table, _QUANTITY), table)

"""What further curves gain over the baseline, as maps of the x axis and each further swept axis (targets and vCPUs)."""

from __future__ import annotations

import re
from typing import Iterator

import pandas as pd

from analysis.figures import curves, estimate, gain_map, words
from analysis.figures.load import PUBLISHED, Study
from analysis.figures.page import Drawing
from analysis.run import gain_title
from analysis.run.speedup_table import OUTSIDE_SPEEDUP, PUBLISHED_SPEEDUP, SPEEDUP, speedups


def draw(study: Study) -> Iterator[Drawing]:
    if study.no_baseline_because or len(study.axes) < 2:
        return
    table = _gains(study)
    if table.empty:
        return
    for axis in study.axes[1:]:
        figure, lines = gain_map.draw(study, table, study.x_axis, axis, _texts(study, table), curves.MAX_PANELS)
        yield Drawing("gain_map_" + re.sub(r"\W+", "_", axis), figure, table, {"lines": lines})


def _gains(study: Study) -> pd.DataFrame:
    table = speedups(study)
    if table.empty:
        return table
    table = table[table[SPEEDUP].notna()].copy()
    half = estimate.interval_of(SPEEDUP)
    table.insert(table.columns.get_loc(SPEEDUP), gain_map.GAIN, 100 * (table[SPEEDUP] - 1))
    table.insert(table.columns.get_loc(SPEEDUP), estimate.interval_of(gain_map.GAIN), 100 * table[half])
    table[gain_map.SURE] = (table[SPEEDUP] - 1).abs() > table[half]
    if PUBLISHED_SPEEDUP in table:
        table[gain_map.PUBLISHED] = 100 * (table[PUBLISHED_SPEEDUP] - 1)
    return table.drop(columns=[name for name in (SPEEDUP, half, PUBLISHED_SPEEDUP, OUTSIDE_SPEEDUP) if name in table])


def _texts(study: Study, table: pd.DataFrame) -> gain_map.Texts:
    chance = "A cell is more than chance if the 95 % interval of the ratio does not hold 1."
    if study.has_published:
        chance += f" Published gains{_where_published(study)}: {study.source.rstrip('.')}."
    return gain_map.Texts(gain_title.title(study, table), "bandwidth", study.baseline.label, "more bandwidth", chance)


def _where_published(study: Study) -> str:
    """Of the baseline, if it is published at one position of an axis alone."""
    base = study.of(study.baseline)
    known = base[base[PUBLISHED].notna()]
    at = [words.at(axis, known[axis].iloc[0]) for axis in study.axes
          if known[axis].nunique() == 1 and base[axis].nunique() > 1]
    return f" are over the one published baseline, with {words.listed(at)}" if at else ""

"""Speed-up of every curve over the baseline, point by point."""

from __future__ import annotations

import math

import pandas as pd

from analysis.figures import estimate, marks
from analysis.figures.load import BANDWIDTH, MODEL_GAIN, PUBLISHED, Study

SPEEDUP = "speedup_ratio"
PUBLISHED_SPEEDUP = "published_" + SPEEDUP
OUTSIDE_SPEEDUP = "published_outside"  # its model band: true, false, or blank where nothing is published


def speedups(study: Study) -> pd.DataFrame:
    """Rows of all curves but the baseline, those without a partner left out.

    A point's partner agrees with it on each axis over which the baseline itself varies: "multiqueue, 8 vCPUs" is
    compared with the only single queue there is, at 4 vCPUs, but a sweep over vCPUs compares like with like.
    """
    interval = estimate.interval_of(BANDWIDTH)
    base = study.of(study.baseline)
    matched = [axis for axis in study.axes if base[axis].nunique() > 1]
    partners = {tuple(row[axis] for axis in matched): row for _, row in base.iterrows()}
    published_base, published_axes = _published_of(study, base)
    rows = []
    for _, row in study.points[study.points["series"] != study.baseline.name].iterrows():
        partner = partners.get(tuple(row[axis] for axis in matched))
        if partner is None:
            continue
        value, half_width = estimate.ratio(row[BANDWIDTH], row[interval], partner[BANDWIDTH], partner[interval])
        out = {"series": row["series"], "baseline": study.baseline.name}
        out.update({column: row[column] for column in study.configuration})
        out.update({SPEEDUP: value, estimate.interval_of(SPEEDUP): half_width,
                    marks.STATE: marks.worst([row[marks.STATE], partner[marks.STATE]])})
        if study.has_published:
            below = published_base.get(tuple(row[axis] for axis in published_axes), math.nan)
            out[PUBLISHED_SPEEDUP] = row[PUBLISHED] / below if below > 0 else math.nan
        out.update({column: row[column] for column in MODEL_GAIN if column in row.index})
        if PUBLISHED_SPEEDUP in out and MODEL_GAIN[-1] in out:
            out[OUTSIDE_SPEEDUP] = {True: False, False: True}.get(out[MODEL_GAIN[-1]], "")
        rows.append(out)
    return pd.DataFrame(rows)


def _published_of(study: Study, base: pd.DataFrame) -> tuple[dict, list[str]]:
    """What is published of the baseline, by the axes over which this varies; at one number of vCPUs, it is for all."""
    if not study.has_published:
        return {}, []
    known = base[base[PUBLISHED].notna()]
    axes = [axis for axis in study.axes if known[axis].nunique() > 1]
    return {tuple(row[axis] for axis in axes): row[PUBLISHED] for _, row in known.iterrows()}, axes

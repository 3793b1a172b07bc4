"""Speed-up of every curve over the baseline, point by point."""

from __future__ import annotations

import math

import pandas as pd

from analysis.figures import estimate, marks
from analysis.figures.load import BANDWIDTH, PUBLISHED, Study

SPEEDUP = "speedup_ratio"
PUBLISHED_SPEEDUP = "published_" + SPEEDUP


def speedups(study: Study) -> pd.DataFrame:
    """Rows of all curves but the baseline, those without a partner left out.

    A point's partner agrees with it on each axis over which the baseline itself varies: "multiqueue, 8 vCPUs" is
    compared with the only single queue there is, at 4 vCPUs, but a sweep over vCPUs compares like with like.
    """
    interval = estimate.interval_of(BANDWIDTH)
    base = study.of(study.baseline)
    matched = [axis for axis in study.axes if base[axis].nunique() > 1]
    partners = {tuple(row[axis] for axis in matched): row for _, row in base.iterrows()}
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
            out[PUBLISHED_SPEEDUP] = row[PUBLISHED] / partner[PUBLISHED] if partner[PUBLISHED] > 0 else math.nan
        rows.append(out)
    return pd.DataFrame(rows)

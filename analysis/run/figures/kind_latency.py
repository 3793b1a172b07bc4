"""The 99 % quantile of the latency of each job and kind of I/O, where a study has several: a figure for each."""

from __future__ import annotations

import re
from typing import Iterator

import pandas as pd

from analysis.figures import curves, estimate, marks, table
from analysis.figures.load import Study, key_of
from analysis.figures.page import Drawing

_FILE = "jobs.csv"
P99 = "latency_p99_us"


def draw(study: Study) -> Iterator[Drawing]:
    # Results from before jobs were counted apart have no such file.
    if study.directory is None or not (study.directory / _FILE).exists():
        return
    rows = table.read(study.directory / _FILE, ("series", "job", "kind"), "jobs", "run.json and jobs.csv")
    kinds = list(rows[["job", "kind"]].drop_duplicates().itertuples(index=False))
    for job, kind in kinds if len(kinds) > 1 else []:
        part = _averaged(study, rows[(rows["job"] == job) & (rows["kind"] == kind)])
        if not part.empty:
            name = f"latency_p99_{job}_{kind}"
            figure = curves.draw(study, part, P99, x=study.x_axis, y_label="p99 latency (us)",
                                 title=_title(study, job, kind), drawn=study.curves, notes=[], log_y=True)
            yield Drawing(re.sub(r"\W+", "_", name), figure, part)


def _title(study: Study, job: str, kind: str) -> str:
    what = f"{kind}s" if kind != "flush" else "flushes"
    return f"How long 99 % of the {what} of {job} take at most"


def _averaged(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each curve and configuration, with the state of its point."""
    keys = ["series", *study.configuration]
    interval = estimate.interval_of(P99)
    means = {key_of(row, keys): estimate.over_seeds(group[P99].to_numpy(float), group[interval].to_numpy(float))
             for _, group in rows.groupby(keys, sort=False, dropna=False) for row in [group.iloc[0]]}
    points = study.points[[*keys, marks.STATE]].copy()
    points[P99], points[interval] = zip(*(means.get(key_of(row, keys), (float("nan"),) * 2)
                                          for _, row in points.iterrows()))
    return points.loc[points[P99].notna(), [*keys, P99, interval, marks.STATE]].reset_index(drop=True)

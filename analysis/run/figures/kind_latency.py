"""The 99 % quantile of the latency of each job and kind of I/O, where a study has several: a figure for each."""

from __future__ import annotations

import re
from typing import Iterator

from analysis.figures import curves, metrics, table
from analysis.figures.load import Study
from analysis.figures.metrics import P99
from analysis.figures.page import Drawing

_FILE = "jobs.csv"


def draw(study: Study) -> Iterator[Drawing]:
    # Results from before jobs were counted apart have no such file.
    if study.directory is None or not (study.directory / _FILE).exists():
        return
    rows = table.read(study.directory / _FILE, ("series", "job", "kind"), "jobs", "run.json and jobs.csv")
    kinds = list(rows[["job", "kind"]].drop_duplicates().itertuples(index=False))
    for job, kind in kinds if len(kinds) > 1 else []:
        part = metrics.averaged(study, P99, rows[(rows["job"] == job) & (rows["kind"] == kind)])
        if not part.empty:
            name = f"latency_p99_{job}_{kind}"
            figure = curves.draw(study, part, P99, x=study.x_axis, y_label="p99 latency (us)",
                                 title=_title(study, job, kind), drawn=study.curves, notes=[], log_y=True)
            yield Drawing(re.sub(r"\W+", "_", name), figure, part)


def _title(study: Study, job: str, kind: str) -> str:
    what = f"{kind}s" if kind != "flush" else "flushes"
    return f"How long 99 % of the {what} of {job} take at most"

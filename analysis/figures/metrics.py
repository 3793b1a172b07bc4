"""The quantities of points.csv: what they are called, and their means over the seeds."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.figures import estimate, load, marks, published, table
from analysis.figures.load import BANDWIDTH, BOUND, Study
from analysis.figures.table import InputError

IOPS, MEAN, P99 = "iops", "latency_mean_us", "latency_p99_us"
# Share of the requests that a percentile holds, and its column.
PERCENTILES = {0.5: "latency_p50_us", 0.95: "latency_p95_us", 0.99: P99, 0.999: "latency_p99_9_us"}
HEADLINES = (BANDWIDTH, IOPS, MEAN, "latency_p50_us", P99, "latency_p99_9_us", "cpu_us_per_io", "kicks_per_io",
             "interrupts_per_io")
# Short words for --metric.
_SHORT = {"bandwidth": BANDWIDTH, "mean": MEAN, "latency": MEAN, "p50": "latency_p50_us", "p95": "latency_p95_us",
          "p99": P99, "p99.9": "latency_p99_9_us", "p99_9": "latency_p99_9_us", "cpu": "cpu_us_per_io",
          "kicks": "kicks_per_io", "interrupts": "interrupts_per_io", "exits": "exits_per_io",
          "fairness": "fairness_jain"}
# What a run says of itself, and no quantity that it measures.
_OF_THE_RUN = ("seed", "precise", "not_settled", "simulated_s", "completed_ios", BOUND, marks.STATE)

_NOUNS = {BANDWIDTH: "overall bandwidth", IOPS: "IOPS", MEAN: "mean latency", "latency_p50_us": "median latency",
          "latency_p95_us": "p95 latency", P99: "p99 latency", "latency_p99_9_us": "p99.9 latency",
          "cpu_us_per_io": "CPU time per I/O", "lock_wait_us_per_io": "time in locks per I/O",
          "fairness_jain": "Jain's index of fairness"}
# What a column's name ends in, and what its axis says of the unit.
_UNITS = (("_mib_per_s", "MiB/s"), ("_us_per_io", "us"), ("_us", "us"), ("_utilization", "share"), ("_s", "s"))


@dataclass(frozen=True)
class Metric:
    column: str

    @property
    def noun(self) -> str:
        if self.column in _NOUNS:
            return _NOUNS[self.column]
        return self.column.replace("_per_io", " per I/O").replace("_", " ").replace("vcpu", "vCPU")

    @property
    def heading(self) -> str:
        """The noun at the beginning of a sentence."""
        return self.noun if re.match(r"p\d", self.noun) else self.noun[0].upper() + self.noun[1:]

    @property
    def unit(self) -> str:
        """Empty where it is a plain number."""
        return next((unit for end, unit in _UNITS if self.column.endswith(end)), "")

    @property
    def label(self) -> str:
        return f"{self.noun} ({self.unit})" if self.unit else self.noun

    def text(self, value: float) -> str:
        """A value with its unit, to three digits."""
        digits = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
        return f"{digits} {self.unit}".rstrip() if self.unit != "share" else f"{100 * value:.3g} %"

    @property
    def spans_decades(self) -> bool:
        """Whether small values matter as much as large ones."""
        return self.column.startswith("latency_")


def available(study: Study) -> list[str]:
    """Columns of the study's rows with a number in them."""
    columns = list(study.rows.columns)
    measured = columns[columns.index("seed"):]
    return [name for name in measured if name not in _OF_THE_RUN and not name.endswith("_ci95")
            and pd.api.types.is_numeric_dtype(study.rows[name]) and study.rows[name].notna().any()]


def resolve(words: list[str], known: list[str]) -> tuple[list[str], list[str]]:
    """The columns that these words name, and what is wrong with the others."""
    found, faults = [], []
    for word in words:
        name = _SHORT.get(word, word)
        if name in known:
            found.append(name)
            continue
        near = difflib.get_close_matches(name, [*known, *_SHORT], n=1)
        hint = f"did you mean {near[0]}?" if near else "accepted: " + ", ".join(known)
        faults.append(f'metric: found "{word}", which the results do not have; {hint}')
    return list(dict.fromkeys(found)), faults


def want(study: Study, words: list[str], over: list[str]) -> None:
    """Has the study's figures draw these metrics, beside those of its scenario, over these axes in place of the
    scenario's. Bandwidth and IOPS if only axes are given.

    Throws InputError with all that the results do not have.
    """
    axes = [table.column_of(axis) for axis in over]
    names, faults = resolve(words or study.wanted or [BANDWIDTH, IOPS], available(study))
    for axis in axes:
        if axis not in study.configuration:
            near = difflib.get_close_matches(axis, study.configuration, n=1)
            faults.append(f'over: found "{axis}", which is no axis of the results; '
                          + (f"did you mean {near[0]}?" if near else "accepted: " + ", ".join(study.configuration)))
    if faults:
        raise InputError("\n".join(faults))
    study.wanted = list(dict.fromkeys([*study.wanted, *names]))
    study.over = list(dict.fromkeys(axes)) or study.over


def averaged(study: Study, metric: str, rows: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row for each curve and configuration that has a value, with its interval, seeds and the state of its point.

    rows: those of another table than points.csv.
    """
    is_published = rows is None and published.column(metric) in study.points
    rows = study.rows if rows is None else rows
    keys, interval = ["series", *study.configuration], estimate.interval_of(metric)
    values = table.numbers(study.directory / "points.csv", rows[metric])
    halves = intervals(study, rows, metric)
    runs: dict[tuple, list[tuple[float, float]]] = {}
    for key, value, half in zip(load.keys_of(rows, keys), values, halves):
        if not math.isnan(value):
            runs.setdefault(key, []).append((value, half))
    points = study.points[[*keys, marks.STATE]].copy()
    means = [_mean(runs.get(key, [])) for key in load.keys_of(points, keys)]
    points["seeds"], points[metric], points[interval] = zip(*means)
    columns = [*keys, "seeds", metric, interval, marks.STATE]
    if is_published:
        points[published.column(metric)] = study.points[published.column(metric)]
        columns.append(published.column(metric))
    return points.loc[points[metric].notna(), columns].reset_index(drop=True)


def intervals(study: Study, rows: pd.DataFrame, metric: str) -> pd.Series:
    """Half-widths of the rows, NaN where there are none."""
    name = estimate.interval_of(metric)
    return table.numbers(study.directory / "points.csv", rows[name]) if name in rows \
        else pd.Series(math.nan, index=rows.index)


def _mean(runs: list[tuple[float, float]]) -> tuple[int, float, float]:
    """How many there are, their mean and its half-width."""
    if len(runs) < 2:
        return (len(runs), *(runs[0] if runs else (math.nan, math.nan)))
    return (len(runs), *estimate.over_seeds(*np.array(runs).T))

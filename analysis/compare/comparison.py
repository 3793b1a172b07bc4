"""Reads the result directory of `vqlab compare`: every policy at every point, held against one of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.figures import estimate, load, marks, table
from analysis.figures.load import GAIN, Curve, InputError, Study

RECORD = "comparison.json"
TABLE = "comparison.csv"
PAIRS = "pairs.csv"
TRADE_OFFS = "trade_offs.csv"
METRICS = ((load.BANDWIDTH, "bandwidth", "more bandwidth"), ("latency_p99_us", "p99 latency", "a lower p99 latency"))
# All that policies are compared by.
NAMES = {load.BANDWIDTH: "bandwidth", "latency_p99_us": "p99 latency", "latency_p99_9_us": "p99.9 latency",
         "fairness_jain": "fairness", "cpu_us_per_io": "CPU time per I/O", "kicks_per_io": "kicks per I/O",
         "interrupts_per_io": "interrupts per I/O"}
DOMINATED_BY = "dominated_by"  # the policy that is better in bandwidth and in a metric together; blank: none

_NAMES = ("scope", "series", "policy", "metric", "better", "significant", "verdict")
_REQUIRED = ("scope", "series", "targets", "vcpus", "policy", "metric", "better", "mean", "mean_ci95",
             "difference_percent", "significant", "verdict")
_OF_PAIRS = (*_NAMES, "difference_percent", "difference_percent_ci95", "p_holm")


@dataclass
class Comparison:
    title: str
    policies: list[Curve]  # the index decides the style in every figure
    baseline: Curve
    points: pd.DataFrame  # one row per point, policy and metric
    configuration: list[str]  # columns that tell points apart or are always told: targets, vcpus, swept paths
    notes: list[str]
    overall: pd.DataFrame  # one row per policy and metric, over all points
    pairs: pd.DataFrame | None  # one row per pair and metric, over all points; None if they were not compared
    trade_offs: pd.DataFrame | None  # one row per metric and policy; None if the results are of an earlier version

    def others(self) -> list[Curve]:
        return [policy for policy in self.policies if policy != self.baseline]

    def of(self, metric: str) -> Study:
        """One metric, as a study whose curves are the policies; without rows if no point has a value."""
        rows = self.points[(self.points["metric"] == metric) & self.points["mean"].notna()]
        points = rows.rename(columns={"policy": "series", "mean": metric, "mean_ci95": estimate.interval_of(metric)})
        axes = [column for column in self.configuration if points[column].nunique() > 1]
        return Study(self.title, self.title, self.policies, points, self.configuration,
                     sorted(axes, key=lambda column: column != "targets"), notes=self.notes)


def found_in(directory: Path) -> bool:
    return (directory / RECORD).exists()


def read(directory: Path) -> Comparison:
    """Throws InputError if a file or a column is missing, or if the files are of another schema."""
    run = load.read_record(directory / RECORD)
    points, overall = _read_table(directory / TABLE)
    compared = run.get("comparison")
    names = compared.get("policies") if isinstance(compared, dict) else None
    if not isinstance(names, list) or compared.get("baseline") not in names:
        raise InputError(f"{directory / RECORD}: does not say which policies were compared with which baseline")
    scenario = run.get("scenario") if isinstance(run.get("scenario"), dict) else {}
    policies = [Curve(str(name), str(name), i) for i, name in enumerate(names)]
    baseline = next(policy for policy in policies if policy.name == compared["baseline"])
    notes = []
    if run.get("complete") is False:
        notes.append("The comparison had not finished when this was drawn: only its finished points are shown.")
    notes.append(f"Mean over {len(run.get('seeds') or [])} seeds.")
    pairs = _read_pairs(directory / PAIRS) if compared.get("pairs") is True else None
    trade_offs = _read_trade_offs(directory / TRADE_OFFS) if (directory / TRADE_OFFS).exists() else None
    return Comparison(str(scenario.get("title") or run.get("study") or directory.name), policies, baseline, points,
                      _configuration(points), notes, overall, pairs, trade_offs)


def _read_table(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of points, and those over all points."""
    rows = load.read_table(path, _NAMES, _REQUIRED, "a comparison", f"{RECORD} and {TABLE}")
    overall = _with_gains(rows[rows["scope"] == "overall"].copy())
    rows = rows[rows["scope"] == "point"].rename(columns={"series": "study_series"})
    for column in ("targets", "vcpus"):
        rows[column] = table.counts(path, rows[column])
    return _with_gains(rows), overall


def _read_trade_offs(path: Path) -> pd.DataFrame:
    columns = ("metric", "policy", DOMINATED_BY)
    return load.read_table(path, columns, columns, "a comparison", TRADE_OFFS)


def _read_pairs(path: Path) -> pd.DataFrame:
    rows = load.read_table(path, (*_NAMES, "against"), (*_OF_PAIRS, "against"), "a comparison", f"{RECORD} and {PAIRS}")
    return _with_gains(rows[rows["scope"] == "overall"].copy())


def _with_gains(rows: pd.DataFrame) -> pd.DataFrame:
    rows["significant"] = rows["significant"] == "true"
    rows[GAIN] = np.where(rows["better"] == "higher", 1, -1) * rows["difference_percent"] + 0.0  # no -0
    return marks.with_states(rows)


def _configuration(rows: pd.DataFrame) -> list[str]:
    columns = list(rows.columns)
    axes = columns[columns.index("targets"):columns.index("policy")]
    one = rows[(rows["policy"] == rows["policy"].iloc[0]) & (rows["metric"] == rows["metric"].iloc[0])]
    return axes + (["study_series"] if one.duplicated(axes).any() else [])

"""What moved from one result to another: a row for each point and metric that both have, and whether it is chance.

Seeds that both results have are pairs: both runs drew the same random numbers. From three pairs on, Student's paired t
test judges, as in `vqlab compare`. With fewer, the runs' own intervals do, taken as independent; under the same seeds
that errs on the safe side. Holm's correction counts the tests of a metric together; points that are equal under every
common seed are no tests.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.figures import estimate, load, marks, metrics, student, table
from analysis.figures.load import Study
from analysis.figures.table import InputError

FEWEST_PAIRS = 3
LEVEL = 0.05
# What a point did, from most to least.
MOVED, CHANCE, SAME, UNKNOWN = "moved", "chance", "same", "unknown"


@dataclass
class Point:
    key: tuple[str, ...]  # curve and values on the columns that both results have
    name: str
    before: list[int]  # positions of its runs among the rows
    after: list[int]
    state: str  # of both


@dataclass
class _Numbers:
    """One metric of all rows of a result."""

    seeds: np.ndarray
    values: np.ndarray
    halves: np.ndarray

    def of(self, rows: list[int]) -> dict[int, tuple[float, float]]:
        """Value and half-width of each of these rows that has a value, by seed."""
        return {self.seeds[i]: (self.values[i], self.halves[i]) for i in rows if not math.isnan(self.values[i])}


def align(a: Study, b: Study) -> list[str]:
    """The columns that tell points apart, the curve first. One that only one result has is filled in the other from
    its scenario. Throws InputError if points of one cannot be told apart then."""
    for one, other in ((a, b), (b, a)):
        for column in one.configuration:
            if column not in other.configuration:
                _fill(other, column)
    columns = ["series", *(column for column in a.configuration if column in b.configuration)]
    for one, other in ((a, b), (b, a)):
        if one.rows.duplicated([*columns, "seed"]).any():
            apart = ", ".join(column for column in one.configuration if column not in columns)
            raise InputError(f"{one.directory} is swept over {apart}, and {other.directory} does not say its value")
    return columns


def _fill(study: Study, column: str) -> None:
    curves = {str(one["name"]): one for one in load.curve_settings(study.scenario)}
    path = "guest.vcpus" if column == "vcpus" else column
    values = [load.resolved(study.scenario, curves.get(name, {}), path) for name in study.rows["series"]]
    if all(value is not None for value in values):
        values = [json.dumps(value, separators=(",", ":")) if isinstance(value, (dict, list)) else value
                  for value in values]
        study.rows[column] = values
        study.configuration.append(column)


def points(a: Study, b: Study, columns: list[str]) -> tuple[list[Point], list[str], list[str]]:
    """Those of both results, and the names of those that one alone has."""
    shown = [column for column in columns[1:] if column in (*a.axes, *b.axes)]
    by_key, states = [], []
    for study in (a, b):
        found: dict[tuple[str, ...], list[int]] = {}
        for i, key in enumerate(load.keys_of(study.rows, columns)):
            found.setdefault(key, []).append(i)
        by_key.append(found)
        states.append(load.states_of(study.rows).to_numpy())

    def name(key: tuple[str, ...]) -> str:
        values = dict(zip(columns, key))
        return " ".join([values["series"] or "curve", *(f"{column}={values[column]}" for column in shown)])

    before, after = by_key
    both = [Point(key, name(key), rows, after[key],
                  marks.worst([*(states[0][i] for i in rows), *(states[1][i] for i in after[key])]))
            for key, rows in before.items() if key in after]
    return both, [name(key) for key in before if key not in after], [name(key) for key in after if key not in before]


def diff(a: Study, b: Study, both: list[Point], columns: list[str], names: list[str]) -> pd.DataFrame:
    places = a.rows[columns].iloc[[point.before[0] for point in both]].to_dict("records")
    rows = []
    for metric in names:
        numbers = [_numbers(study, metric) for study in (a, b)]
        of_metric = [{**place, "metric": metric, **_judged(numbers[0].of(point.before), numbers[1].of(point.after)),
                      marks.STATE: point.state} for place, point in zip(places, both)]
        adjusted = student.holm([row["p"] for row in of_metric])
        for row, p_holm in zip(of_metric, adjusted):
            row["p_holm"] = p_holm
            if not math.isnan(p_holm):
                row["what"] = MOVED if p_holm <= LEVEL else CHANCE
        rows += of_metric
    return pd.DataFrame(rows)


def _numbers(study: Study, metric: str) -> _Numbers:
    values = table.numbers(study.directory / "points.csv", study.rows[metric])
    halves = metrics.intervals(study, study.rows, metric)
    return _Numbers(study.rows["seed"].to_numpy(), values.to_numpy(float), halves.to_numpy(float))


def _judged(before: dict[int, tuple[float, float]], after: dict[int, tuple[float, float]]) -> dict:
    means = [estimate.over_seeds(*np.array(list(runs.values())).T) if runs else (math.nan, math.nan)
             for runs in (before, after)]
    pairs = [(before[seed][0], after[seed][0]) for seed in before if seed in after]
    alike = len(pairs) == max(len(before), len(after)) > 0 and all(old == new for old, new in pairs)
    difference, half, p, test = (0.0, 0.0, math.nan, "") if alike else _tested(means, pairs)
    base = means[0][0]
    return {"before": base, "before_ci95": means[0][1], "before_seeds": len(before),
            "after": means[1][0], "after_ci95": means[1][1], "after_seeds": len(after),
            "difference": difference, "difference_ci95": half,
            "difference_percent": 100 * difference / base if base else math.nan,
            "difference_percent_ci95": 100 * half / abs(base) if base else math.nan,
            "pairs": len(pairs), "test": test, "p": p, "what": SAME if alike else UNKNOWN}


def _tested(means: list[tuple[float, float]], pairs: list[tuple[float, float]]) -> tuple[float, float, float, str]:
    """Difference, half-width and p-value, and which test they are of: none where there are no intervals."""
    if len(pairs) >= FEWEST_PAIRS:
        mean, half = student.mean_interval([new - old for old, new in pairs])
        freedom = len(pairs) - 1
        error = half / student.quantile_975(freedom)
        p = student.p_value(mean / error, freedom) if error > 0 else 0.0 if mean else 1.0
        return mean, half, p, "paired"
    difference, half = means[1][0] - means[0][0], math.hypot(means[0][1], means[1][1])
    if math.isnan(half) or math.isnan(difference):
        return difference, half, math.nan, ""
    error = half / estimate.NORMAL_95
    p = math.erfc(abs(difference) / error / math.sqrt(2)) if error > 0 else 0.0 if difference else 1.0
    return difference, half, p, "intervals"


def settings(a: Study, b: Study) -> list[tuple[str, object, object]]:
    """Path and both values of all that the resolved scenarios have otherwise; None: not there."""
    found: list[tuple[str, object, object]] = []
    _compare_trees("", a.scenario, b.scenario, found)
    return found


def _compare_trees(path: str, a, b, found: list) -> None:
    if isinstance(a, dict) and isinstance(b, dict):
        for name in dict.fromkeys([*a, *b]):
            _compare_trees(f"{path}.{name}" if path else name, a.get(name), b.get(name), found)
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b) and any(isinstance(x, dict) for x in a):
        for i, (one, other) in enumerate(zip(a, b)):
            _compare_trees(f"{path}[{i}]", one, other, found)
    elif a != b:
        found.append((path, a, b))

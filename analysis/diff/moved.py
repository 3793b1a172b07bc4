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

import pandas as pd

from analysis.figures import estimate, load, marks, metrics, student, table, words
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
    before: pd.DataFrame  # its runs
    after: pd.DataFrame
    state: str  # of both


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
    groups = [{load.key_of(rows.iloc[0], columns): rows for _, rows in study.rows.groupby(columns, sort=False,
                                                                                         dropna=False)}
              for study in (a, b)]

    def name(rows: pd.DataFrame) -> str:
        row = rows.iloc[0]
        return " ".join([row["series"] or "curve", *(f"{column}={words.number(row[column])}" for column in shown)])

    both = [Point(key, name(rows), rows, groups[1][key],
                  marks.worst([*load.states_of(rows), *load.states_of(groups[1][key])]))
            for key, rows in groups[0].items() if key in groups[1]]
    alone = [[name(rows) for key, rows in mine.items() if key not in other]
             for mine, other in (groups, groups[::-1])]
    return both, *alone


def diff(a: Study, b: Study, both: list[Point], columns: list[str], names: list[str]) -> pd.DataFrame:
    rows = []
    for metric in names:
        of_metric = [_judged(a, b, point, columns, metric) for point in both]
        adjusted = student.holm([row["p"] if row["what"] == UNKNOWN else math.nan for row in of_metric])
        for row, p_holm in zip(of_metric, adjusted):
            row["p_holm"] = p_holm
            if row["what"] == UNKNOWN and not math.isnan(p_holm):
                row["what"] = MOVED if p_holm <= LEVEL else CHANCE
        rows += of_metric
    return pd.DataFrame(rows)


def _judged(a: Study, b: Study, point: Point, columns: list[str], metric: str) -> dict:
    before, after = (_runs(study, rows, metric) for study, rows in ((a, point.before), (b, point.after)))
    row = {**point.before.iloc[0][columns].to_dict(), "metric": metric}
    for name, runs in (("before", before), ("after", after)):
        value, half = estimate.over_seeds(runs["value"].to_numpy(float), runs["half"].to_numpy(float)) \
            if len(runs) else (math.nan, math.nan)
        row |= {name: value, f"{name}_ci95": half, f"{name}_seeds": len(runs)}
    pairs = before.join(after, how="inner", lsuffix="_before", rsuffix="_after")
    moved, half, p, what, test = _difference(row, pairs)
    base = row["before"]
    row |= {"difference": moved, "difference_ci95": half,
            "difference_percent": 100 * moved / base if base else math.nan,
            "difference_percent_ci95": 100 * half / abs(base) if base else math.nan,
            "pairs": len(pairs), "test": test, "p": p, "what": what, marks.STATE: point.state}
    return row


def _runs(study: Study, rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    values = table.numbers(study.directory / "points.csv", rows[metric])
    half = rows[estimate.interval_of(metric)] if estimate.interval_of(metric) in rows else math.nan
    return pd.DataFrame({"value": values, "half": half}).set_index(rows["seed"]).dropna(subset="value")


def _difference(row: dict, pairs: pd.DataFrame) -> tuple[float, float, float, str, str]:
    """Difference, half-width, p-value, what it is if no test is needed, and which test judges it."""
    seeds = (row["before_seeds"], row["after_seeds"])
    if 0 in seeds:
        return math.nan, math.nan, math.nan, UNKNOWN, ""
    of_pairs = pairs["value_after"] - pairs["value_before"]
    if len(pairs) == max(seeds) and (of_pairs == 0).all():
        return 0.0, 0.0, math.nan, SAME, ""
    if len(pairs) >= FEWEST_PAIRS:
        mean, half = student.mean_interval(list(of_pairs))
        freedom = len(pairs) - 1
        error = half / student.quantile_975(freedom)
        p = student.p_value(mean / error, freedom) if error > 0 else 0.0 if mean else 1.0
        return mean, half, p, UNKNOWN, "paired"
    moved = row["after"] - row["before"]
    half = math.hypot(row["before_ci95"], row["after_ci95"])
    if math.isnan(half):
        return moved, half, math.nan, UNKNOWN, ""
    error = half / estimate.NORMAL_95
    p = math.erfc(abs(moved) / error / math.sqrt(2)) if error > 0 else 0.0 if moved else 1.0
    return moved, half, p, UNKNOWN, "intervals"


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

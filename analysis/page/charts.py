"""Data of charts, from tables: every number that a page shows is computed here or before, none by its scripts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.figures import estimate, load, marks, metrics, published, table, words
from analysis.figures.load import Curve, Study
from analysis.figures.metrics import HEADLINES, Metric

# Values of single seeds and all metrics are left out of larger charts, which would fill the page.
MOST_NUMBERS = 200_000
_LOGARITHMIC = ("targets", "vcpus")


@dataclass(frozen=True)
class Grid:
    """Where the points of a chart stand."""

    axes: list[dict]
    curves: list[dict]
    points: dict


def grid(study: Study, points: pd.DataFrame) -> Grid:
    """Of a table with a row for each curve and configuration."""
    names = study.axes or [study.x_axis]
    values = [_values(points[name]) for name in names]
    axes = [{"name": words.short_name(name), "label": words.axis_name(name), "values": each,
             "texts": words.distinct(each), "logarithmic": _is_logarithmic(name, each)}
            for name, each in zip(names, values)]
    curves = [{"name": one.name, "label": one.label or study.title, "look": one.index} for one in study.curves]
    order = {one.name: i for i, one in enumerate(study.curves)}
    at = [[{value: i for i, value in enumerate(each)}[_plain(value)] for value in points[name]]
          for name, each in zip(names, values)]
    state = ["" if one == marks.PRECISE else str(one) for one in points[marks.STATE]] if marks.STATE in points \
        else [""] * len(points)
    return Grid(axes, curves, {"curve": [order[name] for name in points["series"]], "at": at, "state": state})


def curves_chart(study: Study, title: str) -> tuple[dict, list[str]]:
    """All metrics of a run's rows over its axes, and what had to be left out."""
    names = metrics.available(study)
    names = [*(name for name in HEADLINES if name in names), *(name for name in names if name not in HEADLINES)]
    notes = []
    if len(names) * len(study.rows) > MOST_NUMBERS:
        notes.append(f"{len(names) - len(HEADLINES)} further metrics and the values of single seeds are left out, "
                     f"because there are {len(study.rows)} runs; points.csv has all.")
        names = [name for name in names if name in HEADLINES]
    keys = ["series", *study.configuration]
    place = {key: i for i, key in enumerate(load.keys_of(study.points, keys))}
    runs = _runs(study, keys, place)
    where = grid(study, study.points)
    seeds = [[int(study.rows["seed"].iloc[row]) for row in rows] for rows in runs]
    chart = {"kind": "curves", "title": title, "axes": where.axes, "curves": where.curves, "points": where.points,
             **({} if notes else {"seeds": seeds}), "published": "published", "level": None,
             "metrics": [metric(study, Metric(name), keys, place, None if notes else runs) for name in names]}
    return chart, notes


def _runs(study: Study, keys: list[str], place: dict) -> list[list[int]]:
    """Positions of the rows of each point."""
    runs: list[list[int]] = [[] for _ in place]
    for row, key in enumerate(load.keys_of(study.rows, keys)):
        if key in place:
            runs[place[key]].append(row)
    return runs


def metric(study: Study, one: Metric, keys: list[str], place: dict, runs: list[list[int]] | None) -> dict:
    averaged = metrics.averaged(study, one.column)
    at = [place[key] for key in load.keys_of(averaged, keys)]

    def column(values) -> list[float | None]:
        found: list[float | None] = [None] * len(place)
        for i, value in zip(at, values):
            found[i] = number(value)
        return found

    values: dict = {"mean": column(averaged[one.column]), "half": column(averaged[estimate.interval_of(one.column)])}
    if runs is not None:
        each = table.numbers(study.directory / "points.csv", study.rows[one.column]).to_numpy(float)
        values["seeds"] = [[number(each[row]) for row in rows] for rows in runs]
    known = published.column(one.column)
    if known in averaged:
        values["published"] = column(averaged[known])
        values["error_percent"] = column(100 * (averaged[one.column] - averaged[known]) / averaged[known])
    if one.column == load.BANDWIDTH and study.has_bound:
        values["bound"] = [number(value) for value in study.points[load.BOUND]]
    band = load.model_band(study, one.column)
    if band:
        values["low"], values["high"] = ([number(value) for value in ends] for ends in zip(*band))
    return {"column": one.column, "label": one.label, "unit": one.unit, "logarithmic": one.spans_decades,
            "values": values}


def table_chart(study: Study, title: str, of: list[tuple[str, str, str, pd.DataFrame]],
                level: float | None = None) -> dict:
    """Curves of tables that are not a run's rows: name, label and unit of each metric, and its table.

    A table has the study's axes, a column with the metric's name, one with its half-width, and states.
    """
    keys = ["series", *study.configuration]
    where = grid(study, study.points)
    place = {key: i for i, key in enumerate(load.keys_of(study.points, keys))}
    made = []
    for name, label, unit, rows in of:
        columns: list[list[float | None]] = [[None] * len(place) for _ in range(2)]
        for key, *values in zip(load.keys_of(rows, keys), rows[name], rows[estimate.interval_of(name)]):
            for column, value in zip(columns, values):
                column[place[key]] = number(value)
        made.append({"column": name, "label": label, "unit": unit, "logarithmic": False,
                     "values": {"mean": columns[0], "half": columns[1]}})
    return {"kind": "curves", "title": title, "axes": where.axes, "curves": where.curves, "points": where.points,
            "published": "", "level": level, "metrics": made}


def number(value) -> float | int | None:
    """As JSON has it: what is no number is null."""
    value = float(value)
    if math.isnan(value) or math.isinf(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _values(column: pd.Series) -> list:
    values = [_plain(value) for value in column.unique()]
    return values if any(isinstance(value, str) for value in values) else sorted(values)


def _plain(value) -> str | float | int:
    """Booleans are names on an axis."""
    if isinstance(value, (bool, np.bool_, str)):
        return words.number(value)
    return number(value)


def _is_logarithmic(name: str, values: list) -> bool:
    if any(isinstance(value, str) or value <= 0 for value in values):
        return False
    return name in _LOGARITHMIC or values[-1] >= 4 * values[0]

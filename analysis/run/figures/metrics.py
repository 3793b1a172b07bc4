"""What was asked for of other metrics than the bandwidth, and what is published of one: over the swept axes."""

from __future__ import annotations

import re
from typing import Iterator

import pandas as pd

from analysis.figures import curves, load, metrics, published, words
from analysis.figures.load import BANDWIDTH, Study
from analysis.figures.metrics import Metric
from analysis.figures.page import Drawing


def draw(study: Study) -> Iterator[Drawing]:
    if study.rows is None:
        return
    names = list(study.wanted)
    if study.published_metric not in ("", BANDWIDTH, *names) and study.published_metric in metrics.available(study):
        names.append(study.published_metric)
    for name in names:
        for axis in study.over or [study.x_axis]:
            if axis != study.x_axis or name != BANDWIDTH:  # which is always drawn
                yield _over(study, Metric(name), axis)


def _over(study: Study, metric: Metric, axis: str) -> Drawing:
    table = metrics.averaged(study, metric.column)
    known = published.column(metric.column)
    band = load.model_band(study, metric.column)
    if known in table and band:
        _say_what_is_outside(study, table, known, band)
    figure = curves.draw(study, table, metric.column, x=axis, y_label=metric.label, title=_title(study, table, metric),
                         drawn=study.curves, notes=[curves.MIB_NOTE] if metric.unit == "MiB/s" else [],
                         published=known, outside=load.OUTSIDE, log_y=metric.spans_decades)
    name = metric.column if axis == study.x_axis else f"{metric.column}_over_{axis}"
    return Drawing(re.sub(r"\W+", "_", name), figure, table)


def _say_what_is_outside(study: Study, table: pd.DataFrame, known: str, band: list[tuple[float, float]]) -> None:
    keys = ["series", *study.configuration]
    ends = dict(zip(load.keys_of(study.points, keys), band))
    low, high = zip(*(ends[key] for key in load.keys_of(table, keys)))
    outside = (table[known] < pd.Series(low)) | (table[known] > pd.Series(high))
    table[load.OUTSIDE] = outside.astype(object).where(table[known].notna(), "")


def _title(study: Study, table: pd.DataFrame, metric: Metric) -> str:
    values = table[metric.column]
    noun = metric.heading
    low, high = table.loc[values.idxmin()], table.loc[values.idxmax()]
    if metric.text(low[metric.column]) == metric.text(high[metric.column]):
        verb = "is" if len(table) == 1 else "is everywhere"
        return f"{noun} {verb} {metric.text(low[metric.column])}"
    return f"{noun}: from {_at(study, metric, low)} to {_at(study, metric, high)}"


def _at(study: Study, metric: Metric, row: pd.Series) -> str:
    label = next(curve.label for curve in study.curves if curve.name == row["series"])
    where = words.listed([words.at(axis, row[axis]) for axis in study.axes or ["targets"]])
    return f"{metric.text(row[metric.column])} with {where} ({label})"

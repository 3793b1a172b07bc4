"""Measured beside simulated: a row for each point and metric, errors, scores, and a verdict in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from analysis.figures import estimate, load, marks, metrics, words
from analysis.figures.load import MODEL_HIGH, MODEL_LOW, Study
from analysis.figures.metrics import HEADLINES, Metric
from analysis.overlay import measured
from analysis.overlay.fio_json import Measurement

ERROR, BEYOND, OUTSIDE = "error_percent", "beyond_intervals", "outside_model"
MEASURED, SIMULATED = "measured", "simulated"
RUNS = "measured_runs"
_MOST_PLACES = 8  # that a sentence names


@dataclass(frozen=True)
class Score:
    metric: str
    points: int
    absolute_percent: float  # mean of the absolute errors
    signed_percent: float  # mean error; above 0: simulated too high
    largest_percent: float
    largest_at: str
    beyond: int | None  # points whose intervals do not meet; None: no measured interval is known
    with_intervals: int
    outside: int | None  # points outside the model band; None: there is no band


def compare(study: Study, by_point: dict[int, list[Measurement]]) -> pd.DataFrame:
    """Every point of the curves that were measured, blank where it was not; metric by metric."""
    found = {name for ones in by_point.values() for one in ones for name in one.values}
    order = [*(name for name in HEADLINES if name in found), *sorted(found - set(HEADLINES))]
    curves = {study.points.loc[at, "series"] for at in by_point}
    parts = [_of_metric(study, name, by_point, curves) for name in order if name in metrics.available(study)]
    return pd.concat([part for part in parts if not part.empty], ignore_index=True) if parts else pd.DataFrame()


def _of_metric(study: Study, metric: str, by_point: dict[int, list[Measurement]], curves: set) -> pd.DataFrame:
    keys, half = ["series", *study.configuration], estimate.interval_of(metric)
    simulated = {load.key_of(row, keys): row for _, row in metrics.averaged(study, metric).iterrows()}
    band = load.model_band(study, metric)
    rows = []
    for i, (at, point) in enumerate(study.points.iterrows()):
        of_model = simulated.get(load.key_of(point, keys))
        if of_model is None or point["series"] not in curves:
            continue
        runs = [one for one in by_point.get(at, []) if metric in one.values]
        row = {**{key: point[key] for key in keys}, "metric": metric}
        if runs:
            value, interval = measured.together([one.values[metric] for one in runs],
                                                [one.halves[metric] for one in runs if metric in one.halves])
        else:
            value, interval = math.nan, math.nan
        row |= {MEASURED: value, "measured_ci95": interval, RUNS: len(runs), SIMULATED: of_model[metric],
                "simulated_ci95": of_model[half], "seeds": of_model["seeds"]}
        row |= _judged(row, band[i] if band else (math.nan, math.nan))
        row[marks.STATE] = point[marks.STATE]
        rows.append(row)
    return pd.DataFrame(rows)


def _judged(row: dict, band: tuple[float, float]) -> dict:
    error = row[SIMULATED] - row[MEASURED]
    room = row["simulated_ci95"] + row["measured_ci95"]
    low, high = band
    in_words = {True: "true", False: "false"}
    return {ERROR: 100 * error / row[MEASURED] if row[MEASURED] else math.nan,
            BEYOND: "" if math.isnan(room) or math.isnan(error) else in_words[bool(abs(error) > room)],
            MODEL_LOW: low, MODEL_HIGH: high,
            OUTSIDE: "" if math.isnan(low) or math.isnan(error) else in_words[not low <= row[MEASURED] <= high]}


def place(study: Study, row: pd.Series) -> str:
    """`multi_queue targets=4`; the curve alone where nothing is swept."""
    axes = " ".join(f"{axis}={words.number(row[axis])}" for axis in study.axes)
    return " ".join(part for part in (row["series"], axes) if part)


def scores(study: Study, table: pd.DataFrame) -> list[Score]:
    found = []
    for metric, rows in table.groupby("metric", sort=False):
        known = rows[rows[ERROR].notna()]
        if known.empty:
            continue
        worst = known.loc[known[ERROR].abs().idxmax()]
        judged, banded = known[known[BEYOND] != ""], known[known[OUTSIDE] != ""]
        found.append(Score(
            metric, len(known), known[ERROR].abs().mean(), known[ERROR].mean(), worst[ERROR], place(study, worst),
            int((judged[BEYOND] == "true").sum()) if len(judged) else None, len(judged),
            int((banded[OUTSIDE] == "true").sum()) if len(banded) else None))
    return found


def is_off(rows: pd.DataFrame) -> pd.Series:
    """Where the model is off: outside its band, if it has one; else where the intervals do not meet; else where the
    simulated interval alone does not hold what was measured once."""
    alone = (rows[SIMULATED] - rows[MEASURED]).abs() > rows["simulated_ci95"].fillna(0)
    by_interval = (rows[BEYOND] == "true").where(rows[BEYOND] != "", alone)
    return ((rows[OUTSIDE] == "true").where(rows[OUTSIDE] != "", by_interval)) & rows[ERROR].notna()


def verdict(study: Study, table: pd.DataFrame) -> list[str]:
    """A sentence for each metric."""
    sentences = []
    for metric, rows in table.groupby("metric", sort=False):
        rows = rows[rows[ERROR].notna()]
        off = rows[is_off(rows)]
        if rows.empty:
            continue
        noun = Metric(metric).heading
        by = _judged_by(rows)
        if off.empty:
            sentences.append(f"{noun}: nowhere off, by {by}; the error is {_span(rows[ERROR].abs())} % at "
                             f"{_count(rows)}.")
            continue
        parts = []
        for curve, of_curve in off.groupby("series", sort=False):
            for sign, which in ((1, "high"), (-1, "low")):
                part = of_curve[sign * of_curve[ERROR] > 0]
                if not part.empty:
                    parts.append(f"{_span(part[ERROR].abs())} % too {which} at {_places(study, part, curve)}")
        sentences.append(f"{noun}: off at {len(off)} of {_count(rows)}, by {by}: simulated " + "; ".join(parts) + ".")
    return sentences


def _judged_by(rows: pd.DataFrame) -> str:
    if (rows[OUTSIDE] != "").any():
        return "the model's 90 % band"
    return ("the 95 % intervals of both" if (rows[BEYOND] != "").all()
            else "the simulated 95 % interval where the measured value has none")


def _count(rows: pd.DataFrame) -> str:
    return f"{len(rows)} point{'' if len(rows) == 1 else 's'}"


def _span(values: pd.Series) -> str:
    low, high = f"{values.min():.2g}", f"{values.max():.2g}"
    low, high = (f"{float(text):g}" for text in (low, high))
    return low if low == high else f"{low} to {high}"


def _places(study: Study, rows: pd.DataFrame, curve: str) -> str:
    if not study.axes:
        return curve or "the point"
    if len(study.axes) == 1:
        values = [words.number(value) for value in rows[study.axes[0]]]
        shown = ",".join(values[:_MOST_PLACES]) + (",..." if len(values) > _MOST_PLACES else "")
        return " ".join(part for part in (curve, f"{study.axes[0]}={shown}") if part)
    shown = [place(study, row) for _, row in rows.head(_MOST_PLACES // 2).iterrows()]
    more = len(rows) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")

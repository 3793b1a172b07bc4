"""Reads the result directory of `vqlab design`: what to measure, and which band each measurement leaves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.figures import load, words

RECORD = "design.json"
TABLE = "design.csv"
_NAMES = ("series", "counter", "column", "where")
_NUMBERS = ("step", "sd_percent", "band_percent_low", "band_percent_high", "machines", "machines_held",
            "machines_sure", "machines_wrong")
_NO_AXES = {*_NAMES, *_NUMBERS}


@dataclass
class Design:
    title: str
    question: str  # what is held against what, by which metric
    direct: list[dict]  # repetitions that show the difference itself
    measurement_error_percent: float
    discrepancy_percent: float
    steps: pd.DataFrame  # one row per step, from step 0, before any measurement; column `cells` says what is measured


def found_in(directory: Path) -> bool:
    return (directory / RECORD).exists()


def read(directory: Path) -> Design:
    """Throws InputError if a file or a column is missing, or if the files are of another schema."""
    run = load.read_record(directory / RECORD)
    found = run.get("design")
    if not isinstance(found, dict):
        raise load.InputError(f"{directory / RECORD}: does not say what was asked")
    rows = load.read_table(directory / TABLE, _NAMES, (*_NAMES, *_NUMBERS), "a design", f"{RECORD} and {TABLE}")
    axes = [column for column in rows.columns if column not in _NO_AXES]
    measured = rows[rows["step"] > 0]
    shown = [axis for axis in axes if measured[axis].nunique() > 1]
    steps = rows.groupby("step", as_index=False).first()[list(_NUMBERS)]
    steps["cells"] = [_cells(rows[rows["step"] == step], shown) for step in steps["step"]]
    scenario = run.get("scenario") if isinstance(run.get("scenario"), dict) else {}
    points = found.get("points")
    question = (f"{found.get('metric')} of {found.get('first')} over {found.get('second')}, "
                f"{'at one point' if points == 1 else f'mean over {points} points'}")
    return Design(str(scenario.get("title") or run.get("study") or directory.name), question,
                  found.get("direct") or [], float(found.get("measurement_error_percent") or 0),
                  float(found.get("discrepancy_percent") or 0), steps)


def _cells(rows: pd.DataFrame, axes: list[str]) -> str:
    """Each cell of a step on a line of its own, then the counters."""
    if (rows["step"] == 0).all():
        return "nothing measured"
    cells = []
    columns = ["series", *axes]
    for place, _ in rows.groupby(columns if axes else "series", sort=False, dropna=False):
        curve, *values = place if isinstance(place, tuple) else (place,)
        cells.append(", ".join([str(curve), *[words.at(axis, value) for axis, value in zip(axes, values)]]))
    return "\n".join([*cells, "read: " + ", ".join(dict.fromkeys(rows["counter"]))])

"""What `vqlab overlay` wrote, read for its figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.figures import load, marks
from analysis.figures.load import Curve
from analysis.figures.table import InputError
from analysis.overlay.comparison import BEYOND, ERROR, MEASURED, OUTSIDE, SIMULATED

_TABLE, _RECORD = "overlay.csv", "overlay.json"
_NAMES = ("series", "metric", BEYOND, OUTSIDE, marks.STATE)
_NUMBERS = (MEASURED, "measured_ci95", SIMULATED, "simulated_ci95", ERROR, load.MODEL_LOW, load.MODEL_HIGH)


@dataclass
class Overlaid:
    study: load.Study  # its points are those of the table, each once
    table: pd.DataFrame
    not_compared: int


def found_in(directory: Path) -> bool:
    return (directory / _TABLE).exists() and (directory / _RECORD).exists()


def read(directory: Path) -> Overlaid:
    """Throws InputError."""
    record = load.read_record(directory / _RECORD)
    table = load.read_table(directory / _TABLE, _NAMES, (*_NAMES, *_NUMBERS), "an overlay", f"{_RECORD} and {_TABLE}")
    try:
        curves = [Curve(str(one["name"]), str(one["label"]), int(one["index"])) for one in record["curves"]]
        configuration, axes = [list(map(str, record[name])) for name in ("configuration", "axes")]
        title, missing = str(record["title"]), len(record["overlay"]["not_compared"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{directory / _RECORD}: is no record of an overlay ({error!r})")
    missing_columns = [name for name in configuration if name not in table]
    if missing_columns:
        raise InputError(f"{directory / _TABLE}: has no column {', '.join(missing_columns)}")
    points = table.drop_duplicates(["series", *configuration])
    curves = [curve for curve in curves if curve.name in set(table["series"])]
    return Overlaid(load.Study("", title, curves, points, configuration, axes), table, missing)

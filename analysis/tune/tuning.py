"""Reads the result directory of `vqlab tune`: every setting that was tried, and which of them is the best."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.figures import load
from analysis.figures.load import InputError

RECORD = "tune.json"
TABLE = "tune.csv"
GAIN, GAIN_LOW, GAIN_HIGH = "gain_percent", "gain_percent_low", "gain_percent_high"
_NAMES = ("setting", "keeps", "usual", "best")
_REQUIRED = (*_NAMES, "round", GAIN, GAIN_LOW, GAIN_HIGH)


@dataclass
class Bound:
    words: str  # "bandwidth_mib_per_s >= 0.98"
    column: str
    ratio: float


@dataclass
class Tuning:
    record: dict
    settings: pd.DataFrame  # one row per setting
    parameters: list[str]
    bounds: list[Bound]

    def is_logarithmic(self, parameter: str) -> bool:
        return self.record["parameters"][parameter]["scale"] == "logarithmic"


def found_in(directory: Path) -> bool:
    return (directory / RECORD).exists()


def read(directory: Path) -> Tuning:
    """Throws InputError if a file or a column is missing."""
    path = directory / RECORD
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: {error}") from error
    parameters = list(record.get("parameters") or {}) if isinstance(record, dict) else []
    if not parameters:
        raise InputError(f"{path}: does not say which parameters were tuned")
    bounds = []
    for text in record.get("keep", []):
        metric, _, ratio = text.split()
        bounds.append(Bound(text, f"{metric}_ratio", float(ratio)))
    required = (*_REQUIRED, *parameters, *(bound.column for bound in bounds))
    settings = load.read_table(directory / TABLE, _NAMES, required, "a tuning", f"{RECORD} and {TABLE}")
    for column in ("keeps", "usual", "best"):
        settings[column] = settings[column] == "true"
    return Tuning(record, settings, parameters, bounds)

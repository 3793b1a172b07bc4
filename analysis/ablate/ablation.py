"""Reads the result directory of `vqlab ablate`: by how much each switch, cost and resource changes the bandwidth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.figures import load, marks, table
from analysis.figures.load import Curve

RECORD = "ablation.json"
TABLE = "ablation.csv"
CHANGE = "change_percent"
INTERVAL = CHANGE + "_ci95"
KINDS = ("resource", "mechanism", "cost")

_NAMES = ("scope", "series", "kind", "name", "sure")
_REQUIRED = ("scope", "series", "targets", "vcpus", "kind", "name", "seeds", CHANGE, INTERVAL, "sure")


@dataclass
class Ablation:
    title: str
    curves: list[Curve]  # those that have a change, in the order of the scenario
    averages: pd.DataFrame  # one row per curve and variant: the mean over the curve's points
    points: pd.DataFrame  # one row per point and variant
    configuration: list[str]  # columns that say how a point was configured: targets, vcpus, swept paths
    notes: list[str]
    words: dict[str, str]  # what people call a resource


def found_in(directory: Path) -> bool:
    return (directory / RECORD).exists()


def read(directory: Path) -> Ablation:
    """Throws InputError if a file or a column is missing, or if the files are of another schema."""
    run = load.read_record(directory / RECORD)
    rows = _read_table(directory / TABLE)
    scenario = run.get("scenario") if isinstance(run.get("scenario"), dict) else {}
    title = str(scenario.get("title") or run.get("study") or directory.name)
    known = rows[rows[CHANGE].notna()]
    averages = known[known["scope"] == "series"]
    points = known[known["scope"] == "point"].copy()
    for column in ("targets", "vcpus"):
        points[column] = table.counts(directory / TABLE, points[column])
    notes = []
    if run.get("complete") is False:
        notes.append("The ablation had not finished when this was drawn: only its finished points are shown.")
    notes.append(f"Differences are paired by seed; {len(run.get('seeds') or [])} seeds.")
    words = (run.get("ablation") or {}).get("resource_words") or {}
    columns = list(rows.columns)
    configuration = columns[columns.index("targets"):columns.index("kind")]
    return Ablation(title, load.curves_of(scenario, averages, title), averages, points, configuration, notes, words)


def _read_table(path: Path) -> pd.DataFrame:
    rows = load.read_table(path, _NAMES, _REQUIRED, "an ablation", f"{RECORD} and {TABLE}")
    rows["sure"] = rows["sure"] == "true"
    return marks.with_states(rows)

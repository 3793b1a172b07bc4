"""Reads the result directory of `vqlab claims`: published ratios, directions and orderings beside the reached ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.figures import load, marks

RECORD = "claims.json"
TABLE = "claims.csv"
RATIO = "ratio"

_NAMES = ("study", "claim", "judgement", "published", "holds", "marked_failing", "fitted")
# Of results of plausible machines.
MODEL_LOW, MODEL_HIGH, MACHINES, HOLD, INSIDE = "model_p5", "model_p95", "machines", "machines_hold", "inside"
_REQUIRED = (*_NAMES, "range_min", "range_max", "reached", "reached_half_width", "deviation_percent")


@dataclass
class Claims:
    rows: pd.DataFrame  # one row per claim, study by study
    notes: list[str]

    def of(self, study: str) -> pd.DataFrame:
        return self.rows[self.rows["study"] == study]

    @property
    def counting(self) -> pd.DataFrame:
        """Those that nothing was fitted to."""
        return self.rows[~self.rows["fitted"]]

    @property
    def has_machines(self) -> bool:
        return INSIDE in self.rows

    @property
    def ratios(self) -> pd.DataFrame:
        return self.counting[self.counting["judgement"] == RATIO]


def found_in(directory: Path) -> bool:
    return (directory / RECORD).exists()


def read(directory: Path) -> Claims:
    """Throws InputError if a file or a column is missing, or if the files are of another schema."""
    run = load.read_record(directory / RECORD)
    plausible = "plausible" in run
    names = (*_NAMES, INSIDE) if plausible else _NAMES
    required = (*_REQUIRED, MODEL_LOW, MODEL_HIGH, MACHINES, HOLD, INSIDE) if plausible else _REQUIRED
    rows = load.read_table(directory / TABLE, names, required, "claims", f"{RECORD} and {TABLE}")
    for column in ("holds", "marked_failing", "fitted"):
        rows[column] = rows[column] == "true"
    rows["published_ratio"] = pd.to_numeric(rows["published"].where(rows["judgement"] == RATIO), errors="coerce")
    notes = []
    if run.get("complete") is False:
        notes.append("Some simulations had not finished when this was drawn: what they would say counts as failing.")
    return Claims(marks.with_states(rows), notes)

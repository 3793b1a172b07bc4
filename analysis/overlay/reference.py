"""What was measured as published values: a scenario's `reference`, or the table of `calibrate --data`."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from analysis.figures import metrics, words
from analysis.figures.load import Study
from analysis.figures.table import InputError
from analysis.overlay.comparison import MEASURED


def check(path: Path | None, metric: str, study: Study) -> None:
    """Throws InputError with all that stands against writing it."""
    if path is None:
        return
    faults = [f"--{fault}" for fault in metrics.resolve([metric], metrics.available(study))[1]]
    if path.suffix not in (".json", ".csv"):
        faults.append(f'--reference: found "{path}"; accepted: a name that ends in .json or .csv')
    if len(study.axes) > 2 or path.suffix == ".csv" and study.axes not in ([], ["targets"]):
        most = "targets alone" if path.suffix == ".csv" else "at most two axes"
        faults.append(f"--reference: the result is swept over {', '.join(study.axes)}; accepted: {most}")
    if faults:
        raise InputError("\n".join(faults))


def written(path: Path, metric: str, study: Study, table: pd.DataFrame) -> bytes:
    """Precondition: check() found nothing. Throws InputError if the metric was not measured."""
    [column], _ = metrics.resolve([metric], metrics.available(study))
    rows = table[(table["metric"] == column) & table[MEASURED].notna()]
    if rows.empty:
        raise InputError(f'--metric: found "{metric}", which was not measured; accepted: '
                         + ", ".join(table["metric"].unique()))
    axes = [*study.axes[1:], *study.axes[:1]] or ["targets"]  # the outer one first
    return _json(column, axes, rows) if path.suffix == ".json" else _csv(axes[0], rows)


def _json(metric: str, axes: list[str], rows: pd.DataFrame) -> bytes:
    values: dict = {}
    for _, row in rows.iterrows():
        cells = values.setdefault(row["series"], {})
        for axis in axes[:-1]:
            cells = cells.setdefault(words.number(row[axis]), {})
        cells[words.number(row[axes[-1]])] = float(f"{row[MEASURED]:.6g}")
    names = ["guest.vcpus" if axis == "vcpus" else axis for axis in axes]
    block = {"metric": metric, "axis": names[0] if len(names) == 1 else names, "source": "measured", "values": values}
    return (json.dumps({"reference": block}, indent=2) + "\n").encode()


def _csv(axis: str, rows: pd.DataFrame) -> bytes:
    cells = rows.pivot(index=axis, columns="series", values=MEASURED)[list(dict.fromkeys(rows["series"]))]
    return cells.to_csv(float_format="%.6g", lineterminator="\n").encode()

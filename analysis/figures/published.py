"""Published values: the `reference` of a scenario."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.figures import table
from analysis.figures.table import InputError


@dataclass(frozen=True)
class Published:
    metric: str  # a column of points.csv
    axes: list[str]  # columns, the outer one first
    source: str
    values: dict[tuple, float]  # by curve and position on each axis


def read(scenario: dict, usual_metric: str) -> Published | None:
    """None if the scenario has none. Throws InputError where a value is no number."""
    reference = scenario.get("reference")
    if not isinstance(reference, dict) or not isinstance(reference.get("values"), dict):
        return None
    axes = reference.get("axis", "targets")
    axes = [table.column_of(axis) for axis in (axes if isinstance(axes, list) else [axes])]
    values: dict[tuple, float] = {}
    for name, cells in reference["values"].items():
        _read(cells, (name,), len(axes), values)
    return Published(str(reference.get("metric", usual_metric)), axes, str(reference.get("source") or ""), values)


def _read(cells, key: tuple, depth: int, values: dict[tuple, float]) -> None:
    """Numbers by position, in as many levels as there are axes."""
    for at, value in (cells.items() if isinstance(cells, dict) else ()):
        try:
            here = (*key, position(at))
            if depth > 1:
                _read(value, here, depth - 1, values)
            else:
                values[here] = table.decimal(value)
        except (TypeError, ValueError):
            path = ".".join(str(one) for one in (*key, at))
            raise InputError(f"run.json: scenario.reference.values.{path}: {value!r} is not a number")


def column(metric: str) -> str:
    """Of a study's points: what is published of a metric."""
    return "published_" + metric


def position(value) -> float | str:
    """Of a value on an axis: the same for 4, 4.0 and "4"; a name stays one."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value)

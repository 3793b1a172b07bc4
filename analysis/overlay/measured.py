"""Measured files in, measurements out: each with what it measured, and the point of the result that it belongs to."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

from analysis.figures import load, metrics, student, table, words
from analysis.figures.load import Study
from analysis.figures.table import InputError
from analysis.overlay import fio_json, places
from analysis.overlay.fio_json import Measurement
from analysis.overlay.places import CURVE

_NOT_COMPARED = ("run", "repeat", "repetition", "seed", "file", "date", "comment")  # columns of a table


def read_all(files: list[Path], study: Study) -> list[Measurement]:
    """Throws InputError with what is wrong in all files."""
    found, faults = [], []
    for file in files:
        try:
            found += _read(file, study)
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise InputError("\n".join(faults))
    return found


def _read(file: Path, study: Study) -> list[Measurement]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); expected fio's JSON or a table")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise InputError(f"{file}: line {line}: is no UTF-8; expected fio's JSON or a table")
    if not text.strip():
        raise InputError(f"{file}: is empty; expected fio's JSON or a table")
    if file.suffix.lower() not in (".csv", ".tsv") and "{" in text:
        found = fio_json.read(file, text)
        said, unclear = places.from_name(file, study)
        for one in found:
            place(one, said, unclear, study)
        return found
    return _read_table(file, study)


def place(one: Measurement, said: dict[str, str], unclear: list[str], study: Study) -> None:
    """The name of a file comes before the options of its jobs: a person chose it."""
    options = places.from_options(one.options, study)
    one.places, one.known_from = dict(options), dict.fromkeys(options, "job options")
    for axis, value in said.items():
        other = options.get(axis)
        if other is not None and places.value_on(study, axis, other) != places.value_on(study, axis, value):
            one.notes.append(f"its name says {axis}={value}, its job options {other}: the name counts")
        one.places[axis], one.known_from[axis] = value, "name"
    one.notes += unclear


def _read_table(file: Path, study: Study) -> list[Measurement]:
    rows = table.read(file, (CURVE, "curve"), "measurements", "a column for each axis and metric")
    known = metrics.available(study)
    axes, values, halves, faults = {}, {}, {}, []
    for column in rows.columns:
        name = column.strip()
        found, _ = metrics.resolve([name.removesuffix("_ci95")], known)
        of_axes = [CURVE] if name in (CURVE, "curve") else places.axes_named(name, study)
        kind, meant = ((halves if name.endswith("_ci95") else values), found) if found else (axes, of_axes)
        if len(meant) == 1:
            if meant[0] in kind:
                faults.append(f'{file}: line 1: found "{kind[meant[0]]}" and "{column}", which are the same')
            kind[meant[0]] = column
        elif name.lower() not in _NOT_COMPARED:
            faults.append(f'{file}: line 1: found the column "{column}"; accepted: curve, '
                          f"{', '.join(study.configuration)}, {', '.join(known)}, each metric with _ci95")
    if not values and not faults:
        faults.append(f"{file}: line 1: has no metric; accepted: {', '.join(known)}")
    for column in [*values.values(), *halves.values()]:
        try:
            rows[column] = table.numbers(file, rows[column])
            for at in rows.index[rows[column] < 0]:
                faults.append(f"{file}: line {table.line_of(at)}: found {column} {rows[column][at]:g}; "
                              "accepted: a number from 0 on")
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise InputError("\n".join(faults))
    return [_of_row(file, line, row, axes, values, halves) for line, row in rows.iterrows()]


def _of_row(file: Path, line, row: pd.Series, axes: dict, values: dict, halves: dict) -> Measurement:
    given = {axis: words.number(row[column]) for axis, column in axes.items() if pd.notna(row[column])}
    measured = {metric: float(row[column]) for metric, column in values.items() if pd.notna(row[column])}
    one = Measurement(str(file), f"line {table.line_of(line)}", measured, places=given,
                      known_from=dict.fromkeys(given, "columns"))
    one.halves = {metric: float(row[column]) for metric, column in halves.items() if pd.notna(row[column])}
    return one


def set_given(found: list[Measurement], curve: str, axes: list[str], study: Study) -> None:
    """What the command line says counts for all. Throws InputError with all that is wrong."""
    faults, given = [], {}
    if curve:
        name = places.curve_named(curve, study)
        names = ", ".join(one.name for one in study.curves)
        if name is None:
            faults.append(f'--curve: found "{curve}", which is no curve of the result; accepted: {names}')
        given[CURVE] = name
    for pair in axes:
        name, equals, value = pair.partition("=")
        columns = places.axes_named(name.strip(), study)
        if not equals or len(columns) != 1:
            faults.append(f'--axis: found "{pair}"; accepted: NAME=VALUE with one of {", ".join(study.configuration)}')
        elif places.value_on(study, columns[0], value) is None:
            accepted = ", ".join(words.number(one) for one in study.values(columns[0]))
            faults.append(f'--axis: found "{pair}"; accepted: {columns[0]} = {accepted}')
        else:
            given[columns[0]] = value
    if faults:
        raise InputError("\n".join(faults))
    for one in found:
        one.places.update(given)
        one.known_from.update(dict.fromkeys(given, "command line"))


def point_of(one: Measurement, study: Study) -> int | None:
    """The row of study.points that was measured. None: `refused_because` then says why there is no single one."""
    if one.refused_because:
        return None
    rows = study.points
    for axis, text in one.places.items():
        if axis == CURVE:
            name = places.curve_named(text, study)
            rows = rows[rows[CURVE] == name] if name is not None else rows[:0]
            if name is None:
                one.refused_because = (f'"{text}" is no curve of the result; accepted: '
                                       + ", ".join(curve.name for curve in study.curves))
                return None
            continue
        value = places.value_on(study, axis, text)
        if value is None:
            known = ", ".join(words.number(known) for known in study.values(axis))
            one.refused_because = f"the result has no point with {axis}={text}; it has {known}"
            return None
        rows = rows[rows[axis] == value]
    if len(rows) == 1:
        return rows.index[0]
    where = ", ".join(f"{axis}={value}" for axis, value in one.places.items())
    if rows.empty:
        one.refused_because = f"the result has no point with {where}"
    else:
        open_axes = [axis for axis in (CURVE, *study.axes) if rows[axis].nunique() > 1]
        said = f" beside {where}" if where else ""
        one.refused_because = (f"{len(rows)} points fit: not known{said}: "
                               + ", ".join("the curve" if axis == CURVE else axis for axis in open_axes)
                               + " (--curve NAME, --axis NAME=VALUE, or the name of the file)")
    return None


def workload_differences(one: Measurement, curve: dict, study: Study) -> list[str]:
    """Options of the measured job that the simulated one has otherwise, where both are known and are no axis."""
    found = []
    job = study.scenario.get("job")
    for name in ("rw", "bs", "bsrange", "iodepth", "numjobs", "ioengine") if isinstance(job, dict) else ():
        simulated, given = load.resolved(study.scenario, curve, f"job.{name}"), one.options.get(name, set())
        if f"job.{name}" in study.configuration or len(given) != 1 or simulated is None or simulated == "":
            continue
        measured = next(iter(given))
        if places.number_of(measured) != places.number_of(words.number(simulated)):
            found.append(f"measured with {name}={measured}, simulated with {words.number(simulated)}")
    return found


def together(values: list[float], halves: list[float]) -> tuple[float, float]:
    """Mean of the measured runs of one point, and its half-width: that of the file where it has one."""
    if len(values) == 1:
        return values[0], halves[0] if halves else math.nan
    return student.mean_interval(values)

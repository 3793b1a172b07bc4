"""Reads what fio printed with --output-format=json or json+.

fio prints warnings before the JSON, and with --status-interval one JSON after another, of which the last one counts.
Jobs of one group ran together, and are one measurement; `stonewall` and `new_group` begin another group.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from analysis.figures.metrics import IOPS, MEAN, PERCENTILES
from analysis.figures.load import BANDWIDTH
from analysis.figures.table import InputError

_DIRECTIONS = ("read", "write", "trim")
_ACCEPTED = "expected what fio prints with --output-format=json or json+"


@dataclass
class Measurement:
    file: str
    name: str  # of the job or jobs
    values: dict[str, float]  # by column of points.csv
    options: dict[str, set[str]] = field(default_factory=dict)  # of its jobs, global ones included: all values
    places: dict[str, str] = field(default_factory=dict)  # what is known of curve and axes
    known_from: dict[str, str] = field(default_factory=dict)  # and where each was found
    halves: dict[str, float] = field(default_factory=dict)  # half-widths that the file itself has
    notes: list[str] = field(default_factory=list)
    refused_because: str = ""  # why it is not compared


def read(path: Path, text: str) -> list[Measurement]:
    """Throws InputError, which says the line."""
    runs, stray = _documents(path, text)
    run = runs[-1]
    jobs = run.get("jobs") or run.get("client_stats")
    if isinstance(jobs, list) and "jobs" not in run:
        jobs = [job for job in jobs if not (isinstance(job, dict) and job.get("jobname") == "All clients")]
    if not isinstance(jobs, list) or not jobs or not all(isinstance(job, dict) for job in jobs):
        raise InputError(f'{path}: has no "jobs"; {_ACCEPTED}')
    shared = _options(run.get("global options"))
    notes = [f"{len(runs)} outputs stand in the file (--status-interval?); the last one counts"] * (len(runs) > 1)
    notes += [f'text after the JSON is left out: "{stray[:60]}"'] * bool(stray)
    groups: dict[str, list[dict]] = {}
    for job in jobs:
        groups.setdefault(str(job.get("groupid", 0)), []).append(job)
    disks = _disks(run.get("disk_util"))
    if len(groups) > 1:
        notes.append(f"{len(groups)} groups of jobs (stonewall, new_group) are taken as one run after another")
    found = []
    for of_group in groups.values():
        try:
            found.append(_measurement(str(path), of_group, shared, disks if len(groups) == 1 else 0))
        except (TypeError, ValueError, AttributeError, OverflowError) as error:
            raise InputError(f"{path}: job {of_group[0].get('jobname')!r}: has something else than fio writes "
                             f"({error}); {_ACCEPTED}")
        found[-1].notes[:0] = notes
        notes = []
    return found


def _documents(path: Path, text: str) -> tuple[list[dict], str]:
    """All objects of the file, and the text after them."""
    decoder = json.JSONDecoder()
    found, at, wrong = [], 0, None
    while (begin := re.compile(r"^[ \t]*\{", re.MULTILINE).search(text, at)) is not None:
        try:
            one, at = decoder.raw_decode(text, begin.end() - 1)
            found.append(one)
        except (ValueError, RecursionError) as error:
            position = getattr(error, "pos", begin.start())
            wrong = (text.count("\n", 0, position) + 1, getattr(error, "msg", "a number or a nesting that is too long"))
            break
    if wrong is not None:
        raise InputError(f"{path}: line {wrong[0]}: the JSON ends or breaks there ({wrong[1]}); {_ACCEPTED}")
    if not found:
        raise InputError(f"{path}: has no JSON; {_ACCEPTED}")
    return found, text[at:].strip().replace("\n", " ")


def _options(given) -> dict[str, str]:
    return {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}


def _disks(used) -> int:
    """Disks that fio saw busy, those below a device mapper or RAID not counted twice."""
    names = [disk for disk in used if isinstance(disk, dict) and "name" in disk] if isinstance(used, list) else []
    return sum(not disk.get("slaves") for disk in names)


def _measurement(file: str, jobs: list[dict], shared: dict[str, str], disks: int) -> Measurement:
    names = list(dict.fromkeys(str(job.get("jobname", "?")) for job in jobs))
    options: dict[str, set[str]] = {}
    for job in jobs:
        for name, value in {**shared, **_options(job.get("job options"))}.items():
            options.setdefault(name, set()).add(value)
    if disks:
        options["disks that fio saw"] = {str(disks)}
    parts = [(job, side) for job in jobs for side in _sides(job)]
    one = Measurement(file, ", ".join(names), {}, options)
    if len(jobs) == 1 and "job options" not in jobs[0]:
        one.notes.append("has no job options, so that axes are found from its name alone")
    errors = [job.get("error") for job in jobs if job.get("error")]
    if errors:
        one.refused_because = f"fio says error {errors[0]} of a job"
    elif not parts:
        one.refused_because = "no job completed an I/O"
    else:
        one.values = {IOPS: sum(_rate(side) for _, side in parts),
                      BANDWIDTH: sum(_bytes_per_s(side) for _, side in parts) / 2**20}
        _add_latencies(one, [side for _, side in parts])
    return one


def _sides(job: dict) -> list[dict]:
    """Reads, writes and trims that completed something; or all together where fio reports them so."""
    mixed = job.get("mixed")
    sides = [mixed] if isinstance(mixed, dict) else [job.get(name) for name in _DIRECTIONS]
    return [side for side in sides if isinstance(side, dict) and _weight(side) > 0]


def _number(value) -> float:
    if value is None or isinstance(value, bool):
        raise ValueError(f"found {json.dumps(value)} where a number from 0 on is expected")
    number = float(value)
    if not math.isfinite(number) or number < 0:
        raise ValueError(f"found {value!r} where a number from 0 on is expected")
    return number


def _rate(side: dict) -> float:
    return _number(side.get("iops"))


def _bytes_per_s(side: dict) -> float:
    # fio 3 has both; `bw` is in KiB/s.
    return _number(side["bw_bytes"]) if "bw_bytes" in side else 1024 * _number(side.get("bw"))


def _times(side: dict, name: str) -> tuple[dict, float]:
    """slat, clat or lat, and how many us its unit is: fio 3 counts in ns, fio 2 in us."""
    if isinstance(side.get(f"{name}_ns"), dict):
        return side[f"{name}_ns"], 1e-3
    return (side[name], 1.0) if isinstance(side.get(name), dict) else ({}, 1.0)


def _add_latencies(one: Measurement, sides: list[dict]) -> None:
    means = [(_mean(side), _weight(side)) for side in sides]
    if all(mean is not None for mean, _ in means):
        one.values[MEAN] = sum(mean * ios for mean, ios in means) / sum(ios for _, ios in means)
    name = "lat" if all(_has_percentiles(side, "lat") for side in sides) else "clat"
    if not all(_has_percentiles(side, name) for side in sides):
        one.notes.append("has no percentiles (disable_clat, clat_percentiles=0?)")
        return
    found = _percentiles(sides, name)
    if found is None:
        one.notes.append(f"percentiles of {len(sides)} jobs or directions cannot be put together: not compared; "
                         "group_reporting, unified_rw_reporting=1 or json+ gives them")
        return
    one.values.update(found)
    if name == "clat":
        one.notes.append(_of_clat(sides))


def _of_clat(sides: list[dict]) -> str:
    slats = [(_number(times["mean"]) * unit, _weight(side)) for side in sides
             for times, unit in [_times(side, "slat")] if times.get("mean") is not None]
    mean = sum(slat * ios for slat, ios in slats) / sum(ios for _, ios in slats) if slats else 0.0
    return (f"percentiles are of clat, which leaves out the submission: {mean:.3g} us on average; "
            "lat_percentiles=1 has fio print those of lat")


def _weight(side: dict) -> float:
    return _number(side.get("total_ios", side.get("io_bytes")))


def _mean(side: dict) -> float | None:
    """Of lat, from before the submission to the end, in us; else of its two parts."""
    lat, unit = _times(side, "lat")
    if lat.get("N", 1) and lat.get("mean") is not None:
        return _number(lat["mean"]) * unit
    clat, unit = _times(side, "clat")
    if not clat.get("N", 1) or clat.get("mean") is None:
        return None
    slat, slat_unit = _times(side, "slat")
    return _number(clat["mean"]) * unit + _number(slat.get("mean") or 0) * slat_unit


def _has_percentiles(side: dict, name: str) -> bool:
    times, _ = _times(side, name)
    return bool(times.get("percentile") or times.get("bins"))


def _percentiles(sides: list[dict], name: str) -> dict[str, float] | None:
    """Those that fio gives of one; of several from their bins, which json+ has. None if there are none."""
    if len(sides) == 1:
        times, unit = _times(sides[0], name)
        given = {float(share): value for share, value in (times.get("percentile") or {}).items()
                 if re.fullmatch(r"[\d.]+", share)}
        found = {column: _number(given[100 * share]) * unit for share, column in PERCENTILES.items()
                 if 100 * share in given}
        if found:
            return found
    bins: dict[float, float] = {}
    for side in sides:
        times, unit = _times(side, name)
        if not times.get("bins"):
            return None
        for value, count in times["bins"].items():
            bins[float(value) * unit] = bins.get(float(value) * unit, 0) + _number(count)
    return {column: _quantile(bins, share) for share, column in PERCENTILES.items()}


def _quantile(bins: dict[float, float], share: float) -> float:
    """The bin in which so many of the samples are reached, as fio takes it."""
    reached, wanted = 0.0, share * sum(bins.values())
    for value in sorted(bins):
        reached += bins[value]
        if reached >= wanted:
            return value
    return max(bins)

"""Bandwidth and p99 latency over the simulated time, with what happened when: a column for each configuration."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, ScalarFormatter

from analysis.figures import curves, load, page, style, table, words
from analysis.figures.load import BANDWIDTH, Study
from analysis.figures.page import Drawing

_FILE = "time_series.csv"
_P99 = "latency_p99_us"
_NAMES = ("series", "job", "warm_up")
_MOST_COLUMNS = 3
_PANELS = ((BANDWIDTH, "bandwidth (MiB/s)"), (_P99, "p99 latency (us)"))
_WARM_UP = {"color": "#ececec", "label": "warm-up"}
# What happens, and how its span looks.
_EVENTS = {"tenant": {"color": "#f3c6a5", "label": "tenant on the host's CPUs"},
           "hotplug": {"color": "#b9d3ec", "label": "vCPUs offline"}}


def draw(study: Study) -> Iterator[Drawing]:
    if study.directory is None or not (study.directory / _FILE).exists():
        return
    rows = _read(study.directory / _FILE, study)
    if rows.empty:
        return
    settings = _settings(study, rows)
    shown = page.spread(settings, _MOST_COLUMNS)
    lines = _lines(study, rows)
    sheet = page.Page(page.Layout(2 * len(shown), 7.4 if len(shown) == 1 else 9.6 / len(shown), 2.4, len(shown)),
                      share_y=False)
    happened = set()
    for column, setting in enumerate(shown):
        part = curves.selection(rows, setting)
        spans = _spans(study, part)
        happened |= {name for name, _, _ in spans}
        for row, (quantity, _) in enumerate(_PANELS):
            axes = sheet.panels[row * len(shown) + column]
            _panel(axes, part, quantity, lines, spans)
        if setting:
            text = ", ".join(words.at(axis, value) for axis, value in setting.items())
            sheet.panels[column].set_title(page.wrap(text, style.TEXT_PT, sheet.layout.width - 0.8))
    for row, (quantity, label) in enumerate(_PANELS):
        of_row = sheet.panels[row * len(shown): (row + 1) * len(shown)]
        _scale(of_row, pd.concat([curves.selection(rows, one) for one in shown]), quantity)
        of_row[0].set_ylabel(label)
    for axes in sheet.panels[-len(shown):]:
        axes.set_xlabel("simulated time (s)")
    handles = [curves.handle(style.CurveStyle(look.colour, look.line, ""), label) for _, _, look, label in lines]
    handles += [Patch(linewidth=0, **_EVENTS[name]) for name in _EVENTS if name in happened]
    if (rows["warm_up"] == "true").any():
        handles.append(Patch(linewidth=0, **_WARM_UP))
    figure = sheet.finish(_title(rows), study.title, handles, _notes(study, rows, settings, shown))
    yield Drawing("time_series", figure, rows)


def _read(path: Path, study: Study) -> pd.DataFrame:
    numbers = ("time_s", "length_s", BANDWIDTH, _P99)
    rows = load.read_table(path, _NAMES, (*_NAMES, "seed", *numbers), "points", "run.json and points.csv")
    if "vcpus" in rows:
        rows = rows.drop(columns="guest.vcpus", errors="ignore")
    missing = [axis for axis in study.configuration if axis not in rows.columns]
    if missing:
        raise table.InputError(f"{path}: has no column {', '.join(missing)}")
    return rows[rows["series"].isin([curve.name for curve in study.curves])]


def _settings(study: Study, rows: pd.DataFrame) -> list[dict]:
    if not study.axes:
        return [{}]
    return rows[study.axes].drop_duplicates().to_dict("records")


def _lines(study: Study, rows: pd.DataFrame) -> list[tuple]:
    """Curve, job, look and label of each line. A single curve shows its jobs; several show all jobs together."""
    jobs = [job for job in rows["job"].unique() if job]
    if len(study.curves) > 1 or not jobs:
        return [(curve.name, "", style.of_curve(curve.index), curve.label) for curve in study.curves]
    curve = study.curves[0].name
    return [(curve, "", style.of_curve(0), "all jobs"),
            *((curve, job, style.of_curve(i + 1), job) for i, job in enumerate(jobs))]


def _panel(axes: Axes, part: pd.DataFrame, quantity: str, lines: list[tuple], spans: list[tuple]) -> None:
    axes.set_xlim(0, (part["time_s"] + part["length_s"]).max())
    for name, begin, end in spans:
        axes.axvspan(begin, end, color=_EVENTS[name]["color"], alpha=0.55, linewidth=0, zorder=0.6)
    warm = part[part["warm_up"] == "true"]
    if not warm.empty:
        axes.axvspan(0, (warm["time_s"] + warm["length_s"]).max(), color=_WARM_UP["color"], linewidth=0, zorder=0.5)
    for curve, job, look, _ in lines:
        of = part[(part["series"] == curve) & (part["job"] == job)]
        for i, (_, run) in enumerate(of.groupby("seed", sort=False)):
            edges = [*run["time_s"], run["time_s"].iloc[-1] + run["length_s"].iloc[-1]]
            axes.stairs(run[quantity].to_numpy(), edges, baseline=None, color=look.colour, linestyle=look.line,
                        linewidth=1.3 if i == 0 else 0.7, alpha=1 if i == 0 else 0.35, zorder=3 - 0.01 * i)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))


def _scale(panels: list[Axes], rows: pd.DataFrame, quantity: str) -> None:
    low, high = rows[quantity].min(), rows[quantity].max()
    if quantity == _P99 and low > 0 and high > 8 * low:
        for axes in panels:
            axes.set_yscale("log")
            axes.set_ylim(low / 1.25, high * 1.25)
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 300 * low else (1,)))
            axes.yaxis.set_major_formatter(ScalarFormatter())
            axes.yaxis.set_minor_locator(NullLocator())
        return
    for axes in panels:
        axes.set_ylim(0, 1.06 * high if high > 0 else 1)
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))


def _spans(study: Study, part: pd.DataFrame) -> list[tuple[str, float, float]]:
    """What happens from when to when, of all curves in the panel."""
    end = (part["time_s"] + part["length_s"]).max()
    found = set()
    for curve in load.curve_settings(study.scenario) or [{}]:
        if curve and curve["name"] not in set(part["series"]):
            continue

        def value(path: str) -> float:
            swept = part[path].iloc[0] if path in part else None
            return float((load.resolved(study.scenario, curve, path) if swept is None else swept) or 0)

        if value("tenant.physical_cpus") > 0:
            found.add(("tenant", value("tenant.start_s"), value("tenant.stop_s")))
        if value("hotplug.vcpus") > 0:
            period = value("hotplug.period_s")
            times = math.ceil(end / period) if period > 0 else 1
            found |= {("hotplug", value("hotplug.offline_s") + i * period, value("hotplug.online_s") + i * period)
                      for i in range(times)}
    return sorted((name, begin, min(stop, end)) for name, begin, stop in found if begin < end)


def _title(rows: pd.DataFrame) -> str:
    after = rows[(rows["warm_up"] != "true") & (rows["job"] == "")]
    bins = f"{1000 * rows['length_s'].min():g}"
    longest = f"{1000 * rows['length_s'].max():g}"
    of_bins = f"bins of {bins} ms" if bins == longest else f"bins of {bins} to {longest} ms"
    if after.empty:
        return f"Bandwidth and p99 latency in {of_bins}"
    low, high = after[BANDWIDTH].min(), after[BANDWIDTH].max()
    return f"From {_three_digits(low)} to {_three_digits(high)} MiB/s after the warm-up, in {of_bins}"


def _three_digits(value: float) -> str:
    return words.number(float(f"{value:.3g}"))


def _notes(study: Study, rows: pd.DataFrame, settings: list[dict], shown: list[dict]) -> list[str]:
    notes = [curves.MIB_NOTE]
    if rows["seed"].nunique() > 1:
        notes.append("Thin lines: further seeds.")
    if len(study.curves) > 1 and any(rows["job"]):
        notes.append("All jobs together; the CSV has each.")
    if len(shown) < len(settings):
        notes.append(f"{len(shown)} of {len(settings)} configurations are shown; the CSV has all.")
    return [*notes, *(note for note in study.notes if not note.startswith("Mean over"))]

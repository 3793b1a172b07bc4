"""Map of bottlenecks: targets across, vCPUs up, coloured by the resource that limits the point."""

from __future__ import annotations

from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from analysis.figures import cell_map, marks, page, style, words
from analysis.explain.explanation import Explanation
from analysis.figures.load import Curve, Study
from analysis.figures.page import Drawing

_COLOURS = {
    "main_loop": "#e39a1f",
    "vcpus": "#1f78b4",
    "queue_lock": "#8b1e3f",
    "target_lock": "#d98ba3",
    "host_lock": "#7a4fa3",
    "lun_lock": "#b79bd1",
    "command_slots": "#b5651d",
    "worker_pool": "#2f7f72",
    "pool_lock": "#a3d9cc",
    "workers": "#5fb6a6",
    "memory_bus": "#6b8e23",
    "device_commands": "#8f5a1e",
    "device_dies": "#c08a4d",
    "device_links": "#e0c29a",
    "device_latency": "#5a3a10",
    "physical_cpus": "#1c1c3c",
    "throttle": "#d7301f",
    "pace": "#c2c2c2",
    "cache_lines": "#f06292",
    "wake_ups": "#9bbfdd",
}
_UNKNOWN = "#7f7f7f"
_MOST_PANELS = 6
_ROW = 0.5  # inches
_CURVE = "row of a curve"
_COLUMNS = ["resource", "gain_percent", "gain_percent_ci95", "path_share", "path_share_ci95", "utilization",
            "utilization_ci95", marks.STATE]


def draw(explanation: Explanation) -> Iterator[Drawing]:
    study = explanation.resources
    table = study.points[study.points["bottleneck"]]
    if not table.empty:
        yield Drawing("bottleneck_map", _figure(explanation, _points(study, table)),
                      table[["series", *study.configuration, *_COLUMNS]])


def _points(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """One row for each point: what limits it first, with the words of all that tie."""
    place = ["series", *study.configuration]
    tied = table.groupby(place, sort=False, dropna=False)["words"].transform(" = ".join)
    return table.assign(words=tied).drop_duplicates(place)


def _figure(explanation: Explanation, table: pd.DataFrame) -> Figure:
    mapped, y = _as_maps(explanation, table)
    x, rows = mapped.x_axis, mapped.points
    parts = cell_map.parts(mapped, rows, [axis for axis in mapped.axes if axis not in (x, y)])
    shown = page.spread(parts, _MOST_PANELS)
    xs, ys = mapped.values(x), mapped.values(y)
    layout = page.Layout(len(shown), 9.6, 0.8 + max(_ROW * len(ys), 1.1), 1)
    sheet = page.Page(layout)
    names = [name for name in _COLOURS if (rows["resource"] == name).any()]
    names += sorted(set(rows["resource"]) - set(names))
    colours = ListedColormap([_COLOURS.get(name, _UNKNOWN) for name in names])
    norm = BoundaryNorm(np.arange(len(names) + 1) - 0.5, len(names))
    maps = []
    for heading, part in shown:
        values = cell_map.cells(part.assign(colour=part["resource"].map(names.index)), x, y, xs, ys, "colour")
        texts = {(ys.index(row[y]), xs.index(row[x])): _text(row) for _, row in part.iterrows()}
        texts = cell_map.marked(texts, part, x, y, xs, ys)
        maps.append(cell_map.Map(heading, values, texts))
    cell_map.draw(sheet, maps, xs, ys, colours, norm)
    if y == _CURVE:
        for axes in sheet.panels:
            axes.set_yticks(axes.get_yticks(), [page.wrap(label, style.NOTE_PT, 1.7) for label in ys],
                            size=style.NOTE_PT)
    sheet.label(words.axis_name(x), "" if y == _CURVE else words.axis_name(y))
    notes = ["Cells: the resource that, halved, moves the bandwidth most; what the bandwidth then gains; and how "
             "busy the resource is. If there are several of its kind, the busiest one counts."]
    if rows["words"].str.contains(" = ").any():
        notes.append("=: their gains cannot be told apart.")
    if any(np.isnan(one.values).any() for one in maps):
        notes.append("Grey: no such point, or nothing that moves it alone.")
    if len(shown) < len(parts):
        notes.append(f"{len(parts) - len(shown)} further maps are not shown; the CSV has all.")
    handles = [Patch(color=_COLOURS.get(name, _UNKNOWN), linewidth=0, label=_words(rows, name))
               for name in names]
    return sheet.finish(_title(rows), mapped.title, handles, [*marks.notes(rows), *notes, *mapped.notes])


def _as_maps(explanation: Explanation, table: pd.DataFrame) -> tuple[Study, str]:
    """The points as a study with one curve for each map, and the axis that goes up: vCPUs, another one, or curves."""
    study = explanation.resources
    further = study.axes[1:]
    if "vcpus" in further or (study.x_axis != "vcpus" and any(len(members) > 1 for _, members in explanation.groups)):
        y = "vcpus"
        curves = [Curve(str(i), label, i) for i, (label, _) in enumerate(explanation.groups)]
        group = {one.name: str(i) for i, (_, members) in enumerate(explanation.groups) for one in members}
        rows = table.assign(series=table["series"].map(group))
    elif further:
        y, curves, rows = further[0], study.curves, table
    else:
        y, curves = _CURVE, [Curve("", "", 0)]
        upwards = [table[table["series"] == one.name].assign(**{_CURVE: one.label}) for one in study.curves[::-1]]
        rows = pd.concat(upwards).assign(series="")
    return Study(study.name, study.title, curves, rows, study.configuration, study.axes, notes=study.notes), y


def _words(rows: pd.DataFrame, name: str) -> str:
    """What the points call a resource, all of them if they differ."""
    return " / ".join(dict.fromkeys(rows.loc[rows["resource"] == name, "words"].str.split(" = ").str[0]))


def _text(row: pd.Series) -> str:
    lines = [row["words"].replace(" = ", " =\n"), f"{row['gain_percent']:+.0f} % halved"]
    if not np.isnan(row["utilization"]):
        lines.append(f"{100 * row['utilization']:.0f} % busy")
    return "\n".join(lines)


def _title(rows: pd.DataFrame) -> str:
    names = rows["words"].str.replace(r".* = .*", "a tie", regex=True)
    counts = names.value_counts(sort=False).sort_values(ascending=False, kind="stable")
    first, *others = counts.items()
    if not others:
        return f"{first[0]} limits {'each' if first[1] > 1 else 'the one'} point"
    return f"{first[0]} limits {first[1]} of {counts.sum()} points, " + words.listed([f"{n} {c}" for n, c in others])

"""What a report says of an explanation: the map of bottlenecks, and what else stands in the way."""

from __future__ import annotations

from typing import Iterator

import pandas as pd

from analysis.explain.explanation import Explanation
from analysis.figures import marks, words
from analysis.page import markup
from analysis.page.section import Section

_LOOKS = 8  # page.css has so many fills for resources


def sections(explanation: Explanation) -> Iterator[Section]:
    study = explanation.resources
    limits = study.points[study.points["bottleneck"]]
    section = Section("What limits each point", [markup.paragraph(
        "The resource that, halved, moves the bandwidth most; what the bandwidth then gains; and how busy the resource "
        "is. Where several are named, their gains cannot be told apart.")])
    if limits.empty:
        section.body.append(markup.paragraph("Nothing alone moves the bandwidth of any point."))
    else:
        section.body += _maps(explanation, limits)
    section.body.append(markup.folded("All candidates", _candidates(explanation)))
    section.body += [markup.paragraph(note, class_="note") for note in (*marks.notes(study.points), *study.notes)]
    yield section


def _maps(explanation: Explanation, limits: pd.DataFrame) -> list[markup.Markup]:
    """A row for each curve and setting of the further axes, a column for each value of the first."""
    study = explanation.resources
    x = study.x_axis
    place = ["series", *study.configuration]
    tied = limits.groupby(place, sort=False, dropna=False)["words"].transform(" = ".join)
    first = limits.assign(words=tied).drop_duplicates(place)
    looks = {name: i % _LOOKS for i, name in enumerate(dict.fromkeys(limits.sort_index()["resource"]))}
    xs = study.values(x)
    lines = []
    for curve in study.curves:
        of_curve = study.of(curve)
        for setting in _settings(of_curve, study.axes[1:]):
            here, there = (_selected(rows, setting) for rows in (study.of(curve, first), of_curve))
            heading = ", ".join([curve.label, *(words.at(axis, value) for axis, value in setting.items())])
            cells = [_cell(here[here[x] == value], not there[there[x] == value].empty, looks) for value in xs]
            lines.append(markup.tag("tr", markup.tag("th", heading, scope="row"), *cells))
    head = markup.tag("tr", markup.tag("th", words.axis_name(x), scope="col"),
                      *(markup.tag("th", words.shown(value), scope="col") for value in xs))
    caption = "Map of bottlenecks"
    table = markup.tag("table", markup.tag("caption", caption), markup.tag("thead", head), markup.tag("tbody", *lines),
                       class_="map")
    return [markup.tag("div", table, class_="scroll", tabindex=0, role="group", aria_label=caption)]


def _settings(rows: pd.DataFrame, axes: list[str]) -> list[dict]:
    return rows[axes].drop_duplicates().to_dict("records") if axes else [{}]


def _selected(rows: pd.DataFrame, setting: dict) -> pd.DataFrame:
    for axis, value in setting.items():
        rows = rows[rows[axis] == value]
    return rows


def _cell(rows: pd.DataFrame, exists: bool, looks: dict[str, int]) -> markup.Markup:
    if rows.empty:
        return markup.tag("td", "nothing alone" if exists else "", class_="cell")
    row = rows.iloc[0]
    busy = "" if pd.isna(row["utilization"]) else f", {100 * row['utilization']:.0f} % busy"
    return markup.tag("td", f"{row['words']}{marks.of(row[marks.STATE])}",
                      markup.tag("small", f"{row['gain_percent']:+.0f} % if halved{busy}"),
                      class_=f"cell look-{looks[row['resource']]}")


def _candidates(explanation: Explanation) -> markup.Markup:
    study = explanation.resources
    labels = {one.name: one.label for one in study.curves}
    lines = []
    for _, row in study.points.iterrows():
        lines.append([labels[row["series"]], *(words.shown(row[axis]) for axis in study.axes), row["words"],
                      _number(row["gain_percent"], row["gain_percent_ci95"], "{:+.1f} %"),
                      _number(100 * row["path_share"], 100 * row["path_share_ci95"], "{:.1f} %"),
                      _number(100 * row["utilization"], 100 * row["utilization_ci95"], "{:.1f} %"),
                      "limits it" if row["bottleneck"] else ""])
    axes = [words.short_name(axis) for axis in study.axes]
    return markup.table("Resources of each point", ["curve", *axes, "resource", "bandwidth if halved",
                                                    "share of the critical path", "busy", "verdict"], lines,
                        range(len(axes) + 2, len(axes) + 5))


def _number(value: float, half: float, form: str) -> str:
    if pd.isna(value):
        return "\u2013"
    return form.format(value) + ("" if pd.isna(half) else f" \u00b1 {half:.1f}")

"""What a report says of two results: what moved from one to the other, by how much, and is it more than chance?"""

from __future__ import annotations

import json
import math

import pandas as pd

from analysis.diff import moved
from analysis.diff.moved import CHANCE, MOVED, SAME, UNKNOWN
from analysis.figures import estimate, load, marks, metrics, words
from analysis.figures.load import Curve, Study
from analysis.figures.metrics import HEADLINES, Metric
from analysis.page import charts, markup
from analysis.page.section import Chart, Section

_NO_SETTING = ("study", "title", "description", "seeds")
_MOST_LINES = 200
_LONGEST = 80
_SAME_COLOUR = 8  # so many curves later colour and marker are the same again, and the line is another one


def between(before: Study, after: Study, names: tuple[str, str]) -> Section:
    """names: what the two are called. Throws InputError where points cannot be told apart."""
    columns = moved.align(before, after)
    both, only_before, only_after = moved.points(before, after, columns)
    section = Section(f"What moved: {names[1]} against {names[0]}")
    section.body.append(_settings(before, after, names))
    for name, points in zip(names, (only_before, only_after)):
        if points:
            more = f" and {len(points) - 10} more" if len(points) > 10 else ""
            section.body.append(markup.paragraph(f"In {name} alone, {len(points)}: {', '.join(points[:10])}{more}."))
    if not both:
        section.body.append(markup.paragraph("They have no point in common."))
        return section
    known = [name for name in HEADLINES if name in metrics.available(before) and name in metrics.available(after)]
    table = moved.diff(before, after, both, columns, known)
    section.body += [_counts(table, len(both), names), *_charts(before, table, columns, names),
                     _differences(before, table, columns, names)]
    section.body.append(markup.paragraph(_how(table), class_="note"))
    section.body += [markup.paragraph(note, class_="note") for note in marks.notes(table)]
    return section


def _settings(before: Study, after: Study, names: tuple[str, str]) -> markup.Markup:
    lines = [[markup.tag("span", path, class_="path"), _short(a), _short(b)]
             for path, a, b in moved.settings(before, after) if path.split("[")[0] not in _NO_SETTING]
    if not lines:
        return markup.paragraph("No setting differs.")
    return markup.table("Settings that differ", ["setting", *names], lines)


def _short(value) -> str:
    text = "not there" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "\u2026"


def _counts(table: pd.DataFrame, points: int, names: tuple[str, str]) -> markup.Markup:
    lines = []
    for metric, rows in table.groupby("metric", sort=False):
        percent = rows.loc[rows["what"] == MOVED, "difference_percent"].dropna()
        reach = "" if percent.empty else f"{percent.min():+.3g} % to {percent.max():+.3g} %"
        counts = [int((rows["what"] == what).sum()) for what in (MOVED, CHANCE, SAME, UNKNOWN)]
        lines.append([Metric(metric).heading, *counts, reach])
    return markup.table(f"{points} points in both", ["metric", "moved", "within chance", "the same", "no interval",
                                                     f"{names[1]} where it moved"], lines, range(1, 6))


def _charts(before: Study, table: pd.DataFrame, columns: list[str], names: tuple[str, str]) -> list[Chart]:
    """Differences in percent over the axes; and both results beside each other."""
    of = [(metric, rows) for metric, rows in table.groupby("metric", sort=False)]
    points = of[0][1][[*columns, marks.STATE]].reset_index(drop=True)
    axes = load.axes_of(points, columns[1:])
    curves = [curve for curve in before.curves if curve.name in set(points["series"])]
    differences = Study("", before.title, curves, points, columns[1:], axes)
    percent = [(metric, f"difference in {Metric(metric).noun} (%)", "%", rows.assign(
        **{metric: rows["difference_percent"], estimate.interval_of(metric): rows["difference_percent_ci95"]}))
        for metric, rows in of]
    pair = [Curve(f"{name}: {curve.name}", f"{curve.label} ({name})", curve.index + k * _SAME_COLOUR)
            for curve in curves for k, name in enumerate(names)]

    def of_both(rows: pd.DataFrame, metric: str = "") -> pd.DataFrame:
        parts = []
        for name, which in zip(names, ("before", "after")):
            part = rows.assign(series=name + ": " + rows["series"])
            if metric:
                part = part.assign(**{metric: rows[which], estimate.interval_of(metric): rows[f"{which}_ci95"]})
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    beside = Study("", before.title, pair, of_both(points), columns[1:], axes)
    values = [(metric, Metric(metric).label, Metric(metric).unit, of_both(rows, metric)) for metric, rows in of]
    return [Chart(charts.table_chart(differences, f"Difference of {names[1]} against {names[0]}", percent, 0.0)),
            Chart(charts.table_chart(beside, "Both results", values))]


def _differences(before: Study, table: pd.DataFrame, columns: list[str], names: tuple[str, str]) -> markup.Markup:
    labels = {one.name: one.label for one in before.curves}
    axes = load.axes_of(table, columns[1:])
    rows = table[table["what"] == MOVED]
    lines = [[labels.get(row["series"], row["series"]), *(words.shown(row[axis]) for axis in axes),
              Metric(row["metric"]).noun, _number(row["before"]), _number(row["after"]) + marks.of(row[marks.STATE]),
              f"{row['difference_percent']:+.3g} %", _interval(row),
              "" if math.isnan(row["p_holm"]) else f"{row['p_holm']:.2g}"]
             for _, row in rows.head(_MOST_LINES).iterrows()]
    if not lines:
        return markup.paragraph("Nothing moved by more than chance.")
    more = len(rows) - len(lines)
    heading = ["curve", *(words.short_name(axis) for axis in axes), "metric", *names, "difference", "95 %", "p"]
    made = markup.table("What moved by more than chance", heading, lines, range(2 + len(axes), 7 + len(axes)))
    return markup.joined([made, markup.paragraph(f"{more} more: `vqlab diff --out` writes all.") if more else None])


def _interval(row: pd.Series) -> str:
    half = row["difference_percent_ci95"]
    return "" if math.isnan(half) else f"\u00b1 {half:.2g} %"


def _number(value: float) -> str:
    return "\u2013" if math.isnan(value) else f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _how(table: pd.DataFrame) -> str:
    tests = set(table["test"]) - {""}
    how = ["Pairs of seeds are judged by Student's paired t test."] if "paired" in tests else []
    if "intervals" in tests:
        how.append(f"With fewer than {moved.FEWEST_PAIRS} common seeds the 95 % intervals of the runs judge, as "
                   "independent.")
    how.append("p is after Holm's correction for all points of a metric; at most 5 % is more than chance.")
    return " ".join(how)

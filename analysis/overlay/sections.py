"""What a report says of an overlay: what was measured on a real machine beside what was simulated."""

from __future__ import annotations

from typing import Iterator

import pandas as pd

from analysis.figures import estimate, load, marks
from analysis.figures.metrics import Metric
from analysis.overlay import comparison
from analysis.overlay.comparison import ERROR, MEASURED, SIMULATED
from analysis.overlay.overlaid import Overlaid
from analysis.page import charts, markup
from analysis.page.section import Chart, Section


def sections(overlaid: Overlaid) -> Iterator[Section]:
    section = Section("Measured beside simulated", [markup.items(comparison.verdict(overlaid.study, overlaid.table))])
    section.body += [_errors(overlaid), Chart(_chart(overlaid), ("Open markers are what was measured.",))]
    notes = [*marks.notes(overlaid.table), *overlaid.study.notes]
    if overlaid.not_compared:
        notes.append(f"{overlaid.not_compared} measurements have no point in the result; overlay.json lists them.")
    section.body += [markup.paragraph(note, class_="note") for note in notes]
    yield section


def _errors(overlaid: Overlaid) -> markup.Markup:
    lines = [[Metric(one.metric).heading, one.points, f"{one.absolute_percent:.1f} %", f"{one.signed_percent:+.1f} %",
              f"{one.largest_percent:+.1f} % at {one.largest_at}",
              "\u2013" if one.beyond is None else f"{one.beyond} of {one.with_intervals}",
              "\u2013" if one.outside is None else one.outside]
             for one in comparison.scores(overlaid.study, overlaid.table)]
    return markup.table("Errors of what was simulated", ["metric", "points", "mean absolute", "mean", "largest",
                                                         "intervals do not meet", "outside the model's band"], lines,
                        (1, 2, 3))


def _chart(overlaid: Overlaid) -> dict:
    study, keys = overlaid.study, ["series", *overlaid.study.configuration]
    place = {key: i for i, key in enumerate(load.keys_of(study.points, keys))}
    of = [(name, Metric(name).label, Metric(name).unit, _simulated(rows, name))
          for name, rows in overlaid.table.groupby("metric", sort=False)]
    chart = charts.table_chart(study, "Simulated curves, measured points", of)
    chart["published"] = "measured"
    for metric, (_, _, _, rows) in zip(chart["metrics"], of):
        for name, column in (("published", MEASURED), ("error_percent", ERROR), ("low", load.MODEL_LOW),
                             ("high", load.MODEL_HIGH)):
            values: list[float | None] = [None] * len(place)
            for key, value in zip(load.keys_of(rows, keys), rows[column]):
                values[place[key]] = charts.number(value)
            metric["values"][name] = values
    return chart


def _simulated(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return rows.assign(**{name: rows[SIMULATED], estimate.interval_of(name): rows["simulated_ci95"]})

"""What a report says of the results of `vqlab run`: its curves, and where the latency goes."""

from __future__ import annotations

from typing import Iterator

import pandas as pd

from analysis.figures import estimate, load, marks, metrics, published, stages, words
from analysis.figures.load import Study
from analysis.figures.metrics import Metric
from analysis.page import charts, markup
from analysis.page.section import Chart, Section
from analysis.run.speedup_table import PUBLISHED_SPEEDUP, SPEEDUP, speedups

_STAGES = "stages.csv"
_UNKNOWN = "#8a8a8a"


def sections(study: Study) -> Iterator[Section]:
    yield _results(study)
    others = _on_other_machines(study)
    if others.body:
        yield others
    if (study.directory / _STAGES).exists():
        section = _latency(study)
        if section.body:
            yield section


def _results(study: Study) -> Section:
    section = Section("Results", warnings=_warnings(study))
    main = Metric(study.published_metric or load.BANDWIDTH)
    if main.column in metrics.available(study):
        section.body.append(_table(study, main))
    data, notes = charts.curves_chart(study, "Every metric over the swept axes")
    section.body.append(Chart(data, (*notes, *study.notes)))
    if study.baseline is not None and not study.no_baseline_because:
        table = speedups(study)
        if not table.empty and table[SPEEDUP].notna().any():
            section.body.append(_speedup(study, table))
    return section


def _on_other_machines(study: Study) -> Section:
    """The points with published values, on the machines that the scenario names beside its own."""
    section = Section("On other machines")
    for directory in sorted(study.directory.glob("on_*")):
        if (directory / "run.json").is_file() and study.published_metric:
            other = load.load(directory)
            section.body += [markup.tag("h3", directory.name.removeprefix("on_")),
                             _table(other, Metric(study.published_metric))]
    return section


def _table(study: Study, metric: Metric) -> markup.Markup:
    """A row for each place on the axes, a column for each curve; in a cell what is published, too, and the error."""
    rows = metrics.averaged(study, metric.column)
    known = published.column(metric.column)
    places = list(dict.fromkeys(load.keys_of(rows, study.axes))) if study.axes else [()]
    cells: dict[tuple, markup.Markup] = {}
    errors = []
    for key, (_, row) in zip(load.keys_of(rows, [*study.axes, "series"]), rows.iterrows()):
        half = row[estimate.interval_of(metric.column)]
        parts: list[object] = [_estimate(row[metric.column], half), marks.of(row[marks.STATE])]
        if known in rows and pd.notna(row[known]):
            error = 100 * (row[metric.column] - row[known]) / row[known]
            errors.append(error)
            parts.append(markup.tag("small", f"published {_short(row[known])}, {error:+.1f} %"))
        cells[key] = markup.joined(parts)
    names = [words.short_name(axis) for axis in study.axes]
    lines = [[", ".join(place) or "all", *(cells.get((*place, one.name), "") for one in study.curves)]
             for place in places]
    caption = f"{metric.heading}{f', {metric.unit}' if metric.unit else ''}"
    heading = [", ".join(names) or "point", *(one.label for one in study.curves)]
    parts = [markup.table(caption, heading, lines, range(1, len(heading)))]
    if errors:
        parts.append(markup.paragraph(
            f"Mean absolute error {sum(map(abs, errors)) / len(errors):.1f} % over {len(errors)} cells, largest "
            f"{max(map(abs, errors)):.1f} %. " + (f"Published: {study.source.rstrip('.')}." if study.source else "")))
    parts += [markup.paragraph(note, class_="note") for note in marks.notes(rows)]
    return markup.joined(parts)


def _estimate(value: float, half: float) -> str:
    if pd.isna(half):
        return _short(value)
    return f"{_short(value)} \u00b1 {half:.2g}" if half < 100 else f"{_short(value)} \u00b1 {half:.0f}"


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _speedup(study: Study, table: pd.DataFrame) -> Chart:
    table = table.copy()
    others = [curve for curve in study.curves if curve.name in set(table["series"])]
    of = Study(study.name, study.title, others, table, study.configuration, study.axes)
    data = charts.table_chart(of, f"Speed-up over {study.baseline.label}",
                              [(SPEEDUP, "speed-up (ratio of bandwidths)", "", table)], 1.0)
    if PUBLISHED_SPEEDUP in table and table[PUBLISHED_SPEEDUP].notna().any():
        data["published"] = "published"
        data["metrics"][0]["values"]["published"] = [charts.number(value) for value in table[PUBLISHED_SPEEDUP]]
    return Chart(data, ("Intervals: ratio of independent estimates. The line is the baseline.",))


def _warnings(study: Study) -> list[str]:
    """What a reader has to know before the numbers are used."""
    said = []
    for state, why in ((marks.NOT_PRECISE, "ended before their intervals were as narrow as asked"),
                       (marks.NOT_SETTLED, "disagree by more than their intervals, or were too short: the interval may "
                                           "miss the truth")):
        points = study.points[study.points[marks.STATE] == state]
        if not points.empty:
            said.append(f"{marks.of(state)} {len(points)} of {len(study.points)} points are {state}: their runs {why}. "
                        f"{_named(study, points)}")
    said += [_at_the_end(study, axis) for axis in study.axes if not _is_names(study, axis)]
    return [text for text in said if text]


def _named(study: Study, points: pd.DataFrame) -> str:
    labels = {one.name: one.label for one in study.curves}
    parts = []
    for name, rows in points.groupby("series", sort=False):
        places = [" ".join(words.at(axis, row[axis]) for axis in study.axes) for _, row in rows.iterrows()]
        more = f" and {len(places) - 5} more" if len(places) > 5 else ""
        parts.append(f"{labels[name]}: {', '.join(places[:5])}{more}" if study.axes else labels[name])
    return "; ".join(parts) + "."


def _is_names(study: Study, axis: str) -> bool:
    return any(isinstance(value, str) for value in study.values(axis))


def _at_the_end(study: Study, axis: str) -> str:
    """Curves that are highest at the last value of an axis, and still rise there by more than their intervals."""
    values = study.values(axis)
    if len(values) < 3:
        return ""
    half = estimate.interval_of(load.BANDWIDTH)
    rising = []
    for curve in study.curves:
        best = study.of(curve).groupby(axis)[load.BANDWIDTH].max()
        if best.index.max() != values[-1] or len(best) < 3:
            continue
        ends = study.of(curve)[study.of(curve)[axis].isin(values[-2:])]
        reach = ends[half].fillna(0).max()
        if best.idxmax() == values[-1] and best.iloc[-1] - best.iloc[-2] > 2 * reach:
            rising.append(curve.label)
    if not rising:
        return ""
    return (f"The sweep ends while the bandwidth still rises: {words.listed(rising)} "
            f"{'is' if len(rising) == 1 else 'are'} highest at the last value, {words.at(axis, values[-1])}.")


def _latency(study: Study) -> Section:
    """The mean latency by stage, over the axes, for each curve."""
    path = study.directory / _STAGES
    measures = (stages.LATENCY, stages.QUEUEING, stages.SERVICE)
    rows = load.read_table(path, ("series", "stage"), ("series", "stage", "seed", *measures), "stages",
                           "run.json and stages.csv")
    if "vcpus" not in rows and "guest.vcpus" in rows:
        rows = rows.rename(columns={"guest.vcpus": "vcpus"})
    keys = ["series", *study.configuration]
    rows = rows[rows[stages.LATENCY].notna()]
    if rows.empty or any(key not in rows for key in keys):
        return Section("Where the latency goes")
    place = {key: i for i, key in enumerate(load.keys_of(study.points, keys))}
    means = rows.assign(place=[place.get(key, -1) for key in load.keys_of(rows, keys)])
    means = means[means["place"] >= 0].groupby(["stage", "place"])[list(measures)].mean()
    return Section("Where the latency goes", [
        markup.paragraph("Each stage begins where the one before ends, so that they add up to the mean latency. "
                         "Service is what a stage takes on a machine that is otherwise idle; queueing is the rest."),
        Chart(_stack(study, means, [name for name in dict.fromkeys(rows["stage"])]))])


def _stack(study: Study, means: pd.DataFrame, names: list[str]) -> dict:
    looks = {name: (group, colour) for group, members in stages.GROUPS.items()
             for name, colour in zip(members, stages.COLOURS[group])}
    names = [*(name for name in looks if name in names), *(name for name in names if name not in looks)]
    where = charts.grid(study, study.points)
    count = len(study.points)
    whole = means[stages.LATENCY].groupby("place").sum()
    shares = 100 * means[stages.LATENCY] / whole.reindex(means.index.get_level_values("place")).to_numpy()

    def by_stage(values: pd.Series) -> list[list]:
        return [[charts.number(value) for value in values.loc[name].reindex(range(count))] for name in names]

    measures = [("latency_us", "mean latency (us)", "us", means[stages.LATENCY]),
                ("latency_share_percent", "share of the latency (%)", "%", shares),
                ("queueing_us", "queueing (us)", "us", means[stages.QUEUEING]),
                ("service_us", "service (us)", "us", means[stages.SERVICE])]
    return {"kind": "stack", "title": "Mean latency by stage", "axes": where.axes, "curves": where.curves,
            "points": where.points,
            "parts": [{"name": name, "group": looks.get(name, ("other", _UNKNOWN))[0],
                       "colour": looks.get(name, ("other", _UNKNOWN))[1]} for name in names],
            "measures": [{"column": column, "label": label, "unit": unit, "values": by_stage(values)}
                         for column, label, unit, values in measures]}

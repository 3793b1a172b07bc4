"""What a report says of a comparison: every policy against the baseline, and where which one is better."""

from __future__ import annotations

from typing import Iterator

import pandas as pd

from analysis.compare.comparison import NAMES, Comparison
from analysis.figures import estimate, marks, words
from analysis.figures.load import GAIN, Study
from analysis.figures.metrics import Metric
from analysis.page import charts, markup
from analysis.page.section import Chart, Section

_INTERVAL = "difference_percent_ci95"


def sections(comparison: Comparison) -> Iterator[Section]:
    others = [policy.label for policy in comparison.others()]
    section = Section("Policies compared", [markup.paragraph(
        f"{words.listed(others)} against {comparison.baseline.label}, paired by seed. Gains are positive where the "
        "policy is better; * marks those that are more than chance after Holm's correction.")])
    section.body.append(_overall(comparison))
    section.body += _charts(comparison)
    section.body.append(markup.folded("Every point", _points(comparison)))
    notes = (*marks.notes(comparison.points), *comparison.notes)
    section.body += [markup.paragraph(note, class_="note") for note in notes]
    yield section


def _names(comparison: Comparison) -> list[str]:
    present = set(comparison.overall["metric"])
    return [name for name in NAMES if name in present]


def _overall(comparison: Comparison) -> markup.Markup:
    rows = comparison.overall.set_index(["policy", "metric"])
    names = _names(comparison)
    lines = []
    for policy in comparison.others():
        line: list[object] = [policy.label]
        for name in names:
            line.append(_gain(rows.loc[(policy.name, name)]) if (policy.name, name) in rows.index else "\u2013")
        lines.append(line)
    return markup.table(f"Gain over {comparison.baseline.label}, over all points",
                        ["policy", *(NAMES[name] for name in names)], lines, range(1, len(names) + 1))


def _gain(row: pd.Series) -> str:
    if pd.isna(row[GAIN]):
        return "\u2013"
    half = "" if pd.isna(row[_INTERVAL]) else f" \u00b1 {row[_INTERVAL]:.2g}"
    return f"{row[GAIN]:+.2f}{half} %{'*' if row['significant'] else ''}{marks.of(row[marks.STATE])}"


def _charts(comparison: Comparison) -> Iterator[Chart]:
    """The metrics themselves, and the gains over the baseline."""
    studies = {name: comparison.of(name) for name in _names(comparison)}
    studies = {name: study for name, study in studies.items() if not study.points.empty}
    if not studies:
        return
    first = next(iter(studies.values()))
    means = [(name, Metric(name).label, Metric(name).unit, study.points) for name, study in studies.items()]
    yield Chart(charts.table_chart(_of_all(first, studies), "Each policy", means))
    gains = [(f"{name}_gain", f"gain in {NAMES[name]} (%)", "%", _gains(comparison, study, name))
             for name, study in studies.items()]
    gains = [one for one in gains if not one[3].empty]
    if gains:
        points = _of_all(first, studies).points
        others = Study(first.name, first.title, comparison.others(),
                       points[points["series"] != comparison.baseline.name], first.configuration, first.axes)
        yield Chart(charts.table_chart(others, f"Gain over {comparison.baseline.label}", gains, 0.0),
                    ("Above the line is better, whatever the metric: a lower latency is a gain, too.",))


def _of_all(first: Study, studies: dict[str, Study]) -> Study:
    """The points of all metrics, each once."""
    keys = ["series", *first.configuration]
    points = pd.concat([study.points[[*keys, marks.STATE]] for study in studies.values()]).drop_duplicates(keys)
    return Study(first.name, first.title, first.curves, points.reset_index(drop=True), first.configuration, first.axes)


def _gains(comparison: Comparison, study: Study, name: str) -> pd.DataFrame:
    rows = study.points[(study.points["series"] != comparison.baseline.name) & study.points[GAIN].notna()]
    return rows.assign(**{f"{name}_gain": rows[GAIN], estimate.interval_of(f"{name}_gain"): rows[_INTERVAL]})


def _points(comparison: Comparison) -> markup.Markup:
    rows = comparison.points[comparison.points["policy"] != comparison.baseline.name]
    axes = [axis for axis in comparison.configuration if rows[axis].nunique() > 1]
    lines = [[row["policy"], *(words.shown(row[axis]) for axis in axes), NAMES.get(row["metric"], row["metric"]),
              "\u2013" if pd.isna(row["mean"]) else f"{row['mean']:.4g}", _gain(row), row["verdict"]]
             for _, row in rows.iterrows()]
    heading = ["policy", *(words.short_name(axis) for axis in axes), "metric", "mean", "gain", "verdict"]
    return markup.table("Gains at each point", heading, lines, range(len(axes) + 2, len(axes) + 4))

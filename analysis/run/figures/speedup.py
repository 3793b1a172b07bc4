"""Speed-up of every curve over the baseline, with the interval of a ratio of independent estimates."""

from __future__ import annotations

from typing import Iterator

from analysis.figures import curves, headline, words
from analysis.figures.load import Study
from analysis.figures.page import Drawing
from analysis.run.speedup_table import OUTSIDE_SPEEDUP, PUBLISHED_SPEEDUP, SPEEDUP, speedups


def draw(study: Study) -> Iterator[Drawing]:
    if study.no_baseline_because:
        return
    table = speedups(study)
    if table.empty or table[SPEEDUP].isna().all():
        return
    yield Drawing("speedup", curves.draw(
        study, table, SPEEDUP, x=study.x_axis, y_label=f"speed-up over {_short(study.baseline.label)} (ratio)",
        title=_title(study, table),
        drawn=[curve for curve in study.curves if curve != study.baseline],
        notes=["Intervals: ratio of independent estimates."], published=PUBLISHED_SPEEDUP, outside=OUTSIDE_SPEEDUP,
        level=1.0,
        level_label=f"1: {study.baseline.label}"), table)


def _short(label: str) -> str:
    """The legend has the whole label; beside the axis there is room for a short one."""
    return label if len(label) <= 28 else "the baseline"


def _title(study: Study, table) -> str:
    best, rivals = headline.top(table, SPEEDUP)
    label = next(curve.label for curve in study.curves if curve.name == best["series"])
    where = words.listed([words.at(axis, best[axis]) for axis in study.axes or ["targets"]])
    return headline.speedup_text(len(table), best[SPEEDUP], rivals, where, label)

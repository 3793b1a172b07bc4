"""Maps of each policy's gain over the baseline: targets across, vCPUs up, one panel per policy."""

from __future__ import annotations

from typing import Iterator

import pandas as pd

from analysis.figures import estimate, gain_map, headline, marks, words
from analysis.compare.comparison import GAIN, METRICS, Comparison
from analysis.figures.load import MODEL_GAIN, Study
from analysis.figures.page import Drawing

_MOST_PANELS = 12
_INTERVAL = "difference_percent_ci95"


def draw(comparison: Comparison) -> Iterator[Drawing]:
    for metric, noun, better in METRICS:
        study = comparison.of(metric)
        table = study.points[study.points[GAIN].notna()]
        if table.empty:
            continue
        texts = gain_map.Texts(_title(study, table, noun), noun, comparison.baseline.label, better,
                               "Differences are paired by seed, and more than chance at 5 % after Holm's correction "
                               "over all policies and points.")
        figure, lines = gain_map.draw(study, table, *gain_map.axes_of(study), texts, _MOST_PANELS)
        columns = ["series", *study.configuration, "seeds", GAIN, _INTERVAL, "p_holm", "verdict",
                   *(column for column in MODEL_GAIN if column in table), marks.STATE]
        yield Drawing("gain_map_" + noun.replace(" ", "_"), figure, table[columns], {"lines": lines})


def _title(study: Study, table: pd.DataFrame, noun: str) -> str:
    certain = table[table[gain_map.SURE] & (table[GAIN] > 0)]
    if certain.empty:
        return f"No policy gains {noun} significantly at any point"
    best, rivals = headline.top(certain.rename(columns={_INTERVAL: estimate.interval_of(GAIN)}), GAIN)
    where = words.listed([words.at(axis, best[axis]) for axis in study.axes or ["targets"]])
    what = f"A significant gain in {noun} reaches" if rivals else f"The largest significant gain in {noun} is"
    return f"{what} {best[GAIN]:.1f} %: {best['series']} with {where}{headline.rivals_text(rivals)}"

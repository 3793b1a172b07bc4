"""A matrix of policies: what each gains over each other one, over all points."""

from __future__ import annotations

from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.figures import gain_colours
from analysis.figures import cell_map, marks, page
from analysis.compare.comparison import GAIN, METRICS, Comparison
from analysis.figures.gain_map import gain_text
from analysis.figures.page import Drawing

_COLUMNS = ["policy", "against", GAIN, "difference_percent_ci95", "p_holm", "verdict", marks.STATE]


def draw(comparison: Comparison) -> Iterator[Drawing]:
    if comparison.pairs is None:
        return
    for metric, noun, better in METRICS:
        pairs = comparison.pairs
        table = pairs[(pairs["metric"] == metric) & pairs[GAIN].notna()]
        if not table.empty:
            yield Drawing("pair_map_" + noun.replace(" ", "_"), _figure(comparison, table, noun, better),
                          table[_COLUMNS])


def _figure(comparison: Comparison, table: pd.DataFrame, noun: str, better: str) -> Figure:
    numbers = {policy.name: i for i, policy in enumerate(comparison.policies)}
    size = len(numbers)
    gains = np.full((size, size), np.nan)
    plain = np.full((size, size), False)
    texts = {}
    for _, row in table.iterrows():
        at = size - 1 - numbers[row["policy"]], numbers[row["against"]]  # the first policy stands at the top
        gains[at] = row[GAIN]
        plain[at] = not row["significant"]
        texts[at] = gain_text(row[GAIN]) + marks.of(row[marks.STATE])
    layout = page.Layout.of(1)
    layout.height = 0.8 + max(0.36 * size, 1.1)
    sheet = page.Page(layout)
    norm = gain_colours.norm_of(table[GAIN])
    labels = [f"{i + 1} {policy.label}" for i, policy in enumerate(comparison.policies)]
    image = cell_map.draw(sheet, [cell_map.Map("", gains, texts, plain)], [str(i + 1) for i in range(size)],
                          labels[::-1], gain_colours.COLOURS, norm)
    gain_colours.draw_bar(sheet, image, norm, table[GAIN], f"gain in {noun} (%)")
    sheet.label("over policy", "")
    notes = [f"Gain of the row's policy over the column's, over all points: positive is {better}. Differences are "
             f"paired by seed, and significant at 5 % after Holm's correction over all {len(table)} pairs."]
    handles = [] if table["significant"].all() else [cell_map.plain_handle("not significant")]
    return sheet.finish(_title(table, noun), comparison.title, handles,
                        [*marks.notes(table), *notes, *comparison.notes])


def _title(table: pd.DataFrame, noun: str) -> str:
    sure = table[table["significant"]]
    if sure.empty:
        return f"No two policies differ significantly in {noun}"
    widest = sure.loc[sure[GAIN].abs().idxmax()]
    word = "gains" if widest[GAIN] > 0 else "loses"
    return f"{widest['policy']} {word} {abs(widest[GAIN]):.1f} % in {noun} against {widest['against']}"

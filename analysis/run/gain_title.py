"""What a map of gains says in one line: in how many cells there is more than chance, and how much in one of them."""

from __future__ import annotations

import pandas as pd

from analysis.figures import headline, words
from analysis.figures.gain_map import GAIN, SURE
from analysis.figures.load import Study


def title(study: Study, table: pd.DataFrame) -> str:
    ahead, behind = table[SURE] & (table[GAIN] > 0), table[SURE] & (table[GAIN] < 0)
    cells = f"{len(table)} cells"
    if not ahead.any() and not behind.any():
        return f"No gain or loss in {cells} is more than chance"
    if behind.all():
        best, rivals = headline.top(table, GAIN)
        what = ", as little as" if rivals else "; the smallest is"
        return f"A loss in all {cells}{what} {_at(study, best)}{headline.rivals_text(rivals, 'small')}"
    if not ahead.any():
        worst, rivals = headline.top(table.assign(**{GAIN: -table[GAIN]}), GAIN, behind)
        return (f"A loss in {behind.sum()} of {cells} and a gain in none, up to {_at(study, worst)}"
                f"{headline.rivals_text(rivals)}")
    best, rivals = headline.top(table, GAIN, ahead)
    losses = f"A loss in {behind.sum()} and a gain" if behind.any() else "A gain"
    where = f"all {cells}" if ahead.all() else f"{ahead.sum()} of {cells}"
    return f"{losses} in {where}, up to {_at(study, best)}{headline.rivals_text(rivals)}"


def _at(study: Study, row: pd.Series) -> str:
    size = abs(row[GAIN])
    label = next(curve.label for curve in study.curves if curve.name == row["series"])
    where = words.listed([words.at(axis, row[axis]) for axis in study.axes])
    return f"{size:.{1 if size < 9.95 else 0}f} % with {where} ({label})"

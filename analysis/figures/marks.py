"""What a figure says of points that are not precise or not settled; the glossary has the three words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STATE = "state"  # of a point, a column of tables and of result files
PRECISE, NOT_PRECISE, NOT_SETTLED = "precise", "not precise", "not settled"
_MARKS = {NOT_SETTLED: "?", NOT_PRECISE: "!"}
_MEANINGS = {NOT_SETTLED: "not settled: its runs disagree by more than their intervals, or are shorter than what they "
                          "remember; the interval may miss the truth",
             NOT_PRECISE: "not precise: a run ended before it was as precise as asked"}


def of(state) -> str:
    """The mark behind a number."""
    return _MARKS.get(state, "")


def worst(states) -> str:
    """What all together are."""
    known = set(states)
    return next((state for state in _MARKS if state in known), PRECISE)


def notes(table: pd.DataFrame) -> list[str]:
    """What the marks of the table's rows mean."""
    known = set(table[STATE]) if STATE in table else ()
    return [f"{mark} {_MEANINGS[state]}." for state, mark in _MARKS.items() if state in known]


ABOVE = (0, 8)
BESIDE = (7, 0)


def draw(axes: Axes, at, values, states, by=ABOVE) -> None:
    """A mark for each point that needs one, so many typographic points right of it and above it."""
    from matplotlib.transforms import ScaledTranslation  # slow to load; whoever only reads results need not wait

    from analysis.figures import style

    shifted = axes.transData + ScaledTranslation(by[0] / 72, by[1] / 72, axes.figure.dpi_scale_trans)
    for x, y, state in zip(at, values, states):
        if of(state) and pd.notna(y):
            axes.plot([x], [y], linestyle="none", marker=f"${of(state)}$", markersize=7, color=style.INK,
                      transform=shifted, clip_on=False, zorder=6)


def with_states(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with a column for their state; those of results that do not say it are taken as precise."""
    return rows.assign(**{STATE: rows[STATE].fillna(PRECISE) if STATE in rows else PRECISE})

"""Superlatives that the intervals support."""

from __future__ import annotations

import pandas as pd

from analysis.figures import estimate


def top(table: pd.DataFrame, quantity: str, among: pd.Series | None = None) -> tuple[pd.Series, int]:
    """The row with the largest value, and how many others may be as large: their intervals meet, or are not known.

    among: which rows may be named, if not all.
    """
    best = table.loc[(table if among is None else table[among])[quantity].idxmax()]
    interval = estimate.interval_of(quantity)
    others = table.drop(index=best.name)
    others = others[others[quantity].notna()]
    lower = others[quantity] + others[interval] < best[quantity] - best[interval]
    return best, int((~lower).sum())


def rivals_text(rivals: int, word: str = "high") -> str:
    """What a title with a superlative ends in."""
    return f"; {rivals} {'other' if rivals == 1 else 'others'} may be as {word}" if rivals else ""


def speedup_text(points: int, ratio: float, rivals: int, where: str, label: str) -> str:
    what = "The speed-up is" if points == 1 else "The speed-up reaches" if rivals else "The largest speed-up is"
    return f"{what} {ratio:.2f} with {where} ({label}){rivals_text(rivals)}"

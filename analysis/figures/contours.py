"""Where a quantity passes a level between the cells of a map. Rows and columns count from 0, at the cells' middles."""

from __future__ import annotations

import numpy as np
import pandas as pd

_LADDER = np.array([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000])  # %


def crossings(values: np.ndarray, level: float) -> list[tuple[float, float]]:
    """Row and column of each place on a line between two neighbours where the value passes the level.

    Linear between the two; a cell at the level itself belongs to those below. NaN has no neighbours.
    """
    found = []
    rows, columns = values.shape
    for row in range(rows):
        for column in range(columns):
            for down, right in ((0, 1), (1, 0)):
                if row + down < rows and column + right < columns:
                    share = _share(values[row, column], values[row + down, column + right], level)
                    if share is not None:
                        found.append((row + share * down, column + share * right))
    return found


def _share(here: float, there: float, level: float) -> float | None:
    if np.isnan(here) or np.isnan(there) or (here > level) == (there > level):
        return None
    return (level - here) / (there - here)


def joined(ticks: list) -> slice:
    """The values of an axis between which a line may pass: its numbers above 0, which stand last.

    Names and truth values have nothing between them, and 0 or -1 may be a word: as many queues as there are vCPUs.
    """
    if any(isinstance(tick, (str, bool, np.bool_)) for tick in ticks):
        return slice(0, 0)
    return slice(sum(tick <= 0 for tick in ticks), len(ticks))


def value_at(position: float, ticks: list) -> float:
    """What an axis is worth between two of its values, which are above 0: on their logarithm."""
    below = min(int(position), len(ticks) - 2)
    share, low, high = position - below, ticks[below], ticks[below + 1]
    return low * (high / low) ** share


def level_of(gains: list[np.ndarray], sure: list[np.ndarray]) -> float | None:
    """The level that the maps of one figure are divided by; None if there is none.

    0, if some map has cells that are surely behind and others that are surely ahead. Else, of the round gains that
    divide some map, the one with about as many sure cells above as below it.
    """
    if any(divides(0.0, one, known) for one, known in zip(gains, sure)):
        return 0.0
    certain = np.concatenate([one[known & ~np.isnan(one)] for one, known in zip(gains, sure)])
    rounds = [float(level) for level in (*_LADDER, *-_LADDER)
              if any(divides(level, one, known) for one, known in zip(gains, sure))]
    return min(rounds, key=lambda level: abs(np.sum(certain > level) - np.sum(certain <= level)), default=None)


def divides(level: float | None, gains: np.ndarray, sure: np.ndarray) -> bool:
    """Whether the map has sure cells on both sides; else the line through it may be chance. It is two cells wide."""
    if level is None or min(gains.shape) < 2:
        return False
    certain = gains[sure & ~np.isnan(gains)]
    return bool((certain < level).any() and (certain > level).any())


def table(lines: dict[str, np.ndarray], level: float, x: str, y: str, xs: list, ys: list) -> pd.DataFrame:
    """All crossings of each named map, as values of the axes."""
    rows = [(name, level, value_at(column, xs), value_at(row, ys))
            for name, values in lines.items() for row, column in crossings(values, level)]
    return pd.DataFrame(rows, columns=["line", "level_percent", x, y])


def between(low: np.ndarray, high: np.ndarray, level: float, steps: int = 16) -> np.ndarray:
    """On a grid that is so many times as fine: 1 where `low` is at most the level and `high` above it, else 0."""
    return ((_finer(low, steps) <= level) & (_finer(high, steps) > level)).astype(float)


def _finer(values: np.ndarray, steps: int) -> np.ndarray:
    for axis in (0, 1):
        count = values.shape[axis]
        at = np.linspace(0, count - 1, steps * (count - 1) + 1)
        below = np.minimum(at.astype(int), count - 2)
        share = np.expand_dims(at - below, 1 - axis)
        values = (1 - share) * values.take(below, axis) + share * values.take(below + 1, axis)
    return values

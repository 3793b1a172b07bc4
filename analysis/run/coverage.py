"""How often the 95 % intervals of single runs hold the truth: `python3 -m analysis.run.coverage RESULT_DIR`.

Every column with a column NAME_ci95 beside it is judged, for each point of points.csv, over its seeds. The truth is
the mean over all runs, or with --truth that over the much longer runs of the same points in another result directory.
Runs that are marked as not settled make no promise, and do not count.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.figures import estimate, load, table

FEWEST_SEEDS = 20  # fewer tell nothing: the mean over them is as unsure as each interval
PROMISED_PERCENT = (92, 98)
MOST_TRUTH_ERROR = 0.2  # of the half-widths that are judged by it


def coverage(rows: pd.DataFrame, columns: list[str] | None = None, truth: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row for each point and column: the share of runs whose interval holds the truth, in per cent.

    `error_percent` is the binomial standard error of that share, `width` the mean half-width over the one that the
    scatter between the runs calls for, `runs` those with an interval, `not_settled` those of them that do not count.
    `truth_error` is the half-width of the truth's own 95 % interval, in half-widths that are judged by it. Without
    `truth` each run is part of the mean that it is held against, which flatters by 1 / (2 runs).
    """
    quantities = [name for name in rows if estimate.interval_of(name) in rows]
    unknown = sorted(set(columns or ()) - set(quantities))
    if unknown:
        raise load.InputError(f"no interval for {', '.join(unknown)}; there are {', '.join(quantities)}")
    if "series" not in rows or "seed" not in rows:
        raise load.InputError("points.csv has no columns series and seed")
    configuration = [name for name in rows.columns[: rows.columns.get_loc("seed")] if name != "point"]
    found = []
    for key, group in rows.groupby(configuration, sort=False, dropna=False):
        long_ones = None if truth is None else _at(truth, dict(zip(configuration, key)))
        for name in columns or quantities:
            known = group[group[name].notna() & group[estimate.interval_of(name)].notna()]
            if len(known) < FEWEST_SEEDS:
                continue
            found.append((*key, name, *_judged(known, name, known if long_ones is None else long_ones)))
    if not found:
        raise load.InputError(f"no point has {FEWEST_SEEDS} runs with an interval: run the scenario with more --seeds")
    return pd.DataFrame(found, columns=[*configuration, "quantity", "runs", "not_settled", "percent", "error_percent",
                                        "width", "truth_error", "verdict"])


def _at(truth: pd.DataFrame, place: dict) -> pd.DataFrame:
    for name, value in place.items():
        truth = truth[truth[name].isna() if pd.isna(value) else truth[name] == value]
    if len(truth) < FEWEST_SEEDS:
        raise load.InputError(f"the truth has {len(truth)} runs at {place}; {FEWEST_SEEDS} are needed")
    return truth


def _judged(known: pd.DataFrame, name: str, truth: pd.DataFrame) -> tuple:
    unsettled = pd.Series(False, index=known.index)
    if "not_settled" in known:
        unsettled = known["not_settled"].fillna("") != ""
    half_width = known[estimate.interval_of(name)].mean()
    true = truth[name].dropna()
    truth_error = estimate.NORMAL_95 * true.std(ddof=1) / math.sqrt(len(true)) / half_width if half_width else math.nan
    scatter = known[name].std(ddof=1)
    width = half_width / (estimate.NORMAL_95 * scatter) if scatter > 0 else math.nan
    counted = known[~unsettled]
    if counted.empty:
        return len(known), len(known), math.nan, math.nan, width, truth_error, "not settled"
    share = float(np.mean(np.abs(counted[name] - true.mean()) <= counted[estimate.interval_of(name)]))
    error = math.sqrt(share * (1 - share) / len(counted))
    return (len(known), int(unsettled.sum()), 100 * share, 100 * error, width, truth_error,
            _verdict(100 * share, truth_error))


def _verdict(percent: float, truth_error: float) -> str:
    if truth_error > MOST_TRUTH_ERROR:
        return "truth unsure"
    low, high = PROMISED_PERCENT
    return "too narrow" if percent < low else "too wide" if percent > high else "as promised"


def _points(result: Path) -> pd.DataFrame:
    return table.read(result / "points.csv", ("series",), "points", "points.csv")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python3 -m analysis.run.coverage", description=__doc__)
    parser.add_argument("result_dir", type=Path, help="of a run with many seeds")
    parser.add_argument("--columns", help="comma-separated; all with an interval if left out")
    parser.add_argument("--truth", type=Path, metavar="DIR",
                        help="of the same points, at least 20 times as long as what they remember")
    options = parser.parse_args(arguments)
    try:
        rows = _points(options.result_dir)
        truth = None if options.truth is None else _points(options.truth)
        covered = coverage(rows, options.columns.split(",") if options.columns else None, truth)
    except (OSError, ValueError, load.InputError) as error:
        print(f"coverage: {error}", file=sys.stderr)
        return 2
    print(covered.to_string(index=False, float_format=lambda number: f"{number:.2f}"))
    return 0


if __name__ == "__main__":
    sys.exit(main())

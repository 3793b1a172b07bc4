"""How often the 95 % intervals of single runs hold the mean over all: `python3 -m analysis.run.coverage RESULT_DIR`.

Every column with a column NAME_ci95 beside it is judged, for each point of points.csv, over its seeds.
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


def coverage(rows: pd.DataFrame, columns: list[str] | None = None) -> pd.DataFrame:
    """One row for each point and column: the share of runs whose interval holds the mean, in per cent.

    `error_percent` is the binomial standard error of that share, `width` the mean half-width over the one that the
    scatter between the runs calls for, `runs` those with an interval. Each run is part of the mean that it is held
    against, which flatters by 1 / (2 runs).
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
        for name in columns or quantities:
            known = group[[name, estimate.interval_of(name)]].dropna().to_numpy()
            if len(known) < FEWEST_SEEDS:
                continue
            value, half = known[:, 0], known[:, 1]
            share = float(np.mean(np.abs(value - value.mean()) <= half))
            scatter = float(value.std(ddof=1))
            found.append((*key, name, len(known), 100 * share, 100 * math.sqrt(share * (1 - share) / len(known)),
                          float(half.mean()) / (estimate.NORMAL_95 * scatter) if scatter > 0 else math.nan))
    if not found:
        raise load.InputError(f"no point has {FEWEST_SEEDS} runs with an interval: run the scenario with more --seeds")
    return pd.DataFrame(found, columns=[*configuration, "quantity", "runs", "percent", "error_percent", "width"])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python3 -m analysis.run.coverage", description=__doc__)
    parser.add_argument("result_dir", type=Path, help="of a run with many seeds")
    parser.add_argument("--columns", help="comma-separated; all with an interval if left out")
    options = parser.parse_args(arguments)
    try:
        rows = table.read(options.result_dir / "points.csv", ("series",), "points", "points.csv")
        covered = coverage(rows, options.columns.split(",") if options.columns else None)
    except (OSError, ValueError, load.InputError) as error:
        print(f"coverage: {error}", file=sys.stderr)
        return 2
    print(covered.to_string(index=False, float_format=lambda number: f"{number:.2f}"))
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
"""Prints what every policy gains over all points of several comparisons, as Markdown; `steering_overview.py --help`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from analysis.figures import needs

try:
    import pandas as pd

    from analysis.compare import comparison
    from analysis.figures import gain_map, load, marks, table
except ImportError as missing:
    needs.end_without("steering_overview", missing)

_METRICS = ("bandwidth_mib_per_s", "latency_p99_us", "fairness_jain", "cpu_us_per_io")


def overview(directories: list[Path], metric: str) -> str:
    """One row per policy, one column per comparison: % of the baseline, a star where it is significant.

    Below it what the marks mean, if there are any.
    """
    columns, names = _read(directories, metric)
    lines = _table(columns, names, _chance_cell)
    notes = marks.notes(pd.concat([rows.loc[rows.index.isin(names)] for rows in columns.values()]))
    return "\n".join([*lines, *(line for note in notes for line in ("", note))])


def plausible_overview(directories: list[Path], metric: str) -> str:
    """The same on plausible machines: in how many a policy is ahead and behind, and the middle 90 % of its gain in %.

    The gain is positive where the policy is better, whatever the metric.
    """
    columns, names = _read(directories, metric)
    without = [study for study, rows in columns.items() if "machines" not in rows]
    if without:
        raise load.InputError(f"compared without --uncertainty: {', '.join(without)}")
    return "\n".join(_table(columns, names, _machines_cell))


def _read(directories: list[Path], metric: str) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """The rows over all points of each study, by policy, and the policies but the baseline."""
    columns, baselines = {}, set()
    for directory in directories:
        record = load.read_record(directory / comparison.RECORD)
        all_rows = table.read(directory / comparison.TABLE, (), "a comparison", comparison.TABLE)
        baselines.update(all_rows["baseline"])
        all_rows = marks.with_states(all_rows)
        rows = all_rows[(all_rows["scope"] == "overall") & (all_rows["metric"] == metric)].set_index("policy")
        columns[record["study"]] = rows
    if len(baselines) != 1:
        raise load.InputError(f"comparisons with different baselines: {', '.join(sorted(baselines))}")
    return columns, sorted({policy for rows in columns.values() for policy in rows.index} - baselines)


def _table(columns: dict[str, pd.DataFrame], names: list[str], cell: Callable[[pd.Series], str]) -> list[str]:
    lines = ["| policy | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name in names:
        cells = [cell(rows.loc[name]) if name in rows.index else "" for rows in columns.values()]
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return lines


def _chance_cell(row: pd.Series) -> str:
    return (gain_map.gain_text(row["difference_percent"]) + ("*" if row["significant"] else "")
            + marks.of(row[marks.STATE]))


def _machines_cell(row: pd.Series) -> str:
    if pd.isna(row["machines"]):
        return ""
    low, high = (gain_map.gain_text(row[column]) for column in (gain_map.LOW, gain_map.HIGH))
    band = low if low == high else f"{low} to {high}"
    return f"{row['machines_ahead']:.0f} : {row['machines_behind']:.0f}, {band}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Prints what policies gain over all points of several comparisons, in % of their baseline.")
    parser.add_argument("directories", type=Path, nargs="+", metavar="DIR",
                        help="result directories of `vqlab compare`")
    parser.add_argument("--metric", default="bandwidth_mib_per_s", choices=sorted(_METRICS))
    parser.add_argument("--plausible", action="store_true",
                        help="of comparisons with --uncertainty: machines in which a policy is ahead : behind, and the "
                             "middle 90 %% of its gain")
    options = parser.parse_args(arguments)
    one = plausible_overview if options.plausible else overview
    try:
        print(one(options.directories, options.metric))
    except load.InputError as error:
        print(f"steering_overview: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
"""What moved from one result to another, point by point; `diff.py --help`, or docs/how-to/diff.md."""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from analysis.figures import needs

try:
    import pandas as pd

    from analysis.diff import moved
    from analysis.diff.moved import CHANCE, MOVED, SAME, UNKNOWN
    from analysis.figures import answer, load, marks, metrics, text_table, write
    from analysis.figures.metrics import HEADLINES
    from analysis.figures.table import InputError
except ImportError as missing:
    needs.end_without("diff", missing)

_MOST_LINES = 60
_MOST_SETTINGS = 30
_LONGEST = 60  # of a setting's value in the text
# What tells two runs of one study apart and is no setting.
_NO_SETTING = ("study", "title", "description")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="What moved from one result to another.")
    parser.add_argument("before", type=Path, metavar="A")
    parser.add_argument("after", type=Path, metavar="B")
    parser.add_argument("--metric", action="append", default=[], metavar="NAME,NAME")
    parser.add_argument("--all", action="store_true", help="also list what moved by no more than chance")
    parser.add_argument("--out", type=Path, help="folder for diff.csv")
    options = parser.parse_args(arguments)
    try:
        found = _found(options)
    except InputError as error:
        return answer.end_with("diff", error, 2)
    if options.out:
        try:
            write.write({"diff.csv": found["table"].to_csv(index=False, lineterminator="\n").encode()}, options.out)
        except OSError as error:
            return answer.end_with("diff", f"cannot write: {error}", 1)
    print(_text(found, options))
    answer.give(**_record(found))
    return 1 if (found["table"]["what"] == MOVED).any() or found["only_a"] or found["only_b"] else 0


def _found(options: argparse.Namespace) -> dict:
    """All that differs. Throws InputError with what is wrong in both results."""
    studies, faults = [], []
    for directory in (options.before, options.after):
        try:
            studies.append(load.load(directory))
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise InputError("\n".join(faults))
    a, b = studies
    known = [name for name in metrics.available(a) if name in metrics.available(b)]
    words = [word for given in options.metric for word in given.split(",") if word]
    names, faults = metrics.resolve(words, known)
    if faults:
        raise InputError("\n".join(faults))
    columns = moved.align(a, b)
    both, only_a, only_b = moved.points(a, b, columns)
    if not both:
        raise InputError(f"{options.before} and {options.after} have no point in common: A has "
                         f"{', '.join(only_a[:3])}, B has {', '.join(only_b[:3])}")
    table = moved.diff(a, b, both, columns, names or [name for name in HEADLINES if name in known])
    return {"a": a, "b": b, "table": table, "points": both, "only_a": only_a, "only_b": only_b, "columns": columns,
            "settings": [one for one in moved.settings(a, b) if one[0] not in _NO_SETTING]}


def _text(found: dict, options: argparse.Namespace) -> str:
    table, both = found["table"], found["points"]
    parts = [f"A: {options.before} ({found['a'].title})\nB: {options.after} ({found['b'].title})"]
    if found["settings"]:
        lines = [f"  {path}: {_short(a)} -> {_short(b)}" for path, a, b in found["settings"][:_MOST_SETTINGS]]
        more = len(found["settings"]) - len(lines)
        parts.append("Settings that differ:\n" + "\n".join(lines) + (f"\n  and {more} more" if more > 0 else ""))
    else:
        parts.append("No setting differs.")
    for which, names in (("A", found["only_a"]), ("B", found["only_b"])):
        if names:
            more = f" and {len(names) - 10} more" if len(names) > 10 else ""
            count = f"{len(names)} point{'s' * (len(names) != 1)}"
            parts.append(f"In {which} alone, {count}: {', '.join(names[:10])}{more}")
    counts = [[metric, *(str(int((rows["what"] == what).sum())) for what in (MOVED, CHANCE, SAME, UNKNOWN)),
               _range(rows)] for metric, rows in table.groupby("metric", sort=False)]
    parts.append(f"{len(both)} point{'s' * (len(both) != 1)} in both\n\n" + text_table.aligned(
        [["metric", "moved", "within chance", "the same", "no interval", "B against A where it moved"], *counts]))
    shown = table if options.all else table[table["what"] == MOVED]
    if not shown.empty:
        names = {point.key: point.name for point in both}
        lines = [["point", "metric", "A", "B", "B against A", "95 %", "p", ""]]
        for _, row in shown.head(_MOST_LINES).iterrows():
            lines.append([names[load.key_of(row, found["columns"])] + marks.of(row[marks.STATE]), row["metric"],
                          _number(row["before"]), _number(row["after"]), _percent(row),
                          "" if math.isnan(row["difference_percent_ci95"])
                          else f"+-{row['difference_percent_ci95']:.2g} %",
                          "" if math.isnan(row["p_holm"]) else f"{row['p_holm']:.2g}",
                          "" if row["what"] == MOVED else row["what"]])
        more = len(shown) - _MOST_LINES
        parts.append(text_table.aligned(lines, left=2) + (f"\nand {more} more: --out writes all" if more > 0 else ""))
    parts.append(_how(table))
    return "\n\n".join(parts)


def _how(table: pd.DataFrame) -> str:
    tests = set(table["test"]) - {""}
    how = []
    if "paired" in tests:
        how.append("Pairs of seeds: Student's paired t test.")
    if "intervals" in tests:
        how.append(f"Fewer than {moved.FEWEST_PAIRS} common seeds: the 95 % intervals of the runs, as independent.")
    if tests:
        how.append("p: after Holm's correction for all points of the metric; moved: at most 5 %.")
    notes = marks.notes(table)
    return "\n".join([*how, *notes]) or "Nothing had to be tested."


def _range(rows: pd.DataFrame) -> str:
    percent = rows.loc[rows["what"] == MOVED, "difference_percent"].dropna()
    if percent.empty:
        return ""
    low, high = f"{percent.min():+.3g}", f"{percent.max():+.3g}"
    return f"{low} %" if low == high else f"{low} to {high} %"


def _percent(row: pd.Series) -> str:
    return "-" if math.isnan(row["difference_percent"]) else f"{row['difference_percent']:+.3g} %"


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _short(value) -> str:
    text = "not there" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _record(found: dict) -> dict:
    return {"points": len(found["points"]), "only_a": found["only_a"], "only_b": found["only_b"],
            "settings": [{"path": path, "a": a, "b": b} for path, a, b in found["settings"]],
            "differences": _rows(found["table"], found["columns"])}


def _rows(table: pd.DataFrame, columns: list[str]) -> list[dict]:
    """With the columns that say where a point stands as `axes`, but for its curve."""
    axes = [name for name in columns if name != "series"]
    rows = table.to_dict("records")
    return [{**{name: value for name, value in row.items() if name not in axes},
             "axes": {name: row[name] for name in axes}} for row in rows]


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
"""Holds a result against what was measured on a real machine; `overlay.py --help`, or docs/how-to/overlay.md."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from analysis.figures import needs

try:
    import pandas as pd

    from analysis.figures import answer, load, metrics, plot, text_table, write
    from analysis.figures.table import InputError
    from analysis.overlay import comparison, measured, reference
    from analysis.overlay.fio_json import Measurement
except ImportError as missing:
    needs.end_without("overlay", missing)

_WIDTH = 100
_MOST_LINES = 40  # of the list of measurements
_TABLE, _RECORD = "overlay.csv", "overlay.json"


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        files, text = _held_against(options)
    except InputError as error:
        return answer.end_with("overlay", error, 2)
    out = options.out or options.result / "overlay"
    try:
        write.write({name: data for name, data in files.items() if name in (_TABLE, _RECORD)}, out)
        if options.reference:
            options.reference.parent.mkdir(parents=True, exist_ok=True)
            options.reference.write_bytes(files["reference"])
    except OSError as error:
        return answer.end_with("overlay", f"cannot write: {error}", 1)
    print(text)
    answer.give(result=str(options.result), **json.loads(files[_RECORD])["overlay"])
    if options.reference:
        print(options.reference)
        answer.give_files([options.reference])
    print(out / _TABLE)
    return 0 if options.no_figures else plot.main([str(out)])


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Holds a result against what was measured on a real machine.")
    parser.add_argument("--result", type=Path, required=True, help="result directory of a `vqlab run`")
    parser.add_argument("--curve", default="", help="the curve that all measurements belong to")
    parser.add_argument("--axis", action="append", default=[], metavar="NAME=VALUE",
                        help="where all measurements stand on an axis")
    parser.add_argument("--out", type=Path, help="where overlay.csv and figures go (default: RESULT/overlay)")
    parser.add_argument("--reference", type=Path, metavar="FILE",
                        help="also write what was measured as published values: .json or .csv")
    parser.add_argument("--metric", default="bandwidth", help="the metric of --reference")
    parser.add_argument("--no-figures", action="store_true")
    parser.add_argument("measured", type=Path, nargs="+", metavar="FILE", help="fio's JSON, or tables")
    return parser.parse_args(arguments)


def _held_against(options: argparse.Namespace) -> tuple[dict[str, bytes], str]:
    """The files, and what is printed. Throws InputError."""
    study = load.load(options.result)
    faults = []
    found: list[Measurement] = []
    for step in (lambda: found.extend(measured.read_all(options.measured, study)),
                 lambda: measured.set_given(found, options.curve, options.axis, study),
                 lambda: reference.check(options.reference, options.metric, study)):
        try:
            step()
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise InputError("\n".join(faults))
    by_point: dict[int, list[Measurement]] = {}
    for one in found:
        at = measured.point_of(one, study)
        if at is not None:
            by_point.setdefault(at, []).append(one)
    refused = [one for one in found if one.refused_because]
    if not by_point:
        raise InputError("\n".join(["no measurement belongs to a point of the result:", *map(_why, refused)]))
    table = comparison.compare(study, by_point)
    if table.empty:
        raise InputError("nothing was measured that the result has; it has " + ", ".join(metrics.available(study)))
    _add_workload_notes(study, by_point)
    scores, sentences = comparison.scores(study, table), comparison.verdict(study, table)
    record = _record(study, options, by_point, refused, scores, sentences)
    files = {_TABLE: table.to_csv(index=False, lineterminator="\n").encode(),
             _RECORD: (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()}
    if options.reference:
        files["reference"] = reference.written(options.reference, options.metric, study, table)
    return files, _text(study, by_point, refused, scores, sentences)


def _add_workload_notes(study: load.Study, by_point: dict[int, list[Measurement]]) -> None:
    settings = {str(one["name"]): one for one in load.curve_settings(study.scenario)}
    for at, ones in by_point.items():
        for one in ones:
            curve = settings.get(study.points.loc[at, "series"], {})
            one.notes += measured.workload_differences(one, curve, study)


def _why(one: Measurement) -> str:
    return f"{one.file}: {one.name}: {one.refused_because}"


def _record(study: load.Study, options: argparse.Namespace, by_point: dict[int, list[Measurement]],
            refused: list[Measurement], scores: list[comparison.Score], sentences: list[str]) -> dict:
    def known(value):
        return None if isinstance(value, float) and value != value else value

    return {
        "schema_version": load.SCHEMA_VERSIONS[-1], "title": study.title, "result": str(options.result),
        "curves": [{"name": curve.name, "label": curve.label, "index": curve.index} for curve in study.curves],
        "configuration": study.configuration, "axes": study.axes,
        "overlay": {
            "compared": [{"file": one.file, "name": one.name, "place": comparison.place(study, study.points.loc[at]),
                          "found": one.places, "known_from": one.known_from, "notes": one.notes}
                         for at, ones in by_point.items() for one in ones],
            "not_compared": [{"file": one.file, "name": one.name, "why": one.refused_because} for one in refused],
            "scores": [{name: known(value) for name, value in vars(score).items()} for score in scores],
            "verdict": sentences,
        },
    }


def _text(study: load.Study, by_point: dict[int, list[Measurement]], refused: list[Measurement],
          scores: list[comparison.Score], sentences: list[str]) -> str:
    runs = sum(len(ones) for ones in by_point.values())
    parts = [f"{study.title}: {runs} measurement{'s' * (runs != 1)} of {len(by_point)} "
             f"point{'s' * (len(by_point) != 1)}, {len(refused)} not compared"]
    found = [line for at in sorted(by_point) for line in _found(study, at, by_point[at])]
    parts.append(text_table.aligned([["point", "known from", "file", "jobs"], *found[:_MOST_LINES]], left=4)
                 + (f"\nand {len(found) - _MOST_LINES} more: see {_RECORD}" if len(found) > _MOST_LINES else ""))
    if refused:
        parts.append("Not compared:\n" + "\n".join(_wrapped(_why(one)) for one in refused))
    notes: dict[str, list[str]] = {}
    for ones in by_point.values():
        for one in ones:
            for note in one.notes:
                notes.setdefault(note, []).append(f"{one.file}: {one.name}")
    if notes:
        parts.append("Notes:\n" + "\n".join(
            _wrapped(f"{of[0]}{f' and {len(of) - 1} more' if len(of) > 1 else ''}: {note}")
            for note, of in notes.items()))
    parts.append(_scores_text(scores))
    parts.append("\n".join(_wrapped(sentence) for sentence in sentences))
    return "\n\n".join(parts)


def _found(study: load.Study, at: int, ones: list[Measurement]) -> list[list[str]]:
    """A line for each file."""
    by_file: dict[tuple[str, str], list[str]] = {}
    for one in ones:
        axes = [axis for axis in ("series", *study.axes) if axis in one.known_from]
        known = ", ".join(dict.fromkeys(one.known_from[axis] for axis in axes))
        by_file.setdefault((known, one.file), []).append(one.name)
    return [[comparison.place(study, study.points.loc[at]), known, file, "; ".join(names)]
            for (known, file), names in by_file.items()]


def _scores_text(scores: list[comparison.Score]) -> str:
    heading = ["metric", "points", "error", "signed", "largest", "at", "beyond both intervals", "outside model"]
    lines = [[score.metric, str(score.points), f"{score.absolute_percent:.1f} %", f"{score.signed_percent:+.1f} %",
              f"{score.largest_percent:+.1f} %", score.largest_at,
              "-" if score.beyond is None else f"{score.beyond} of {score.with_intervals}",
              "-" if score.outside is None else f"{score.outside} of {score.points}"] for score in scores]
    return (text_table.aligned([heading, *lines], left=1)
            + "\n\nerror: mean of absolute errors; signed: mean error, above 0 where the model is too high")


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    sys.exit(main())

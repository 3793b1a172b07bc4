#!/usr/bin/python3
"""Draws the figures of one result directory from its files; `plot.py --help`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from analysis.figures import answer, kept, needs, write


class NoResults(Exception):
    """The directory holds none that can be drawn."""


def drawn(directory: Path, *wanted: tuple[str, ...]) -> tuple[dict[str, bytes], str]:
    """See draw.draw(). Ends the program where a library is missing."""
    try:
        from analysis.figures import draw  # slow to load, and not needed where the figures were kept
    except ImportError as missing:
        needs.end_without("plot", missing)
    try:
        return draw.draw(directory, *wanted)
    except draw.InputError as error:
        raise NoResults(str(error)) from error


def figures(directory: Path, cache: Path | None, *wanted: tuple[str, ...]) -> tuple[dict[str, bytes], str]:
    """The same; taken from the cache if they were drawn before."""
    if cache is None or any(wanted):
        return drawn(directory, *wanted)
    name = kept.key(directory)
    files = kept.find(cache, name)
    if files is not None:
        return files, ""
    files, missing_because = drawn(directory)
    if not missing_because:
        kept.keep(cache, name, files)
    return files, missing_because


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Draws the figures of a study: PNG, SVG and the CSV behind each.")
    parser.add_argument("directory", type=Path, metavar="DIR",
                        help="result directory of a verb that draws figures")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the figures go (default: DIR/figures)")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where figures that were drawn are kept")
    parser.add_argument("--metric", action="append", default=[], metavar="NAME,NAME",
                        help="columns of points.csv to draw as well")
    parser.add_argument("--over", action="append", default=[], metavar="NAME,NAME",
                        help="axes to draw them over (default: the first swept one)")
    options = parser.parse_args(arguments)
    wanted = tuple(tuple(word for words in given for word in words.split(",") if word)
                   for given in (options.metric, options.over))
    try:
        files, no_speedup_because = figures(options.directory, options.cache, *wanted)
        written = write.write(files, options.out or options.directory / "figures")
    except NoResults as error:
        return answer.end_with("plot", error, 2)
    except OSError as error:
        return answer.end_with("plot", f"cannot write: {error}", 1)
    if no_speedup_because:
        answer.note(f"plot: no speed-up figure: {no_speedup_because}")
    for path in written:
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

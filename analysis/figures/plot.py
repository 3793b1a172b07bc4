#!/usr/bin/python3
"""Draws the figures of one result directory from its files; `plot.py --help`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from analysis.figures import kept, write


class NoResults(Exception):
    """The directory holds none that can be drawn."""


def drawn(directory: Path) -> tuple[dict[str, bytes], str]:
    """See draw.draw(). Ends the program where a library is missing."""
    try:
        from analysis.figures import draw  # slow to load, and not needed where the figures were kept
    except ImportError as missing:
        sys.exit(f"plot: {missing}; Debian's python3-matplotlib, python3-numpy and python3-pandas are needed, "
                 "and /usr/bin/python3 to run this with")
    try:
        return draw.draw(directory)
    except draw.load.InputError as error:
        raise NoResults(str(error)) from error


def figures(directory: Path, cache: Path | None) -> tuple[dict[str, bytes], str]:
    """The same; taken from the cache if they were drawn before."""
    if cache is None:
        return drawn(directory)
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
    options = parser.parse_args(arguments)
    try:
        files, no_speedup_because = figures(options.directory, options.cache)
        written = write.write(files, options.out or options.directory / "figures")
    except NoResults as error:
        print(f"plot: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"plot: cannot write: {error}", file=sys.stderr)
        return 1
    if no_speedup_because:
        print(f"plot: no speed-up figure: {no_speedup_because}", file=sys.stderr)
    for path in written:
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

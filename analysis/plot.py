#!/usr/bin/python3
"""Draws the figures of one study from its result files; `plot.py --help`."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

try:
    from analysis import figures, load, style, write
except ImportError as missing:
    sys.exit(f"plot: {missing}; Debian's python3-matplotlib, python3-numpy and python3-pandas are needed, "
             "and /usr/bin/python3 to run this with")


def figure_modules() -> list:
    names = sorted(module.name for module in pkgutil.iter_modules(figures.__path__))
    return [importlib.import_module(f"analysis.figures.{name}") for name in names if not name.startswith("_")]


def draw(directory: Path) -> tuple[load.Study, dict[str, bytes]]:
    """Every figure that the study has data for, as file names and bytes."""
    study = load.load(directory)
    files: dict[str, bytes] = {}
    with style.applied():
        for module in figure_modules():
            for drawing in module.draw(study):
                files.update(write.contents(drawing))
    return study, files


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Draws the figures of a study: PNG, SVG and the CSV behind each.")
    parser.add_argument("directory", type=Path, metavar="DIR", help="result directory: has run.json and points.csv")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the figures go (default: DIR/figures)")
    options = parser.parse_args(arguments)
    try:
        study, files = draw(options.directory)
        written = write.write(files, options.out or options.directory / "figures")
    except load.InputError as error:
        print(f"plot: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"plot: cannot write: {error}", file=sys.stderr)
        return 2
    if study.no_baseline_because:
        print(f"plot: no speed-up figure: {study.no_baseline_because}", file=sys.stderr)
    for path in written:
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
"""Draws the figures of one result directory from its files; `plot.py --help`."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

try:
    from analysis.figures import load, style, write
except ImportError as missing:
    sys.exit(f"plot: {missing}; Debian's python3-matplotlib, python3-numpy and python3-pandas are needed, "
             "and /usr/bin/python3 to run this with")

QUESTIONS = Path(__file__).resolve().parents[1]


def question_names() -> list[str]:
    """Folders of analysis/ with figures of their own."""
    return sorted(package.parents[1].name for package in QUESTIONS.glob("*/figures/__init__.py"))


def figure_modules(question: str) -> list:
    package = importlib.import_module(f"analysis.{question}.figures")
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names if not name.startswith("_")]


def results(directory: Path) -> tuple:
    """What the directory holds, the question that it answers, and why one of its figures is missing, if it is.

    A question whose figures/__init__.py has found_in() and read() knows its results by its files; a result without
    any such file is that of a run.
    """
    for question in question_names():
        package = importlib.import_module(f"analysis.{question}.figures")
        if hasattr(package, "found_in") and package.found_in(directory):
            return package.read(directory), question, ""
    study = load.load(directory)
    return study, "run", study.no_baseline_because


def draw(directory: Path) -> tuple[dict[str, bytes], str]:
    """Every figure that the results have data for, as file names and bytes; why one of them is missing, if it is."""
    data, question, missing_because = results(directory)
    files: dict[str, bytes] = {}
    with style.applied():
        for module in figure_modules(question):
            for drawing in module.draw(data):
                files.update(write.contents(drawing))
    return files, missing_because


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Draws the figures of a study: PNG, SVG and the CSV behind each.")
    parser.add_argument("directory", type=Path, metavar="DIR",
                        help="result directory of a verb that draws figures")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the figures go (default: DIR/figures)")
    options = parser.parse_args(arguments)
    try:
        files, no_speedup_because = draw(options.directory)
        written = write.write(files, options.out or options.directory / "figures")
    except load.InputError as error:
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

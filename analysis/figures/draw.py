"""Every figure that a result directory has data for."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from analysis.figures import load, metrics, style, write
from analysis.figures.table import InputError

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


def draw(directory: Path, names: tuple[str, ...] = (), over: tuple[str, ...] = ()) -> tuple[dict[str, bytes], str]:
    """Every figure that the results have data for, as file names and bytes; why one of them is missing, if it is.

    names, over: columns of a run that are drawn as well, and the axes that they are drawn over.
    """
    data, question, missing_because = results(directory)
    if names or over:
        if question != "run":
            raise InputError(f"{directory}: is a result of `vqlab {question}`; --metric and --over are for those of "
                             "`vqlab run`")
        metrics.want(data, list(names), list(over))
    files: dict[str, bytes] = {}
    with style.applied():
        for module in figure_modules(question):
            for drawing in module.draw(data):
                files.update(write.contents(drawing))
    return files, missing_because

"""Every figure that a result directory has data for."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from analysis.figures import metrics, style, write
from analysis.figures.results import results
from analysis.figures.table import InputError


def figure_modules(question: str) -> list:
    package = importlib.import_module(f"analysis.{question}.figures")
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names if not name.startswith("_")]


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

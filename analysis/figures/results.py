"""What a result directory holds, and the question that it answers. Nothing here draws, or waits for what draws."""

from __future__ import annotations

import importlib
from pathlib import Path

from analysis.figures import load

QUESTIONS = Path(__file__).resolve().parents[1]


def question_names() -> list[str]:
    """Folders of analysis/ with figures of their own."""
    return sorted(package.parents[1].name for package in QUESTIONS.glob("*/figures/__init__.py"))


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

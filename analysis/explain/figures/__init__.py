"""One file per figure of an explanation: a module here with draw(explanation) that yields page.Drawing is found."""

from analysis.explain.explanation import found_in, read  # noqa: F401  for plot.py

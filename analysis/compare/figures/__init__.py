"""One file per figure of a comparison: a module here with draw(comparison) that yields page.Drawing is found."""

from analysis.compare.comparison import found_in, read  # noqa: F401  for plot.py

"""Figures of a design: a module here with draw(design) that yields page.Drawing is found."""

from analysis.design.design_result import found_in, read  # noqa: F401  for plot.py

"""Figures of `vqlab overlay`: a module here with draw(overlaid) that yields page.Drawing is found."""

from analysis.overlay.overlaid import found_in, read  # noqa: F401  for plot.py

"""One file per figure of an ablation: a module here with draw(ablation) that yields page.Drawing is found."""

from analysis.ablate.ablation import found_in, read  # noqa: F401  for plot.py

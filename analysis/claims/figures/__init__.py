"""One file per figure of claims: a module here with draw(claims) that yields page.Drawing is found."""

from analysis.claims.claims import found_in, read  # noqa: F401  for plot.py

"""How things look: fonts, greys, and one style per curve that also tells them apart without colour."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib

INK = "#222222"
SOFT = "#5a5a5a"
GRID = "#e3e3e3"

TITLE_PT = 12.0
TEXT_PT = 9.0
NOTE_PT = 8.0

# Lightness falls into clearly different steps for the first four; line style and marker differ for all.
_COLOURS = ("#1c1c3c", "#e39a1f", "#1f78b4", "#8b1e3f", "#5fb6a6", "#7a4fa3", "#8f5a1e", "#6b8e23")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h")
_LINES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (7, 2, 1.2, 2)), (0, (3, 1, 1, 1, 1, 1)))


@dataclass(frozen=True)
class CurveStyle:
    colour: str
    line: object  # a matplotlib line style
    marker: str


def of_curve(index: int) -> CurveStyle:
    """Styles repeat after 40 curves: eight markers and five lines have no common factor."""
    return CurveStyle(_COLOURS[index % 8], _LINES[index % 5], _MARKERS[index % 8])


def lightness(colour: str) -> float:
    """CIE L* of a colour, 0 (black) to 100 (white)."""
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in matplotlib.colors.to_rgb(colour)
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


def pale(colour: str, share: float) -> tuple[float, float, float]:
    """The colour on white, so that nothing shines through."""
    return tuple(1 - share * (1 - part) for part in matplotlib.colors.to_rgb(colour))


RC = {
    "font.family": "DejaVu Sans",
    "font.size": TEXT_PT,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT_PT,
    "axes.titlesize": TEXT_PT,
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": TEXT_PT - 0.5,
    "ytick.labelsize": TEXT_PT - 0.5,
    "lines.linewidth": 1.6,
    "lines.markersize": 4.5,
    "hatch.linewidth": 0.5,
    "legend.frameon": False,
    "legend.fontsize": TEXT_PT,
    "savefig.dpi": 150,
    "figure.dpi": 150,
    "svg.hashsalt": "vqlab",  # the same input gives the same bytes
    "svg.fonttype": "path",
}


def applied():
    """Context in which figures are made: matplotlib's defaults and RC, whatever the user's own matplotlibrc says."""
    defaults = {k: v for k, v in matplotlib.rcParamsDefault.items() if not k.startswith(("backend", "interactive"))}
    return matplotlib.rc_context({**defaults, **RC})

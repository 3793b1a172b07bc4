"""The band of a verdict before any measurement and after each one."""

from __future__ import annotations

from typing import Iterator

from matplotlib.figure import Figure

from analysis.design.design_result import Design
from analysis.figures import page, style
from analysis.figures.page import Drawing

_ROW_INCHES = 0.62


def draw(design: Design) -> Iterator[Drawing]:
    yield Drawing("band_left", _figure(design), design.steps)


def _figure(design: Design) -> Figure:
    steps = design.steps
    layout = page.Layout.of(1)
    layout.height = 0.9 + _ROW_INCHES * len(steps)
    sheet = page.Page(layout)
    axes = sheet.panels[0]
    axes.axvline(0, color=style.INK, linewidth=1.2, zorder=1)
    rows = range(len(steps))
    low, high = steps["band_percent_low"], steps["band_percent_high"]
    axes.barh(list(rows), high - low, left=low, height=0.42, zorder=2,
              color=[style.pale(style.INK, 0.25 if i == 0 else 0.55) for i in rows])
    right = max(high.max(), 0)
    span = right - min(low.min(), 0)
    for i, step in steps.iterrows():
        sure = f"sure in {step['machines_sure']:.0f} of {step['machines']:.0f}"
        axes.text(1.02, i, sure, transform=axes.get_yaxis_transform(), va="center", size=style.NOTE_PT,
                  color=style.INK)
    axes.set_yticks(list(rows), [page.literal(f"{step:.0f}  {cells}") for step, cells in
                                 zip(steps["step"], steps["cells"])])
    axes.set_xlim(min(low.min(), 0) - 0.04 * span, right + 0.04 * span)
    axes.set_ylim(len(steps) - 0.5, -0.5)
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)
    sheet.label("difference (%)", "")
    notes = ["Bars: the 90 % band that is left, around the middle of the plausible machines. Sure in: each machine was "
             "taken for the real one and left out of all that chose and judged; in so many the band did not hold 0. "
             f"A measurement is wrong by {design.measurement_error_percent:.3g} % from repetition to repetition, the "
             f"model by {design.discrepancy_percent:.3g} % beside its parameters."]
    return sheet.finish(_title(design), f"{design.title}: {design.question}", [], notes)


def _title(design: Design) -> str:
    first, last = design.steps.iloc[0], design.steps.iloc[-1]
    if len(design.steps) == 1:
        return "No cell tells anything of this verdict that is worth a measurement"
    share = 100 * (1 - last["sd_percent"] / first["sd_percent"]) if first["sd_percent"] > 0 else 0
    count = sum(cells.count("\n") for cells in design.steps["cells"])  # what is read has the last line of each step
    return f"{count} cell{'s' if count > 1 else ''} measured would make the band {share:.0f} % narrower"

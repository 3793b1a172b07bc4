"""The mean latency by stage, stacked over targets: in us, and as shares of it. Queueing is pale, service is full."""

from __future__ import annotations

from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from analysis.figures import curves, marks, page, style, words
from analysis.explain.explanation import Explanation
from analysis.figures.load import Curve, Study
from analysis.figures.page import Drawing
from analysis.figures.stages import COLOURS, GROUPS, LATENCY, QUEUEING, SERVICE

# In the order of the stages, so that neighbours also differ in grey.
_HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx")
_SMALL = "#b07aa1"  # stages that are drawn together
_PALE = 0.5
_SMALL_SHARE = 0.01
_SHARES = {LATENCY: "latency_share_percent", QUEUEING: "queueing_share_percent", SERVICE: "service_share_percent"}


def draw(explanation: Explanation) -> Iterator[Drawing]:
    study = explanation.stages
    if study.points.empty:
        return
    rows = study.points
    mean = rows.groupby(["series", *study.configuration], sort=False, dropna=False)[LATENCY].transform("sum")
    shares = rows[["series", *study.configuration, "stage", marks.STATE]].assign(
        **{share: 100 * rows[column] / mean for column, share in _SHARES.items()})
    small = _small(shares)
    yield Drawing("latency_stages", _figure(study, rows, small, LATENCY, SERVICE, "mean latency (us)",
                                            _title(study, rows, mean)), rows)
    yield Drawing("latency_stages_share", _figure(study, shares, small, _SHARES[LATENCY], _SHARES[SERVICE],
                                                  "share of the latency (%)", _share_title(study, shares)), shares)


def _small(shares: pd.DataFrame) -> list[str]:
    """Stages that nobody could see, in their order: if there are two or more, they are drawn as one."""
    largest = shares.groupby("stage", sort=False)[_SHARES[LATENCY]].max()
    names = [name for name in largest.index if 0 < largest[name] < 100 * _SMALL_SHARE]
    return names if len(names) > 1 else []


def _figure(study: Study, rows: pd.DataFrame, small: list[str], latency: str, service: str, y_label: str,
            title: str) -> Figure:
    x = study.x_axis
    panels, hidden = _panels(study)
    layout = page.Layout.of(len(panels))
    layout.width = 9.6 / layout.columns
    sheet = page.Page(layout)
    present = rows.groupby("stage", sort=False)[latency].max()
    stages = [name for name in present.index if present[name] > 0 and name not in small]
    ticks = study.values(x)
    highest = max(curves.selection(study.of(one, rows), setting).groupby(x)[latency].sum().max()
                  for one, setting in panels)
    for axes, (one, setting) in zip(sheet.panels, panels):
        part = curves.selection(study.of(one, rows), setting)
        _stack(axes, part, x, ticks, stages, small, latency, service, highest)
        axes.set_xlim(-0.6, len(ticks) - 0.4)
        axes.set_xticks(range(len(ticks)), [page.literal(text) for text in words.distinct(ticks)])
        axes.tick_params(axis="x", length=0)
        axes.grid(axis="x", visible=False)
        heading = ", ".join([one.label, *(words.at(axis, value) for axis, value in setting.items())])
        axes.set_title(page.wrap(heading, style.TEXT_PT, layout.width - 0.8))
    sheet.panels[0].yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))  # the others share its scale
    sheet.panels[0].set_ylim(0, 100 if latency != LATENCY else 1.04 * highest)
    sheet.label(words.axis_name(x), y_label)
    notes = ["Service: what the stage takes on a machine that is otherwise idle; queueing: the rest."]
    if small:
        notes.append(f"Drawn as one, on top, since each is below {100 * _SMALL_SHARE:g} % of the latency at every "
                     f"point: {words.listed(small)}; the CSV has each.")
    if hidden:
        notes.append(f"{hidden} further panels are not shown; the CSV has all.")
    return sheet.finish(title, study.title, _legend(stages, small), [*marks.notes(rows), *notes, *study.notes])


def _panels(study: Study) -> tuple[list[tuple[Curve, dict]], int]:
    """Curve and setting of the further axes for each panel, the same settings for all curves; how many have none."""
    places = list(study.points[study.axes[1:]].drop_duplicates().itertuples(index=False, name=None)) or [()]
    drawn = page.spread(study.curves, curves.MAX_PANELS)
    shown = page.spread(places, max(1, curves.MAX_PANELS // len(drawn)))
    panels = [(one, dict(zip(study.axes[1:], place))) for one in drawn for place in shown]
    panels = [(one, setting) for one, setting in panels if not curves.selection(study.of(one), setting).empty]
    every = len(study.points[["series", *study.axes[1:]]].drop_duplicates())
    return panels, every - len(panels)


def _stack(axes: Axes, part: pd.DataFrame, x: str, ticks: list, stages: list[str], small: list[str], latency: str,
           service: str, highest: float) -> None:
    """Draws the stages on top of each other, with a gap above those that are not too thin for one."""
    at = np.arange(len(ticks))
    colours = _stage_colours()

    def heights(names: list[str], column: str) -> np.ndarray:
        sums = part[part["stage"].isin(names)].groupby(x)[column].sum()
        return sums.reindex(ticks).fillna(0).to_numpy()

    below = np.zeros(len(ticks))
    for i, (names, colour) in enumerate([*(([name], colours[name]) for name in stages), (small, _SMALL)]):
        whole = heights(names, latency)
        thick = whole > 0.02 * highest
        served = np.minimum(heights(names, service), whole)
        for height, shade in ((served, colour), (whole - served, style.pale(colour, _PALE))):
            if (height > 0).any():
                axes.bar(at, height, bottom=below, width=0.82, color=shade, zorder=2, **_hatch(i, shade))
                below = below + height
        axes.hlines(below[thick], at[thick] - 0.41, at[thick] + 0.41, color="white", linewidth=0.5, zorder=3)
    marks.draw(axes, at, below, part.groupby(x)[marks.STATE].first().reindex(ticks))


def _hatch(i: int, colour) -> dict:
    """Of the stage that is drawn as so many'th, on its colour."""
    on_dark = style.lightness(to_hex(colour)) < 55
    return {"hatch": _HATCHES[i % len(_HATCHES)], "edgecolor": "white" if on_dark else style.SOFT, "linewidth": 0}


def _stage_colours() -> dict[str, str]:
    return {name: colour for group, names in GROUPS.items() for name, colour in zip(names, COLOURS[group])}


def _legend(stages: list[str], small: list[str]) -> list[list]:
    colours = _stage_colours()
    columns = []
    for group, names in GROUPS.items():
        handles = [Patch(facecolor=colours[name], label=name, **_hatch(stages.index(name), colours[name]))
                   for name in names if name in stages]
        if handles:
            columns.append([page.heading(group), *handles])
    last = [page.heading("in each"), Patch(color=style.SOFT, linewidth=0, label="service"),
            Patch(color=style.pale(style.SOFT, _PALE), linewidth=0, label="queueing")]
    if small:
        last.append(Patch(facecolor=_SMALL, label=f"{len(small)} below {100 * _SMALL_SHARE:g} %",
                          **_hatch(len(stages), _SMALL)))
    return [*columns, last]


def _where(study: Study, row: pd.Series) -> str:
    label = next(one.label for one in study.curves if one.name == row["series"])
    return words.listed([words.at(axis, row[axis]) for axis in study.axes or ["targets"]]) + f" ({label})"


def _title(study: Study, rows: pd.DataFrame, mean: pd.Series) -> str:
    most = rows.loc[mean.index[mean == mean.max()]]
    top = most.loc[most[LATENCY].idxmax()]
    return (f"The mean latency reaches {mean.max():.0f} us with {_where(study, top)}, "
            f"{100 * top[LATENCY] / mean.max():.0f} % of it in {top['stage']}")


def _share_title(study: Study, shares: pd.DataFrame) -> str:
    top = shares.loc[shares[_SHARES[LATENCY]].idxmax()]
    return f"{top['stage']} takes up to {top[_SHARES[LATENCY]]:.0f} % of a latency: with {_where(study, top)}"

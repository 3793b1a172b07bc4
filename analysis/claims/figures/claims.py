"""Dot plot of claims: a row for each, study by study; the accepted ratios, the published one and the reached one."""

from __future__ import annotations

import math
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.figures import curves, marks, page, style
from analysis.claims.claims import RATIO, Claims
from analysis.figures.page import Drawing

_HOLDS = {"colour": "#1f78b4", "marker": "o"}
_FAILS = {"colour": "#8b1e3f", "marker": "X"}
_BAND = "#d3d9df"
_MODEL = "#8f98a3"  # darker: it lies on the accepted band
_ROW = 0.2  # inches
_NEAR = 0.03  # of the width of the panel
_LABEL_PT = 8.0


def draw(claims: Claims) -> Iterator[Drawing]:
    if not claims.rows.empty:
        yield Drawing("claims", _figure(claims), claims.rows.drop(columns="published_ratio"))


def _figure(claims: Claims) -> Figure:
    studies = list(dict.fromkeys(claims.rows["study"]))
    lines = sum(len(claims.of(study)) + 1.4 for study in studies)
    sheet = page.Page(page.Layout(1, 7.4, max(0.7 + _ROW * lines, 1.8), 1))
    axes = sheet.panels[0]
    limits = _limits(claims.rows)
    axes.set_xscale("log")
    axes.set_xlim(limits)
    labels, at = [], 0.0  # heights, texts, and whether it is a study's
    for study in studies:
        labels.append((at, page.literal(study), True))
        for row in claims.of(study).itertuples():
            at -= 1
            labels.append((at, page.literal(_label(row)), False))
            _row(axes, at, row, limits)
            if claims.has_machines:
                _model(axes, at, row, limits)
        at -= 1.4
    _name_rows(axes, labels)
    axes.set_ylim(at + 0.7, 0.8)
    axes.axvline(1, color=style.SOFT, linewidth=0.8, zorder=1)
    axes.set_xticks(_ticks(limits), minor=False)
    axes.set_xticks([], minor=True)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    sheet.label("ratio", "")
    return sheet.finish(_title(claims), _subtitle(claims, len(studies)), _handles(claims), _notes(claims))


def _row(axes: Axes, at: float, row, limits: tuple[float, float]) -> None:
    low = limits[0] if math.isnan(row.range_min) else row.range_min
    high = limits[1] if math.isnan(row.range_max) else row.range_max
    axes.barh(at, high - low, left=low, height=0.62, color=_BAND, zorder=2)
    axes.plot([row.published_ratio], [at], marker="|", markersize=9, markeredgewidth=1.6, color=style.INK, zorder=3)
    if math.isnan(row.reached):
        return
    look = _HOLDS if row.holds else _FAILS
    half = 0.0 if math.isnan(row.reached_half_width) else row.reached_half_width
    from_, to = max(row.reached - half, limits[0]), min(row.reached + half, limits[1])
    axes.plot([from_, to], [at, at], color=look["colour"], linewidth=1.4, zorder=4)
    axes.plot([row.reached], [at], marker=look["marker"], markersize=5.5, color=look["colour"], zorder=5)
    # Beside, since above the dot is another row; and not on the bar of what is published.
    is_near = to <= row.published_ratio < to * (limits[1] / limits[0]) ** _NEAR
    marks.draw(axes, [row.published_ratio if is_near else to], [at], [row.state], marks.BESIDE)


def _model(axes: Axes, at: float, row, limits: tuple[float, float]) -> None:
    if not math.isnan(row.model_p5):
        ends = [max(row.model_p5, limits[0]), min(row.model_p95, limits[1])]
        axes.barh(at, ends[1] - ends[0], left=ends[0], height=0.24, color=_MODEL, zorder=2.5)
    if row.inside == "false":
        published = 1.0 if math.isnan(row.published_ratio) else row.published_ratio
        axes.plot([published], [at], **{**curves.OUTSIDE, "markersize": 7, "zorder": 6})


def _label(row) -> str:
    return _name(row) + (f" {row.machines_hold:.0f}/{row.machines:.0f}" if getattr(row, "machines", 0) > 0 else "")


def _name(row) -> str:
    if math.isnan(row.reached):
        return f"{row.claim}: unknown"
    if row.fitted:
        return f"{row.claim} (fitted, does not count)"
    if row.holds == row.marked_failing:
        return f"{row.claim} ({'holds, yet marked' if row.holds else 'not marked'})"
    return row.claim


def _name_rows(axes: Axes, labels: list[tuple[float, str, bool]]) -> None:
    axes.set_yticks([at for at, _, _ in labels], [text for _, text, _ in labels], size=_LABEL_PT)
    for tick, (_, _, is_study) in zip(axes.get_yticklabels(), labels):
        tick.set_weight("bold" if is_study else "normal")
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)


def _limits(rows: pd.DataFrame) -> tuple[float, float]:
    half = rows["reached_half_width"].fillna(0)
    # The band of a direction may be wide; only its side of 1 is judged, so that it may leave the frame.
    model = [rows[end].where(rows["judgement"] == RATIO) for end in ("model_p5", "model_p95") if end in rows]
    parts = [*model, rows["range_min"],
             rows["range_max"], rows["published_ratio"], rows["reached"], rows["reached"] - half,
             rows["reached"] + half]
    values = pd.concat([part.astype(float) for part in parts])
    values = values[np.isfinite(values) & (values > 0)]
    low, high = min(values.min(), 0.9), max(values.max(), 1.1)
    margin = (high / low) ** 0.04
    return low / margin, high * margin


def _ticks(limits: tuple[float, float]) -> list[float]:
    """1, 2 and 5 of each decade; more of them where there are fewer decades."""
    low, high = limits
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    few = [1, 1.5, 2, 3, 4, 5, 6, 8] if high / low > 3 else [i / 10 for i in range(10, 100)]
    steps = [1, 2, 5] if high / low > 15 else few
    values = {float(f"{step * 10.0 ** decade:.6g}") for decade in decades for step in steps}
    inside = sorted(value for value in values if low <= value <= high)
    return page.spread(inside, 12)


def _handles(claims: Claims) -> list:
    dot = {"linestyle": "-", "linewidth": 1.4, "markersize": 5.5}
    handles = [Line2D([], [], color=_HOLDS["colour"], marker=_HOLDS["marker"], label="reached: holds", **dot),
               Line2D([], [], color=_FAILS["colour"], marker=_FAILS["marker"], label="reached: fails", **dot),
               Line2D([], [], color=style.INK, marker="|", markersize=9, markeredgewidth=1.6, linestyle="none",
                      label="published"),
               Patch(color=_BAND, linewidth=0, label="accepted")]
    if claims.has_machines:
        handles.append(Patch(color=_MODEL, linewidth=0, label="model, 90 %"))
        if (claims.rows["inside"] == "false").any():
            handles.append(curves.outside_handle())
    return handles


def _title(claims: Claims) -> str:
    return f"{int(claims.counting['holds'].sum())} of {len(claims.counting)} claims hold"


def _subtitle(claims: Claims, studies: int) -> str:
    words = f"{studies} {'study' if studies == 1 else 'studies'}"
    off = claims.ratios["deviation_percent"].abs()
    if off.empty:
        return words
    return (f"{words}; {(off <= 15).sum()} of {len(off)} ratios within 15 % of the published, "
            f"{(off <= 8).sum()} within 8 %")


def _notes(claims: Claims) -> list[str]:
    notes = ["Ratios of means with their 95 % intervals, paired by seed.",
             "A direction or an ordering holds if its whole interval lies on the accepted side of 1."]
    if claims.has_machines:
        notes.append("Behind a name, in how many of the plausible machines the claim holds. Outside the model band: "
                     "the middle 90 % of them, without chance, does not hold what was published.")
    return [*marks.notes(claims.rows), *notes, *claims.notes]

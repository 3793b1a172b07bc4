"""What a report says of claims: which published results come out, and which do not."""

from __future__ import annotations

from typing import Iterator

import pandas as pd

from analysis.claims.claims import HOLD, MACHINES, MODEL_HIGH, MODEL_LOW, RATIO, Claims
from analysis.figures import marks
from analysis.page import markup
from analysis.page.section import Section


def sections(claims: Claims) -> Iterator[Section]:
    counting = claims.counting
    section = Section("Claims", [markup.paragraph(
        f"{int(counting['holds'].sum())} of {len(counting)} published claims hold. Those that something was fitted to "
        "are listed, and do not count.")])
    for study in dict.fromkeys(claims.rows["study"]):
        section.body.append(_table(claims, study))
    section.body += [markup.paragraph(note, class_="note") for note in (*marks.notes(claims.rows), *claims.notes)]
    yield section


def _table(claims: Claims, study: str) -> markup.Markup:
    heading = ["claim", "published", "accepted", "here", "deviation", "holds"]
    if claims.has_machines:
        heading += ["90 % band of the model", "holds in"]
    lines = []
    for _, row in claims.of(study).iterrows():
        is_ratio = row["judgement"] == RATIO
        line = [row["claim"], row["published"] or "\u2013", _span(row["range_min"], row["range_max"]),
                _reached(row) if is_ratio else "\u2013",
                "\u2013" if pd.isna(row["deviation_percent"]) else f"{row['deviation_percent']:+.1f} %", _verdict(row)]
        if claims.has_machines:
            line += [_span(row[MODEL_LOW], row[MODEL_HIGH]),
                     "\u2013" if pd.isna(row[MACHINES]) else f"{row[HOLD]:.0f} of {row[MACHINES]:.0f} machines"]
        lines.append(line)
    return markup.table(study, heading, lines, (1, 2, 3, 4))


def _span(low: float, high: float) -> str:
    if pd.isna(low) and pd.isna(high):
        return "\u2013"
    if pd.isna(high):
        return f"at least {low:.3g}"
    return f"at most {high:.3g}" if pd.isna(low) else f"{low:.3g} to {high:.3g}"


def _reached(row: pd.Series) -> str:
    if pd.isna(row["reached"]):
        return "\u2013"
    half = row["reached_half_width"]
    return f"{row['reached']:.3g}" + ("" if pd.isna(half) else f" \u00b1 {half:.2g}") + marks.of(row[marks.STATE])


def _verdict(row: pd.Series) -> str:
    words = ["yes" if row["holds"] else "no"]
    if row["marked_failing"]:
        words.append("marked as failing")
    if row["fitted"]:
        words.append("fitted")
    return ", ".join(words)

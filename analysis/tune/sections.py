"""What a report says of a tuning: the best setting, what else was tried, and where the search ended at a bound."""

from __future__ import annotations

import math
from typing import Iterator

from analysis.figures import words
from analysis.page import markup
from analysis.page.section import Section
from analysis.tune.tuning import GAIN, GAIN_HIGH, GAIN_LOW, Tuning


def sections(tuning: Tuning) -> Iterator[Section]:
    record = tuning.record
    section = Section(f"Parameters of {record.get('policy', 'a policy')}, tuned", warnings=_at_the_end(tuning))
    kept = f", with {words.listed([bound.words for bound in tuning.bounds])}" if tuning.bounds else ""
    section.body.append(markup.paragraph(f"Searched for more {record.get('objective', '')}{kept}: "
                                         f"{len(tuning.settings)} settings were tried."))
    lines = [[name, words.number(one.get("usual")), _number(one.get("best")), _ends(one.get("searched"))]
             for name, one in record["parameters"].items()]
    section.body.append(markup.table("Parameters", ["parameter", "usual", "best", "searched"], lines, (1, 2, 3)))
    held_out = record.get("held_out")
    if isinstance(held_out, dict) and isinstance(held_out.get("gain_percent"), (int, float)):
        section.body.append(markup.paragraph(
            f"On points and seeds that the search did not see the best setting gains {held_out['gain_percent']:+.2f} % "
            f"(95 %: {_ends(held_out.get('gain_percent_ci95'))} %)."))
    section.body.append(markup.folded("Every setting that was tried", _settings(tuning)))
    yield section


def _settings(tuning: Tuning) -> markup.Markup:
    rows = tuning.settings.sort_values(GAIN, ascending=False, kind="stable")
    lines = [[row["setting"], f"{row[GAIN]:+.2f} %", f"{row[GAIN_LOW]:+.2f} to {row[GAIN_HIGH]:+.2f} %",
              "yes" if row["keeps"] else "no",
              words.listed([name for name in ("usual", "best") if row[name]]) if row["usual"] or row["best"] else ""]
             for _, row in rows.iterrows()]
    return markup.table("Settings, the best first", ["setting", "gain", "95 %", "keeps the bounds", "is the"], lines,
                        (1, 2))


def _at_the_end(tuning: Tuning) -> list[str]:
    found = []
    for name, one in tuning.record["parameters"].items():
        searched, best = one.get("searched"), one.get("best")
        if isinstance(searched, list) and best is not None and best in (searched[0], searched[-1]):
            found.append(f"The best setting lies at the end of what was searched: {name} = {words.number(best)} "
                         f"({_ends(searched)}). A better one may lie beyond.")
    return found


def _number(value) -> str:
    return "\u2013" if value is None or math.isnan(value) else words.number(value)


def _ends(pair) -> str:
    return f"{pair[0]:.4g} to {pair[-1]:.4g}" if isinstance(pair, list) and None not in pair else "\u2013"

"""What a report says of results whose question says nothing itself: their tables, as they are."""

from __future__ import annotations

from pathlib import Path

from analysis.figures import table
from analysis.page import markup
from analysis.page.section import Section

_MOST_ROWS = 200


def section(question: str, directory: Path) -> Section:
    """Throws InputError if a table cannot be read."""
    made = Section(f"Results of vqlab {question.replace('_', '-')}: {directory.name}")
    for file in sorted(directory.glob("*.csv")):
        rows = table.read(file, (), "results", file.name)
        shown = rows.head(_MOST_ROWS)
        lines = [["" if value != value else value for value in row] for row in shown.itertuples(index=False, name=None)]
        more = f", the first {_MOST_ROWS} of {len(rows)} rows" if len(rows) > _MOST_ROWS else ""
        made.body.append(markup.folded(f"{file.name}{more}", markup.table(file.name, list(rows.columns), lines)))
    return made

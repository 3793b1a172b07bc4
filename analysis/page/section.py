"""A part of a page: what a question says of a result."""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.page.markup import Markup


@dataclass(frozen=True)
class Chart:
    """One chart: its data as analysis/page/web/types.d.ts describes them, and what is said below it."""

    data: dict
    notes: tuple[str, ...] = ()


@dataclass
class Section:
    title: str
    body: list[Markup | Chart] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)  # stand at the top of the page as well

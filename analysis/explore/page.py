"""The page itself: controls, curves and answers are made by its scripts."""

from __future__ import annotations

from analysis.figures.metrics import HEADLINES, Metric
from analysis.page import assets, document
from analysis.page.markup import data_block, joined, paragraph, tag


def write(title: str) -> str:
    """Throws assets.NotInstalled."""
    library, library_style = assets.uplot()
    metrics = [{"column": one.column, "label": one.label, "unit": one.unit}
               for one in (Metric(name) for name in HEADLINES)]
    body = [
        tag("header", tag("h1", title, id="title"),
            paragraph("Move a control: rough curves of short simulations come at once, and become precise in place.",
                      class_="lead")),
        tag("main",
            tag("div", tag("h2", "Set-up", id="controls-heading"), tag("div", id="main-controls"),
                tag("div", tag("button", "Set all back", type="button", id="reset"),
                    tag("button", "Scenario file", type="button", id="scenario"),
                    tag("button", "Copy link", type="button", id="link"), class_="files"),
                tag("div", id="more-controls"), id="controls", role="group", aria_labelledby="controls-heading"),
            tag("div",
                paragraph("Starting.", id="status", role="status"),
                tag("div", id="faults", role="alert"),
                tag("div", id="chart", class_="chart"),
                tag("div", id="notes"),
                tag("h2", "Why", id="why-heading"), tag("div", id="why", role="group", aria_labelledby="why-heading"),
                tag("h2", "What would help most", id="helps-heading"),
                tag("div", id="helps", role="group", aria_labelledby="helps-heading"), id="results"),
            id="main", class_="explore"),
        tag("noscript", paragraph("The page needs scripts.")),
        data_block("metrics", metrics)]
    return document.scripted(title, joined([tag("a", "Skip to the curves", href="#results", class_="skip"), *body]),
                             [library, assets.script("explore.js")],
                             [library_style, assets.style(), assets.style("explore.css")], connects=True)

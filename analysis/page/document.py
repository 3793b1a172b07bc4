"""One file of HTML with all that it needs: it asks no network for anything, and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib

from analysis.page import assets
from analysis.page.markup import Markup, data_block, joined, paragraph, tag
from analysis.page.section import Chart, Section

# The first lines of a page of ours.
SIGNATURE = '<!DOCTYPE html>\n<html lang="en">\n<!-- written by vqlab -->\n'


def write(title: str, lead: list[Markup], sections: list[Section]) -> str:
    """Throws assets.NotInstalled."""
    library, library_style = assets.uplot()
    charts: dict[str, dict] = {}
    body = [_section(f"section-{i + 1}", section, charts) for i, section in enumerate(sections)]
    links = [tag("li", tag("a", section.title, href=f"#section-{i + 1}")) for i, section in enumerate(sections)]
    page = joined([tag("a", "Skip to the results", href="#main", class_="skip"),
                   tag("header", tag("h1", title), *lead),
                   tag("nav", tag("ul", *links), aria_label="Sections"),
                   tag("main", *body, id="main"),
                   data_block("charts", charts)])
    return scripted(title, page, [library, assets.script("report.js")], [library_style, assets.style()])


def scripted(title: str, page: Markup, scripts: list[str], styles: list[str], connects: bool = False) -> str:
    """A body with its scripts, of which the last one is a module. `connects`: they may ask the server of the page."""
    *libraries, own = scripts
    head = joined([tag("meta", charset="utf-8"),
                   tag("meta", http_equiv="Content-Security-Policy", content=_policy(scripts, styles, connects)),
                   tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
                   tag("meta", name="color-scheme", content="light dark"), tag("title", title),
                   *(Markup(f"<style>{text}</style>") for text in styles)])
    body = joined([page, *(Markup(f"<script>{text}</script>") for text in libraries),
                   Markup(f'<script type="module">{own}</script>')])
    return f"{SIGNATURE}<head>{head}</head>\n<body>{body}</body>\n</html>\n"


def _section(identity: str, section: Section, charts: dict[str, dict]) -> Markup:
    parts: list[Markup] = []
    for one in section.body:
        if isinstance(one, Chart):
            name = f"chart-{len(charts) + 1}"
            charts[name] = one.data
            without = tag("noscript", paragraph("The chart needs scripts."))
            parts.append(tag("figure", tag("figcaption", one.data["title"]),
                             tag("div", without, id=name, class_="chart"),
                             *(paragraph(note, class_="note") for note in one.notes)))
        else:
            parts.append(one)
    warnings = None
    if section.warnings:
        warnings = tag("ul", *(tag("li", text) for text in section.warnings), class_="warnings")
    return tag("section", tag("h2", section.title, id=identity), warnings, *parts, aria_labelledby=identity)


def _policy(scripts: list[str], styles: list[str], connects: bool) -> str:
    """Nothing but these scripts and styles, and no address but its own."""
    def hashes(texts: list[str]) -> str:
        digests = (hashlib.sha256(text.encode()).digest() for text in texts)
        return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)

    return (f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; img-src data: blob:; "
            + ("connect-src 'self'; " if connects else "") +
            "base-uri 'none'; form-action 'none'")

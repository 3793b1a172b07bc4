"""HTML from Python values: whatever is not Markup is text, and is escaped."""

from __future__ import annotations

import html
import json
from typing import Iterable


class Markup(str):
    """A piece of HTML that is well formed by itself."""


_EMPTY = {"meta", "link", "br", "col"}


def tag(name: str, /, *children: object, **attributes: object) -> Markup:
    """An element. `class_` is class, and _ in other names is -; None and False are left out, True has no value."""
    words = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        words.append(key if value is True else f'{key}="{html.escape(str(value))}"')
    begin = f"<{' '.join(words)}>"
    return Markup(begin if name in _EMPTY else f"{begin}{joined(children)}</{name}>")


def joined(children: Iterable[object]) -> Markup:
    """Children behind each other; lists are their elements, None is nothing."""
    parts = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, (list, tuple)):
            parts.append(joined(child))
        else:
            parts.append(child if isinstance(child, Markup) else html.escape(str(child)))
    return Markup("".join(parts))


def paragraph(*children: object, **attributes: object) -> Markup:
    return tag("p", *children, **attributes)


def items(lines: Iterable[object]) -> Markup:
    return tag("ul", *(tag("li", line) for line in lines))


def folded(summary: object, *children: object) -> Markup:
    """What is seen when a reader asks for it."""
    return tag("details", tag("summary", summary), *children)


def commands(lines: Iterable[str]) -> Markup:
    return tag("pre", tag("code", "\n".join(lines)), tabindex=0)


def table(caption: str, heading: list[object], lines: Iterable[list[object]], numbers: Iterable[int] = ()) -> Markup:
    """numbers: positions of columns that are flush right. The first cell of a line is its heading."""
    right = set(numbers)

    def line(cells: list[object]) -> Markup:
        return tag("tr", *(tag("th" if i == 0 else "td", cell, scope="row" if i == 0 else None,
                               class_="number" if i in right else None) for i, cell in enumerate(cells)))

    head = tag("tr", *(tag("th", name, scope="col", class_="number" if i in right else None)
                       for i, name in enumerate(heading)))
    body = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *(line(cells) for cells in lines)))
    return tag("div", body, class_="scroll", tabindex=0, role="group", aria_label=caption)


def data_block(identity: str, value: object) -> Markup:
    """JSON that scripts read. No end of a script and no comment can stand in it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(f'<script type="application/json" id="{html.escape(identity)}">{text}</script>')

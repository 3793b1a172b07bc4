"""Pages whose words are in a template and whose numbers come from fresh runs, with claims checked against them.

In a template {{expression}} prints a value, and a line {% expression %} is a claim about the paragraph beside it: it is
not printed, and if it does not hold the page is not made.
"""

import csv
import re
import textwrap
from pathlib import Path


class Number(float):
    """A figure that knows how the page prints it: with one decimal below ten, and none from there on."""

    unit = ""
    sign = ""

    def digits(self) -> str:
        digits = f"{self:{self.sign}.{0 if abs(round(self, 1)) >= 10 else 1}f}"
        return digits if float(digits) else "0"

    def __str__(self) -> str:
        return self.digits() + self.unit


class Rate(Number):
    """MiB/s, which the text says."""


class Share(Number):
    unit = " %"


class Change(Number):
    """In %, with its sign."""

    unit = " %"
    sign = "+"


class Time(Number):
    unit = " us"


class Count(Number):
    """A mean number of something for each request."""

    def digits(self) -> str:
        return f"{self:.3f}" if self < 0.1 else f"{self:.2f}"


def span(numbers) -> str:
    """The smallest and the largest of several figures of one kind."""
    numbers = list(numbers)
    low, high = min(numbers), max(numbers)
    return str(low) if low.digits() == high.digits() else f"{low.digits()} to {high}"


def size(change: Change) -> Share:
    """For sentences that say whether it is more or less."""
    return Share(abs(change))


def rows(path: Path) -> list[dict]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def mean(values) -> float:
    values = list(values)
    return sum(values) / len(values)


CLAIM = re.compile(r"^\{%(.*?)%\}\n", re.MULTILINE | re.DOTALL)
VALUE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


def unsupported(template: str, names: set[str]) -> list[str]:
    """Figures that stand in the template as such and could go stale: whatever is not a name, as a number of targets."""
    words = VALUE.sub("", CLAIM.sub("", template))
    words = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", words, flags=re.DOTALL)
    return [found for found, number, unit in re.findall(r"((?<![A-Za-z\d])(\d[\d.,]*)(?:\s*(%|us|ns|MiB|times))?)",
                                                        words)
            if unit or number.rstrip(".,") not in names]


PARAGRAPH = re.compile(r"^(?![#|\n]).+(\n(?!- |[#|\n]).+)*", re.MULTILINE)


def wrapped(page: str) -> str:
    """Paragraphs and list items in lines of at most 120 columns; tables, headings and code as they are."""
    parts = re.split(r"(```.*?```)", page, flags=re.DOTALL)
    return "".join(part if part.startswith("```") else PARAGRAPH.sub(lambda lines: fit(lines[0]), part)
                   for part in parts)


def fit(paragraph: str) -> str:
    words = re.sub(r"(?<=\d) (?=%|us|MiB)", "\0", " ".join(paragraph.split()))
    return textwrap.fill(words, 120, subsequent_indent="  " if paragraph.startswith("- ") else "",
                         break_long_words=False, break_on_hyphens=False).replace("\0", " ")


def fill(template: str, known: dict) -> str:
    """The page, with what the expressions may name. Raises with all claims that do not hold."""
    # One scope for all: a generator expression sees nothing else.
    failed = [claim.strip() for claim in CLAIM.findall(template) if not eval(f"({claim})", known)]
    assert not failed, "the page claims what the numbers do not say:\n" + "\n".join(failed)
    return wrapped(VALUE.sub(lambda value: str(eval(f"({value[1]})", known)), CLAIM.sub("", template)))

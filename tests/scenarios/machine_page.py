"""The page that says of every parameter of the fitted machine where its value comes from."""

import json
import re

import program

MACHINE = program.SCENARIOS / "machines" / "letter_2012_fitted.json"
REFERENCE = program.ROOT / "docs" / "reference" / "parameters.md"
PAGE = program.ROOT / "docs" / "reference" / "letter_2012_fitted.md"
SECTIONS = ("hardware", "guest", "host", "guest_costs", "host_costs")

HEAD = """# The machine `letter_2012_fitted`

Every parameter of the machine that `./lab run` uses. `tests/scenarios/regenerate.py` makes this page from [the
reference](parameters.md) and the machine file. *Fitted* values come from `vqlab calibrate`
([how](../how-to/calibrate.md)), all others from their source. Fitted values are of three kinds. The published values
*identify* a value, or its *range* alone determines it well enough, or it is *sloppy*: other values fit as well, if
other parameters change with them. [Assumptions](../assumptions.md) says what each assumption changes.

| parameter | value | unit | range | fitted | identified | source |
|---|---|---|---|---|---|---|
"""


def rows() -> list[list[str]]:
    """Cells of the reference's tables: parameter, default, accepted, unit, what, read only if, source."""
    cells = [[cell.strip() for cell in line.strip("|\n ").split(" | ")]
             for line in REFERENCE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [row for row in cells if len(row) >= 5 and row[0].strip("`").split(".")[0] in SECTIONS]


def text() -> str:
    machine = json.loads(MACHINE.read_text(encoding="utf-8"))
    verdicts = dict(re.findall(r"([a-z_]+\.[a-z_]+) \((identified|sloppy|range)\)", machine["description"]))
    assert verdicts, "the machine's description says what was fitted"
    lines = []
    for row in rows():
        name, default, accepted, unit, *_ = row
        source = row[6:]
        section, key = name.strip("`").split(".")
        value = machine.get(section, {}).get(key, default)
        verdict = verdicts.pop(name.strip("`"), None)
        own = None if verdict else machine["sources"].get(name.strip("`"))
        cells = [name, str(value), unit, accepted, "yes" if verdict else "", verdict or "",
                 own or (source[0] if source else "")]
        lines.append("| " + " | ".join(cells) + " |")
    assert not verdicts, f"fitted, and not in the reference: {sorted(verdicts)}"
    return HEAD + "\n".join(lines) + "\n"

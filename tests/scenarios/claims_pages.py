"""docs/studies: words by hand, and in each page a block of tables that comes from a fresh run of the study's claims."""

import csv
import json
import re
import sys
from pathlib import Path

import pandas as pd

import program

sys.path.insert(0, str(program.ROOT))

from analysis.figures import marks  # noqa: E402

FOLDER = program.ROOT / "docs" / "studies"
OVERVIEW = FOLDER / "README.md"
BLOCK = re.compile(r"(<!-- claims -->\n).*?(<!-- end of claims -->)", re.DOTALL)


def studies() -> dict[str, dict]:
    """Studies with claims, by name."""
    found = {}
    for path in sorted((program.SCENARIOS / "studies").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if "claims" in document:
            found[path.stem] = document
    return found


def page(study: str) -> Path:
    return FOLDER / f"{study}.md"


def run(out: Path) -> str:
    """Runs all claims; what the program prints."""
    done = program.call("claims", "--out", out, "--no-figures", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(head: list[str], lines: list[list[str]]) -> str:
    all_lines = [head, ["---"] * len(head), *lines]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in all_lines)


def claim_line(document: dict, row: dict) -> list[str]:
    claim = next(claim for claim in document["claims"] if claim["id"] == row["claim"])
    is_ratio = row["judgement"] == "ratio"
    published = row["published"] if is_ratio else claim["direction"]["is"] if "direction" in claim else "in order"
    accepted = f"{row['range_min']} to {row['range_max']}" if is_ratio else ""
    reached = f"{float(row['reached']):.3f}{marks.of(row['state'])} ± {float(row['reached_half_width']):.3f}"
    off = f"{float(row['deviation_percent']):+.1f} %" if is_ratio else ""
    holds = "holds" if row["holds"] == "true" else "**fails**"
    fitted = "" if row["fitted"] == "false" else ", fitted"
    return [f"`{row['claim']}`", claim["published"], published, accepted, reached, off, holds + fitted]


def log_error(claims: list[dict], answer: str) -> str:
    """Mean over the ratios that have this answer and count; "" if there is none."""
    errors = [float(row[answer]) for row in claims if row[answer] and row["fitted"] == "false"]
    return f"{sum(errors) / len(errors):.3f}" if errors else ""


ANSWERS = {"here": "log_error", "no change": "log_error_no_change", "bottleneck bound": "log_error_bound"}


def score(claims: list[dict]) -> str:
    if not log_error(claims, "log_error"):
        return ""
    errors = {name: log_error(claims, column) for name, column in ANSWERS.items()}
    return "Mean log error: " + ", ".join(f"{name} {error}" for name, error in errors.items() if error) + ".\n\n"


def state(point: dict) -> str:
    if point["not_settled"]:
        return marks.NOT_SETTLED
    return marks.PRECISE if point["precise"] == "true" else marks.NOT_PRECISE


def levels(document: dict, points: list[dict]) -> str:
    """Means over the seeds of what the claims speak of, place by place."""
    axes = list(document.get("sweep", {}))
    quantity = document["claims"][0].get("quantity", "iops")
    places: dict[tuple, list[dict]] = {}
    for point in points:
        places.setdefault((point["series"], *(point[axis] for axis in axes)), []).append(point)
    lines = [[*place, f"{sum(float(run[quantity]) for run in runs) / len(runs):,.0f}"
              + marks.of(marks.worst(map(state, runs)))] for place, runs in places.items()]
    return table(["curve", *(f"`{axis}`" for axis in axes), f"`{quantity}`"], lines)


def block(document: dict, claims: list[dict], points: list[dict]) -> str:
    head = ["claim", "published", "ratio", "accepted", "reached", "off", ""]
    text = table(head, [claim_line(document, row) for row in claims]) + "\n"
    text += score(claims)
    for claim in document["claims"]:
        if "fails" in claim:
            text += f"`{claim['id']}` fails: {claim['fails']}\n\n"
        if "fitted" in claim:
            text += f"`{claim['id']}` does not count: {claim['fitted']}\n\n"
    notes = marks.notes(pd.DataFrame({marks.STATE: [row["state"] for row in claims] + [*map(state, points)]}))
    return text + levels(document, points) + "".join(f"\n{note}\n" for note in notes)


def fill(text: str, inside: str) -> str:
    filled, blocks = BLOCK.subn(lambda match: match.group(1) + "\n" + inside + "\n" + match.group(2), text)
    assert blocks == 1, "a page has one block for claims"
    return filled


def overview(claims: list[dict], printed: str) -> str:
    lines = []
    for study, document in studies().items():
        own = [row for row in claims if row["study"] == study]
        counting = [row for row in own if row["fitted"] == "false"]
        held = sum(row["holds"] == "true" for row in counting)
        free = ", ".join(f"`{path}`" for path in document.get("free_parameters", {})) or "none"
        lines.append([f"[{document['title']}]({study}.md)", f"{held} of {len(counting)}",
                      *(log_error(own, column) for column in ANSWERS.values()), free])
    counts = "".join(f"    {line}\n" for line in printed.split("\n\n")[-1].strip().splitlines())
    errors = [f"log error: {name}" for name in ANSWERS]
    return table(["study", "claims that hold", *errors, "set for it alone"], lines) + "\n" + counts


def pages(out: Path) -> dict[Path, str]:
    """Each page as it should read; `out` is a folder for the runs."""
    printed = run(out)
    claims = rows(out / "claims.csv")
    texts = {OVERVIEW: fill(OVERVIEW.read_text(encoding="utf-8"), overview(claims, printed))}
    for study, document in studies().items():
        inside = block(document, [row for row in claims if row["study"] == study], rows(out / study / "points.csv"))
        texts[page(study)] = fill(page(study).read_text(encoding="utf-8"), inside)
    return texts

"""Where a result comes from, and how to have it again."""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path

from analysis.page import markup
from analysis.page.section import Section

_TABLES = ("points.csv", "stages.csv", "comparison.csv", "claims.csv", "ablation.csv", "tune.csv", "design.csv", "overlay.csv")


def section(results: list[tuple[str, Path, dict]]) -> Section:
    """Of each result its name, directory and record."""
    made = Section("Provenance, and how to do it again")
    lines = []
    for name, directory, record in results:
        tools = record.get("tools") if isinstance(record.get("tools"), dict) else {}
        counters = record.get("counters") if isinstance(record.get("counters"), dict) else {}
        pairs = [("study", record.get("study")), ("version", record.get("version")), ("commit", record.get("commit")),
                 ("program, SHA-256", record.get("program_sha256")), ("scenario, SHA-256", record.get("scenario_sha256")),
                 ("compiler", tools.get("compiler")), ("build", tools.get("build_type")), ("SimGrid", tools.get("simgrid")),
                 ("seeds", ", ".join(map(str, record.get("seeds") or []))), ("begun", record.get("started_utc")),
                 ("wall time", _seconds(record.get("wall_s"))), ("CPU time of points", _seconds(record.get("points_cpu_s"))),
                 ("points", _points(record)), ("I/Os simulated", counters.get("completed_ios"))]
        pairs += [(f"{file}, SHA-256", _digest(directory / file)) for file in _TABLES if (directory / file).is_file()]
        if len(results) > 1:
            made.body.append(markup.tag("h3", name))
        made.body.append(markup.tag("dl", *((markup.tag("dt", key), markup.tag("dd", value)) for key, value in pairs
                                            if value not in (None, ""))))
        lines += _commands(directory, record)
    made.body += [markup.paragraph("From a clone of vqlab:"), markup.commands(dict.fromkeys(lines)), markup.paragraph(
        "The same scenario, seeds and commit give the same points.csv, byte for byte. run.json has the resolved scenario, "
        "which can be run again.")]
    return made


def _commands(directory: Path, record: dict) -> list[str]:
    """run.json can be run; what other verbs wrote is made from the study that they name."""
    lines = [f"git checkout {record['commit']}"] if record.get("commit") else []
    run = directory / "run.json"
    if run.is_file():
        lines.append(f"./lab run {shlex.quote(str(run))} --out {shlex.quote(str(directory) + '_again')}")
        lines.append(f"./lab diff {shlex.quote(str(directory))} {shlex.quote(str(directory) + '_again')}")
    return lines


def _seconds(value) -> str:
    return f"{value:.3g} s" if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def _points(record: dict) -> str:
    if record.get("points_total") is None:
        return ""
    text = f"{record.get('points_finished')} of {record['points_total']}"
    if record.get("long_runs_total"):
        text += f", long runs {record.get('long_runs_finished')} of {record['long_runs_total']}"
    return text


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()

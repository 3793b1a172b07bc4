"""Where a result comes from, and how to have it again."""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path

from analysis.page import markup
from analysis.page.section import Section

_TABLES = ("points.csv", "stages.csv", "comparison.csv", "claims.csv", "ablation.csv", "tune.csv", "design.csv",
           "overlay.csv")


def section(results: list[tuple[str, Path, dict]]) -> Section:
    """Of each result its name, directory and record."""
    made = Section("Provenance, and how to do it again")
    lines = []
    for name, directory, record in results:
        tools = record.get("tools") if isinstance(record.get("tools"), dict) else {}
        counters = record.get("counters") if isinstance(record.get("counters"), dict) else {}
        pairs = [("study", record.get("study")), ("version", record.get("version")), ("commit", record.get("commit")),
                 ("program, SHA-256", record.get("program_sha256")),
                 ("scenario, SHA-256", record.get("scenario_sha256")), ("compiler", tools.get("compiler")),
                 ("build", tools.get("build_type")), ("SimGrid", tools.get("simgrid")),
                 ("seeds", ", ".join(map(str, record.get("seeds") or []))), ("begun", record.get("started_utc")),
                 ("wall time", _seconds(record.get("wall_s"))),
                 ("CPU time of points", _seconds(record.get("points_cpu_s"))),
                 ("points", _points(record)), ("I/Os simulated", counters.get("completed_ios"))]
        pairs += [(f"{file}, SHA-256", _digest(directory / file)) for file in _TABLES if (directory / file).is_file()]
        if len(results) > 1:
            made.body.append(markup.tag("h3", name))
        made.body.append(markup.tag("dl", *((markup.tag("dt", key), markup.tag("dd", value)) for key, value in pairs
                                            if value not in (None, ""))))
        lines += _commands(directory, record)
    if lines:
        made.body += [markup.paragraph("From a clone of vqlab:"), markup.commands(dict.fromkeys(lines))]
        made.body.append(markup.paragraph(
            "The same scenario, seeds and commit give the same points.csv, byte for byte."))
    return made


def _commands(directory: Path, record: dict) -> list[str]:
    """A record has the resolved scenario, and the program takes it for a scenario file."""
    lines = [f"git checkout {record['commit']}"] if record.get("commit") else []
    folder, again = shlex.quote(str(directory)), shlex.quote(f"{directory}_again")
    if (directory / "run.json").is_file():
        lines += [f"./lab run {shlex.quote(str(directory / 'run.json'))} --out {again}", f"./lab diff {folder} {again}"]
    compared = record.get("comparison")
    if isinstance(compared, dict) and compared.get("policies"):
        others = [str(name) for name in compared["policies"] if name != compared.get("baseline")]
        words = ["./lab compare", shlex.quote(str(directory / "comparison.json")),
                 "--policy", shlex.quote(",".join(others)), "--baseline", shlex.quote(str(compared.get("baseline"))),
                 "--seeds", ",".join(map(str, record.get("seeds") or [])),
                 *(["--pairs"] if compared.get("pairs") else []), "--out", again]
        lines.append(" ".join(words))
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

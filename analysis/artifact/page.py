"""ARTIFACT.md: what reviewers of SOSP and EuroSys look for, in their order."""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path
from string import Template

from analysis.artifact.experiment import Experiment
from analysis.artifact.sources import Sources

_TEXT = Path(__file__).with_name("ARTIFACT.md.in")


def text(title: str, version: str, experiments: list[Experiment], sources: Sources) -> str:
    tools = experiments[0].record.get("tools") or {}
    state = f"commit {sources.commit}"
    if sources.changed:
        state += f", with {len(sources.changed)} files changed since: {', '.join(sources.changed[:10])}" + \
            (", and others" if len(sources.changed) > 10 else "")
    machine = (f"{_cpu()}, {os.cpu_count()} CPUs, {_system()}, with {tools.get('compiler', 'an unknown compiler')} and "
               f"SimGrid {tools.get('simgrid', 'unknown')}")
    return Template(_TEXT.read_text(encoding="utf-8")).substitute(
        title=title, version=version, state=state, machine=machine, experiments=_rows(experiments),
        claims=_claims(experiments))


def _rows(experiments: list[Experiment]) -> str:
    def line(one: Experiment) -> str:
        record = one.record
        cells = [f"`{one.name}`", one.title, record.get("points_total"), _seconds(record.get("points_cpu_s")),
                 _seconds(record.get("wall_s")), f"{record.get('memory_mb', '?')} MB", f"{one.size / 1e6:.1f} MB"]
        return f"| {' | '.join(map(str, cells))} |"
    return "\n".join(map(line, experiments))


def _claims(experiments: list[Experiment]) -> str:
    lines = []
    for one in experiments:
        digest = hashlib.sha256(one.files["points.csv"]).hexdigest()
        lines.append(f"| The numbers are these | `{one.name}` | `{one.words} --out ../again/{one.name}` | SHA-256 of "
                     f"`points.csv`: `{digest[:16]}` | none; with another compiler, chance as `./lab diff` judges it |")
        if one.errors:
            mean = sum(map(abs, one.errors)) / len(one.errors)
            lines.append(f"| {len(one.errors)} published values come out | `{one.name}` | the same | mean error "
                         f"{mean:.1f} %, largest {max(map(abs, one.errors)):.1f} % | follows from the numbers above |")
    return "\n".join(lines)


def _seconds(value: object) -> str:
    return f"{value:.1f} s" if isinstance(value, (int, float)) else "?"


def _cpu() -> str:
    """As Linux calls it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()

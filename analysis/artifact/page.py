"""ARTIFACT.md: what reviewers of SOSP and EuroSys look for, in their order."""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path

from analysis.artifact.experiment import Experiment
from analysis.artifact.sources import Sources


def text(title: str, version: str, experiments: list[Experiment], sources: Sources) -> str:
    tools = experiments[0].record.get("tools") or {}
    state = f"commit {sources.commit}"
    if sources.changed:
        state += f", with {len(sources.changed)} files changed since: {', '.join(sources.changed[:10])}" + \
            (", and others" if len(sources.changed) > 10 else "")
    return f"""# Artifact: {title}

vqlab {version} simulates guests with multiqueue virtio-scsi. Simulations are deterministic: the same scenario, seeds and sources give the
same bytes on any machine that the table of environments names.

| badge | what it rests on |
|---|---|
| available | this archive holds sources, scenarios and results; it needs Debian's archive and nothing else |
| functional | `./check` installs, builds, runs and compares; the minimal example below takes seconds once it is built |
| reproduced | each claim below has its command, the value that is expected, and the tolerance |

## What is here

| place | what |
|---|---|
| `check` | runs all experiments again and compares |
| `scenarios/` | what was simulated, every value written out |
| `results/` | what came out; `points.csv` has a row for each point, `run.json` its provenance |
| `source/` | the program: {state} |
| `source/cmake/Containerfile` | a recipe for a container, from Debian's archive |

## Environment and hardware

- Needed: x86-64 (or arm64, cross-compiled), two cores, 4 GB of memory, 3 GB of disk, Debian 12 or 13, root or sudo for packages. No special
  hardware, no virtual machine and no disk of its own: all of that is simulated.
- The results were made on {_cpu()}, {os.cpu_count()} CPUs, {_system()}, with {tools.get('compiler', 'an unknown compiler')} and SimGrid {tools.get('simgrid', 'unknown')}.

## Getting started

```
cd source
./lab run scenarios/tutorial/01_one_target.json
```

installs what is missing and builds, which takes about five minutes on two cores, and then simulates one point in a second.

## Experiments

Times are those of the machine above: CPU time of the simulations, and from begin to end.

| experiment | question | points | CPU time | time | memory | results |
|---|---|---|---|---|---|---|
{_rows(experiments)}

## Major claims

| claim | experiment | command, in `source/` | expected | tolerance |
|---|---|---|---|---|
{_claims(experiments)}

All at once:

```
./check
```

prints a line for each experiment: "the same bytes"; "the same within chance", where another compiler or machine has moved a number by no more
than the 95 % intervals of both allow over all points; or "MOVED". It ends with 0 if none has moved. Its results are in `again/`.

## Messages that may be met

| message | what it means |
|---|---|
| `packages are missing, and there is neither root nor sudo` | install what the line below it says, as root |
| `this is no Debian system` | use the container, or install what the packages hold |
| `waiting for another lab to finish its set-up` | a second `lab` runs in this tree; it goes on by itself |
| `! not precise`, `? not settled` in a table | the run was as long as its scenario allows; the interval says how sure the number is |
| `105 of 105 points were simulated before and come from the cache` | the user's cache has them; `--no-cache` simulates them again |

## In a container

```
cd source && podman build --file cmake/Containerfile --tag vqlab .
```
"""


def _rows(experiments: list[Experiment]) -> str:
    def line(one: Experiment) -> str:
        record = one.record
        return (f"| `{one.name}` | {one.title} | {record.get('points_total')} | {_seconds(record.get('points_cpu_s'))} | "
                f"{_seconds(record.get('wall_s'))} | {record.get('memory_mb', '?')} MB | {one.size / 1e6:.1f} MB |")
    return "\n".join(map(line, experiments))


def _claims(experiments: list[Experiment]) -> str:
    lines = []
    for one in experiments:
        digest = hashlib.sha256(one.files["points.csv"]).hexdigest()
        lines.append(f"| The numbers are these | `{one.name}` | `{one.words} --out ../again/{one.name}` | SHA-256 of "
                     f"`points.csv`: `{digest[:16]}` | none; with another compiler, chance as `./lab diff` judges it |")
        if one.errors:
            mean = sum(map(abs, one.errors)) / len(one.errors)
            lines.append(f"| {len(one.errors)} published values come out | `{one.name}` | the same | mean error {mean:.1f} %, "
                         f"largest {max(map(abs, one.errors)):.1f} % | 0.5 percentage points |")
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

"""One result of a study: what was asked, what came out, what it took, and how far it is from what was published."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path

from analysis.figures import load, published
from analysis.figures.table import InputError

_LONG_RUNS = "long_runs"  # analysis/runs/long_runs.hpp has the same


@dataclass
class Experiment:
    name: str
    title: str
    description: str
    record: dict  # run.json
    scenario: bytes  # as it was resolved
    files: dict[str, bytes]  # of the result
    with_long_runs: bool
    errors: list[float]  # in percent, of the cells that were published

    @property
    def words(self) -> str:
        """The command that does it again, in the folder of the sources, but for --out."""
        long_runs = "" if self.with_long_runs else " --no-long-runs"
        return f"./lab run ../scenarios/{self.name}.json --no-figures{long_runs}"

    @property
    def size(self) -> int:
        return sum(map(len, self.files.values()))


def read(directory: Path, program: str) -> Experiment:
    """Throws InputError, also where another program has made the result."""
    if not (directory / "points.csv").is_file():
        raise InputError(f"{directory}: found no points.csv; accepted: the result directory of a `vqlab run`")
    study = load.load(directory)
    record = load.read_record(directory / "run.json")
    faults = []
    if record.get("complete") is not True:
        faults.append(f"{directory}: found a run that is not complete; accepted: one that --resume has ended")
    if record.get("program_sha256") != program:
        faults.append(f"{directory}: found a result of another program, {str(record.get('program_sha256'))[:12]}; "
                      f"accepted: of this one, {program[:12]}: run it again")
    name = directory.resolve().name
    if not re.fullmatch(r"[\w.-]+", name):
        faults.append(f"{directory}: found another name; accepted: letters, digits, _, . and -")
    if faults:
        raise InputError("\n".join(faults))
    files = {file.relative_to(directory).as_posix(): file.read_bytes()
             for file in sorted(directory.rglob("*")) if file.is_file() and file.name != ".vqlab"}
    scenario = json.dumps(record["scenario"], indent=2, ensure_ascii=False) + "\n"
    return Experiment(name, study.title, str(record["scenario"].get("description") or ""), record, scenario.encode(),
                      files, (directory / _LONG_RUNS).is_dir(), _errors(study))


def _errors(study: load.Study) -> list[float]:
    if not study.published_metric or published.column(study.published_metric) not in study.points:
        return []
    pairs = zip(study.points[study.published_metric], study.points[published.column(study.published_metric)])
    return [100 * (ours / theirs - 1) for ours, theirs in pairs if math.isfinite(ours) and math.isfinite(theirs)]

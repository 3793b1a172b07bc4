"""docs/assumptions.md: words from assumptions.md.in, numbers from runs of the study with one setting changed.

An expression names settings as --set takes them. Each is run when an expression first asks for it, some forty in all.
"""

import json
import tempfile
from pathlib import Path

import program
import template_page
from template_page import Change, Rate, Share, mean, rows, size, span
from why_page import CELLS, MQ4, MQ8, SHORT, SQ4, STUDY, TARGETS

TEMPLATE = Path(__file__).resolve().parent / "assumptions.md.in"
PAGE = program.ROOT / "docs" / "assumptions.md"
SQ8, BEFORE = "single_queue_8vcpu", "single_queue_before_4vcpu"


class Changes:
    """The study as it is, and with settings changed."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.study = json.loads(STUDY.read_text(encoding="utf-8"))
        self.runs: dict[tuple[str, ...], dict] = {}

    def run(self, settings: tuple[str, ...]) -> dict:
        if settings not in self.runs:
            out = self.folder / str(len(self.runs))
            words = [word for setting in settings
                     for word in (("--seeds", setting[6:]) if setting.startswith("seeds=") else ("--set", setting))]
            done = program.call("run", STUDY, "--out", out, *words, "--no-figures", "--no-long-runs", "--quiet")
            assert done.returncode == 0, done.stdout + done.stderr
            values: dict[tuple[str, int], list[float]] = {}
            for row in rows(out / "points.csv"):
                values.setdefault((row["series"], int(row["targets"])), []).append(float(row["bandwidth_mib_per_s"]))
            self.runs[settings] = {cell: mean(seeds) for cell, seeds in values.items()}
        return self.runs[settings]

    def mechanisms(self) -> list[str]:
        self.run(())
        return list(json.loads((self.folder / "0" / "run.json").read_text(encoding="utf-8"))["scenario"]["mechanisms"])

    # One cell, or several.

    def here(self, column, targets, *settings):
        return Rate(self.run(settings)[column, targets])

    def published(self, column, targets):
        return Rate(self.study["reference"]["values"][column][str(targets)])

    def error(self, column, targets, *settings):
        return Change(100 * (self.here(column, targets, *settings) / self.published(column, targets) - 1))

    def change(self, setting, column, targets):
        """What a setting does to a cell."""
        return Change(100 * (self.here(column, targets, setting) / self.here(column, targets) - 1))

    def changes(self, setting, columns, targets):
        return [self.change(setting, column, number) for column in columns for number in targets]

    def most(self, setting, *columns):
        return Share(max(abs(change) for change in self.changes(setting, columns or tuple(SHORT), TARGETS)))

    def step(self, before, after, *settings):
        """From one cell to another."""
        return Change(100 * (self.here(*after, *settings) / self.here(*before, *settings) - 1))

    def published_step(self, before, after):
        return Change(100 * (self.published(*after) / self.published(*before) - 1))

    # All cells.

    def errors(self, *settings, columns=tuple(SHORT)):
        return [abs(self.error(column, targets, *settings)) for column in columns for targets in TARGETS]

    def mean_error(self, *settings, columns=tuple(SHORT)):
        return Share(mean(self.errors(*settings, columns=columns)))

    def largest_error(self, *settings):
        return Share(max(self.errors(*settings)))

    def errors_with_before(self):
        """The mean error with the driver before the series as the single queue."""
        cells = [(BEFORE, SQ4, t) for t in TARGETS] + [(c, c, t) for c in (MQ4, MQ8) for t in TARGETS]
        return Share(mean(abs(100 * (self.here(here, t) / self.published(column, t) - 1)) for here, column, t in cells))

    def misses(self, column, percent=5):
        cells = [(self.error(column, targets), targets) for targets in TARGETS]
        far = [f"{error} at {targets}" for error, targets in cells if abs(error) > percent]
        return ", ".join(far) or "nowhere by 5 %"

    # Tables.

    def fit_table(self):
        lines = ["| column | mean error | cells more than 5 % off |", "|---|---|---|"]
        lines += [f"| {name} | {self.mean_error(columns=(column,))} | {self.misses(column)} |"
                  for column, name in SHORT.items()]
        return "\n".join([*lines, f"| all {len(CELLS)} cells | {self.mean_error()} | largest {self.largest_error()} |"])

    def mechanism_table(self):
        lines = ["| mechanism | mean error | " + " | ".join(f"{name} at 1, 8, 32 targets, %" for name in SHORT.values())
                 + " |", "|---" * (2 + len(SHORT)) + "|"]
        settings = {name: f"mechanisms.{name}=false" for name in self.mechanisms()}
        for name in sorted(settings, key=lambda name: (-self.mean_error(settings[name]), name)):
            cells = [", ".join(f"{round(self.change(settings[name], column, targets)):+d}".replace("+0", "0")
                               for targets in (1, 8, 32)) for column in SHORT]
            lines.append(f"| `{name}` | {self.mean_error(settings[name])} | " + " | ".join(cells) + " |")
        return "\n".join(lines)


def names(changes: Changes) -> dict:
    methods = {name: getattr(changes, name) for name in dir(changes) if not name.startswith("_")}
    return {**methods, "SQ4": SQ4, "MQ4": MQ4, "MQ8": MQ8, "SQ8": SQ8, "BEFORE": BEFORE, "TARGETS": TARGETS,
            "CELLS": CELLS, "COLUMNS": tuple(SHORT), "span": span, "size": size, "mean": mean}


def text() -> str:
    with tempfile.TemporaryDirectory() as folder:
        return template_page.fill(TEMPLATE.read_text(encoding="utf-8"), names(Changes(Path(folder))))

"""docs/why.md: its words are in why.md.in, its numbers come from fresh runs, and each claim is checked against them.

Names in its expressions are the methods of `Numbers` and what `names()` adds.
"""

import json
import re
import shlex
from pathlib import Path

import program
import template_page
from template_page import Change, Count, Number, Rate, Share, Time, mean, rows, size, span

STUDY = program.SCENARIOS / "studies" / "multiqueue_2012.json"
TEMPLATE = Path(__file__).resolve().parent / "why.md.in"
PAGE = program.ROOT / "docs" / "why.md"

SQ4, MQ4, MQ8 = "single_queue_4vcpu", "multi_queue_4vcpu", "multi_queue_8vcpu"
SHORT = {SQ4: "SQ4", MQ4: "MQ4", MQ8: "MQ8"}
TARGETS = (1, 2, 4, 8, 16, 24, 32)
CELLS = [(column, targets) for column in SHORT for targets in TARGETS]
RESOURCES = ("main_loop", "vcpus", "queue_lock", "physical_cpus", "wake_ups")
MECHANISMS = ("remote_interrupts", "remote_wakeups", "shared_cores", "affinity_hints", "rq_affinity", "indirect_desc",
              "descriptor_polling", "cold_requests", "cold_switches", "halts", "ipis", "load_balancing", "time_slices",
              "completion_locks", "mechanisms.lun_lock", "drain_ends")
COSTS = ("loop_iteration_ns", "host_costs.cold_request_ns", "cold_page_ns")

# What the page is made from, in this order; results/why is a temporary directory when the page is made.
STUDY_NAME = STUDY.relative_to(program.ROOT)
COMMANDS = {
    "run": f"./lab run {STUDY_NAME} --out results/why/run",
    "explain": "./lab explain results/why/run",
    "ablate": f"./lab ablate {STUDY_NAME} --out results/why/ablate --seeds 1,2,3"
              f" --set precision.half_width_percent=2.5 --only {','.join(RESOURCES)} --only {','.join(MECHANISMS[:6])}"
              f" --only {','.join(MECHANISMS[6:])} --only {','.join(COSTS)}",
    "long_ring": f"./lab run {STUDY_NAME} --out results/why/long_ring --set controller.virtqueue_size=256"
                 " --set sweep.targets='[32]'",
    "pinned": f"./lab run {STUDY_NAME} --out results/why/pinned --set guest.pinned_vcpus=3"
              " --set sweep.targets='[4,8,16]'",
    "compare": f"./lab compare {STUDY_NAME} --out results/why/compare --policy per_vcpu --seeds 1,2,3"
               " --set precision.half_width_percent=2.5",
}


class Numbers:
    """What the commands found, cell by cell."""

    def __init__(self, folder: Path):
        self.study = json.loads(STUDY.read_text(encoding="utf-8"))
        self.runs = self.by_cell(rows(folder / "run" / "points.csv"))
        self.long_ring = self.by_cell(rows(folder / "long_ring" / "points.csv"))
        self.pinned = self.by_cell(rows(folder / "pinned" / "points.csv"))
        self.resources = self.by_cell(rows(folder / "run" / "explanation" / "resources.csv"))
        self.stages = self.by_cell(rows(folder / "run" / "explanation" / "stages.csv"))
        self.ablation = {(row["series"], int(row["targets"]), row["name"].split(".")[-1]): row
                         for row in rows(folder / "ablate" / "ablation.csv") if row["scope"] == "point"}
        self.policies = {(row["series"], int(row["targets"])): row
                         for row in rows(folder / "compare" / "comparison.csv")
                         if row["scope"] == "point" and row["policy"] == "per_vcpu"
                         and row["metric"] == "bandwidth_mib_per_s"}

    @staticmethod
    def by_cell(table: list[dict]) -> dict:
        cells: dict = {}
        for row in table:
            cells.setdefault((row["series"], int(row["targets"])), []).append(row)
        return cells

    # The tables of the letter and of the simulator.

    def published(self, column, targets):
        return Rate(self.study["reference"]["values"][column][str(targets)])

    def measured(self, column, targets, metric, kind=Number):
        return kind(mean(float(row[metric]) for row in self.runs[column, targets]))

    def here(self, column, targets):
        return self.measured(column, targets, "bandwidth_mib_per_s", Rate)

    def error(self, column, targets):
        return Change(100 * (self.here(column, targets) / self.published(column, targets) - 1))

    def seeds(self, column, targets, metric):
        return [float(row[metric]) for row in self.runs[column, targets]]

    def published_step(self, before, after):
        return Change(100 * (self.published(*after) / self.published(*before) - 1))

    def step(self, before, after, without=""):
        """From one cell to another, with a mechanism switched off in both."""
        def rate(cell):
            return self.here(*cell) * (1 + self.change(*cell, without) / 100 if without else 1)
        return Change(100 * (rate(after) / rate(before) - 1))

    def with_long_ring(self, column, targets, metric="bandwidth_mib_per_s", kind=Rate):
        return kind(mean(float(row[metric]) for row in self.long_ring[column, targets]))

    def pinned_error(self, column, targets):
        """With processes pinned to the first three vCPUs, away from the one of unhinted interrupts."""
        here = mean(float(row["bandwidth_mib_per_s"]) for row in self.pinned[column, targets])
        return Change(100 * (here / self.published(column, targets) - 1))

    # What `explain` says.

    def limits(self, column, targets):
        """What limits the cell, the first one first: several if they tie."""
        return [row["resource"] for row in self.resources[column, targets] if row["bottleneck"] == "true"]

    def limit(self, column, targets):
        return self.limits(column, targets)[0]

    def path_leader(self, column, targets):
        """What has the largest share of the critical path, delays left out."""
        return max((row for row in self.resources[column, targets] if row["delay"] == "false"),
                   key=lambda row: float(row["path_share"] or 0))["resource"]

    def resource(self, cell, name, metric):
        return Share(sum(100 * float(row[metric] or 0) for row in self.resources[cell] if row["resource"] == name))

    def path(self, column, targets, name):
        return self.resource((column, targets), name, "path_share")

    def busy(self, column, targets, name):
        return self.resource((column, targets), name, "utilization")

    def stage(self, column, targets, *names, part="latency"):
        return Time(sum(float(row[f"{part}_us"]) for row in self.stages[column, targets] if row["stage"] in names))

    def latency(self, column, targets):
        return Time(sum(float(row["latency_us"]) for row in self.stages[column, targets]))

    def longest_stages(self, column, targets):
        return sorted((row["stage"] for row in self.stages[column, targets]),
                      key=lambda name: -self.stage(column, targets, name))

    def loop_time(self, column, targets):
        """What the main loop works for each request."""
        return Time(1e6 * self.measured(column, targets, "main_loop_utilization")
                    / self.measured(column, targets, "iops"))

    # What `ablate` says.

    def change(self, column, targets, name):
        """Of the bandwidth, with a mechanism switched off, or a resource or cost halved."""
        return Change(self.ablation[column, targets, name.split(".")[-1]]["change_percent"])

    def change_ci(self, column, targets, name):
        return Change(self.ablation[column, targets, name]["change_percent_ci95"])

    def changes(self, name, *cells):
        return [self.change(*cell, name) for cell in cells]

    def moves_most(self, column, targets):
        return max(RESOURCES, key=lambda name: self.change(column, targets, name))

    def strongest(self, column, targets):
        return sorted(MECHANISMS, key=lambda name: -abs(self.change(column, targets, name)))

    def confirmed(self):
        return [cell for cell in CELLS if self.path_leader(*cell) == self.moves_most(*cell)]

    def unconfirmed(self):
        return [cell for cell in CELLS if self.path_leader(*cell) != self.moves_most(*cell)]

    # What `compare` says.

    def stickiness(self, column, targets):
        """What the bandwidth gains where the queue is that of the submitter's vCPU at once."""
        return Change(self.policies[column, targets]["difference_percent"])

    # Tables and lists of the page.

    def bandwidth_table(self):
        lines = ["| targets | " + " | ".join(f"{name} letter | here | error" for name in SHORT.values()) + " |",
                 "|---|" + "---|" * 3 * len(SHORT)]
        for targets in TARGETS:
            cells = [f"{self.published(column, targets)} | {self.here(column, targets)} | {self.error(column, targets)}"
                     for column in SHORT]
            lines.append(f"| {targets} | " + " | ".join(cells) + " |")
        return "\n".join(lines)

    HEAD = ("| targets | letter | here | limited by | path | busy | halved, moves most | longest stages "
            "| switched off, moves most | in words |\n" + "|---" * 10 + "|")

    def row(self, column, targets):
        """All cells of the table's row but its last one, which is the template's."""
        cell = column, targets
        limit, most = self.limit(*cell), self.moves_most(*cell)
        stages = ", ".join(f"{name} {self.stage(*cell, name)}" for name in self.longest_stages(*cell)[:3])
        off = ", ".join(f"`{name}` {self.change(*cell, name)}" for name in self.strongest(*cell)[:2])
        limits = " = ".join(f"`{name}`" for name in self.limits(*cell))
        return (f"| {targets} | {self.published(*cell)} | {self.here(*cell)} | {limits} | {self.path(*cell, limit)} "
                f"| {self.busy(*cell, limit)} | `{most}` {self.change(*cell, most).digits()} "
                f"±{self.change_ci(*cell, most).digits().lstrip('+')} % | {stages} | {off} |")

    def disagreements(self):
        return "\n".join(
            f"- **{self.cell_list([cell])} targets**: of the critical path `{limit}` has {self.path(*cell, limit)} and "
            f"`{most}` {self.path(*cell, most)}; halved, they give {self.change(*cell, limit)} and "
            f"{self.change(*cell, most)}."
            for cell in self.unconfirmed() for limit, most in [(self.path_leader(*cell), self.moves_most(*cell))])

    def misses(self, percent):
        return [cell for cell in CELLS if abs(self.error(*cell)) > percent]

    def cell_list(self, cells):
        return "; ".join(f"{name} at " + ", ".join(str(t) for c, t in cells if c == column)
                         for column, name in SHORT.items() if any(c == column for c, _ in cells))


def names(numbers: Numbers) -> dict:
    methods = {name: getattr(numbers, name) for name in dir(numbers) if not name.startswith("_")}
    return {**methods, "SQ4": SQ4, "MQ4": MQ4, "MQ8": MQ8, "TARGETS": TARGETS, "CELLS": CELLS, "RESOURCES": RESOURCES,
            "MECHANISMS": MECHANISMS, "COMMANDS": COMMANDS, "SHORT": SHORT, "folded": folded, "span": span,
            "size": size, "mean": mean, "Count": Count, "Share": Share, "percent": percent}


def percent(share: float) -> Share:
    return Share(100 * share)


def folded(command: str) -> str:
    """In lines that fit; a list of names has no place to break."""
    return re.sub(r" (?=--(?!out))", " \\\\\n    ", command)


def fill(template: str, numbers: Numbers) -> str:
    return template_page.fill(template, names(numbers))


def unsupported(template: str) -> list[str]:
    return template_page.unsupported(template, {*map(str, TARGETS), "2012"})


def collect(folder: Path) -> Numbers:
    for name, command in COMMANDS.items():
        words = shlex.split(command.replace("results/why", str(folder)))[1:]
        done = program.call(*words, "--no-figures", "--quiet", cwd=program.ROOT)
        assert done.returncode == 0, done.stdout + done.stderr
        (folder / f"{name}.txt").write_text(done.stdout, encoding="utf-8")
    return Numbers(folder)

"""docs/studies/iothreads.md: rules for the number of iothreads, fitted to half of the set-ups, judged on the rest.

The study takes some minute of CPU time, the plausible machines some more.
"""

import json
import math
import re
import statistics
import sys
import tempfile
from dataclasses import astuple, dataclass
from pathlib import Path

import program
import template_page
from template_page import Change, Share, rows, span  # noqa: F401  (the template names span)

sys.path.insert(0, str(program.ROOT))
from analysis.figures import page, style  # noqa: E402  (the path to it is set above)

STUDY = program.SCENARIOS / "studies" / "iothreads.json"
TEMPLATE = Path(__file__).resolve().parent / "iothreads.md.in"
PAGE = program.ROOT / "docs" / "studies" / "iothreads.md"
FIGURE = program.ROOT / "docs" / "figures" / "iothreads_rules.png"
MACHINES = 8
SHARES = (1, 2, 4, 8)  # CPUs for one iothread, among which the fit chooses
MAPPED = (2, 4, 8, 16)  # numbers of the study
NAME = re.compile(r"vcpus(\d+)_disks(\d+)_(\w+)")
UNLIMITED = math.inf
PERIOD_US = 20_000


@dataclass(frozen=True)
class Setup:
    """What a rule may know, but for the depth, which it may not."""

    vcpus: int
    disks: int
    cpus: float  # that the quota leaves
    depth: int

    @property
    def usable(self) -> float:
        return min(self.vcpus, self.cpus)


def shared(_: Setup) -> str:
    return "shared"


def per_disk(setup: Setup) -> str:
    return "per_disk" if setup.disks > 1 else "shared"


def auto(setup: Setup) -> str:
    """KubeVirt's: a thread for each disk, at most two for each CPU that the pod asks for."""
    assert setup.disks <= 2 * setup.usable, "the study has no set-up that the bound reaches"
    return per_disk(setup)


def mapped(number: float) -> str:
    """So many iothreads among which all queues are dealt out; the study's next larger number."""
    return "shared" if number <= 1 else f"mapped{next(one for one in MAPPED if one >= number)}"


def share(cpus: int):
    """One iothread for so many CPUs that the guest can use, rounded up."""
    return lambda setup: mapped(math.ceil(setup.usable / cpus))


def measured(vcpu_us: float, loop_us: float):
    """As many as keep pace with the vCPUs, of times that a vCPU and a loop need for a request."""
    return lambda setup: mapped(math.ceil(min(setup.vcpus * loop_us / vcpu_us,
                                              setup.cpus * loop_us / (vcpu_us + loop_us))))


RULES = {
    "one for all (KubeVirt `shared`, oVirt's default)": shared,
    "one for each disk (KubeVirt `auto`, Proxmox)": auto,
    "four, mapped by queue": lambda setup: "mapped4",
    "one for each vCPU, mapped by queue": lambda setup: f"mapped{setup.vcpus}",
}


class Results:
    """IOPS and CPU time of each way to serve each set-up."""

    def __init__(self, points: list[dict]):
        self.iops: dict[Setup, dict[str, float]] = {}
        self.cpu: dict[Setup, dict[str, float]] = {}
        for row in points:
            vcpus, disks, way = NAME.fullmatch(row["series"]).groups()
            quota = int(row.get("host.cfs_quota_us", 0)) / PERIOD_US
            setup = Setup(int(vcpus), int(disks), quota or UNLIMITED, int(row.get("job.iodepth", 32)))
            self.iops.setdefault(setup, {})[way] = float(row["iops"])
            self.cpu.setdefault(setup, {})[way] = float(row["cpu_us_per_io"])

    def loss(self, setup: Setup, way: str) -> float:
        """In % of the best way."""
        return 100 * (1 - self.iops[setup][way] / max(self.iops[setup].values()))

    def losses(self, rule, setups) -> list[float]:
        return [self.loss(setup, rule(setup)) for setup in setups]

    def cpu_time(self, rule, setups) -> float:
        """Of a request, as a multiple of that with one iothread: geometric mean."""
        return statistics.geometric_mean(self.cpu[one][rule(one)] / self.cpu[one]["shared"] for one in setups)

    def halves(self) -> tuple[list[Setup], list[Setup]]:
        """As the squares of a chessboard: neighbours along each axis are in different halves."""
        axes = [sorted(set(values)) for values in zip(*map(astuple, self.iops))]

        def is_white(setup):
            return sum(axis.index(value) for axis, value in zip(axes, astuple(setup))) % 2 == 0
        return [one for one in self.iops if is_white(one)], [one for one in self.iops if not is_white(one)]


def fitted(results: Results, setups) -> int:
    return min(SHARES, key=lambda cpus: statistics.mean(results.losses(share(cpus), setups)))


def times(results: Results) -> tuple[float, float]:
    """us that a vCPU needs for a request, from the set-up with the fewest, and a loop, from that with the most."""
    no_limit = [one for one in results.iops if one.cpus == UNLIMITED and one.depth == 32 and one.disks == 8]
    few, many = min(no_limit, key=lambda one: one.vcpus), max(no_limit, key=lambda one: one.vcpus)
    return 1e6 * few.vcpus / max(results.iops[few].values()), 1e6 / results.iops[many]["shared"]


def names(results: Results, machines: dict[str, Results]) -> dict:
    fit, judged = results.halves()
    cpus = fitted(results, fit)
    vcpu_us, loop_us = times(results)
    rules = {**RULES, f"one for {cpus} CPUs, mapped by queue": share(cpus)}
    derived = measured(vcpu_us, loop_us)
    ratios = [loop / vcpu for vcpu, loop in map(times, machines.values())]
    of_machines = {name: [one.losses(rule, one.iops) for one in machines.values()] for name, rule in rules.items()}
    of_machines["two measured times, mapped by queue"] = [
        one.losses(measured(*times(one)), one.iops) for one in machines.values()]

    def table() -> str:
        lines = ["| rule | median | 90 % | worst | CPU time for a request |", "|---|---:|---:|---:|---:|"]
        for name, rule in rules.items():
            losses = sorted(results.losses(rule, judged))
            cells = [statistics.median(losses), losses[math.ceil(0.9 * len(losses)) - 1], losses[-1]]
            lines.append(f"| {name} | " + " | ".join(str(Share(one)) for one in cells)
                         + f" | x {results.cpu_time(rule, judged):.2f} |")
        return "\n".join(lines)

    def table_of_machines() -> str:
        lines = ["| rule | median | worst |", "|---|---:|---:|"]
        for name, of_each in of_machines.items():
            losses = sum(of_each, [])
            lines.append(f"| {name} | {Share(statistics.median(losses))} | {Share(max(losses))} |")
        return "\n".join(lines)

    def table_of_setups(depth: int) -> str:
        ways = ["shared", "per_disk", *(f"mapped{number}" for number in MAPPED)]
        lines = ["| vCPUs | CPUs | disks | best, thousand IOPS | one | one for each disk | mapped: 2 | 4 | 8 | 16 |",
                 "|---:|---:|---:|" + "---:|" * 7]
        for setup, iops in results.iops.items():
            if setup.depth == depth:
                best = max(iops.values())
                cells = [f"{100 * iops[way] / best:.0f}" if way in iops else "" for way in ways]
                quota = "all" if setup.cpus == UNLIMITED else f"{setup.cpus:.0f}"
                lines.append(f"| {setup.vcpus} | {quota} | {setup.disks} | {best / 1000:,.0f} | "
                             + " | ".join(cells) + " |")
        return "\n".join(lines)

    def later() -> list[float]:
        """What a number that was chosen for one disk loses on eight."""
        return [results.loss(setup, "shared") for setup in results.iops if setup.disks == 8]

    def by_queue() -> list[float]:
        """Gain of mapping by queue over one for each disk, with as many iothreads, in %."""
        return [100 * (iops[f"mapped{setup.disks}"] / iops["per_disk"] - 1)
                for setup, iops in results.iops.items() if "per_disk" in iops]

    def worst(rule) -> Setup:
        return max(judged, key=lambda setup: results.loss(setup, rule(setup)))

    return {**globals(), **locals(), "median": statistics.median}


def draw(results: Results) -> None:
    fit, judged = results.halves()
    cpus = fitted(results, fit)
    rules = {**RULES, f"one for {cpus} CPUs, mapped by queue": share(cpus)}
    with style.applied():
        sheet = page.Page(page.Layout.of(1))
        axes = sheet.panels[0]
        labels = [name.split(" (")[0] for name in rules]
        quotas = sorted({one.cpus for one in judged}, reverse=True)
        handles = []
        for index, quota in enumerate(quotas):
            look = style.of_curve(index)
            here = [one for one in judged if one.cpus == quota]
            label = "no quota" if quota == UNLIMITED else f"quota of {quota:.0f} CPUs"
            for row, rule in enumerate(rules.values()):
                axes.plot([100 - loss for loss in results.losses(rule, here)],
                          [row + 0.22 * (index - 1)] * len(here), linestyle="none", marker=look.marker, markersize=5,
                          color=look.colour, alpha=0.6)
            handles.append(page.Line2D([], [], linestyle="none", marker=look.marker, color=look.colour, label=label))
        axes.set_yticks(range(len(labels)), labels)
        axes.set_ylim(len(labels) - 0.5, -0.5)
        axes.set_xlim(0, 102)
        axes.set_xticks(range(0, 101, 20))
        sheet.label("IOPS, in % of the best number of iothreads for the set-up", "")
        figure = sheet.finish("What rules for the number of iothreads reach",
                              "4 to 16 vCPUs, 1 to 8 disks, 1 or 32 in flight for each process", handles,
                              ["Set-ups that no rule was fitted to."])
        figure.savefig(FIGURE, dpi=150)


def run(study: Path, out: Path, *more: str) -> None:
    done = program.call("run", study, "--out", out, "--no-long-runs", "--no-figures", "--quiet", *more)
    assert done.returncode == 0, done.stdout + done.stderr


def fewer(folder: Path) -> Path:
    """The study for plausible machines: most disks, fewest and most vCPUs, no quota, 32 in flight."""
    document = json.loads(STUDY.read_text(encoding="utf-8"))
    document["curves"] = [one for one in document["curves"] if re.match(r"vcpus(4|16)_disks8_", one["name"])]
    del document["host"]["cfs_period_us"]
    document["sweep"] = {"job.iodepth": [32]}
    document["precision"] = {"half_width_percent": 5, "min_simulated_s": 0.1, "max_simulated_s": 0.1}
    path = folder / "fewer.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def collect(folder: Path) -> tuple[Results, dict[str, Results]]:
    run(STUDY, folder / "study")
    run(fewer(folder), folder / "machines", "--uncertainty", str(MACHINES))
    return read(folder)


def read(folder: Path) -> tuple[Results, dict[str, Results]]:
    plausible = [row for row in rows(folder / "machines" / "uncertainty" / "points.csv") if row["machine"] != "own"]
    numbers = list(dict.fromkeys(row["machine"] for row in plausible))
    return (Results(rows(folder / "study" / "points.csv")),
            {one: Results([row for row in plausible if row["machine"] == one]) for one in numbers})


def filled(results: Results, machines: dict[str, Results]) -> str:
    return template_page.fill(TEMPLATE.read_text(encoding="utf-8"), names(results, machines))


def text() -> str:
    with tempfile.TemporaryDirectory() as folder:
        return filled(*collect(Path(folder)))


def figure() -> Path:
    with tempfile.TemporaryDirectory() as folder:
        run(STUDY, Path(folder))
        draw(Results(rows(Path(folder) / "points.csv")))
    return FIGURE

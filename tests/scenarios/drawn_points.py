"""Points drawn over servers, back ends, drivers and workloads, and what `explain` and halving say of each."""

import csv
import json
import math
import random
from dataclasses import dataclass
from pathlib import Path

import program

PRECISION = {"half_width_percent": 2, "max_simulated_s": 0.5}
SEEDS = [1, 2, 3]
HALVING_SEEDS = [101, 102, 103, 104, 105, 106]  # none that `explain` uses
T_975 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571}  # Student's t by degrees of freedom


def draw(rng: random.Random) -> dict:
    """A scenario of one point: a machine, and whatever may make one part of it the limit."""
    def one_of(*values):
        return values[int(rng.random() * len(values))]

    def some(share: float) -> bool:
        return rng.random() < share

    server = one_of("main_loop", "iothreads", "iothreads", "vhost_scsi")
    backend = one_of("page_cache", "null", "flash", "flash")
    aio = "native" if server == "vhost_scsi" else one_of("threads", "native")
    if aio == "native" and backend == "page_cache":
        backend = "flash"
    driver = one_of("before", "multiqueue", "multiqueue", "blk_mq", "blk_mq")
    vcpus = one_of(1, 2, 4, 8, 16)
    queues = 1 if driver == "before" else one_of(0, 0, 1, 2, 4)
    set_ = {
        "targets": one_of(1, 1, 2, 4, 8, 16, 32),
        "guest.vcpus": vcpus,
        "guest.driver": driver,
        "guest.policy": "per_vcpu" if driver == "blk_mq" else one_of("target_sticky", "per_vcpu", "round_robin"),
        "guest.placement": one_of("in_order", "shuffled"),
        "controller.devices": one_of(1, 1, 2, 4),
        "controller.num_queues": queues,
        "controller.virtqueue_size": one_of(64, 128, 256),
        "host.server": server, "host.aio": aio, "host.backend": backend,
        "job.iodepth": one_of(1, 2, 4, 16, 32, 64),
        "job.bsrange": one_of("4k-4k", "4k-4k", "4k-64k", "64k-64k", "128k-128k"),
        "job.rw": one_of("randread", "randread", "randwrite", "randrw"),
        "hardware.physical_cpus": one_of(4, 8, 16, 16, 32),
    }
    if driver == "before":
        set_["guest.policy"] = "single_queue"
    if vcpus == 1:
        del set_["guest.placement"]  # there is one place
    if server == "iothreads":
        set_["iothreads.iothread-vq-mapping"] = [{"iothread": f"io{i}"} for i in range(one_of(1, 1, 2, 4))]
        set_["iothreads.poll-max-ns"] = one_of(0, 32768)
    if server == "vhost_scsi":
        set_["vhost_scsi.worker_per_virtqueue"] = some(0.5)
    if aio == "threads" and some(0.3):
        set_["host.worker_threads_max"] = one_of(1, 2, 4, 8)
    if backend == "page_cache" and some(0.2):
        set_["hardware.memory_gb_per_s"] = one_of(1.0, 2.0)
    if backend == "flash":
        for name, values in (("command_ns", (1000, 4000, 12000)), ("channels", (1, 2, 8)),
                             ("dies_per_channel", (1, 4, 6)), ("channel_gb_per_s", (0.05, 0.4)),
                             ("read_ns", (4000, 65000))):
            if some(0.3):
                set_[f"flash.{name}"] = one_of(*values)
    if some(0.1):
        set_["job.rate_iops"] = one_of(500, 5000)
    return {"study": "drawn", "machine": one_of("letter_2012", "iothread_2023", "vhost_2021"), "seeds": SEEDS,
            "precision": PRECISION, **_nested(set_)}


def _nested(paths: dict) -> dict:
    tree: dict = {}
    for path, value in paths.items():
        *sections, key = path.split(".")
        here = tree
        for section in sections:
            here = here.setdefault(section, {})
        here[key] = value
    return tree


def drawn(seed: int, count: int, folder: Path) -> list[dict]:
    """The first `count` of a seed that the program accepts: rules of testbeds refuse some combinations."""
    rng = random.Random(seed)
    scenarios: list[dict] = []
    while len(scenarios) < count:
        scenario = draw(rng)
        if program.call("check", write(scenario, folder)).returncode == 0:
            scenarios.append(scenario)
    return scenarios


@dataclass
class Verdict:
    """What is said to limit a point: no resource, one, or those that tie; the first one first."""
    limits: list[str]

    def __str__(self) -> str:
        return ("tie: " if len(self.limits) > 1 else "") + (", ".join(self.limits) or "nothing alone")


def write(scenario: dict, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "scenario.json"
    file.write_text(json.dumps(scenario, indent=1), encoding="utf-8")
    return file


def run(scenario: dict, folder: Path) -> list[dict]:
    done = program.call("run", write(scenario, folder), "--out", folder / "run", "--no-figures",
                        "--no-long-runs", "--quiet")
    assert done.returncode == 0, done.stderr
    return rows(folder / "run" / "points.csv")


def explained(scenario: dict, folder: Path) -> tuple[list[dict], Verdict]:
    """The rows of points.csv, and what `explain` says of them."""
    found = run(scenario, folder)
    done = program.call("explain", folder / "run", "--no-figures", "--quiet")
    assert done.returncode == 0, done.stderr
    return found, Verdict([row["resource"] for row in rows(folder / "run" / "explanation" / "resources.csv")
                           if row["bottleneck"] == "true"])


def halved(scenario: dict, folder: Path, seeds: list[int]) -> tuple[Verdict, dict[str, float]]:
    """The verdict of an ablation of all resources, and by how many percent each moves the point."""
    done = program.call("ablate", write(scenario, folder), "--only", "resources", "--all", "--out", folder / "ablate",
                        "--seeds", ",".join(map(str, seeds)), "--no-figures", "--quiet")
    assert done.returncode == 0, done.stderr
    values: dict[str, list[float]] = {}
    for row in sorted(rows(folder / "ablate" / "points.csv"), key=lambda row: int(row["seed"])):
        values.setdefault(row["variant"], []).append(float(row["bandwidth_mib_per_s"]))
    base = values.pop("base")
    gains = {name: [100 * (a / b - 1) for a, b in zip(mine, base)] for name, mine in values.items()}
    first = max(gains, key=lambda name: mean(gains[name]))
    if not surely_positive(gains[first]):
        return Verdict([]), {name: mean(gain) for name, gain in gains.items()}
    tied = [name for name in gains if name != first
            and not surely_positive([a - b for a, b in zip(gains[first], gains[name])])]
    return Verdict([first, *tied]), {name: mean(gain) for name, gain in gains.items()}


def agree(said: Verdict, found: Verdict) -> bool:
    """One is named that nothing surely moves the point more than; several, where halving cannot tell them apart."""
    if not said.limits or not found.limits:
        return said.limits == found.limits
    if len(said.limits) == 1:
        return said.limits[0] in found.limits
    return len(found.limits) > 1 and found.limits[0] in said.limits


def surely_positive(values: list[float]) -> bool:
    n = len(values)
    deviation = math.sqrt(sum((value - mean(values)) ** 2 for value in values) / (n - 1) / n)
    return mean(values) > T_975[n - 1] * deviation


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def rows(file: Path) -> list[dict]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))

"""The figures that pages show. Their bytes depend on the version of matplotlib, so that no test compares them."""

import shutil
import tempfile
from pathlib import Path

import iothreads_page
import program

FOLDER = program.ROOT / "docs" / "figures"
# Name in docs/figures -> a result folder among those that other pages are made from, and the figure there.
QUICK = {
    "multiqueue_2012_bandwidth": ("run", "bandwidth"),
    "multiqueue_2012_explain_stages": ("run/explanation", "latency_stages"),
    "multiqueue_2012_ablate_single_queue": ("ablate", "tornado_single_queue_4vcpu"),
    "claims": ("claims", "claims"),
}
# Name -> commands with {out} for the result folder, where below it the figure is, and the figure.
SLOW = {
    "multiqueue_2012_compare_gain": (
        ["compare scenarios/studies/multiqueue_2012.json --policy all --out {out}"], "", "gain_map_bandwidth"),
    "skew_compare_pareto": (["compare scenarios/studies/skew.json --policy all --out {out}"], "", "pareto"),
    "multiqueue_2012_design_band": (
        ["design scenarios/studies/multiqueue_2012.json --curves multi_queue_8vcpu,multi_queue_4vcpu --out {out}"], "",
        "band_left"),
    "large_guest_iops": (
        ["run scenarios/studies/large_guest.json --no-long-runs --out {out}"], "", "bandwidth_over_vcpus"),
    "gain_map_2012": (
        ["run scenarios/studies/gain_map_2012.json --uncertainty 100 --no-long-runs --out {out}"], "",
        "gain_map_vcpus"),
    "time_series": (
        ["run scenarios/studies/hotplug.json --set results.time_series_ms=5 --set sweep.hotplug.vcpus=[4] --seeds 1 "
         "--set precision.max_simulated_s=0.5 --no-long-runs --out {out}"], "", "time_series"),
    "scaling_explain_bottlenecks": (
        ["run scenarios/studies/scaling.json --out {out}", "explain {out}"], "explanation", "bottleneck_map"),
    "database_beside_backup_p99": (
        ["run scenarios/studies/database_beside_backup.json --no-long-runs --out {out}"], "",
        "latency_p99_database_read"),
    "mixed_flash_bandwidth": (
        ["run scenarios/studies/mixed_flash.json --no-long-runs --out {out}"], "", "bandwidth"),
    "throttled_neighbour_p99": (
        ["run scenarios/studies/throttled_neighbour.json --no-long-runs --out {out}"], "",
        "latency_p99_neighbour_read"),
    "trace_p99": (
        ["run scenarios/studies/trace.json --no-long-runs --out {out}"], "", "latency_p99_job_read"),
    "near_far_bandwidth": (["run scenarios/studies/near_far.json --no-long-runs --out {out}"], "", "bandwidth"),
    "one_job_many_disks_bandwidth": (
        ["run scenarios/studies/one_job_many_disks.json --no-long-runs --out {out}"], "", "bandwidth"),
}


def taken(name: str, results: Path, figure: str) -> Path:
    """The page's figure, drawn from a result folder."""
    done = program.call("plot", str(results), cwd=program.ROOT)
    assert done.returncode == 0, done.stderr
    shutil.copyfile(results / "figures" / f"{figure}.png", FOLDER / f"{name}.png")
    return FOLDER / f"{name}.png"


def quick(folder: Path) -> list[Path]:
    return [taken(name, folder / results, figure) for name, (results, figure) in QUICK.items()]


def slow() -> list[Path]:
    drawn = []
    for name, (commands, results, figure) in SLOW.items():
        with tempfile.TemporaryDirectory() as folder:
            for command in commands:
                done = program.call(*command.format(out=folder).split(), "--no-figures", "--quiet",
                                    cwd=program.ROOT)
                assert done.returncode == 0, done.stderr
            drawn.append(taken(name, Path(folder) / results, figure))
    return [*drawn, iothreads_page.figure()]

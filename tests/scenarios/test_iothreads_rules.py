"""The rules that docs/studies/iothreads.md judges, and how it judges them, on set-ups that are made up."""

import math

import pytest

import iothreads_page as page
from iothreads_page import Results, Setup


def setup(vcpus, disks=1, cpus=math.inf, depth=32):
    return Setup(vcpus, disks, cpus, depth)


def row(vcpus, disks, way, iops, depth=32, quota_us=0):
    return {"series": f"vcpus{vcpus}_disks{disks}_{way}", "host.cfs_quota_us": quota_us, "job.iodepth": depth,
            "iops": iops, "cpu_us_per_io": 10}


# Usable CPUs, the fewer of vCPUs and quota, over two, and the next number that was simulated.
@pytest.mark.parametrize("vcpus, cpus, way", [
    (2, math.inf, "shared"), (4, math.inf, "mapped2"), (16, math.inf, "mapped8"), (16, 4, "mapped2"),
    (5, 8, "mapped4"), (4, 8, "mapped2")])
def test_one_iothread_for_two_cpus(vcpus, cpus, way):
    assert page.share(2)(setup(vcpus, cpus=cpus)) == way


def test_a_measured_rule_keeps_pace_with_the_vcpus():
    # 16 vCPUs at 5 us make a request in 0.3125 us; loops of 2.5 us: 8 of them. Under a quota of 6 CPUs each request
    # takes 7.5 us of them, a third of it in the loops: 2.
    assert page.measured(5, 2.5)(setup(16)) == "mapped8"
    assert page.measured(5, 2.5)(setup(16, cpus=6)) == "mapped2"


def test_kubevirt_counts_disks():
    assert page.auto(setup(4, disks=1)) == "shared"
    assert page.auto(setup(4, disks=8)) == "per_disk"
    with pytest.raises(AssertionError, match="bound"):
        page.auto(setup(16, disks=8, cpus=2))


def test_a_loss_is_that_of_iops_against_the_best():
    results = Results([row(4, 1, "shared", 60), row(4, 1, "mapped2", 100), row(4, 1, "mapped4", 90)])
    assert results.losses(page.shared, results.iops) == [40]
    assert results.losses(page.share(2), results.iops) == [0]


def test_neighbours_are_in_different_halves():
    results = Results([row(vcpus, disks, "shared", 1, depth, quota) for vcpus in (4, 8) for disks in (1, 4)
                       for depth in (1, 32) for quota in (0, 80000)])
    white, black = results.halves()
    assert len(white) == len(black) == 8
    for half in (white, black):
        for one in half:
            for other in half:
                assert sum(a != b for a, b in zip(page.astuple(one), page.astuple(other))) != 1


def test_the_fit_takes_what_loses_least():
    # One iothread for four CPUs is best with 16 vCPUs, and next to best with 8.
    points = [row(16, 8, way, iops) for way, iops in (("shared", 10), ("mapped2", 50), ("mapped4", 100),
                                                      ("mapped8", 70), ("mapped16", 60))]
    points += [row(8, 8, way, iops) for way, iops in (("shared", 10), ("mapped2", 95), ("mapped4", 100),
                                                      ("mapped8", 70))]
    results = Results(points)
    assert page.fitted(results, results.iops) == 4

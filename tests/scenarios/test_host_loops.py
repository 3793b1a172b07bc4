"""Directions that published reports agree on, and words of the host that have to do something: each run is short."""

import csv
import json

import pytest

from tests.scenarios import program

READS = {"rw": "randread", "bsrange": "4k-4k"}


def curves(tmp_path, scenario, seconds, **sets):
    """The row of each curve."""
    path = tmp_path / "loops.json"
    path.write_text(json.dumps({
        "study": "loops", **scenario,
        "curves": [{"name": name, "set": what} for name, what in sets.items()],
        "precision": {"half_width_percent": 50, "min_simulated_s": seconds, "max_simulated_s": seconds},
    }), encoding="utf-8")
    rows = list(csv.DictReader(program.points_of(path, tmp_path / "out").splitlines()))
    return {row["series"]: {name: float(value) for name, value in row.items()
                            if name not in ("series", "precise", "not_settled") and value} for row in rows}


def test_looking_at_many_idle_queues_costs_more_than_it_saves(tmp_path):
    # QEMU commit 3aa221b3: 10 thousand requests a second with, 60 without a look at 3,200 queues in each iteration.
    some = {"machine": "iothread_2023", "targets": 1, "job": {**READS, "iodepth": 1}}
    polls = {"poll": {"iothreads.poll-max-ns": 32768}, "no_poll": {"iothreads.poll-max-ns": 0}}
    many = curves(tmp_path, {**some, "controller": {"num_queues": 32, "devices": 64}}, 0.02, **polls)
    assert many["poll"]["iops"] < 0.7 * many["no_poll"]["iops"]
    few = curves(tmp_path, {**some, "controller": {"num_queues": 4}}, 0.02, **polls)
    assert few["poll"]["iops"] > 1.3 * few["no_poll"]["iops"], "which is what polling is for"


def test_descriptors_cost_with_ppoll_alone(tmp_path):
    scenario = {"machine": "iothread_2023", "targets": 1, "job": {**READS, "iodepth": 1},
                "controller": {"num_queues": 32, "devices": 64}, "iothreads": {"poll-max-ns": 0}}
    ways = ("poll", "epoll", "io_uring")
    rows = curves(tmp_path, scenario, 0.01, **{way: {"iothreads.fdmon": way} for way in ways})
    assert rows["epoll"]["latency_mean_us"] == pytest.approx(rows["io_uring"]["latency_mean_us"], rel=0.02)
    # Two iterations look at 2,050 descriptors of 50 ns each.
    assert rows["poll"]["latency_mean_us"] - rows["epoll"]["latency_mean_us"] == pytest.approx(205, rel=0.1)


def test_submitting_in_batches_saves_host_cpu(tmp_path):
    # QEMU commit fc73548e: 9.4 % of the host's CPU at depth 32, on another drive.
    scenario = {"machine": "optane_2020", "job": {**READS, "iodepth": 32}}
    batches = {"one_by_one": {"iothreads.aio-max-batch": 1}, "batched": {"iothreads.aio-max-batch": 32}}
    rows = curves(tmp_path, scenario, 0.2, **batches)
    assert rows["batched"]["cpu_us_per_io"] < 0.997 * rows["one_by_one"]["cpu_us_per_io"]
    rows = curves(tmp_path, {**scenario, "host": {"backend": "flash"}, "flash": {"command_ns": 20000}}, 0.5, **batches)
    assert rows["batched"]["cpu_us_per_io"] < rows["one_by_one"]["cpu_us_per_io"]


def mapping(threads):
    return [{"iothread": f"t{thread}"} for thread in range(threads)]


def test_each_device_gets_an_iothread(tmp_path):
    scenario = {"machine": "iothread_2023", "targets": 4, "controller": {"devices": 4, "num_queues": 1},
                "host": {"backend": "null"}, "host_costs": {"pop_ns": 9000},
                "job": {"rw": "randread", "bsrange": "4k-4k", "iodepth": 16}}
    rows = curves(tmp_path, scenario, 0.01,
                  shared={"iothreads.iothread-vq-mapping": []},
                  by_queue={"iothreads.iothread-vq-mapping": mapping(4)},
                  by_device={"iothreads.iothread-vq-mapping": mapping(4), "iothreads.assigned": "devices"})
    assert rows["by_queue"]["iops"] > 2 * rows["shared"]["iops"]
    for name, value in rows["by_queue"].items():
        if name != "point":
            assert rows["by_device"][name] == value, "with one queue each that is the same"


def test_an_iothread_without_work_is_a_fault(tmp_path):
    path = tmp_path / "idle.json"
    path.write_text(json.dumps({
        "study": "idle", "machine": "iothread_2023", "targets": 2, "controller": {"devices": 2, "num_queues": 4},
        "iothreads": {"iothread-vq-mapping": mapping(3), "assigned": "devices"}}), encoding="utf-8")
    done = program.call("check", path)
    assert done.returncode == 2
    assert "no iothread that has nothing to serve" in done.stderr


def test_without_ioeventfd_vcpus_serve_their_kicks(tmp_path):
    scenario = {"machine": "iothread_2023", "job": {**READS, "iodepth": 1, "numjobs": 8}}
    rows = curves(tmp_path, scenario, 0.02,
                  main_loop={"iothreads.poll-max-ns": 0}, no_ioeventfd={"controller.ioeventfd": False})
    # The loop completes, and does not take: the vCPUs do more, and are no quicker.
    assert rows["no_ioeventfd"]["main_loop_utilization"] < 0.8 * rows["main_loop"]["main_loop_utilization"]
    assert rows["no_ioeventfd"]["vcpu0_utilization"] > 1.1 * rows["main_loop"]["vcpu0_utilization"]


def test_vhost_workers_from_one_to_one_for_each_queue(tmp_path):
    scenario = {"machine": "vhost_2021", "targets": 1, "job": {**READS, "iodepth": 64, "numjobs": 16},
                "precision": {"half_width_percent": 50}}
    rows = curves(tmp_path, scenario, 0.01, one={"vhost_scsi.workers": 1}, four={"vhost_scsi.workers": 4},
                  all={"vhost_scsi.workers": 16}, each={"vhost_scsi.worker_per_virtqueue": True})
    assert 2 < rows["four"]["iops"] / rows["one"]["iops"] < 4.1
    assert rows["all"]["iops"] > 1.1 * rows["four"]["iops"]
    assert rows["each"]["iops"] == rows["all"]["iops"]


def test_pinned_threads_and_a_quota(tmp_path):
    scenario = {"machine": "iothread_2023", "job": {**READS, "iodepth": 16, "numjobs": 8}, "host": {"backend": "null"}}
    rows = curves(tmp_path, scenario, 0.4, free={}, apart={"host.vcpu_cpus": "0-7", "host.server_cpus": "8"},
                  on_a_vcpu={"host.vcpu_cpus": "0-7", "host.server_cpus": "0"},
                  two_cpus={"host.cfs_quota_us": 20000, "host.cfs_period_us": 10000})
    assert rows["apart"]["iops"] == pytest.approx(rows["free"]["iops"], rel=0.03), "there is room for all"
    assert rows["on_a_vcpu"]["iops"] < 0.8 * rows["apart"]["iops"]
    assert rows["two_cpus"]["host_cpus_busy_mean"] == pytest.approx(2, rel=0.03)
    assert rows["free"]["host_cpus_busy_mean"] > 2.5
    assert rows["two_cpus"]["iops"] < rows["free"]["iops"]
    assert rows["two_cpus"]["latency_p99_us"] > 1000, "a part of each period"


def test_a_slow_drive_and_a_quick_guest(tmp_path):
    # QEMU 10.0, "Separate AioPolledEvent per AioHandler": a loop that waits for the drive for long polls for the guest
    # all the same. The average of 2026 is to save CPU that this takes.
    scenario = {"machine": "server_2024_qemu_10_0", "job": {**READS, "iodepth": 1}, "flash": {"controller_ns": 90000}}
    rows = curves(tmp_path, scenario, 0.1, loop={"iothreads.polling-time": "loop"},
                  handler={"iothreads.polling-time": "handler"},
                  weighted={"iothreads.polling-time": "weighted"})
    assert rows["handler"]["latency_mean_us"] < 0.98 * rows["loop"]["latency_mean_us"]
    assert rows["handler"]["cpu_us_per_io"] > 1.5 * rows["loop"]["cpu_us_per_io"]
    assert rows["weighted"]["cpu_us_per_io"] < 0.9 * rows["handler"]["cpu_us_per_io"]

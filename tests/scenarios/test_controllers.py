"""Devices that differ: what is refused, and what a run says of their disks."""

import csv
import json

import program
import pytest

STUDY = {"study": "devices", "machine": "iothread_2023", "targets": 4,
         "job": {"rw": "randread", "bs": "4k", "iodepth": 8, "numjobs": 1},
         "precision": {"half_width_percent": 50, "min_simulated_s": 0.05, "max_simulated_s": 0.05}}
DEVICES = [{"name": "database", "targets": "0", "num_queues": 4, "virtqueue_size": 256, "iothread": "fast"},
           {"name": "old", "targets": "1-3", "num_queues": 1, "ring": "packed", "iothread": "rest"}]


def file_of(folder, **members):
    file = folder / "devices.json"
    file.write_text(json.dumps({**STUDY, **members}), encoding="utf-8")
    return file


def faults(folder, **members):
    done = program.call("check", file_of(folder, **members))
    assert done.returncode == 2, done.stdout
    return (done.stdout + done.stderr).splitlines()


def test_what_is_wrong_with_a_device_is_told_with_its_place(tmp_path):
    wrong = [({"name": "a", "num_queues": -1}, "[0].num_queues: found -1"),
             ({"name": "a"}, "[1].name: found \"a\" a second time"),
             ({"targets": "0"}, "[2].name"),
             ({"name": "c", "targets": "3-1"}, "[3].targets: found \"3-1\""),
             ({"name": "d", "queues": 2}, "[4].queues: found an unknown key"),
             ({"name": "e", "seg_max": 9}, "[5].seg_max: found an unknown key"),
             ({"name": "f", "ring": "round"}, "[6].ring: found \"round\"")]
    lines = faults(tmp_path, controllers=[device for device, _ in wrong])
    for _, found in wrong:
        assert any(f"$.controllers{found}" in line for line in lines), (found, lines)
    assert sum("$.controllers[" in line for line in lines) == len(wrong)


@pytest.mark.parametrize(("controllers", "accepted"), [
    ([{"name": "a", "targets": "0-2"}], "devices that have each target once"),
    ([{"name": "a", "targets": "0-3"}, {"name": "b", "targets": "3"}], "devices that have each target once"),
    ([{"name": "a", "targets": "0-3"}, {"name": "b"}], "each device at least one"),
    ([{"name": "a", "targets": "0-4"}], "no targets that are not there"),
    ([{"name": "a"}, {"name": "b", "virtqueue_size": 100}], "a power of two if the ring is split"),
    ([{"name": "a"}, {"name": "b", "vectors": 1}], "at least 2 vectors"),
    ([{"name": "a", "iothread": "x"}, {"name": "b"}], "devices that all have an iothread or an iothread-vq-mapping"),
    ([{"name": "a", "iothread": "x", "iothread-vq-mapping": [{"iothread": "x"}, {"iothread": "y"}]},
      {"name": "b", "iothread": "x"}], "an iothread-vq-mapping, not both"),
    ([{"name": "a", "num_queues": 3, "iothread-vq-mapping": [{"iothread": "x", "vqs": [0]},
                                                             {"iothread": "y", "vqs": [1]}]},
      {"name": "b", "iothread": "x"}], "names every request queue of a device once"),
    ([{"name": "a", "num_queues": 1, "iothread-vq-mapping": [{"iothread": "x"}, {"iothread": "y"}]},
      {"name": "b", "iothread": "x"}], "no iothread that has nothing to serve"),
])
def test_devices_that_do_not_go_together_are_refused(tmp_path, controllers, accepted):
    lines = faults(tmp_path, controllers=controllers)
    assert any("controllers" in line and accepted in line for line in lines), lines


@pytest.mark.parametrize(("members", "accepted"), [
    ({"controller": {"devices": 2}}, "controllers lists no devices"),
    ({"controller": {"num_queues": 2}}, "some device of controllers does not set it itself"),
    ({"iothreads": {"iothread-vq-mapping": [{"iothread": "a"}, {"iothread": "b"}]}}, "or none of them, with server"),
])
def test_what_no_device_reads_is_refused(tmp_path, members, accepted):
    lines = faults(tmp_path, controllers=DEVICES, **members)
    assert any(accepted in line for line in lines), lines


def test_devices_run_side_by_side(tmp_path):
    points = program.points_of(file_of(tmp_path, controllers=DEVICES), tmp_path / "out")
    with open(tmp_path / "out" / "disks.csv", encoding="utf-8") as rows:
        iops = [float(row["iops"]) for row in csv.DictReader(rows)]
    # One disk has an iothread for itself; three share the other one.
    assert iops[0] > 1.2 * max(iops[1:])
    assert iops[0] > 1.5 * sum(iops[1:]) / 3
    assert min(iops[1:]) > 0
    assert program.points_of(tmp_path / "out" / "run.json", tmp_path / "again") == points

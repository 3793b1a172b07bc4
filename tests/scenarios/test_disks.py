"""Disks with limits and caches of their own: what is refused, and what a run says of them."""

import csv
import json

import program
import pytest

NOBODY = {"study": "disks", "machine": "iothread_2023", "targets": 16, "job": {"rw": "randread", "bs": "4k"}}
# What a group of disks may not say, where, and a part of what is accepted instead.
WRONG = [
    ({"targets": 0}, "targets: found 0", "from 1 to 16384"),
    ({"shared": True}, "shared: found true, which has no effect", "there is a `device`"),
    ({"throttling": 7}, "throttling: found 7", "an object such as"),
    ({"throttling": {}}, "throttling: found {}", "an object such as"),
    ({"throttling": {"iops_total": 0}}, "throttling.iops_total: found 0", "from 1 to 1000000000000000 requests"),
    ({"throttling": {"bps_read": "fast"}}, "throttling.bps_read: found \"fast\"", "\"64k\" or \"1g\""),
    ({"throttling": {"iops-total": 500}}, "throttling[\"iops-total\"]: found an unknown key",
     "iops_total in throttling"),
    ({"throttling.bps-write": 500}, "[\"throttling.bps-write\"]: found an unknown key", "bps_write in throttling"),
    ({"throttle_group": "a"}, "throttle_group: found an unknown key", "throttling in disks"),
    ({"throttling": {"iops": 500}}, "throttling.iops: found an unknown key", "throttling in disks"),
    ({"throttling": {"iops_total": 500, "iops_write": 9}}, "throttling.iops_total: found 500", "not both"),
    ({"throttling": {"bps_total": "1m", "bps_read": 9}}, "throttling.bps_total: found \"1m\"", "not both"),
    ({"throttling": {"bps_read_max": 500}}, "throttling.bps_read_max: found 500, which", "only if bps_read is given"),
    ({"throttling": {"iops_read": 500, "iops_read_max": 100}}, "throttling.iops_read_max: found 100", "at least"),
    ({"throttling": {"iops_read": 500, "iops_read_max_length": 2}}, "throttling.iops_read_max_length: found 2, which",
     "only if iops_read_max is given"),
    ({"throttling": {"iops_read": 1, "iops_read_max": 10**9, "iops_read_max_length": 10**7}},
     "throttling.iops_read_max_length: found 10000000", "at most 1e15"),
    ({"throttling": {"bps_read": "1m", "iops_size": "4k"}}, "throttling.iops_size: found \"4k\", which",
     "only if iops_total, iops_read or iops_write is given"),
    ({"cache": "unsafe"}, "cache: found \"unsafe\"", "writethrough"),
    ({"cache.direct": True}, "[\"cache.direct\"]: found an unknown key", "cache in disks"),
]


def faults(folder, **members):
    file = folder / "faulty.json"
    file.write_text(json.dumps({**NOBODY, **members}), encoding="utf-8")
    done = program.call("check", file)
    assert done.returncode == 2, done.stdout
    return (done.stdout + done.stderr).splitlines()


def test_all_that_is_wrong_is_told_at_once_with_its_place(tmp_path):
    lines = faults(tmp_path, disks=[group for group, _, _ in WRONG])
    for i, (_, found, accepted) in enumerate(WRONG):
        matching = [line for line in lines if f"$.disks[{i}]{found if found[0] == '[' else '.' + found}" in line]
        assert matching and accepted in matching[0], (found, lines)
    assert sum("$.disks[" in line for line in lines) == len(WRONG)


def test_a_limit_of_what_no_job_does_is_told(tmp_path):
    reads, writes = {"iops_read": 500, "bps_write": "1m"}, {"group": "a", "iops_write": 500}
    disks = [{"targets": 8, "throttling": reads}, {"targets": 4, "throttling": writes},
             {"targets": 4, "throttling": {"group": "a"}}]
    lines = faults(tmp_path, disks=disks)
    assert len(lines) == 2, lines
    assert "$.disks[0].throttling.bps_write: found a limit that has no effect here" in lines[0]
    assert "$.disks[1].throttling.iops_write" in lines[1] and "some job writes to its targets" in lines[1]
    # Some point writes; a group is limited by what is done on any of its disks.
    for more in ({"sweep": {"job.rw": ["read", "write"]}},
                 {"jobs": [{"name": "a", "rw": "write", "targets": "0,15"}, {"name": "b", "targets": "1-14"}]}):
        file = tmp_path / "good.json"
        file.write_text(json.dumps({**NOBODY, "disks": disks, "job": {"bs": "4k"}, **more}), encoding="utf-8")
        done = program.call("check", file)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_throttle_group_has_one_set_of_limits(tmp_path):
    one, other = {"group": "a", "iops_total": 500}, {"group": "a", "iops_total": 600}
    lines = faults(tmp_path, disks=[{"throttling": one}, {"throttling": {"group": "a"}}, {"throttling": other},
                                    {"throttling": {"group": "b"}}])
    assert any("$.disks[2].throttling: found other limits than those of group \"a\"" in line for line in lines)
    assert any("$.disks[3].throttling.group: found \"b\"" in line for line in lines)
    assert sum("$.disks[" in line for line in lines) == 2


@pytest.mark.parametrize(("members", "accepted"), [
    ({"host": {"server": "vhost_scsi", "aio": "native", "backend": "null"}}, "a host.server in QEMU"),
    ({"controller": {"ioeventfd": False}}, "an ioeventfd that is true if disks have throttling"),
    ({"targets": 1, "disks": [{"targets": 2, "throttling": {"iops_total": 9}}]}, "disks of no more targets"),
    ({"disks": [{"targets": 2}]}, "disks say something"),
    ({"host": {"aio": "threads", "backend": "page_cache"}, "disks": [{"cache": "writeback"}]},
     "a cache only if it has devices"),
    ({"host": {"aio": "native", "backend": "flash"}, "disks": [{"cache": "writethrough"}]}, "with a page cache"),
])
def test_limits_that_nobody_keeps_are_refused(tmp_path, members, accepted):
    lines = faults(tmp_path, **{"disks": [{"throttling": {"iops_total": 9}}], **members})
    assert any("disks" in line and accepted in line for line in lines), lines


def run(folder, scenario):
    file = folder / "disks.json"
    file.write_text(json.dumps(scenario), encoding="utf-8")
    points = program.points_of(file, folder / "out")
    tables = {}
    for name in ("disks", "stages"):
        with open(folder / "out" / f"{name}.csv", encoding="utf-8") as rows:
            tables[name] = list(csv.DictReader(rows))
    return points, tables


def test_a_limited_neighbour_has_its_rate_and_waits_in_a_stage_of_its_own(tmp_path):
    scenario = {**NOBODY, "targets": 3, "job": {"rw": "randread", "bs": "4k", "iodepth": 16, "numjobs": 1},
                "sweep": {"disks": [[{"targets": 2, "throttling": {"iops_total": 1000, "group": "slow"}}]]},
                "precision": {"half_width_percent": 50, "min_simulated_s": 0.5, "max_simulated_s": 0.5}}
    points, tables = run(tmp_path, scenario)
    assert "2*host(throttling group=slow iops_total=1000)" in points
    iops = [float(row["iops"]) for row in tables["disks"]]
    # A hundred and one go at once, in what is not measured. Then two disks share a thousand in turn.
    assert iops[0] == pytest.approx(500, rel=0.05)
    assert iops[1] == pytest.approx(500, rel=0.05)
    assert iops[2] > 20000
    waiting = {row["stage"]: float(row["requests_mean"]) for row in tables["stages"]}["throttle"]
    assert 30 < waiting < 32  # nearly all that two processes of depth 16 have in flight
    # What is resolved says the same.
    assert program.points_of(tmp_path / "out" / "run.json", tmp_path / "again") == points

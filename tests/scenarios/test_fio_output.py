"""What fio would have written of a point: its keys, its arithmetic, and fio's own tool on it."""

import csv
import json
import shutil
import subprocess

import pytest

import program

BRIEF = {"half_width_percent": 50, "min_simulated_s": 0.03, "max_simulated_s": 0.03}
STUDY = {"study": "s", "guest": {"vcpus": 2}, "precision": BRIEF, "sweep": {"targets": [1, 2]},
         "job": {"bs": "4k", "rw": "randrw", "iodepth": 8, "fsync": 8}}
# Read by fio-plot, Grafana exporters and jq lines that people pass on, beside what fio_jsonplus_clat2csv reads.
OF_DIRECTION = ("io_bytes", "io_kbytes", "bw_bytes", "bw", "iops", "runtime", "total_ios", "short_ios", "drop_ios",
                "slat_ns", "clat_ns", "lat_ns", "bw_min", "bw_max", "bw_agg", "bw_mean", "bw_dev", "bw_samples",
                "iops_min", "iops_max", "iops_mean", "iops_stddev", "iops_samples")
UNKNOWN = ("usr_cpu", "sys_cpu", "ctx", "majf", "minf")


def run(folder, study, *more):
    path = folder / "study.json"
    path.write_text(json.dumps(study), encoding="utf-8")
    done = program.call("run", path, "--out", folder / "out", "--no-figures", "--no-long-runs", "--quiet", *more)
    assert done.returncode == 0, done.stderr
    return folder / "out"


def read(out, name):
    return json.loads((out / "fio" / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def plus(tmp_path_factory):
    return run(tmp_path_factory.mktemp("plus"), STUDY, "--output-format=json+", "--set", "results.time_series_ms=10")


def file_of(row):
    return f"{row['series']},targets={row['targets']},vcpus={row['vcpus']},seed={row['seed']}.json"


def test_a_file_for_each_point(plus):
    names = {path.name for path in (plus / "fio").glob("*.json")}
    with open(plus / "points.csv", encoding="utf-8") as file:
        expected = {file_of(row) for row in csv.DictReader(file)}
    assert names == expected and len(names) == 2


def test_keys_and_arithmetic(plus):
    for path in (plus / "fio").glob("*.json"):
        job = json.loads(path.read_text(encoding="utf-8"))["jobs"][0]
        assert not [key for key in UNKNOWN if key in job]
        for direction in ("read", "write"):
            it = job[direction]
            assert set(it) == set(OF_DIRECTION)
            assert it["total_ios"] == it["clat_ns"]["N"] == it["slat_ns"]["N"] == it["lat_ns"]["N"] > 0
            assert it["io_bytes"] == 4096 * it["total_ios"]
            assert sum(it["clat_ns"]["bins"].values()) == it["total_ios"]
            assert it["lat_ns"]["mean"] == pytest.approx(it["slat_ns"]["mean"] + it["clat_ns"]["mean"])
            assert it["bw"] == it["bw_bytes"] // 1024
            # The middle of fio's bucket: below 128 ns every ns, from there on 64 for each power of two.
            for text in it["clat_ns"]["bins"]:
                width = max(1, 1 << (int(text).bit_length() - 7))
                assert width == 1 or int(text) % width == width // 2
            # fio's own rule: the first bucket with so many samples up to it.
            bins = sorted((int(ns), count) for ns, count in it["clat_ns"]["bins"].items())
            for percent, value in it["clat_ns"]["percentile"].items():
                below = sum(count for ns, count in bins if ns < value)
                assert below < float(percent) / 100 * it["total_ios"] <= below + dict(bins)[value] + 1e-6
        assert job["trim"]["total_ios"] == 0
        assert job["sync"]["total_ios"] == pytest.approx(job["write"]["total_ios"] / 8, rel=0.1)
        assert sum(job["iodepth_level"].values()) == pytest.approx(100)
        groups = [job[f"latency_{unit}"] for unit in ("ns", "us", "ms")]
        assert sum(share for group in groups for share in group.values()) == pytest.approx(100)
        assert job["job options"]["rw"] == "randrw" and job["job options"]["iodepth"] == "8"


def test_iops_are_those_of_jobs_csv(plus):
    with open(plus / "jobs.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            job = read(plus, file_of(row))["jobs"][0]
            it = job["sync"] if row["kind"] == "flush" else job[row["kind"]]
            if row["kind"] != "flush":
                assert it["iops"] == pytest.approx(float(row["iops"]))
            assert it["lat_ns"]["mean"] / 1000 == pytest.approx(float(row["latency_mean_us"]))


def test_logs(plus):
    for kind in ("bw", "iops", "lat"):
        logs = list((plus / "fio").glob(f"*_{kind}.1.log"))
        assert len(logs) == 2
        for line in logs[0].read_text(encoding="utf-8").splitlines():
            time_ms, value, direction, *rest = map(int, line.split(", "))
            assert time_ms % 10 == 0 and value > 0 and direction in (0, 1) and rest == [0, 0]


@pytest.mark.skipif(shutil.which("fio_jsonplus_clat2csv") is None, reason="fio is not installed")
def test_fios_own_tool_reads_it(plus, tmp_path):
    source = next((plus / "fio").glob("*.json"))
    subprocess.run(["fio_jsonplus_clat2csv", source, tmp_path / "bins.csv"], check=True, capture_output=True)
    with open(tmp_path / "bins_job0.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    total = json.loads(source.read_text(encoding="utf-8"))["jobs"][0]["read"]["total_ios"]
    assert sum(int(row["read_clat_ns_count"].strip() or 0) for row in rows) == total


def test_off_it_is_not_there_and_points_are_the_same(plus, tmp_path):
    out = run(tmp_path, STUDY)
    assert not (out / "fio").exists()
    assert '"fio":' not in (out / "points.jsonl").read_text(encoding="utf-8")
    assert (out / "points.csv").read_bytes() == (plus / "points.csv").read_bytes()


def test_a_synchronous_engine_has_no_submission_latency(tmp_path):
    study = {**STUDY, "sweep": {"targets": [1]}, "job": {"bs": "4k", "rw": "randread", "ioengine": "psync"}}
    out = run(tmp_path, study, "--output-format=json")
    it = json.loads(next((out / "fio").glob("*.json")).read_text(encoding="utf-8"))["jobs"][0]["read"]
    assert it["slat_ns"]["N"] == 0 and it["clat_ns"]["mean"] == it["lat_ns"]["mean"]
    assert "bins" not in it["clat_ns"]

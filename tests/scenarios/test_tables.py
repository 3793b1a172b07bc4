"""The tables that are asked for: which files there are, and what becomes of them on their way."""

import csv
import json

import pytest

import program

MACHINE = ("queues", "vcpus", "host_threads")
BRIEF = {"half_width_percent": 50, "min_simulated_s": 0.06, "max_simulated_s": 0.06}
STUDY = {"study": "s", "controller": {"num_queues": 0}, "sweep": {"targets": [1, 2]}, "precision": BRIEF,
         "guest": {"vcpus": 2}, "results": {"tables": True, "time_series_ms": 10}}
JOBS = [{"name": "reads", "rw": "randread"}, {"name": "writes", "rw": "randwrite", "rate_iops": 1000}]


def run(folder, study, *more, verb="run", out="out"):
    path = folder / "study.json"
    path.write_text(json.dumps(study), encoding="utf-8")
    done = program.call(verb, path, "--out", folder / out, "--no-figures", "--no-long-runs", "--quiet", *more)
    assert done.returncode == 0, done.stderr
    return done


def table(folder, name):
    with open(folder / f"{name}.csv", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def names_in(folder):
    return {path.stem for path in folder.glob("*.csv")}


def test_they_are_there_only_where_they_are_asked_for(tmp_path):
    always = {"points", "stages", "jobs", "disks"}
    run(tmp_path, {**STUDY, "results": {}}, out="none")
    assert names_in(tmp_path / "none") == always
    done = run(tmp_path, STUDY, out="all")
    assert names_in(tmp_path / "all") == always | set(MACHINE) | {"time_series"}
    for name in (*MACHINE, "time_series"):
        assert f"{tmp_path}/all/{name}.csv" in done.stdout
        assert {row["point"] for row in table(tmp_path / "all", name)} == {"0", "1"}
    assert (tmp_path / "none" / "points.csv").read_bytes() == (tmp_path / "all" / "points.csv").read_bytes()
    run(tmp_path, {**STUDY, "results": {}}, out="all")
    assert names_in(tmp_path / "all") == always, "those of the run before are gone"


def test_journal_cache_and_shards_carry_them(tmp_path, monkeypatch):
    monkeypatch.setenv("VQLAB_CACHE", str(tmp_path / "cache"))
    run(tmp_path, STUDY, out="first")
    run(tmp_path, STUDY, out="cached")
    run(tmp_path, STUDY, "--resume", out="cached")
    for number in (1, 2):
        run(tmp_path, STUDY, "--shard", f"{number}/2", out=str(number))
    merged = program.call("merge", tmp_path / "1", tmp_path / "2", "--out", tmp_path / "merged")
    assert merged.returncode == 0, merged.stderr
    for name in (*MACHINE, "time_series"):
        first = (tmp_path / "first" / f"{name}.csv").read_bytes()
        assert first.count(b"\n") > 2
        assert (tmp_path / "cached" / f"{name}.csv").read_bytes() == first, name
        assert (tmp_path / "merged" / f"{name}.csv").read_bytes() == first, name


def test_jobs_have_bins_of_their_own(tmp_path):
    run(tmp_path, {**STUDY, "sweep": {"targets": [1]}, "jobs": JOBS})
    rows = table(tmp_path / "out", "time_series")
    assert [row["job"] for row in rows[:3]] == ["", "reads", "writes"]
    for whole, reads, writes in zip(rows[::3], rows[1::3], rows[2::3]):
        for name in ("iops", "bandwidth_mib_per_s", "in_flight_mean"):
            assert float(whole[name]) == pytest.approx(float(reads[name]) + float(writes[name]))
        assert reads["host_cpus_busy_mean"] == ""
        # 1,000 a second are 10 in 10 ms, or one more or less where an edge falls.
        assert float(writes["iops"]) == pytest.approx(1000, abs=101) or writes["time_s"] == "0"


def test_a_tenant_is_seen_when_it_comes(tmp_path):
    study = {**STUDY, "sweep": {"targets": [8]}, "hardware": {"physical_cpus": 5},
             "tenant": {"physical_cpus": 4, "start_s": 0.03, "stop_s": 10}}
    run(tmp_path, study)
    rows = table(tmp_path / "out", "time_series")
    before = [float(row["bandwidth_mib_per_s"]) for row in rows if 0.01 <= float(row["time_s"]) < 0.03]
    after = [float(row["bandwidth_mib_per_s"]) for row in rows if float(row["time_s"]) >= 0.03]
    assert max(after) < min(before)
    assert 4 < float(rows[-1]["host_cpus_busy_mean"]) <= 5 + 1e-9


def test_wrong_settings_are_refused(tmp_path):
    path = tmp_path / "study.json"
    path.write_text(json.dumps({**STUDY, "results": {"tables": 1, "time_series_ms": -1, "queues": True}}))
    done = program.call("check", path)
    assert done.returncode == 2
    for place in ("$.results.tables", "$.results.time_series_ms", "$.results.queues"):
        assert place in done.stderr + done.stdout


def test_whoever_compares_has_no_such_tables(tmp_path):
    path = tmp_path / "study.json"
    path.write_text(json.dumps(STUDY), encoding="utf-8")
    for verb in (["compare", path, "--policy", "single_queue"], ["ablate", path]):
        done = program.call(*verb, "--out", tmp_path / "out")
        assert done.returncode == 2 and not (tmp_path / "out").exists()
        for place in ("$.results.tables", "$.results.time_series_ms"):
            assert f"{place}: found" in done.stderr and "`vqlab run` alone" in done.stderr, done.stderr


def test_what_was_merged_is_counted_by_job_and_by_disk(tmp_path):
    # Two of three jobs have neighbours in their batches; the one with random reads has none, and flushes are never
    # merged.
    jobs = [{"name": "stream", "rw": "write", "iodepth_batch": 8, "iodepth_batch_complete_min": 8, "fsync": 64,
             "targets": "0"},
            {"name": "reads", "rw": "read", "iodepth_batch": 4, "iodepth_batch_complete_min": 4, "targets": "1"},
            {"name": "random", "rw": "randread", "targets": "1"}]
    study = {"study": "s", "machine": "iothread_2023", "targets": 2, "precision": BRIEF,
             "job": {"bs": "4k", "iodepth": 32}, "jobs": jobs}
    run(tmp_path, study)
    merged = {(row["job"], row["kind"]): float(row["merged_per_s"]) for row in table(tmp_path / "out", "jobs")}
    assert merged["random", "read"] == 0 and merged["stream", "flush"] == 0
    iops = {(row["job"], row["kind"]): float(row["iops"]) for row in table(tmp_path / "out", "jobs")}
    # Of a batch of eight neighbours at most one stays a request of its own.
    assert 0.5 < merged["stream", "write"] / iops["stream", "write"] <= 0.9
    assert 0.3 < merged["reads", "read"] / iops["reads", "read"] <= 0.8
    disks = {(row["target"], row["kind"]): float(row["merged_per_s"]) for row in table(tmp_path / "out", "disks")}
    assert disks["0", "write"] == pytest.approx(merged["stream", "write"])
    assert disks["1", "read"] == pytest.approx(merged["reads", "read"])
    run(tmp_path, {**study, "guest": {"nomerges": 2}}, out="apart")
    assert {row["merged_per_s"] for row in table(tmp_path / "apart", "disks")} == {"0"}

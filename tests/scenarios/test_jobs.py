"""Jobs as people write them: each runs, and jobs.csv and disks.csv say what it did."""

import csv
import json

import pytest

import program

FLASH = {"backend": "flash"}  # with a cache of writes that a flush empties
SHORT = {"half_width_percent": 50, "min_simulated_s": 0.02, "max_simulated_s": 0.02}


def run(folder, **members):
    """Rows of points.csv, jobs.csv and disks.csv, and what is said beside them."""
    study = folder / "study.json"
    study.write_text(json.dumps({"study": "s", "machine": "iothread_2023", "precision": SHORT, **members}),
                     encoding="utf-8")
    done = program.call("run", study, "--out", folder / "out", "--no-figures", "--no-long-runs")
    assert done.returncode == 0, done.stdout + done.stderr
    tables = {}
    for name in ("points", "jobs", "disks"):
        with open(folder / "out" / f"{name}.csv", encoding="utf-8") as file:
            tables[name] = [{key: number(value) for key, value in row.items()} for row in csv.DictReader(file)]
    return tables, done.stdout + done.stderr


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


def by_kind(tables):
    return {(row["job"], row["kind"]): row for row in tables["jobs"]}


WORDS = {
    "aliases": {"readwrite": "randread", "blocksize": "4k", "iodepth": 8},
    "batches": {"rw": "randread", "bsrange": "4k-4k", "iodepth": 32, "iodepth_batch": 16,
                "iodepth_batch_complete_max": 16},
    "split": {"rw": "randrw", "bssplit": "4k/70:64k/30", "iodepth": 16},
    "deep": {"rw": "randread", "bs": "4k", "iodepth": 512},
    "ring": {"rw": "randread", "bs": "4k", "ioengine": "io_uring", "iodepth": 64},
    "many": {"rw": "randread", "bs": "4k", "numjobs": 128},
    "waits": {"rw": "randrw", "bs": "4k", "ioengine": "sync"},
    "likely": {"rw": "randread", "bs": "4k", "random_distribution": "zipf:1.1"},
    "low": {"rw": "randread", "bs": "4k", "iodepth": 16, "iodepth_low": 4, "iodepth_batch": 12},
}


@pytest.mark.parametrize("words", WORDS)
def test_a_job_in_fios_words_runs(tmp_path, words):
    tables, _ = run(tmp_path, job=WORDS[words])
    rows = by_kind(tables)
    assert all(row["iops"] > 0 and row["latency_mean_us"] > 0 for row in rows.values())
    # Kinds and disks are parts of the whole.
    for table in ("jobs", "disks"):
        assert sum(row["iops"] for row in tables[table]) == pytest.approx(tables["points"][0]["iops"])


def test_sizes_that_come_again_and_again_are_counted(tmp_path):
    """Half of the sizes are 4k and half 1m, but the same dozen I/Os of a pass over 8 MiB are repeated. Their mean is
    not that of the draw; disks.csv has the bytes that were moved."""
    tables, _ = run(tmp_path, job={"rw": "randread", "bssplit": "4k/50:1m/50", "size": "8m", "loops": 100_000})
    moved = tables["disks"][0]["bandwidth_mib_per_s"]
    for table in ("points", "jobs"):
        assert tables[table][0]["bandwidth_mib_per_s"] == pytest.approx(moved)


def test_a_write_that_a_buffer_answers_is_not_held_against_what_the_device_does_behind_it(tmp_path):
    """One at a time: the buffer answers sooner than the device is done, so the bound is the device's rate."""
    tables, _ = run(tmp_path, machine="server_2024_qemu_10_0", job={"rw": "randwrite", "bs": "4k", "iodepth": 1})
    assert tables["points"][0]["iops"] > 30_000


def test_flushes_cost_what_they_wait_for_and_are_counted_apart(tmp_path):
    tables, _ = run(tmp_path, host=FLASH, job={"rw": "randwrite", "bs": "4k", "fsync": 1, "ioengine": "psync"})
    rows = by_kind(tables)
    assert rows["job", "flush"]["iops"] == pytest.approx(rows["job", "write"]["iops"], rel=0.1)
    # A write is over when it is in the drive's cache, a flush when the die has programmed it.
    assert rows["job", "flush"]["latency_mean_us"] > 3 * rows["job", "write"]["latency_mean_us"]
    assert tables["points"][0]["iops"] == pytest.approx(rows["job", "write"]["iops"])


def test_trims_move_nothing(tmp_path):
    tables, _ = run(tmp_path, job={"rw": "randtrim", "bs": "64k"})
    assert set(by_kind(tables)) == {("job", "trim")}
    assert tables["points"][0]["bus_utilization"] == 0


def test_a_rate_in_bytes_is_held(tmp_path):
    tables, _ = run(tmp_path, job={"rw": "read", "bs": "64k", "rate": "100m"}, precision={
        "half_width_percent": 50, "min_simulated_s": 0.2, "max_simulated_s": 0.2})
    assert tables["points"][0]["bandwidth_mib_per_s"] == pytest.approx(100, rel=0.03)


def test_reads_and_writes_have_latencies_of_their_own(tmp_path):
    tables, _ = run(tmp_path, host=FLASH, job={"rw": "randrw", "rwmixread": 70, "bs": "4k", "iodepth": 4})
    rows = by_kind(tables)
    # A read waits for its die, a write for the drive's cache.
    assert rows["job", "read"]["latency_mean_us"] > 1.5 * rows["job", "write"]["latency_mean_us"]


def test_two_jobs_of_two_sizes(tmp_path):
    tables, _ = run(tmp_path, targets=2, jobs=[
        {"name": "database", "rw": "randread", "bs": "4k", "iodepth": 32, "targets": "0"},
        {"name": "stream", "rw": "write", "bs": "64k", "iodepth": 8, "targets": "1"}])
    rows = by_kind(tables)
    assert set(rows) == {("database", "read"), ("stream", "write")}
    for (_, kind), row in rows.items():
        size_mib = (4 if kind == "read" else 64) / 1024
        assert row["bandwidth_mib_per_s"] == pytest.approx(row["iops"] * size_mib)
    total = sum(row["bandwidth_mib_per_s"] for row in rows.values())
    assert tables["points"][0]["bandwidth_mib_per_s"] == pytest.approx(total)
    assert [(row["target"], row["kind"]) for row in tables["disks"]] == [(0, "read"), (1, "write")]


def test_a_stream_beside_a_database_slows_it_down(tmp_path):
    database = {"name": "database", "rw": "randread", "bs": "4k", "iodepth": 8}
    stream = {"name": "stream", "rw": "write", "bs": "64k", "iodepth": 8}
    (tmp_path / "alone").mkdir()
    (tmp_path / "beside").mkdir()
    alone, _ = run(tmp_path / "alone", jobs=[database])
    beside, _ = run(tmp_path / "beside", jobs=[database, stream])
    latency = [by_kind(tables)["database", "read"]["latency_p99_us"] for tables in (alone, beside)]
    assert latency[1] > 2 * latency[0]


def test_one_job_on_several_disks_serves_them_alike(tmp_path):
    tables, _ = run(tmp_path, targets=4, job={"bs": "4k", "iodepth": 16, "file_service_type": "roundrobin"})
    assert len(tables["disks"]) == 4
    rates = [row["iops"] for row in tables["disks"]]
    assert max(rates) < 1.02 * min(rates)


def test_where_patterns_are_alike_the_program_says_so(tmp_path):
    tables, said = run(tmp_path, host={"aio": "threads", "backend": "page_cache"}, job={"bs": "4k"}, curves=[
        {"name": "read", "set": {"job.rw": "read"}}, {"name": "randread", "set": {"job.rw": "randread"}}])
    assert tables["points"][0]["iops"] == tables["points"][1]["iops"]
    assert "makes no difference here: it does only if host.backend has a device" in said


def test_large_requests_with_qemus_defaults_run(tmp_path):
    tables, _ = run(tmp_path, controller={"virtqueue_size": 256, "seg_max": 254},
                    job={"rw": "read", "bs": "1m", "iodepth": 8})
    assert by_kind(tables)["job", "read"]["bandwidth_mib_per_s"] > 1000

"""What is read from fio's JSON. The files of `fio/` were printed by fio 3.33 with the ioengine null."""

import json
from pathlib import Path

import pytest

from analysis.figures.table import InputError
from analysis.overlay import fio_json

FIO = Path(__file__).resolve().parent / "fio"


def text_of(name):
    return (FIO / f"{name}.json").read_text(encoding="utf-8")


def document(name):
    text = text_of(name)
    return json.loads(text[text.index("\n{") if not text.startswith("{") else 0:])


def read(text):
    return fio_json.read(Path("f.json"), text if isinstance(text, str) else json.dumps(text))


def test_one_job_after_a_warning():
    assert text_of("one_job").startswith("fio: time_based requires")
    [one] = read(text_of("one_job"))
    reads = document("one_job")["jobs"][0]["read"]
    assert one.values == pytest.approx({
        "iops": reads["iops"], "bandwidth_mib_per_s": reads["bw_bytes"] / 2**20,
        "latency_mean_us": reads["lat_ns"]["mean"] / 1000,
        **{column: reads["clat_ns"]["percentile"][share] / 1000 for column, share in (
            ("latency_p50_us", "50.000000"), ("latency_p95_us", "95.000000"), ("latency_p99_us", "99.000000"),
            ("latency_p99_9_us", "99.900000"))}})
    # lat = slat + clat; fio's own numbers are rounded.
    assert reads["lat_ns"]["mean"] == pytest.approx(reads["slat_ns"]["mean"] + reads["clat_ns"]["mean"], rel=1e-3)
    assert (one.options["iodepth"], one.options["filename"]) == ({"4"}, {"/dev/a:/dev/b"})
    assert any("percentiles are of clat" in note for note in one.notes)


def test_percentiles_of_lat_come_first_and_a_mix_counts_once():
    [one] = read(text_of("lat_percentiles"))
    mixed = document("lat_percentiles")["jobs"][0]["mixed"]
    assert one.values["iops"] == pytest.approx(mixed["iops"])
    assert one.values["latency_p99_us"] == pytest.approx(mixed["lat_ns"]["percentile"]["99.000000"] / 1000)
    assert not any("clat" in note for note in one.notes)


def test_jobs_that_ran_together_add_up():
    [one] = read(text_of("several_jobs"))
    sides = [job[way] for job in document("several_jobs")["jobs"] for way in ("read", "write")
             if job[way]["total_ios"]]
    assert len(sides) == 3
    assert one.values["iops"] == pytest.approx(sum(side["iops"] for side in sides))
    total = sum(side["total_ios"] for side in sides)
    assert one.values["latency_mean_us"] == pytest.approx(
        sum(side["lat_ns"]["mean"] * side["total_ios"] for side in sides) / total / 1000)
    # Percentiles of parts do not add up, and the file has no bins.
    assert "latency_p99_us" not in one.values
    assert any("cannot be put together" in note for note in one.notes)


def test_bins_put_percentiles_together():
    [one] = read(text_of("several_jobs_plus"))
    samples = sorted(int(value) for job in document("several_jobs_plus")["jobs"] for way in ("read", "write")
                     for value, count in job[way]["clat_ns"].get("bins", {}).items() for _ in range(count))
    # The sample at which the share is reached, counted from 1.
    for column, share in (("latency_p50_us", 50), ("latency_p99_us", 99)):
        assert one.values[column] == pytest.approx(samples[-(-share * len(samples) // 100) - 1] / 1000)


@pytest.mark.parametrize("job, way", [(0, "read"), (1, "read"), (1, "write")])
def test_percentiles_from_bins_are_fios_own(job, way):
    side = document("several_jobs_plus")["jobs"][job][way]
    given = side["clat_ns"]["percentile"]
    del side["clat_ns"]["percentile"]
    [one] = read({"jobs": [{"jobname": "j", "job options": {}, way: side}]})
    for column, share in (("latency_p50_us", "50.000000"), ("latency_p95_us", "95.000000"),
                          ("latency_p99_us", "99.000000"), ("latency_p99_9_us", "99.900000")):
        # fio names the middle of the bucket in one place and its end in the other: 1/64 of the value.
        assert one.values[column] == pytest.approx(given[share] / 1000, rel=0.02)


def test_groups_are_runs_one_after_another():
    first, second = read(text_of("groups"))
    assert (first.options["iodepth"], second.options["iodepth"]) == ({"4"}, {"8"})
    assert first.options["numjobs"] == {"2"}
    assert any("2 groups of jobs" in note for note in first.notes)


def test_fio_2_counts_in_microseconds_and_kib():
    side = {"io_bytes": 4096000, "total_ios": 1000, "bw": 2048, "iops": 512.0,
            "lat": {"mean": 30.5}, "clat": {"mean": 29.0, "percentile": {"50.000000": 28, "99.000000": 70}}}
    [one] = read({"jobs": [{"jobname": "j", "read": side, "write": {"total_ios": 0, "io_bytes": 0}}]})
    assert one.values == {"iops": 512, "bandwidth_mib_per_s": 2, "latency_mean_us": 30.5, "latency_p50_us": 28,
                          "latency_p99_us": 70}


def test_the_last_of_several_outputs_counts():
    again = document("one_job")
    again["jobs"][0]["read"]["iops"] = 77
    [one] = read(text_of("one_job") + json.dumps(again) + "\nfio: closed\n")
    assert one.values["iops"] == 77
    assert any("2 outputs" in note for note in one.notes) and any('"fio: closed"' in note for note in one.notes)


def test_clients_are_jobs_and_their_sum_is_not():
    [job] = document("one_job")["jobs"]
    [one] = read({"client_stats": [job, {**job, "jobname": "All clients"}]})
    assert one.values["iops"] == pytest.approx(job["read"]["iops"])


@pytest.mark.parametrize("change, why", [
    (lambda job: job.update(error=5), "fio says error 5 of a job"),
    (lambda job: job["read"].update(total_ios=0), "no job completed an I/O")])
def test_what_is_no_measurement_says_why(change, why):
    run = document("one_job")
    change(run["jobs"][0])
    [one] = read(run)
    assert one.refused_because == why and not one.values


@pytest.mark.parametrize("text, said", [
    ("fio: file not found\n", "has no JSON"),
    ('warning\n{\n "jobs": [\n', "line 4: the JSON ends or breaks there"),
    ('{"jobs": []}', 'has no "jobs"'),
    ('{"jobs": [3]}', 'has no "jobs"'),
    ('{"jobs": [{"jobname": "a", "read": {"total_ios": 3, "iops": "fast"}}]}', "job 'a': has something else"),
    ("[" * 100000, "has no JSON"),
    ('{"a":' * 100000, "the JSON ends or breaks there"),
    ('{"jobs": ' + "9" * 5000 + "}", "the JSON ends or breaks there"),
    ('{"client_stats": 3}', 'has no "jobs"'),
    ('{"jobs": [{"groupid": [], "read": 3, "write": [], "error": "x"}], "disk_util": 4}', "")])
def test_what_is_not_fios_is_said_with_its_line(text, said):
    if not said:
        assert read(text)[0].refused_because
        return
    with pytest.raises(InputError, match=r"^f\.json: ") as error:
        read(text)
    assert said in str(error.value) and "expected what fio prints" in str(error.value)
